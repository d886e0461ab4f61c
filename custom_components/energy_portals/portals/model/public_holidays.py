"""How the days of a calendar count: as weekdays, or as public holidays."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from holidays import HolidayBase

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A public holiday where it is a sort of day of its own.
HOLIDAY: Final = "holiday"
DAY_SORTS: Final = (*WEEKDAYS, HOLIDAY)

_SUNDAY: Final = WEEKDAYS.index("sun")
# A year is worked out within a calendar that others may be asking meanwhile.
_LOCK: Final = Lock()


@dataclass(frozen=True, slots=True)
class Holidays:
    """What public holidays there are, and as what sort of day they count.

    `country` is ISO 3166-1 alpha-2 and `subdivision` a code of the `holidays` package,
    such as BY; without a subdivision they are those of the whole country. `dates` are
    others, (month, day) of every year or a date. `counts_as` is a place in `DAY_SORTS`.
    """

    country: str | None = None
    subdivision: str | None = None
    dates: frozenset[tuple[int, int] | date] = frozenset()
    counts_as: int = _SUNDAY

    def sort(self, day: date) -> int:
        """Return the sort of a day: its weekday, 0 is Monday, or that of a holiday.

        ValueError if there is no such country or subdivision.
        """
        if {day, (day.month, day.day)} & self.dates or day in self._of_year(day.year):
            return self.counts_as
        return day.weekday()

    def _of_year(self, year: int) -> frozenset[date]:
        """Return the country's holidays of a year."""
        if self.country is None:
            return frozenset()
        return _of_year(self.country, self.subdivision, year)

    def prepare(self) -> None:
        """Load the calendar, which reads files; a further year then takes no time.

        ValueError if there is no such country or subdivision.
        """
        if self.country is not None:
            _calendar(self.country, self.subdivision)


NO_HOLIDAYS: Final = Holidays()


def subdivisions(country: str) -> tuple[str, ...]:
    """Return the codes of a country's subdivisions; this reads files.

    ValueError if there is no such country.
    """
    return tuple(_calendar(country, None).subdivisions)


@cache
def _calendar(country: str, subdivision: str | None) -> HolidayBase:
    """Return the calendar of a country."""
    # A second to import, for those alone who need it.
    from holidays import country_holidays

    try:
        return country_holidays(country, subdiv=subdivision)
    except NotImplementedError as err:
        raise ValueError(f"no holidays of {country} {subdivision or ''}") from err


@lru_cache(maxsize=512)
def _of_year(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Return the holidays of a country in a year."""
    calendar = _calendar(country, subdivision)
    with _LOCK:
        # Asking for a day works its year out.
        calendar.get(date(year, 1, 1))
        return frozenset(day for day in calendar if day.year == year)
