"""Repairs: what only the user may decide."""

from collections.abc import Callable

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .const import CONF_VENDOR, ENERGY_DASHBOARD
from .faces.registry import FACES


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the dialog of an issue: its portal's own, or that of all questions."""
    key, entry_id, *_ = issue_id.split(":", 2)
    if key == ENERGY_DASHBOARD:
        dashboard = await hass.async_add_import_executor_job(_dashboard)
        return dashboard(entry_id)
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is not None:
        face = FACES[entry.data[CONF_VENDOR]]
        own = await hass.async_add_import_executor_job(face.repairs)
        if key in own:
            return own[key](entry_id)
    dialog = await hass.async_add_import_executor_job(_question)
    return dialog(issue_id)


def _dashboard() -> Callable[[str], RepairsFlow]:
    """Import what is asked for once."""
    from .account.dashboard_flow import DashboardFlow

    return DashboardFlow


def _question() -> Callable[[str], RepairsFlow]:
    """Import what most homes are never asked."""
    from .account.question_flow import QuestionFlow

    return QuestionFlow
