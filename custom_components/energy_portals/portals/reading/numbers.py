"""Numbers, and texts that spell one.

A point or a comma before three digits may part thousands or begin decimals: `1.234`.
What else stands in the body decides; where nothing does, the number is refused.
"""

from collections.abc import Iterator, Mapping
import math
import re
from typing import Final

_PLAIN: Final = re.compile(
    r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?", re.ASCII
)
_SPELT: Final = re.compile(
    r"([+-]?[0-9](?:[0-9.,'\u00a0\u202f ]*[0-9])?) ?((?:[^\W\d_]|[%€£$°/]).*)?"
)
_GROUPS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*")
_MOST: Final = 200_000


class Mismatch(Exception):
    """The value is not of the wanted type; the next name may hold one that is."""


class Refused(Exception):
    """The value is of the wanted type but cannot be true, or has two meanings."""


def number(value: object, *, low: float | None = 0, high: float | None = None) -> float:
    """Read a finite number, or a text that spells one with a point, within limits.

    Its unit is what the portal means. Mismatch: it is none; Refused: it is beyond.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Mismatch
    if isinstance(value, str):
        # Python takes 1_0 for ten, and digits of any script; no portal means that.
        value = value.strip()
        if value.strip().casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
            raise Refused
        if not _PLAIN.fullmatch(value):
            raise Mismatch
    return bounded(value, low, high)


def bounded(value: float | str, low: float | None, high: float | None) -> float:
    """Return a number that is finite and between limits."""
    try:
        result = float(value)
    except OverflowError:
        raise Refused from None
    if (
        not math.isfinite(result)
        or (low is not None and result < low)
        or (high is not None and result > high)
    ):
        raise Refused
    return result


def signed(value: object) -> float:
    """Read a finite number that may be below zero, in the portal's unit."""
    return number(value, low=None)


def percent(value: object) -> float:
    """Read a share in percent."""
    return number(value, high=100)


class Notation:
    """Which sign begins the decimals of the texts in one body, as far as they show."""

    def __init__(self, body: object) -> None:
        """Look at the texts of a body when it is first asked."""
        self._body = body
        self._decimal: str | None = None
        self._is_known = False

    def number(self, text: str) -> tuple[float, str]:
        """Return what a text spells, and what follows the number, such as a unit.

        Mismatch: it is none; Refused: it means one of two numbers.
        """
        text = text.strip()
        if _PLAIN.fullmatch(text) and not _GROUPS.fullmatch(text):
            return float(text), ""
        parts = _SPELT.fullmatch(text)
        if parts is None:
            raise Mismatch
        spelt, rest = parts[1], (parts[2] or "").strip()
        return self._value(spelt.replace("\u00a0", " ").replace("\u202f", " ")), rest

    def _value(self, spelt: str) -> float:
        """Return the number that digits and signs between them spell."""
        sign: str | None = _decimal_of(spelt)
        if sign == "!":
            raise Mismatch
        if sign == "?":
            sign = self._shown()
            if sign is None:
                raise Refused
        plain = spelt
        for other in {".", ",", "'", " "} - {sign}:
            plain = plain.replace(other, "")
        plain = plain.replace(sign, ".") if sign else plain
        if not _PLAIN.fullmatch(plain):
            raise Mismatch
        return float(plain)

    def _shown(self) -> str | None:
        """Return the sign of decimals that all telling texts of the body share."""
        if not self._is_known:
            signs = {_decimal_of(text) for text in _spelt_numbers(self._body)}
            self._decimal = next(iter(signs & {".", ","}), None)
            if {".", ","} <= signs:
                self._decimal = None
            self._is_known = True
        return self._decimal


def _decimal_of(spelt: str) -> str:
    """Return the sign before decimals: "" for none, "?" where it may part thousands.

    "!" is said of what is no number.
    """
    signs = [each for each in spelt if each in ".,' "]
    if not signs:
        return ""
    groups = _GROUPS.fullmatch(spelt)
    if len(set(signs)) == 1:
        sign = signs[0]
        if sign in "' ":
            return "" if groups else "!"
        if len(signs) > 1:
            # Thousands, more than once.
            return {".": ",", ",": "."}[sign] if groups else "!"
        is_open = groups is not None and spelt.lstrip("+-")[0] != "0"
        return "?" if is_open else sign
    last = signs[-1]
    head, _, tail = spelt.rpartition(last)
    is_grouped = _GROUPS.fullmatch(head) and last in ".," and tail.isdigit()
    return last if is_grouped else "!"


def _spelt_numbers(body: object) -> Iterator[str]:
    """Yield the texts of a body that spell a number, of very many the first."""
    waiting = [body]
    seen = 0
    while waiting and seen < _MOST:
        value = waiting.pop()
        seen += 1
        if isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str) and (parts := _SPELT.fullmatch(value.strip())):
            yield parts[1]
