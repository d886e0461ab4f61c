"""The vault: one change of a login at a time, none after it is closed."""

import asyncio

import pytest

from custom_components.energy_portals.portals.contract import Vault
from custom_components.energy_portals.portals.http.errors import Unavailable


async def test_one_change_at_a_time() -> None:
    vault = Vault()
    order: list[str] = []

    async def change(name: str) -> None:
        async with vault.opened():
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            await vault.keep({"token": name})
            order.append(f"{name} ends")

    await asyncio.gather(change("a"), change("b"))
    assert order == ["a begins", "a ends", "b begins", "b ends"]
    assert vault.values == {"token": "b"}


async def test_closing_waits_and_ends_it() -> None:
    vault = Vault()
    going = asyncio.Event()

    async def change() -> None:
        async with vault.opened():
            going.set()
            await asyncio.sleep(0.01)
            await vault.keep({"token": "new"})

    task = asyncio.create_task(change())
    await going.wait()
    await vault.close()
    assert task.done() or vault.values == {"token": "new"}
    assert vault.values == {"token": "new"}
    with pytest.raises(Unavailable):
        async with vault.opened():
            pass
    await task
