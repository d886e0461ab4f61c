"""The token store: one change of a login at a time, none after it is closed."""

import asyncio

import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.http.errors import Unavailable


async def test_one_change_at_a_time() -> None:
    token_store = TokenStore()
    order: list[str] = []

    async def change(name: str) -> None:
        async with token_store.opened():
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            await token_store.keep({"token": name})
            order.append(f"{name} ends")

    await asyncio.gather(change("a"), change("b"))
    assert order == ["a begins", "a ends", "b begins", "b ends"]
    assert token_store.values == {"token": "b"}


async def test_closing_waits_and_ends_it() -> None:
    token_store = TokenStore()
    going = asyncio.Event()

    async def change() -> None:
        async with token_store.opened():
            going.set()
            await asyncio.sleep(0.01)
            await token_store.keep({"token": "new"})

    task = asyncio.create_task(change())
    await going.wait()
    await token_store.close()
    assert task.done() or token_store.values == {"token": "new"}
    assert token_store.values == {"token": "new"}
    with pytest.raises(Unavailable):
        async with token_store.opened():
            pass
    await task
