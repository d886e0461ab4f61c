"""Repairs: what only the user may decide at the portal."""

from collections.abc import Mapping
from functools import partial
import logging
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .account.coordinator import PortalConfigEntry
from .account.questions import (
    ASKED,
    QuestionFlow,
    async_follow_questions,
    async_forget_questions,
)
from .const import CONF_VENDOR, DOMAIN
from .history.repairs import (
    CONTINUES,
    UNIT,
    ContinueFlow,
    UnitFlow,
    async_follow_history,
    async_forget_history,
)
from .portals.http.errors import PortalError
from .portals.portal import Repair
from .portals.registry import PORTALS

_LOGGER = logging.getLogger(__name__)


@callback
def async_follow_repairs(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Raise an issue while a repair is needed, and withdraw it when it no longer is."""
    for repair in entry.runtime_data.portal.every(Repair):
        follow = partial(_follow, hass, entry, repair)
        follow()
        feed = entry.runtime_data.feeds[repair.source]
        entry.async_on_unload(feed.async_add_listener(follow))
    async_follow_questions(hass, entry)
    async_follow_history(hass, entry)


@callback
def async_forget_repairs(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Withdraw the issues of an account that is removed."""
    for repair in PORTALS[entry.data[CONF_VENDOR]]().every(Repair):
        ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, repair))
    async_forget_questions(hass, entry)
    async_forget_history(hass, entry)


def _issue_id(entry: PortalConfigEntry, repair: Repair[Any]) -> str:
    """Return the id of an account's issue."""
    return f"{repair.key}:{entry.entry_id}"


@callback
def _follow(hass: HomeAssistant, entry: PortalConfigEntry, repair: Repair[Any]) -> None:
    """Bring one issue into line with what is known."""
    data = entry.runtime_data.feeds[repair.source].data
    # Withdrawing an issue forgets that the user ignored it: not before it is known.
    if not data:
        return
    if not any(map(repair.needed, data.values())):
        ir.async_delete_issue(hass, DOMAIN, _issue_id(entry, repair))
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry, repair),
        data={"entry_id": entry.entry_id, "key": repair.key},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=repair.key,
        translation_placeholders={"account": entry.title},
    )


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the dialog of an issue."""
    about = data or {}
    if issue_id.startswith(f"{CONTINUES}:"):
        return ContinueFlow(about)
    if issue_id.startswith(f"{UNIT}:"):
        return UnitFlow(about)
    if issue_id.partition(":")[0] in ASKED:
        return QuestionFlow(about)
    return PortalRepairFlow(about)


class PortalRepairFlow(RepairsFlow):
    """Ask the user, then do it at the portal."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        """Take what the issue is about."""
        self._about = about

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Do it once the user agrees."""
        entry: PortalConfigEntry | None = self.hass.config_entries.async_get_entry(
            self._about.get("entry_id", "")
        )
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._fix(entry)
            except PortalError as err:
                _LOGGER.debug("The repair failed: %s", err.brief)
                errors["base"] = "failed"
            else:
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders={"account": entry.title},
        )

    async def _fix(self, entry: PortalConfigEntry) -> None:
        """Do at the portal what is needed, and look at the result."""
        runtime = entry.runtime_data
        for repair in runtime.portal.every(Repair):
            if repair.key == self._about.get("key"):
                feed = runtime.feeds[repair.source]
                for data in tuple(feed.data.values()):
                    if repair.needed(data):
                        await repair.fix(runtime.client, data)
                await feed.async_refresh()
