"""Watching entities with each of their changes, and being told what is news."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from custom_components.energy_portals.account.watching import Watching
from custom_components.energy_portals.portals.watching import (
    Watch,
    Watched,
    WatchRequest,
)

METER = "sensor.grid_power"


async def test_each_change_is_looked_at(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """But not several within a moment; and only what is news is told."""
    names = [METER]
    news: list[object] = []

    def look(request: WatchRequest[float]) -> float:
        state = hass.states.get(METER)
        return float(state.state) if state else 0.0

    watch = Watch[float](
        names=lambda request: names,
        look=look,
        is_news=lambda before, after: (after or 0) > 5,
    )

    def request(now: Any, held: float | None) -> WatchRequest[Any]:
        return WatchRequest(
            now=now,
            sites=(),
            held=held,
            data_of=lambda feed: {},  # type: ignore[arg-type,return-value]
            devices=None,  # type: ignore[arg-type]
        )

    watched = Watched()
    watching = Watching(
        hass, watch, request, lambda: news.append(watched.state), watched
    )
    watching.follow()

    async def told(value: str, seconds: float) -> None:
        freezer.tick(timedelta(seconds=seconds))
        hass.states.async_set(METER, value)
        await hass.async_block_till_done()

    await told("3", 10)
    assert (watched.state, news) == (3.0, [])
    await told("6", 10)
    await told("7", 1)
    assert (watched.state, news) == (6.0, [6.0])
    watching.follow()
    await told("8", 5)
    assert news == [6.0, 8.0]
    # What is told again is a reading as well, though nothing has changed.
    await told("8", 5)
    assert news == [6.0, 8.0, 8.0]
    names.clear()
    watching.follow()
    await told("9", 10)
    assert news == [6.0, 8.0, 8.0]
    watching.end()
