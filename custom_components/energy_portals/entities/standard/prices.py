"""The standard entities of prices."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfRatio

from ...portals.model.price_days import PriceDay, PriceOutlook, Standing
from ...portals.model.price_levels import PriceLevel
from ...portals.model.prices import PriceSlot
from ..descriptions import (
    BinarySensorRow,
    EventRow,
    Happening,
    PortalBinarySensorDescription,
    PortalEventDescription,
    PortalSensorDescription,
    Rows,
    SensorRow,
)
from ..tables import Tables

type OfDay = Callable[[PriceOutlook, datetime], PriceDay | None]


def _value(slot: PriceSlot | None) -> float | None:
    """Return a slot's price."""
    return None if slot is None else slot.value.value


def _price(
    key: str,
    value_fn: Callable[[PriceOutlook, datetime], float | None],
    *,
    exists_fn: Callable[[PriceOutlook], bool] | None = None,
) -> SensorRow:
    """Describe a price: no device class, because it is no amount of money."""
    return PortalSensorDescription(
        key=key,
        translation_key=key,
        source=PriceOutlook,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=4,
        value_fn=value_fn,
        exists_fn=exists_fn,
        unit_fn=lambda outlook: outlook.shown.unit,
    )


def _of_day(
    key: str,
    day: OfDay,
    figure: Callable[[PriceDay], float],
    *,
    exists_fn: Callable[[PriceOutlook], bool] | None = None,
) -> SensorRow:
    """Describe a figure of a day's prices."""

    def value(outlook: PriceOutlook, now: datetime) -> float | None:
        prices = day(outlook, now)
        return None if prices is None else figure(prices)

    return _price(key, value, exists_fn=exists_fn)


def _time_of(key: str, day: OfDay, slot: Callable[[PriceDay], PriceSlot]) -> SensorRow:
    """Describe when a day's price begins."""

    def value(outlook: PriceOutlook, now: datetime) -> datetime | None:
        prices = day(outlook, now)
        return None if prices is None else slot(prices).start

    return PortalSensorDescription(
        key=key,
        translation_key=key,
        source=PriceOutlook,
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=value,
    )


def _standing[ValueT](
    take: Callable[[Standing], ValueT],
) -> Callable[[PriceOutlook, datetime], ValueT | None]:
    """Return how to take a figure of the current price among those of its day."""

    def value(outlook: PriceOutlook, now: datetime) -> ValueT | None:
        standing = outlook.standing(now)
        return None if standing is None else take(standing)

    return value


def _known(slot: PriceSlot) -> float:
    """Return the price of a slot that is there."""
    return slot.value.value


def _tomorrow(outlook: PriceOutlook, now: datetime) -> date:
    """Return the next local day."""
    return now.astimezone(outlook.zone).date() + timedelta(days=1)


def _tomorrow_known(outlook: PriceOutlook, now: datetime) -> bool:
    """Say whether tomorrow is there, whole and final."""
    tomorrow = _tomorrow(outlook, now)
    is_whole = tomorrow in outlook.days and outlook.known(tomorrow)
    return is_whole and not outlook.looks_wrong(tomorrow, now)


def _preliminary(outlook: PriceOutlook, now: datetime) -> bool | None:
    """Say whether the current price may still change, or tomorrow's look wrong."""
    slot = outlook.raw_at(now)
    if slot is None:
        return None
    return slot.value.preliminary or outlook.looks_wrong(_tomorrow(outlook, now), now)


def _published(outlook: PriceOutlook, now: datetime) -> Iterable[Happening]:
    """Return every day whose prices are final, as they came last."""
    for day in outlook.days:
        if outlook.known(day):
            yield Happening(
                "published", _mark(outlook, day), partial(_of_published, outlook, day)
            )


def _mark(outlook: PriceOutlook, day: date) -> str:
    """Return a mark after those of all days that came before these prices."""
    each = outlook.published.get(day)
    if each is None or (changed := each.changed) is None:
        return day.isoformat()
    there = (other for other, one in outlook.published.items() if one.first <= changed)
    return f"{max(there)}~{changed.isoformat()}~{day}"


def _of_published(outlook: PriceOutlook, day: date) -> dict[str, object]:
    """Return what is told of a day that is published, or was corrected."""
    prices, each = outlook.days[day], outlook.published.get(day)
    return {
        "day": day.isoformat(),
        "corrected": each is not None and each.changed is not None,
        "lowest": _known(prices.lowest),
        "highest": _known(prices.highest),
        "mean": prices.mean,
        "unit": outlook.shown.unit,
    }


SENSORS: Final[Rows[SensorRow]] = (
    _price("price", lambda outlook, now: _value(outlook.at(now))),
    _price("next_price", lambda outlook, now: _value(outlook.following(now))),
    _price("previous_price", lambda outlook, now: _value(outlook.previous(now))),
    _price("raw_price", lambda outlook, now: _value(outlook.raw_at(now))),
    _price(
        "export_price",
        lambda outlook, now: _value(outlook.export_at(now)),
        # The price of what is fed in is not known everywhere.
        exists_fn=lambda outlook: outlook.export is not None,
    ),
    _of_day("lowest_price_today", PriceOutlook.today, lambda day: _known(day.lowest)),
    _time_of("lowest_price_today_start", PriceOutlook.today, lambda day: day.lowest),
    _of_day("highest_price_today", PriceOutlook.today, lambda day: _known(day.highest)),
    _time_of("highest_price_today_start", PriceOutlook.today, lambda day: day.highest),
    _of_day("mean_price_today", PriceOutlook.today, lambda day: day.mean),
    _of_day("median_price_today", PriceOutlook.today, lambda day: day.median),
    PortalSensorDescription(
        key="price_rank",
        translation_key="price_rank",
        source=PriceOutlook,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_standing(lambda standing: standing.rank),
    ),
    PortalSensorDescription(
        key="price_percentile",
        translation_key="price_percentile",
        source=PriceOutlook,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        value_fn=_standing(lambda standing: standing.percentile),
    ),
    PortalSensorDescription(
        key="price_level",
        translation_key="price_level",
        source=PriceOutlook,
        device_class=SensorDeviceClass.ENUM,
        options=[level.value for level in PriceLevel],
        value_fn=PriceOutlook.level,
    ),
    _of_day(
        "mean_price_tomorrow",
        PriceOutlook.tomorrow,
        lambda day: day.mean,
        # Some portals never publish a day ahead.
        exists_fn=lambda outlook: len(outlook.days) > 1,
    ),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="prices_tomorrow_known",
        translation_key="prices_tomorrow_known",
        source=PriceOutlook,
        value_fn=_tomorrow_known,
    ),
    PortalBinarySensorDescription(
        key="price_preliminary",
        translation_key="price_preliminary",
        source=PriceOutlook,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_preliminary,
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    PortalEventDescription(
        key="prices_published",
        translation_key="prices_published",
        source=PriceOutlook,
        event_types=["published"],
        value_fn=_published,
    ),
)

TABLES: Final = Tables(sensors=SENSORS, binary_sensors=BINARY_SENSORS, events=EVENTS)
