"""Tariffs from plain options, as forms are filled in; what is malformed has a name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from enum import StrEnum
import re
from typing import Final

from .bands import EVERY_DAY, EVERY_MONTH, Band, Clock, is_by_days
from .prices import number
from .public_holidays import DAY_SORTS, NO_HOLIDAYS, Holidays

type Options = Mapping[str, object]

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_YEARLY: Final = re.compile(r"(\d\d)-(\d\d)")


class InvalidTariff(ValueError):
    """What of a tariff's options cannot be read.

    `field` is the option, `key` what is wrong with it, and `row` the row that it is in,
    from 1 on, with its name where it has one.
    """

    def __init__(self, key: str, field: str, row: str = "") -> None:
        """Say what is wrong where."""
        super().__init__(" ".join(filter(None, (field, row, key))))
        self.key = key
        self.field = field
        self.row = row


def number_of(options: Options, field: str, usual: float = 0.0) -> float:
    """Return an optional number: a percentage, or money in the user's currency."""
    try:
        return number(_given(options, field, usual))
    except ValueError:
        raise InvalidTariff("invalid_number", field) from None


def text_of(options: Options, field: str) -> str | None:
    """Return an optional text; what is cleared is none."""
    given = options.get(field) or None
    if given is None or isinstance(given, str):
        return given
    raise InvalidTariff("invalid_choice", field)


def bool_of(options: Options, field: str) -> bool:
    """Return an optional choice between yes and no."""
    if isinstance(given := _given(options, field, False), bool):
        return given
    raise InvalidTariff("invalid_choice", field)


def choice_of[ChoiceT: StrEnum](
    options: Options, field: str, usual: ChoiceT
) -> ChoiceT:
    """Return an optional choice."""
    given = _given(options, field, usual)
    try:
        if isinstance(given, str):
            return type(usual)(given)
    except ValueError:
        pass
    raise InvalidTariff("invalid_choice", field)


def choices_of[ChoiceT: StrEnum](
    options: Options, field: str, kind: type[ChoiceT]
) -> frozenset[ChoiceT]:
    """Return optional choices, none or more."""
    known: dict[object, ChoiceT] = {each.value: each for each in kind}
    try:
        return frozenset(known[each] for each in _list(options, field))
    except KeyError, TypeError:
        raise InvalidTariff("invalid_choice", field) from None


def rows_of(options: Options, field: str) -> Iterator[tuple[str, Options]]:
    """Yield the rows of an option, each with what errors call it."""
    for place, row in enumerate(_list(options, field), 1):
        match row:
            case Mapping():
                name = row.get("name")
                yield f"{place} ({name})" if name else f"{place}", row
            case _:
                raise InvalidTariff("invalid_row", field, f"{place}")


def bands_of(options: Options, field: str) -> tuple[Band, ...]:
    """Return the bands of an option's rows.

    A row is `{"name": "high", "amount": 0.5, "start": "06:00", "end": "22:00", "days":
    ["mon", "holiday"], "months": [1, 12]}`. Rows of one name may have their amount in
    the first of them alone; all else may be left out.
    """
    amounts: dict[object, object] = {}
    bands = []
    for called, row in rows_of(options, field):
        amount = row.get("amount")
        if isinstance(name := row.get("name"), str) and name:
            if amount is None:
                amount = amounts.get(name)
            amounts.setdefault(name, amount)
        elif name not in (None, ""):
            raise InvalidTariff("invalid_row", field, called)
        if amount is None:
            raise InvalidTariff("missing_amount", field, called)
        key = "invalid_number"
        try:
            amount = number(amount)
            key = "invalid_time"
            start, end = wall(row.get("start")), wall(row.get("end"))
            key = "invalid_day"
            days = _days(row.get("days"))
            key = "invalid_month"
            months = _months(row.get("months"))
        except TypeError, ValueError:
            raise InvalidTariff(key, field, called) from None
        bands.append(Band(amount, start, end, days, months))
    return tuple(bands)


def clock_of(options: Options) -> Clock:
    """Return what clock the bands of a tariff go by."""
    return choice_of(options, "clock", Clock.LOCAL)


def holidays_of(options: Options) -> Holidays:
    """Return what counts as a public holiday; whether a country exists is not asked.

    `country`, `subdivision`, `holidays` (such as `12-24` of every year, `2026-12-24`)
    and `holidays_as`, a sort of day; as Sundays unless told.
    """
    # A text that is cleared is empty.
    country = options.get("country") or None
    subdivision = options.get("subdivision") or None
    if country is not None:
        if not isinstance(country, str) or not _COUNTRY.fullmatch(country):
            raise InvalidTariff("unknown_country", "country")
    if subdivision is not None:
        if not isinstance(subdivision, str):
            raise InvalidTariff("unknown_subdivision", "subdivision")
        if country is None:
            raise InvalidTariff("missing_country", "country")
    try:
        dates = frozenset(map(_date, _list(options, "holidays")))
    except TypeError, ValueError:
        raise InvalidTariff("invalid_date", "holidays") from None
    counts_as = _given(options, "holidays_as", DAY_SORTS[NO_HOLIDAYS.counts_as])
    if counts_as not in DAY_SORTS:
        raise InvalidTariff("invalid_day", "holidays_as")
    return Holidays(country, subdivision, dates, DAY_SORTS.index(counts_as))


def prepare(bands: Iterable[Band], holidays: Holidays) -> None:
    """Load the calendar that bands need, if they need one; this reads files.

    Raises InvalidTariff for a country or subdivision that there is not.
    """
    if not is_by_days(bands):
        return
    try:
        replace(holidays, subdivision=None).prepare()
    except ValueError:
        raise InvalidTariff("unknown_country", "country") from None
    try:
        holidays.prepare()
    except ValueError:
        raise InvalidTariff("unknown_subdivision", "subdivision") from None


def wall(text: object) -> time:
    """Return a wall time; absent is midnight."""
    match text:
        case None:
            return time()
        case str() if (read := time.fromisoformat(text)).tzinfo is None:
            return read
    raise ValueError("not a wall time")


def _given[UsualT](options: Options, field: str, usual: UsualT) -> UsualT | object:
    """Return an option, or what is usual where it is not there."""
    given = options.get(field)
    return usual if given is None else given


def _list(options: Options, field: str) -> list[object]:
    """Return an option that is a list."""
    match _given(options, field, []):
        case [*rows]:
            return rows
    raise InvalidTariff("invalid_row", field)


def _days(names: object) -> frozenset[int]:
    """Return sorts of days; none named are all."""
    match names:
        case None | []:
            return EVERY_DAY
        case [*_]:
            return frozenset(map(DAY_SORTS.index, names))
    raise ValueError("not days")


def _months(numbers: object) -> frozenset[int]:
    """Return months, 1 to 12 as numbers or, as forms have them, text; none are all."""
    match numbers:
        case None | []:
            return EVERY_MONTH
        case [*_]:
            return frozenset(map(_month, numbers))
    raise ValueError("not months")


def _month(given: object) -> int:
    """Return a month."""
    if isinstance(given, int | str) and not isinstance(given, bool):
        if (month := int(given)) in EVERY_MONTH:
            return month
    raise ValueError("not a month")


def _date(text: object) -> tuple[int, int] | date:
    """Return a date, or the month and day of every year."""
    if not isinstance(text, str):
        raise TypeError("not a date")
    if (parts := _YEARLY.fullmatch(text.strip())) is None:
        return date.fromisoformat(text.strip())
    # A leap year has every day that there is.
    day = date(2000, int(parts[1]), int(parts[2]))
    return day.month, day.day
