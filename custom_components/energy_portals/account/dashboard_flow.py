"""The dialog that adds an account's meters to the Energy dashboard."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import voluptuous as vol

from ..history.dashboard import Meter
from .coordinator import PortalConfigEntry

_NOTHING: vol.Schema = vol.Schema({})


class DashboardFlow(RepairsFlow):
    """Show what is added, add it, and show what Home Assistant says of it."""

    def __init__(self, entry_id: str) -> None:
        """Take the account."""
        self._entry_id = entry_id

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with what is added."""
        if (lacks := await _missing(self.hass, self._entry_id)) is None:
            return self.async_abort(reason="account_not_loaded")
        if not lacks:
            return self.async_abort(reason="no_longer_asked")
        foreign = next((each.foreign for each in lacks if each.foreign), None)
        return self.async_show_form(
            step_id="confirm" if foreign is None else "without_cost",
            data_schema=_NOTHING,
            description_placeholders={
                "meters": "\n".join(f"- {each.name}" for each in lacks),
                "currency": foreign or "",
                "house": self.hass.config.currency,
            },
        )

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Add them."""
        return await self._add()

    async def async_step_without_cost(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Add them, without costs that would have the wrong sign."""
        return await self._add()

    async def async_step_checked(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """End once it is read what is wrong with them."""
        return self.async_create_entry(data={})

    async def _add(self) -> RepairsFlowResult:
        """Add what is missing still, and show what is wrong with it."""
        entry = _loaded(self.hass, self._entry_id)
        if entry is None or (importer := entry.runtime_data.importer) is None:
            return self.async_abort(reason="account_not_loaded")
        wrong = await importer.dashboard.add(importer.meters())
        if not wrong:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="checked",
            data_schema=_NOTHING,
            description_placeholders={"problems": "\n".join(f"- {e}" for e in wrong)},
        )


def _loaded(hass: HomeAssistant, entry_id: str) -> PortalConfigEntry | None:
    """Return an account that is set up."""
    entry: PortalConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    is_loaded = entry is not None and entry.state is ConfigEntryState.LOADED
    return entry if is_loaded else None


async def _missing(hass: HomeAssistant, entry_id: str) -> list[Meter] | None:
    """Return what the dashboard lacks of an account, None where it is not set up."""
    entry = _loaded(hass, entry_id)
    if entry is None or (importer := entry.runtime_data.importer) is None:
        return None
    return await importer.dashboard.missing(importer.meters())
