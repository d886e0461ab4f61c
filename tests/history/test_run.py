"""What cannot be read is put aside; the import goes on, and it comes in later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.portals.http.errors import (
    Forbidden,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.ledger import COST, HOUR
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from tests.history.published import DAY, HOME, NOW, START, Home, Published

ERRORS = [
    lambda: Unavailable("hours", "HTTP 500", passing=True),
    lambda: NotFound("hours"),
    lambda: Forbidden("hours"),
    lambda: Rejected("hours"),
    lambda: UnexpectedResponse("hours", "not JSON"),
]

type MakeError = Callable[[], PortalError]


def day(number: int) -> datetime:
    """Return when a day begins, of which the seventh has 25 hours."""
    return START + number * DAY + (HOUR if number > 6 else timedelta())


def days(first: int, last: int) -> list[tuple[datetime, datetime]]:
    """Return some days as what is put aside."""
    return [(day(first), day(last + 1))]


def broken(
    published: Published, first: int, last: int, error: MakeError = ERRORS[1]
) -> None:
    """Have some days fail, in whatever span they are asked for."""
    begin, over = day(first), day(last + 1)

    def fail(start: datetime, end: datetime) -> None:
        if start < over and begin < end:
            raise error()

    published.fault = fail


def put_aside(home: Home) -> list[tuple[datetime, datetime]]:
    """Return what is put aside."""
    return [(each.start, each.end) for each in known(home).aside]


def known(home: Home) -> Ledger:
    return home.ledgers["home"]


async def fetch_often(home: Home, now: datetime) -> None:
    """Fetch until the import has come to now, whatever fails on the way."""
    for _ in range(12):
        try:
            await home.fetch(now)
        except Unavailable:
            continue
        if known(home).is_complete:
            return
    raise AssertionError("the import does not go on")


@pytest.mark.parametrize("error", ERRORS)
async def test_the_import_goes_on(
    hass: HomeAssistant,
    published: Published,
    caplog: pytest.LogCaptureFixture,
    error: MakeError,
) -> None:
    """Past the first days of all, over restarts, and in whatever order they come."""
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    broken(published, 2, 8, error)
    await fetch_often(home, NOW)
    rows = await home.rows()
    assert len(rows) == (20 - 7) * 24 - 1
    assert not [row for row in rows if day(2) <= row.start < day(9)]
    assert [each.why for each in known(home).aside] == [error().brief]
    assert put_aside(home) == days(2, 8)
    assert known(home).missing_hours(NOW) == 7 * 24 + 1
    assert 60 < known(home).progress() < 70
    assert caplog.text.count("cannot be read") == 1
    assert home.importer.pause(NOW, 0.0, [known(home)]) == HOUR
    home.restart()
    published.fault = None
    await home.fetch(NOW + HOUR)
    assert put_aside(home) == []
    assert known(home).missing_hours(NOW) == 0
    clean = Home(hass, published, "test:clean")
    await clean.catch_up(NOW)
    assert await home.rows() == await clean.rows()
    assert await home.rows(COST) == await clean.rows(COST)


@pytest.mark.parametrize("error", ERRORS)
async def test_what_is_recent_goes_on(
    hass: HomeAssistant, published: Published, error: MakeError
) -> None:
    home = Home(hass, published, corrects=timedelta(days=5))
    now = NOW + 12 * HOUR
    await home.catch_up(now)
    broken(published, 17, 17, error)
    published.hour(18 * 24 + 5, 3.5)
    await fetch_often(home, now + HOUR)
    held = {row.start: row.state for row in await home.rows()}
    assert held[START + (18 * 24 + 5) * HOUR] == 3.5
    # What is stored of it stays, and is not missing.
    assert len(held) == 20 * 24
    assert known(home).missing_hours(now) == 0
    assert put_aside(home) == days(17, 17)
    published.asked.clear()
    await home.fetch(now + 1.5 * HOUR)
    assert not [each for each in published.asked if each[1] == day(17)]
    published.fault = None
    published.hour(17 * 24 + 5, 4.5)
    await home.fetch(now + 2.5 * HOUR)
    assert put_aside(home) == []
    held = {row.start: row.state for row in await home.rows()}
    assert held[START + (17 * 24 + 5) * HOUR] == 4.5


async def test_today_may_fail(hass: HomeAssistant, published: Published) -> None:
    """And is asked for as the day it has become by then."""
    home = Home(hass, published, corrects=timedelta(days=3))
    now = day(15) + 12 * HOUR
    broken(published, 15, 15)
    await home.catch_up(now)
    assert len(await home.rows()) == 15 * 24 + 1
    assert put_aside(home) == days(15, 15)
    published.fault = None
    await home.fetch(now + DAY)
    assert put_aside(home) == []
    assert known(home).missing_hours(now) == 0


async def test_a_portal_that_is_down_puts_nothing_aside(
    hass: HomeAssistant, published: Published
) -> None:
    """However long; and a pause that it asks for is waited for."""
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    await home.fetch(NOW)
    for error in (
        lambda: Unavailable("hours", "HTTP 500", passing=True),
        lambda: RateLimited("hours", retry_after=60.0),
        lambda: Unavailable("hours", "TimeoutError"),
    ):
        broken(published, -99, 99, error)
        for _ in range(6):
            with pytest.raises(Unavailable):
                await home.fetch(NOW)
    broken(published, 8, 8, lambda: RateLimited("hours", retry_after=60.0))
    for _ in range(6):
        with pytest.raises(RateLimited):
            await home.fetch(NOW)
    assert put_aside(home) == []
    assert len(await home.rows()) == 6 * 24


async def test_absent_only_if_the_newest_is_refused_too(
    hass: HomeAssistant, published: Published, caplog: pytest.LogCaptureFixture
) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    broken(published, -99, 5, lambda: Forbidden("hours"))
    assert (await home.fetch(NOW)).refused == frozenset()
    home = Home(hass, published, "test:2")
    broken(published, -99, 99, lambda: Forbidden("hours", "HTTP 403"))
    for _ in range(3):
        assert (await home.fetch(NOW)).refused == {"home"}
    line = "refuses the history of 1 site(s): Forbidden: hours: HTTP 403"
    assert caplog.text.count(line) == 1
    published.fault = None
    await home.catch_up(NOW)
    broken(published, -99, 99, lambda: Forbidden("hours", "HTTP 403"))
    await home.fetch(NOW + HOUR)
    assert caplog.text.count(line) == 2


async def test_it_is_asked_for_ever_more_rarely(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published, corrects=timedelta(days=2))
    broken(published, 4, 4)
    now = NOW + 12 * HOUR
    await home.catch_up(now)
    asked: list[float] = []
    for hours in range(1, 24 * 40):
        before = known(home).aside[0].asked
        await home.fetch(now + hours * HOUR)
        if known(home).aside[0].asked != before:
            asked.append(hours / 24)
    assert [round(each * 24) for each in asked[:3]] == [1, 4, 13]
    pauses = [round(later - earlier, 2) for earlier, later in pairwise(asked[2:])]
    assert pauses == 7 * [1.0] + 4 * [7.0]


async def test_an_action_says_what_it_could_not_read(
    hass: HomeAssistant, published: Published, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.catch_up(NOW)
    broken(published, 3, 4)
    published.hour(5 * 24, 9.0)
    tally = await home.importer.import_span(None, HOME, START, NOW)
    assert tally.written > 0
    spans = [each.span for each in tally.unread]
    assert spans == [*days(3, 3), *days(4, 4)]
    assert put_aside(home) == days(3, 4)
    published.fault = None
    tally = await home.importer.import_span(None, HOME, START, NOW)
    assert (tally.unread, put_aside(home)) == ([], [])


async def test_what_is_left_is_asked_for_by_hand_alone(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published, corrects=timedelta(days=2))
    broken(published, 3, 4)
    await home.catch_up(NOW)
    assert known(home).progress() < 95
    await home.importer.leave(HOME)
    home.restart()
    assert (known(home).progress(), known(home).missing_hours(NOW)) == (100, 0)
    published.asked.clear()
    published.fault = None
    for number in range(1, 30, 3):
        await home.fetch(NOW + number * DAY)
    assert not [
        each
        for each in published.asked
        if each[1] < START + 5 * DAY and each[2] > START + 3 * DAY
    ]
    await home.importer.import_span(None, HOME, START, NOW)
    assert put_aside(home) == []
    assert len(await home.rows()) == 20 * 24


async def test_what_is_asked_for_again_is_so_at_once(
    hass: HomeAssistant, published: Published, freezer: FrozenDateTimeFactory
) -> None:
    home = Home(hass, published, corrects=timedelta(days=2))
    broken(published, 3, 4)
    await home.catch_up(NOW)
    for number in range(1, 9):
        await home.fetch(NOW + number * DAY)
    later = NOW + 8 * DAY + HOUR
    freezer.move_to(later)
    assert known(home).unread(later)
    await home.importer.ask_again(HOME)
    await home.importer.ask_again(HOME)
    published.fault = None
    await home.fetch(later)
    assert put_aside(home) == []
    assert len(await home.rows()) == 20 * 24


async def test_few_are_asked_for_at_once(
    hass: HomeAssistant, published: Published
) -> None:
    """And none after one that was waited for in vain, or a pause."""
    home = Home(hass, published, corrects=timedelta(days=2))
    odd = {day(n) for n in range(0, 12, 2)}

    def fail(start: datetime, end: datetime) -> None:
        if any(start <= begin < end for begin in odd):
            raise error

    error: PortalError = NotFound("hours")
    published.fault = fail
    await home.catch_up(NOW)
    assert len(put_aside(home)) == 6
    published.asked.clear()
    for error in (
        Unavailable("hours", "TimeoutError"),
        Unavailable("hours", retry_after=9.0),
    ):
        asked = [each.asked for each in known(home).aside]
        fetched = await home.fetch(NOW + 5 * HOUR)
        assert fetched.problems == (error,)
        now_asked = [each.asked for each in known(home).aside]
        is_try = error.retry_after is None
        assert len({*now_asked} - {*asked}) == is_try


async def test_costs_that_fail_alone_come_later(
    hass: HomeAssistant, published: Published
) -> None:
    """The consumption does not wait for them, nor does what is recent."""
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    costs = dict(published.slots[COST])
    for slot in [each for each in costs if day(6) <= each[0] < day(8)]:
        del published.slots[COST][slot]

    def lack(start: datetime, end: datetime) -> None:
        is_lacking = start < day(8) and end > day(6)
        published.problems = (UnexpectedResponse("costs", "?"),) if is_lacking else ()

    published.fault = lack
    await home.catch_up(NOW)
    assert len(await home.rows()) == 20 * 24
    assert len(await home.rows(COST)) == 18 * 24 - 1
    assert put_aside(home) == days(6, 7)
    assert known(home).missing_hours(NOW) == 0
    assert known(home).progress() == 100
    published.fault, published.problems = None, ()
    published.slots[COST] = costs
    await home.fetch(NOW + HOUR)
    assert put_aside(home) == []
    assert len(await home.hours(COST)) == 20 * 24
