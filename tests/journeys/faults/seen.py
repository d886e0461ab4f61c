"""What can be seen of an account: states, rows, issues, log lines, tasks."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
import logging
from math import isclose
from typing import Final, override

from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import slugify
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN

NOTHING: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN, None})
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OURS: Final = "custom_components.energy_portals"
_PACKAGE: Final = f"/{_OURS.replace('.', '/')}/"

type States = dict[str, str]
# Of each hour when it begins, its amount and the sum.
type Hours = list[tuple[float, float, float]]
type Rows = dict[str, Hours]


def states(hass: HomeAssistant, entry: MockConfigEntry) -> States:
    """Return what each entity shows, by its sort and its key in the account."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    start = f"{entry.unique_id}:"
    return {
        f"{each.domain} {each.unique_id.removeprefix(start)}": state.state
        for each in entities
        # Of these a state is when they were used or came last.
        if each.domain not in {Platform.EVENT, Platform.BUTTON}
        and (state := hass.states.get(each.entity_id)) is not None
    }


def is_same(one: str | None, other: str | None) -> bool:
    """Say whether two states say the same."""
    if one == other:
        return True
    try:
        return abs(float(one or "") - float(other or "")) <= 1e-6 * abs(float(one or 0))
    except ValueError:
        return False


async def rows(hass: HomeAssistant, entry: MockConfigEntry, since: datetime) -> Rows:
    """Return the hours of all its statistics, by what ends their ids."""
    start = f"{DOMAIN}:{slugify(entry.unique_id)}_"
    recorder = get_instance(hass)
    done = hass.loop.create_future()
    # The recorder's own wait takes a job that is under way for done.
    recorder.queue_task(SynchronizeTask(done))
    await done

    def read() -> Rows:
        ids = {each["statistic_id"] for each in list_statistic_ids(hass)}
        mine = {each for each in ids if each.startswith(start)}
        if not mine:
            return {}
        found = statistics_during_period(
            hass, since, None, mine, "hour", None, {"state", "sum"}
        )
        return {
            key.removeprefix(start): [
                (row["start"], row["state"] or 0.0, row["sum"] or 0.0) for row in hours
            ]
            for key, hours in found.items()
        }

    return await recorder.async_add_executor_job(read)


def are_same(mine: Hours, truth: Hours) -> bool:
    """Say whether hours are those of the truth since they begin."""
    if not mine or not truth:
        return mine == truth
    same = [each for each in truth if each[0] >= mine[0][0]]
    if [each[0] for each in mine] != [each[0] for each in same]:
        return False
    offset = mine[0][2] - same[0][2]
    return all(
        isclose(one[1], other[1], abs_tol=1e-6)
        and isclose(one[2] - offset, other[2], abs_tol=1e-6)
        for one, other in zip(mine, same, strict=True)
    )


def apart(mine: Hours, truth: Hours) -> str:
    """Return by what hours differ from those of the truth."""
    told = {start: amount for start, amount, _ in truth}
    own = {start: amount for start, amount, _ in mine}
    hours = [
        f"{datetime.fromtimestamp(start, UTC):%d %H:%M} {own.get(start)}, not {amount}"
        for start, amount in told.items()
        if mine and start >= mine[0][0] and own.get(start) != amount
    ]
    return f"{len(mine)} and {len(truth)}: {len(hours)} hours, {hours[:2]}"


def issues(hass: HomeAssistant, entry: MockConfigEntry) -> Counter[str]:
    """Return the open issues that are about an account, by their words."""
    return Counter(
        str(issue.translation_key)
        for (domain, issue_id), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active and entry.entry_id in issue_id
    )


def asks_for_login(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
    """Say whether the user is asked to sign in again."""
    return any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


def tasks() -> Counter[str]:
    """Return our tasks under way, by what they do."""
    names: list[str] = []
    for task in asyncio.all_tasks():
        code = getattr(task.get_coro(), "cr_code", None)
        if code is not None and _PACKAGE in code.co_filename:
            names.append(code.co_qualname)
    return Counter(names)


class Lines(logging.Handler):
    """Log lines of ours, and those that Home Assistant writes of us."""

    def __init__(self, entry: MockConfigEntry) -> None:
        """Take the account."""
        super().__init__(logging.WARNING)
        self._entry = entry
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        text = record.getMessage()
        about = (DOMAIN, self._entry.title, self._entry.entry_id)
        if record.name.startswith(_OURS) or any(each in text for each in about):
            self.records.append(record)

    def said(self) -> list[str]:
        """Return what was said, a line each."""
        return [f"{each.levelname}: {each.getMessage()[:300]}" for each in self.records]

    def wrong(self) -> Iterator[str]:
        """Yield what was said more than once, or should never be said."""
        # Of one feed the first two words are always the same, and the rest is why.
        about = Counter(
            (each.name, each.msg, str(each.args[0]))
            if isinstance(each.args, tuple) and each.args
            else (each.name, each.getMessage(), "")
            for each in self.records
        )
        for (_, message, of), count in about.items():
            if count > 1:
                yield f"{count} lines: {message} {of}"
        logins = [each for each in self.said() if "uthenticat" in each]
        if len(logins) > 1:
            yield f"{len(logins)} lines about one login"
        for each in self.records:
            if each.exc_info and each.exc_info[0] is not None:
                yield f"a traceback: {each.getMessage()[:100]}: {each.exc_info[1]!r}"


@contextmanager
def listened(entry: MockConfigEntry) -> Iterator[Lines]:
    """Listen to what is logged of an account."""
    lines = Lines(entry)
    logging.getLogger().addHandler(lines)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(lines)
