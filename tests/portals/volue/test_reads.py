"""Answers are read member by member: what is wrong with one costs that one."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.volue.models import (
    Enrollment,
    Location,
    NotificationLog,
    Resource,
    Webhook,
)
from custom_components.energy_portals.portals.volue.pages import Page
from custom_components.energy_portals.portals.volue.reads import (
    Listed,
    Reading,
    decoded,
    encoded,
    is_whole,
    lost_of,
    rows_of,
)
from custom_components.energy_portals.portals.volue.values import MOST, Unread

HOME = {
    "locationId": "l",
    "locationType": "Residential",
    "coordinates": {"latitude": 60.5, "longitude": 5.1},
    "meterPointIds": ["m"],
    "userId": "u",
}


def _locations(*rows: Any) -> tuple[Listed[Location], Counter[str]]:
    refused: Counter[str] = Counter()
    page = Page(list(rows))
    return rows_of(Location)(Reading("locations", refused), page), refused


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 60.5},
        {"longitude": 5.1},
        {"latitude": 60.5, "longitude": None},
        {"latitude": 91, "longitude": 5.1},
        {"latitude": 60.5, "longitude": -181},
        {"latitude": "sixty", "longitude": 5.1},
        [60.5, 5.1],
        {},
        "60.5,5.1",
    ],
)
def test_half_a_place_is_none(place: Any) -> None:
    """The location stays, and so do all others."""
    odd = {**HOME, "locationId": "odd", "coordinates": place}
    (first, second), refused = _locations(HOME, odd)
    assert (first.coordinates is None, second.coordinates) == (False, None)
    assert second.meter_points == ("m",)
    assert refused["locations.coordinates"] == 1


@pytest.mark.parametrize("row", [None, {}, {**HOME, "locationId": None}, "l", [], 1])
def test_a_bad_row_costs_that_row(row: Any) -> None:
    locations, refused = _locations(row, HOME)
    assert [each.location_id for each in locations] == ["l"]
    assert not is_whole(locations)
    assert sum(refused.values()) >= 1


@pytest.mark.parametrize("ids", [["m", None], ["m", 7], {"m": 1}, "m", [""]])
def test_ids_are_all_there_or_unknown(ids: Any) -> None:
    """One of two meter points would be taken for the only one."""
    ((home,), refused) = _locations({**HOME, "meterPointIds": ids})
    assert home.meter_point_ids is None
    assert refused == {"locations.meterPointIds": 1}


def test_words_and_letter_cases() -> None:
    told = {"LOCATION_ID": "l", "location_type": "residential", "Meter-Point-Ids": []}
    ((home,), refused) = _locations(told)
    assert (home.location_id, home.location_type) == ("l", "Residential")
    assert home.meter_point_ids == ()
    assert not refused
    ((home,), refused) = _locations({**HOME, "locationType": "Castle"})
    assert home.location_type == "Castle"


def test_what_is_told_twice_and_differs_is_neither() -> None:
    locations, refused = _locations({**HOME, "locationid": "other"})
    assert locations == ()
    assert refused["locations.locationId"] == 1


def test_enrolment_that_is_not_told() -> None:
    def read(**more: Any) -> Enrollment:
        return Reading("enrollment", Counter()).one({"userId": "u", **more}, Enrollment)

    assert read().is_enrolled is None
    assert read(isEnrolled=None).is_enrolled is None
    assert read(isEnrolled="maybe").is_enrolled is None
    assert read(isEnrolled=0).is_enrolled is None
    assert read(isEnrolled=False).is_enrolled is False
    assert read(isEnrolled=True, enrollmentDate="soon").enrollment_date is None
    leap = read(enrollmentDate="2026-12-31T23:59:60Z").enrollment_date
    assert leap is not None
    assert leap.year == 2027


@pytest.mark.parametrize("count", [-1, 2.5, MOST, 1e300, "1_0", True])
def test_counts(count: Any) -> None:
    told = {
        "webhookId": "w",
        "tenantId": "t",
        "webhookUrl": "https://x",
        "responseStatusCode": 200,
        "requestDurationMs": count,
    }
    log = Reading("webhook_logs", Counter()).struct(told, NotificationLog)
    assert (log.response_status_code, log.request_duration_ms) == (200, None)


def test_what_must_be_there() -> None:
    reading = Reading("resource", Counter())
    told = {"resourceId": "r", "resourceType": "HVAC", "userId": "u"}
    assert reading.one(told, Resource).resource_type == "HVAC"
    for name in told:
        for odd in ({}, {name: None}):
            kept = {key: value for key, value in told.items() if key != name}
            with pytest.raises(Unread):
                reading.one({**kept, **odd}, Resource)


def test_nothing_needs_more_than_its_ids() -> None:
    told = {"webhookId": "w", "webhookUrl": "https://x", "status": "HEALTHY"}
    webhook = Reading("webhook", Counter()).one({"data": [told]}, Webhook)
    assert (webhook.status, webhook.enabled) == ("Healthy", None)


def test_listed() -> None:
    rows = Listed.of([1, 2], [None])
    assert rows == (1, 2)
    assert msgspec.json.encode(rows) == b"[1,2]"
    assert (is_whole(rows), lost_of(rows)) == (False, (None,))
    assert not is_whole(Listed.of([1], more=True))
    assert is_whole(Listed.of([1]))
    assert (is_whole(None), is_whole(()), lost_of(())) == (False, True, ())


def test_json_that_is_none_or_too_deep() -> None:
    for body in (b"", b"{", b"\xff", b"<html>", b"[" * 200_000 + b"]" * 200_000):
        with pytest.raises(Unread):
            decoded(body)
    deep: list[Any] = []
    for _ in range(200_000):
        deep = [deep]
    with pytest.raises(Unread):
        encoded(deep)


def test_rows_that_come_twice() -> None:
    """The same once more is nothing new; of two that differ, neither counts."""
    other = {**HOME, "locationId": "other"}
    locations, refused = _locations(HOME, other, HOME)
    assert ([each.location_id for each in locations], refused) == (["l", "other"], {})
    assert is_whole(locations)
    locations, refused = _locations(HOME, other, {**HOME, "locationType": "Other"})
    assert [each.location_id for each in locations] == ["other"]
    assert refused == {"locations.twice": 1}
    assert not is_whole(locations)
