"""What is watched while an importer runs: statements, and how the event loop does."""

import asyncio
from asyncio import Handle
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
import gc
import re
import time
from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from sqlalchemy import event

_ON_STATISTICS: Final = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?statistics(?:_meta)?\b')
_WRITES_ROWS: Final = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?statistics\b'
)
_NAP: Final = 0.001


@dataclass
class Statements:
    """What was said to the database of statistics; `rows` are those written."""

    count: int = 0
    rows: int = 0


@contextmanager
def counted(hass: HomeAssistant) -> Iterator[Statements]:
    """Count statements on the tables of hourly statistics and their metadata."""
    engine = get_instance(hass).engine
    found = Statements()

    def said(_: Any, __: Any, statement: str, parameters: Any, *more: Any) -> None:
        is_many = more[-1]
        found.count += _ON_STATISTICS.search(statement) is not None
        if _WRITES_ROWS.match(statement) is not None:
            # One statement may have many rows of values, or many sets of parameters.
            found.rows += len(parameters) if is_many else statement.count("(?") or 1

    event.listen(engine, "before_cursor_execute", said)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", said)


@dataclass
class Loop:
    """The longest that the event loop was held up, in ms.

    `turn` is the longest CPU time of one callback, which is what whoever runs is to
    blame for. `wait` is how late a task was that only sleeps and wakes: because of a
    callback, a thread that held the interpreter, or what else the machine has to do.
    """

    turn: float = 0.0
    wait: float = 0.0
    is_over: bool = False


@asynccontextmanager
async def watched() -> AsyncIterator[Loop]:
    """Watch the event loop."""
    found = Loop()
    run = vars(Handle)["_run"]

    def timed(handle: Handle) -> None:
        started = time.thread_time()
        run(handle)
        if not found.is_over:
            spent = time.thread_time() - started
            found.turn = max(found.turn, spent * 1000)

    async def wake() -> None:
        while True:
            due = time.clock_gettime(time.CLOCK_MONOTONIC) + _NAP
            await asyncio.sleep(_NAP)
            late = time.clock_gettime(time.CLOCK_MONOTONIC) - due
            found.wait = max(found.wait, late * 1000)

    gc.collect()
    gc.freeze()
    with patch.object(Handle, "_run", timed):
        waking = asyncio.create_task(wake())
        # What comes now is of a turn that is timed.
        await asyncio.sleep(0)
        yield found
        waking.cancel()
        # The turn that ends here counts, but not what comes after it.
        await asyncio.sleep(0)
        found.is_over = True
    gc.unfreeze()
