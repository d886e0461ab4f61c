"""Examples of a type: together they show every branch that the type allows.

A row of a table that grows describes entities from data. Fed with these, it describes
every entity it ever may, that of a thing nobody has heard of included.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set as AbstractSet
import dataclasses
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import chain
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    TypeAliasType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from zoneinfo import ZoneInfo

import msgspec

from custom_components.energy_portals.portals.epilot.models import PricePart
from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.model.incentives import IncentiveOutlook
from custom_components.energy_portals.portals.model.ledger import STANDARD, LedgerSeries
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.ledger_series import (
    DaySum,
    SeriesDays,
)
from custom_components.energy_portals.portals.model.loads import Load, LoadPlan
from custom_components.energy_portals.portals.model.planner import Plan
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.volue.event_log import EventLog

UNKNOWN: Final = "unknown to all"


def _outlooks() -> tuple[PriceOutlook, ...]:
    """Return prices of one day, and of two where feed-in is paid as well."""
    start = datetime(2026, 7, 1, 22, tzinfo=UTC)
    hours = [
        Slot(start + timedelta(hours=n), start + timedelta(hours=n + 1), Price(n / 10))
        for n in range(48)
    ]
    zone = ZoneInfo("Europe/Oslo")
    one, two = (PriceSeries("NOK", slots=Series.of(hours[:n])) for n in (24, 48))
    parts = tuple((part.value, 0.1) for part in PricePart)
    made = [Slot(each.start, each.end, Price(0.8, components=parts)) for each in hours]
    return (
        PriceOutlook.of(one, zone),
        PriceOutlook.of(two, zone, Tariff(export=0.0)),
        PriceOutlook.of(PriceSeries("EUR", slots=Series.of(made)), zone),
    )


def _ledgers() -> tuple[Ledger, ...]:
    """Return a history without anything, and one with all of two months."""
    zone = ZoneInfo("Europe/Oslo")
    now = datetime(2026, 7, 31, 20, tzinfo=UTC)
    nothing = Ledger(zone=zone, begin=now, asked_until=now, now=now)
    whole = DaySum(24.0, (1 << 24) - 1)
    days = {date(2026, 6, 1) + timedelta(days=n): whole for n in range(61)}
    latest = now - timedelta(hours=1), 1.0
    by_series = {
        key: SeriesDays(
            series=LedgerSeries(key), statistic_id=key, days=days, latest=latest
        )
        for key in (*STANDARD, UNKNOWN)
    }
    totals = {date(2026, 7, 30): dict.fromkeys(STANDARD, 24.0)}
    return nothing, dataclasses.replace(nothing, by_series=by_series, totals=totals)


def _loads() -> tuple[Load, ...]:
    """Return a load of each sort."""
    hour = timedelta(hours=1)
    return (
        Load(demand=Demand(duration=hour)),
        Load(demand=Demand(energy=1, power=2, least_power=1)),
    )


_PLAIN: Final[Mapping[Any, tuple[Any, ...]]] = {
    Any: ("anything",),
    object: ("anything",),
    bool: (False, True),
    bytes: (b"",),
    date: (date(2026, 7, 1),),
    datetime: (datetime(2026, 7, 1, tzinfo=UTC),),
    float: (1.0,),
    int: (1,),
    IncentiveOutlook: tuple(
        IncentiveOutlook.of(each.raw, each.zone) for each in _outlooks()
    ),
    Ledger: _ledgers(),
    Load: _loads(),
    LoadPlan: (LoadPlan(), LoadPlan(currency="EUR", plan=Plan(Series(), share=1.0))),
    NoneType: (None,),
    PriceOutlook: _outlooks(),
    timedelta: (timedelta(hours=1),),
    EventLog: (EventLog(is_user=True), EventLog()),
    ZoneInfo: (ZoneInfo("Europe/Oslo"),),
}


def argument_type(function: Callable[..., Any]) -> Any:
    """Return the type of a function's first argument."""
    hints = get_type_hints(function)
    hints.pop("return", None)
    assert hints, f"{function} does not say what it takes"
    return next(iter(hints.values()))


@dataclasses.dataclass(frozen=True)
class Samples:
    """Examples of types; `words` are the texts that mean something to a portal."""

    words: Iterable[str] = ()

    def of(self, kind: Any, bound: Mapping[Any, Any] | None = None) -> list[Any]:
        """Return examples of a type, with what its type variables stand for."""
        bound = bound or {}
        if isinstance(kind, TypeVar):
            return self.of(bound[kind])
        if kind in _PLAIN:
            return list(_PLAIN[kind])
        if kind is str:
            return [*self.words, UNKNOWN]
        origin, arguments = get_origin(kind) or kind, get_args(kind)
        arguments = tuple(bound.get(each, each) for each in arguments)
        if isinstance(origin, TypeAliasType):
            names = dict(zip(origin.__type_params__, arguments, strict=True))
            return self.of(origin.__value__, {**bound, **names})
        if origin is Annotated:
            return self.of(arguments[0], bound)
        if origin in {Union, UnionType}:
            return [each for branch in arguments for each in self.of(branch, bound)]
        if isinstance(origin, type):
            return self._of_class(origin, arguments, bound)
        raise NotImplementedError(f"no examples of {kind}")

    def _of_class(
        self, kind: type, arguments: tuple[Any, ...], bound: Mapping[Any, Any]
    ) -> list[Any]:
        """Return examples of a class, of a container or of a record."""
        if issubclass(kind, Enum):
            return list(kind)
        if not arguments and kind.__module__ != "builtins":
            return self._of_record(kind, arguments)
        if kind is Series:
            # Slots of the same time do not go together.
            return [Series((slot,)) for slot in self.of(Slot[*arguments], bound)]
        if kind is tuple and arguments[-1] is not ...:
            return [tuple(self.of(each, bound)[0] for each in arguments)]
        if issubclass(kind, Mapping):
            keys, values = (self.of(each, bound) for each in arguments)
            return [{}, *(dict.fromkeys(keys, value) for value in values)]
        if issubclass(kind, Sequence | AbstractSet):
            make = kind if kind in {tuple, list, set, frozenset} else tuple
            return [make(), make(self.of(arguments[0], bound))]
        return self._of_record(kind, arguments)

    def _of_record(self, kind: Any, arguments: tuple[Any, ...]) -> list[Any]:
        """Return examples of a record, each field in turn in all its forms."""
        names = dict(zip(kind.__type_params__, arguments, strict=True))
        hints = get_type_hints(kind)
        fields = {name: self.of(hints[name], names) for name in _fields(kind)}
        # What may be missing is there, unless its lack is what is looked at.
        usual = {name: _last(values) for name, values in fields.items()}
        if {"start", "end"} <= set(fields) and isinstance(usual["end"], datetime):
            usual["end"] += timedelta(hours=1)
            fields["end"] = [usual["end"]]
        changes = chain.from_iterable(
            ({name: value} for value in values) for name, values in fields.items()
        )
        return [kind(**{**usual, **change}) for change in changes] or [kind()]


def _last(values: list[Any]) -> Any:
    """Return the last example that is something."""
    return next((each for each in reversed(values) if each is not None), None)


def _fields(kind: Any) -> list[str]:
    """Return the names with which a record is made."""
    if dataclasses.is_dataclass(kind):
        return [each.name for each in dataclasses.fields(kind) if each.init]
    if issubclass(kind, msgspec.Struct):
        return list(kind.__struct_fields__)
    return list(kind._fields)
