"""Reading by what is kept."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import pytest

from custom_components.energy_portals.portals import Unavailable, UnexpectedResponse
from custom_components.energy_portals.portals.home_assistant.shapes import (
    Reading,
    Shape,
    read_attributes,
)
from custom_components.energy_portals.portals.home_assistant.shapes.listed import Keys
from custom_components.energy_portals.portals.house import EntityState
from tests.portals.home_assistant.shapes.cases import CASES, read, rows, stated, way

MADRID: Final = ZoneInfo("Europe/Madrid")
NOON: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
READING: Final = Reading(
    shape=Shape.LISTS,
    attributes=("prices",),
    keys=Keys("start", "price"),
    unit="EUR/kWh",
    currency="EUR",
)


def hours(*amounts: float | None, start: datetime = NOON) -> list[dict[str, object]]:
    """Return items, one an hour."""
    return [
        {"start": start + place * HOUR, "price": amount}
        for place, amount in enumerate(amounts)
    ]


def values(*states: EntityState, reading: Reading = READING) -> list[float]:
    """Return what is read as published."""
    return [slot.value for slot in read_attributes(reading, states, MADRID).published]


def test_what_is_there_later() -> None:
    """Empty and missing lists are nothing, while others are there."""
    reading = msgspec.structs.replace(READING, attributes=("today", "tomorrow"))
    for tomorrow in (
        [],
        None,
        "",
        [None, None],
        hours(None, None, start=NOON + 9 * HOUR),
    ):
        attributes = {"today": hours(0.1, 0.2), "tomorrow": tomorrow}
        assert values(stated(attributes), reading=reading) == [0.1, 0.2]
    assert values(stated({"today": hours(0.1, 0.2)}), reading=reading) == [0.1, 0.2]
    assert values(stated({"today": [], "tomorrow": []}), reading=reading) == []


def test_what_is_gone() -> None:
    """An entity that is unavailable says nothing; one that is not has changed."""
    with pytest.raises(Unavailable):
        values(stated({}, unit=None))
    with pytest.raises(Unavailable):
        values()
    with pytest.raises(UnexpectedResponse) as raised:
        values(stated({"costs": hours(0.1)}, state="0.1"))
    assert raised.value.detail == "prices: items of start, price"
    assert raised.value.skeleton == [
        {"costs": [{"start": "string", "price": "number"}]}
    ]


@pytest.mark.parametrize(
    "attributes",
    [
        {"prices": [{"start": NOON, "cost": 0.1}]},
        {"prices": {"start": NOON}},
        {"prices": "soon"},
        {"prices": 0.1},
        {"prices": [0.1, 0.2]},
    ],
)
def test_what_no_longer_fits(attributes: dict[str, object]) -> None:
    """Is refused, never read in another way."""
    with pytest.raises(UnexpectedResponse):
        values(stated({**attributes, "data": hours(0.1, 0.2, 0.3)}, state="0.1"))


def test_another_unit_is_refused() -> None:
    """Both are named."""
    with pytest.raises(UnexpectedResponse) as raised:
        values(stated({"prices": hours(0.1)}, unit="EUR/MWh"))
    assert raised.value.detail == "values in EUR/kWh, not EUR/MWh"
    with pytest.raises(UnexpectedResponse) as raised:
        values(stated({"prices": hours(0.1)}, unit="Kaja's"))
    assert raised.value.detail == "values in EUR/kWh"
    assert raised.value.skeleton == {"unit": "string"}
    assert values(stated({"prices": hours(0.1, 0.2)}, unit=None)) == [0.1, 0.2]
    assert values(stated({"prices": hours(0.1, 0.2)}, unit=" EUR/kWh")) == [0.1, 0.2]


def test_another_scale_is_refused() -> None:
    """Of what the state proved once."""
    proved = msgspec.structs.replace(READING, proved=True)
    for state in ("0.1", "0.3", "unknown", None):
        assert values(stated({"prices": hours(0.1, 0.2)}, state=state), reading=proved)
    for other in (hours(10.0, 20.0), hours(100.0, 200.0), hours(0.001, 0.2)):
        with pytest.raises(UnexpectedResponse):
            values(stated({"prices": other}, state="0.1"), reading=proved)
        assert values(stated({"prices": other}, state="0.1"))
    # Of now there is nothing to compare.
    later = hours(10.0, 20.0, start=NOON + HOUR)
    assert values(stated({"prices": later}, state="0.1"), reading=proved)


def test_whole_numbers_that_became_others() -> None:
    """Ten-millionths are not read as euros, nor euros as these."""
    case = CASES["zonneplan_one"]
    reading = way(case).reading
    amounts = [{"start": NOON, "price": 0.28}, {"start": NOON + HOUR, "price": 0.3}]
    other = msgspec.structs.replace(
        reading, attributes=("prices",), keys=Keys("start", "price")
    )
    with pytest.raises(UnexpectedResponse, match="whole numbers"):
        values(stated({"prices": amounts}, unit=reading.unit), reading=other)


def test_entities_of_one_source() -> None:
    """Of the same time the one that was written later wins."""
    older = stated({"prices": hours(0.1, 0.2)})
    newer = stated(
        {"prices": hours(0.5, 0.6, start=NOON + HOUR)},
        written_at=older.written_at + HOUR,
        unit=None,
    )
    for states in ((older, newer), (newer, older)):
        assert values(*states) == [0.1, 0.5, 0.6]


def test_predictions() -> None:
    """Of attributes of their own, or of all."""
    reading = msgspec.structs.replace(READING, forecasts=("forecast",))
    told = stated({"prices": hours(0.1, 0.2), "forecast": hours(9.0, 9.1, 9.2)})
    both = read_attributes(reading, [told], MADRID)
    assert len(both.predicted) == 3
    assert [price.value.value for price in both.prices.slots] == [0.1, 0.2, 9.2]
    alone = stated({"forecast": hours(9.0, 9.1)})
    assert not read_attributes(reading, [alone], MADRID).published
    predicted = msgspec.structs.replace(READING, is_predicted=True)
    one = read_attributes(predicted, [stated({"prices": hours(0.1, 0.2)})], MADRID)
    assert (len(one.published), len(one.predicted)) == (0, 2)


NUMBERS: Final = Reading(
    shape=Shape.NUMBERS, attributes=("today", "tomorrow"), currency="EUR"
)


@pytest.mark.parametrize(
    ("written", "count", "length"),
    [
        (NOON, 24, 60),
        (NOON, 48, 30),
        (NOON, 96, 15),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), 25, 60),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), 100, 15),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), 23, 60),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), 92, 15),
    ],
)
def test_numbers_of_a_day(written: datetime, count: int, length: int) -> None:
    """From midnight on, as many as the day has; else nothing can be told."""
    told = {"today": [float(place) for place in range(count)], "tomorrow": [None]}
    reading = read_attributes(NUMBERS, [stated(told, written_at=written)], MADRID)
    slots = reading.published.slots
    assert [slot.value for slot in slots] == told["today"]
    midnight = written.astimezone(MADRID).replace(hour=0)
    assert slots[0].start == midnight.astimezone(UTC)
    assert {slot.end - slot.start for slot in slots} == {timedelta(minutes=length)}
    wrong = {"today": [1.0] * (count + (4 if count > 90 else 1)), "tomorrow": []}
    if len(wrong["today"]) in {23, 24, 25, 92, 96, 100}:
        assert values(stated(wrong, written_at=written), reading=NUMBERS) == []
    else:
        with pytest.raises(UnexpectedResponse):
            values(stated(wrong, written_at=written), reading=NUMBERS)


def test_tomorrows_numbers() -> None:
    """Begin at its midnight; a null among them is a hole."""
    told = {"today": None, "tomorrow": [1.0, None, *range(22)]}
    reading = read_attributes(NUMBERS, [stated(told)], MADRID)
    assert reading.published.slots[0].start == NOON + 11 * HOUR
    assert len(reading.published) == 23
    assert len(reading.holes) == 1
    for other in ("text", [["a"]] * 24, [1.0] * 20):
        with pytest.raises(UnexpectedResponse):
            values(stated({"today": other}, state="1"), reading=NUMBERS)


def test_hours_by_name() -> None:
    """Of the day on which the entity was written; an hour that is skipped is none."""
    written = datetime(2026, 3, 28, 22, 59, tzinfo=UTC)
    hours_by_name = {f"price_{hour:02d}h": hour / 10 for hour in range(24)}
    tomorrow = {f"price_next_day_{hour:02d}h": hour / 10 for hour in range(24)}
    told = {**hours_by_name, **tomorrow, "price_25h": 3, "price_01h_d": 9}
    state = stated(told, unit="€/kWh", written_at=written)
    reading = Reading(shape=Shape.HOURS, unit="€/kWh", currency="EUR")
    slots = read_attributes(reading, [state], MADRID).published
    assert len(slots) == 24 + 23
    assert slots.slots[0].start == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert slots.slots[26].value == 0.3
    unknown = stated({"price_00h": None, "price_01h": 0.1}, unit="€/kWh")
    assert values(unknown, reading=reading) == [0.1]


@pytest.mark.parametrize(
    "rates",
    [
        {"start_utc": "now", "deltas_in_minutes": [15], "values": [1, 2]},
        {"start_utc": "2026-11-29T12:00:00", "deltas_in_minutes": [15], "values": [1]},
        {"start_utc": NOON, "deltas_in_minutes": [], "values": [1, 2]},
        {"start_utc": NOON, "deltas_in_minutes": [0], "values": [1, 2]},
        {"start_utc": NOON, "deltas_in_minutes": [-15], "values": [1, 2]},
        {"start_utc": NOON, "deltas_in_minutes": ["x"], "values": [1, 2]},
        {"start_utc": NOON, "values": [1, 2]},
        [1, 2],
    ],
)
def test_steps_that_do_not_fit(rates: object) -> None:
    """Are refused."""
    reading = Reading(shape=Shape.STEPS, attributes=("rates",), currency="EUR")
    with pytest.raises(UnexpectedResponse):
        values(stated({"rates": rates}), reading=reading)


def test_steps() -> None:
    """A long distance is a hole; a value that is none has its time."""
    reading = Reading(shape=Shape.STEPS, attributes=("rates",), currency="EUR", step=15)
    told = {
        "start_utc": NOON,
        "deltas_in_minutes": [15, 15, 600],
        "values": [1, None, 3],
    }
    slots = read_attributes(reading, [stated({"rates": told})], MADRID).published
    assert rows(slots) == (
        ("2026-11-29T12:00:00Z", "2026-11-29T12:15:00Z", 1.0),
        ("2026-11-29T12:30:00Z", "2026-11-29T12:45:00Z", 3.0),
    )
    empty = {"start_utc": None, "deltas_in_minutes": [], "values": []}
    assert values(stated({"rates": empty}), reading=reading) == []
    assert values(stated({"rates": None}), reading=reading) == []


def test_values_by_time() -> None:
    """In one attribute, by text or objects."""
    reading = Reading(shape=Shape.MAPPING, attributes=("forecast",), currency="EUR")
    told = {NOON: 0.1, (NOON + HOUR).isoformat(): None, NOON + 2 * HOUR: 0.3}
    assert values(stated({"forecast": told}), reading=reading) == [0.1, 0.3]
    assert values(stated({"forecast": None}), reading=reading) == []
    for other in ({"noon": 1}, [1], {NOON: {"price": 1}}):
        with pytest.raises(UnexpectedResponse):
            values(stated({"forecast": other}), reading=reading)


ZONES: Final = (
    *("Europe/Oslo", "Europe/Helsinki", "Europe/London", "America/New_York"),
    *("Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Tokyo"),
)


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("zone", map(ZoneInfo, ZONES), ids=ZONES)
def test_every_day_in_every_zone(zone: ZoneInfo, minutes: int) -> None:
    """Lists of objects of one zone, sorted by its clock as some integrations do."""
    length = timedelta(minutes=minutes)
    reading = msgspec.structs.replace(
        READING, attributes=("today", "tomorrow"), keys=Keys("start", "price", "end")
    )
    first = datetime(2026, 1, 1, tzinfo=zone)
    changes = [
        day
        for day in (first + place * timedelta(days=1) for place in range(365))
        if (day + timedelta(days=1)).utcoffset() != day.utcoffset()
    ]
    for day in changes or [first]:
        start = day.astimezone(UTC)
        count = ((day + timedelta(days=2)).astimezone(UTC) - start) // length
        truth = {start + place * length: float(place) for place in range(count)}
        items = [
            {
                "start": begin.astimezone(zone),
                "end": (begin + length).astimezone(zone),
                "price": price,
            }
            for begin, price in truth.items()
        ]
        by_clock = sorted(items, key=lambda item: str(item["start"])[:19])
        today = [item for item in by_clock if item["start"].date() == day.date()]
        tomorrow = [item for item in by_clock if item not in today]
        # Whether ends are told or not, and whatever the zone of the house.
        for names in (("start", "end", "price"), ("start", "price")):
            told = {
                "today": [{name: item[name] for name in names} for item in today],
                "tomorrow": [{name: item[name] for name in names} for item in tomorrow],
            }
            slots = read_attributes(reading, [stated(told)], MADRID).published
            assert {slot.start: slot.value for slot in slots} == truth
            assert {slot.end - slot.start for slot in slots} == {length}


def test_states_are_not_changed() -> None:
    """They are shared by the whole house."""
    case = CASES["energidataservice"]
    before = msgspec.json.encode(case.entities[0].attributes)
    read(case)
    assert msgspec.json.encode(case.entities[0].attributes) == before
