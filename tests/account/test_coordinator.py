"""Fetching in rhythm and ticking at boundaries, with a feed whose data tests choose."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import gc
import logging
from typing import Any
import weakref
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.account.coordinator import FeedCoordinator
from custom_components.energy_portals.portals.contract import Feed, FeedRequest, Fetched
from custom_components.energy_portals.portals.http.calls import note_call
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.quantities import ENERGY, Field
from custom_components.energy_portals.portals.reading.skeletons import skeleton
from tests.account.conftest import Make, Source
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault


async def test_request_tells_what_is_held(source: Source, make: Make) -> None:
    coordinator = make()
    source.answer = {"a": 1}
    await coordinator.async_refresh()
    await coordinator.async_refresh()
    assert [request.held for request in source.requests] == [{}, {"a": 1}]
    assert source.requests[0].now.tzinfo is UTC


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (NotFound("op", "HTTP 404"), "not_found"),
        (Unavailable("op"), "cannot_connect"),
        (RateLimited("op"), "rate_limited"),
        (
            UnexpectedResponse("op", "x is missing", {"y": "null"}),
            "unexpected_response",
        ),
    ],
)
async def test_failure_is_noted_once_and_overcome(
    source: Source,
    make: Make,
    caplog: pytest.LogCaptureFixture,
    error: PortalError,
    key: str,
) -> None:
    coordinator = make()
    source.answer = {"a": 1}
    await coordinator.async_refresh()
    source.answer = error
    for _ in range(3):
        await coordinator.async_refresh()
    assert not coordinator.last_update_success
    assert coordinator.last_exception.translation_key == key
    assert coordinator.data == {"a": 1}
    assert coordinator.health.failures == 3
    assert coordinator.health.last_error == f"{type(error).__name__}: {error}"
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert "op" in errors[0].message

    source.answer = {"a": 2}
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    assert coordinator.data == {"a": 2}


async def test_skeleton_reaches_log_and_health(
    source: Source, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    coordinator = make()
    source.answer = UnexpectedResponse("op", "x is missing", {"potenza": "integer"})
    await coordinator.async_refresh()
    assert coordinator.health.skeleton == {"potenza": "integer"}
    assert "'potenza': 'integer'" in str(coordinator.last_exception)


async def test_no_line_of_the_log_is_long(
    source: Source, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """However large the body, and whatever the portal says; what is cut says so."""
    caplog.set_level(logging.DEBUG)
    coordinator = make()
    letters = "abcdefghijklmnopqrstuvwxyz"
    wide = skeleton(
        {f"a_long_name_{one}": dict.fromkeys(letters, 1) for one in letters}
    )
    for error in (
        UnexpectedResponse("op", "ø" * 5000, wide),
        Rejected("op", "no: " + "ø" * 5000),
        Unavailable("op", "ø" * 5000),
    ):
        source.answer = error
        await coordinator.async_refresh()
        source.answer = Fetched({"a": 1}, problems=(error,))
        await coordinator.async_refresh()
    ours = [each.getMessage() for each in caplog.records if "op" in each.getMessage()]
    assert len(ours) >= 6
    assert all(len(line.encode()) <= 2000 for line in ours)
    assert any("..." in line for line in ours)
    # The whole of it is in the diagnostics.
    assert coordinator.health.skeleton == wide


async def test_refused_credentials_start_reauth(
    hass: HomeAssistant, source: Source, make: Make, loaded: MockConfigEntry
) -> None:
    coordinator = FeedCoordinator(
        hass,
        loaded,
        source,
        loaded.runtime_data.store,
        Feed(key="f", fetch=source.fetch, rhythm=make().feed.rhythm),
    )
    source.answer = AuthError("op", "HTTP 401")
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert len(hass.config_entries.flow.async_progress()) == 1


async def _later(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, **time: float
) -> None:
    """Let time pass at once, and what was due happen."""
    freezer.tick(timedelta(**time))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_rhythm_is_kept(
    hass: HomeAssistant,
    source: Source,
    make: Make,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Polls at the interval, only while somebody listens."""
    coordinator = make()
    await coordinator.async_refresh()
    for listens, asked in ((False, 1), (True, 2), (False, 2)):
        stop = coordinator.async_add_listener(lambda: None) if listens else None
        await _later(hass, freezer, minutes=10, seconds=5)
        assert len(source.requests) == asked
        if stop:
            stop()


async def test_pause_asked_for_is_kept(
    hass: HomeAssistant,
    source: Source,
    make: Make,
    freezer: FrozenDateTimeFactory,
) -> None:
    coordinator = make()
    coordinator.async_add_listener(lambda: None)
    source.answer = RateLimited("op", retry_after=3600)
    await coordinator.async_refresh()
    for minutes, asked in ((11, 1), (45, 1), (5, 2)):
        await _later(hass, freezer, minutes=minutes)
        assert len(source.requests) == asked


@pytest.mark.parametrize("pause", ["0", "1", "Wed, 21 Oct 2015 07:28:00 GMT"])
@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_of_nothing_is_no_leave_to_hammer(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    pause: str,
    status: int,
) -> None:
    energy = loaded.runtime_data.feeds["energy"]
    fault = Fault(
        kind="status", status=status, headers={"Retry-After": pause}, times=None
    )
    digiwatt.fail("consumption_totals", fault)
    await energy.async_refresh()
    digiwatt.calls.clear()
    # The event loop follows the clock: with its next turn comes what is due.
    for _ in range(10):
        freezer.tick(timedelta(seconds=5.9))
        for _ in range(20):
            await asyncio.sleep(0)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not [
        each for each in digiwatt.calls if each.operation == "consumption_totals"
    ]


async def test_new_day_is_asked_for(
    source: Source, make: Make, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-10-25T21:59:00+00:00")  # two hours before midnight in Rome
    rome = ZoneInfo("Europe/Rome")
    coordinator = make(interval=timedelta(hours=6), day_in=rome)
    await coordinator.async_refresh()
    due = dt_util.utcnow() + coordinator.update_interval
    assert due == datetime(2026, 10, 25, 23, 0, 10, tzinfo=UTC)


async def test_fetch_over_midnight_is_followed_by_another(
    source: Source,
    make: Make,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was asked for before midnight is of the old day."""
    freezer.move_to("2026-01-15T22:59:50+00:00")
    fetch = source.fetch

    async def slow(client: Any, request: FeedRequest[Any]) -> Fetched[Any]:
        freezer.tick(timedelta(seconds=15))
        return await fetch(client, request)

    monkeypatch.setattr(source, "fetch", slow)
    coordinator = make(interval=timedelta(hours=6), day_in=ZoneInfo("Europe/Rome"))
    await coordinator.async_refresh()
    assert coordinator.update_interval == timedelta(seconds=20)


async def test_what_a_pause_cut_off_is_asked_for_after_it(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    energy = loaded.runtime_data.feeds["energy"]
    entity = "sensor.digiwatt_1234567890_energy_last_month"
    before = hass.states.get(entity).state
    # The true answer first, and then a pause.
    digiwatt.fail("consumption_totals", Fault(kind="delay"))
    digiwatt.fail(
        "consumption_totals",
        Fault(kind="status", status=429, headers={"Retry-After": "90"}),
    )
    await energy.async_refresh()
    assert energy.last_update_success
    assert energy.update_interval == timedelta(seconds=90)
    assert hass.states.get(entity).state == before


async def test_a_pause_that_several_meet_at_once_is_one_line(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Those that were on their way have not asked for anything more than the first."""
    coordinators = loaded.runtime_data.coordinators
    assert len(coordinators) > 2
    digiwatt.fail(
        "*",
        Fault(kind="status", status=429, headers={"Retry-After": "90"}, times=None),
    )
    caplog.clear()
    await asyncio.gather(*(each.async_look_again() for each in coordinators))
    assert not any(each.last_update_success for each in coordinators)
    told = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert len(told) == 1


async def test_partial_failure_keeps_what_is_known(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    energy = loaded.runtime_data.feeds["energy"]
    entity = "sensor.digiwatt_1234567890_energy_yesterday"
    before = hass.states.get(entity).state
    digiwatt.fail("consumption_totals", Fault(kind="status", status=400))
    await energy.async_refresh()
    assert energy.last_update_success
    assert len(energy.health.partial) == 1
    assert hass.states.get(entity).state == before

    # A day later "yesterday" is another day, and what is known is not of it.
    # 26 hours, because a day may have 25.
    freezer.tick(timedelta(hours=26))
    digiwatt.fail("consumption_totals", Fault(kind="status", status=400))
    await energy.async_refresh()
    await hass.async_block_till_done()
    assert hass.states.get(entity).state == "unknown"
    assert hass.states.get(entity.replace("yesterday", "last_month")).state != "unknown"


async def test_a_fetch_that_asks_without_end(
    hass: HomeAssistant, source: Source, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """It fails with that reason, and what is held stays."""
    coordinator = make()
    source.answer = {"a": 1}
    await coordinator.async_refresh()
    asked = 0

    async def endless(client: Any, request: FeedRequest[Any]) -> Fetched[Any]:
        nonlocal asked
        while True:
            note_call("page")
            asked += 1

    most = coordinator.feed.most_calls
    coordinator.feed = replace(coordinator.feed, fetch=endless)
    await coordinator.async_refresh()
    assert asked == most == 5000
    assert coordinator.last_exception.translation_key == "too_much"
    assert coordinator.data == {"a": 1}
    assert "page, more than 5000 calls at once" in caplog.text


async def test_a_fetch_that_takes_without_end(
    hass: HomeAssistant, source: Source, make: Make, freezer: FrozenDateTimeFactory
) -> None:
    coordinator = make()
    asked = 0

    async def slow(client: Any, request: FeedRequest[Any]) -> Fetched[Any]:
        nonlocal asked
        while True:
            note_call("page")
            asked += 1
            freezer.tick(timedelta(minutes=7))

    coordinator.feed = replace(coordinator.feed, fetch=slow)
    await coordinator.async_refresh()
    assert asked == 5
    assert coordinator.last_exception.translation_key == "too_much"


async def test_problems_without_end_are_few_lines(
    source: Source, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    coordinator = make()
    problems = tuple(NotFound(f"part {n}") for n in range(10_000))
    source.answer = Fetched({"a": 1}, problems=problems)
    await coordinator.async_refresh()
    lines = [each for each in caplog.messages if "is missing" in each]
    assert len(lines) == 21
    assert lines[-1].endswith("and 9980 more")
    assert len(coordinator.health.partial) == 21


@pytest.mark.parametrize("kind", [UnexpectedResponse, AuthError])
async def test_an_error_that_is_kept_holds_no_answer(
    hass: HomeAssistant, make: Make, loaded: MockConfigEntry, kind: Any
) -> None:
    """An answer of megabytes would else be held until the feed fails in another way."""
    answers: list[weakref.ref[Body]] = []

    async def fetch(client: Any, request: FeedRequest[Any]) -> Fetched[Any]:
        answer = Body("op", {})
        answers.append(weakref.ref(answer))
        try:
            answer.measure(Field(ENERGY, ("energy",)))
        except UnexpectedResponse:
            raise kind("op", "x") from None
        return Fetched({})

    feed = replace(make().feed, fetch=fetch)
    coordinator = FeedCoordinator(hass, loaded, Source(), make()._store, feed)
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert coordinator.last_exception is not None
    gc.collect()
    assert [answer() for answer in answers] == [None]


async def test_what_is_pushed_is_news_of_its_sites_alone(
    source: Source, make: Make
) -> None:
    """And of all of them where it ends an outage, when time passes, and at a fetch."""
    coordinator = make()
    first, second = object(), object()
    source.answer = {"a": first, "b": second}
    await coordinator.async_refresh()
    news: list[set[str]] = []
    coordinator.async_add_listener(
        lambda: news.append({key for key in "abc" if coordinator.is_news(key)})
    )
    coordinator.async_set_updated_data({"a": object(), "b": second})
    coordinator.async_set_updated_data({"a": coordinator.data["a"]})
    coordinator.async_tick()
    stop = coordinator.async_follow(coordinator.async_tick)
    coordinator.async_set_updated_data(coordinator.data)
    stop()
    coordinator.last_update_success = False
    coordinator.async_set_updated_data(coordinator.data)
    await coordinator.async_refresh()
    every = {"a", "b", "c"}
    assert news == [{"a", "c"}, {"b", "c"}, every, {"b", "c"}, every, every, every]
