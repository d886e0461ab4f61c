"""What the card is told: which sources there are, and what one or several hold."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.messages import event_message
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..account.coordinator import PortalConfigEntry, sources_of
from ..account.house import HouseSources
from ..account.sources import SIGNAL_KNOWN, Source, source, source_key, sources
from ..const import DOMAIN
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.periods import midnight
from ..portals.model.price_days import PriceOutlook
from ..portals.model.series import Slot
from .websocket import Message

if TYPE_CHECKING:
    from ..portals.model.loads import LoadPlan

_DAY: Final = timedelta(days=1)
# What can be shown, by the name that a card gives it.
_KINDS: Final = {"price": PriceOutlook, "green": GreenOutlook, "caps": PowerCaps}


# --- which sources there are ----------------------------------------------------------


@callback
def tell_sources(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Tell what a card can show, and what a dashboard can be made of."""
    entries: list[PortalConfigEntry] = [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if hasattr(entry, "runtime_data")
    ]
    prices = [
        {**_described(hass, each), "unit": each.data.shown.unit}
        for each in sources(hass, PriceOutlook)
    ]
    connection.send_result(
        msg["id"],
        {
            "prices": prices,
            "green": [_described(hass, each) for each in sources(hass, GreenOutlook)],
            "caps": [_described(hass, each) for each in sources(hass, PowerCaps)],
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
        "device_id": _device_id(hass, each.entry, each.key),
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
        "device_id": _device_id(hass, entry, next(stands_for_it, "")),
        **_by_kind(hass, sources_of(entry)),
        "loads": [
            {
                "id": each.site.key,
                "name": each.site.name,
                "device_id": _device_id(hass, entry, each.key),
            }
            for each in _loads(hass, entry)
        ],
    }


def _loads(hass: HomeAssistant, planner: PortalConfigEntry) -> list[Source[LoadPlan]]:
    """Return the loads of a planner; what they are is loaded with it."""
    if not hasattr(planner, "runtime_data"):
        return []
    from ..portals.model.loads import LoadPlan

    return [each for each in sources(hass, LoadPlan) if each.entry is planner]


def _by_kind(hass: HomeAssistant, keys: Iterable[str]) -> dict[str, str | None]:
    """Return which of these sources is the first to have each kind."""
    keys = tuple(keys)
    return {
        name: next((key for key in keys if source(hass, kind, key)), None)
        for name, kind in _KINDS.items()
    }


def _account(hass: HomeAssistant, entry: PortalConfigEntry) -> dict[str, object]:
    """Return an account and its devices."""
    return {
        "id": entry.entry_id,
        "name": entry.title,
        "vendor": entry.runtime_data.portal.name,
        "devices": [device.id for device in _devices(hass, entry)],
    }


def _devices(hass: HomeAssistant, entry: PortalConfigEntry) -> list[dr.DeviceEntry]:
    """Return the devices of an account."""
    return dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)


def _device_id(hass: HomeAssistant, entry: PortalConfigEntry, key: str) -> str | None:
    """Return the device of a source."""
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, key), entry.entry_id)
    return None if device is None else device.id


# --- what they hold -------------------------------------------------------------------


@callback
def subscribe(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell what sources hold, and tell it anew when that has changed."""
    planner, chosen = None, {name: msg.get(name) for name in _KINDS}
    if (entry_id := msg.get("planner")) is not None:
        planner = hass.config_entries.async_get_entry(entry_id)
        if planner is None or planner.domain != DOMAIN:
            connection.send_error(msg["id"], ERR_NOT_FOUND, entry_id)
            return
    for key in filter(None, chosen.values()):
        if not any(
            key.startswith(f"{entry.unique_id}:")
            for entry in hass.config_entries.async_entries(DOMAIN)
        ):
            connection.send_error(msg["id"], ERR_NOT_FOUND, key)
            return
    told = _Told(hass, connection, msg["id"], planner, chosen)
    connection.subscriptions[msg["id"]] = told.begin()
    connection.send_result(msg["id"])
    told.tell()


@dataclass
class _Told:
    """What one card is told."""

    hass: HomeAssistant
    connection: ActiveConnection
    id: int
    planner: PortalConfigEntry | None
    chosen: dict[str, str | None]
    _last: dict[str, object] | None = None
    _cancel_timer: CALLBACK_TYPE | None = None
    _cancels: list[CALLBACK_TYPE] = field(default_factory=list)

    @callback
    def begin(self) -> CALLBACK_TYPE:
        """Begin to listen; return what ends it."""
        cancel = async_dispatcher_connect(self.hass, SIGNAL_KNOWN, self._known)
        self._cancels.append(cancel)
        return self._end

    @callback
    def _end(self) -> None:
        """Tell no more."""
        for cancel in self._cancels:
            cancel()
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    @callback
    def _known(self, unique_id: str) -> None:
        """Look at it again when an account that is shown may hold something else."""
        shown = [*filter(None, self._keys().values())]
        if self.planner is not None:
            shown.append(f"{self.planner.unique_id}:")
        if any(key.startswith(f"{unique_id}:") for key in shown):
            self.tell()

    @callback
    def tell(self, _: datetime | None = None) -> None:
        """Tell what is held, if it is something else than was told last."""
        now = dt_util.utcnow()
        snapshot, next_day = _snapshot(self.hass, self.planner, self._keys(), now)
        if self._cancel_timer is not None:
            self._cancel_timer()
        self._cancel_timer = async_track_point_in_utc_time(
            self.hass, self.tell, next_day
        )
        if snapshot != self._last:
            self._last = snapshot
            event = event_message(self.id, snapshot)
            self.connection.send_message(event)

    def _keys(self) -> dict[str, str | None]:
        """Return the sources that are shown: those chosen, else the planner's."""
        if self.planner is None or not hasattr(self.planner, "runtime_data"):
            return self.chosen
        planned = _by_kind(self.hass, sources_of(self.planner))
        return {name: self.chosen[name] or planned[name] for name in _KINDS}


def _snapshot(
    hass: HomeAssistant,
    planner: PortalConfigEntry | None,
    keys: dict[str, str | None],
    now: datetime,
) -> tuple[dict[str, object], datetime]:
    """Return all that is shown, and when the day that it begins with is over."""
    price = _chosen(hass, PriceOutlook, keys["price"])
    green = _chosen(hass, GreenOutlook, keys["green"])
    caps = _chosen(hass, PowerCaps, keys["caps"])
    zone = HouseSources(hass).zone if price is None else price.data.zone
    today = now.astimezone(zone).date()
    bounds = [midnight(today + n * _DAY, zone) for n in range(3)]
    plans = [] if planner is None else _loads(hass, planner)
    snapshot: dict[str, object] = {
        "zone": zone.key,
        "days": [[_ms(bounds[0]), _ms(bounds[1])], [_ms(bounds[1]), _ms(bounds[2])]],
        "price": price and _prices(price, bounds),
        "green": green
        and {
            "name": green.site.name,
            "available": green.is_reached,
            "windows": _slots(green.data.windows.between(bounds[0], bounds[2])),
        },
        "caps": caps
        and {
            "name": caps.site.name,
            "available": caps.is_reached,
            "slots": _slots(caps.data.sure.between(bounds[0], bounds[2])),
        },
        "loads": [_load(each, now) for each in plans],
    }
    # A load that starts or stops is told of: its feed is fetched then.
    return snapshot, bounds[1]


def _chosen[KindT](
    hass: HomeAssistant, kind: type[KindT], key: str | None
) -> Source[KindT] | None:
    """Return a source, if one is to be shown and holds something of the kind."""
    return None if key is None else source(hass, kind, key)


def _prices(price: Source[PriceOutlook], bounds: list[datetime]) -> dict[str, object]:
    """Return the prices of two days, each with its level where its day is known."""
    outlook = price.data
    slots = []
    for slot in outlook.shown.within(bounds[0], bounds[2]).slots:
        day = outlook.days.get(slot.start.astimezone(outlook.zone).date())
        standing = None if day is None else day.standing(slot.start)
        level = None if standing is None else standing.level.value
        slots.append([_ms(slot.start), _ms(slot.end), slot.value.value, level])
    return {
        "name": price.site.name,
        "unit": outlook.shown.unit,
        "available": price.is_reached,
        "slots": slots,
    }


def _load(each: Source[LoadPlan], now: datetime) -> dict[str, object]:
    """Return a load and its plan."""
    held = each.data
    plan = held.plan
    return {
        "id": each.site.key,
        "name": each.site.name,
        "status": held.doing(now).value,
        "runs": _slots((*held.past, *held.runs)),
        "cost": plan and plan.cost,
        "saving": plan and plan.saving,
        "share": plan and plan.share,
        "currency": held.currency,
    }


def _slots[ValueT](slots: Iterable[Slot[ValueT]]) -> list[list[int | ValueT]]:
    """Return slots as rows."""
    return [[_ms(slot.start), _ms(slot.end), slot.value] for slot in slots]


def _ms(when: datetime) -> int:
    """Return a moment as a browser has it."""
    return round(when.timestamp() * 1000)
