"""How epilot's values are read: numbers, money, times, words.

Source: the schemas of the portal's OpenAPI documents. Money is whole cents beside a
decimal text in the main unit of its currency; times are in UTC, days are German ones.
Mismatch: a value is no such thing; Refused: it cannot be true.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from math import isfinite
import re
from typing import Final

from ..reading.body import Body, Mismatch, Refused, moment
from .models import ZONE, Money

# A number as JSON writes it, or with the comma that a German reader would set.
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_COMMA: Final = re.compile(
    r"-?(?:0,[0-9]+|[1-9][0-9]*,(?:[0-9]{1,2}|[0-9]{4,})"
    r"|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+)"
)
_WHOLE: Final = re.compile(r"-?[0-9]+")
_MOST_WHOLE: Final = 2**53
# A household neither owes nor is owed as much.
_MOST_MONEY: Final = 1e7
_MOST_SHOWN: Final = 1e9
# Not all money has a hundred cents.
_MINOR: Final = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF"), 1),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 1000),
}
_CODE: Final = re.compile(r"[A-Za-z]{3}")
_LEAP: Final = re.compile(r"(T[0-9]{2}:[0-9]{2}):60(?![0-9])")
_GERMAN: Final = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:,? +([0-9]{1,2}:[0-9:.]+))?"
)
_YEARS: Final = range(1971, 2200)
# What beside a number, under its name, says how it is meant.
_MEANS: Final = re.compile(
    r"(?:unit|uom|minor|scale|factor|multiplier|exponent|decimal)s?(?:_.*)?"
)


# --- numbers ----------------------------------------------------------------------


def number(value: object, low: float = 0.0, high: float = _MOST_SHOWN) -> float:
    """Read a number within bounds, or a text that spells one."""
    if isinstance(value, str):
        value = _spelt(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mismatch
    try:
        result = float(value)
    except OverflowError:
        raise Refused from None
    if not isfinite(result) or not low <= result <= high:
        raise Refused
    return result


def _spelt(text: str) -> float:
    """Return the number that a text spells; Python takes much that is none."""
    text = text.strip(" ")
    if _COMMA.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    if not _DECIMAL.fullmatch(text):
        raise Mismatch
    return float(text)


def signed(value: object) -> float:
    """Read a number that may be below zero."""
    return number(value, low=-_MOST_SHOWN)


def count(value: object) -> int:
    """Read how many there are."""
    result = number(value, high=_MOST_WHOLE - 1)
    if result != int(result):
        raise Refused
    return int(result)


def day_of_month(value: object) -> int:
    """Read a day of the month."""
    result = number(value, low=1, high=31)
    if result != int(result):
        raise Refused
    return int(result)


def tax_rate(value: object) -> float:
    """Read a tax in percent; below one it is a fraction, or a tax nobody raises."""
    rate = number(value, high=100)
    if 0 < rate < 1:
        raise Refused
    return rate


# --- words ------------------------------------------------------------------------


def text(value: object) -> str:
    """Read a text that is not empty; a number is taken as written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Mismatch
    stripped = _digits(value) if not isinstance(value, str) else value.strip()
    if not stripped:
        raise Mismatch
    return stripped


def _digits(value: float) -> str:
    """Return a number as written; one of thousands of digits is none."""
    try:
        return str(value)
    except ValueError:
        raise Refused from None


def words(place: Body, name: str) -> dict[str, str] | None:
    """Read a text in several languages; one that is no text is missing alone."""
    value = place.member(name)
    if value is None:
        return None
    if isinstance(value, str):
        return {"": value}
    if not isinstance(value, Mapping):
        refuse(place, name)
        return None
    texts = {
        key.casefold(): each for key, each in value.items() if isinstance(each, str)
    }
    if len(texts) < len(value):
        refuse(place, name)
    return texts


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Mismatch
    return value


# --- times ------------------------------------------------------------------------


def when(value: object) -> datetime:
    """Read a moment as UTC; one without an offset is German time.

    Refused: an hour that the clock shows twice, or never.
    """
    read = clock(value)
    if read.tzinfo is not None:
        return read
    first, second = both(read)
    if first != second:
        raise Refused
    return first


def instant(value: object) -> datetime:
    """Read a moment that has an offset; without, nobody knows which clock is meant."""
    read = clock(value)
    if read.tzinfo is None:
        raise Refused
    return read


def clock(value: object) -> datetime:
    """Read a moment as UTC, or what a clock shows where no offset is told."""
    if not isinstance(value, str):
        return moment(value, ZONE)
    spelt, leaps = value, 0
    try:
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            spelt, leaps = _LEAP.subn(r"\1:59", _iso(value))
            parsed = datetime.fromisoformat(spelt)
    except ValueError:
        if not spelt.isdecimal():
            raise Mismatch from None
        return moment(spelt, ZONE)
    try:
        read = parsed if parsed.tzinfo is None else parsed.astimezone(UTC)
        read += timedelta(seconds=leaps)
    except OverflowError:
        raise Refused from None
    if read.year not in _YEARS:
        raise Refused
    return read


def both(wall: datetime) -> tuple[datetime, datetime]:
    """Return the moments that a clock's time may mean; they differ twice a year."""
    local = wall.replace(tzinfo=ZONE)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _iso(value: str) -> str:
    """Return a time as Python reads it."""
    plain = value.strip()
    if (german := _GERMAN.fullmatch(plain)) is not None:
        date_, month, year, time = german.groups()
        plain = f"{year}-{month:>02}-{date_:>02}" + (f"T{time:>05}" if time else "")
    return f"{plain[:-1]}Z" if plain.endswith("z") else plain


def day(value: object) -> date:
    """Read a date; midnight in UTC, as which a bare one is stored, is that day too."""
    read = clock(value)
    return read.date() if read.tzinfo is None else read.astimezone(ZONE).date()


# --- money ------------------------------------------------------------------------


def currency(value: object) -> str:
    """Read a currency's code, of whatever case."""
    if not isinstance(value, str):
        raise Mismatch
    plain = value.strip()
    if plain in {"€", "Euro", "euro", "EURO"}:
        return "EUR"
    if not _CODE.fullmatch(plain):
        raise Mismatch
    return plain.upper()


def main_unit(cents: object, decimal: object, code: str | None = None) -> float | None:
    """Return an amount: its decimal form where there is one, else its cents.

    Refused: the two contradict each other, or one cannot be true.
    """
    minor = _MINOR.get(code or "", 100)
    told, whole = _decimal(decimal), _cents(cents)
    if told is None:
        if whole is None:
            return None
        if whole != int(whole):
            # Whole cents are promised: this may be anything.
            raise Refused
        told = whole / minor
    elif whole is not None and abs(told * minor - whole) >= 1:
        raise Refused
    return number(told, low=-_MOST_MONEY, high=_MOST_MONEY)


def _decimal(value: object) -> float | None:
    """Return an amount in its decimal form; words such as `n/a` say nothing."""
    if value is None or (isinstance(value, str) and not _like_a_number(value)):
        return None
    try:
        return number(value, low=-_MOST_MONEY, high=_MOST_MONEY)
    except Mismatch:
        if isinstance(value, str):
            raise Refused from None
        return None


def _like_a_number(words: str) -> bool:
    """Say whether a text is meant as a number, whether or not it is one."""
    folded = words.casefold()
    return any(map(str.isdigit, folded)) or "inf" in folded or "nan" in folded


def _cents(value: object) -> float | None:
    """Return an amount in cents, None for what is no number.

    As a text it has nothing but digits: a point may be of thousands, or of a decimal.
    """
    if isinstance(value, str) and _like_a_number(value):
        if not _WHOLE.fullmatch(value.strip()):
            raise Refused
        return number(value, low=-_MOST_WHOLE, high=_MOST_WHOLE)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return number(value, low=-_MOST_WHOLE, high=_MOST_WHOLE)


def money(
    entity: Body, name: str, *currencies: str, otherwise: str = ""
) -> Money | None:
    """Read an amount in cents, beside which its decimal form may stand.

    Without a currency it is still an amount; with one that is none, it is not.
    `otherwise` is where the currency stands that holds where none is told with it.
    """
    cents, decimal = entity.member(name), entity.member(f"{name}_decimal")
    if cents is None and decimal is None:
        return None
    if is_meant_otherwise(entity, name):
        refuse(entity, name)
        return None
    try:
        code = _code(entity, f"{name}_currency", *currencies)
        code = code or _code(entity, otherwise)
        amount = main_unit(cents, decimal, code)
    except Mismatch, Refused:
        refuse(entity, name)
        return None
    return None if amount is None else Money(amount=amount, currency=code)


def _code(entity: Body, *names: str) -> str | None:
    """Return the one currency that is told, None where none is."""
    named = [entity.member(name) for name in names]
    codes = {currency(each) for each in named if each is not None and each != ""}
    if len(codes) > 1:
        raise Refused
    return codes.pop() if codes else None


# --- members ----------------------------------------------------------------------


class Unreadable(Exception):
    """A row cannot be read, or not what has to be known of it."""


def refuse(entity: Body, name: str) -> None:
    """Count a value that is told and left out."""
    entity.refused[f"{entity.operation}.{name}"] += 1


def told[ValueT](
    entity: Body, accept: Callable[[object], ValueT], *names: str
) -> ValueT | None:
    """Return the first of the named members that can be read.

    One that is told and cannot be read is counted; no other stands in for it.
    """
    for name in names:
        value = entity.member(name)
        if value is None or value == "":
            continue
        try:
            return accept(value)
        except Mismatch, Refused:
            refuse(entity, names[0])
            return None
    return None


def sure[ValueT](
    entity: Body, accept: Callable[[object], ValueT], name: str
) -> ValueT | None:
    """Return a member, None where it is not told; Unreadable: it cannot be read."""
    value = entity.member(name)
    if value is None or value == "":
        return None
    try:
        return accept(value)
    except Mismatch, Refused:
        raise Unreadable(name) from None


def plain_number(
    entity: Body, accept: Callable[[object], float], name: str
) -> float | None:
    """Return a number, None where something beside it says that it is another."""
    if entity.member(name) is not None and is_meant_otherwise(entity, name):
        refuse(entity, name)
        return None
    return told(entity, accept, name)


def is_meant_otherwise(entity: Body, name: str) -> bool:
    """Say whether a member under a number's name says in what it is counted."""
    return any(
        value is not None and _MEANS.fullmatch(key.casefold()[len(name) + 1 :])
        for key, value in entity.members().items()
        if key.casefold().startswith(f"{name}_") and key != f"{name}_decimal"
    )
