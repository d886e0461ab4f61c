"""What is measured of what a home imports for one account."""

import asyncio
from dataclasses import dataclass
import json
import os
from pathlib import Path
import sys
from typing import ClassVar, Final

from bench_rows import Figures, Row, measure

PROGRAM: Final = str(Path(__file__).with_name("imports.py"))
# The largest, and one that has little.
PORTALS: Final = ("esmart", "digiwatt")


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """An integration that a home sets its first account up of."""

    taken_by: ClassVar = "test_newcomer"

    name: str


OURS: Final = Newcomer(name="ours")
PEERS: Final = tuple(Newcomer(name=name) for name in ("nordpool", "opower", "tibber"))


@measure(
    *(
        row
        for portal in PORTALS
        for row in (
            Row(f"import of one portal, {portal}: CPU", "s"),
            # As after an update; the other starts find it compiled.
            Row(f"import of one portal, {portal}: CPU, to compile", "s", bar=0.15),
            Row(f"import of one portal, {portal}: modules", "modules", bar=90),
        )
    ),
    subjects=(OURS, *PEERS),
)
async def imports(newcomer: Newcomer) -> Figures:
    """Import each portal alone; what a peer imports stands beside each of them."""
    names = PORTALS if newcomer is OURS else (newcomer.name,) * len(PORTALS)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, PROGRAM, "--json", *dict.fromkeys(names)),
        # A home keeps what is compiled.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{newcomer.name}: see above")
    figures: dict[str, list[float]] = json.loads(answer)
    return tuple(figure for name in names for figure in figures[name])
