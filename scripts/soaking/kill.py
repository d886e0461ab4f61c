"""Kill a Home Assistant at random moments, and see whether its sums are right.

A household's accounts are added to a new Home Assistant, which is killed while it
imports their past, again and again, until it has got through. Then days are corrected,
one after the other, and it is killed while it imports these. What is stored then is
held against what the simulated portals have published.
"""

import argparse
import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
from random import Random
import sys
import time
from typing import Final
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from accounts import LONG_SINCE, add_account
from configuration import Configuration, open_configuration
from history import check_history
from house import (
    HomeAssistant,
    House,
    HouseError,
    Json,
    cancel_on_signals,
    run_home_assistant,
    run_sandbox,
)

DATABASES: Final = ("sqlite", "mariadb", "postgresql")
PORTALS: Final = ("digiwatt", "esmart", "epilot")
# A household is thrown away after so many kills of its first import, and of
# corrections.
_OF_IMPORT: Final = 3
_OF_CORRECTIONS: Final = 3
# Seconds: where in the import, which takes about as long, and in a correction.
_IMPORTING: Final = 12.0
_CORRECTING: Final = 2.5
# Home Assistant writes down soon, not at once, that it has accounts.
_WRITTEN: Final = 3.0
# No correction reaches further back.
_CORRECTED: Final = timedelta(days=9)


@dataclass(kw_only=True)
class Tally:
    """What came of the kills at one database."""

    database: str
    kills: int = 0
    households: int = 0
    rows: int = 0
    seconds: float = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, when: str, wrong: Iterable[str]) -> None:
        """Keep what is wrong, and say so at once: a run takes most of an hour."""
        for each in wrong:
            self.wrong.append(f"{self.database}, {when}: {each}")
            print(self.wrong[-1], flush=True)

    def line(self) -> str:
        """Return it as a line of the table."""
        each = self.seconds / self.kills if self.kills else 0
        return (
            f"{self.database:<12}{self.kills:>6}{self.households:>12}{self.rows:>12,}"
            f"{self.seconds:>9.0f}{each:>8.1f}{len(self.wrong):>7}"
        )


@contextmanager
def _database(kind: str) -> Iterator[str | None]:
    """Make a database for one household; None is the file that it has by itself."""
    if kind == "sqlite":
        yield None
        return
    server = os.environ.get(f"TEST_{kind.upper()}_URL")
    if server is None:
        raise HouseError(f"no {kind}: scripts/databases starts one that is installed")
    name = f"soak_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server).set(database=name)
    if kind == "mariadb":
        # As Home Assistant's documentation says.
        url = url.update_query_dict({"charset": "utf8mb4"})
    yield url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        force = " WITH (FORCE)" if kind == "postgresql" else ""
        connection.execute(text(f"DROP DATABASE {name}{force}"))


@dataclass(kw_only=True)
class Household:
    """The portals, which go on, and a Home Assistant that is killed."""

    configuration: Configuration
    sandbox: Json
    sandbox_port: int
    random: Random
    added: bool = False

    @asynccontextmanager
    async def started(self) -> AsyncGenerator[House]:
        """Run Home Assistant, and see to it that the accounts are there."""
        settings = self.configuration.prepare("127.0.0.1", None)
        async with run_home_assistant(
            self.configuration, settings, Path(sys.executable)
        ) as home_assistant:
            yield House(home_assistant=home_assistant, sandbox=self.sandbox)

    async def prepare(self) -> None:
        """Have a user signed in, whom Home Assistant does not forget."""
        async with self.started() as house:
            for portal, action, arguments in LONG_SINCE:
                await house.steer(portal, action, **arguments)

    async def _see_to_accounts(self, house: House) -> None:
        """Add the accounts that a kill has left Home Assistant without."""
        is_new = False
        for portal in PORTALS:
            # What an account is called, its portal says: only the flow knows it again.
            account = await add_account(house, portal)
            if "entry_id" in account:
                is_new = True
            elif account["errors"] != "already_configured":
                raise HouseError(f"{portal}: {account}")
        if is_new:
            await asyncio.sleep(_WRITTEN)

    async def kill_while_importing(self) -> None:
        """Start, and kill somewhere in the first import."""
        async with self.started() as house:
            await self._see_to_accounts(house)
            await asyncio.sleep(self.random.uniform(0, _IMPORTING))
            await house.home_assistant.kill()

    async def correct_and_kill(self) -> None:
        """Start, have a day corrected, and kill while it is imported again."""
        async with self.started() as house:
            await self._see_to_accounts(house)
            day = self.random.randrange(1, 7)
            hours = self.random.randrange(1, 24)
            now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
            start = now - timedelta(days=day, hours=hours)
            stop = start + timedelta(hours=self.random.randrange(1, hours + 1))
            watts = self.random.randrange(100, 5_000)
            await house.steer(
                "esmart",
                "correct",
                start=start.isoformat(),
                stop=stop.isoformat(),
                watts=watts,
            )
            importing = asyncio.create_task(import_again(house.home_assistant, start))
            await asyncio.sleep(self.random.uniform(0, _CORRECTING))
            await house.home_assistant.kill()
            # It is answered or cut off, whichever came first.
            await asyncio.wait((importing,))
            importing.exception()

    async def check(self) -> tuple[int, list[str]]:
        """Start, let all be imported, and return the rows and what is wrong."""
        async with self.started() as house:
            await self._see_to_accounts(house)
            await import_again(house.home_assistant, datetime.now(UTC) - _CORRECTED)
            await asyncio.sleep(1)
            statistics, wrong = await check_history(house, PORTALS)
        return sum(each.rows for each in statistics.values()), wrong


async def import_again(home_assistant: HomeAssistant, since: datetime) -> None:
    """Have every account ask again for what was published since then."""
    path = "/api/services/energy_portals/import_history?return_response"
    for entry in await home_assistant.accounts():
        span = {"config_entry_id": entry["entry_id"], "start": since.isoformat()}
        await home_assistant.request("POST", path, span)


async def _household(kind: str, kills: int, random: Random, tally: Tally) -> None:
    """Let one household live through kills."""
    tally.households += 1
    with _database(kind) as database, open_configuration() as opened:
        configuration = Configuration(opened.folder, database)
        port = configuration.prepare("127.0.0.1", None).sandbox_port
        async with run_sandbox(port) as sandbox:
            household = Household(
                configuration=configuration,
                sandbox=sandbox,
                sandbox_port=port,
                random=random,
            )
            await household.prepare()
            of_import = min(_OF_IMPORT, kills)
            for _ in range(of_import):
                await household.kill_while_importing()
                tally.kills += 1
            rows, wrong = await household.check()
            tally.note("after the first import", wrong)
            for _ in range(min(_OF_CORRECTIONS, kills - of_import)):
                await household.correct_and_kill()
                tally.kills += 1
            if kills > of_import:
                rows, wrong = await household.check()
                tally.note("after corrections", wrong)
            tally.rows += rows


async def _main(options: argparse.Namespace) -> int:
    """Kill at every database that is wanted; returns the exit code."""
    if task := asyncio.current_task():
        cancel_on_signals(task)
    tallies: list[Tally] = []
    wanted = DATABASES if options.database == "all" else (options.database,)
    for kind in wanted:
        tally = Tally(database=kind)
        tallies.append(tally)
        random = Random(f"{options.seed} {kind}")  # noqa: S311  # to be repeated
        started = time.monotonic()
        try:
            while tally.kills < options.kills:
                left = options.kills - tally.kills
                await _household(kind, left, random, tally)
                tally.seconds = time.monotonic() - started
                print(f"{kind}: {tally.kills} kills, {tally.seconds:.0f} s", flush=True)
        except asyncio.CancelledError:
            tally.wrong.append(f"{kind}: broken off")
            break
        except HouseError as error:
            tally.wrong.append(f"{kind}: {error}")
        tally.seconds = time.monotonic() - started
    print(f"\nseed {options.seed}")
    print(
        f"{'database':<12}{'kills':>6}{'households':>12}{'rows':>12}"
        f"{'seconds':>9}{'each':>8}{'wrong':>7}"
    )
    for tally in tallies:
        print(tally.line())
    print(*(each for tally in tallies for each in tally.wrong), sep="\n")
    return 1 if any(tally.wrong for tally in tallies) else 0


def main(words: list[str]) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/soak kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="at each database (20)")
    parser.add_argument("--database", choices=(*DATABASES, "all"), default="all")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (1)")
    return asyncio.run(_main(parser.parse_args(words)))
