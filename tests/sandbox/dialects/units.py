"""In which unit numbers are, in which scale, and where that is told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.scales import Unit, alien, other, others, unit_of
from tests.sandbox.dialects.shapes import (
    Field,
    Json,
    Shape,
    changed,
    content_of,
    parent_of,
    places,
    renamed,
    replaced,
    rows_of,
)

_BESIDE = ("unit", "value unit", "uom", "unit of measurement", "unit type")


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all, for each quantity."""
    for group, fields in shape.groups():
        yield from _of_group(f"{group}.unit", shape, fields)


def _of_group(name: str, shape: Shape, fields: list[Field]) -> Iterator[Dialect]:
    own = unit_of(fields[0])
    far = other(own)
    # What is called a percentage is no fraction, whatever stands beside it.
    keeps = own.kind != "share"
    say = partial(_telling, shape, fields)
    for word in _BESIDE[:3]:
        yield Dialect(f"{name}.{word}", keeps, say(far, partial(_beside, word)))
    for word in ("unit", "unit type"):
        yield Dialect(f"{name}.{word}.own", True, say(own, partial(_beside, word)))
    for unit in others(own)[1:]:
        yield Dialect(f"{name}.unit.{unit.text}", keeps, say(unit, _told_unit))
    for case in ("upper", "lower") if far.key and far.text.isalpha() else ():
        spelt = replace(far, text=getattr(far.text, case)())
        yield Dialect(f"{name}.unit.{case}", keeps, say(spelt, _told_unit))
    if all(each.name == "percentage" for each in fields):
        yield Dialect(f"{name}.fraction_untold", False, say(far, _untold))
    yield Dialect(f"{name}.object", keeps, say(far, partial(_object, "unit")))
    yield Dialect(f"{name}.object.own", True, say(own, partial(_object, "unit")))
    yield Dialect(f"{name}.object.uom", keeps, say(far, partial(_object, "uom")))
    yield Dialect(f"{name}.named", keeps, say(far, _named))
    if own.key and (named := _named_members(fields)):
        say_in_key = partial(_telling, shape, named, say=_in_key)
        yield Dialect(f"{name}.in_key", keeps, say_in_key(far))
        yield Dialect(f"{name}.in_key.own", True, say_in_key(own))
    yield Dialect(f"{name}.in_text", keeps, say(far, _in_text))
    yield Dialect(f"{name}.in_text.own", True, say(own, _in_text))
    if len(list(shape.groups())) == 1:
        yield Dialect(f"{name}.above", keeps, say(far, _above))
        yield Dialect(
            f"{name}.metadata", keeps, say(far, partial(_metadata, "metadata"))
        )
        yield Dialect(f"{name}.meta.own", True, say(own, partial(_metadata, "meta")))
        if shape.root:
            yield Dialect(f"{name}.envelope", keeps, say(far, _envelope))
    else:
        keeps = keeps and _has_own_names(shape, fields)
        yield Dialect(f"{name}.units", keeps, say(far, _units))
    yield from _not_to_be_read(name, shape, fields)


def _not_to_be_read(name: str, shape: Shape, fields: list[Field]) -> Iterator[Dialect]:
    """Yield what contradicts itself, is not understood, or is another quantity."""
    own = unit_of(fields[0])
    say = partial(_telling, shape, fields)
    wrong = alien(own)
    yield Dialect(f"{name}.alien", False, _spoilt(shape, fields, wrong, _told_unit))
    yield Dialect(
        f"{name}.alien.object", False, _spoilt(shape, fields, wrong, _object_unit)
    )
    if len(list(shape.groups())) == 1:
        above = _spoilt(shape, fields, wrong, _above)
        yield Dialect(f"{name}.alien.above", False, above)
    odd = Unit("blip", own.kind, 7.3)
    yield Dialect(f"{name}.unheard_of", False, say(odd, _told_unit))
    if own.key:
        change = _spoilt(shape, _named_members(fields), wrong, _in_key)
        yield Dialect(f"{name}.alien.in_key", False, change)
    yield Dialect(f"{name}.contradiction", False, _contradicting(shape, fields))
    if not _is_alone(shape, fields):
        return
    for word, (keeps, by, told) in _FACTORS.items():
        change = _multiplied(shape, fields, word, by, told)
        yield Dialect(f"{name}.{word}", keeps, change)


# By what a number is to be multiplied, and what is told of it.
_FACTORS: dict[str, tuple[bool, float, float]] = {
    "multiplier": (True, 0.001, 0.001),
    "factor": (True, 1000, 1000),
    "decimals": (False, 0.01, 2),
    "number of decimals": (False, 0.001, 3),
    "scale": (False, 0.001, -3),
    "exponent": (False, 1000, 3),
    "power of ten multiplier": (False, 1000, 3),
}


def _named_members(fields: list[Field]) -> list[Field]:
    """Return the fields whose keys are names, and no data."""
    return [each for each in fields if not each.path.endswith("*")]


type Say = Callable[[Json, Shape, list[Field], Unit], Json]


def _telling(shape: Shape, fields: list[Field], unit: Unit, say: Say) -> Change:
    """Return how numbers are put into a unit, and the unit is said."""
    own = unit_of(fields[0])

    def change(body: Json) -> Json:
        body = unsaid(body, fields)
        for each in fields:
            body = changed(body, each.path, lambda it: unit.from_other(it, own))
        return say(body, shape, fields, unit)

    return change


def _spoilt(shape: Shape, fields: list[Field], unit: Unit, say: Say) -> Change:
    """Return how other numbers, of another quantity, are said to be so."""

    def change(body: Json) -> Json:
        body = unsaid(body, fields)
        for each in fields:
            body = changed(body, each.path, lambda it: round(it * 3.7 + 11, 3))
        return say(body, shape, fields, unit)

    return change


def _contradicting(shape: Shape, fields: list[Field]) -> Change:
    """Return how two units are said of the same numbers."""
    own = unit_of(fields[0])
    far = other(own)

    def change(body: Json) -> Json:
        body = unsaid(body, fields)
        for each in fields:
            body = changed(body, each.path, lambda it: far.from_other(it, own) * 1.7)
        body = _beside("unit", body, shape, fields, own)
        return _beside("uom", body, shape, fields, far)

    return change


def _multiplied(
    shape: Shape, fields: list[Field], word: str, by: float, told: float
) -> Change:
    """Return how a number is told apart from what it is to be multiplied by."""

    def change(body: Json) -> Json:
        for each in fields:
            body = changed(body, each.path, lambda it: round(it / by, 9))
        for holder in _holders(body, fields):
            holder[shape.word(word)] = told
        return body

    return change


def unsaid(body: Json, fields: list[Field]) -> Json:
    """Return a body that says no unit of these fields any more."""
    for said in {each.said for each in fields if each.said}:
        for holder, key in places(body, said):
            del holder[key]
    return body


def _holders(body: Json, fields: list[Field]) -> list[dict[str, Json]]:
    """Return the objects beside whose numbers something may stand."""
    found = {}
    for each in fields:
        way = each.path.removesuffix(".*") if each.path.endswith(".*") else each.path
        for holder, key in places(body, way):
            if isinstance(holder, dict) and holder.get(key) is not None:
                found[id(holder)] = holder
    return list(found.values())


def _has_own_names(shape: Shape, fields: list[Field]) -> bool:
    """Say whether no other number bears the name of one of these."""
    names = {each.name.casefold() for each in fields}
    others = [each for each in shape.fields if each.unit and each not in fields]
    return not any(each.name.casefold() in names for each in others)


def _is_alone(shape: Shape, fields: list[Field]) -> bool:
    """Say whether no number of another unit stands beside these."""
    around = {each.path.removesuffix(".*").rpartition(".")[0] for each in fields}
    beside = [
        each
        for each in shape.fields
        if each.unit
        and each not in fields
        and each.path.removesuffix(".*").rpartition(".")[0] in around
    ]
    return not beside


def _beside(
    word: str, body: Json, shape: Shape, fields: list[Field], unit: Unit
) -> Json:
    """Say the unit beside each number, by the number's name where others are too."""
    if fields[0].path == "":
        return {"value": body, shape.word(word): unit.text}
    alone = _is_alone(shape, fields)
    for each in fields:
        way = each.path.removesuffix(".*")
        last = word.rpartition(" ")[2]
        name = word if alone else f"{way.rpartition('.')[2]} {last}"
        for holder, key in places(body, way):
            if isinstance(holder, dict) and holder.get(key) is not None:
                holder[shape.word(name)] = unit.text
    return body


_told_unit = partial(_beside, "unit")


def _object(
    word: str, body: Json, shape: Shape, fields: list[Field], unit: Unit
) -> Json:
    """Say each number as an object of value and unit."""
    for each in fields:
        body = changed(
            body,
            each.path,
            lambda it: {shape.word("value"): it, shape.word(word): unit.text},
        )
    return body


_object_unit = partial(_object, "unit")


def _untold(body: Json, shape: Shape, fields: list[Field], unit: Unit) -> Json:
    """Say no unit."""
    return body


def _named(body: Json, shape: Shape, fields: list[Field], unit: Unit) -> Json:
    """Say the unit under the number's own name and `unit`."""
    for each in fields:
        way = each.path.removesuffix(".*")
        for holder, key in places(body, way):
            if isinstance(holder, dict) and holder.get(key) is not None:
                holder[shape.word(f"{way.rpartition('.')[2]} unit")] = unit.text
    return body


def _in_key(body: Json, shape: Shape, fields: list[Field], unit: Unit) -> Json:
    """Say the unit at the end of the number's name."""
    for each in fields:
        for holder, key in places(body, each.path):
            if isinstance(holder, dict):
                new = (
                    f"{key}_{unit.key}"
                    if shape.style == "snake"
                    else f"{key}{unit.hump}"
                )
                renamed(holder, key, new, holder[key])
    return body


def _in_text(body: Json, shape: Shape, fields: list[Field], unit: Unit) -> Json:
    """Say each number and its unit as one text."""
    for each in fields:
        body = changed(body, each.path, lambda it: f"{it:.6f} {unit.text}")
    return body


def _above(body: Json, shape: Shape, fields: list[Field], unit: Unit) -> Json:
    """Say the unit once, where the rows hang, or at the top."""
    content = content_of(body, shape)
    if isinstance(content, list):
        named = {shape.word("unit"): unit.text, shape.word("values"): content}
        return replaced(body, shape.root, named)
    owner = parent_of(body, shape.rows) if shape.rows else content
    if not isinstance(owner, dict):
        return {shape.word("value"): body, shape.word("unit"): unit.text}
    owner[shape.word("unit")] = unit.text
    return body


def _metadata(
    word: str, body: Json, shape: Shape, fields: list[Field], unit: Unit
) -> Json:
    """Say the unit in an object about the answer."""
    content = content_of(body, shape)
    about: Json = {shape.word("unit"): unit.text}
    if not isinstance(content, dict):
        name = "items" if isinstance(content, list) else "value"
        about = {shape.word(word): about, shape.word(name): content}
        return replaced(body, shape.root, about)
    content[shape.word(word)] = about
    return body


def _envelope(body: Json, shape: Shape, fields: list[Field], unit: Unit) -> Json:
    """Say the unit outside the content."""
    return {**body, shape.word("unit"): unit.text}


def _units(body: Json, shape: Shape, fields: list[Field], unit: Unit) -> Json:
    """Say units by the names of members."""
    content = content_of(body, shape)
    told = {
        each.path.removesuffix(".*").rpartition(".")[2]: unit.text for each in fields
    }
    if not isinstance(content, dict):
        about = {shape.word("units"): told, shape.word("items"): rows_of(body, shape)}
        return replaced(body, shape.root, about)
    content[shape.word("units")] = told
    return body
