"""What a device asks for: energy by its state of charge, a deadline, being ready."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.devices import DeviceState
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.model.seen import Need
from custom_components.energy_portals.portals.planner.needs import (
    Battery,
    asks_of,
    battery_of,
    need_of,
)

OSLO = ZoneInfo("Europe/Oslo")
# A Monday, at 13:00 in Oslo.
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=6)
CAR = {"soc": "sensor.soc", "capacity": 50.0, "efficiency": 80, "target_percent": 80.0}


def _state(entity_id: str, state: str | None, **attributes: Any) -> DeviceState:
    """Return an entity's state."""
    return DeviceState(entity_id=entity_id, state=state, attributes=attributes)


def _need(
    data: dict[str, Any],
    *states: DeviceState,
    held: Battery | None = None,
    now: datetime = NOW,
    zone: ZoneInfo = OSLO,
    drawn: float = 0.0,
) -> Need:
    """Return what is needed by these states."""
    asks = asks_of(data)
    assert asks is not None
    known = {each.entity_id: each for each in states}
    battery = battery_of(asks, known, held, now)
    return need_of(
        asks,
        known,
        battery,
        now,
        zone,
        SINCE,
        # Nothing was delivered since this very moment.
        lambda since: 0.0 if since == now else drawn,
    )


def test_nothing_is_asked_for() -> None:
    """A part without such entities asks for nothing of its own."""
    assert asks_of({"drives": "switch.a"}) is None
    with pytest.raises(InvalidInput, match="car_needs_capacity"):
        asks_of({"soc": "sensor.soc"})


def test_all_entities_are_known() -> None:
    """Each is followed."""
    asks = asks_of({**CAR, "ready": "a.a", "plugged": "b.b", "target": "c.c"})
    assert asks is not None
    assert set(asks.names) == {"a.a", "b.b", "c.c", "sensor.soc"}


@pytest.mark.parametrize(
    ("charge", "target", "energy"),
    [(40, None, 25.0), (40, "90", 31.25), (40, "unknown", 25.0), (90, None, 0.0)],
)
def test_energy_by_the_state_of_charge(
    charge: float, target: str | None, energy: float
) -> None:
    """What is drawn for it, with its losses, to a target that may move."""
    need = _need(
        {**CAR, "target": "number.target"},
        _state("sensor.soc", str(charge)),
        _state("number.target", target),
    )
    assert need.energy == pytest.approx(energy)


def test_the_least_at_once() -> None:
    """Below the least it waits for no price, and never for more than the target."""
    data = {**CAR, "least_charge": 30.0}
    assert _need(data, _state("sensor.soc", "10")).at_once == pytest.approx(12.5)
    assert _need(data, _state("sensor.soc", "30")).at_once == 0
    data = {**data, "target_percent": 20.0}
    assert _need(data, _state("sensor.soc", "10")).at_once == pytest.approx(6.25)


@pytest.mark.parametrize(("hours", "energy"), [(1.0, 15.0), (2.0, 15.0), (2.1, None)])
def test_a_state_of_charge_that_is_not_told(hours: float, energy: float | None) -> None:
    """The last counts for two hours, without what was delivered since."""
    held = Battery(40.0, NOW - timedelta(hours=hours))
    for told in (None, "140", "full"):
        need = _need(CAR, _state("sensor.soc", told), held=held, drawn=10.0)
        assert need.energy == energy
    assert _need(CAR, held=None).energy is None


@pytest.mark.parametrize(
    ("state", "unit", "energy", "duration"),
    [
        ("4", "kWh", 3.0, None),
        ("4000", "Wh", 3.0, None),
        ("90", "min", None, 90),
        ("1.5", "h", None, 90),
        ("0.5", "kWh", 0.0, None),
        ("4", None, None, None),
        ("-1", "min", None, None),
        (None, "min", None, None),
    ],
)
def test_an_entity_tells_what_is_needed(
    state: str | None, unit: str | None, energy: float | None, duration: float | None
) -> None:
    """An energy less what was delivered, or a time."""
    need = _need(
        {"needed": "sensor.n"},
        _state("sensor.n", state, unit_of_measurement=unit),
        drawn=1.0,
    )
    assert need.energy == energy
    minutes = None if need.duration is None else need.duration / timedelta(minutes=1)
    assert minutes == duration


@pytest.mark.parametrize(
    ("entity_id", "state", "is_ready"),
    [
        ("binary_sensor.a", "on", True),
        ("binary_sensor.a", "off", False),
        ("sensor.a", "Awaiting start", True),
        ("sensor.a", "disconnected", False),
        ("sensor.a", "updating", None),
        ("sensor.a", None, None),
        ("input_button.a", "2026-11-02T07:00:00+00:00", True),
        ("input_button.a", "2026-11-02T05:00:00+00:00", False),
        ("button.a", None, False),
    ],
)
def test_ready_when_it_says_so(
    entity_id: str, state: str | None, is_ready: bool | None
) -> None:
    """A sensor by its word, a button by when it was pressed."""
    need = _need({"ready": entity_id}, _state(entity_id, state))
    assert need.is_ready is is_ready
    assert _need({"ready": entity_id}).is_ready is None


def test_ready_and_plugged_in() -> None:
    """Both have to say so, and one that does not is enough."""
    data = {"ready": "binary_sensor.a", "plugged": "binary_sensor.b"}
    on, off = _state("binary_sensor.a", "on"), _state("binary_sensor.b", "off")
    assert _need(data, on, off).is_ready is False
    assert _need(data, on).is_ready is None
    assert _need(data, on, _state("binary_sensor.b", "on")).is_ready is True


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (_state("time.a", "07:30:00"), "2026-11-03T06:30:00+00:00"),
        (_state("time.a", "17:30:00"), "2026-11-02T16:30:00+00:00"),
        (_state("sensor.a", "2026-11-02T18:00:00+00:00"), "2026-11-02T18:00:00+00:00"),
        (
            _state("input_datetime.a", "2026-11-02 18:00:00"),
            "2026-11-02T17:00:00+00:00",
        ),
        (
            _state("calendar.a", "off", start_time="2026-11-02 20:00:00"),
            "2026-11-02T19:00:00+00:00",
        ),
        (_state("calendar.a", "off"), None),
        (_state("sensor.a", "2026-11-01T18:00:00+00:00"), None),
        (_state("sensor.a", "soon"), None),
        (_state("sensor.a", "the year of the house 2026"), None),
        (_state("sensor.a", None), None),
    ],
)
def test_a_deadline_from_an_entity(state: DeviceState, expected: str | None) -> None:
    """A time of day, a moment, or the next event; what is past is none."""
    need = _need({"ready_by": state.entity_id}, state)
    told = None if need.ready_by is None else need.ready_by.isoformat()
    assert told == expected


def test_a_deadline_by_the_day_of_the_week() -> None:
    """The next of them; an entity's goes first."""
    data = {"ready_mon": "07:00:00", "ready_wed": "06:00:00", "ready_by": "time.a"}
    expected = datetime(2026, 11, 4, 5, tzinfo=UTC)
    assert _need(data).ready_by == expected
    assert _need(data, now=expected).ready_by == datetime(2026, 11, 9, 6, tzinfo=UTC)
    said = _need(data, _state("time.a", "14:00:00")).ready_by
    assert said == datetime(2026, 11, 2, 13, tzinfo=UTC)


def test_a_deadline_on_nights_in_which_clocks_change() -> None:
    """A time that does not exist is the end of the gap; one that is twice the first."""
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    need = _need({"ready_sun": "02:30:00"}, now=spring)
    assert need.ready_by == datetime(2026, 3, 29, 1, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 12, tzinfo=UTC)
    need = _need({"ready_sun": "02:30:00"}, now=autumn)
    assert need.ready_by == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    need = _need(
        {"ready_sun": "01:45:00"},
        now=datetime(2026, 4, 4, 2, tzinfo=UTC),
        zone=lord_howe,
    )
    assert need.ready_by == datetime(2026, 4, 4, 14, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("charge", "drawn", "energy", "more"),
    [
        # From 40 % to the 80 % that are needed, and to the 90 % that may be.
        (40, 0, 25.0, 6.25),
        (40, 20, 5.0, 6.25),
        (40, 28, 0.0, 3.25),
        (40, 50, 0.0, 0.0),
        (84, 0, 0.0, 3.75),
        (95, 0, 0.0, 0.0),
    ],
)
def test_more_than_the_target(
    charge: float, drawn: float, energy: float, more: float
) -> None:
    """While it is cheap; what was delivered meanwhile counts for the need first."""
    cheap = {**CAR, "more_below": 0.1, "most_percent": 90.0}
    held = Battery(charge, NOW - timedelta(hours=1))
    need = _need(cheap, held=held, drawn=drawn)
    assert (need.energy, need.more) == (pytest.approx(energy), pytest.approx(more))
    assert _need(CAR, held=held, drawn=drawn).more is None
    unknown = _need(cheap, drawn=drawn)
    assert (unknown.energy, unknown.more) == (None, None)


def test_all_of_it_where_nobody_says_how_far() -> None:
    held = Battery(80, NOW)
    assert _need({**CAR, "more_below": 0.1}, held=held).more == pytest.approx(12.5)


@pytest.mark.parametrize(
    ("drawn", "energy", "more"), [(0, 3.0, 2.0), (4, 0.0, 1.0), (6, 0.0, 0.0)]
)
def test_more_than_is_told(drawn: float, energy: float, more: float) -> None:
    """Of what is needed, by its own entity."""
    told = _state("sensor.need", "3", unit_of_measurement="kWh")
    data = {"needed": "sensor.need", "more_energy": 2.0, "more_below": 0.1}
    need = _need(data, told, drawn=drawn)
    assert (need.energy, need.more) == (energy, more)
    assert asks_of({"more_energy": 2.0, "more_below": 0.1}) is None
