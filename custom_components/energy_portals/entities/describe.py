"""Short ways to describe sensors."""

from collections.abc import Callable
from datetime import datetime

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory

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
    enabled: bool = True,
    exists_fn: Callable[[DataT], bool] | None = None,
    unit_fn: Callable[[DataT], str | None] | None = None,
    last_reset_fn: Value[DataT, datetime | None] | None = None,
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
        entity_registry_enabled_default=enabled,
        value_fn=value_fn,
        exists_fn=exists_fn,
        unit_fn=unit_fn,
        last_reset_fn=last_reset_fn,
    )


def fact[DataT](
    key: str,
    source: Source[DataT],
    value_fn: Value[DataT, SensorValue],
    *,
    device_class: SensorDeviceClass | None = None,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
    diagnostic: bool = False,
    enabled: bool = True,
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
        entity_registry_enabled_default=enabled,
        value_fn=value_fn,
        exists_fn=exists_fn,
    )
