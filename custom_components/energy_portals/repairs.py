"""Repairs: what only the user may decide."""

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .account.questions import QuestionFlow


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the dialog of an issue."""
    return QuestionFlow(issue_id)
