"""What of a span cannot be read, and what is the portal's fault as a whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from custom_components.energy_portals.history.halving import Halving, Part, came
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.ledger_series import Span
from custom_components.energy_portals.portals.model.series import Slot
from tests.history.published import DAY, HOUR, START, ZONE

NOW = START + 6 * DAY + 12 * HOUR
KWH = LedgerSeries(CONSUMPTION)
ERRORS = [
    lambda: Unavailable("hours", "HTTP 500", passing=True),
    lambda: NotFound("hours"),
    lambda: Forbidden("hours"),
    lambda: Rejected("hours"),
    lambda: UnexpectedResponse("hours", "not JSON"),
]

type MakeError = Callable[[], PortalError]


@dataclass
class Portal:
    """One with days that cannot be read, or not wholly."""

    broken: dict[int, PortalError] = field(default_factory=dict)
    partly: dict[int, PortalError] = field(default_factory=dict)
    empty: set[int] = field(default_factory=set)
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def ask(self, span: Span) -> Readings:
        """Answer, unless one of the days is broken."""
        first = (span[0] - START) // DAY
        last = (span[1] - START - timedelta.resolution) // DAY
        self.asked.append((first, last))
        for day in range(first, last + 1):
            if day in self.broken:
                raise self.broken[day]
        problems = [self.partly[n] for n in range(first, last + 1) if n in self.partly]
        slot = Slot(span[0], span[0] + HOUR, float(first))
        slots = () if first in self.empty else (slot,)
        return Readings(series={KWH: slots}, problems=tuple(problems))


def halving(portal: Portal, *, is_lasting: bool = True) -> Halving:
    return Halving(portal.ask, ZONE, NOW, is_lasting=is_lasting)


def days(first: int, last: int) -> Span:
    return START + first * DAY, min(START + (last + 1) * DAY, NOW)


def failed(parts: list[Part]) -> list[tuple[int, int]]:
    return [
        ((part.span[0] - START) // DAY, (part.span[1] - START) // DAY - 1)
        for part in parts
        if part.problem is not None
    ]


async def test_what_can_be_read_is_asked_for_once() -> None:
    portal = Portal()
    ((span, readings),) = came(await halving(portal).read(days(0, 6)))
    assert (span, portal.asked) == (days(0, 6), [(0, 6)])
    assert [slot.value for slot in readings.series[KWH]] == [0.0]


@pytest.mark.parametrize("error", ERRORS)
async def test_a_day_that_fails_is_found(error: MakeError) -> None:
    """Whatever the reason is, and whichever day; the others come."""
    for day in range(6):
        portal = Portal({day: error()})
        parts = await halving(portal).read(days(0, 5))
        assert failed(parts) == [(day, day)]
        spans = [span for span, _ in came(parts)]
        assert spans == [
            each for each in (days(0, day - 1), days(day + 1, 5)) if each[0] < each[1]
        ]


async def test_today_may_be_what_fails() -> None:
    portal = Portal({6: NotFound("hours")})
    parts = await halving(portal).read(days(0, 6))
    assert parts[-1].span == (START + 6 * DAY, NOW)
    assert isinstance(parts[-1].problem, NotFound)
    assert [span for span, _ in came(parts)] == [days(0, 5)]


@pytest.mark.parametrize("error", ERRORS)
async def test_a_portal_that_answers_nothing_is_down(error: MakeError) -> None:
    portal = Portal({day: error() for day in range(7)})
    with pytest.raises(PortalError) as raised:
        await halving(portal).read(days(0, 3))
    assert type(raised.value) is type(error())
    # The span, the newest two days, the one after it, and its first.
    asked = [(0, 3), (6, 6), (5, 5), (4, 4), (0, 0)]
    is_refusal = isinstance(error(), (Forbidden, NotFound))
    assert portal.asked == (asked[:3] if is_refusal else asked)


async def test_a_known_day_tells_whose_fault_it_is() -> None:
    portal = Portal({day: Rejected("hours") for day in range(2, 7)})
    known = (days(1, 1)[0].astimezone(ZONE).date(),)
    run = Halving(portal.ask, ZONE, NOW, is_lasting=True, known=known)
    assert failed(await run.read(days(2, 6)))
    # Who refuses what is new may no longer be asked.
    portal = Portal({day: NotFound("hours") for day in range(2, 7)})
    run = Halving(portal.ask, ZONE, NOW, is_lasting=True, known=known)
    with pytest.raises(NotFound):
        await run.read(days(2, 6))


async def test_who_refuses_what_is_new_refuses_the_site() -> None:
    """Whatever else fails with what is old."""
    portal = Portal({0: Unavailable("hours"), 5: NotFound("hours")})
    portal.broken |= {day: NotFound("hours") for day in range(1, 7)}
    with pytest.raises(NotFound):
        await halving(portal).read(days(0, 0))
    del portal.broken[1]
    assert failed(await halving(portal).read(days(0, 0))) == [(0, 0)]


async def test_an_answer_with_nothing_in_it_says_nothing() -> None:
    portal = Portal({day: NotFound("hours") for day in range(5)}, empty={5, 6})
    with pytest.raises(NotFound):
        await halving(portal).read(days(0, 4))
    # Nor does it refuse what is new.
    known = (days(-1, -1)[0].astimezone(ZONE).date(),)
    run = Halving(portal.ask, ZONE, NOW, is_lasting=True, known=known)
    assert failed(await run.read(days(0, 4)))


async def test_the_newest_days_may_be_what_fails() -> None:
    portal = Portal({day: Rejected("hours") for day in (5, 6)})
    parts = await halving(portal).read(days(0, 6))
    assert [span for span, _ in came(parts)] == [days(0, 4)]


async def test_what_may_pass_is_waited_for() -> None:
    portal = Portal({1: Unavailable("hours")}, {4: Unavailable("costs")})
    with pytest.raises(Unavailable):
        await halving(portal, is_lasting=False).read(days(0, 2))
    (part,) = await halving(portal, is_lasting=False).read(days(3, 5))
    assert part.waits
    assert part.readings is not None
    assert portal.asked == [(0, 2), (3, 5)]
    # What was put aside before is waited for no more.
    parts = await halving(portal, is_lasting=False).read(days(0, 2), is_known=True)
    assert failed(parts) == [(1, 1)]


@pytest.mark.parametrize(
    "error",
    [
        AuthError("hours"),
        RateLimited("hours"),
        Unavailable("hours", retry_after=60.0, passing=True),
    ],
)
async def test_what_is_said_of_all_spans_is_raised(error: PortalError) -> None:
    """For the first of them, and in the middle."""
    with pytest.raises(type(error)):
        await halving(Portal({1: error})).read(days(0, 3))
    portal = Portal({1: NotFound("hours"), 2: error})
    with pytest.raises(type(error)):
        await halving(portal).read(days(0, 3))
    with pytest.raises(type(error)):
        await halving(portal).read(days(1, 2), is_known=True)


async def test_what_lacks_something_is_kept() -> None:
    portal = Portal(partly={2: UnexpectedResponse("costs", "not JSON")})
    parts = await halving(portal).read(days(0, 5))
    assert failed(parts) == [(2, 2)]
    assert [span for span, _ in came(parts)] == [days(0, 5)]
    # Where all days lack it, nothing is gained by looking for those that do not.
    portal = Portal(partly={day: NotFound("costs") for day in range(7)})
    (part,) = await halving(portal).read(days(0, 5))
    assert part.readings is not None
    assert not part.waits


async def test_a_pause_for_the_rest_is_no_reason_to_ask_more() -> None:
    portal = Portal(partly={2: RateLimited("costs", retry_after=5.0)})
    (part,) = await halving(portal).read(days(0, 5))
    assert (failed([part]), portal.asked) == ([(0, 5)], [(0, 5)])


async def test_what_goes_on_failing_is_sampled() -> None:
    portal = Portal({day: NotFound("hours") for day in range(5)})
    (part,) = await halving(portal).read(days(0, 3), is_known=True, sample=5)
    # The fifth day before the last, of four, is the one before the last.
    assert (failed([part]), portal.asked) == ([(0, 3)], [(0, 3), (2, 2)])
    del portal.broken[2]
    parts = await halving(portal).read(days(0, 3), is_known=True, sample=5)
    assert failed(parts) == [(0, 0), (1, 1), (3, 3)]


async def test_the_search_comes_to_an_end() -> None:
    """Of a year that fails, not every day is asked for."""
    portal = Portal({day: NotFound("hours") for day in range(-400, 0)})
    run = halving(portal)
    for month in range(-400, 0, 31):
        parts = await run.read((START + month * DAY, START + (month + 31) * DAY))
        assert parts[0].problem is not None
    assert len(portal.asked) <= 2 * 64 + 2 * 13
    # And sooner where each answer is waited for in vain.
    portal.asked.clear()
    portal.broken = {day: Unavailable("hours") for day in range(-31, 0)}
    await halving(portal).read((START - 31 * DAY, START))
    assert len(portal.asked) < 20


async def test_a_day_of_25_hours() -> None:
    """It is cut where the clocks say midnight."""

    async def ask(span: Span) -> Readings:
        if span[1] - span[0] > DAY + HOUR:
            raise Rejected("hours")
        return Readings(series={KWH: (Slot(span[0], span[1], 1.0),)})

    autumn = START + 6 * DAY
    run = Halving(ask, ZONE, autumn + 5 * DAY, is_lasting=True)
    parts = await run.read((autumn, autumn + 2 * DAY + HOUR))
    assert [part.span for part in parts] == [
        (autumn, autumn + DAY + HOUR),
        (autumn + DAY + HOUR, autumn + 2 * DAY + HOUR),
    ]
