"""What somebody took away is noticed, and imported again from its beginning."""

from collections.abc import Collection
from datetime import timedelta

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.history.recorder import clear
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    HOUR,
)
from tests.history.published import NOW, START, Home, Published

EVERY_DATABASE = True
FRIDGE = "appliance_fridge"
ALL = (CONSUMPTION, COST, FRIDGE)


@pytest.fixture
def published(published: Published) -> Published:
    """Return a portal that knows an appliance as well."""
    for number in range(20 * 24):
        published.hour(number, number % 3 / 8, FRIDGE)
    return published


@pytest.mark.parametrize(
    "deleted",
    [(COST,), (FRIDGE,), (CONSUMPTION,), (COST, FRIDGE), (CONSUMPTION, FRIDGE), ALL],
)
@pytest.mark.parametrize("restarts", [False, True])
async def test_a_series_that_was_deleted_comes_back_whole(
    hass: HomeAssistant,
    published: Published,
    deleted: Collection[str],
    restarts: bool,
) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    await home.catch_up(NOW)
    before = {key: await home.rows(key) for key in ALL}
    await clear(hass, [home.id(key) for key in deleted])
    if restarts:
        home.restart()
    await home.fetch(NOW + HOUR)
    assert not home.ledgers["home"].is_complete
    assert home.importer.pause(NOW, 0.0, [*home.ledgers.values()]) < HOUR
    await home.catch_up(NOW + HOUR)
    for key in ALL:
        rows = await home.rows(key)
        assert rows == before[key]
        assert rows[0].start == START
    # That is all: it goes on as before.
    published.asked.clear()
    await home.fetch(NOW + 2 * HOUR)
    assert [start > NOW - timedelta(days=3) for _, start, _ in published.asked] == [
        True
    ]


async def test_an_import_by_hand_notices_it_too(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.catch_up(NOW)
    before = await home.rows(COST)
    await clear(hass, [home.id(COST)])
    (site,) = home.sites
    tally = await home.importer.import_span(None, site, NOW - timedelta(days=2), NOW)
    assert tally.written == len(await home.rows(COST)) < len(before)
    await home.catch_up(NOW + HOUR)
    assert await home.rows(COST) == before


@pytest.mark.parametrize(
    "deleted", [(COST,), (FRIDGE,), (CONSUMPTION,), (CONSUMPTION, FRIDGE)]
)
@pytest.mark.parametrize("is_by_hand", [False, True])
async def test_it_comes_back_whole_where_what_was_kept_is_lost_as_well(
    hass: HomeAssistant,
    published: Published,
    deleted: Collection[str],
    is_by_hand: bool,
) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    await home.catch_up(NOW)
    before = {key: await home.rows(key) for key in ALL}
    await clear(hass, [home.id(key) for key in deleted])
    home.restart(forget=True)
    if is_by_hand:
        (site,) = home.sites
        await home.importer.import_span(None, site, NOW - timedelta(days=2), NOW)
    else:
        await home.fetch(NOW + HOUR)
    assert not home.ledgers["home"].is_complete
    await home.catch_up(NOW + HOUR)
    assert {key: await home.rows(key) for key in ALL} == before
    # That is all: it goes on as before.
    published.asked.clear()
    await home.fetch(NOW + 2 * HOUR)
    assert [start > NOW - timedelta(days=3) for _, start, _ in published.asked] == [
        True
    ]


@pytest.mark.parametrize("forget", [False, True])
async def test_what_was_never_there_has_nothing_asked_for_from_the_beginning(
    hass: HomeAssistant, published: Published, forget: bool
) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    await home.catch_up(NOW)
    home.restart(forget=forget)
    if not forget:
        # It has one from today on.
        published.hour(20 * 24, 0.5, "appliance_oven")
    published.asked.clear()
    await home.catch_up(NOW + HOUR)
    assert all(start > NOW - timedelta(days=9) for _, start, _ in published.asked)
