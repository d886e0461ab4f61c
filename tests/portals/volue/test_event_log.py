"""What is held of events: joined, kept, told once."""

import json
from typing import Any

import pytest

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
from tests.portals.volue.notices import NOW, SITES, curve_of, log_of, notice_of


def test_kept_and_read_again() -> None:
    curve = curve_of([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    logs = logged({}, [notice_of(curve)], SITES, user_id="u", now=NOW, pushed=True)
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
    one = curve_of([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    held = logged({}, [notice_of(one, "a")], SITES, user_id="u", now=NOW)
    found = logged(held, [notice_of(one, "b")], SITES, user_id="u", now=NOW)
    key = held["resource:t"].records[0].key
    done = changed(held, [("resource:t", key)], closed=True)
    pushed = logged(done, [notice_of(one, "c")], SITES, user_id="u", now=NOW)
    log = joined(pushed["resource:t"], polled(found, NOW)["resource:t"])
    assert [(each.event_id, each.number) for each in log.records] == [
        *(("a", 1), ("c", 2), ("b", 3))
    ]
    assert log.records[0].closed
    assert log.polled == NOW


def test_what_is_old_is_no_news() -> None:
    curve = curve_of([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    old = notice_of(curve, created="2026-09-01T00:00:00Z")
    assert logged({}, [old], SITES, user_id="u", now=NOW)["user"].records == ()


def test_latest() -> None:
    curve = curve_of([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}])
    log = log_of(curve, curve)
    assert log.latest == log.records[-1]
    assert EventLog().latest is None
    assert EventLog().holds(NOW)


def test_what_was_kept_before_there_was_more_to_keep() -> None:
    log = log_of(curve_of([{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}]))
    kept = json.loads(json.dumps(dump(log)))
    (state,) = kept["records"]
    assert "disputed" not in state
    assert "incomplete" not in state["part"]
    assert load(kept, {}) == log


@pytest.mark.parametrize(
    ("kind", "is_flexible"), [("Resource", True), ("Location", False)]
)
def test_whose_caps_they_are(kind: str, is_flexible: bool) -> None:
    """A thing's own are not the whole location's."""
    points = [{"maxPowerInKiloWatts": 3, "timestamp": "2026-10-25T08:00:00Z"}]
    place = {"locationId": "l", "meterPointId": "m"}
    target = {**place, "resolution": "01:00:00", "points": points}
    if is_flexible:
        target["resourceId"] = "t"
    payload = {"targets": [target], "payloadType": f"{kind}LPC"}
    logs = logged({}, [notice_of(payload)], SITES, user_id="u", now=NOW)
    caps = logs["resource:t" if is_flexible else "location:l"].caps
    assert caps is not None
    assert [slot.value for slot in caps.slots] == [3]
    assert caps.is_flexible is is_flexible
    none = logs["location:l" if is_flexible else "resource:t"].caps
    assert none is not None
    assert not none.slots.slots
