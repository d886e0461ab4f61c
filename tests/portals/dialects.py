"""Every read of every portal, of its true answer and of that in every dialect.

`python -m tests.portals.dialects [PORTAL [OPERATION [DIALECT]]]` says what came out.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import sys
from typing import Any

from aiohttp import ClientSession

from custom_components.energy_portals.portals.http.errors import PortalError
from tests.portals.asking import CALLS, CLIENTS, NOW, Call
from tests.portals.judging import judged
from tests.sandbox.dialects import (
    SHAPES,
    Dialect,
    copied,
    dialects_of,
    without_references,
)
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.server import Sandbox


@dataclass(frozen=True)
class Case:
    """What came of an operation in a dialect.

    `outcome` is `read`, `unknown`, `refused` or `WRONG`; `is_said` whether what is
    missing was refused by name.
    """

    portal: str
    operation: str
    dialect: Dialect
    outcome: str
    detail: str = ""
    is_said: bool = True


@dataclass(frozen=True)
class Portal:
    """A portal in the sandbox, a client of it, and what is asked."""

    sandbox: PortalSandbox
    client: Any
    calls: Mapping[str, Call]


@asynccontextmanager
async def running(*keys: str) -> AsyncGenerator[dict[str, Portal]]:
    """Run portals at one moment."""
    async with Sandbox(clock=lambda: NOW) as sandbox, ClientSession() as session:
        yield {
            key: Portal(
                sandbox.portals[key],
                await CLIENTS[key](session, sandbox),
                CALLS[key],
            )
            for key in keys or CALLS
        }


async def cases(key: str, portal: Portal, operation: str) -> list[Case]:
    """Return what comes of an operation in each dialect."""
    call = portal.calls[operation]
    truth = await call(portal.client)
    shape = SHAPES[key][operation]
    found = [
        await _case(key, portal, operation, dialect, truth)
        for dialect in dialects_of(shape)
    ]
    return [case for case in found if case is not None]


async def _case(
    key: str, portal: Portal, operation: str, dialect: Dialect, truth: object
) -> Case | None:
    """Ask once, of a portal that speaks so; None where that is how it speaks anyway."""
    is_other = False
    failures: list[Exception] = []

    def transform(
        body: object, query: Mapping[str, str]
    ) -> tuple[object, Mapping[str, str]]:
        nonlocal is_other
        true = without_references(body)
        try:
            answer = dialect.of(copied(true), query)
        except Exception as error:
            failures.append(error)
            raise
        is_other |= bool(answer.headers) or answer.body != true
        return answer.body, answer.headers

    portal.sandbox.transforms = {operation.partition(" ")[0]: transform}
    before = Counter(_refused(portal.client))
    try:
        got = await portal.calls[operation](portal.client)
    except PortalError as error:
        return Case(key, operation, dialect, "refused", f"{error}")
    except Exception as error:  # noqa: BLE001  whatever it is, a reader must not raise it
        return Case(key, operation, dialect, "WRONG", f"raises {error!r}")
    finally:
        portal.sandbox.transforms = {}
        # A dialect that fails would seem to be refused.
        if failures:
            raise AssertionError(dialect.name) from failures[0]
    if not is_other:
        return None
    said = _refused(portal.client) != before or _says_so(got)
    verdict = judged(truth, got)
    if verdict.wrong:
        more = f" (and {len(verdict.wrong) - 1} more)" if verdict.wrong[1:] else ""
        return Case(key, operation, dialect, "WRONG", f"{verdict.wrong[0]}{more}")
    missing = f"{verdict.known} of {verdict.all} values"
    if verdict.share >= 1 or (dialect.least < 1 and verdict.share >= dialect.least):
        return Case(key, operation, dialect, "read", missing, is_said=True)
    if dialect.says and not said:
        return Case(key, operation, dialect, "WRONG", f"{missing}, as if that were all")
    return Case(key, operation, dialect, "unknown", missing, is_said=bool(said))


def _refused(client: Any) -> Counter[str]:
    refused = getattr(client, "refused", None)
    return Counter() if refused is None else Counter(refused())


def _says_so(got: object) -> bool:
    """Say whether a result tells that it is not all there is."""
    return any(
        getattr(got, name, None) is value
        for name, value in (
            ("is_whole", False),
            ("complete", False),
            ("incomplete", True),
            ("is_complete", False),
        )
    )


def shares(found: list[Case]) -> tuple[int, int]:
    """Return how many dialects keep the meaning, and how many of these are read."""
    kept = [case for case in found if case.dialect.keeps]
    return len(kept), sum(case.outcome == "read" for case in kept)


async def _report(key: str, operation: str, dialect: str) -> None:
    """Print what came of it: faults and what should have been read, or all of one."""
    everything = []
    async with running(*([key] if key else [])) as portals:
        for name, portal in portals.items():
            for each in portal.calls:
                if operation and not each.startswith(operation):
                    continue
                found = await cases(name, portal, each)
                everything += found
                _print(name, each, found, dialect, is_alone=bool(operation))
    count = Counter(case.outcome for case in everything)
    print(f"{len(everything)} cases:", dict(count))


def _print(
    key: str, operation: str, found: list[Case], dialect: str, *, is_alone: bool
) -> None:
    count = Counter(case.outcome for case in found)
    kept, read = shares(found)
    silent = sum(case.outcome == "unknown" and not case.is_said for case in found)
    print(
        f"{key} {operation}: {len(found)} cases, {count['WRONG']} WRONG,"
        f" {count['unknown']} unknown ({silent} silent), {count['refused']} refused;"
        f" kept {read}/{kept} read{'' if read >= 0.9 * kept else ' BELOW 9 IN 10'}"
    )
    for case in found:
        is_missed = case.dialect.keeps and case.outcome != "read"
        is_meant = bool(dialect) and case.dialect.name.startswith(dialect)
        if is_meant or (
            is_alone and not dialect and (case.outcome == "WRONG" or is_missed)
        ):
            keeps = "keeps" if case.dialect.keeps else "loses"
            print(f"  {case.outcome:8}{keeps} {case.dialect.name}: {case.detail}")


def main() -> None:
    """Report."""
    names = [*sys.argv[1:], "", "", ""]
    asyncio.run(_report(*names[:3]))


if __name__ == "__main__":
    main()
