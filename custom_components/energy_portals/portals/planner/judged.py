"""Forecasts of a home, held to what came: its base load and its sun, kW."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import fsum
from typing import Final
from zoneinfo import ZoneInfo

from ..model.ledger import HOUR
from ..model.periods import midnight
from ..model.plain import Finite, Moment, looked_up
from ..model.series import Series
from ..optimum.home import QUARTER
from .together import Whole

_DAY: Final = timedelta(days=1)
_WEEK: Final = 7 * _DAY
_PATIENCE: Final = 6 * HOUR
# A yield below this is night, whoever foretold it.
_DARK: Final = 1e-3

# An hour, and what was foretold of it or came: base load and sun.
type _Told = tuple[Moment, Finite, Finite]
type _Off = tuple[Moment, Finite | None, Finite | None]


@looked_up
@dataclass(frozen=True, slots=True)
class Forecasts:
    """What was foretold at the beginning of a day, and how far hours lay off.

    `told` are the hours that are not judged yet, `errors` those of the last week: what
    came less what was foretold, None where that is not known or it was night.
    """

    told: tuple[_Told, ...] = ()
    errors: tuple[_Off, ...] = ()
    until: Moment | None = None

    @property
    def base_error(self) -> float | None:
        """Return the mean error of the base load in the last week, kW."""
        return _mean(error for _, error, _ in self.errors)

    @property
    def sun_error(self) -> float | None:
        """Return the mean error of the sun by day in the last week, kW."""
        return _mean(error for _, _, error in self.errors)

    def noted(self, whole: Whole | None, now: datetime, zone: ZoneInfo) -> Forecasts:
        """Return it with what is foretold of the day, once a day."""
        if whole is None or (self.until is not None and now < self.until):
            return self
        end = midnight(now.astimezone(zone).date() + _DAY, zone)
        told = tuple(each for each in _hours(whole) if now <= each[0] < end)
        return replace(self, told=(*self.told, *told), until=end)

    def judged(
        self, base: Series[float], sun: Mapping[datetime, float], until: datetime
    ) -> Forecasts:
        """Return it with the hours that are over held to what came.

        `base` is the mean power of past hours, kW, and `sun` the energy of quarters.
        """
        over = [
            each
            for each in self.told
            if each[0] + HOUR <= until
            # What the home drew is read with its plans, which may come after this.
            and (base.at(each[0]) is not None or each[0] + _PATIENCE <= until)
        ]
        if not over:
            return self
        errors = list(self.errors)
        for hour, told, yields in over:
            came = base.at(hour)
            quarters = [sun.get(hour + n * QUARTER) for n in range(4)]
            known = [each for each in quarters if each is not None]
            came_sun = fsum(known) if len(known) == len(quarters) else None
            is_dark = yields <= _DARK and (came_sun or 0.0) <= _DARK
            errors.append(
                (
                    hour,
                    None if came is None else came.value - told,
                    None if came_sun is None or is_dark else came_sun - yields,
                )
            )
        return replace(
            self,
            told=tuple(each for each in self.told if each not in over),
            errors=tuple(each for each in errors if each[0] > until - _WEEK),
        )


def _mean(errors: Iterable[float | None]) -> float | None:
    """Return by how much errors lie off on average, whichever way."""
    known = [abs(each) for each in errors if each is not None]
    return fsum(known) / len(known) if known else None


def _hours(whole: Whole) -> Iterator[_Told]:
    """Yield the whole hours of a home, each with its mean base load and sun, kW."""
    by_hour: dict[datetime, list[tuple[float, float, float]]] = {}
    for slot in whole.home.slots:
        hour = slot.start.replace(minute=0, second=0, microsecond=0)
        length = (slot.end - slot.start) / HOUR
        parts = by_hour.setdefault(hour, [])
        parts.append((length, slot.value.base * length, slot.value.sun * length))
    for hour, parts in by_hour.items():
        if fsum(length for length, _, _ in parts) > 1 - 1e-9:
            base, sun = (fsum(each[n] for each in parts) for n in (1, 2))
            yield hour, base, sun
