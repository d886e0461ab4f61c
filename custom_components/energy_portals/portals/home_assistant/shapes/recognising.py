"""What an entity that the user points at says of prices, and what must be asked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from ...house import EntityState
from ...http.errors import InvalidInput, Unavailable, UnexpectedResponse
from ...model.prices import Tax
from ...model.series import Series
from ...reading.moments import Wall
from .attributes import read_attributes, scale_of
from .prices import PriceReading
from .reading import Reading, Shape
from .scanning import HUNDREDTHS, Candidate, candidates, is_text_alone
from .slots import LENGTHS
from .sources import PLATFORMS, Source, source_of
from .units import MoneyPerEnergy, told_money, told_unit
from .values import member, told_items, told_number, told_time

_FURTHEST: Final = timedelta(days=14)
_FEWEST: Final = 2
# More is no price of a kWh, in the main currency.
_HIGHEST: Final = 10.0
_HIGHEST_OF: Final = dict.fromkeys(
    ("CZK", "DKK", "HUF", "ISK", "JPY", "NOK", "PLN", "SEK"), 100.0
) | {"HUF": 1000.0, "ISK": 1000.0, "JPY": 1000.0}
# Names of values that say whether tax is in them.
_TAXES: Final = {
    "value_inc_vat": Tax.INCLUDED,
    "pricewithtax": Tax.INCLUDED,
    "pricenotax": Tax.EXCLUDED,
}


class Question(StrEnum):
    """What attributes do not tell."""

    # Which of several lists, or of several values in one, holds the price.
    LIST = "list"
    CURRENCY = "currency"
    # Per kWh or MWh, in the main unit or in hundredths.
    UNIT = "unit"
    # Whether value added tax is in the price.
    TAX = "tax"
    # Published, or what somebody expects.
    PREDICTED = "predicted"
    # Times have no offset: they are taken for those of the house.
    ZONE = "zone"


class Guard(StrEnum):
    """Whether the price of now is the entity's state."""

    HELD = "held"
    # It is a hundred, a thousand or ten million times the state, or a part of it.
    SCALED = "scaled"
    FAILED = "failed"
    # The state is no number, or no price is known of now.
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A way to read an entity, what came of it, and what is to be asked.

    `prices` are in the main currency per kWh.
    """

    reading: Reading
    prices: PriceReading
    questions: tuple[Question, ...]
    guard: Guard

    @property
    def name(self) -> str:
        """Return what tells it from other ways: the attribute and the value in it."""
        named = ", ".join(self.reading.attributes)
        keys = self.reading.keys
        return f"{named}: {keys.value}" if keys else named or self.reading.shape.value


def recognised(
    states: Sequence[EntityState], zone: ZoneInfo, currency: str
) -> tuple[Recognised, ...]:
    """Return how an entity may be read: one way, or several to choose from.

    The first of `states` is the entity; the others go with it (`companions`).
    `currency` (ISO 4217) is that of the house. Raises InvalidInput: `no_price_unit`,
    `list_is_text` (of a template that lacks `.isoformat()`), `no_price_list`.
    """
    state = states[0]
    source = source_of(state)
    unit = next((each.unit for each in states if each.unit), None)
    meaning = _meaning(unit, source)
    ways: list[Recognised] = []
    if source is not None:
        ways.append(_by_source(source, states, (unit, meaning), zone, currency))
    elif state.platform not in PLATFORMS:
        ways += _by_shape(states, (unit, meaning), zone, currency)
    if not ways:
        is_text = is_text_alone(state.attributes)
        raise InvalidInput("list_is_text" if is_text else "no_price_list")
    return tuple(ways)


def _meaning(unit: str | None, source: Source | None) -> MoneyPerEnergy | None:
    """Return what the unit means, None where that is to be asked."""
    if source is not None and not source.has_unit:
        return MoneyPerEnergy((source.currency or "",), 1.0)
    if unit is None and source is None:
        return None
    meaning = told_unit(unit)
    if meaning is None and (source is not None or told_money(unit) is None):
        raise InvalidInput("no_price_unit")
    return meaning


def _by_source(
    source: Source,
    states: Sequence[EntityState],
    told: tuple[str | None, MoneyPerEnergy | None],
    zone: ZoneInfo,
    house: str,
) -> Recognised:
    """Return how an entity of a known integration is read."""
    unit, meaning = told
    state = states[0]
    meaning = meaning or MoneyPerEnergy((source.currency or house,), 1.0)
    currency, is_sure = _currency(meaning, state, source.currency, house)
    tax = source.tax_of(state)
    reading = Reading(
        shape=source.shape,
        attributes=source.attributes,
        forecasts=source.forecasts,
        keys=source.keys,
        unit=unit,
        currency=currency,
        divisor=1e7 if source.is_whole else meaning.divisor,
        tax=tax,
        is_predicted=source.is_predicted,
        predicted_if=source.predicted_if,
        is_whole=source.is_whole,
        clock=source.clock,
    )
    questions = _asked(is_sure)
    if source.asks_tax or tax is Tax.UNKNOWN:
        questions.append(Question.TAX)
    try:
        prices = read_attributes(reading, states, zone)
    except UnexpectedResponse, Unavailable:
        raise InvalidInput("no_price_list") from None
    guard, factor = _guard(states, prices, meaning)
    if guard is Guard.SCALED:
        reading, prices = _scaled(reading, states, zone, factor)
        questions.append(Question.UNIT)
    return _settled(reading, prices, questions, guard)


def _by_shape(
    states: Sequence[EntityState],
    told: tuple[str | None, MoneyPerEnergy | None],
    zone: ZoneInfo,
    house: str,
) -> list[Recognised]:
    """Return how an entity of any integration may be read."""
    ways: list[Recognised] = []
    for candidate in candidates(states[0].attributes):
        way = _tried(candidate, states, told, zone, house)
        if way is None or any(_repeats(way, other) for other in ways):
            continue
        ways = [other for other in ways if not _repeats(other, way)]
        ways.append(way)
    if len(ways) < 2:
        return ways
    return [replace(way, questions=(Question.LIST, *way.questions)) for way in ways]


def _tried(
    candidate: Candidate,
    states: Sequence[EntityState],
    told: tuple[str | None, MoneyPerEnergy | None],
    zone: ZoneInfo,
    house: str,
) -> Recognised | None:
    """Return what comes of a way to read an entity, None where that is no prices."""
    unit, known = told
    meaning = known or told_money(unit) or MoneyPerEnergy((house,), 1.0)
    currency, is_sure = _currency(meaning, states[0], None, house)
    value = candidate.keys.value.casefold() if candidate.keys else ""
    is_hundredth = value in HUNDREDTHS
    reading = Reading(
        shape=candidate.shape,
        attributes=candidate.attributes,
        keys=candidate.keys,
        unit=unit,
        currency=currency,
        divisor=100.0 if is_hundredth else meaning.divisor,
        tax=_TAXES.get(value, Tax.UNKNOWN),
    )
    try:
        prices = read_attributes(reading, states, zone)
    except UnexpectedResponse, Unavailable:
        return None
    if not _is_plausible(prices.published, states[0].written_at):
        return None
    guard, factor = _guard(states, prices, meaning)
    highest = max(abs(slot.value) for slot in prices.published)
    questions = _asked(is_sure)
    if (
        known is None
        or guard in {Guard.SCALED, Guard.FAILED}
        or (is_hundredth and meaning.divisor != 100.0)
        or (guard is not Guard.HELD and highest > _HIGHEST_OF.get(currency, _HIGHEST))
    ):
        questions.append(Question.UNIT)
    if guard is Guard.SCALED:
        reading, prices = _scaled(reading, states, zone, factor)
    if reading.tax is Tax.UNKNOWN:
        questions.append(Question.TAX)
    if any("forecast" in name.casefold() for name in candidate.attributes):
        questions.append(Question.PREDICTED)
    if _lacks_offsets(candidate, states[0]):
        questions.append(Question.ZONE)
    return _settled(reading, prices, questions, guard)


def _settled(
    reading: Reading,
    prices: PriceReading,
    questions: Sequence[Question],
    guard: Guard,
) -> Recognised:
    """Return a way to read an entity, with the length of its slots."""
    slots = (*prices.published, *prices.predicted)
    lengths = Counter(slot.end - slot.start for slot in slots)
    usual = [length for length in LENGTHS if length in lengths]
    step = max(usual, key=lengths.__getitem__, default=None)
    return Recognised(
        reading=msgspec.structs.replace(
            reading,
            step=step and step // timedelta(minutes=1),
            proved=guard is Guard.HELD,
        ),
        prices=prices,
        questions=tuple(questions),
        guard=guard,
    )


def _currency(
    meaning: MoneyPerEnergy, state: EntityState, usual: str | None, house: str
) -> tuple[str, bool]:
    """Return the currency of an entity, and whether that is sure."""
    stated = state.attributes.get("currency")
    hint = stated.upper() if isinstance(stated, str) else None
    sure = meaning.currency(usual, hint)
    return sure or meaning.currency(house) or meaning.currencies[0], sure is not None


def _asked(is_sure: bool) -> list[Question]:
    """Return the questions so far: which currency, unless that is sure."""
    return [] if is_sure else [Question.CURRENCY]


def _guard(
    states: Sequence[EntityState], prices: PriceReading, meaning: MoneyPerEnergy
) -> tuple[Guard, float]:
    """Return whether the price of now is the state, and by what factor it is not."""
    state = states[0]
    value = told_number(state.state)
    slot = prices.prices.slots.at(state.written_at)
    if value is None or slot is None:
        return Guard.NOTHING, 1.0
    factor = scale_of(slot.value.value * meaning.divisor, value)
    if factor is None:
        return Guard.FAILED, 1.0
    return (Guard.HELD if factor == 1.0 else Guard.SCALED), factor


def _scaled(
    reading: Reading, states: Sequence[EntityState], zone: ZoneInfo, factor: float
) -> tuple[Reading, PriceReading]:
    """Return a reading by which the price of now is the state."""
    reading = msgspec.structs.replace(reading, divisor=reading.divisor * factor)
    return reading, read_attributes(reading, states, zone)


def _is_plausible(slots: Series[float], now: datetime) -> bool:
    """Say whether slots may be prices that somebody knows."""
    return len(slots) >= _FEWEST and slots.slots[-1].end <= now + _FURTHEST


def _repeats(way: Recognised, other: Recognised) -> bool:
    """Say whether all that one way says is said by another."""
    return set(way.prices.published) <= set(other.prices.published)


def _lacks_offsets(candidate: Candidate, state: EntityState) -> bool:
    """Say whether times are those of a wall's clock."""
    if candidate.shape is Shape.NUMBERS:
        return True
    return any(
        isinstance(told_time(member(item, candidate.keys.time)), Wall)
        for name in candidate.attributes
        for item in told_items(state.attributes.get(name)) or ()
        if candidate.keys is not None
    )
