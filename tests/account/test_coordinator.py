"""Fetching in rhythm and ticking at boundaries, with a feed whose data tests choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, callback
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.account.coordinator import FeedCoordinator
from custom_components.energy_portals.account.store import PortalStore
from custom_components.energy_portals.account.ticker import SlotTicker
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.contract import Feed, FeedRequest, Fetched
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    NotFound,
    PortalError,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.rhythms import Every
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault


@dataclass
class Source:
    """A portal of one feed: what it answers, and what it was asked."""

    answer: Mapping[str, Any] | PortalError = field(default_factory=dict)
    requests: list[FeedRequest[Any]] = field(default_factory=list)

    async def fetch(self, client: Any, request: FeedRequest[Any]) -> Fetched[Any]:
        """Answer as told."""
        self.requests.append(request)
        if isinstance(self.answer, PortalError):
            raise self.answer
        return Fetched(self.answer)

    def skeletons(self) -> dict[str, Any]:
        """Return nothing: no client is involved."""
        return {}

    refused = skeletons


type Make = Callable[..., FeedCoordinator[Any]]


@pytest.fixture
def source() -> Source:
    """Return a portal of one feed."""
    return Source()


@pytest.fixture
async def make(hass: HomeAssistant, source: Source) -> Make:
    """Return a maker of coordinators of that feed."""
    assert await async_setup_component(hass, DOMAIN, {})  # loads the messages
    entry = MockConfigEntry(domain=DOMAIN, data={"vendor": "v"})
    entry.add_to_hass(hass)

    def coordinator(**rhythm: Any) -> FeedCoordinator[Any]:
        every = Every(**{"interval": timedelta(minutes=10), **rhythm})
        feed = Feed(key="f", fetch=source.fetch, rhythm=every)
        store = PortalStore(hass, entry.entry_id)
        return FeedCoordinator(hass, entry, source, store, feed)

    return coordinator


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


def _slots(*starts: datetime, minutes: int = 60) -> Series[None]:
    """Return slots of one length."""
    length = timedelta(minutes=minutes)
    return Series.of(Slot(start, start + length, None) for start in starts)


class Ticks:
    """A listener that writes down when it was called."""

    def __init__(self) -> None:
        """Begin with none."""
        self.at: list[datetime] = []

    @callback
    def __call__(self) -> None:
        """Note the time."""
        self.at.append(dt_util.utcnow())


async def _pass(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, until: datetime, step: int
) -> None:
    """Let time pass in steps of seconds."""
    while dt_util.utcnow() < until:
        freezer.tick(timedelta(seconds=step))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Rome, the first time


async def test_ticks_at_boundaries_alone(
    hass: HomeAssistant, source: Source, make: Make, freezer: FrozenDateTimeFactory
) -> None:
    """In the repeated hour of autumn, too: boundaries are in UTC."""
    freezer.move_to(START)
    hour = timedelta(hours=1)
    first, second = START + hour / 2, START + 2 * hour
    source.answer = {"a": _slots(first, second)}
    coordinator, ticks = make(interval=timedelta(days=1)), Ticks()
    await coordinator.async_refresh()
    stop = SlotTicker(hass, (coordinator,)).start()
    coordinator.async_add_listener(ticks)
    await _pass(hass, freezer, START + 4 * hour, 30)
    expected = [first, first + hour, second, second + hour]
    assert len(ticks.at) == len(expected)
    for at, boundary in zip(ticks.at, expected, strict=True):
        assert boundary <= at < boundary + timedelta(seconds=31)
    stop()


async def test_ticks_after_sleep_and_clock_jumps(
    hass: HomeAssistant, source: Source, make: Make, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(START)
    source.answer = {"a": _slots(START + timedelta(hours=1))}
    coordinator, ticks = make(interval=timedelta(days=1)), Ticks()
    await coordinator.async_refresh()
    stop = SlotTicker(hass, (coordinator,)).start()
    coordinator.async_add_listener(ticks)

    freezer.tick(timedelta(hours=1, minutes=20))  # slept over the slot's start
    async_fire_time_changed(hass)
    assert len(ticks.at) == 1

    freezer.move_to(START)  # put back before the slot
    async_fire_time_changed(hass, START + timedelta(hours=1, minutes=22))
    assert len(ticks.at) == 2
    await _pass(hass, freezer, START + timedelta(hours=1, minutes=1), 60)
    assert len(ticks.at) == 3
    stop()


async def test_data_that_comes_brings_its_boundaries(
    hass: HomeAssistant, source: Source, make: Make, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(START)
    coordinator, ticks = make(interval=timedelta(days=1)), Ticks()
    await coordinator.async_refresh()
    stop = SlotTicker(hass, (coordinator,)).start()
    coordinator.async_add_listener(ticks)
    source.answer = {"a": _slots(START + timedelta(seconds=40)), "b": "no series"}
    await coordinator.async_refresh()
    assert len(ticks.at) == 1  # the fetch itself
    await _pass(hass, freezer, START + timedelta(seconds=45), 5)
    assert len(ticks.at) == 2

    stop()
    await _pass(hass, freezer, START + timedelta(hours=2), 600)
    assert len(ticks.at) == 2


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
