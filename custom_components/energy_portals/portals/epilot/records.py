"""How the records of series are read: many rows of few shapes.

A record may have members that the portal does not document. One that could say how its
number is meant, and is not understood, makes the number unknown.

Source: the hooks for consumption, costs and prices in the OpenAPI document "Portal
API". Consumption is in the unit beside it, money in cents or the main unit.
"""

from collections import Counter as Tally
from collections.abc import Callable, Mapping
from functools import lru_cache
import re
from typing import Final

import msgspec
from msgspec.structs import replace

from ..http.exchange import Answer
from ..reading.body import Body, Mismatch, Refused, moment
from ..reading.pages import paging
from .bodies import Decode, Rows, body_of, members, says_more
from .hooks import Consumption, MoneyRecord, Period
from .models import ZONE, PricePart
from .reads import direction
from .values import (
    Unreadable,
    currency,
    main_unit,
    number,
    refuse,
    tax_rate,
    text,
    words,
)

type Row = Mapping[str, object]
type ReadRow[RecordT] = Callable[[Place, Row], RecordT]

_CONSUMPTION: Final = ("timestamp", "value", "type", "unit", "label", "period")
_MONEY: Final = (
    *("timestamp", "unit_amount", "unit_amount_decimal", "unit_amount_currency"),
    *("tax_behavior", "tax_rate", "components", "unit"),
)
_PARTS: Final = tuple(
    f"{part}_amount{form}" for part in PricePart for form in ("", "_decimal")
)
_MOST: Final = 1e12
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
# Names whose members may say how a number is meant.
_MEANS: Final = frozenset(
    {
        *("unit", "units", "uom", "measure", "scale", "scaling", "multiplier"),
        *("factor", "exponent", "decimals", "minor", "cents", "currency", "per"),
        *("sign", "cumulative", "resolution", "interval", "duration", "length"),
        *("begin", "start", "end", "until", "from", "to", "hour", "time", "timezone"),
        *("zone", "tz", "offset", "area", "region", "version", "revision", "tariff"),
        *("type", "kind", "net", "gross", "tax", "vat", "appliance", "channel"),
    }
)
_OWNERS: Final = frozenset(
    {"meter", "contract", "counter", "register", "obis", "device", "entity", "melo"}
)
_WAYS: Final = frozenset({"direction", "flow"})
_GOOD: Final = frozenset(
    {"valid", "validated", "final", "measured", "actual", "ok", "good", "confirmed"}
)
_BAD: Final = frozenset(
    {
        *("estimated", "estimate", "preliminary", "provisional", "forecast", "missing"),
        *("predicted", "invalid", "error", "faulty", "substitute", "replaced"),
    }
)
_NOT_FINAL: Final = "not_final"
_STATES: Final = _GOOD | _BAD | {"quality", "status", "state", "validity", "flag"}


class Place:
    """An operation whose records are read, and the ids of what was asked about."""

    def __init__(self, top: Body, ids: frozenset[str]) -> None:
        """Take where refusals are counted."""
        self.top = top
        self.ids = ids

    def told[ValueT](
        self, accept: Callable[[object], ValueT], value: object, name: str
    ) -> ValueT | None:
        """Return a value, None for one that is not told or cannot be read."""
        if value is None or value == "":
            return None
        try:
            return accept(value)
        except Mismatch, Refused:
            refuse(self.top, name)
            return None


class _Plain(msgspec.Struct, forbid_unknown_fields=True):
    """An answer as it is documented, to the letter."""

    consumptions: list[Consumption]


def consumptions(ids: frozenset[str]) -> Decode[Rows[Consumption]]:
    """Return how to read amounts of what has one of these ids."""
    carefully = _records("consumptions", ids, _CONSUMPTION, _consumption)

    def of(operation: str, answer: Answer, refused: Tally[str]) -> Rows[Consumption]:
        rows = _plainly(answer.body)
        if rows is None:
            return carefully(operation, answer, refused)
        # Nothing but headers is left that could say more.
        return Rows(rows, has_more=paging({}, answer.headers, len(rows)).has_more)

    return of


def _plainly(body: bytes) -> list[Consumption] | None:
    """Return the amounts of an answer as it is documented, None for any other."""
    try:
        return msgspec.json.decode(body, type=_Plain).consumptions
    except ValueError, RecursionError:
        return None


def money(name: str, ids: frozenset[str]) -> Decode[Rows[MoneyRecord]]:
    """Return how to read costs or prices of what has one of these ids."""
    return _records(name, ids, _MONEY, _money)


def _records[RecordT: (Consumption, MoneyRecord)](
    name: str, ids: frozenset[str], known: tuple[str, ...], read: ReadRow[RecordT]
) -> Decode[Rows[RecordT]]:
    """Return how to read the records under a name."""

    def of(operation: str, answer: Answer, refused: Tally[str]) -> Rows[RecordT]:
        top = body_of(operation, answer, refused)
        _, values = members(top, name)
        place = Place(top, ids)
        records: list[RecordT] = []
        lost = 0
        before = _unread(operation, refused)
        for value in values:
            try:
                row, is_meant, is_ours = _spelt(place, value, known)
                if is_ours:
                    record = read(place, row)
                    records.append(record if is_meant else blank(record))
            except Unreadable:
                refuse(top, name)
                lost += 1
        if _unread(operation, refused) > before and all(map(_is_blank, records)):
            raise top.unexpected(f"no row of {name} can be read")
        return Rows(records, lost=lost, has_more=says_more(top, 0, len(values)))

    return of


def _spelt(
    place: Place, value: object, known: tuple[str, ...]
) -> tuple[Row, bool, bool]:
    """Return a row by documented names, whether it is meant so, whether it is ours."""
    if not isinstance(value, Mapping):
        raise Unreadable
    names, asides = _plan(tuple(value), known)
    row = value if names is None else {to: value[name] for name, to in names}
    is_meant, is_ours = True, True
    for name, about in asides:
        is_plain = _says_nothing(about, value[name], place.ids, row.get("type"))
        if is_plain:
            continue
        is_of_another = about & _OWNERS and isinstance(value[name], str)
        why = _NOT_FINAL if _is_state(about) else "beside"
        refuse(place.top, "of_another" if is_of_another else why)
        is_ours, is_meant = is_ours and not is_of_another, False
    return row, is_meant, is_ours


@lru_cache(maxsize=64)
def _plan(
    names: tuple[str, ...], known: tuple[str, ...]
) -> tuple[tuple[tuple[str, str], ...] | None, tuple[tuple[str, frozenset[str]], ...]]:
    """Return what the members of a row are called, and those that may say something.

    None stands for names that need no other.
    """
    folded = {_folded(each): each for each in known}
    called: dict[str, str] = {name: name for name in names if name in known}
    for name in names:
        to = folded.get(_folded(name))
        if to is not None and to not in called.values():
            called[name] = to
    asides = [
        (name, about)
        for name in names
        if name not in called and (about := _about(name)) & _TELLING
    ]
    is_plain = all(name == to for name, to in called.items())
    return None if is_plain else tuple(called.items()), tuple(asides)


def _folded(name: str) -> str:
    """Return a name without case and separators."""
    return name.casefold().replace("_", "").replace("-", "")


def _about(name: str) -> frozenset[str]:
    """Return the words that a name is made of."""
    return frozenset(each.casefold() for each in _WORDS.findall(name))


_TELLING: Final = _MEANS | _OWNERS | _WAYS | _STATES


def _says_nothing(
    about: frozenset[str], value: object, ids: frozenset[str], kind: object
) -> bool:
    """Say whether what stands beside a number leaves it as it is."""
    if value is None or value == "":
        return True
    if about & _OWNERS:
        return isinstance(value, str) and value in ids
    if _is_state(about):
        return _is_good(about, value)
    if about & _WAYS and isinstance(value, str) and isinstance(kind, str):
        return _way(value) is not None and _way(value) == _way(kind)
    return False


def _is_state(about: frozenset[str]) -> bool:
    """Say whether a member tells whether a number holds already."""
    return bool(about & _STATES) and not about & (_MEANS | _OWNERS)


def _is_good(about: frozenset[str], value: object) -> bool:
    """Say whether a state beside a number says that the number holds."""
    if isinstance(value, str):
        return value.strip().casefold() in _GOOD
    if about & _GOOD:
        return value is True
    return bool(about & _BAD) and value is False


def _way(value: str) -> str | None:
    """Return a direction, None for what is none."""
    try:
        return direction(value)
    except Mismatch:
        return None


def blank[RecordT: (Consumption, MoneyRecord)](record: RecordT) -> RecordT:
    """Return a record of the same time without its number."""
    if isinstance(record, Consumption):
        return replace(record, value=None)
    return replace(record, unit_amount=None, unit_amount_decimal=None)


def _unread(operation: str, refused: Tally[str]) -> int:
    """Return how much could not be read; what is not final yet could be."""
    return refused.total() - refused[f"{operation}.{_NOT_FINAL}"]


def _is_blank[RecordT: (Consumption, MoneyRecord)](record: RecordT) -> bool:
    """Say whether a record has no number."""
    return record == blank(record)


# --- consumption ------------------------------------------------------------------


def _consumption(place: Place, row: Row) -> Consumption:
    """Read an amount; what it is of and when has to be sure."""
    kind = row.get("type")
    if kind is not None and not isinstance(kind, str):
        raise Unreadable("type")
    value, unit = _value_and_unit(place, row)
    label = row.get("label")
    return Consumption(
        timestamp=_timestamp(row),
        value=value,
        type=kind or None,
        unit=unit,
        label=None if label is None else words(place.top.child(row), "label"),
        period=_period(place, row.get("period")),
    )


def _value_and_unit(place: Place, row: Row) -> tuple[float | None, str | None]:
    """Return a number and its unit, which may stand with it in an object."""
    value, unit = row.get("value"), row.get("unit")
    if isinstance(value, Mapping) and {"value"} <= value.keys() <= {"value", "unit"}:
        within = value.get("unit")
        if unit is not None and within is not None and unit != within:
            refuse(place.top, "unit")
            return None, None
        value, unit = value.get("value"), within if unit is None else unit
    if unit is not None and not isinstance(unit, str):
        refuse(place.top, "unit")
        return None, None
    return place.told(_amount, value, "value"), unit


def _amount(value: object) -> float:
    """Read an amount or a power."""
    return number(value, low=-_MOST, high=_MOST)


def _timestamp(row: Row) -> str:
    """Return a time as it was written."""
    value = row.get("timestamp")
    if isinstance(value, str) and value:
        return value
    try:
        return moment(value, ZONE).isoformat()
    except Mismatch, Refused:
        raise Unreadable("timestamp") from None


def _period(place: Place, value: object) -> Period | None:
    """Read the span of a record that tells it."""
    if value is None:
        return None
    span = place.top.child(value)
    start, end = span.member("from"), span.member("to")
    if not isinstance(start, str) or not isinstance(end, str):
        raise Unreadable("period")
    return Period(start, end)


# --- money ------------------------------------------------------------------------


def _money(place: Place, row: Row) -> MoneyRecord:
    """Read a cost or a price; without all that makes an amount of it, it has none."""
    code = place.told(currency, row.get("unit_amount_currency"), "unit_amount_currency")
    behavior = place.told(_behavior, row.get("tax_behavior"), "tax_behavior")
    rate = place.told(tax_rate, row.get("tax_rate"), "tax_rate")
    unit = row.get("unit")
    record = MoneyRecord(
        timestamp=_timestamp(row),
        unit_amount_currency=code or "",
        tax_behavior=behavior or "",
        tax_rate=rate or 0.0,
        components=_components(row.get("components")),
        unit=unit if isinstance(unit, str) else None,
    )
    is_odd = unit is not None and not isinstance(unit, str)
    if None in {code, behavior, rate} or is_odd:
        refuse(place.top, "unit_amount")
        return record
    return _with_amount(place, row, record)


def _components(value: object) -> dict[str, object] | None:
    """Return what a price is made of, by documented names."""
    if not isinstance(value, Mapping):
        return None
    names, _ = _plan(tuple(value), _PARTS)
    return dict(value) if names is None else {to: value[name] for name, to in names}


def _behavior(value: object) -> str:
    """Read whether a tax is in an amount."""
    behavior = text(value).casefold()
    if behavior not in {"inclusive", "exclusive"}:
        raise Mismatch
    return behavior


def _with_amount(place: Place, row: Row, record: MoneyRecord) -> MoneyRecord:
    """Return a record with its amount, unless it is told in two ways that differ."""
    cents, decimal = row.get("unit_amount"), row.get("unit_amount_decimal")
    try:
        amount = main_unit(cents, decimal, record.unit_amount_currency)
    except Mismatch, Refused:
        refuse(place.top, "unit_amount")
        return record
    if amount is None:
        if any(each not in (None, "") for each in (cents, decimal)):
            refuse(place.top, "unit_amount")
        return record
    return replace(record, unit_amount_decimal=amount)
