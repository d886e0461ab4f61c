"""Known schemes of rates: their shape, and what is law. Figures are the user's.

What each stands on, with its date, is in docs/tariffs.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from .tariff_options import InvalidTariff, Options, rows_of, wall

_WORKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
_WINTER: Final = (1, 2, 3, 10, 11, 12)
_SUMMER: Final = (4, 5, 6, 7, 8, 9)
_SPANISH: Final = {
    # Fixed national holidays that no region may move, and Epiphany.
    "holidays": (
        *("01-01", "01-06", "05-01", "08-15", "10-12", "11-01", "12-06", "12-08"),
        "12-25",
    ),
    "holidays_as": "sun",
}

# Value added tax on a household's electricity, %, by country.
LEGAL_VAT: Final[Mapping[str, float]] = MappingProxyType(
    {
        "AT": 20,
        "BE": 6,
        "CH": 8.1,
        "DE": 19,
        "DK": 25,
        "ES": 21,
        "FI": 25.5,
        "FR": 20,
        "GB": 5,
        "IT": 10,
        "NL": 21,
        "NO": 25,
        "SE": 25,
    }
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A scheme: the rows of its bands, without amounts, and how days count.

    `asks` names the rows whose hours the company sets; `country` is that of the law.
    """

    rows: tuple[Options, ...]
    asks: frozenset[str] = frozenset()
    country: str | None = None
    days: Options = field(default_factory=dict)

    @property
    def names(self) -> frozenset[object]:
        """Return the names of the amounts that are asked for."""
        return frozenset(row["name"] for row in self.rows)


def _row(
    name: str,
    start: int = 0,
    end: int = 0,
    days: tuple[str, ...] = (),
    months: tuple[int, ...] = (),
) -> Options:
    """Return a row from and until whole hours, as forms have them."""
    row: dict[str, object] = {"name": name}
    if start or end:
        row |= {"start": f"{start:02}:00:00", "end": f"{end % 24:02}:00:00"}
    if days:
        row["days"] = list(days)
    if months:
        row["months"] = list(map(str, months))
    return row


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "two_rates": Preset((_row("HT"), _row("NT")), asks=frozenset({"HT"})),
        "de_module_3": Preset(
            (_row("HT"), _row("NT"), _row("ST")),
            asks=frozenset({"HT", "NT"}),
            country="DE",
        ),
        "dk_c": Preset(
            (
                _row("spids vinter", 17, 21, months=_WINTER),
                _row("lav vinter", 0, 6, months=_WINTER),
                _row("høj vinter", months=_WINTER),
                _row("spids sommer", 17, 21, months=_SUMMER),
                _row("lav sommer", 0, 6, months=_SUMMER),
                _row("høj sommer", months=_SUMMER),
            ),
            country="DK",
        ),
        "es_2_0td": Preset(
            (
                _row("P1", 10, 14, _WORKDAYS),
                _row("P1", 18, 22, _WORKDAYS),
                _row("P2", 8, 24, _WORKDAYS),
                _row("P3"),
            ),
            country="ES",
            days=_SPANISH,
        ),
        "es_2_0td_ceuta_melilla": Preset(
            (
                _row("P1", 11, 15, _WORKDAYS),
                _row("P1", 19, 23, _WORKDAYS),
                _row("P2", 8, 24, _WORKDAYS),
                _row("P3"),
            ),
            # They have a tax of their own instead of VAT.
            days=_SPANISH,
        ),
        "fr_hp_hc": Preset(
            (_row("HC"), _row("HP")), asks=frozenset({"HC"}), country="FR"
        ),
        "gb_economy_7": Preset(
            (_row("night"), _row("day")), asks=frozenset({"night"}), country="GB"
        ),
        "it_f1_f2_f3": Preset(
            (
                _row("F1", 8, 19, _WORKDAYS),
                _row("F2", 7, 23, (*_WORKDAYS, "sat")),
                _row("F3"),
            ),
            country="IT",
            days={"country": "IT", "holidays_as": "sun"},
        ),
        "no_day_night": Preset((_row("dag", 6, 22), _row("natt")), country="NO"),
        "no_day_night_weekend": Preset(
            (_row("dag", 6, 22, _WORKDAYS), _row("natt")),
            country="NO",
            days={"country": "NO", "holidays_as": "sun"},
        ),
    }
)


def preset_of(options: Options) -> Preset | None:
    """Return the scheme that options name; InvalidTariff if there is no such one."""
    if (key := options.get("preset")) is None:
        return None
    if not isinstance(key, str) or key not in PRESETS:
        raise InvalidTariff("invalid_choice", "preset")
    return PRESETS[key]


def is_begun(options: Options, field: str) -> bool:
    """Say whether any row of an option is of the scheme that the options name."""
    return bool(_names(options, field))


def begun(options: Options, field: str) -> dict[str, object]:
    """Return options with the rows of the scheme that they name, and what is law.

    The rows have no amounts: those are to be filled in, and hours that it asks for.
    """
    if (preset := preset_of(options)) is None:
        return dict(options)
    filled = {**options, field: [dict(row) for row in preset.rows]}
    for key, value in preset.days.items():
        filled[key] = list(value) if isinstance(value, tuple) else value
    if preset.country is not None:
        filled.setdefault("vat", LEGAL_VAT[preset.country])
    return filled


def check_preset(options: Options, field: str) -> None:
    """Raise InvalidTariff where a row or an hour of the named scheme is missing.

    That its rows have amounts is seen where they are read.
    """
    if (preset := preset_of(options)) is None:
        return
    held = _names(options, field)
    for row in preset.rows:
        if row["name"] not in held:
            raise InvalidTariff("missing_row", field, f"{row['name']}")
    for called, row in rows_of(options, field):
        if row.get("name") in preset.asks and _is_all_day(row):
            raise InvalidTariff("missing_hours", field, called)


def _names(options: Options, field: str) -> set[object]:
    """Return the names of the scheme that the rows of an option have."""
    if (preset := preset_of(options)) is None:
        return set()
    return {
        name
        for _, row in rows_of(options, field)
        if isinstance(name := row.get("name"), str) and name in preset.names
    }


def _is_all_day(row: Options) -> bool:
    """Say whether a row has no hours of its own."""
    try:
        return wall(row.get("start")) == wall(row.get("end"))
    except ValueError:
        # What they are instead is said where they are read.
        return False
