"""What a device asks for by its own entities, read anew with every look."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import AccountData
from ..devices import DeviceState
from ..http.errors import InvalidInput
from ..model.periods import local_time
from ..model.plain import Finite, Moment
from ..model.public_holidays import WEEKDAYS
from ..model.seen import Need
from .bindings import energy_of, number

_DAY: Final = timedelta(days=1)
# A state of charge that is not told any more counts on for so long.
CHARGE_HOLDS: Final = timedelta(hours=2)
_UNITS: Final[Mapping[str, timedelta]] = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
}
_PRESSED: Final = frozenset({"button", "input_button", "event", "scene"})
# Words of cars and chargers for a cable that is in, and for one that is not. A word
# that is in neither says nothing.
_IN: Final = frozenset(
    {"on", "connected", "plugged", "plugged_in", "true"}
    | {"charging", "starting", "complete", "completed", "stopped", "finished"}
    | {"awaiting_start", "awaiting_authorization", "ready_to_charge", "preparing"}
    | {"suspendedev", "suspendedevse", "suspended_ev", "suspended_evse", "finishing"}
    | {"paused", "waiting_for_car", "waiting_for_car_demand", "charged"}
)
_OUT: Final = frozenset(
    {"off", "disconnected", "not_connected", "unplugged", "false", "no_cable"}
    | {"available", "not_plugged", "cable_disconnected"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A car's battery: `capacity` in kWh, `efficiency` 0 to 1, the rest in percent.

    `now` and `target` are what tells the state of charge and how far to charge; below
    `least` it is charged at once. Up to `most` more is taken while it is cheap; None is
    no more than the target.
    """

    now: str
    capacity: float
    efficiency: float = 0.9
    target: str | None = None
    target_percent: float = 100.0
    least: float = 0.0
    most: float | None = None

    def energy(self, charge: float, to: float) -> float:
        """Return what is drawn to come from one state of charge to another, kWh."""
        return max(to - charge, 0.0) / 100 * self.capacity / self.efficiency

    def target_of(self, states: Mapping[str, DeviceState]) -> float:
        """Return how far to charge, percent."""
        state = None if self.target is None else states.get(self.target)
        told = None if state is None else number(state.state)
        return told if told is not None and 0 < told <= 100 else self.target_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """The entities by which a device says what it needs, each by its lasting name.

    `times` are when it has to be ready by the day of the week (0 is Monday), and `more`
    is how much may be taken beyond what is `needed`, kWh.
    """

    ready: str | None = None
    plugged: str | None = None
    needed: str | None = None
    ready_by: str | None = None
    times: Mapping[int, time] = field(default_factory=dict)
    charge: Charge | None = None
    more: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return all entities that it reads."""
        charge = () if self.charge is None else (self.charge.now, self.charge.target)
        every = (self.ready, self.plugged, self.needed, self.ready_by, *charge)
        return tuple(name for name in every if name is not None)


@dataclass(frozen=True, slots=True)
class Battery:
    """The state of charge that was last told, percent, and when."""

    charge: Finite
    at: Moment


def asks_of(data: AccountData) -> Asks | None:
    """Return what a part's data says that its device asks for; None for nothing.

    Raises InvalidInput where it cannot be.
    """
    asks = Asks(
        ready=data.get("ready"),
        plugged=data.get("plugged"),
        needed=data.get("needed"),
        ready_by=data.get("ready_by"),
        times={
            WEEKDAYS.index(day): time.fromisoformat(data[f"ready_{day}"])
            for day in WEEKDAYS
            if data.get(f"ready_{day}")
        },
        charge=_charge_of(data),
        more=data.get("more_energy") if data.get("needed") else None,
    )
    return None if asks == Asks() else asks


def _charge_of(data: AccountData) -> Charge | None:
    """Return the battery of a car."""
    if (soc := data.get("soc")) is None:
        return None
    if not (capacity := data.get("capacity")):
        raise InvalidInput("car_needs_capacity")
    return Charge(
        now=soc,
        capacity=capacity,
        efficiency=(data.get("efficiency") or 90) / 100,
        target=data.get("target"),
        target_percent=data.get("target_percent") or 100.0,
        least=data.get("least_charge") or 0.0,
        most=None
        if data.get("more_below") is None
        else data.get("most_percent") or 100.0,
    )


def battery_of(
    asks: Asks, states: Mapping[str, DeviceState], held: Battery | None, now: datetime
) -> Battery | None:
    """Return the state of charge: that of now, or the last while it still counts."""
    if asks.charge is None:
        return None
    state = states.get(asks.charge.now)
    told = None if state is None else number(state.state)
    if told is not None and 0 <= told <= 100:
        return Battery(told, now)
    return held if held is not None and now - held.at <= CHARGE_HOLDS else None


def need_of(
    asks: Asks,
    states: Mapping[str, DeviceState],
    battery: Battery | None,
    now: datetime,
    zone: ZoneInfo,
    since: datetime,
    delivered: Callable[[datetime], float],
) -> Need:
    """Return what is needed at `now`: a button counts that was pressed after `since`.

    Without a state of charge, and without what tells the energy, the energy is what the
    user has set. What was `delivered` from a moment on, kWh, is not needed any more.
    """
    energy, duration = _needed(states.get(asks.needed or ""))
    more, at_once = None, 0.0
    if energy is not None:
        energy, more = _left(energy, asks.more, delivered(since))
    if (charge := asks.charge) is not None and battery is not None:
        target = charge.target_of(states)
        meanwhile = delivered(battery.at)
        energy = charge.energy(battery.charge, target)
        if charge.most is not None:
            more = charge.energy(max(battery.charge, target), charge.most)
        energy, more = _left(energy, more, meanwhile)
        least = charge.energy(battery.charge, min(charge.least, target))
        at_once = max(least - meanwhile, 0.0)
    return Need(
        is_ready=_is_ready(asks, states, since),
        energy=energy,
        at_once=at_once,
        more=more,
        duration=duration,
        ready_by=min(_deadlines(asks, states, now, zone), default=None),
    )


def _left(
    energy: float, more: float | None, delivered: float
) -> tuple[float, float | None]:
    """Return what is left of an energy, and of what may be taken beyond it, kWh."""
    beyond = max(delivered - energy, 0.0)
    left = None if more is None else max(more - beyond, 0.0)
    return max(energy - delivered, 0.0), left


def _needed(state: DeviceState | None) -> tuple[float | None, timedelta | None]:
    """Return the energy (kWh) or the time that an entity tells."""
    if state is None or (value := number(state.state)) is None or value < 0:
        return None, None
    unit = state.attributes.get("unit_of_measurement")
    if isinstance(unit, str) and unit in _UNITS:
        return None, value * _UNITS[unit]
    return energy_of(state), None


def _is_ready(
    asks: Asks, states: Mapping[str, DeviceState], since: datetime
) -> bool | None:
    """Say whether it can run; None where nothing tells."""
    told = [
        _says_yes(states.get(name), since)
        for name in (asks.ready, asks.plugged)
        if name is not None
    ]
    if False in told:
        return False
    return None if not told or None in told else True


def _says_yes(state: DeviceState | None, since: datetime) -> bool | None:
    """Return what an entity says: on or off, in or out, or when it was pressed."""
    if state is None:
        return None
    if state.domain in _PRESSED:
        pressed = _moment(state.state)
        return pressed is not None and pressed >= since
    word = (state.state or "").strip().lower().replace(" ", "_")
    if word in _IN:
        return True
    return False if word in _OUT else None


def _deadlines(
    asks: Asks, states: Mapping[str, DeviceState], now: datetime, zone: ZoneInfo
) -> Iterator[datetime]:
    """Yield the next time by which it has to be ready: an entity's goes first."""
    said = _said(states.get(asks.ready_by or ""), now, zone)
    if said is not None:
        yield said
        return
    today = now.astimezone(zone).date()
    for day in (today + _DAY * n for n in range(8)):
        if (clock := asks.times.get(day.weekday())) is not None:
            when = local_time(day, clock, zone)
            if when > now:
                yield when
                return


def _said(state: DeviceState | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the next moment that an entity means: a time of day, or once."""
    if state is None:
        return None
    if state.domain == "calendar":
        text = state.attributes.get("start_time")
        once = _moment(text.replace(" ", "T") if isinstance(text, str) else None, zone)
        return once if once is not None and once > now else None
    if (once := _moment(state.state, zone)) is not None:
        return once if once > now else None
    try:
        clock = time.fromisoformat(state.state or "")
    except ValueError:
        return None
    today = now.astimezone(zone).date()
    days = (local_time(today + _DAY * n, clock, zone) for n in range(2))
    return next((when for when in days if when > now), None)


def _moment(text: str | None, zone: ZoneInfo | None = None) -> datetime | None:
    """Return a moment in UTC; one without a zone is the house's."""
    if text is None or len(text) < len("2026-01-01T00"):
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        if zone is None:
            return None
        when = when.replace(tzinfo=zone)
    return when.astimezone(UTC)
