"""An account that meets faults, and its twin that meets none.

Both live at portals of the same household, so that what the twin shows is the truth.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.journeys.faults.accounts import add, portal_of
from tests.journeys.faults.seen import (
    LONG_AGO,
    NOTHING,
    States,
    apart,
    are_same,
    asks_for_login,
    is_same,
    issues,
    rows,
    states,
    tasks,
)
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.server import Sandbox

# Longer than any request may take.
_PAST_TIMEOUTS: Final = timedelta(seconds=121)
# Home Assistant lets what is due at one moment come within half a second.
_SPREAD: Final = timedelta(seconds=0.5)
# What an entity shows of the import itself, which goes on meanwhile.
_OF_THE_IMPORT: Final = ("import_progress", "missing_hours", "days_not_imported")
# And what is counted from its beginning on.
_SINCE_ITS_BEGINNING: Final = (
    *(":consumption_this_month", ":cost_this_month", ":feed_in_this_month"),
    *(":compensation_this_month", ":last_event", ":hours_to_report"),
)
# A level that was told holds to its end: it depends on when prices came.
_AS_TOLD: Final = ":price_level"


@dataclass
class Scene:
    """One portal's account and its twin in one Home Assistant.

    The twin stays when an account is removed and another added, since there is nothing
    wrong with it. One that `is_new` is set up later than its twin, and what is imported
    then begins with that day.
    """

    hass: HomeAssistant
    clock: FrozenDateTimeFactory
    sandbox: Sandbox
    truth: Sandbox
    account: str
    entry: MockConfigEntry = field(init=False)
    twin: MockConfigEntry = field(init=False)
    is_new: bool = False
    _numbers: Iterator[int] = field(default_factory=count)
    _shown: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _tasks: int = 0

    @property
    def portal(self) -> PortalSandbox:
        """Return the portal that the account is at."""
        return self.sandbox.portals[portal_of(self.account)]

    # --- time

    async def settle(self) -> None:
        """Let all be done that is under way; who waits for an answer waits in vain."""
        done = asyncio.ensure_future(
            self.hass.async_block_till_done(wait_background_tasks=True)
        )
        while not done.done():
            waits = asyncio.ensure_future(self.portal.on_delay.wait())
            await asyncio.wait((done, waits), return_when=asyncio.FIRST_COMPLETED)
            waits.cancel()
            if self.portal.on_delay.is_set():
                self.portal.on_delay.clear()
                # Others may be on their way.
                for _ in range(50):
                    await asyncio.sleep(0)
                # What came before is the truth of this moment, what comes next of that.
                await self._see_truth()
                self.clock.tick(_PAST_TIMEOUTS)
                await self._see_truth()
        await done

    async def step(self, step: timedelta) -> None:
        """Let time go by, and what is due then be done."""
        self.clock.tick(step + _SPREAD)
        # The event loop follows the clock: with its next turn comes what is due.
        for _ in range(2):
            await asyncio.sleep(0)
        await self.settle()
        self.note()

    # --- the account

    async def open(self) -> None:
        """Set a twin up."""
        name = f"twin{next(self._numbers)}"
        self.twin = add(self.hass, self.truth, self.account, name)
        await self.hass.config_entries.async_setup(self.twin.entry_id)
        await self.settle()
        assert self.twin.state is ConfigEntryState.LOADED
        self._tasks = tasks().total()

    def begin(self) -> None:
        """Add the account anew, as what Home Assistant has never seen."""
        name = f"account{next(self._numbers)}"
        self.entry = add(self.hass, self.sandbox, self.account, name)

    async def set_up(self) -> None:
        """Set the account up, whatever comes of it."""
        self.forget()
        # A portal that does not answer holds the set-up up.
        setting_up = self.hass.async_create_task(
            self.hass.config_entries.async_setup(self.entry.entry_id)
        )
        await self.settle()
        await setting_up
        self.note()

    async def renew(self) -> None:
        """Set both up anew, as old as each other."""
        await self.end()
        await self.hass.config_entries.async_remove(self.twin.entry_id)
        await self.open()
        self.begin()
        await self.set_up()

    async def end(self) -> None:
        """Remove the account."""
        self.portal.heal()
        await self.hass.config_entries.async_remove(self.entry.entry_id)
        await self.settle()

    # --- what is seen

    def forget(self) -> None:
        """Take for right from now on what is shown now."""
        self._shown.clear()
        self.note()

    def note(self) -> None:
        """Note what is shown of the truth."""
        for key, state in states(self.hass, self.twin).items():
            self._shown[key].add(state)

    async def look(self, entry: MockConfigEntry) -> None:
        """Have an account fetch everything now."""
        await self._fetch(entry)
        await self.settle()

    async def _see_truth(self) -> None:
        await self._fetch(self.twin)
        self.note()

    async def _fetch(self, entry: MockConfigEntry) -> None:
        if entry.state is ConfigEntryState.LOADED:
            for coordinator in entry.runtime_data.coordinators:
                await coordinator.async_look_again()

    async def wrong_values(self) -> list[str]:
        """Return what the account shows that never was the truth."""
        if not (wrong := self._wrong_values()):
            return []
        # It has looked at another moment than its twin.
        await self.look(self.twin)
        self.note()
        wrong = self._wrong_values()
        return [f"{key} is {state}, not {self._truth(key)}" for key, state in wrong]

    def _wrong_values(self) -> list[tuple[str, str]]:
        return [
            (key, state)
            for key, state in states(self.hass, self.entry).items()
            if state not in NOTHING
            and not self._is_its_own(key)
            and not any(is_same(state, each) for each in self._shown[key])
        ]

    def _is_its_own(self, key: str) -> bool:
        of_any = (*_OF_THE_IMPORT, _AS_TOLD)
        return key.endswith(of_any) or self._is_since_its_beginning(key)

    def _is_since_its_beginning(self, key: str) -> bool:
        return self.is_new and key.endswith(_SINCE_ITS_BEGINNING)

    def _truth(self, key: str) -> str:
        return ", ".join(sorted(self._shown[key])) or "there"

    def not_right(self) -> list[str]:
        """Return what of the account is not yet as its twin is."""
        if self.entry.state is not ConfigEntryState.LOADED:
            return [f"it is {self.entry.state.value}: {self.entry.reason}"]
        wrong = [
            f"{each.name.partition(' ')[2]} fails: {each.last_exception!r}"[:200]
            for each in self.entry.runtime_data.coordinators
            if not each.last_update_success
        ]
        if pause := self.pause():
            # Feeds that were not due meanwhile do not know of it yet.
            wrong.append(f"a pause lasts {pause} yet")
        mine = states(self.hass, self.entry)
        for key, state in states(self.hass, self.twin).items():
            if self._is_since_its_beginning(key):
                continue
            if state not in NOTHING and mine.get(key) in NOTHING:
                wrong.append(f"{key} is {mine.get(key, 'not there')}, not {state}")
        if asks_for_login(self.hass, self.entry):
            wrong.append("a login is asked for")
        more = issues(self.hass, self.entry) - issues(self.hass, self.twin)
        return [*wrong, *(f"an issue: {each}" for each in more)]

    async def differences(self) -> list[str]:
        """Return what differs from the twin."""
        if not await self._differences():
            return []
        # They may have looked at other moments.
        await self.look(self.entry)
        await self.look(self.twin)
        self.note()
        return await self._differences()

    async def _differences(self) -> list[str]:
        wrong = self.not_right()
        mine, truth = states(self.hass, self.entry), states(self.hass, self.twin)
        for key in sorted(mine.keys() | truth.keys()):
            if self._is_since_its_beginning(key):
                continue
            if key.endswith(_AS_TOLD) and mine.get(key) not in NOTHING:
                # That there is one was seen; which, depends on when prices came.
                continue
            if {mine.get(key), truth.get(key)} <= NOTHING:
                # It was not known whether there would be something to show.
                continue
            if not is_same(mine.get(key), truth.get(key)):
                wrong.append(f"{key} is {mine.get(key)}, not {truth.get(key)}")
        imported = await rows(self.hass, self.entry, LONG_AGO)
        # Of the time before, the twin alone can know.
        begins = min((hours[0][0] for hours in imported.values()), default=0.0)
        since = datetime.fromtimestamp(begins, UTC)
        known = await rows(self.hass, self.twin, since)
        for key in sorted(imported.keys() | known.keys()):
            mine_of, truth_of = imported.get(key, []), known.get(key, [])
            if not are_same(mine_of, truth_of):
                wrong.append(f"rows of {key} differ: {apart(mine_of, truth_of)}")
        if (under_way := tasks()).total() > 2 * self._tasks:
            wrong.append(f"tasks are left: {dict(under_way)}")
        return wrong

    def pause(self) -> timedelta:
        """Return what is left of a pause that the portal has asked for."""
        if self.entry.state is not ConfigEntryState.LOADED:
            return timedelta()
        left: timedelta = self.entry.runtime_data.store.pause(dt_util.utcnow())
        return left

    def held(self) -> States:
        """Return what the account shows."""
        return states(self.hass, self.entry)
