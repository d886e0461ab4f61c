"""The same payload said otherwise is read alike; what lacks something, without it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
import json
from random import Random
import re
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import pytest

from custom_components.energy_portals.portals import UnexpectedResponse
from tests.portals.home_assistant.shapes.cases import (
    BY_ATTRIBUTE,
    CASES,
    Case,
    Right,
    read,
    right,
    way,
)

TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)")
PRICES: Final = frozenset(
    {"price", "value", "value_inc_vat", "per_kwh", "amount", "price_per_kwh"}
    | {"total"}
)
# The order of their items tells the two passes of a repeated hour apart.
BY_ORDER: Final = frozenset({"ge_spot_autumn", "pstryk_autumn"})
# Times are attributes' names or hours, of which there is no list.
LISTLESS: Final = frozenset({"cz_energy_spot_prices", "pun_sensor", "pvpc_autumn"})
LISTS: Final = [name for name in CASES if name not in LISTLESS]
TOKYO: Final = ZoneInfo("Asia/Tokyo")


class OwnList(list[object]):
    """A list of a class of its own, as templates make them."""


def in_lists(change: Callable[[list[object]], object]) -> Callable[[object], object]:
    """Return what changes each list of items in a payload."""

    def changed(told: object) -> object:
        match told:
            case Mapping():
                return {name: changed(member) for name, member in told.items()}
            case [Mapping(), *_]:
                return change(list(told))
        return told

    return changed


def in_values(change: Callable[[str, object], object]) -> Callable[[object], object]:
    """Return what changes each plain value in a payload, by its name."""

    def changed(told: object, name: str = "") -> object:
        match told:
            case Mapping():
                return {key: changed(member, key) for key, member in told.items()}
            case list():
                return [changed(item, name) for item in told]
        return change(name, told)

    return changed


def reordered(items: list[object]) -> list[object]:
    """Return items in another order."""
    return Random(7).sample(items, len(items))


def in_objects(name: str, value: object) -> object:
    """Return times as objects, which is how integrations keep them."""
    if isinstance(value, str) and TIME.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(TOKYO)
    return value


def elsewhere(name: str, value: object) -> object:
    """Return times with the offset of another zone."""
    if isinstance(value, str) and TIME.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(TOKYO).isoformat()
    return value


def spaced(name: str, value: object) -> object:
    """Return times as `str` writes them."""
    if isinstance(value, str) and TIME.fullmatch(value):
        return str(datetime.fromisoformat(value).astimezone(UTC))
    return value


def exact(name: str, value: object) -> object:
    """Return prices as decimals."""
    if name in PRICES and isinstance(value, float):
        return Decimal(str(value))
    return value


def in_text(name: str, value: object) -> object:
    """Return prices as text."""
    return str(value) if name in PRICES and isinstance(value, float) else value


SAME: Final[Mapping[str, Callable[[object], object]]] = {
    "reordered": in_lists(reordered),
    "doubled": in_lists(lambda items: [*items, *items]),
    "own class": in_lists(OwnList),
    "tuple": in_lists(tuple),
    "JSON": in_lists(json.dumps),
    "with nulls": in_lists(lambda items: [None, *items, None]),
    "with apologies": in_lists(lambda items: [{"error": "none"}, *items]),
    "objects": in_values(in_objects),
    "another zone": in_values(elsewhere),
    "spaces": in_values(spaced),
    "decimals": in_values(exact),
    "numbers as text": in_values(in_text),
}


@pytest.mark.parametrize("dialect", SAME)
@pytest.mark.parametrize("name", CASES)
def test_said_otherwise(name: str, dialect: str) -> None:
    """With the same right reading, or less where only the order tells something."""
    case = CASES[name]
    told = Right.of(read(case.changed(SAME[dialect])))
    if name in BY_ORDER and dialect in {"reordered", "doubled"}:
        assert set(told.published) < set(right(case).published)
    else:
        assert told == right(case)


@pytest.mark.parametrize("name", BY_ATTRIBUTE)
def test_kept_reading_reads_every_dialect(name: str) -> None:
    """What was recognised once is told from the payload in every form of it."""
    case = CASES[name]
    kept = msgspec.json.encode(way(case).reading.as_dict())
    reading = type(way(case).reading).of(msgspec.json.decode(kept))
    assert reading == way(case).reading
    for change in SAME.values():
        told = Right.of(read(case.changed(change), reading))
        assert set(told.published) <= set(right(case).published)
        assert set(told.predicted) <= set(right(case).predicted)


def _lists(case: Case) -> Iterator[Callable[[Callable[[list[object]], object]], Case]]:
    """Yield what changes one list of a case alone."""
    count = 0

    def counted(items: list[object]) -> object:
        nonlocal count
        count += 1
        return items

    case.changed(in_lists(counted))
    for place in range(count):
        yield lambda change, place=place: _changed_at(case, place, change)


def _changed_at(
    case: Case, place: int, change: Callable[[list[object]], object]
) -> Case:
    """Return a case with one of its lists changed."""
    seen = -1

    def one(items: list[object]) -> object:
        nonlocal seen
        seen += 1
        return change(items) if seen == place else items

    return case.changed(in_lists(one))


def without_price(item: object) -> object:
    """Return an item whose price is not known."""
    return in_values(lambda name, value: None if name in PRICES else value)(item)


@pytest.mark.parametrize("name", LISTS)
def test_cut_or_unknown(name: str) -> None:
    """Nothing that is left is another price, and what has none is a hole."""
    case = CASES[name]
    all_of_it = {*right(case).published, *right(case).predicted}
    for change in _lists(case):
        for item in range(12):
            for cut in (
                change(lambda items, item=item: items[:item] + items[item + 1 :]),
                change(
                    lambda items, item=item: [
                        without_price(each) if place == item else each
                        for place, each in enumerate(items)
                    ]
                ),
                change(lambda items, item=item: items[item:]),
            ):
                told = Right.of(read(cut, way(case).reading if case.entities else None))
                assert {*told.published, *told.predicted} <= all_of_it


UNITS: Final = {
    "SEK": (("kr/kWh", 1), ("öre/kWh", 100), ("SEK/MWh", 1000), ("SEK / kWh", 1)),
    "DKK": (("øre/kWh", 100), ("DKK/MWh", 1000)),
    "EUR": (("c/kWh", 100), ("€/MWh", 1000), ("ct/kWh", 100), ("EUR per kWh", 1)),
    "CZK": (("Kč/kWh", 1), ("CZK/MWh", 1000)),
    "PLN": (("zł/kWh", 1), ("gr/kWh", 100), ("PLN/MWh", 1000)),
    "NOK": (("kr/kWh", 1), ("Øre/kWh", 100)),
}


@pytest.mark.parametrize("name", BY_ATTRIBUTE)
def test_another_unit(name: str) -> None:
    """It is read in every unit; what was recognised in another one is refused."""
    case = CASES[name]
    if case.domain in {"octopus_energy", "zonneplan_one"}:
        return
    reading = way(case).reading
    for unit, times in UNITS[case.currency]:
        factor = times / reading.divisor

        def scaled(value: object, factor: float = factor) -> object:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return round(value * factor, 9) if is_number else value

        def one(told: object, name: str = "", scaled: object = scaled) -> object:
            match told:
                case Mapping():
                    return {key: one(each, key) for key, each in told.items()}
                case list():
                    return [one(item, name) for item in told]
            is_price = name in PRICES or TIME.fullmatch(name) or "price_" in name
            return scaled(told) if is_price and callable(scaled) else told

        other = case.changed(one)
        entities = [
            msgspec.structs.replace(
                each,
                unit=each.unit and unit,
                state=each.state
                and re.sub(
                    r"[\d.]+", lambda found: str(scaled(float(found[0]))), each.state
                ),
            )
            for each in other.entities
        ]
        other = msgspec.structs.replace(other, entities=entities)
        if unit.casefold() == (reading.unit or "").casefold():
            continue
        assert Right.of(read(other)) == right(case)
        with pytest.raises(UnexpectedResponse) as raised:
            read(other, reading)
        assert (reading.unit or "") in raised.value.detail
