"""What the card is told: what one or several sources hold."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.messages import event_message
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..account.coordinator import PortalConfigEntry
from ..account.house import HouseSources
from ..account.sources import SIGNAL_KNOWN, Source, feeds_of, source, sources_of, taken
from ..const import DOMAIN
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.periods import midnight
from ..portals.model.price_days import PriceOutlook
from ..portals.model.prices import Tax
from ..portals.model.seen import Seen
from ..portals.model.series import Slot
from ..portals.rhythms import OncePublished
from ..services.rights import Rights
from .listing import KINDS, by_kind, device_id, loads
from .websocket import Message

if TYPE_CHECKING:
    from ..portals.model.loads import LoadPlan
    from ..portals.model.why import Explanation

_DAY: Final = timedelta(days=1)


@callback
def subscribe(rights: Rights, connection: ActiveConnection, msg: Message) -> None:
    """Tell what sources hold, and tell it anew when that has changed."""
    hass = rights.hass
    planner, chosen = None, {name: msg.get(name) for name in KINDS}
    if (entry_id := msg.get("planner")) is not None:
        planner = hass.config_entries.async_get_entry(entry_id)
        if planner is None or planner.domain != DOMAIN:
            connection.send_error(msg["id"], ERR_NOT_FOUND, entry_id)
            return
        rights.check((planner,))
    for key in filter(None, chosen.values()):
        accounts = [
            entry
            for entry in hass.config_entries.async_entries(DOMAIN)
            if key.startswith(f"{entry.unique_id}:")
        ]
        if not accounts:
            connection.send_error(msg["id"], ERR_NOT_FOUND, key)
            return
        rights.check(accounts)
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
        planned = by_kind(self.hass, sources_of(self.planner))
        return {name: self.chosen[name] or planned[name] for name in KINDS}


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
    bounds = [midnight(today + n * _DAY, zone) for n in range(4)]
    plans = [] if planner is None else loads(hass, planner)
    snapshot: dict[str, object] = {
        "zone": zone.key,
        "days": [[_ms(bounds[0]), _ms(bounds[1])], [_ms(bounds[1]), _ms(bounds[2])]],
        "price": price and _prices(hass, price, bounds, now),
        "green": green
        and {
            "name": green.site.name,
            "available": green.is_reached,
            "windows": _slots(green.data.windows.between(bounds[0], bounds[3])),
        },
        "caps": caps
        and {
            "name": caps.site.name,
            "available": caps.is_reached,
            "slots": _slots(caps.data.sure.between(bounds[0], bounds[3])),
        },
        "loads": [_load(hass, each, now) for each in plans],
    }
    if planner is not None and plans:
        from .planned import tell_home

        snapshot["home"] = tell_home(hass, planner, now, zone)
    # A load that starts or stops is told of: its feed is fetched then.
    return snapshot, bounds[1]


def _chosen[KindT](
    hass: HomeAssistant, kind: type[KindT], key: str | None
) -> Source[KindT] | None:
    """Return a source, if one is to be shown and holds something of the kind."""
    return None if key is None else source(hass, kind, key)


def _prices(
    hass: HomeAssistant,
    price: Source[PriceOutlook],
    bounds: list[datetime],
    now: datetime,
) -> dict[str, object]:
    """Return the prices of two days, each with its level where its day is known.

    And when those of tomorrow are expected, and whether they look wrong.
    """
    outlook = price.data
    tomorrow = now.astimezone(outlook.zone).date() + _DAY
    expected = _expected(price, now)
    levels, slots = outlook.levels(now), []
    for slot in outlook.shown.within(bounds[0], bounds[2]).slots:
        run = levels.at(slot.start)
        level = None if run is None else run.value.value
        slots.append([_ms(slot.start), _ms(slot.end), slot.value.value, level])
    return {
        "id": price.key,
        "name": price.site.name,
        "account": price.entry.title,
        "device_id": device_id(hass, price.entry, price.key),
        "unit": outlook.shown.unit,
        "currency": outlook.shown.currency,
        "all_in": _is_all_in(outlook),
        "available": price.is_reached,
        "expected": expected and _ms(expected),
        "flat": outlook.is_flat(now),
        "preliminary": outlook.looks_wrong(tomorrow, now),
        "slots": slots,
    }


def _is_all_in(outlook: PriceOutlook) -> bool | None:
    """Say whether it is what the household pays; None where that cannot be known.

    It is where the user or the portal has added the grid's part, and VAT is in it.
    """
    slot = next(iter(outlook.shown.slots), None)
    if slot is None:
        return None
    if outlook.shown.tax is Tax.EXCLUDED:
        return False
    has_grid = any("grid" in name for name, _ in slot.value.components)
    if outlook.shown.tax is Tax.INCLUDED and has_grid:
        return True
    return False if outlook.shown is outlook.raw else None


def _expected(price: Source[PriceOutlook], now: datetime) -> datetime | None:
    """Return when tomorrow's prices are expected, where that is known."""
    for feed in feeds_of(price.entry, PriceOutlook):
        rhythm = feed.feed.rhythm
        if price.site in feed.sites and isinstance(rhythm, OncePublished):
            return rhythm.expected(now)
    return None


def _load(
    hass: HomeAssistant, each: Source[LoadPlan], now: datetime
) -> dict[str, object]:
    """Return a load and its plan."""
    from .planned import tell_past

    held = each.data
    plan, window, short = held.plan, held.window, held.shortfall
    seen = _seen(each)
    return {
        "id": each.site.key,
        "name": each.site.name,
        "device_id": device_id(hass, each.entry, each.key),
        "status": held.doing(now).value,
        "runs": _slots((*held.past, *held.runs)),
        "past": tell_past(hass, each.entry, each.site.key, held, now),
        "window": window and [_ms(window.earliest), _ms(window.deadline)],
        "cost": plan and plan.cost,
        "cost_now": plan and plan.cost_now,
        "saving": plan and plan.saving,
        "share": plan and plan.share,
        "energy": plan and plan.energy,
        "expected": plan is not None and plan.is_expected,
        "currency": held.currency,
        "by_hand": held.is_by_hand,
        "shortfall": short and short.reason.value,
        "why": _why(held.why),
        # What nothing drives is started by whoever reads it.
        "driven": seen is not None,
        "running": seen and seen.is_running,
    }


def _why(why: Explanation | None) -> dict[str, object] | None:
    """Return why a load runs when it does."""
    if why is None:
        return None
    return {"reason": why.why.value, "rank": why.rank, "of": why.of}


def _seen(each: Source[LoadPlan]) -> Seen | None:
    """Return what is seen of a load's device, if it has one."""
    for feed in feeds_of(each.entry, Seen):
        if (held := taken(feed, Seen, each.site)) is not None:
            return held
    return None


def _slots[ValueT](slots: Iterable[Slot[ValueT]]) -> list[list[int | ValueT]]:
    """Return slots as rows."""
    return [[_ms(slot.start), _ms(slot.end), slot.value] for slot in slots]


def _ms(when: datetime) -> int:
    """Return a moment as a browser has it."""
    return round(when.timestamp() * 1000)
