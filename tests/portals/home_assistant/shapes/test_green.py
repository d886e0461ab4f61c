"""Greenness: shares, indices and CO2."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals import UnexpectedResponse
from custom_components.energy_portals.portals.home_assistant.shapes.green import (
    GREEN_SOURCES,
    GreenSource,
    Measure,
    green_source,
    read_green,
    read_green_reply,
)
from tests.portals.home_assistant.shapes.cases import CASES, rows, stated

LONDON: Final = ZoneInfo("Europe/London")
SOURCES: Final = {row.domain: row for row in GREEN_SOURCES}
NIGHT: Final = datetime(2026, 11, 29, 23, tzinfo=UTC)


def test_share_beside_prices() -> None:
    """Amber says it in the reply that has the prices."""
    reply = CASES["amberelectric"].reply
    reading = read_green_reply(SOURCES["amberelectric"], reply, LONDON)
    assert reading.measure is Measure.SHARE
    assert {slot.value for slot in reading.slots} == {61.0}
    assert len(reading.slots) == 5
    with pytest.raises(UnexpectedResponse):
        read_green_reply(SOURCES["amberelectric"], {"prices": []}, LONDON)
    with pytest.raises(UnexpectedResponse):
        read_green_reply(SOURCES["amberelectric"], {"forecasts": 3}, LONDON)


def test_index_of_nights() -> None:
    """Octopus: what is between them is unknown."""
    nights = [
        {
            "start": NIGHT + day * timedelta(days=1),
            "end": NIGHT + day * timedelta(days=1, hours=0) + timedelta(hours=8),
            "greenness_index": index,
        }
        for day, index in enumerate((63, 28))
    ]
    state = stated({"forecast": nights}, unit=None, platform="octopus_energy")
    row = green_source(state)
    assert row is SOURCES["octopus_energy"]
    reading = read_green(row, [state], LONDON)
    assert reading.measure is Measure.INDEX
    assert rows(reading.slots) == (
        ("2026-11-29T23:00:00Z", "2026-11-30T07:00:00Z", 63.0),
        ("2026-11-30T23:00:00Z", "2026-12-01T07:00:00Z", 28.0),
    )


def test_score_in_permille() -> None:
    """Zonneplan says it beside the price; 0 to 100 it is here."""
    state = CASES["zonneplan_one"].states[0]
    row = green_source(state)
    assert row is not None
    reading = read_green(row, [state], LONDON)
    assert reading.measure is Measure.INDEX
    assert {slot.value for slot in reading.slots} == {64.1}


def test_co2() -> None:
    """Grams a kWh, which is no share; the entity that was written last counts."""
    items = [
        {
            "from": NIGHT + hour * timedelta(hours=1),
            "to": NIGHT + (hour + 1) * timedelta(hours=1),
            "intensity": grams,
        }
        for hour, grams in enumerate((180, None, 0, 212))
    ]
    state = stated({"forecast": items}, platform="carbon_intensity_uk")
    older = stated(
        {"forecast": items[:1]},
        platform="carbon_intensity_uk",
        written_at=state.written_at - timedelta(hours=1),
    )
    row = green_source(state)
    assert row is not None
    reading = read_green(row, [state, older], LONDON)
    assert reading.measure is Measure.CO2
    assert [slot.value for slot in reading.slots] == [180, 0, 212]
    assert reading == read_green(row, [older, state], LONDON)


@pytest.mark.parametrize("row", GREEN_SOURCES, ids=lambda row: row.domain)
@pytest.mark.parametrize("value", [-1, 1e9, "HIGH", None])
def test_what_cannot_be_true(row: GreenSource, value: object) -> None:
    """Is absent."""
    outer, _, inner = row.keys.value.partition(".")
    item = {
        row.keys.time: NIGHT,
        row.keys.end: NIGHT + timedelta(hours=1),
        outer: {inner: value} if inner else value,
    }
    state = stated({row.attribute: [item]}, platform=row.domain)
    assert not read_green(row, [state], LONDON).slots


def test_others() -> None:
    """Are not about any of it."""
    for state in (
        stated({"forecast": [{"start": NIGHT, "greenness_index": 3}]}),
        stated({"forecast": []}, platform="octopus_energy"),
        stated({"rates": [{"start": NIGHT}]}, platform="octopus_energy"),
    ):
        assert green_source(state) is None
    row = SOURCES["carbon_intensity_uk"]
    with pytest.raises(UnexpectedResponse):
        read_green(row, [stated({})], LONDON)
    assert not read_green(row, [stated({"forecast": None})], LONDON).slots
