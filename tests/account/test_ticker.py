"""Ticking at the boundaries of slots, whatever the clock does."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.energy_portals.account.ticker import SlotTicker
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.account.conftest import Make, Source


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


START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Rome, the first time


async def _pass(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, until: datetime, step: int
) -> None:
    """Let time pass in steps of seconds."""
    while dt_util.utcnow() < until:
        freezer.tick(timedelta(seconds=step))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


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


async def test_a_push_passes_no_boundary_over(
    hass: HomeAssistant, source: Source, make: Make, freezer: FrozenDateTimeFactory
) -> None:
    """What of the sites that it is not about has passed, is seen with it."""
    freezer.move_to(START)
    coordinator, seen = make(interval=timedelta(days=1)), Ticks()
    slots = _slots(START + timedelta(minutes=20), START + timedelta(minutes=80))
    source.answer = {"a": slots, "b": "pushed to"}
    await coordinator.async_refresh()
    stop = SlotTicker(hass, (coordinator,)).start()
    coordinator.async_add_listener(lambda: coordinator.is_news("a") and seen())
    coordinator.async_set_updated_data({"a": slots, "b": "at once"})
    assert not seen.at
    freezer.tick(timedelta(minutes=30))  # no timer has gone off yet
    coordinator.async_set_updated_data({"a": slots, "b": "later"})
    assert len(seen.at) == 1
    stop()
