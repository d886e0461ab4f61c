"""Whatever comes, it is read, or refused with an error that is declared."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from math import isfinite
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import msgspec

from custom_components.energy_portals.portals import InvalidInput, PortalError
from custom_components.energy_portals.portals.home_assistant.shapes import (
    GREEN_SOURCES,
    block_prices,
    green_source,
    has_sun,
    read_blocks,
    read_energies,
    read_green,
    read_green_reply,
    read_sun,
    recognised,
)
from custom_components.energy_portals.portals.model.series import Series
from tests.portals.home_assistant.shapes.cases import (
    BY_ATTRIBUTE,
    CASES,
    Case,
    alone,
    pointed_at,
    read,
    way,
)

BERLIN: Final = ZoneInfo("Europe/Berlin")
TIMES: Final = (
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59),
    datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))),
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
    datetime(2026, 3, 29, 2, 30),
    date(2026, 1, 1),
    time.max,
)
TEXTS: Final = (
    *("", "unknown", "NaN", "1e999", "-0", "9" * 500, "{", "[[", "[]", "{}", "null"),
    *("2026-10-25T02:30:00", "2026-02-30T00:00:00Z", "9999-12-31 23:59:59-23:00"),
    *("2026-10-25T02:60:00+01:00", "today", "tomorrow", "\ud800", "\x00"),
)
NUMBERS: Final = (
    *(0, -1, 10**400, 1e308, float("nan"), float("inf"), True),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("1e9999"), 2**64),
)
KEYS: Final = (
    *("start", "end", "price", "value", "raw_today", "prices", "forecast", "wh_hours"),
    *("start_utc", "deltas_in_minutes", "values", "from", "to", "monday", "", 1, None),
    *("detailedForecast", "wh_period", "price_24h", "2026-10-25T02:30:00+02:00"),
)


def _deep() -> object:
    """Return lists in lists, further than anybody looks."""
    told: object = 1
    for _ in range(900):
        told = [told]
    return told


JUNK: Final = st.recursive(
    st.sampled_from((None, object(), b"bytes", _deep(), *TIMES, *TEXTS, *NUMBERS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from((*KEYS, TIMES[2])), inner, max_size=4),
        st.tuples(inner, inner),
    ),
    max_leaves=8,
)


def _mutated(told: object, data: st.DataObject, odds: int) -> object:
    """Return a payload with some of it replaced, left out or said twice."""
    if data.draw(st.integers(0, odds)) == 0:
        return data.draw(JUNK)
    match told:
        case Mapping():
            chosen = data.draw(st.sampled_from([*told, None]))
            mutated = {
                name: _mutated(each, data, odds) if name == chosen else each
                for name, each in told.items()
            }
            if data.draw(st.booleans()):
                mutated[data.draw(st.sampled_from(KEYS))] = data.draw(JUNK)
            return mutated
        case [_, *_]:
            place = data.draw(st.integers(0, len(told) - 1))
            return [*told[:place], _mutated(told[place], data, odds), *told[place:]]
    return told


def declared[T](call: Callable[[], T]) -> T | None:
    """Return what a call returns, None where it refuses as it says it does."""
    try:
        return call()
    except PortalError, InvalidInput:
        return None


def _all_right(slots: Series[float]) -> None:
    """Hold slots to numbers in time."""
    assert all(isfinite(slot.value) for slot in slots)
    assert all(slot.start.tzinfo is UTC for slot in slots)


@settings(max_examples=400)
@given(name=st.sampled_from(list(CASES)), data=st.data())
def test_prices(name: str, data: st.DataObject) -> None:
    """Of actions and attributes, by a reading that is kept and as recognised."""
    case = CASES[name]
    if case.asked is not None:
        reply = _mutated(case.reply, data, 6)
        mutated = msgspec.structs.replace(case, reply=reply)
        reading = declared(lambda: read(mutated))
        if reading is not None:
            _all_right(reading.published)
            _all_right(reading.predicted)
        return
    mutated = _with_junk(case, data)
    kept = way(case).reading
    reading = declared(lambda: read(mutated, kept))
    if reading is not None:
        _all_right(reading.published)
        _all_right(reading.predicted)
    for states in (pointed_at(mutated), [alone(mutated.states[0])]):
        ways = declared(
            lambda states=states: recognised(states, case.house, case.currency)
        )
        for one in ways or ():
            _all_right(one.prices.published)
            assert one.name


def _with_junk(case: Case, data: st.DataObject) -> Case:
    """Return a case with something else in its attributes."""
    entities = []
    for entity in case.entities:
        told = _mutated(entity.attributes, data, 6)
        attributes = told if isinstance(told, Mapping) else {"prices": told}
        state = data.draw(st.sampled_from([entity.state, None, *TEXTS]))
        unit = data.draw(st.sampled_from([entity.unit, None, *TEXTS]))
        entities.append(
            msgspec.structs.replace(
                entity, attributes=dict(attributes), state=state, unit=unit
            )
        )
    return msgspec.structs.replace(case, entities=entities)


SUN: Final = {"wh_hours": {"2026-06-01T06:12:00+02:00": 38, "2026-06-01T07:00:00": 1}}
WEEK: Final = {
    "schedule.x": {"monday": [{"from": time(7), "to": "24:00", "data": {"price": 1}}]}
}
GREEN: Final = {
    "forecast": [{"from": TIMES[3], "to": TIMES[3], "intensity": 3}],
    "forecasts": [{"start_time": "2026-06-01T06:12:01Z", "renewables": 1}],
    "detailedForecast": [{"period_start": TIMES[3], "pv_estimate": 0.5}],
}


@settings(max_examples=300)
@given(name=st.sampled_from(BY_ATTRIBUTE), data=st.data())
def test_other_kinds(name: str, data: st.DataObject) -> None:
    """Sun, greenness and weeks of blocks."""
    states = _with_junk(CASES[name].changed(lambda _: GREEN), data).states
    has_sun(states[0].attributes)
    green_source(states[0])
    slots = declared(lambda: read_sun(states, BERLIN))
    _all_right(slots or Series())
    energies = _mutated(SUN, data, 6)
    _all_right(declared(lambda: read_energies(energies, BERLIN)) or Series())
    for row in GREEN_SOURCES:
        green = declared(lambda row=row: read_green(row, states, BERLIN))
        _all_right(green.slots if green else Series())
        reply = _mutated(GREEN, data, 6)
        declared(lambda row=row, reply=reply: read_green_reply(row, reply, BERLIN))
    week = _mutated(WEEK, data, 6)
    blocks = declared(lambda: read_blocks(week, "schedule.x"))
    span = (datetime(2026, 10, 24, 5, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    block_prices(blocks or (), {True: 0.3, False: 0.2}, span, BERLIN)
