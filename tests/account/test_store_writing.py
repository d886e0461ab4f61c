"""What is kept grows with the account: what of it is done when, and in which thread."""

from collections.abc import Callable, Mapping
from datetime import timedelta
import threading
from typing import Any, Final

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.account.store import PortalStore
from custom_components.energy_portals.portals.contract import (
    Client,
    Feed,
    FeedRequest,
    Fetched,
    Kept,
    Site,
)
from custom_components.energy_portals.portals.rhythms import Every

KEY = "energy_portals.one"
_RHYTHM: Final = Every(interval=timedelta(hours=1), jitter=timedelta())
type Storage = dict[str, Any]


async def _nothing(_: Client, __: FeedRequest[str]) -> Fetched[str]:
    """Bring nothing."""
    return Fetched({})


def _feed(dump: Callable[[str], object], *, is_large: bool = False) -> Feed[Any, str]:
    """Return a feed whose data is kept."""

    def load(stored: object, _: Mapping[str, object]) -> str:
        return str(stored)

    kept = Kept(dump=dump, load=load, is_large=is_large)
    return Feed(key="feed", fetch=_nothing, rhythm=_RHYTHM, at=Site, kept=kept)


async def test_only_what_changed_is_dumped(
    hass: HomeAssistant, hass_storage: Storage
) -> None:
    dumped: list[str] = []

    def dump(data: str) -> object:
        dumped.append(data)
        return [data]

    store, feed = PortalStore(hass, "one"), _feed(dump)
    await store.load()
    held = {f"site-{n}": f"data {n}" for n in range(3)}
    store.keep(feed, held)
    assert dumped == ["data 0", "data 1", "data 2"]
    dumped.clear()
    store.keep(feed, {**held, "site-1": "another"})
    assert dumped == ["another"]
    await store.close()
    assert hass_storage[KEY]["data"]["feed"] == {
        "site-0": ["data 0"],
        "site-1": ["another"],
        "site-2": ["data 2"],
    }


@pytest.mark.parametrize("is_closed", [False, True])
async def test_the_loop_does_not_dump_what_is_large(
    hass: HomeAssistant, hass_storage: Storage, is_closed: bool
) -> None:
    threads: list[threading.Thread] = []

    def dump(data: str) -> object:
        threads.append(threading.current_thread())
        return data

    store, feed = PortalStore(hass, "one"), _feed(dump, is_large=True)
    await store.load()
    store.keep(feed, {"site": "first"})
    store.keep(feed, {"site": "last"})
    assert not threads
    await (store.close() if is_closed else store.write())
    assert len(threads) == 1
    assert threading.main_thread() not in threads
    assert hass_storage[KEY]["data"]["feed"] == {"site": "last"}
