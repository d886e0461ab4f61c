"""Actions of other integrations that answer with prices: a row each.

Source: the integrations' own `services.py` in Home Assistant 2026.11.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec

from ...http.errors import Unavailable
from ...model.plain import looked_up
from ...model.prices import Tax
from ...model.series import Series, Slot
from .listed import Keys, told_list
from .prices import PriceReading
from .slots import laid
from .switching import Clock, resolved
from .values import misfit, told_items, told_mapping

_DAY: Final = timedelta(days=1)
# Stands in a path for the area, country or home that the user chose.
_PART: Final = ""
_MARKET: Final = "Europe/Brussels"

type Fields = Mapping[str, object]


@looked_up
class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the user chose of an action: kept as plain data.

    `entry` is the config entry, or the device, of the other integration, `part` an
    area, country, home or channel, `kind` what of several prices. A value of the reply
    divided by `divisor` is in `currency` (ISO 4217) per kWh. `step` is in minutes.
    """

    domain: str
    entry: str = ""
    part: str = ""
    kind: str = ""
    currency: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
    divisor: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    tax: Tax = Tax.UNKNOWN
    step: Annotated[int, msgspec.Meta(gt=0, le=60)] | None = None


type Calls = Callable[[Asked, datetime, datetime, ZoneInfo], Iterator[Fields]]


@dataclass(frozen=True, kw_only=True)
class PriceAction:
    """An action that answers with prices, and in which rhythm it is asked.

    `currency` is None where the entry or an entity of the integration says it, and
    `by_entity` says that the unit of its price sensors rules (`common_unit`), divisor
    included. `taxes`, `kinds` and `steps` (minutes) are what may be chosen. `published`
    is when tomorrow comes, in `zone` ("" is the house's), or None where all of it is
    renewed after `every`. Where nothing is published yet, the action answers without
    prices or fails with one of `not_yet`. For as long as it `settles` after midnight,
    it may take the day before for today.
    """

    domain: str
    action: str
    custom: bool = False
    entry: str = "config_entry"
    calls: Calls
    path: tuple[str, ...] = ("prices",)
    keys: Keys
    currency: str | None = None
    by_entity: bool = False
    divisor: float = 1.0
    taxes: tuple[Tax, ...]
    kinds: tuple[str, ...] = ()
    steps: tuple[int, ...] = (15,)
    published: time | None = None
    zone: str = ""
    every: timedelta | None = None
    is_predicted: bool = False
    not_yet: frozenset[str] = field(default_factory=frozenset)
    clock: Clock = Clock.RIGHT
    settles: timedelta = timedelta()

    @property
    def has_parts(self) -> bool:
        """Say whether the reply tells areas, countries or homes apart."""
        return _PART in self.path

    def market(self, house: ZoneInfo) -> ZoneInfo:
        """Return the zone that its days are cut in."""
        return ZoneInfo(self.zone) if self.zone else house

    def is_settled(self, now: datetime, house: ZoneInfo) -> bool:
        """Say whether its today is surely that of the house."""
        if not self.settles:
            return True
        # Its library goes by the clock of the machine, which may have another zone.
        clocks = (now.astimezone(house), now.astimezone())
        is_over = (timedelta(hours=c.hour, minutes=c.minute) for c in clocks)
        return clocks[0].date() == clocks[1].date() and min(is_over) >= self.settles

    def requests(
        self, asked: Asked, start: datetime, end: datetime, house: ZoneInfo
    ) -> tuple[Fields, ...]:
        """Return the fields of each call that it takes to know `[start, end)`."""
        named = {self.entry: asked.entry} if self.entry else {}
        each = self.calls(asked, start, end, self.market(house))
        return tuple({**named, **fields} for fields in each)


def read_reply(
    row: PriceAction, asked: Asked, reply: object, house: ZoneInfo
) -> PriceReading:
    """Return what the reply to one call says, which may be nothing yet.

    Raises UnexpectedResponse if it is not as the row says, and Unavailable if it says
    that it failed.
    """
    operation = f"{row.domain}.{row.action}"
    body = told_mapping(reply)
    if body is not None and body.get("success") is False:
        raise Unavailable(operation, "not successful")
    place: object = reply
    for name in row.path:
        inside = told_mapping(place)
        place = None if inside is None else inside.get(name or asked.part)
    items = told_items(place)
    if items is None:
        path = ".".join(name or "<part>" for name in row.path)
        raise misfit(operation, f"{path}: {row.keys.expected}", reply)
    points = resolved(
        told_list(items, row.keys, operation), row.market(house), row.clock
    )
    step = asked.step or (row.steps[0] if len(row.steps) == 1 else None)
    slots = laid(points, None if step is None else timedelta(minutes=step))
    series = Series(
        tuple(Slot(slot.start, slot.end, slot.value / asked.divisor) for slot in slots)
    )
    return PriceReading(
        currency=asked.currency,
        tax=asked.tax,
        published=Series() if row.is_predicted else series,
        predicted=series if row.is_predicted else Series(),
    )


def parts_of(row: PriceAction, reply: object) -> tuple[str, ...]:
    """Return the areas, countries or homes that a reply tells apart."""
    place = told_mapping(reply)
    for name in row.path[: row.path.index(_PART)]:
        place = None if place is None else told_mapping(place.get(name))
    return () if place is None else tuple(place)


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Yield the days that share time with `[start, end)`."""
    day = start.astimezone(zone).date()
    last = (end - timedelta.resolution).astimezone(zone).date()
    while day <= last:
        yield day.isoformat()
        day += _DAY


def _nordpool(
    asked: Asked, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Fields]:
    """Ask for each market day, in the currency that the entry has."""
    for day in _days(start, end, zone):
        yield {"date": day, "areas": [asked.part], "currency": asked.currency}


def _omie(
    asked: Asked, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Fields]:
    """Ask for each market day."""
    for day in _days(start, end, zone):
        yield {"date": day, "countries": [asked.part]}


def _each_day(length: str) -> Calls:
    """Ask for each day alone: one without prices fails the whole call.

    `length` is what the action calls the length of its slots.
    """

    def calls(
        asked: Asked, start: datetime, end: datetime, zone: ZoneInfo
    ) -> Iterator[Fields]:
        for day in _days(start, end, zone):
            yield {
                "incl_vat": asked.tax is Tax.INCLUDED,
                "start": day,
                "end": day,
                "price_type": asked.kind or "market",
                length: "hour" if asked.step == 60 else "quarter",
            }

    return calls


def _tibber(
    _: Asked, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Fields]:
    """Ask for a span; without one it is today alone."""
    yield {"start": _text(start, zone), "end": _text(end, zone)}


def _tibber_prices(
    _: Asked, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Fields]:
    """Ask for a span."""
    yield {"start_time": _text(start, zone), "end_time": _text(end, zone)}


def _text(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as text with its offset."""
    return moment.astimezone(zone).isoformat()


def _ahead(
    _: Asked, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Fields]:
    """Ask for as far ahead as it goes."""
    yield {"hours": 24}


def _channel(
    asked: Asked, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Fields]:
    """Ask for one channel, as far ahead as it goes."""
    yield {"channel_type": asked.kind or "general"}


def _all(_: Asked, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Fields]:
    """Ask for all there is."""
    yield {}


_EITHER: Final = (Tax.EXCLUDED, Tax.INCLUDED)
_INCLUDED: Final = (Tax.INCLUDED,)
_EXCLUDED: Final = (Tax.EXCLUDED,)

ACTIONS: Final[tuple[PriceAction, ...]] = (
    PriceAction(
        domain="nordpool",
        action="get_prices_for_date",
        calls=_nordpool,
        path=(_PART,),
        keys=Keys("start", "price", "end"),
        # It never says so: per MWh.
        divisor=1000.0,
        taxes=_EXCLUDED,
        published=time(13),
        zone=_MARKET,
    ),
    PriceAction(
        domain="energyzero",
        action="get_energy_prices",
        calls=_each_day("interval"),
        keys=Keys("timestamp", "price", "end"),
        currency="EUR",
        taxes=_EITHER,
        kinds=("market", "all_in"),
        steps=(15, 60),
        published=time(15),
        not_yet=frozenset({"no_data"}),
    ),
    PriceAction(
        domain="easyenergy",
        action="get_energy_usage_prices",
        calls=_each_day("granularity"),
        keys=Keys("timestamp", "price"),
        currency="EUR",
        taxes=_EITHER,
        kinds=("market", "invoice"),
        steps=(15, 60),
        published=time(15),
        not_yet=frozenset({"fetch_prices_error"}),
    ),
    PriceAction(
        domain="tibber",
        action="get_prices",
        entry="",
        calls=_tibber,
        path=("prices", _PART),
        keys=Keys("start_time", "price"),
        by_entity=True,
        taxes=_INCLUDED,
        published=time(13),
    ),
    PriceAction(
        domain="omie",
        action="get_prices_for_date",
        entry="",
        calls=_omie,
        path=(_PART,),
        keys=Keys("start", "price", "end"),
        currency="EUR",
        taxes=_EXCLUDED,
        published=time(14),
        zone=_MARKET,
        not_yet=frozenset({"data_not_available"}),
        clock=Clock.COUNTED,
    ),
    PriceAction(
        domain="green_planet_energy",
        action="get_prices",
        entry="config_entry_id",
        calls=_ahead,
        keys=Keys("start", "price", "end"),
        currency="EUR",
        taxes=(Tax.UNKNOWN, *_EITHER),
        every=timedelta(minutes=15),
        clock=Clock.DOUBTFUL,
        # It keeps the days by name, and asks its server anew every hour.
        settles=timedelta(minutes=65),
    ),
    PriceAction(
        domain="amberelectric",
        action="get_forecasts",
        entry="config_entry_id",
        calls=_channel,
        path=("forecasts",),
        keys=Keys("start_time", "per_kwh", "end_time", "duration"),
        currency="AUD",
        taxes=_INCLUDED,
        kinds=("general", "controlled_load", "feed_in"),
        steps=(),
        every=timedelta(minutes=5),
        is_predicted=True,
    ),
    PriceAction(
        domain="ecosmart",
        action="get_forecasts",
        entry="device_id",
        calls=_all,
        path=("forecasts",),
        keys=Keys("start_time", "price"),
        currency="NZD",
        divisor=100.0,
        taxes=_INCLUDED,
        steps=(30,),
        every=timedelta(minutes=30),
        is_predicted=True,
    ),
    PriceAction(
        domain="entsoe",
        action="get_energy_prices",
        custom=True,
        calls=_tibber,
        keys=Keys("timestamp", "price"),
        by_entity=True,
        taxes=(Tax.UNKNOWN, *_EITHER),
        steps=(),
        published=time(13),
    ),
    PriceAction(
        domain="tibber_prices",
        action="get_price",
        custom=True,
        entry="entry_id",
        calls=_tibber_prices,
        path=("price_info",),
        keys=Keys("startsAt", "total"),
        by_entity=True,
        taxes=_INCLUDED,
        published=time(13),
    ),
)

BY_DOMAIN: Final[Mapping[str, PriceAction]] = {row.domain: row for row in ACTIONS}
