"""What is told again: completed, kept, or in dispute."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.volue.event_log import (
    Answer,
    EventLog,
    changed,
    dump,
    load,
    logged,
)
from custom_components.energy_portals.portals.volue.models import EventType
from tests.portals.volue.notices import HOUR, NOW, SITES, curve_of, log_of, notice_of

KW = "maxPowerInKiloWatts"
START = NOW.replace(hour=8, minute=0)


def _caps(*values: Any, kind: str = EventType.RESOURCE_CAP) -> dict[str, Any]:
    """Return caps of one hour each; None lacks its value, a text its time."""
    points = [
        {KW: value if isinstance(value, int) else None}
        | (
            {}
            if isinstance(value, str)
            else {"timestamp": (START + HOUR * n).isoformat()}
        )
        for n, value in enumerate(values)
    ]
    target = {"locationId": "l", "meterPointId": "m", "resourceId": "t"}
    return {
        "targets": [{**target, "resolution": "01:00:00", "points": points}],
        "payloadType": kind,
    }


def _told(
    *payloads: Any, answer: Answer | None = None
) -> tuple[EventLog, Counter[str]]:
    """Return the log of one event that was told several times."""
    logs: dict[str, EventLog] = {}
    refused: Counter[str] = Counter()
    for payload in payloads:
        notices = [notice_of(payload)]
        logs = logged(logs, notices, SITES, user_id="u", now=NOW, refused=refused)
        if answer is not None:
            keys = [("resource:t", each.key) for each in logs["resource:t"].records]
            logs = changed(logs, keys, answer=answer)
    return logs["resource:t"], refused


def _known(log: EventLog) -> list[float]:
    (state,) = log.records
    return [slot.value for slot in state.part.slots]


def test_what_was_incomplete_is_completed() -> None:
    """What was done about it meanwhile stays done."""
    log, refused = _told(_caps(3, None), _caps(3, 2), answer=Answer.DECLINED)
    assert _known(log) == [3, 2]
    assert not log.records[0].part.is_incomplete
    assert log.records[0].answer is Answer.DECLINED
    assert not refused


def test_what_is_complete_stays_so() -> None:
    log, refused = _told(_caps(3, 2), _caps(3, None), _caps(3, "lost"))
    assert _known(log) == [3, 2]
    assert not refused


@pytest.mark.parametrize("times", [1, 3])
def test_two_versions_of_one_event(times: int) -> None:
    """Only that is known in which both agree, however often each is told."""
    log, refused = _told(*[_caps(3, 2), _caps(3, 1)] * times)
    assert _known(log) == [3]
    assert log.records[0].part.unknown == ((START + HOUR, START + 2 * HOUR),)
    assert log.records[0].disputed
    assert refused == {"events.id": 1}
    kept: Any = dump(log)
    assert load(kept, {}) == log
    # A log without any is kept as it was before there were such.
    whole: Any = dump(_told(_caps(3, 2))[0])
    (usual,), (odd,) = whole["records"], kept["records"]
    assert odd.keys() - usual.keys() == {"disputed"}
    assert odd["part"].keys() - usual["part"].keys() == {"incomplete"}


def test_two_versions_in_one_list() -> None:
    notices = [notice_of(_caps(3, 2)), notice_of(_caps(3, 2, 1))]
    log = logged({}, notices, SITES, user_id="u", now=NOW)["resource:t"]
    assert _known(log) == [3, 2]
    assert log.records[0].disputed


def test_a_curve_whose_unit_came_later() -> None:
    points = [{"price": 1, "timestamp": START.isoformat()}]
    log, refused = _told(curve_of(points, currency=None), curve_of(points))
    assert log.records[0].part.currency == "NOK"
    assert not refused
    log, refused = _told(curve_of(points), curve_of(points, currency="SEK"))
    assert _known(log) == []
    assert refused == {"events.id": 1}


def test_an_hour_that_is_not_known_is_not_uncapped() -> None:
    (caps,) = (log_of(_caps(3, None, 2)).caps,)
    assert caps is not None
    shown = [
        (caps.at(START + HOUR * n), caps.is_capped(START + HOUR * n)) for n in range(4)
    ]
    assert shown == [(3, True), (None, None), (2, True), (None, False)]
    assert caps.following(NOW) is None
    assert caps.next_change(START) == START + HOUR
    # What was lost without its time may be about any.
    caps = log_of(_caps(3, "lost")).caps
    assert caps is not None
    assert caps.at(START) is None
    assert caps.is_capped(START) is True
    assert caps.is_capped(START + 5 * HOUR) is None
    assert caps.is_capped(START + timedelta(days=3)) is False


def test_an_hour_that_is_not_known_adds_not_nothing() -> None:
    """Neither is it what an earlier curve said of it."""

    def point(hour: int, price: float | None) -> dict[str, Any]:
        return {"price": price, "timestamp": f"2026-10-26T{hour:02}:00:00Z"}

    earlier = curve_of([point(8, 1), point(9, 1)])
    log = log_of(earlier, curve_of([point(8, 2), point(9, None)]))
    assert log.incentives is not None
    values = {slot.start.hour: slot.value.value for slot in log.incentives.raw.slots}
    assert (values[8], values.get(9), values[10]) == (2, None, 0)
    lost = curve_of([point(8, 2), {"price": 1}])
    log = log_of(earlier, lost)
    assert log.incentives is not None
    assert [slot.value.value for slot in log.incentives.raw.slots] == [2]


def test_an_area_that_is_not_known_has_no_days() -> None:
    curve = curve_of([{"price": 1, "timestamp": START.isoformat()}])
    for area in (None, "Unknown", "EE"):
        log = log_of({**curve, "priceArea": area})
        assert log.incentives is not None
        assert len(log.incentives.raw.slots) == 1


def test_how_long_it_lasts() -> None:
    (state,) = log_of(_caps(3, None)).records
    assert (state.start, state.end, state.until) == (
        *(START, START + 2 * HOUR, START + 2 * HOUR),
    )
    assert len(state.spans) == 2
    (state,) = log_of(_caps("lost")).records
    assert (state.start, state.end) == (state.created, state.received)
    assert state.until == state.created + timedelta(days=2)
    (state,) = log_of(_caps(*[None] * 40, "lost")).records
    assert state.until == state.end + timedelta(days=1)
    assert replace(state, answer=Answer.DECLINED).is_cap
