"""What is asked for next, and in which pieces."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from custom_components.energy_portals.history.asking import Asking
from custom_components.energy_portals.history.halving import Part, came
from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.history import History, Readings
from custom_components.energy_portals.portals.http.errors import Rejected
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.ledger_series import Span
from custom_components.energy_portals.portals.model.series import Slot
from tests.history.published import DAY, HOME, HOUR, START, ZONE
from tests.surroundings import Surroundings

KWH = LedgerSeries(CONSUMPTION)


@dataclass
class Refusing:
    """A portal that takes spans of so many days, but none with what is broken."""

    days: int
    broken: datetime | None = None
    asked: list[timedelta] = field(default_factory=list)

    async def ask(
        self, client: object, site: Site, start: datetime, end: datetime
    ) -> Readings:
        """Answer with one reading, or refuse."""
        self.asked.append(end - start)
        if end - start > self.days * DAY + HOUR:
            raise Rejected("hours")
        if self.broken is not None and start <= self.broken < end:
            raise Rejected("hours")
        return Readings(series={KWH: (Slot(start, start + HOUR, 1.0),)})


def _asking(portal: Refusing, longest: int = 8) -> Asking:
    history = History(
        at=Site,
        ask=portal.ask,
        zone=ZONE,
        longest=longest * DAY,
        corrects=2 * DAY,
    )
    return Asking(history, lambda key: Surroundings())


def _ledger(asked: timedelta, now: timedelta) -> Ledger:
    return Ledger(zone=ZONE, begin=START, asked_until=START + asked, now=START + now)


def test_what_lies_back_is_asked_for_in_parts() -> None:
    asking = _asking(Refusing(8), longest=4)
    ledger = _ledger(timedelta(), 20 * DAY + HOUR)
    assert asking.next_span(ledger) == (START, START + 4 * DAY)
    # Of what is recent, the portal may still correct some.
    ledger = _ledger(4 * DAY, 5 * DAY + HOUR)
    assert asking.next_span(ledger) == (START + 3 * DAY, ledger.now)


def test_nothing_is_asked_for_that_the_portal_no_longer_has() -> None:
    asking = _asking(Refusing(8))
    asking.history = replace(asking.history, oldest=lambda now: now - DAY)
    ledger = _ledger(timedelta(), 5 * DAY)
    assert asking.next_span(ledger)[0] == ledger.now - DAY


def test_what_was_refused_is_asked_for_again() -> None:
    """Once a day, of any series, for as long as hours are missed."""
    asking = _asking(Refusing(8))
    ledger = _ledger(40 * DAY, 40 * DAY + HOUR)
    (recent,) = asking.spans(ledger)
    refused = {START + n * HOUR: "implausible" for n in (100, 800, 803)}
    ledger = replace(ledger, refused_hours={"feed_in": refused})
    spans = [*asking.spans(ledger)]
    first = START + 33 * DAY
    assert spans == [recent, (first + HOUR, first + DAY + HOUR)]
    today = ledger.today(ledger.now)
    assert [*asking.spans(replace(ledger, gaps_asked=today))] == [recent]


async def _read(asking: Asking, span: Span) -> list[Part]:
    ledger = _ledger(span[0] - START, span[1] - START)
    halving = asking.halving(None, HOME, ledger, is_lasting=True)
    return await asking.read(halving, span)


async def test_a_span_that_is_too_long_is_halved() -> None:
    portal = Refusing(2)
    asking = _asking(portal)
    parts = await _read(asking, (START, START + 5 * DAY))
    assert asking.longest == 2 * DAY
    # The second is whether the portal answers at all.
    assert [asked // DAY for asked in portal.asked] == [5, 1, 3, 2, 1, 2]
    ((span, readings),) = came(parts)
    assert span == (START, START + 5 * DAY)
    starts = [slot.start for slot in readings.series[KWH]]
    assert starts == [START, START + 2 * DAY, START + 3 * DAY]
    await _read(asking, (START, START + 5 * DAY))
    assert [asked // DAY for asked in portal.asked][6:] == [2, 2, 1]


async def test_a_day_that_fails_says_nothing_of_the_length() -> None:
    portal = Refusing(8, broken=START + 3 * DAY + HOUR)
    asking = _asking(portal)
    parts = await _read(asking, (START, START + 8 * DAY))
    assert asking.longest == 8 * DAY
    assert [part.span for part in parts if part.problem is not None] == [
        (START + 3 * DAY, START + 4 * DAY)
    ]


async def test_a_refusal_that_is_not_for_the_length_is_told() -> None:
    asking = _asking(Refusing(-1))
    with pytest.raises(Rejected):
        await _read(asking, (START, START + 4 * DAY))
    assert asking.longest == 8 * DAY
