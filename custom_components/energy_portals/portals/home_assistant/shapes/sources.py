"""Integrations that keep their prices in the attributes of entities: a row each.

Source: the integrations' own code, newest versions of November 2026.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import re
from typing import Final

from ...house import EntityState
from ...model.prices import Tax
from .attributes import hour_names, time_names
from .listed import Keys
from .reading import Shape
from .switching import Clock
from .values import has_member, member, told_items, told_number

# Items of a list that are looked at.
_LOOKED_AT: Final = 100
# A ten-thousandth of the main currency, where numbers are ten-millionths of it.
_SMALLEST_WHOLE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an integration has prices, and what is known of them.

    `currency` is what a unit means that several countries share; with `unit` False the
    entity has none. `taxes` are parts of an entity's unique id with what they say, and
    `tax` holds for others; `asks_tax` where only the user knows. `tax_in` names an
    attribute with the rate of value added tax. `pairs` are parts of unique ids of
    entities that go together, and `needs` is a part that an entity's must have.
    """

    domain: str
    shape: Shape = Shape.LISTS
    attributes: tuple[str, ...] = ()
    forecasts: tuple[str, ...] = ()
    keys: Keys | None = None
    currency: str | None = None
    has_unit: bool = True
    is_whole: bool = False
    tax: Tax = Tax.UNKNOWN
    taxes: tuple[tuple[str, Tax], ...] = ()
    asks_tax: bool = False
    tax_in: str = ""
    is_predicted: bool = False
    predicted_if: str = ""
    clock: Clock = Clock.RIGHT
    pairs: tuple[tuple[str, ...], ...] = ()
    needs: str = ""

    def fits(self, state: EntityState) -> bool:
        """Say whether an entity has what this is about."""
        told = (*_ids(state), str(state.attributes.get("event_type", "")))
        if state.platform != self.domain or not any(
            self.needs in each for each in told
        ):
            return False
        match self.shape:
            case Shape.NAMES:
                return bool(time_names(state.attributes))
            case Shape.HOURS:
                return bool(hour_names(state.attributes))
        # The first may be empty for a while; the others may come later.
        named = [state.attributes.get(name) for name in self.attributes]
        if self.shape is not Shape.LISTS or self.keys is None:
            return named[0] is not None
        lists = [items for each in named if (items := told_items(each)) is not None]
        items = [item for each in lists for item in each[:_LOOKED_AT]]
        if not items:
            # Prices come later.
            return bool(lists)
        prices = [member(item, self.keys.value) for item in items]
        if self.is_whole and not _are_whole(prices):
            return False
        return any(has_member(item, self.keys.value) for item in items)

    def tax_of(self, state: EntityState) -> Tax:
        """Return whether tax is in the prices of an entity, as far as that is known."""
        if self.tax_in:
            return _taxed(state.attributes.get(self.tax_in), self.tax)
        said = (
            tax
            for name in _ids(state)
            for part, tax in self.taxes
            if re.search(part, name)
        )
        return next(said, self.tax)


_INCLUDED: Final = Tax.INCLUDED
_EXCLUDED: Final = Tax.EXCLUDED

SOURCES: Final[tuple[Source, ...]] = (
    Source(
        domain="nordpool",
        attributes=("raw_today", "raw_tomorrow"),
        keys=Keys("start", "value", "end"),
        taxes=((r"_0$", _EXCLUDED), (r"_0\d+$", _INCLUDED)),
        asks_tax=True,
    ),
    Source(
        domain="epex_spot",
        attributes=("data",),
        keys=Keys("start_time", "price_per_kwh", "end_time"),
        taxes=((r"(?i)market.price", _EXCLUDED),),
    ),
    Source(
        domain="entsoe",
        attributes=("prices", "prices_today", "prices_tomorrow"),
        keys=Keys("time", "price"),
        asks_tax=True,
    ),
    Source(
        domain="energidataservice",
        attributes=("raw_today", "raw_tomorrow"),
        forecasts=("forecast",),
        keys=Keys("hour", "price"),
        asks_tax=True,
    ),
    Source(
        domain="stromligning",
        attributes=("prices",),
        keys=Keys("start", "price", "end"),
        currency="DKK",
        taxes=((r"_ex_vat", _EXCLUDED), (r"_vat", _INCLUDED)),
        predicted_if="forecast_data",
        pairs=(
            ("current_price_vat", "tomorrow_available_vat"),
            ("current_price_ex_vat", "tomorrow_available_ex_vat"),
        ),
    ),
    Source(
        domain="octopus_energy",
        attributes=("rates",),
        keys=Keys("start", "value_inc_vat", "end"),
        currency="GBP",
        has_unit=False,
        tax=_INCLUDED,
        pairs=(("_current_day_rates", "_next_day_rates", "_previous_day_rates"),),
        # Gas has the same lists, in pounds per kWh too.
        needs="electricity",
    ),
    Source(
        domain="frank_energie",
        attributes=("prices",),
        keys=Keys("from", "price", "till"),
        taxes=((r"elec_markup", _INCLUDED), (r"elec_market", _EXCLUDED)),
    ),
    Source(
        domain="pstryk",
        attributes=("prices_today", "prices_tomorrow"),
        keys=Keys("time", "price"),
        tax=_INCLUDED,
        clock=Clock.DOUBLED,
    ),
    Source(
        domain="pstryk",
        attributes=("All prices",),
        keys=Keys("start", "price"),
        tax=_INCLUDED,
        clock=Clock.DOUBLED,
    ),
    Source(
        domain="ge_spot",
        attributes=("today_interval_prices", "tomorrow_interval_prices"),
        keys=Keys("time", "value"),
        tax_in="vat",
        clock=Clock.DOUBLED,
    ),
    Source(
        domain="ge_spot",
        attributes=("today_hourly_prices", "tomorrow_hourly_prices"),
        keys=Keys("time", "value"),
        tax_in="vat",
        clock=Clock.DOUBLED,
    ),
    Source(
        domain="cz_energy_spot_prices",
        shape=Shape.NAMES,
        taxes=((r"spot_electricity", _EXCLUDED),),
    ),
    Source(domain="pun_sensor", shape=Shape.NAMES, tax=_EXCLUDED),
    Source(domain="pvpc_hourly_pricing", shape=Shape.HOURS, tax=_EXCLUDED),
    Source(
        domain="zonneplan_one",
        attributes=("forecast",),
        keys=Keys("start_date", "price_tax_included.amount", "end_date"),
        is_whole=True,
        tax=_INCLUDED,
    ),
    Source(
        domain="zonneplan_one",
        attributes=("forecast",),
        keys=Keys("datetime", "electricity_price"),
        is_whole=True,
        tax=_INCLUDED,
    ),
    # Whoever reads these lists has asked for decimals.
    Source(
        domain="zonneplan_one",
        attributes=("forecast",),
        keys=Keys("start_date", "price_tax_included.amount", "end_date"),
        tax=_INCLUDED,
    ),
    Source(
        domain="einskomma5grad",
        attributes=("forecast",),
        keys=Keys("datetime", "price"),
        tax=_INCLUDED,
    ),
    Source(domain="evcc_intg", shape=Shape.STEPS, attributes=("rates",)),
    Source(
        domain="nordpool_predict_fi",
        attributes=("forecast",),
        keys=Keys("timestamp", "value"),
        is_predicted=True,
    ),
    Source(
        domain="amberelectric",
        attributes=("forecasts",),
        keys=Keys("start_time", "per_kwh", "end_time", "duration"),
        currency="AUD",
        tax=_INCLUDED,
        is_predicted=True,
    ),
)
PLATFORMS: Final = frozenset(source.domain for source in SOURCES)


def source_of(state: EntityState) -> Source | None:
    """Return the row that is about an entity, None where its integration has none."""
    return next((source for source in SOURCES if source.fits(state)), None)


def companions(
    state: EntityState, others: Iterable[EntityState]
) -> tuple[EntityState, ...]:
    """Return the entities with the rest of the prices of one: tomorrow's, yesterday's.

    `others` are those of the same config entry.
    """
    pairs = [
        pair
        for source in SOURCES
        if source.domain == state.platform
        for pair in source.pairs
    ]
    return tuple(
        other
        for other in others
        if other.platform == state.platform
        and other.entity_id != state.entity_id
        and any(_go_together(state, other, pair) for pair in pairs)
    )


def _go_together(state: EntityState, other: EntityState, pair: Sequence[str]) -> bool:
    """Say whether the ids of two entities differ in nothing but a part of a pair."""
    return any(
        name.replace(part, instead) == another
        for name, another in zip(_ids(state), _ids(other), strict=True)
        for part in pair
        if part in name
        for instead in pair
        if instead != part
    )


def _ids(state: EntityState) -> tuple[str, str]:
    """Return the id that an integration gave an entity, and that of the house."""
    return state.unique_id or "", state.entity_id.partition(".")[2]


def _are_whole(prices: Iterable[object]) -> bool:
    """Say whether prices are whole numbers of a small unit, as far as there are any."""
    numbers = [number for each in prices if (number := told_number(each)) is not None]
    return not numbers or (
        all(number == int(number) for number in numbers)
        and max(map(abs, numbers)) > _SMALLEST_WHOLE
    )


def _taxed(rate: object, otherwise: Tax) -> Tax:
    """Return what a rate such as `25.0%` says of tax."""
    digits = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%?", str(rate).strip())
    if digits is None:
        return otherwise
    return Tax.INCLUDED if float(digits[1]) else Tax.EXCLUDED
