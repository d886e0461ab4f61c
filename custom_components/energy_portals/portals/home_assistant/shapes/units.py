"""Units of prices as entities write them: `Öre/kWh`, `Kč/MWh`, `€/kWh`, `c/kWh`."""

from collections.abc import Iterable
from dataclasses import dataclass
import re
from typing import Final
import unicodedata

_ENERGIES: Final = {"wh": 0.001, "kwh": 1.0, "mwh": 1000.0}
_CODES: Final = frozenset(
    (
        *("AED", "ALL", "ARS", "AUD", "BAM", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY"),
        *("COP", "CZK", "DKK", "EUR", "GBP", "GEL", "HKD", "HUF", "IDR", "ILS", "INR"),
        *("ISK", "JPY", "KRW", "MDL", "MKD", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN"),
        *("RON", "RSD", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "ZAR"),
    )
)
_KRONER: Final = ("DKK", "NOK", "SEK")
_DOLLARS: Final = ("AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "USD")
# Currencies that have cents, and whose cents are written as such.
_CENTS: Final = ("EUR", *_DOLLARS, "ZAR")
# The currencies that a word may mean; the first is no better than the others.
_MAIN: Final[dict[str, tuple[str, ...]]] = {
    **{code.casefold(): (code,) for code in _CODES},
    **dict.fromkeys(("€", "euro", "euros"), ("EUR",)),
    **dict.fromkeys(("£", "gb£"), ("GBP",)),
    **dict.fromkeys(("kč", "kc"), ("CZK",)),
    **dict.fromkeys(("zł", "zl"), ("PLN",)),
    **dict.fromkeys(("лв", "lv", "лв."), ("BGN",)),
    **dict.fromkeys(("lei", "leu"), ("RON",)),
    **dict.fromkeys(("kr", "kr.", "kroner", "kronor"), _KRONER),
    **dict.fromkeys(("a$", "au$"), ("AUD",)),
    **dict.fromkeys(("c$", "ca$"), ("CAD",)),
    "ft": ("HUF",),
    "fr.": ("CHF",),
    "¥": ("JPY", "CNY"),
    "₴": ("UAH",),
    "₺": ("TRY",),
    "₹": ("INR",),
    "nz$": ("NZD",),
    "us$": ("USD",),
    "$": _DOLLARS,
}
_HUNDREDTHS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("c", "ct", "cts", "cent", "cents", "¢"), _CENTS),
    **dict.fromkeys(("öre", "øre", "ore"), _KRONER),
    **dict.fromkeys(("p", "pence", "penny"), ("GBP",)),
    **dict.fromkeys(("gr", "grosz", "groszy"), ("PLN",)),
    **dict.fromkeys(("snt", "eurocent", "eurocents"), ("EUR",)),
    **dict.fromkeys(("rp", "rappen"), ("CHF",)),
    "bani": ("RON",),
}
_UNIT: Final = re.compile(r"(\S+(?:[ -]\S+)?)\s*(?:/|[_\s]per[_\s])\s*(\w+)")
_BOTH: Final = re.compile(r"(.+?)[ -]?(cts?|cents?|¢|öre|øre)")
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class MoneyPerEnergy:
    """What a unit means: a value divided by `divisor` is in a currency per kWh.

    `currencies` (ISO 4217) are those that it may mean.
    """

    currencies: tuple[str, ...]
    divisor: float

    def currency(self, *hints: str | None) -> str | None:
        """Return its currency, or the first hint that it may be; None if it is open."""
        if len(self.currencies) == 1:
            return self.currencies[0]
        return next((hint for hint in hints if hint in self.currencies), None)


def told_unit(text: object) -> MoneyPerEnergy | None:
    """Return what a unit means; None for what is no price of energy, such as `€/m³`."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    parts = _UNIT.fullmatch(_plain(text))
    if parts is None or parts[2] not in _ENERGIES:
        return None
    money = told_money(parts[1])
    if money is None:
        return None
    return MoneyPerEnergy(money.currencies, money.divisor * _ENERGIES[parts[2]])


def common_unit(texts: Iterable[object]) -> MoneyPerEnergy | None:
    """Return what the units of some entities mean that are prices of energy.

    None where there is none, or where they mean different things.
    """
    meanings = {meaning for text in texts if (meaning := told_unit(text)) is not None}
    return meanings.pop() if len(meanings) == 1 else None


def told_money(text: object) -> MoneyPerEnergy | None:
    """Return what money alone means, taken per kWh; None for what is no money."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    money = _plain(text)
    if money in _MAIN:
        return MoneyPerEnergy(_MAIN[money], 1.0)
    if money in _HUNDREDTHS:
        return MoneyPerEnergy(_HUNDREDTHS[money], 100.0)
    both = _BOTH.fullmatch(money)
    if both is not None and both[1] in _MAIN:
        return MoneyPerEnergy(_MAIN[both[1]], 100.0)
    return None


def _plain(text: str) -> str:
    """Return a unit in one way to write it."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
