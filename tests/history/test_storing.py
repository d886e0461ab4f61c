"""What becomes of an answer: what follows, what stays, and what is only told."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest

from custom_components.energy_portals.history.recorder import drained
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    HOUR,
)
from tests.history.published import DAY, HOME, NOW, START, ZONE, Home, Published

EVERY_DATABASE = True


async def adjust(
    hass: HomeAssistant, home: Home, key: str, hour: int, by: float
) -> None:
    """Adjust a sum, as the user does in the developer tools."""
    unit = "kWh" if key == CONSUMPTION else "EUR"
    start = START + hour * HOUR
    get_instance(hass).async_adjust_statistics(home.id(key), start, by, unit)
    await drained(hass)


@pytest.mark.parametrize("key", [CONSUMPTION, COST])
async def test_an_adjusted_sum_stays_adjusted(
    hass: HomeAssistant, published: Published, key: str
) -> None:
    """When an earlier hour is corrected, and one of another month comes late."""
    home = Home(hass, published)
    published.withdraw(7, key)
    await home.catch_up(NOW)
    await adjust(hass, home, key, 200, 1000.0)
    await adjust(hass, home, key, 300, -40.0)
    adjusted = await home.rows(key)
    for hour, value in ((7, 2.5), (100, 6.0), (200, 3.0), (250, None)):
        published.hour(hour, value, key)
        await home.fetch(NOW + HOUR)
        rows = await home.rows(key)
        running = 0.0
        for row in rows:
            running += row.state or 0.0
            running += {200: 1000.0, 300: -40.0}.get((row.start - START) // HOUR, 0.0)
            assert row.sum == pytest.approx(running, abs=1e-6)
    assert len(rows) == len(adjusted) + 1
    tally = await home.importer.import_span(None, HOME, START, NOW)
    assert tally.written == 0


async def test_a_coarser_correction_is_told(
    hass: HomeAssistant, published: Published
) -> None:
    """Until it agrees again; nothing is spread, nothing is lost."""
    home = Home(hass, published)
    for hour in range(48):
        published.hour(hour, 1.0)
    await home.catch_up(NOW)
    before = await home.rows()
    for hour in range(24):
        published.withdraw(hour)
    published.put(START, START + DAY, 30.0)
    first = START.astimezone(ZONE).date()
    tally = await home.importer.import_span(None, HOME, START, START + 2 * DAY)
    assert tally.days == {(CONSUMPTION, first): pytest.approx(-0.2)}
    assert tally.refused == {"consumption.coarser": 1}
    await home.fetch(NOW + HOUR)
    ledger = home.ledgers["home"]
    assert ledger.refused == {CONSUMPTION: {first: pytest.approx(-0.2)}}
    assert ledger.refused_days() == 1
    assert await home.rows() == before
    published.put(START, START + DAY, 24.0)
    tally = await home.importer.import_span(None, HOME, START, START + 2 * DAY)
    assert (tally.days, tally.refused) == ({}, {})
    assert home.ledgers["home"].refused_days() == 0
    # And once the portal has hours again, those count.
    for hour in range(24):
        published.hour(hour, 1.25)
    del published.slots[CONSUMPTION][START, START + DAY]
    await home.fetch(NOW + 2 * HOUR)
    assert sum(row.state or 0.0 for row in (await home.rows())[:24]) == 30


async def test_what_is_paid_follows_what_is_drawn(
    hass: HomeAssistant, published: Published
) -> None:
    """What was paid for another amount is not known of this one."""
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.catch_up(NOW)
    clean = await home.rows(COST)
    costs = published.slots.pop(COST)
    published.hour(470, 9.0)
    await home.fetch(NOW + HOUR)
    rows = await home.rows(COST)
    assert [row.start for row in rows if row.state is None] == [START + 470 * HOUR]
    assert rows[470].sum == rows[469].sum
    assert (await home.rows())[470].state == 9.0
    # The portal knows it again, and has not changed it.
    published.slots[COST] = costs
    await home.fetch(NOW + 2 * HOUR)
    assert await home.rows(COST) == clean


async def test_what_is_paid_is_asked_for_again_where_it_failed(
    hass: HomeAssistant, published: Published, freezer: FrozenDateTimeFactory
) -> None:
    """Long after the portal corrects anything."""
    freezer.move_to(NOW)
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.catch_up(NOW)
    costs = published.slots.pop(COST)
    published.hour(50, 9.0)

    def lack(start: Any, end: Any) -> None:
        is_lacking = start < START + 60 * HOUR
        published.problems = (UnexpectedResponse("costs", "?"),) if is_lacking else ()

    published.fault = lack
    await home.importer.import_span(None, HOME, START, START + 3 * DAY)
    assert (await home.rows(COST))[50].state is None
    published.fault, published.problems = None, ()
    published.slots[COST] = costs
    published.hour(50, 0.75, COST)
    await home.fetch(NOW + DAY)
    rows = await home.rows(COST)
    assert rows[50].state == 0.75
    assert rows[-1].sum == pytest.approx(sum(row.state or 0.0 for row in rows))


async def test_a_day_that_is_not_the_portals_own_is_not_paid_for(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    first = START.astimezone(ZONE).date() + 10 * DAY
    published.totals = {first: {CONSUMPTION: 1.0}}
    await home.catch_up(NOW)
    for key in (CONSUMPTION, COST):
        days = {row.start.astimezone(ZONE).date() for row in await home.hours(key)}
        assert first not in days
        assert len(days) == 19
