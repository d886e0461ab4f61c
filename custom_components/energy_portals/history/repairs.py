"""Repairs of the history: what only the user may join."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from ..account.coordinator import PortalConfigEntry, RuntimeData
from ..const import DOMAIN, HISTORY
from ..portals.contract import Site
from ..portals.model.ledger_days import Ledger

CONTINUES = "history_continues"
UNIT = "history_unit"


@callback
def async_follow_history(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Keep the issues of the history in line with what is known."""
    if (history := entry.runtime_data.feeds.get(HISTORY)) is None:
        return
    follow = partial(_follow, hass, entry)
    follow()
    entry.async_on_unload(history.async_follow(follow))


@callback
def async_forget_history(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Withdraw the issues of an account that is removed."""
    _withdraw(hass, entry, set())


@callback
def _follow(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Raise an issue for every decision that is open, withdraw the others."""
    history = entry.runtime_data.feeds[HISTORY]
    raised = set()
    for site in history.sites:
        ledger: Ledger | None = history.data.get(site.key)
        if ledger is None:
            continue
        if ledger.follows is not None:
            raised.add(_raise_continues(hass, entry, site, ledger.follows))
        for statistic, unit in ledger.conflicts.items():
            raised.add(_raise_unit(hass, entry, site, statistic, unit))
    if history.data:
        _withdraw(hass, entry, raised)


def _raise_continues(
    hass: HomeAssistant, entry: PortalConfigEntry, site: Site, other: str
) -> str:
    """Ask whether a site goes on with the history of one that is gone."""
    issue_id = f"{CONTINUES}:{entry.entry_id}:{site.key}"
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={
            "entry_id": entry.entry_id,
            "site": site.key,
            "name": site.name,
            "other": other,
        },
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=CONTINUES,
        translation_placeholders={"site": site.name, "other": other},
    )
    return issue_id


def _raise_unit(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    site: Site,
    statistic: str,
    unit: str,
) -> str:
    """Ask whether a series goes on in another unit."""
    issue_id = f"{UNIT}:{entry.entry_id}:{statistic}"
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id, "statistic": statistic, "unit": unit},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=UNIT,
        translation_placeholders={
            "site": site.name,
            "statistic": statistic,
            "unit": unit,
        },
    )
    return issue_id


@callback
def _withdraw(hass: HomeAssistant, entry: PortalConfigEntry, kept: set[str]) -> None:
    """Withdraw an account's issues of the history but some."""
    starts = tuple(f"{kind}:{entry.entry_id}:" for kind in (CONTINUES, UNIT))
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(starts) and issue_id not in kept:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


class _HistoryFlow(RepairsFlow):
    """A decision about an account's history, which is loaded anew afterwards."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        """Take what the issue is about."""
        self._about = about

    def _runtime(self) -> RuntimeData | None:
        """Return what the account has, if it is loaded."""
        entry: PortalConfigEntry | None = self.hass.config_entries.async_get_entry(
            self._about["entry_id"]
        )
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        return entry.runtime_data

    def _decided(self) -> RepairsFlowResult:
        """Finish: what was decided holds from the next start of the account on."""
        self.hass.config_entries.async_schedule_reload(self._about["entry_id"])
        return self.async_create_entry(data={})


class ContinueFlow(_HistoryFlow):
    """Let a site go on with the history of one that is gone, or begin its own."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Offer both."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["join", "keep_apart"],
            description_placeholders={
                "site": self._about["name"],
                "other": self._about["other"],
            },
        )

    async def async_step_join(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Go on with the other's history."""
        return await self._decide(self._about["other"])

    async def async_step_keep_apart(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Leave each its own."""
        return await self._decide(None)

    async def _decide(self, other: str | None) -> RepairsFlowResult:
        """Note the choice."""
        if (runtime := self._runtime()) is None or runtime.importer is None:
            return self.async_abort(reason="account_not_loaded")
        site: str = self._about["site"]
        await runtime.importer.decide(site, other)
        return self._decided()


class UnitFlow(_HistoryFlow):
    """Let a series go on in another unit, as a statistic of its own."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Do it once the user agrees."""
        if (runtime := self._runtime()) is None or runtime.importer is None:
            return self.async_abort(reason="account_not_loaded")
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders={
                    "statistic": self._about["statistic"],
                    "unit": self._about["unit"],
                },
            )
        await runtime.importer.accept_unit(
            self._about["statistic"], self._about["unit"]
        )
        return self._decided()
