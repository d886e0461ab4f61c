"""What payloads say: a target or point that cannot be read costs itself alone."""

from collections import Counter
import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.volue.events import (
    EventPart,
    is_incomplete,
    parts_for,
)
from custom_components.energy_portals.portals.volue.messages import EligibilityPayload
from custom_components.energy_portals.portals.volue.pages import Page
from custom_components.energy_portals.portals.volue.payloads import (
    compensation,
    events,
    notification,
    payload_of,
)
from custom_components.energy_portals.portals.volue.reads import Reading, is_whole
from custom_components.energy_portals.portals.volue.values import Unread
from tests.portals.volue.notices import HOME, HOUR, TANK, curve_of, notice_of

KW = "maxPowerInKiloWatts"
POINTS = [
    {KW: 3.5, "timestamp": "2026-10-25T08:00:00Z"},
    {KW: 2, "timestamp": "2026-10-25T09:00:00Z"},
]
EARNED = {
    "locationId": "l",
    "activeAmount": 12.5,
    "blockedAmount": 1.5,
    "currency": "NOK",
}


def _target(*points: Any, **more: Any) -> dict[str, Any]:
    target = {"locationId": "l", "meterPointId": "m", "resourceId": "t"}
    return {**target, "resolution": "01:00:00", "points": list(points), **more}


def _caps(*targets: Any, **more: Any) -> dict[str, Any]:
    return {"targets": list(targets), "payloadType": "ResourceLPC", **more}


def _part(payload: Any) -> EventPart:
    (part,) = parts_for(notice_of(payload), TANK)
    return part


def _values(part: EventPart) -> list[float]:
    return [slot.value for slot in part.slots]


# A point, and how much is lost with it and is unknown.
BAD_POINTS = [
    ({"timestamp": "2026-10-25T10:00:00Z"}, 0, 1),
    ({KW: None, "timestamp": "2026-10-25T10:00:00Z"}, 0, 1),
    ({KW: -5, "timestamp": "2026-10-25T10:00:00Z"}, 0, 1),
    ({KW: 1e7, "timestamp": "2026-10-25T10:00:00Z"}, 0, 1),
    ({KW: 3, "unit": "W", "timestamp": "2026-10-25T10:00:00Z"}, 0, 1),
    ({KW: 3, "isValid": False, "timestamp": "2026-10-25T10:00:00Z"}, 0, 1),
    ({KW: 3}, 1, 0),
    ({KW: 3, "timestamp": None}, 1, 0),
    ({KW: 3, "timestamp": "2026-10-25"}, 1, 0),
    ({KW: 3, "date": "2026-10-25", "hour": 10}, 1, 0),
    ({KW: 3, "timestamp": "2026-10-25T10:00:00", "timeZone": "Mars"}, 0, 1),
    (None, 1, 0),
    ([], 1, 0),
    ("point", 1, 0),
]


@pytest.mark.parametrize(("point", "lost", "unknown"), BAD_POINTS)
def test_a_bad_point_costs_that_point(point: Any, lost: int, unknown: int) -> None:
    """The rest of its target stays, and so do the other targets."""
    other = _target(*POINTS, resourceId="other")
    payload = _caps(_target(POINTS[0], point, POINTS[1]), other)
    part = _part(payload)
    assert _values(part) == [3.5, 2.0]
    assert (part.lost, len(part.unknown)) == (lost, unknown)
    assert part.is_incomplete
    assert is_incomplete(notice_of(payload))
    refused: Counter[str] = Counter()
    payload_of(json.dumps(payload).encode(), b"{}", refused)
    assert set(refused) <= {"ResourceLPC.points.timestamp", "ResourceLPC.points.value"}
    assert refused.total() == 1


def test_what_is_whole_says_so() -> None:
    payload = _caps(_target(*POINTS))
    assert not _part(payload).is_incomplete
    assert not is_incomplete(notice_of(payload))


@pytest.mark.parametrize("points", [None, {}, {"error": "later"}, "none", 0])
def test_no_list_of_points_is_not_an_empty_one(points: Any) -> None:
    target = {**_target(), "points": points}
    assert _part(_caps(target)).lost == 1
    assert not _part(_caps(_target())).is_incomplete


@pytest.mark.parametrize(
    "target",
    [
        *(None, {}, "target", [], {**_target(*POINTS), "meterPointId": None}),
        *(
            {**_target(*POINTS), "locationId": 7},
            {**_target(*POINTS), "resourceId": ""},
        ),
    ],
)
def test_a_bad_target_costs_that_target(target: Any) -> None:
    payload = _caps(target, _target(*POINTS))
    assert _values(_part(payload)) == [3.5, 2.0]
    assert not _part(payload).is_incomplete
    assert is_incomplete(notice_of(payload))


@pytest.mark.parametrize("resolution", [None, "", "soon", "00:00:00", 60, "24:00:00"])
def test_without_steps_points_are_nowhere(resolution: Any) -> None:
    payload = _caps(_target(*POINTS, resolution=resolution))
    refused: Counter[str] = Counter()
    payload_of(json.dumps(payload).encode(), b"{}", refused)
    assert refused == {"ResourceLPC.resolution": 1}
    part = _part(payload)
    assert (part.slots, part.unknown, part.lost) == ((), (), 2)


@pytest.mark.parametrize(
    "around",
    [
        {"unit": "W"},
        {"status": "Cancelled"},
        {"direction": "FeedIn"},
        {"multiplier": 1000},
        {"metadata": {"decimals": 2}},
    ],
)
def test_what_stands_around_counts_at_every_level(around: dict[str, Any]) -> None:
    """On target, payload and event alike, nothing but the times is known."""
    event = {"id": "e", "createdAt": "2026-10-24T12:00:00Z"}
    payloads = (
        _caps(_target(*POINTS, **around)),
        _caps(_target(*POINTS), **around),
    )
    for payload in payloads:
        part = _part(payload)
        assert (part.slots, len(part.unknown)) == ((), 2)
    body = json.dumps(_caps(_target(*POINTS))).encode()
    for said in (around, {"meta": around}):
        reading = Reading("events", Counter())
        row = {**event, **said, "payload": _caps(_target(*POINTS))}
        (read,) = events(reading, Page([row]))
        _, payload = payload_of(body, bytes(read.around), Counter())
        assert payload is not None
        assert payload.targets[0].points == ()  # type: ignore[union-attr]


def test_units_of_an_envelope_hold_for_events() -> None:
    row = {"id": "e", "payload": _caps(_target(*POINTS))}
    (read,) = events(Reading("events", Counter()), Page([row], ({"unit": "MW"},)))
    assert json.loads(bytes(read.around)) == {"unit": "MW"}


def test_repeated_and_contradicting_points() -> None:
    """The same once more is nothing new; of two that differ, neither counts."""
    again = _caps(_target(*POINTS, POINTS[0]))
    assert _values(_part(again)) == [3.5, 2.0]
    assert not _part(again).is_incomplete
    odd = _part(_caps(_target(*POINTS, {**POINTS[0], KW: 4})))
    assert (_values(odd), len(odd.unknown)) == ([2.0], 1)
    blank = _part(_caps(_target(*POINTS, {**POINTS[0], KW: None})))
    assert (_values(blank), len(blank.unknown)) == ([2.0], 1)
    twice = _part(_caps(_target(*POINTS), _target({**POINTS[0], KW: 4})))
    assert (_values(twice), len(twice.unknown)) == ([2.0], 1)


@pytest.mark.parametrize("kind", ["resourcelpc", "RESOURCE_LPC", "ResourceLPC"])
def test_types_whatever_their_case(kind: str) -> None:
    assert _values(_part(_caps(_target(*POINTS), payloadType=kind))) == [3.5, 2.0]


# --- price curves -----------------------------------------------------------------


def _price(value: Any = 0.5, hour: int = 8, **more: Any) -> dict[str, Any]:
    return {"price": value, "timestamp": f"2026-10-25T{hour:02}:00:00Z", **more}


def test_a_curve_in_any_unit() -> None:
    for payload in (
        curve_of([_price(500)], energyUnit="MWh"),
        curve_of([_price("0,5")]),
        curve_of([_price({"value": 500, "unit": "NOK/MWh"})], energyUnit=None),
        curve_of([_price(50, unit="øre/kWh")]),
        curve_of([_price(0.5)], currency=None, energyUnit=None, unit="NOK/kWh"),
        curve_of([_price(0.5)], resolution="PT1H"),
    ):
        part = _part(payload)
        assert (_values(part), part.currency) == ([0.5], "NOK")
        assert part.slots[0].end - part.slots[0].start == HOUR


@pytest.mark.parametrize(
    "point",
    [
        _price(None),
        _price(1e9),
        _price("1_0"),
        _price("1.234"),
        _price(0.5, currency="EUR"),
        _price(0.5, unit="NOK/MWh"),
        _price(0.5, minorUnit=True),
        _price({"amount": 0.5, "value": 1}),
    ],
)
def test_a_bad_price_costs_that_hour(point: Any) -> None:
    part = _part(curve_of([_price(1, 9), point]))
    assert (_values(part), len(part.unknown), part.lost) == ([1.0], 1, 0)


@pytest.mark.parametrize("missing", ["currency", "energyUnit"])
def test_without_its_unit_a_curve_says_nothing(missing: str) -> None:
    part = _part(curve_of([_price()], **{missing: None}))
    assert (part.slots, len(part.unknown), part.currency) == ((), 1, "")


def test_currencies_that_differ_within_a_curve() -> None:
    points = [_price(1, 8, currency="NOK"), _price(1, 9, currency="SEK")]
    part = _part(curve_of(points, currency=None))
    assert (part.slots, len(part.unknown)) == ((), 2)


# --- eligibility ----------------------------------------------------------------------


def test_users_that_cannot_be_read() -> None:
    def told(**more: Any) -> EligibilityPayload:
        payload = notice_of({"payloadType": "UserEligibility", **more}).payload
        assert isinstance(payload, EligibilityPayload)
        return payload

    assert told().added_users is None
    assert told(addedUsers={"error": "x"}).added_users is None
    added = told(addedUsers=["a", None, ""]).added_users
    assert (added, is_whole(added)) == (("a",), False)
    odd = notice_of({"payloadType": "UserEligibility", "addedUsers": ["a", None]})
    assert is_incomplete(odd)


# --- notifications ------------------------------------------------------------------

TOLD = {"notificationId": "n", "eventId": "e", "payload": {"payloadType": "X"}}


def test_a_notification_needs_its_ids_and_no_more() -> None:
    refused: Counter[str] = Counter()
    odd = {**TOLD, "eventCreatedAtUtc": "soon", "notificationType": None}
    read = notification(json.dumps(odd).encode(), refused)
    assert (read.event_id, read.event_created_at_utc) == ("e", None)
    assert refused == {"notification.eventCreatedAtUtc": 1}
    wrapped = notification(
        json.dumps({"data": {**TOLD, "unit": "W"}}).encode(), refused
    )
    assert json.loads(bytes(wrapped.around)) == {"unit": "W"}
    for name in TOLD:
        body = {key: value for key, value in TOLD.items() if key != name}
        with pytest.raises(Unread):
            notification(json.dumps(body).encode(), refused)


def test_payloads_that_are_too_deep() -> None:
    deep: Any = []
    for _ in range(40):
        deep = [deep]
    body = json.dumps({**TOLD, "payload": {"payloadType": "X", "x": deep}}).encode()
    with pytest.raises(Unread):
        notification(body, Counter())
    reading = Reading("events", Counter())
    rows = events(reading, Page([{"id": "e", "payload": {"x": deep}}]))
    assert (rows, is_whole(rows)) == ((), False)
    refused: Counter[str] = Counter()
    assert payload_of(b"[" * 200_000, b"{}", refused) == ("", None)
    assert refused == {"payload.payloadType": 1}


def test_where_others_are_told_a_location_has_no_cap() -> None:
    assert parts_for(notice_of(_caps(_target(*POINTS))), HOME) == ()


# --- compensation ---------------------------------------------------------------------


def _earned(*rows: Any, **more: Any) -> tuple[Any, bool]:
    body = {"period": {"from": "2026-10-01"}, "locationCompensations": list(rows)}
    read = compensation(Reading("compensation", Counter()), {**body, **more})
    told = [(e.location_id, e.active_amount, e.currency) for e in read.locations]
    return told, is_whole(read.location_compensations)


def test_what_was_earned() -> None:
    assert _earned(EARNED) == ([("l", 12.5, "NOK")], True)
    assert _earned(EARNED, EARNED) == ([("l", 12.5, "NOK")], True)
    minor = {**EARNED, "activeAmount": 1250, "unit": "øre"}
    assert _earned(minor) == ([("l", 12.5, "NOK")], True)
    above = {key: value for key, value in EARNED.items() if key != "currency"}
    assert _earned(above, currency="SEK") == ([("l", 12.5, "SEK")], True)


@pytest.mark.parametrize(
    "row",
    [None, {}, "l", {**EARNED, "locationId": None}, {**EARNED, "activeAmount": 99}],
)
def test_a_row_that_is_in_doubt_makes_the_sum_unknown(row: Any) -> None:
    other = {**EARNED, "locationId": "other"}
    told, whole = _earned(other, EARNED, row)
    assert ("other", 12.5, "NOK") in told
    assert not whole


@pytest.mark.parametrize(
    "more",
    [
        {"currency": None},
        {"currency": "EUR", "unit": "NOK"},
        {"minorUnits": True},
        {"activeAmount": "1_0"},
        {"activeAmount": 1e300},
        {"isPreliminary": True},
    ],
)
def test_amounts_in_doubt(more: dict[str, Any]) -> None:
    ((row,), whole) = _earned({**EARNED, **more})
    assert row[1] is None
    assert whole


@pytest.mark.parametrize("rows", [None, {}, {"error": "x"}, "none"])
def test_no_list_of_amounts_is_not_an_empty_one(rows: Any) -> None:
    body = {"period": {}, "locationCompensations": rows}
    read = compensation(Reading("compensation", Counter()), body)
    assert read.location_compensations is None
    assert not is_whole(read.location_compensations)
