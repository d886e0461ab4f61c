"""What events say, whatever their form."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.volue.event_log import dump, load, logged
from custom_components.energy_portals.portals.volue.events import duration, parts_for
from tests.portals.volue.notices import (
    HOME,
    HOUR,
    NOW,
    SITES,
    TANK,
    curve_of,
    log_of,
    notice_of,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01:00:00", HOUR),
        ("00:15:00", HOUR / 4),
        ("1.00:00:00", 24 * HOUR),
        ("00:00:00", None),
        ("1 hour", None),
        ("", None),
        (None, None),
        ("00:30:00.0000000", HOUR / 2),
        ("99999999.00:00:00", None),
        ("40.00:00:00", None),
    ],
)
def test_durations(text: str | None, expected: timedelta | None) -> None:
    assert duration(text) == expected


def test_times() -> None:

    event = notice_of({"payloadType": "X"}, created="2024-09-12T13:48:47.1936858+00:00")
    assert event.created == datetime(2024, 9, 12, 13, 48, 47, 193686, tzinfo=UTC)


def test_the_night_of_autumn() -> None:
    """A local day of 25 hours has 25 hours of incentives, those not listed zero."""
    log = log_of(curve_of([{"price": 0.5, "timestamp": "2026-10-25T01:00:00+00:00"}]))
    assert log.incentives is not None
    slots = log.incentives.raw.slots
    assert len(slots) == 25
    assert [slot.start for slot in slots if slot.value.value] == [NOW + HOUR / 2]
    day = NOW.astimezone(log.incentives.zone).date()
    assert log.incentives.known(day)
    assert not log.incentives.known(day + timedelta(days=1))


def test_a_later_curve_replaces_hour_by_hour() -> None:
    first = curve_of(
        [
            {"price": 1, "timestamp": "2026-10-25T08:00:00Z"},
            {"price": 2, "timestamp": "2026-10-25T09:00:00Z"},
        ]
    )
    second = curve_of([{"price": 3, "timestamp": "2026-10-25T09:00:00Z"}])
    log = log_of(first, second)
    assert log.incentives is not None
    values = [slot.value.value for slot in log.incentives.raw.slots]
    assert [value for value in values if value] == [1.0, 3.0]


@pytest.mark.parametrize(
    "more",
    [{"currency": None}, {"energyUnit": None}, {"resolution": None}, {}],
)
def test_a_curve_that_says_nothing(more: dict[str, Any]) -> None:
    points = [{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}] if more else []
    log = log_of(curve_of(points, **more))
    assert len(log.records) == 1
    assert log.incentives is None


def test_finnish_days() -> None:
    curve = curve_of([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    curve["priceArea"] = "FI"
    log = log_of(curve)
    assert log.incentives is not None
    first = log.incentives.raw.slots.slots[0].start
    assert first == datetime(2026, 10, 24, 21, tzinfo=UTC)


@pytest.mark.parametrize("when", ["9999-12-31T23:30:00Z", "0001-01-01T00:30:00+14:00"])
def test_the_ends_of_the_calendar(when: str) -> None:
    """No event is about them: the point is missing, and it is told so."""
    curve = curve_of([{"price": 1, "timestamp": when}])
    (state,) = log_of(curve).records
    assert (state.part.slots, state.part.lost) == ((), 1)
    assert notice_of(curve, created=when).created is None


def test_quarters_and_overlaps() -> None:
    """Steps are what the portal says; points that overlap and differ do not count."""
    cap = {
        "targets": [
            {
                "locationId": "l",
                "meterPointId": "m",
                "resolution": "00:30:00",
                "points": [
                    {"maxPowerInKiloWatts": 2, "timestamp": "2026-10-25T08:15:00Z"},
                    {"maxPowerInKiloWatts": 1, "timestamp": "2026-10-25T08:00:00Z"},
                    {"maxPowerInKiloWatts": 3, "timestamp": "2026-10-25T09:15:00Z"},
                    {"maxPowerInKiloWatts": 3, "timestamp": "2026-10-25T09:00:00Z"},
                ],
            }
        ],
        "payloadType": "LocationLPC",
    }
    (part,) = parts_for(notice_of(cap), HOME)
    assert [(s.end - s.start, s.value) for s in part.slots] == [
        (HOUR / 2, 3.0),
        (HOUR / 4, 3.0),
    ]
    assert [end - start for start, end in part.unknown] == [HOUR / 2, HOUR / 2]
    assert not list(parts_for(notice_of(cap), TANK))


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"payloadType": "PriceCurve"},
        {"payloadType": "PriceCurve", "targets": 1},
        {"payloadType": 5},
        {"payloadType": "LocationLPC", "targets": [{}]},
        {"payloadType": "Tomorrow", "x": [1]},
    ],
)
def test_what_cannot_be_read_is_kept_raw(payload: Any) -> None:
    logs = logged({}, [notice_of(payload)], SITES, user_id="u", now=NOW)
    (state,) = logs["user"].records
    assert json.loads(state.part.detail) == payload
    assert logs["resource:t"].records == ()


NAMES = st.sampled_from(
    ["payloadType", "targets", "points", "priceCurveDelta", "resolution", "price"]
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["PriceCurve", "LocationLPC", "UserEligibility", "01:00:00"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_any_payload(payload: Any) -> None:
    """Nothing that a portal may send raises."""
    logs = logged({}, [notice_of(payload)], SITES, user_id="u", now=NOW)
    assert set(logs) == {"user", "location:l", "resource:t"}
    assert load(dump(logs["user"]), {}) == logs["user"]
