"""What a body says of its times and of how far numbers are to be trusted."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.reading.numbers import Refused
from custom_components.energy_portals.portals.reading.said import (
    NOTHING,
    Position,
    Said,
    said,
    told_zone,
)
from tests.portals.reading.quantity import FIELDS
from tests.portals.reading.told import is_passed_over, told

ENERGY = FIELDS["energy"]
LOCAL = ("isLocal", "localTime", "isLocalTime")

# Times


@pytest.mark.parametrize(
    "name",
    [
        *("position", "timePosition", "timestampPosition", "alignment", "boundary"),
        *("intervalPosition", "timeConvention", "timestampMeaning", "timeRefersTo"),
    ],
)
def test_positions(name: str) -> None:
    for value in ("end", "End", "interval end", "right", "period-end"):
        assert told(name, value) == Said(position=Position.END)
    for value in ("start", "BEGIN", "interval start", "left"):
        assert told(name, value) == Said(position=Position.START)


@pytest.mark.parametrize("name", ["position", "timestampPosition", "alignment"])
def test_positions_that_are_not_understood(name: str) -> None:
    for value in ("middle", "centre", 5):
        assert told(name, value) is None


@pytest.mark.parametrize("name", ["isEnd", "isIntervalEnd", "timeIsEnd", "endsAt"])
def test_positions_by_flag(name: str) -> None:
    assert told(name, True) == Said(position=Position.END)
    assert told(name, False) == Said(position=Position.START)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("labelPosition", "end"), ("timestampAnchor", "end"), ("hourEnding", True)),
        ("timestampLocation", "end"),
    ],
)
def test_a_position_under_another_name_is_not_passed_over(
    name: str, value: Any
) -> None:
    assert not is_passed_over(name, value)


@pytest.mark.parametrize("name", ["timeZone", "tz", "timezoneName", "tzName"])
def test_zones_by_name(name: str) -> None:
    for value in ("UTC", "utc", "Etc/UTC", "GMT", "Z"):
        assert told(name, value) == Said(zone=ZoneInfo("UTC"))
    for value in ("Europe/Oslo", "europe/rome", "W. Europe Standard Time"):
        assert told(name, value) == Said(zone=ZoneInfo("Europe/Oslo"))
    for value in ("America/New_York", "Mars", "+05:30", "local", 60):
        assert told(name, value) is None


@pytest.mark.parametrize("name", ["isUtc", "utc", "timesAreUtc"])
def test_utc_by_flag(name: str) -> None:
    assert told(name, True) == Said(zone=ZoneInfo("UTC"))
    assert told(name, False) == NOTHING


@pytest.mark.parametrize("name", ["isDst", "dst", "isSummerTime", "daylightSaving"])
def test_summer_time_by_flag(name: str) -> None:
    assert told(name, True) == Said(is_summer=True)
    assert told(name, False) == Said(is_summer=False)


@pytest.mark.parametrize("name", LOCAL)
def test_local_times_are_of_no_zone_that_is_named(name: str) -> None:
    assert told(name, True) is None
    assert told(name, False) == NOTHING


@pytest.mark.parametrize("name", ["isUtc", "isDst", *LOCAL])
def test_flags_of_times_that_are_not_understood(name: str) -> None:
    for value in ("perhaps", 7):
        assert told(name, value) is None


@pytest.mark.parametrize("value", [60, ["UTC"], {"name": "UTC"}])
def test_a_zone_of_a_place_that_is_no_text_is_refused(value: Any) -> None:
    assert told_zone({"timeZone": "UTC", "rows": []}) == ZoneInfo("UTC")
    with pytest.raises(Refused):
        told_zone({"timeZone": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("tzid", "UTC"), ("ianaTimeZone", "UTC"), ("timestampTimeZone", "UTC")),
        *(
            ("localTimeZone", "Europe/Lisbon"),
            ("inUtc", True),
            ("timestampsAreUtc", True),
        ),
    ],
)
def test_a_zone_under_another_name_is_not_passed_over(name: str, value: Any) -> None:
    assert not is_passed_over(name, value)


# Validity


@pytest.mark.parametrize(
    "name", ["quality", "validity", "status", "valueStatus", "readingStatus", "state"]
)
def test_quality(name: str) -> None:
    for value in ("good", "OK", "Measured", "final", True, 200):
        assert told(name, value) == NOTHING
    for value in ("estimated", "Missing", "invalid", "not yet", False, "no data"):
        assert told(name, value) == Said(is_bad=True)
    assert told(name, "preliminary") == Said(is_preliminary=True)
    for value in ("q7", 4, "so-so"):
        assert told(name, value) is None


@pytest.mark.parametrize(
    "name", ["estimated", "isEstimated", "missing", "isMissing", "isInvalid", "faulty"]
)
def test_bad_values_by_flag(name: str) -> None:
    assert told(name, True) == Said(is_bad=True)
    assert told(name, False) == NOTHING
    assert told(name, "perhaps") is None


@pytest.mark.parametrize("name", ["preliminary", "isPreliminary", "provisional"])
def test_preliminary_values_by_flag(name: str) -> None:
    assert told(name, True) == Said(is_preliminary=True)
    assert told(name, False) == NOTHING


@pytest.mark.parametrize("name", ["valid", "isValid", "available", "isComplete"])
def test_good_values_by_flag(name: str) -> None:
    assert told(name, True) == NOTHING
    assert told(name, False) == Said(is_bad=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("notYetAvailable", True), ("isPending", True), ("pending", True)),
        *(("isForecast", True), ("isSimulated", True), ("isMeasured", False)),
        *(("isActual", False), ("hasValue", False), ("isOk", False)),
        *(
            ("readingType", "estimated"),
            ("valueType", "forecast"),
            ("type", "estimated"),
        ),
        *(("estimationType", "estimated"), ("qualityFlag", "estimated")),
        *(("validationStatus", "missing"), ("flag", "estimated"), ("isGap", True)),
    ],
)
def test_a_validity_under_another_name_is_not_passed_over(
    name: str, value: Any
) -> None:
    assert not is_passed_over(name, value)


# What says nothing, and what contradicts


@pytest.mark.parametrize("quantity", FIELDS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("year", 2026), ("days", 31), ("count", 24), ("id", "a"), ("name", "home")),
        *(("description", "text"), ("createdAt", "2026-01-15"), ("index", 3)),
        *(("meterId", "m"), ("customerId", 42), ("priceArea", "NO1"), ("page", 1)),
        *(("href", "/x"), ("version", 2), ("lastUpdated", "2026-01-15T00:00:00Z")),
        *(("resolution", 7), ("address", "Street 1"), ("comment", "kWh")),
    ],
)
def test_what_says_nothing(name: str, value: Any, quantity: str) -> None:
    assert told(name, value, quantity) == NOTHING


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        (Said(position=Position.END), Said(position=Position.START)),
        (Said(zone=ZoneInfo("UTC")), Said(zone=ZoneInfo("Europe/Oslo"))),
        (Said(decimals=2), Said(decimals=3)),
        (Said(times=1000.0), Said(times=100.0)),
    ],
)
def test_places_that_contradict_each_other(inner: Said, outer: Said) -> None:
    for one, two in ((inner, outer), (outer, inner)):
        with pytest.raises(Refused):
            one.beside(two)
        assert one.beside(one) == one
        assert one.beside(NOTHING) == one == NOTHING.beside(one)


def test_one_place_that_contradicts_itself() -> None:
    for members in (
        {"position": "end", "isEnd": False},
        {"timeZone": "UTC", "tz": "Europe/Oslo"},
        {"decimals": 2, "decimalPlaces": 3},
    ):
        with pytest.raises(Refused):
            said(members, ENERGY)


def test_units_of_all_places_are_kept() -> None:
    """Whether they fit together, the quantity knows."""
    inner, outer = Said(units=frozenset({"kWh"})), Said(units=frozenset({"NOK"}))
    assert inner.beside(outer).units == {"kWh", "NOK"}
