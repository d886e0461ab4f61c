"""What survives a restart, and what does not hurt when it did not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.account.store import PortalStore
from custom_components.energy_portals.portals.contract import Feed
from custom_components.energy_portals.portals.esmart.sites import SITES, AreaSite
from custom_components.energy_portals.portals.http.errors import Unavailable
from tests.market import DAY, HOUR, MINUTE, ORDINARY, OSLO, Market, Point, local
from tests.priced import Priced, entry_of, esmart_entry, number, set_up, use
from tests.sandbox.server import Sandbox

NOW = local(ORDINARY, OSLO, 15, 7)
KEY = "energy_portals.priced"
type Storage = dict[str, Any]


class _Contract(Point):
    """A site of another sort."""


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one afternoon."""
    freezer.move_to(NOW)


@pytest.fixture
def spot() -> Market:
    """Return a market."""
    return Market(key="spot")


@pytest.fixture
def contract() -> Market:
    """Return another market, of hours."""
    return Market(key="contract", length=HOUR)


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, spot: Market, contract: Market) -> Priced:
    """Return a portal with two feeds of prices, each at a site of its own."""
    priced = Priced(
        (spot.feed(key="spot_prices"), contract.feed(_Contract, "contract_prices")),
        [Point(key="area", name="Area"), _Contract(key="flat", name="Flat")],
    )
    # The spot price is that of the area alone.
    object.__setattr__(priced.feeds[0], "at", _Area)
    priced.sites[0] = _Area(key="area", name="Area")
    use(monkeypatch, priced.portal())
    return priced


class _Area(Point):
    """A price area."""


@pytest.fixture
def entry(hass: HomeAssistant, portal: Priced) -> MockConfigEntry:
    """Return an account that is not set up yet."""
    return entry_of(hass)


def _kept(spot: Market, contract: Market) -> dict[str, Any]:
    """Return what is kept of an afternoon."""
    start, end = local(ORDINARY, OSLO), local(ORDINARY + 2 * DAY, OSLO)
    return {
        "options": {},
        "sites": {"area": "area", "flat": "flat"},
        "spot_prices": {"area": spot.answer(start, end, NOW).as_dict()},
        "contract_prices": {"flat": contract.answer(start, end, NOW).as_dict()},
    }


# When prices came, and the levels that were told of them.
_BESIDE: Final = {"levels", "published"}


def _written(content: Any) -> dict[str, Any]:
    """Return what was written, of prices without what is known of them beside."""
    return {
        key: {
            site: {name: each[name] for name in each if name not in _BESIDE}
            for site, each in of_feed.items()
        }
        if key.endswith("_prices")
        else of_feed
        for key, of_feed in content.items()
    }


def _put(storage: Storage, content: Any, key: str = KEY) -> None:
    """Put content into Home Assistant's storage, as an earlier run left it."""
    storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": content}


async def _restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Take the account down and set it up again."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    await set_up(hass, entry)


# Over a restart


async def test_a_restart_asks_for_nothing_that_is_held(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    spot: Market,
    contract: Market,
) -> None:
    await set_up(hass, entry)
    assert (len(spot.asked), len(contract.asked)) == (1, 1)
    before = {state.entity_id: state.state for state in hass.states.async_all()}
    data = {key: feed.data for key, feed in entry.runtime_data.feeds.items()}
    await _restart(hass, entry)
    assert _written(hass_storage[KEY]["data"]) == _kept(spot, contract)
    assert (len(spot.asked), len(contract.asked)) == (1, 1)
    assert data == {key: feed.data for key, feed in entry.runtime_data.feeds.items()}
    after = {state.entity_id: state.state for state in hass.states.async_all()}
    assert after == before
    assert len(after) > 20


async def test_what_another_run_kept_is_shown(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    spot: Market,
    contract: Market,
) -> None:
    _put(hass_storage, _kept(spot, contract))
    await set_up(hass, entry)
    assert spot.asked == contract.asked == []
    quarter = NOW.replace(minute=0)
    assert number(hass, "price", "area") == spot.value(quarter)
    assert number(hass, "price", "flat") == contract.value(quarter)


async def test_nothing_is_lost_when_unloaded_at_once(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    spot: Market,
    contract: Market,
) -> None:
    await set_up(hass, entry)
    assert KEY not in hass_storage
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert _written(hass_storage[KEY]["data"]) == _kept(spot, contract)


async def test_feeds_are_written_together_and_once(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    spot: Market,
    contract: Market,
) -> None:
    await set_up(hass, entry)
    freezer.tick(timedelta(seconds=6))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    written = hass_storage[KEY]
    assert _written(written["data"]) == _kept(spot, contract)
    # Looking again, and an end, write nothing more.
    for _ in range(3):
        freezer.tick(15 * MINUTE)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[KEY] is written


async def test_what_failed_to_come_does_not_remove_what_is_kept(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    spot: Market,
    contract: Market,
) -> None:
    before = _kept(spot, contract)
    _put(hass_storage, before)
    spot.errors["area"] = Unavailable("spotprices")
    freezer.move_to(NOW + DAY)
    await set_up(hass, entry)
    assert len(spot.asked) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[KEY]["data"]["spot_prices"] == before["spot_prices"]
    slots = hass_storage[KEY]["data"]["contract_prices"]["flat"]["slots"]
    assert sum(len(run[3]) for run in slots) == 3 * 24


async def test_what_is_kept_goes_with_the_account(
    hass: HomeAssistant, hass_storage: Storage, entry: MockConfigEntry
) -> None:
    await set_up(hass, entry)
    other = entry_of(hass, "other")
    await set_up(hass, other)
    await _restart(hass, entry)
    await _restart(hass, other)
    assert {KEY, "energy_portals.other"} <= set(hass_storage)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert KEY not in hass_storage
    assert "energy_portals.other" in hass_storage


async def test_an_account_removed_at_once_leaves_nothing(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await set_up(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    freezer.tick(MINUTE)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert KEY not in hass_storage


# Two feeds


async def test_feeds_do_not_disturb_each_other(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    spot: Market,
    contract: Market,
) -> None:
    content = _kept(spot, contract)
    del content["contract_prices"]
    _put(hass_storage, content)
    await set_up(hass, entry)
    assert (len(spot.asked), len(contract.asked)) == (0, 1)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert _written(hass_storage[KEY]["data"]) == _kept(spot, contract)


async def test_a_feed_that_is_not_kept_is_not_written(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    store = PortalStore(hass, "priced")
    feed = Feed(key="f", fetch=Market().feed().fetch, rhythm=Market().published)
    store.keep(feed, {"home": object()})
    await store.close()
    assert KEY not in hass_storage
    assert store.restored(feed, {}) == {}


# Corrupt content

JUNK: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**400, "", "x", "NOK", [], {}),
    *([[]], [None], {"a": 1}, {"home": None}, [1, 2, 3, 4], "2026-01-01T00:00:00"),
    *("9999-12-31T23:59:00+00:00", "0001-01-01T00:00:00+00:00"),
]


def _places(node: Any, depth: int = 0) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every place of JSON; of a list, the first two and last."""
    yield ()
    if isinstance(node, dict):
        for key, each in node.items():
            yield from ((key, *path) for path in _places(each))
    elif isinstance(node, list):
        for index in sorted({0, 1, len(node) - 1} & set(range(len(node)))):
            yield from ((index, *path) for path in _places(node[index]))


def _replaced(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return JSON with another value at a place."""
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = _replaced(node[path[0]], path[1:], value)
    return copy


async def test_no_json_in_any_place_raises(
    hass: HomeAssistant, hass_storage: Storage, spot: Market, contract: Market
) -> None:
    feeds = (spot.feed(), contract.feed(key="contract_prices"))
    content = _kept(spot, contract)
    for kept in content["spot_prices"], content["contract_prices"]:
        for each in kept.values():
            run = each["slots"][0]
            del run[3][5:]
            run.append(["energy", list(run[3])])
    places = list(_places(content))
    assert len(places) > 30
    for path in places:
        for junk in JUNK:
            elsewhere = path[:1] not in ((), ("options",))
            _put(hass_storage, _replaced(content, path, junk))
            store = PortalStore(hass, "priced")
            await store.load()
            for feed in feeds:
                found = store.restored(feed, {})
                # The other feed has all of its own.
                if elsewhere and path[0] != feed.key:
                    assert list(found) == list(content[feed.key])


@pytest.mark.parametrize("junk", [None, 7, "x", [], {"a": 1}], ids=repr)
@pytest.mark.parametrize(
    "path",
    [
        (),
        ("sites",),
        ("spot_prices",),
        ("spot_prices", "area"),
        ("spot_prices", "area", "slots"),
        ("spot_prices", "area", "slots", 0, 0),
        ("spot_prices", "area", "slots", -1, 1),
        ("spot_prices", "area", "currency"),
    ],
    ids=repr,
)
async def test_what_cannot_be_read_is_fetched_again(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    spot: Market,
    contract: Market,
    path: tuple[Any, ...],
    junk: Any,
) -> None:
    _put(hass_storage, _replaced(_kept(spot, contract), path, junk))
    await set_up(hass, entry)
    quarter = NOW.replace(minute=0)
    assert number(hass, "price", "area") == spot.value(quarter)
    assert number(hass, "price", "flat") == contract.value(quarter)
    assert number(hass, "average_price_today", "area") is not None
    if path[:1] == ("spot_prices",):
        assert contract.asked == []
        assert len(spot.asked) == 1


@pytest.mark.parametrize("version", [(2, 1), (1, 2), (0, 1)])
async def test_another_version_s_content_is_fetched_again(
    hass: HomeAssistant,
    hass_storage: Storage,
    entry: MockConfigEntry,
    spot: Market,
    version: tuple[int, int],
) -> None:
    """After a step back to an older release, too: all of it can be had anew."""
    _put(hass_storage, {"spot_prices": {"area": {"v2": True}}})
    hass_storage[KEY]["version"], hass_storage[KEY]["minor_version"] = version
    await set_up(hass, entry)
    assert number(hass, "price", "area") == spot.value(NOW.replace(minute=0))


_SITE = {"key": "area-NO1", "name": "Price area NO1", "model": None}


@pytest.mark.parametrize("key", ["key", "name", "price_area", "sort"])
def test_no_json_makes_an_esmart_site_that_is_none(key: str) -> None:
    """A name or key of another type would break whatever is made of the site."""
    assert SITES.kept is not None
    odd = []
    for junk in JUNK:
        stored = {**_SITE, "price_area": "NO1", "sort": "AreaSite", key: junk}
        try:
            loaded = SITES.kept.load(stored, {})
        except ValueError:
            continue
        assert isinstance(loaded, AreaSite)
        texts = (loaded.key, loaded.name, loaded.price_area)
        odd += [junk for text in texts if not isinstance(text, str)]
    assert odd == []


@pytest.mark.parametrize("junk", [None, []], ids=repr)
@pytest.mark.parametrize("key", ["key", "price_area"])
async def test_an_esmart_account_with_a_corrupt_site_comes_up(
    hass: HomeAssistant,
    hass_storage: Storage,
    sandbox: Sandbox,
    key: str,
    junk: Any,
) -> None:
    site = {**_SITE, "price_area": "NO1", "sort": "AreaSite", key: junk}
    _put(hass_storage, {"sites": {"area-NO1": site}}, "energy_portals.esmart")
    entry = esmart_entry(hass, sandbox)
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    price = hass.states.get("sensor.price_area_no1_price")
    assert price is not None and price.state not in ("unknown", "unavailable")


@pytest.mark.parametrize(
    ("until", "left"),
    [
        ("2026-10-26T14:00:00+00:00", HOUR),
        # It is over.
        ("2026-10-26T12:59:00+00:00", 0 * HOUR),
        # No portal asks for as much: the clock was put back.
        ("2026-11-26T12:59:00+00:00", 0 * HOUR),
        *((odd, 0 * HOUR) for odd in (None, 7, "tomorrow", {"a": 1}, "2026-10-26")),
    ],
)
async def test_pause_that_was_kept(
    hass: HomeAssistant, hass_storage: Storage, until: object, left: timedelta
) -> None:
    hass_storage[KEY] = {"version": 1, "data": {"pause": until}}
    store = PortalStore(hass, "priced")
    await store.load()
    assert store.pause(datetime(2026, 10, 26, 13, tzinfo=UTC)) == left
