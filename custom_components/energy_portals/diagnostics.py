"""Diagnostics: how the feeds do and what the portal's answers look like."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .account.coordinator import AnyCoordinator, PortalConfigEntry, RuntimeData
from .account.unread import refused_by, unread_of
from .const import CONF_VENDOR, HISTORY
from .portals.contract import AccountData, Reporting
from .portals.portal import AnyPortal
from .portals.registry import PORTALS

if TYPE_CHECKING:
    from .portals.model.ledger_days import Ledger

# Whatever a report holds; Home Assistant makes JSON of it.
type Report = dict[str, Any]


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PortalConfigEntry
) -> Report:
    """Return what a report about an account needs, and nothing that names it."""
    portal = PORTALS[entry.data[CONF_VENDOR]]
    # Of an account that is not loaded, it may still have to be imported.
    secrets = (await hass.async_add_import_executor_job(portal)).secrets
    values = {str(entry.data[key]).casefold() for key in secrets & entry.data.keys()}
    not_read = unread_of(hass, entry).report()
    account = {
        "data": async_redact_data(entry.data, secrets),
        "options": async_redact_data(_options(entry.options), secrets),
        "version": f"{entry.version}.{entry.minor_version}",
        "state": entry.state.value,
        "reason": entry.reason,
    }
    if entry.state is not ConfigEntryState.LOADED:
        return {"entry": account, "not_read": _without(not_read, values)}
    runtime = entry.runtime_data
    return {
        "entry": account,
        "vendor": _portal(runtime.portal),
        "sites": len(runtime.sites.data),
        "feeds": {
            coordinator.feed.key: _without(_feed(coordinator), values)
            for coordinator in runtime.coordinators
        },
        "history": _history(runtime),
        "deliveries": None if runtime.webhook is None else runtime.webhook.counts,
        "not_read": _without(not_read, values),
        "refused_values": refused_by(runtime.client),
        "answers": _without(runtime.client.skeletons(), values),
    }


def _without(tree: object, values: set[str]) -> object:
    """Return a tree without keys that are values of the account's own."""
    if isinstance(tree, Mapping):
        return {
            "<key>" if str(key).casefold() in values else key: _without(each, values)
            for key, each in tree.items()
        }
    return [_without(each, values) for each in tree] if isinstance(tree, list) else tree


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: PortalConfigEntry, device: DeviceEntry
) -> Report:
    """Return the account's diagnostics; a site has none of its own."""
    return await async_get_config_entry_diagnostics(hass, entry)


def _options(options: AccountData) -> Report:
    """Return the options; of decisions about the history, how many there are.

    They are by site and statistic, and both name the account.
    """
    chosen = {
        key: len(value) if isinstance(value, Mapping) else value
        for key, value in options.get(HISTORY, {}).items()
    }
    return {**options, HISTORY: chosen} if chosen else dict(options)


def _history(runtime: RuntimeData) -> Report | None:
    """Return how the import does, site by site, without the names of any."""
    if (importer := runtime.importer) is None:
        return None
    ledgers: Iterable[Ledger] = runtime.feeds[HISTORY].data.values()
    return {
        "refused_readings": dict(importer.refused),
        "sites": [
            {
                "begin": ledger.begin.isoformat(),
                "asked_until": ledger.asked_until.isoformat(),
                "progress": round(ledger.progress()),
                "series": {
                    key: {
                        "unit": days.series.unit,
                        "first": _iso(days.first),
                        "latest": _iso(days.latest and days.latest[0]),
                    }
                    for key, days in ledger.by_series.items()
                },
                "missing": [
                    [start.isoformat(), end.isoformat()]
                    for start, end in ledger.gaps(ledger.now)
                ],
                "refused_hours": [
                    {
                        "series": key,
                        "reason": why,
                        "start": span[0].isoformat(),
                        "end": span[1].isoformat(),
                    }
                    for key, why, span in ledger.refusals()
                ],
                "at_mean_price": [
                    {
                        "series": key,
                        "start": start.isoformat(),
                        "end": end.isoformat(),
                    }
                    for key, spans in ledger.at_mean.items()
                    for start, end in spans
                ],
                "days_not_imported": [
                    {
                        "series": key,
                        "day": day.isoformat(),
                        "difference_percent": round(apart * 100, 2),
                    }
                    for key, days in ledger.refused.items()
                    for day, apart in days.items()
                ],
                "put_aside": [
                    {
                        "reason": each.why,
                        "start": each.start.isoformat(),
                        "end": each.end.isoformat(),
                        "since": each.since.isoformat(),
                        "asked": each.asked.isoformat(),
                        "tries": each.tries,
                        "is_partial": each.is_partial,
                        "is_left": each.is_left,
                    }
                    for each in ledger.aside
                ],
                "units_in_conflict": sorted(set(ledger.conflicts.values())),
            }
            for ledger in ledgers
        ],
    }


def _iso(when: datetime | None) -> str | None:
    """Return a time as text."""
    return None if when is None else when.isoformat()


def _portal(portal: AnyPortal) -> Report:
    """Return what the portal offers."""
    return {"key": portal.key, "feeds": [feed.key for feed in portal.feeds]}


def _feed(coordinator: AnyCoordinator) -> Report:
    """Return a feed's health."""
    health, interval = coordinator.health, coordinator.update_interval
    return {
        "ok": coordinator.last_update_success,
        "interval_seconds": interval and round(interval.total_seconds()),
        "fetches": health.fetches,
        "failures": health.failures,
        "last_success": _iso(health.last_success),
        "last_error": health.last_error,
        "last_unexpected_answer": health.skeleton,
        "missing_parts": health.partial,
        "sites_with_data": len(coordinator.data),
        "sites_absent": len(coordinator.absent),
        "reports": [
            each.report()
            for each in coordinator.data.values()
            if isinstance(each, Reporting)
        ],
    }
