"""When the user is asked, and about what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from custom_components.energy_portals.portals.questions import Asked
from custom_components.energy_portals.portals.volue.event_log import EventLog
from custom_components.energy_portals.portals.volue.models import EventType
from custom_components.energy_portals.portals.volue.questions import QUESTIONS
from custom_components.energy_portals.portals.volue.sites import CapPolicy
from tests.portals.volue.notices import SITES, TANK, USER, log_of

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
BY_KEY = {question.key: question for question in QUESTIONS}
CAP = {
    "payloadType": EventType.RESOURCE_CAP,
    "targets": [
        {
            "locationId": "l",
            "meterPointId": "m",
            "resourceId": "t",
            "resolution": "01:00:00",
            "points": [
                {"maxPowerInKiloWatts": 1.5, "timestamp": "2026-10-25T08:00:00Z"},
                {"maxPowerInKiloWatts": 0.5, "timestamp": "2026-10-25T09:00:00Z"},
            ],
        }
    ],
}


def test_a_cap_is_asked_about_by_its_lowest_power() -> None:
    (asked,) = BY_KEY["cap_to_answer"].asked(TANK, log_of(CAP), NOW)
    assert asked.says["power"] == "0.5 kW"
    assert asked.says["start"] == "2026-10-25 08:00"


def test_an_answer_that_goes_by_itself_has_time_to() -> None:
    ask, log = BY_KEY["cap_to_answer"].asked, log_of(CAP)
    site = replace(TANK, policy=CapPolicy.ACKNOWLEDGE)
    assert list(ask(site, log, NOW)) == []
    assert list(ask(site, log, NOW + timedelta(minutes=5)))
    assert list(ask(USER, log, NOW)) == []
    assert list(ask(TANK, EventLog(), NOW)) == []


def test_records_that_are_gone() -> None:
    gone = replace(TANK, missing=True)
    ask = BY_KEY["record_removed"].asked
    assert list(ask(gone, gone, NOW)) == [Asked(says={"site": "Tank"})]
    assert [each for site in SITES for each in ask(site, site, NOW)] == []
    user = replace(USER, missing=True)
    assert list(ask(user, user, NOW)) == []
    assert list(BY_KEY["user_removed"].asked(user, user, NOW))


def test_what_of_a_cap_is_not_known_is_not_asked_about_as_if_it_were() -> None:
    (target,) = CAP["targets"]
    points = [*target["points"], {"timestamp": "2026-10-25T10:00:00Z"}]  # type: ignore[index]
    cap = {**CAP, "targets": [{**target, "points": points}]}  # type: ignore[dict-item]
    ask = BY_KEY["cap_to_answer"].asked
    (asked,) = ask(TANK, log_of(cap), NOW)
    assert asked.says["power"] == "\u2264 0.5 kW"
    assert asked.says["end"] == "2026-10-25 11:00"
    cap = {**CAP, "targets": [{**target, "points": [{}]}]}  # type: ignore[dict-item]
    (asked,) = ask(TANK, log_of(cap), NOW)
    assert [asked.says[each] for each in ("power", "start", "end")] == ["?"] * 3
