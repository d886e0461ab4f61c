"""How the event loop does while answers are read that are as large as may be."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
import json
import re
from typing import Any, ClassVar, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from bench_rows import Figures, Row, measure
from bench_watch import watched

# Imported here, or the harness' own package of this name would hide it.
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.http.client import HttpClient
from tests.sandbox.server import PORTALS, Sandbox

SIZE: Final = 7_500_000
# One turn of the event loop may not take longer (ms), nor a wait for the interpreter.
TURN: Final = 50
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Whose answers are read."""

    taken_by: ClassVar = "test_answers"

    name: str


OURS: Final = Answers(name="ours")


def inflated(body: bytes, size: int = SIZE) -> bytes:
    """Return an answer with the rows of its largest list again and again, later on."""
    try:
        root = json.loads(body)
    except ValueError:
        return body
    rows = max(_lists(root), key=lambda each: len(json.dumps(each)), default=[])
    if not rows or not isinstance(rows[0], dict):
        return body
    told = [json.dumps(row) for row in rows]
    length = sum(map(len, told)) + 2 * len(told)
    for n in range(1, size // length + 1):
        later = partial(_later, days=n * len(rows))
        rows.extend(
            json.loads(_TIME.sub(later, text)) | _named(n, text) for text in told
        )
    return json.dumps(root).encode()


def _lists(value: Any) -> Iterator[list[Any]]:
    """Yield all lists of an answer."""
    if isinstance(value, list):
        yield value
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _lists(each)


def _later(told: re.Match[str], days: int) -> str:
    """Return a day moved on, within the years that rows may be of."""
    try:
        moved = datetime.fromisoformat(told[0]) + days * _DAY
    except ValueError, OverflowError:
        return told[0]
    return f"{moved.date()}" if moved.year < 9000 else told[0]


def _named(n: int, text: str) -> dict[str, object]:
    """Return the ids of a row, each another one."""
    row = json.loads(text)
    return {
        key: f"{each}-{n}" if isinstance(each, str) else each + n * 1000
        for key, each in row.items()
        if key.casefold().endswith("id") and isinstance(each, str | int)
    }


@contextmanager
def _large(held: dict[str, bytes]) -> Iterator[None]:
    """Let every answer be a large one; those held are given again."""
    read = vars(HttpClient)["_read"]

    async def large(client: HttpClient, operation: Any, response: Any) -> Any:
        answer = await read(client, operation, response)
        if operation.key not in held:
            held[operation.key] = inflated(bytes(answer.body))
        return replace(answer, body=held[operation.key])

    with patch.object(HttpClient, "_read", large):
        yield


@asynccontextmanager
async def _opened(hass: HomeAssistant, portal: str) -> AsyncIterator[MockConfigEntry]:
    """Set up the account of a portal."""
    # The harness debugs the event loop, which slows everything in it.
    hass.loop.set_debug(False)
    async with Sandbox() as sandbox:
        account = sandbox.portals[portal].account(f"{sandbox.address}/{portal}")
        entry = MockConfigEntry(
            domain=DOMAIN,
            data={"vendor": portal, **account},
            unique_id=f"{portal}:bench",
        )
        entry.add_to_hass(hass)
        if not await hass.config_entries.async_setup(entry.entry_id):
            raise RuntimeError("the account cannot be set up")
        await hass.async_block_till_done(wait_background_tasks=True)
        yield entry
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)


def _answers(portal: str) -> None:
    """Measure what reading the answers of a portal takes."""
    of = f"{portal}, answers of {SIZE / 1e6} MB"

    @measure(
        Row(f"{of}: longest turn", "ms", bar=TURN),
        Row(f"{of}: longest wait", "ms", compared=False),
        subjects=(OURS,),
    )
    async def answers(hass: HomeAssistant) -> Figures:
        """Fetch every feed twice: for the answers, and to watch."""
        turn = wait = 0.0
        async with _opened(hass, portal) as entry:
            runtime = entry.runtime_data
            for feed in runtime.feeds.values():
                held: dict[str, bytes] = {}
                for look in range(2):
                    feed.data = {}
                    with _large(held):
                        async with watched() as loop:
                            await feed.async_refresh()
                            await hass.async_block_till_done()
                    if look:
                        turn, wait = max(turn, loop.turn), max(wait, loop.wait)
        return turn, wait


for _portal in PORTALS:
    _answers(_portal)
