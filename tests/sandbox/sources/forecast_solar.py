"""Forecast.Solar: what a roof will yield today and tomorrow."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import acos, cos, pi, radians, sin, tan
from typing import Final, override

from aiohttp import web

from tests.sandbox.household import Household
from tests.sandbox.load import ZONE
from tests.sandbox.portal import Operation
from tests.sandbox.sources.source import (
    DAY,
    HOUR,
    Refused,
    SourceSandbox,
    refusing,
    zulu,
)

API_KEY: Final = "SandboxKey012345"
_PUBLIC_CALLS: Final = 12
_CLEAR: Final = 0.78

type Series = dict[datetime, int]


@dataclass(frozen=True)
class Roof:
    """A plane: its tilt, where it looks (0 is south, west is positive), its size."""

    declination: float
    azimuth: float
    kwp: float


class ForecastSolarSandbox(SourceSandbox):
    """Public for one plane and twelve calls an hour; more of both with a key.

    Times are sunrise, whole hours and sunset; energy is said of the period that ends
    at its time.
    """

    key = "forecast_solar"
    hosts = ("api.forecast.solar",)
    zone = ZONE

    def __init__(self, household: Household) -> None:
        """Nobody has asked yet."""
        super().__init__(household)
        self._asked: deque[datetime] = deque()

    @override
    def operations(self) -> Mapping[str, Operation]:
        planes = "{latitude}/{longitude}/{planes:.+}"
        estimate = refusing(self, self._estimate)
        return {
            "check": Operation("GET", f"/check/{planes}", refusing(self, self._check)),
            "info": Operation("GET", "/{api_key}/info", refusing(self, self._info)),
            "estimate": Operation("GET", f"/estimate/{planes}", estimate),
            "estimate_with_key": Operation(
                "GET", f"/{{api_key}}/estimate/{planes}", estimate
            ),
        }

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response({"result": None, "message": message}, status=status)

    # What a roof yields

    def watts(self, roofs: Sequence[Roof], place: tuple[float, float]) -> Series:
        """Return the power at the times of today and tomorrow, in UTC."""
        today = self.now().date()
        return {
            at: sum(self._power(roof, place, at) for roof in roofs)
            for day in (today, today + DAY)
            for at in _times(day, place)
        }

    def energy(self, roofs: Sequence[Roof], place: tuple[float, float]) -> Series:
        """Return the energy in Wh of the periods that end at these times."""
        watts = self.watts(roofs, place)
        energies: Series = {}
        before: datetime | None = None
        for at, power in watts.items():
            if before is None or before.date() != at.date():
                energies[at] = 0
            else:
                mean = (watts[before] + power) / 2
                energies[at] = round(mean * ((at - before) / HOUR))
            before = at
        return energies

    def _power(self, roof: Roof, place: tuple[float, float], at: datetime) -> int:
        noon, half = _sun(at.date(), place)
        hours = (at - noon) / HOUR
        if abs(hours) >= half / HOUR:
            return 0
        # A roof that looks west has its best hour later, a steep one less of noon.
        best = roof.azimuth / 60
        light = cos(pi / 2 * hours / (half / HOUR))
        towards = 0.7 + 0.3 * cos(radians(15 * (hours - best)))
        tilt = 0.75 + 0.25 * sin(radians(min(90.0, roof.declination * 2 + 20)))
        sky = 0.3 + 0.7 * self.household.fraction("sun", at.date())
        return round(roof.kwp * 1000 * _CLEAR * sky * light * towards * tilt)

    # Answers

    async def _check(self, request: web.Request) -> web.Response:
        _roofs(request)
        return web.json_response({"result": True, "message": self._message(request)})

    async def _info(self, request: web.Request) -> web.Response:
        self._allow(request)
        return web.json_response(
            {"result": {"account": "personal"}, "message": self._message(request)}
        )

    async def _estimate(self, request: web.Request) -> web.Response:
        roofs, place = _roofs(request)
        self._allow(request)
        if len(roofs) > 1 and "api_key" not in request.match_info:
            raise Refused(422, "Several planes need an account")
        limit, left = self._count(request)
        watts, energies = self.watts(roofs, place), self.energy(roofs, place)
        total, sums = 0, dict[date, int]()
        summed: Series = {}
        for at, energy in energies.items():
            day = at.astimezone(self.zone).date()
            total = sums[day] = sums.get(day, 0) + energy
            summed[at] = total
        result = {
            "watts": _timed(watts),
            "watt_hours_period": _timed(energies),
            "watt_hours": _timed(summed),
            "watt_hours_day": {day.isoformat(): each for day, each in sums.items()},
        }
        return web.json_response(
            {"result": result, "message": self._message(request)},
            headers={
                "X-Ratelimit-Limit": f"{limit}",
                "X-Ratelimit-Period": "3600",
                "X-Ratelimit-Remaining": f"{left}",
            },
        )

    def _allow(self, request: web.Request) -> None:
        """Refuse a key that nobody has."""
        if request.match_info.get("api_key", API_KEY) != API_KEY:
            raise Refused(401, "Invalid API key")

    def _count(self, request: web.Request) -> tuple[int, int]:
        """Count a call; returns how many an hour may have and how many are left."""
        now = self.household.now()
        limit = 60 if "api_key" in request.match_info else _PUBLIC_CALLS
        while self._asked and self._asked[0] <= now - HOUR:
            self._asked.popleft()
        if len(self._asked) >= limit:
            raise Refused(429, "Rate limit for API calls reached")
        self._asked.append(now)
        return limit, limit - len(self._asked)

    def _message(self, request: web.Request) -> dict[str, object]:
        """Return what stands beside every result."""
        limit = 60 if "api_key" in request.match_info else _PUBLIC_CALLS
        return {
            "code": 0,
            "type": "success",
            "text": "",
            "info": {
                "latitude": float(request.match_info.get("latitude", 0)),
                "longitude": float(request.match_info.get("longitude", 0)),
                "place": "Sandbox",
                "timezone": self.zone.key,
                "time_utc": zulu(self.household.now()),
            },
            "ratelimit": {
                "zone": "IP 127.0.0.1",
                "period": 3600,
                "limit": limit,
                "remaining": max(0, limit - len(self._asked)),
            },
        }


def _roofs(request: web.Request) -> tuple[list[Roof], tuple[float, float]]:
    """Return the planes and the place of a request."""
    matched = request.match_info
    try:
        place = float(matched["latitude"]), float(matched["longitude"])
        numbers = [float(each) for each in matched["planes"].split("/")]
    except ValueError as error:
        raise Refused(400, "Not a number") from error
    planes = [Roof(*numbers[n : n + 3]) for n in range(0, len(numbers) // 3 * 3, 3)]
    if len(numbers) % 3 or not planes:
        raise Refused(404, "Resource not found")
    # Where the sun does not rise each day, this simulation does not go.
    if abs(place[0]) > 60 or abs(place[1]) > 180:
        raise Refused(400, "Latitude or longitude is out of range")
    for roof in planes:
        if not 0 <= roof.declination <= 90 or not -180 <= roof.azimuth <= 180:
            raise Refused(400, "Declination or azimuth is out of range")
        if roof.kwp <= 0:
            raise Refused(400, "Modules power must be above zero")
    return planes, place


def _sun(day: date, place: tuple[float, float]) -> tuple[datetime, timedelta]:
    """Return when the sun stands highest and how long it stays up on each side."""
    latitude, longitude = place
    tilt = radians(-23.44) * cos(2 * pi * (day.timetuple().tm_yday + 10) / 365)
    half = acos(-tan(radians(latitude)) * tan(tilt)) * 12 / pi
    noon = datetime.combine(day, time(12), UTC) - HOUR * (longitude / 15)
    return noon.replace(microsecond=0), timedelta(minutes=round(half * 60))


def _times(day: date, place: tuple[float, float]) -> Iterator[datetime]:
    """Yield sunrise, the whole hours between and sunset."""
    noon, half = _sun(day, place)
    rise, down = noon - half, noon + half
    yield rise
    at = rise.replace(minute=0, second=0) + HOUR
    while at < down:
        yield at
        at += HOUR
    yield down


def _timed(series: Series) -> dict[str, int]:
    """Return a series as it is sent where times in UTC are asked for."""
    return {at.isoformat(): value for at, value in series.items()}
