"""What the simulated servers of price sources share: days, publication, numbers."""

from abc import ABC
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from typing import ClassVar, Final, override
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.sandbox.faults import Handler
from tests.sandbox.household import Household
from tests.sandbox.portal import Action, PortalSandbox

QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class Refused(Exception):
    """A request that the server refuses, with the status and the reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class SourceSandbox(PortalSandbox, ABC):
    """One simulated server, which stands for real hosts.

    A day is one of `zone`, of 92, 96 or 100 quarter-hours; its prices are there from
    `published_at` of the day before on.
    """

    hosts: ClassVar[Sequence[str]]
    zone: ClassVar[ZoneInfo] = ZoneInfo("Europe/Amsterdam")
    published_at: ClassVar[time] = time(12, 57)

    def __init__(self, household: Household) -> None:
        """Publish in time, until told otherwise."""
        super().__init__(household)
        self._delay = timedelta()
        self._levels: dict[str, float] = {}

    @override
    def facts(self, address: str) -> dict[str, str]:
        return {"address": address}

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response({"message": message}, status=status)

    @override
    def actions(self) -> Mapping[str, Action]:
        return {**super().actions(), "delay_publication": self.delay_publication}

    def delay_publication(self, minutes: int) -> dict[str, object]:
        """Let the prices of tomorrow come this much later than they should."""
        self._delay = timedelta(minutes=minutes)
        return {"minutes": minutes}

    # What is known

    def now(self) -> datetime:
        """Return the present moment in the zone of the market."""
        return self.household.now().astimezone(self.zone)

    def publication(self, day: date) -> datetime:
        """Return when the prices of a day come."""
        before = datetime.combine(day - DAY, self.published_at, self.zone)
        return before.astimezone(UTC) + self._delay

    def is_published(self, day: date) -> bool:
        """Say whether the prices of a day are there; those of today always are."""
        return day <= self.now().date() or self.now() >= self.publication(day)

    def slots(self, day: date, length: timedelta = QUARTER) -> list[datetime]:
        """Return the starts of the slots of a day of the market, in UTC."""
        start, stop = (
            datetime.combine(each, time(), self.zone).astimezone(UTC)
            for each in (day, day + DAY)
        )
        return [start + length * n for n in range((stop - start) // length)]

    def spot(self, area: str, at: datetime, length: timedelta = QUARTER) -> float:
        """Return what a slot costs in an area at the exchange, in EUR/MWh."""
        starts = [at + QUARTER * n for n in range(length // QUARTER)]
        mean = sum(map(self.household.grid.price, starts)) / len(starts) * 1000
        if (level := self._levels.get(area)) is None:
            level = 20 * (self.household.fraction("area", area) - 0.5)
            self._levels[area] = level
        return round(mean + level, 2)


def refusing(source: SourceSandbox, handler: Handler) -> Handler:
    """Let a handler refuse by raising."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as error:
            return source.refusal(error.status, str(error))

    return answer


def asked[T](request: web.Request, name: str, read: Callable[[str], T]) -> T:
    """Return a parameter of the query; one that is missing or not one is refused."""
    try:
        return read(request.query[name])
    except (KeyError, ValueError) as error:
        raise Refused(400, f"{name} is missing or not valid") from error


def one_of(*known: str) -> Callable[[str], str]:
    """Return what reads one of a few words."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return read


def zulu(at: datetime) -> str:
    """Return a moment in UTC as most of these servers write it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
