"""The planner's repair: other sources, for those that are not there."""

from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
import voluptuous as vol

from ...account.coordinator import PortalConfigEntry
from ...account.missing import (
    SOURCES_MISSING,
    is_removed,
    missing_sources,
    title_of_source,
)
from ...portals.http.errors import InvalidInput
from ...portals.planner import KINDS
from ..steps import UserInput
from .flow import check_currency, choice_of, data_of, set_of


class SourcesFlow(RepairsFlow):
    """Choose other sources of the same kinds, or none, for those that are missing."""

    def __init__(self, entry_id: str) -> None:
        """Take the planner that goes by them."""
        self._entry_id = entry_id

    async def async_step_init(
        self, user_input: UserInput | None = None
    ) -> RepairsFlowResult:
        """Begin with the form."""
        return await self.async_step_sources()

    async def async_step_sources(
        self, user_input: UserInput | None = None
    ) -> RepairsFlowResult:
        """Ask, and go by what is chosen."""
        entry: PortalConfigEntry | None
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        missing = missing_sources(self.hass, entry)
        if not missing:
            return self.async_abort(reason="no_longer_asked")
        errors: dict[str, str] = {}
        if user_input is not None:
            chosen = {key: user_input.get(key) for key in missing}
            try:
                data = data_of(self.hass, {**set_of(entry), **chosen}, entry.data)
                check_currency(entry, data["currency"])
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                self.hass.config_entries.async_update_entry(entry, data=dict(data))
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_create_entry(data={})
        # What is removed for good is not offered again.
        held = {
            key: None if is_removed(self.hass, named) else named
            for key, named in missing.items()
        }
        schema = vol.Schema(
            {
                vol.Optional(key): choice_of(self.hass, KINDS[key], held[key])
                for key in missing
            }
        )
        titles = [title_of_source(self.hass, each) for each in missing.values()]
        return self.async_show_form(
            step_id="sources",
            data_schema=self.add_suggested_values_to_schema(
                schema, held if user_input is None else user_input
            ),
            errors=errors,
            description_placeholders={
                "account": entry.title,
                "sources": "\n".join(f"- {title}" for title in titles),
            },
        )


REPAIRS: Final = {SOURCES_MISSING: SourcesFlow}
