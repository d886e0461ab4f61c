"""Peak fees as forms are filled in, and as one sentence says them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from ..model.bands import EVERY_MONTH
from ..model.tariff_options import InvalidTariff, Options, bands_of, rows_of
from .peak_fee import OWN, SHAPES, PeakFee, Per

_MINUTE: Final = timedelta(minutes=1)


class InvalidPeakFee(ValueError):
    """What a user entered makes no peak fee; `is_missing` says that figures lack."""

    def __init__(self, *, is_missing: bool = False) -> None:
        """Say what is wrong."""
        super().__init__("figures are missing" if is_missing else "no such fee")
        self.is_missing = is_missing


def peak_fee_of(options: Options, limit: float | None = None) -> PeakFee | None:
    """Return the peak fee that options mean, None where they name none.

    `peak_fee` is one of `SHAPES`. Its figures are `peak_rate`, money per kW and month,
    or per kW and year where it rolls, or `peak_steps`: rows such as `{"from": 2,
    "price": 200}`, money a month. Those of `own` are besides `peak_minutes`,
    `peak_per`, `peak_count`, `peak_months`, `peak_weights` (bands as a tariff has),
    `peak_otherwise`, `peak_rolling` and `peak_floor` (kW). `limit` is what the home may
    draw, kW: the steps up to it are needed.

    Raises InvalidPeakFee where a figure is missing or no such fee can be.
    """
    if (shape := options.get("peak_fee")) is None:
        return None
    if not isinstance(shape, str) or shape not in SHAPES:
        raise InvalidPeakFee
    fee = _own(options) if shape == OWN else SHAPES[shape]
    rate, steps = _number(options, "peak_rate"), _steps(options)
    if fee.steps or steps:
        if rate is not None:
            raise InvalidPeakFee
        return replace(fee, steps=_checked(steps, fee, limit))
    if rate is None:
        raise InvalidPeakFee(is_missing=True)
    return replace(fee, rate=rate)


def _own(options: Options) -> PeakFee:
    """Return the shape that a user has entered."""
    minutes = _number(options, "peak_minutes") or 60.0
    count = _number(options, "peak_count") or 1.0
    rolling = options.get("peak_rolling") is True
    per, months = options.get("peak_per"), options.get("peak_months")
    if not count.is_integer() or count < 1 or minutes not in (15.0, 60.0):
        raise InvalidPeakFee
    otherwise = _number(options, "peak_otherwise")
    try:
        return PeakFee(
            window=minutes * _MINUTE,
            per=Per(per) if isinstance(per, str) else Per.DAY,
            count=int(count),
            weights=bands_of(options, "peak_weights"),
            otherwise=1.0 if otherwise is None else otherwise,
            months=frozenset(map(int, months))
            if isinstance(months, list | tuple) and months
            else EVERY_MONTH,
            rolling=12 if rolling else 1,
            floor=_number(options, "peak_floor") or 0.0,
        )
    except ValueError as err:
        raise InvalidPeakFee from err


def _steps(options: Options) -> tuple[tuple[float, float], ...]:
    """Return the steps that have a price, in order."""
    try:
        rows = [row for _, row in rows_of(options, "peak_steps")]
    except InvalidTariff as err:
        raise InvalidPeakFee from err
    steps = []
    for row in rows:
        from_, price = _number(row, "from"), _number(row, "price")
        if price is not None:
            steps.append((from_ or 0.0, price))
    return tuple(sorted(steps))


def _checked(
    steps: tuple[tuple[float, float], ...], fee: PeakFee, limit: float | None
) -> tuple[tuple[float, float], ...]:
    """Return steps from nothing on, without a gap, up to what the home may draw."""
    given = [from_ for from_, _ in steps]
    if len(steps) < 2 or given[0] != 0 or len({*given}) < len(given):
        raise InvalidPeakFee(is_missing=True)
    known = [from_ for from_, _ in fee.steps]
    if known and given != known[: len(given)]:
        raise InvalidPeakFee(is_missing=True)
    beyond = known[len(given)] if len(known) > len(given) else None
    if beyond is not None and limit is not None and beyond <= limit:
        raise InvalidPeakFee(is_missing=True)
    return steps


def _number(options: Options, field: str) -> float | None:
    """Return a number of 0 or more, None where there is none."""
    value = options.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise InvalidPeakFee
    return float(value)


def rows_to_fill(shape: object) -> list[dict[str, float]]:
    """Return the rows of the steps of a known shape, in kW, without prices."""
    known = SHAPES.get(shape) if isinstance(shape, str) else None
    return [] if known is None else [{"from": from_} for from_, _ in known.steps]


def said(fee: PeakFee) -> tuple[str, Mapping[str, str]]:
    """Return the sentence that says a fee, by its name, with the figures in it.

    The name is made of what only the highest counts of (any, day, week), and whether
    one month or a year counts: `day_month`.
    """
    span = "month" if fee.rolling == 1 else "year"
    figures = {
        "count": str(fee.count),
        "minutes": f"{fee.window / _MINUTE:.0f}",
        "floor": f"{fee.floor:g}",
    }
    return f"{fee.per.value}_{span}", figures
