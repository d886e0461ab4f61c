"""What events say, whatever their form."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import msgspec
import pytest

from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.volue.event_log import (
    Answer,
    EventLog,
    changed,
    dump,
    joined,
    load,
    logged,
    polled,
)
from custom_components.energy_portals.portals.volue.events import (
    Notice,
    duration,
    parts_for,
    utc,
)
from custom_components.energy_portals.portals.volue.messages import Event
from custom_components.energy_portals.portals.volue.sites import (
    LocationSite,
    ResourceSite,
    UserSite,
)

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
TANK = ResourceSite(
    key="resource:t",
    name="Tank",
    resource_id="t",
    resource_type="HotWaterTank",
    location_id="l",
)
HOME = LocationSite(key="location:l", name="Home", location_id="l")
USER = UserSite(key="user", name="Volue u")
SITES: tuple[Site, ...] = (USER, HOME, TANK)


def _notice(
    payload: Any, event_id: str = "e", created: str = "2026-10-24T12:00:00Z"
) -> Notice:
    event = {"id": event_id, "createdAt": created, "payload": payload}
    return Notice.of_event(msgspec.json.decode(json.dumps(event).encode(), type=Event))


def _curve(points: Any, **more: Any) -> dict[str, Any]:
    delta = {
        "points": points,
        "energyUnit": "kWh",
        "currency": "NOK",
        "resolution": "01:00:00",
        **more,
    }
    return {
        "targets": [{"resourceId": "t", "locationId": "l"}],
        "priceCurveDelta": {k: v for k, v in delta.items() if v is not None},
        "priceArea": "NO1",
        "payloadType": "PriceCurve",
    }


def _book(*payloads: Any) -> EventLog:
    notices = [
        _notice(each, f"e{n}", f"2026-10-24T12:{n:02}:00Z")
        for n, each in enumerate(payloads)
    ]
    return logged({}, notices, SITES, user_id="u", now=NOW)["resource:t"]


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
    assert utc(datetime(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)
    event = _notice({"payloadType": "X"}, created="2024-09-12T13:48:47.1936858+00:00")
    assert event.created == datetime(2024, 9, 12, 13, 48, 47, 193686, tzinfo=UTC)


def test_the_night_of_autumn() -> None:
    """A local day of 25 hours has 25 hours of incentives, those not listed zero."""
    log = _book(_curve([{"price": 0.5, "timestamp": "2026-10-25T01:00:00+00:00"}]))
    assert log.incentives is not None
    slots = log.incentives.raw.slots
    assert len(slots) == 25
    assert [slot.start for slot in slots if slot.value.value] == [NOW + HOUR / 2]
    day = NOW.astimezone(log.incentives.zone).date()
    assert log.incentives.known(day)
    assert not log.incentives.known(day + timedelta(days=1))


def test_a_later_curve_replaces_hour_by_hour() -> None:
    first = _curve(
        [
            {"price": 1, "timestamp": "2026-10-25T08:00:00Z"},
            {"price": 2, "timestamp": "2026-10-25T09:00:00Z"},
        ]
    )
    second = _curve([{"price": 3, "timestamp": "2026-10-25T09:00:00Z"}])
    log = _book(first, second)
    assert log.incentives is not None
    values = [slot.value.value for slot in log.incentives.raw.slots]
    assert [value for value in values if value] == [1.0, 3.0]


@pytest.mark.parametrize(
    "more",
    [{"currency": None}, {"energyUnit": None}, {"resolution": None}, {}],
)
def test_a_curve_that_says_nothing(more: dict[str, Any]) -> None:
    points = [{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}] if more else []
    log = _book(_curve(points, **more))
    assert len(log.records) == 1
    assert log.incentives is None


def test_finnish_days() -> None:
    curve = _curve([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    curve["priceArea"] = "FI"
    log = _book(curve)
    assert log.incentives is not None
    first = log.incentives.raw.slots.slots[0].start
    assert first == datetime(2026, 10, 24, 21, tzinfo=UTC)


@pytest.mark.parametrize("when", ["9999-12-31T23:30:00Z", "0001-01-01T00:30:00+14:00"])
def test_the_ends_of_the_calendar(when: str) -> None:
    curve = _curve([{"price": 1, "timestamp": when}])
    assert _book(curve).records == ()
    assert _notice(curve, created=when).created in {
        None,
        datetime.max.replace(minute=30, second=0, microsecond=0, tzinfo=UTC),
    }


def test_quarters_and_overlaps() -> None:
    """Steps are what the portal says; a later point cuts the one before it."""
    cap = {
        "targets": [
            {
                "locationId": "l",
                "meterPointId": "m",
                "resolution": "00:30:00",
                "points": [
                    {"maxPowerInKiloWatts": 2, "timestamp": "2026-10-25T08:15:00Z"},
                    {"maxPowerInKiloWatts": 1, "timestamp": "2026-10-25T08:00:00Z"},
                ],
            }
        ],
        "payloadType": "LocationLPC",
    }
    (part,) = parts_for(_notice(cap), HOME)
    assert [(s.end - s.start, s.value) for s in part.slots] == [
        (HOUR / 4, 1.0),
        (HOUR / 2, 2.0),
    ]
    assert not list(parts_for(_notice(cap), TANK))


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
    logs = logged({}, [_notice(payload)], SITES, user_id="u", now=NOW)
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
    logs = logged({}, [_notice(payload)], SITES, user_id="u", now=NOW)
    assert set(logs) == {"user", "location:l", "resource:t"}
    assert load(dump(logs["user"]), {}) == logs["user"]


def test_kept_and_read_again() -> None:
    curve = _curve([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    logs = logged({}, [_notice(curve)], SITES, user_id="u", now=NOW, pushed=True)
    key = logs["resource:t"].records[0].key
    logs = changed(
        polled(logs, NOW),
        [("resource:t", key)],
        answer=Answer.DECLINED,
        reported=frozenset({NOW}),
    )
    for log in logs.values():
        again = load(json.loads(json.dumps(dump(log))), {})
        assert again == log
        assert again.agenda == log.agenda
        assert again.incentives == log.incentives or again.incentives is not None
    assert logs["resource:t"].is_pushed_to
    assert logs["location:l"].records[0].answer is None


@pytest.mark.parametrize("data", [None, 1, [], {}, {"records": [{}]}, {"records": 1}])
def test_what_was_kept_otherwise(data: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        load(data, {})


def test_joined_keeps_what_was_done_meanwhile() -> None:
    one = _curve([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    held = logged({}, [_notice(one, "a")], SITES, user_id="u", now=NOW)
    found = logged(held, [_notice(one, "b")], SITES, user_id="u", now=NOW)
    key = held["resource:t"].records[0].key
    done = changed(held, [("resource:t", key)], closed=True)
    pushed = logged(done, [_notice(one, "c")], SITES, user_id="u", now=NOW)
    log = joined(pushed["resource:t"], polled(found, NOW)["resource:t"])
    assert [(each.event_id, each.number) for each in log.records] == [
        *(("a", 1), ("c", 2), ("b", 3))
    ]
    assert log.records[0].closed
    assert log.polled == NOW


def test_what_is_old_is_no_news() -> None:
    curve = _curve([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    old = _notice(curve, created="2026-09-01T00:00:00Z")
    assert logged({}, [old], SITES, user_id="u", now=NOW)["user"].records == ()


def test_latest() -> None:
    curve = _curve([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    log = _book(curve, curve)
    assert log.latest == log.records[-1]
    assert EventLog().latest is None
    assert EventLog().holds(NOW)
