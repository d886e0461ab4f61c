"""What a body says about its numbers beside them: units, scales, directions, validity.

A member is known by the words of its name (`said_names`). One whose name could say such
a thing, and whose value is not understood, makes the numbers around it unknown.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from .numbers import Refused
from .quantities import SHARE, Field
from .said_effects import NOTHING, Effect, Position, Said, Told, take_unit
from .said_names import UNIT_WORDS, WHOLE_NAMES, effect_of, told_words
from .said_times import take_is_utc, take_zone
from .words import folded, is_object

__all__ = ["NOTHING", "Position", "Said", "said", "told_zone", "unit_by_name"]


def said(
    members: Mapping[str, object], field: Field, names: Iterable[str] | None = None
) -> Said:
    """Return what the members of one place, or those of some names, say of a field.

    Refused: one that could say something is not understood.
    """
    result = NOTHING
    for name in members if names is None else names:
        effect, value = effect_of(name, field), members[name]
        # Text, numbers and truths alone can say something; null says nothing.
        if effect is None or value is None or value == "":
            continue
        if effect is take_unit and _is_of_other(name, members, field):
            continue
        if (told := _scalar(effect, value)) is not None:
            result = effect(told, field.quantity, result)
    return result


# What any number may be called, so that its unit is that of all.
_GENERAL: Final = frozenset({"", "value", "amount", "quantity", "measurement"})


def _is_of_other(name: str, members: Mapping[str, object], field: Field) -> bool:
    """Say whether a unit is that of another member: `change_unit` beside `change`."""
    rest = "".join(word for word in told_words(name) if word not in UNIT_WORDS)
    own = {folded(each) for each in (*field.own, *field.weak)} | _GENERAL
    return rest not in own and any(
        folded(other) == rest and not isinstance(value, Mapping | list)
        for other, value in members.items()
    )


def _scalar(effect: Effect, value: object) -> Told | None:
    """Return a value that says something, of a unit in an object its text.

    Lists and other objects say nothing, but of a unit: Refused.
    """
    if isinstance(value, str | int | float):
        return value
    if effect is not take_unit or not value or _is_by_name(value):
        return None
    texts = value.values() if is_object(value) else ()
    told = {text for text in texts if isinstance(text, str) and text}
    if len(told) != 1:
        raise Refused
    return told.pop()


def _is_by_name(value: object) -> bool:
    """Say whether an object tells units by the names of other members."""
    return (
        is_object(value)
        and all(isinstance(text, str | None) for text in value.values())
        and not all(folded(name) in _NAMES_OF_TEXTS for name in value)
    )


_NAMES_OF_TEXTS: Final = frozenset(
    {"code", "name", "symbol", "text", "value", "unit", "id", "label", "short"}
)


def unit_by_name(
    value: Mapping[str, object], field: Field, *, is_near: bool
) -> frozenset[str]:
    """Return the units that an object tells a field by its names.

    Weak names count only near the number. Refused: a unit is not understood.
    """
    weak = field.weak if is_near and _is_by_name(value) else ()
    names = {folded(name) for name in (*field.own, *weak)}
    told = [text for name, text in value.items() if folded(name) in names]
    if any(not isinstance(text, str) for text in told):
        raise Refused
    return frozenset(text for text in told if isinstance(text, str))


def told_zone(members: Mapping[str, object]) -> ZoneInfo | None:
    """Return the zone that the members of a place tell; Refused where unclear."""
    result = NOTHING
    for name, value in members.items():
        effect = WHOLE_NAMES.get("".join(told_words(name)))
        if (
            effect in (take_zone, take_is_utc)
            and isinstance(value, str | bool)
            and value != ""
        ):
            result = effect(value, SHARE, result)
        elif effect is take_zone and value is not None:
            raise Refused
    return result.zone
