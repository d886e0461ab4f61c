"""Which operations are called while something is done."""

import asyncio

from custom_components.energy_portals.portals.http.calls import note_call, noting_calls


async def test_who_asks_is_told_of_his_own() -> None:
    """Those of others at the same time are not his; those of his tasks are."""

    async def call(*keys: str) -> set[str]:
        with noting_calls() as called:
            for key in keys:
                await asyncio.sleep(0)
                await asyncio.gather(_call(key))
        return called

    async def _call(key: str) -> None:
        note_call(key)

    assert await asyncio.gather(call("a", "b"), call("c")) == [{"a", "b"}, {"c"}]
    note_call("nobody asks")
