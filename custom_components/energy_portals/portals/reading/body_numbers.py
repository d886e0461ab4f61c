"""Which member holds a number, and what it is in the unit that it is kept in."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from .numbers import Mismatch, Notation, Refused, bounded
from .quantities import ALL, Field, Quantity, Unit
from .said import Said, said
from .said_names import told_words
from .words import folded, is_object, words

# Inside an object that holds one number.
_INNER: Final = ("value", "amount", "val", "quantity", "number", "v", "reading")
_JOINTS: Final = frozenset({"in", "as"})
# Which no portal means, but which are not their thousand thousand times either.
_THOUSANDTHS: Final = ("mWh", "mW")
# No unit is longer.
_LONGEST: Final = 16
# Units that are a name of their own; shorter ones could be anything.
_SHORT: Final = frozenset({"w", "%"})
# An object of so many members is a map, and its keys are data that is never the same
# again: what was worked out of them is not kept.
_MANY: Final = 100


def measured(
    notation: Notation, field: Field, told: Said, unit: str, value: object
) -> tuple[float, Unit | None]:
    """Return a number in the unit that is kept, and the unit that it is told in.

    `unit` is that of its key. Mismatch: it is no number; Refused: it is not clear, or
    cannot be true.
    """
    if type(value) is float or type(value) is int:
        # As most are.
        units = told.units | {unit} if unit else told.units
        return _kept(field, told, units, bounded(value, None, None))
    if is_object(value):
        return _of_object(notation, field, told, unit, value)
    units = told.units | {unit} if unit else told.units
    if isinstance(value, str):
        if value.strip().casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
            raise Refused
        plain, rest = notation.number(value)
        units = units | {rest} if rest else units
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise Mismatch
    else:
        plain = bounded(value, None, None)
    return _kept(field, told, units, plain)


def _kept(
    field: Field, told: Said, units: frozenset[str], plain: float
) -> tuple[float, Unit | None]:
    """Return a number in the unit that is kept, within the field's bounds."""
    if told.is_bad:
        raise Refused
    told_unit = field.quantity.unit(units) if units else None
    unit = told_unit or field.usual
    if unit is None:
        raise Refused
    if told.decimals:
        # With decimals of its own it is told already, or not: nobody knows.
        if plain != int(plain):
            raise Refused
        plain /= 10.0**told.decimals
    result = unit.converted(
        plain * told.times if told.times != 1.0 else plain, field.kept
    )
    low, high = field.bounds(unit)
    if field.quantity.is_whole and result != int(bounded(result, None, None)):
        raise Refused
    return bounded(result, low, high), told_unit


def _of_object(
    notation: Notation, field: Field, told: Said, unit: str, value: Mapping[str, object]
) -> tuple[float, Unit | None]:
    """Return the number of an object that holds it with its unit."""
    inner = _inside(field)
    if _is_money(field, tuple(value)):
        raise Refused
    names = candidates(inner, value)
    numbers = [(key, value[name]) for name, key in names if may_be_number(value[name])]
    if not numbers:
        raise Mismatch
    beside = said(value, inner).beside(told)
    results = {
        measured(notation, inner, beside, key or unit, number)
        for key, number in numbers
    }
    if len(results) > 1:
        raise Refused
    return results.pop()


@lru_cache(maxsize=256)
def _inside(field: Field) -> Field:
    """Return the field that is the number inside an object."""
    return replace(field, weak=(*field.weak, *_INNER), beside=None)


def may_be_number(value: object) -> bool:
    """Say whether a value is a number, spells one, or holds one."""
    if type(value) is float or type(value) is int:
        return True
    if is_object(value):
        return any(
            isinstance(each, int | float) and not isinstance(each, bool)
            for each in value.values()
        ) or any(isinstance(each, str) and _spells(each) for each in value.values())
    if isinstance(value, str):
        return _spells(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spells(text: str) -> bool:
    """Say whether a text spells a number, or one that is none."""
    if text.strip().casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
        return True
    try:
        Notation(None).number(text)
    except Mismatch:
        return False
    except Refused:
        pass
    return True


def candidates(
    field: Field, members: Mapping[str, object]
) -> tuple[tuple[str, str], ...]:
    """Return what `matches` does, of those members that could be a number."""
    names = tuple(
        name for name, value in members.items() if not isinstance(value, bool | list)
    )
    return matches(field, names, numeric(members))


def numeric(members: Mapping[str, object]) -> tuple[str, ...]:
    """Return the members that hold a number, or could: null may be one next time."""
    return tuple(
        name for name, value in members.items() if value is None or may_be_number(value)
    )


def matches(
    field: Field, names: tuple[str, ...], numbers: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Return which of an object's members may hold a field, each with its key's unit.

    `numbers` are those that hold any. Own names go before weak ones; a weak one beside
    a number of another quantity, or beside a currency, is none. They are in the
    field's order.
    """
    worked_out = _matches if len(names) < _MANY else _matches.__wrapped__
    return worked_out(field, names, numbers)


@lru_cache(maxsize=512)
def _matches(
    field: Field, names: tuple[str, ...], numbers: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Work out what `matches` returns."""
    order = {
        folded(name): place for place, name in enumerate((*field.own, *field.weak))
    }

    def place(pair: tuple[str, str]) -> int:
        return order.get(folded(pair[0]), len(order))

    own = [(name, unit) for name in names if (unit := _own(field, name)) is not None]
    if own:
        return tuple(sorted(own, key=place))
    weak = {folded(name) for name in field.weak}
    told = [(name, "") for name in names if folded(name) in weak]
    others = any(is_other(field, name) for name in numbers)
    if told and (others or _is_money(field, names)):
        return ()
    return tuple(sorted(told, key=place))


def _own(field: Field, name: str) -> str | None:
    """Return the unit in a key that is the field's own ("" for none), None if not.

    A weak name with a unit of the quantity behind it is as clear as an own one, and so
    is the unit alone.
    """
    plain = folded(name).replace(" ", "")
    own = [folded(each) for each in field.own]
    if plain in own:
        return ""
    if name.endswith(_THOUSANDTHS) and not name.isupper():
        return None
    for known in sorted((*own, *map(folded, field.weak)), key=len, reverse=True):
        if plain.startswith(known) and (unit := _unit_in(field, plain[len(known) :])):
            return unit
    is_alone = len(plain) > 1 or plain in _SHORT
    return _unit_in(field, plain) if is_alone else None


def _unit_in(field: Field, tail: str) -> str | None:
    """Return the unit that the tail of a key is, None for none."""
    units = (tail, *(tail.removeprefix(joint) for joint in _JOINTS))
    return next(
        (each for each in units if each and _is_unit(field.quantity, each)), None
    )


def named_units(
    field: Field, keys: tuple[str, ...]
) -> tuple[tuple[str, str, str | None], ...]:
    """Return each key of a map with the name and the unit in it.

    The unit is None where the key tells of another quantity.
    """
    worked_out = _named_units if len(keys) < _MANY else _named_units.__wrapped__
    return worked_out(field, keys)


@lru_cache(maxsize=256)
def _named_units(
    field: Field, keys: tuple[str, ...]
) -> tuple[tuple[str, str, str | None], ...]:
    """Work out what `named_units` returns."""
    named = []
    for key in keys:
        name, unit = _without_unit(field, key)
        is_unclear = not unit and is_other(field, key)
        named.append((key, name, None if is_unclear else unit))
    return tuple(named)


@lru_cache(maxsize=1024)
def _without_unit(field: Field, key: str) -> tuple[str, str]:
    """Return a key without the unit that it ends in, and that unit."""
    for size in range(min(len(key) - 2, _LONGEST), 0, -1):
        head, tail = key[:-size], key[-size:]
        is_apart = not head[-1].isalnum() or (head[-1].islower() and tail[0].isupper())
        if (
            (is_apart or size > 1)
            and tail[0].isalpha()
            and _is_unit(field.quantity, tail)
        ):
            return head.rstrip(" _-./"), tail
    return key, ""


def _is_unit(quantity: Quantity, text: str) -> bool:
    """Say whether a text is a unit of a quantity."""
    try:
        return quantity.unit(frozenset({text})) is not None
    except Refused:
        return False


def _is_money(field: Field, names: tuple[str, ...]) -> bool:
    """Say whether a currency stands beside a number that is no money."""
    is_money = field.quantity.name in {"money", "price"}
    return not is_money and any("currency" in told_words(name) for name in names)


@lru_cache(maxsize=1024)
def is_other(field: Field, name: str) -> bool:
    """Say whether a name is that of another quantity's number, or ends in its unit."""
    if folded(name) in field.known:
        return False
    told = words(name)
    others = frozenset().union(*(each.words for each in ALL)) - field.words
    if frozenset(told) & others:
        return True
    tails = {"".join(told[-size:]) for size in (1, 2) if size < len(told)}
    return any(
        _is_unit(quantity, tail)
        for tail in tails
        for quantity in ALL
        if len(tail) > 1 and not _is_unit(field.quantity, tail)
    )
