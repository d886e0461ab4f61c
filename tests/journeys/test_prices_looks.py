"""A day at a portal that publishes, corrects and fails, as its server sees it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.accounts import act
from tests.market import AUTUMN, DAY, HOUR, MINUTE, ORDINARY, OSLO, SPRING, local
from tests.priced import esmart_entry, set_up
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

PRICES = {"spotprices", "contract_prices", "meter_prices"}
KNOWN = "binary_sensor.price_area_no1_prices_for_tomorrow_known"
PRELIMINARY = "binary_sensor.price_area_no1_price_preliminary"
PUBLISHED = "event.price_area_no1_prices_published"


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart."""
    return sandbox.portal(EsmartSandbox)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


def _state(hass: HomeAssistant, entity: str) -> str:
    """Return what an entity shows."""
    state = hass.states.get(entity)
    assert state is not None
    return state.state


async def _minutes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    start: datetime,
    end: datetime,
    step: timedelta = MINUTE,
) -> Iterator[datetime]:
    """Live through a time."""
    now = start
    while now < end:
        freezer.move_to(now)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        yield now
        now += step


def _calls(esmart: EsmartSandbox) -> dict[str, int]:
    """Return how often prices were asked for since the last time, by operation."""
    names = [each.operation for each in esmart.calls if each.operation in PRICES]
    esmart.calls.clear()
    return {name: names.count(name) for name in sorted(set(names))}


def _entry(hass: HomeAssistant, sandbox: Sandbox, entry_id: str) -> MockConfigEntry:
    """Return an account; its spread goes by its id."""
    made = esmart_entry(hass, sandbox)
    entry = MockConfigEntry(
        domain=made.domain,
        title="eSmart",
        data=dict(made.data),
        entry_id=entry_id,
        unique_id=f"esmart:{entry_id}",
    )
    entry.add_to_hass(hass)
    return entry


@pytest.mark.parametrize("entry_id", ["one", "two", "three", "four"])
@pytest.mark.parametrize("late", [0, 7, 22])
async def test_what_the_portal_has_is_seen_within_ten_minutes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    entry_id: str,
    late: int,
) -> None:
    esmart.prices.delay_publication(late)
    start = local(ORDINARY, OSLO, 12, 33)
    freezer.move_to(start)
    await set_up(hass, _entry(hass, sandbox, entry_id))
    published = local(ORDINARY, OSLO, 12, 55) + late * MINUTE
    end = published + 10 * MINUTE
    async for _ in _minutes(hass, freezer, start, end + MINUTE):
        pass
    assert _state(hass, KNOWN) == "on"


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
async def test_an_ordinary_day(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    day: Any,
) -> None:
    """One call for the new day, and three looks at what is published."""
    start = local(day - DAY, OSLO, 12, 33)
    freezer.move_to(start)
    await set_up(hass, esmart_entry(hass, sandbox))
    step = 5 * MINUTE
    async for _ in _minutes(hass, freezer, start, local(day, OSLO), step):
        pass
    # Today's were asked for at the start and an hour later.
    assert _calls(esmart) == {"meter_prices": 5, "spotprices": 5}
    async for _ in _minutes(
        hass, freezer, local(day, OSLO), local(day + DAY, OSLO), step
    ):
        pass
    assert _calls(esmart) == {"meter_prices": 4, "spotprices": 4}


async def test_a_late_day_that_is_wrong(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
) -> None:
    """It is nought until six in the evening; an event tells of it, and of the end."""
    esmart.prices.delay_publication(95)
    tomorrow = local(ORDINARY + DAY, OSLO)
    esmart.prices.correct_price(tomorrow.isoformat(), (tomorrow + DAY).isoformat(), 0)
    start = local(ORDINARY, OSLO, 9)
    freezer.move_to(start)
    await set_up(hass, esmart_entry(hass, sandbox))
    told = []
    async for now in _minutes(hass, freezer, start, tomorrow, 5 * MINUTE):
        state = hass.states.get(PUBLISHED)
        assert state is not None
        if state.state != "unknown" and (not told or told[-1] is not state):
            told.append(state)
        if now == local(ORDINARY, OSLO, 17, 30):
            assert _state(hass, PRELIMINARY) == "on"
            answer: Any = await act(
                hass, "get_prices", entity_id="sensor.price_area_no1_price"
            )
            marked = [slot.get("preliminary", False) for slot in answer["slots"]]
            assert marked == [False] * 96 + [True] * 96
        if now == local(ORDINARY, OSLO, 18):
            esmart.prices._corrections.clear()
    days = [(each.attributes["day"], each.attributes["corrected"]) for each in told]
    day = (ORDINARY + DAY).isoformat()
    assert days == [(day, False), (day, True)]
    assert told[0].attributes["highest"] == 0 < told[1].attributes["highest"]
    assert _state(hass, PRELIMINARY) == "off"
    assert all(count <= 12 for count in _calls(esmart).values())


async def test_a_look_that_fails_is_not_noticed(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    start = local(ORDINARY, OSLO, 15)
    freezer.move_to(start)
    entry = esmart_entry(hass, sandbox)
    await set_up(hass, entry)
    before = {
        state.entity_id: state.state
        for state in hass.states.async_all(("sensor", "binary_sensor", "event"))
        if "price" in state.entity_id
    }
    caplog.clear()
    esmart.calls.clear()
    for operation in PRICES:
        esmart.fail(operation, Fault(kind="status", status=500, times=None))
    async for _ in _minutes(hass, freezer, start + HOUR, start + HOUR + 5 * MINUTE):
        pass
    assert _calls(esmart)
    now = {name: _state(hass, name) for name in before}
    moving = {name for name in before if now[name] != before[name]}
    # An hour has passed, and no more.
    assert not [name for name in moving if now[name] in ("unavailable", "unknown")]
    feed = entry.runtime_data.feeds["spot_prices"]
    assert feed.last_update_success and not feed.failed
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


async def test_a_restart_between_looks_makes_no_call(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
) -> None:
    start = local(ORDINARY, OSLO, 15)
    freezer.move_to(start)
    entry = esmart_entry(hass, sandbox)
    await set_up(hass, entry)
    async for now in _minutes(
        hass, freezer, start, local(ORDINARY, OSLO, 23, 50), 35 * MINUTE
    ):
        _calls(esmart)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        await set_up(hass, entry)
        assert _calls(esmart) == {}, now
