"""Which operations are called while something is done."""

import asyncio
from datetime import timedelta
import time

import pytest

from custom_components.energy_portals.portals.http.calls import note_call, noting_calls
from custom_components.energy_portals.portals.http.errors import TooMuch


async def test_who_asks_is_told_of_his_own() -> None:
    """Those of others at the same time are not his; those of his tasks are."""

    async def call(*keys: str) -> set[str]:
        with noting_calls() as called:
            for key in keys:
                await asyncio.sleep(0)
                await asyncio.gather(_call(key))
        return called.keys

    async def _call(key: str) -> None:
        note_call(key)

    assert await asyncio.gather(call("a", "b"), call("c")) == [{"a", "b"}, {"c"}]
    note_call("nobody asks")


async def test_one_call_too_many_is_refused() -> None:
    """Those of tasks count, and what is done elsewhere has bounds of its own."""

    async def call(key: str) -> None:
        note_call(key)

    with noting_calls(2) as called:
        await asyncio.gather(call("a"), call("b"))
        with noting_calls(1) as inner:
            note_call("c")
        assert inner.beyond is None
        for _ in range(2):
            with pytest.raises(TooMuch, match="more than 2 calls at once"):
                note_call("d")
    assert called.keys == {"a", "b", "d"}
    assert str(called.beyond) == "d: more than 2 calls at once"
    note_call("a")


def test_no_call_begins_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with noting_calls(longest=timedelta(minutes=1)):
        now = 1060.0
        note_call("a")
        now = 1060.5
        with pytest.raises(TooMuch, match="too long"):
            note_call("b")
