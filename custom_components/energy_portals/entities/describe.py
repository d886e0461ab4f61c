"""Short ways to describe sensors."""

from collections.abc import Callable, Mapping
from datetime import datetime
import re
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfEnergy, UnitOfVolume

from .descriptions import PortalSensorDescription, SensorValue, Source

type Value[DataT, ValueT] = Callable[[DataT, datetime], ValueT]


def figure[DataT](
    key: str,
    source: Source[DataT],
    value_fn: Value[DataT, float | None],
    *,
    unit: str | None = None,
    device_class: SensorDeviceClass | None = None,
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT,
    precision: int | None = None,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
    diagnostic: bool = False,
    exists_fn: Callable[[DataT], bool] | None = None,
    unit_fn: Callable[[DataT], str | None] | None = None,
    last_reset_fn: Value[DataT, datetime | None] | None = None,
    attributes_fn: Callable[[DataT], Mapping[str, SensorValue]] | None = None,
    is_covered: bool = False,
    goes: bool = False,
) -> PortalSensorDescription[DataT]:
    """Describe a number."""
    return PortalSensorDescription(
        key=key,
        translation_key=translation_key or key,
        translation_placeholders=placeholders,
        source=source,
        device_class=device_class,
        state_class=state_class,
        native_unit_of_measurement=unit,
        suggested_display_precision=precision,
        entity_category=EntityCategory.DIAGNOSTIC if diagnostic else None,
        value_fn=value_fn,
        exists_fn=exists_fn,
        unit_fn=unit_fn,
        last_reset_fn=last_reset_fn,
        attributes_fn=attributes_fn,
        is_covered=is_covered,
        goes=goes,
    )


_OF_UNITS: Final = {
    UnitOfEnergy.KILO_WATT_HOUR.value: SensorDeviceClass.ENERGY,
    UnitOfVolume.CUBIC_METERS.value: SensorDeviceClass.VOLUME,
}
_CURRENCY: Final = re.compile("[A-Z]{3}")


def class_of(unit: str | None) -> SensorDeviceClass | None:
    """Return what is told in a unit that the data brings, None of any other."""
    if unit is not None and _CURRENCY.fullmatch(unit):
        return SensorDeviceClass.MONETARY
    return _OF_UNITS.get(unit or "")


def fact[DataT](
    key: str,
    source: Source[DataT],
    value_fn: Value[DataT, SensorValue],
    *,
    device_class: SensorDeviceClass | None = None,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
    diagnostic: bool = False,
    exists_fn: Callable[[DataT], bool] | None = None,
) -> PortalSensorDescription[DataT]:
    """Describe a text, a date or a moment."""
    return PortalSensorDescription(
        key=key,
        translation_key=translation_key or key,
        translation_placeholders=placeholders,
        source=source,
        device_class=device_class,
        entity_category=EntityCategory.DIAGNOSTIC if diagnostic else None,
        value_fn=value_fn,
        exists_fn=exists_fn,
    )
