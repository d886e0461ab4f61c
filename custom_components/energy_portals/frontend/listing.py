"""What the page is told first: which sources and accounts there are."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ..account.coordinator import PortalConfigEntry
from ..account.sources import Source, source, source_key, sources, sources_of
from ..const import DOMAIN, HISTORY
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.ledger_days import Ledger
from ..portals.model.price_days import PriceOutlook
from ..services.rights import Rights
from .websocket import Message

if TYPE_CHECKING:
    from ..portals.model.loads import LoadPlan

# What can be shown, by the name that a card gives it.
KINDS: Final = {"price": PriceOutlook, "green": GreenOutlook, "caps": PowerCaps}


@callback
def tell_sources(rights: Rights, connection: ActiveConnection, msg: Message) -> None:
    """Tell what a card can show, and what a dashboard can be made of."""
    hass = rights.hass
    entries: list[PortalConfigEntry] = [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if hasattr(entry, "runtime_data") and rights.has(entry)
    ]

    def told[KindT](kind: type[KindT]) -> list[Source[KindT]]:
        return [each for each in sources(hass, kind) if each.entry in entries]

    now = dt_util.utcnow()
    prices = [
        {
            **_described(hass, each),
            "unit": each.data.shown.unit,
            "flat": each.data.is_flat(now),
        }
        for each in told(PriceOutlook)
    ]
    connection.send_result(
        msg["id"],
        {
            "prices": prices,
            "green": [_described(hass, each) for each in told(GreenOutlook)],
            "caps": [_described(hass, each) for each in told(PowerCaps)],
            "planners": [_planner(hass, entry) for entry in entries if _plans(entry)],
            "accounts": [_account(hass, entry) for entry in entries],
        },
    )


def _plans(entry: PortalConfigEntry) -> bool:
    """Say whether an account lives on others."""
    return bool(sources_of(entry))


def _described(hass: HomeAssistant, each: Source[object]) -> dict[str, object]:
    """Return what tells a source from others."""
    return {
        "id": each.key,
        "name": each.site.name,
        "account": each.entry.title,
        "device_id": device_id(hass, each.entry, each.key),
    }


def _planner(hass: HomeAssistant, entry: PortalConfigEntry) -> dict[str, object]:
    """Return what a planner goes by, and its loads."""
    runtime = entry.runtime_data
    stands_for_it = (
        source_key(entry, site.key)
        for site in runtime.sites.data.values()
        if isinstance(site, runtime.portal.account)
    )
    return {
        "id": entry.entry_id,
        "name": entry.title,
        "device_id": device_id(hass, entry, next(stands_for_it, "")),
        **by_kind(hass, sources_of(entry)),
        "loads": [
            {
                "id": each.site.key,
                "name": each.site.name,
                "device_id": device_id(hass, entry, each.key),
            }
            for each in loads(hass, entry)
        ],
    }


def loads(hass: HomeAssistant, planner: PortalConfigEntry) -> list[Source[LoadPlan]]:
    """Return the loads of a planner; what they are is loaded with it."""
    if not hasattr(planner, "runtime_data"):
        return []
    from ..portals.model.loads import LoadPlan

    return [each for each in sources(hass, LoadPlan) if each.entry is planner]


def by_kind(hass: HomeAssistant, keys: Iterable[str]) -> dict[str, str | None]:
    """Return which of these sources is the first to have each kind."""
    keys = tuple(keys)
    return {
        name: next((key for key in keys if source(hass, kind, key)), None)
        for name, kind in KINDS.items()
    }


def _account(hass: HomeAssistant, entry: PortalConfigEntry) -> dict[str, object]:
    """Return an account and its devices."""
    return {
        "id": entry.entry_id,
        "name": entry.title,
        "vendor": entry.runtime_data.portal.name,
        "devices": [device.id for device in _devices(hass, entry)],
        "statistics": [
            {
                "device_id": device_id(hass, entry, source_key(entry, key)),
                "series": series,
                "statistic_id": days.statistic_id,
                "unit": days.series.unit,
            }
            for key, ledger in _ledgers(entry).items()
            for series, days in ledger.by_series.items()
        ],
    }


def _ledgers(entry: PortalConfigEntry) -> dict[str, Ledger]:
    """Return what is known of the history of an account's sites."""
    history = entry.runtime_data.feeds.get(HISTORY)
    held = {} if history is None else history.data
    return {key: each for key, each in held.items() if isinstance(each, Ledger)}


def _devices(hass: HomeAssistant, entry: PortalConfigEntry) -> list[dr.DeviceEntry]:
    """Return the devices of an account."""
    return dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)


def device_id(hass: HomeAssistant, entry: PortalConfigEntry, key: str) -> str | None:
    """Return the device of a source."""
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, key), entry.entry_id)
    return None if device is None else device.id
