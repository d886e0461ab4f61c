"""The month as a test of the harness, for `month.py` alone."""

import asyncio
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
import gc
from importlib import import_module
import logging
from pathlib import Path
from pkgutil import walk_packages
from random import Random
import sys
import time
from typing import Final, override
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.util.async_ import get_scheduled_timer_handles
import psutil
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components import energy_portals
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.http import client as http
from soaking.month import Figure, Month
from tests.faces.planner.home import dishwasher, load, planner_of
from tests.journeys.faults.accounts import ACCOUNTS, add, portal_of, prepare
from tests.journeys.faults.seen import NOTHING, asks_for_login, states, tasks
from tests.quick_clock import quick_clock
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

# What is first imported while time stands still keeps that clock for good.
for _module in walk_packages(energy_portals.__path__, f"{energy_portals.__name__}."):
    import_module(_module.name)

NOW: Final = datetime(2026, 10, 10, 9, 20, tzinfo=UTC)
DAY: Final = timedelta(days=1)
WARM: Final = 3
_OURS: Final = "custom_components.energy_portals"
_PLAIN: Final = (
    *(bytes, str, int, float, date, timedelta),
    *(dict, list, tuple, set, frozenset, deque),
)
_STATEMENTS: Final = ("sqlalchemy.engine", "sqlalchemy.engine.Engine")
# So long a fault lasts that is on the way.
_LASTS: Final = timedelta(hours=3)
_WAYS: Final[Mapping[str, Fault]] = {
    "status 500": Fault(kind="status", status=500, times=None),
    "status 401": Fault(kind="status", status=401, times=None),
    "status 403": Fault(kind="status", status=403, times=None),
    "status 429 with a pause": Fault(
        kind="status", status=429, times=None, headers={"Retry-After": "3600"}
    ),
    "connections closed": Fault(kind="reset", times=None),
    "web pages": Fault(kind="html", status=200, times=None),
    "bodies that end halfway": Fault(kind="cut", times=None),
    "other types": Fault(kind="spoilt", how="types_objects", times=None),
}


class Lines(logging.Handler):
    """How many warnings and errors of ours were logged."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is ours."""
        if record.name.startswith(_OURS) or DOMAIN in record.getMessage():
            self.said.append(record.getMessage())


@contextmanager
def _listened() -> Iterator[Lines]:
    """Listen to what is logged."""
    lines = Lines()
    logging.getLogger().addHandler(lines)
    yield lines
    logging.getLogger().removeHandler(lines)


@dataclass
class Home:
    """All accounts in one Home Assistant, and the portals that they are at."""

    hass: HomeAssistant
    clock: FrozenDateTimeFactory
    sandbox: Sandbox
    accounts: dict[str, MockConfigEntry] = field(default_factory=dict)

    async def settle(self) -> None:
        """Let all be done that is under way."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def begin(self) -> None:
        """Set all accounts up, and what lives on them."""
        await self.hass.config.async_set_time_zone("Europe/Oslo")
        for account in ACCOUNTS:
            await prepare(self.hass, account, self.sandbox)
            entry = add(self.hass, self.sandbox, account, account)
            await self.hass.config_entries.async_setup(entry.entry_id)
            await self.settle()
            self.accounts[account] = entry
        planner = planner_of(
            self.hass,
            dishwasher(),
            load("Car", energy=14, power=7.4, shape="slots", least_power=1.4),
            load("Water", duration=90, power=2, shape="pieces", least_length=30),
            price="esmart:esmart:area-NO1",
            green="digiwatt:digiwatt:1234567890",
        )
        await self.hass.config_entries.async_setup(planner.entry_id)
        await self.settle()
        self.accounts["planner"] = planner

    async def go_on(self, duration: timedelta, step: timedelta) -> None:
        """Let time go by."""
        passed = timedelta()
        while passed < duration:
            self.clock.tick(step)
            # The event loop follows the clock: with its next turn comes what is due.
            for _ in range(2):
                await asyncio.sleep(0)
            await self.settle()
            passed += step

    async def set_up_again(self) -> None:
        """Take all accounts down and set them up, as a restart does."""
        for entry in self.accounts.values():
            await self.hass.config_entries.async_reload(entry.entry_id)
            await self.settle()

    def forget(self) -> None:
        """Have the portals forget what they only note for tests."""
        for portal in self.sandbox.portals.values():
            portal.calls.clear()

    def not_right(self) -> Iterator[str]:
        """Yield what is not as it should be of accounts at portals that answer."""
        for account, entry in self.accounts.items():
            if entry.state is not ConfigEntryState.LOADED:
                yield f"{account} is {entry.state.value}: {entry.reason}"
                continue
            for each in entry.runtime_data.coordinators:
                if not each.last_update_success:
                    yield f"{account}: {each.name} fails: {each.last_exception}"
            if asks_for_login(self.hass, entry):
                yield f"{account} asks for a login"

    def held(self, folder: Path, entities: bool = True) -> dict[str, float]:
        """Return what there is now."""
        gc.collect()
        process = psutil.Process()
        ours_on_disk = list((folder / ".storage").glob(f"{DOMAIN}*"))
        timers = get_scheduled_timer_handles(self.hass.loop)
        listeners = self.hass.bus.async_listeners()
        dispatched = self.hass.data.get("dispatcher", {})
        of_feeds = [
            len(each._listeners) + len(each._followers)  # noqa: SLF001  # no other way
            for entry in self.accounts.values()
            if entry.state is ConfigEntryState.LOADED
            for each in entry.runtime_data.coordinators
        ]
        shown = [states(self.hass, entry) for entry in self.accounts.values()]
        return {
            "memory of our objects": _held_by_us() / 1000,
            "blocks of memory of all code": sys.getallocatedblocks(),
            "memory of the process": process.memory_info().rss / 1000,
            "tasks of ours": tasks().total(),
            "timers": sum(not each.cancelled() for each in timers),
            "listeners of the bus": sum(listeners.values()),
            "listeners of the dispatcher": sum(map(len, dispatched.values())),
            "listeners of feeds": sum(of_feeds),
            "open files and sockets": process.num_fds(),
            "files of ours": len(ours_on_disk),
            "size of them": sum(each.stat().st_size for each in ours_on_disk) / 1000,
            "entities": sum(map(len, shown)),
            "entities without a value": sum(
                state in NOTHING for each in shown for state in each.values()
            ),
        }


def _seconds() -> float:
    """Return the time of a clock that nobody stops."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def _held_by_us() -> int:
    """Return the bytes of our objects, and of the plain data that they hold.

    To trace each allocation would take most of the month's time.
    """
    held = {id(each): each for each in gc.get_objects() if _is_ours(each)}
    ahead = [*held.values()]
    while ahead:
        for each in gc.get_referents(ahead.pop()):
            if id(each) not in held and (isinstance(each, _PLAIN) or _is_ours(each)):
                held[id(each)] = each
                ahead.append(each)
    return sum(map(sys.getsizeof, held.values()))


def _is_ours(value: object) -> bool:
    """Say whether something is an object of ours."""
    return str(getattr(type(value), "__module__", "")).startswith(_OURS)


# By how much each may grow in a month, and in which unit it is.
BOUNDS: Final[Mapping[str, tuple[str, float | None]]] = {
    "memory of our objects": ("kB", 2_000),
    # The portals and the recorder are in the same process.
    "blocks of memory of all code": ("", None),
    "memory of the process": ("kB", 150_000),
    "tasks of ours": ("tasks", 0),
    "timers": ("timers", 5),
    "listeners of the bus": ("", 5),
    "listeners of the dispatcher": ("", 5),
    "listeners of feeds": ("", 5),
    "open files and sockets": ("", 5),
    "files of ours": ("files", 0),
    "size of them": ("kB", 500),
    "entities": ("", 20),
    "entities without a value": ("", 5),
}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give the month a folder of its own."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Store in real files."""
    return {}


@pytest.fixture
def persistent_database() -> bool:
    """Give the recorder a file, as it has in a household."""
    return True


@pytest.fixture
def recorder_config() -> dict[str, object]:
    """Let the recorder commit states as seldom as it does in a household."""
    return {"commit_interval": 5}


@pytest.fixture
def enable_event_loop_debug() -> None:
    """Spare the month the harness' debug mode."""


@pytest.fixture(autouse=True)
def _as_at_home() -> Generator[None]:
    """Keep logs short, enable all entities, and spare a frozen clock all pauses."""
    for name in ("", "homeassistant", "custom_components", *_STATEMENTS):
        logging.getLogger(name).setLevel(logging.WARNING)
    with (
        quick_clock(),
        patch.object(http, "RETRY_PAUSE", 0),
        patch.object(Entity, "entity_registry_enabled_default", new=True),
    ):
        yield


def _faults(month: Month) -> dict[int, tuple[str, str]]:
    """Return what goes wrong on which day, after the warm-up and before the last."""
    random = Random(month.seed)  # noqa: S311  # to be repeated
    ways = list(_WAYS)
    random.shuffle(ways)
    days = range(WARM + 1, month.days - 1, 2)
    accounts = [*ACCOUNTS] * len(days)
    return {day: (accounts[n], ways[n % len(ways)]) for n, day in enumerate(days)}


@pytest.mark.timeout(0)
async def test_month(
    month: Month,
    recorder_mock: object,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    socket_enabled: None,
    enable_custom_integrations: None,
) -> None:
    """Let the month go by."""
    freezer.move_to(NOW)
    step = timedelta(minutes=month.step)
    folder = Path(hass.config.config_dir)
    faults = _faults(month)
    async with Sandbox() as sandbox:
        with _listened() as lines:
            home = Home(hass, freezer, sandbox)
            await home.begin()
            # That it is no part of Home Assistant is said by Home Assistant.
            lines.said.clear()
            before: dict[str, float] = {}
            quiet = 0
            for day in range(1, month.days + 1):
                begun, said = _seconds(), len(lines.said)
                await _live_a_day(home, month, step, day, faults)
                home.forget()
                if day not in faults:
                    quiet += len(lines.said) - said
                    month.wrong += [f"day {day}: {each}" for each in lines.said[said:]]
                month.wrong += [f"day {day}: {each}" for each in home.not_right()]
                spent = _seconds() - begun
                print(f"day {day}: {spent:.0f} s, {len(lines.said) - said} lines")
                if day == WARM:
                    before = home.held(folder)
            after = home.held(folder)
        for name, (unit, bound) in BOUNDS.items():
            month.figures.append(
                Figure(
                    name=name,
                    unit=unit,
                    before=before[name],
                    after=after[name],
                    bound=bound,
                )
            )
        feeds = 12
        month.figures += [
            Figure(
                name="log lines on days with a fault",
                unit="lines",
                before=0,
                after=len(lines.said) - quiet,
                bound=feeds * len(faults),
            ),
            Figure(
                name="log lines on days without",
                unit="lines",
                before=0,
                after=quiet,
                bound=0,
            ),
        ]
        for entry in home.accounts.values():
            await hass.config_entries.async_unload(entry.entry_id)
        await home.settle()


async def _live_a_day(
    home: Home,
    month: Month,
    step: timedelta,
    day: int,
    faults: Mapping[int, tuple[str, str]],
) -> None:
    """Let a day go by, and what belongs to it happen."""
    left = DAY
    if (fault := faults.get(day)) is not None:
        account, way = fault
        portal = home.sandbox.portals[portal_of(account)]
        portal.fail("*", _WAYS[way])
        month.happened.append(f"day {day}: {account}: {way}")
        await home.go_on(_LASTS, step)
        portal.heal()
        left -= _LASTS
    if day % 7 == 0:
        await home.set_up_again()
        month.happened.append(f"day {day}: all accounts are set up again")
    if day % 10 == 5:
        now = home.sandbox.household.now()
        start = now.replace(minute=0, second=0, microsecond=0) - DAY
        home.sandbox.household.correct(start, start + timedelta(hours=5), 2_500)
        month.happened.append(f"day {day}: five hours of the day before are corrected")
    await home.go_on(left, step)
