"""Short ways to describe sensors."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory

from .entity import PortalSensorDescription, Source

type Value[DataT] = Callable[[DataT, datetime], Any]
type Reset[DataT] = Callable[[DataT, datetime], datetime | None]


def figure[DataT](
    key: str,
    source: Source,
    value_fn: Value[DataT],
    *,
    unit: str | None = None,
    device_class: SensorDeviceClass | None = None,
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT,
    precision: int | None = None,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
    diagnostic: bool = False,
    enabled: bool = True,
    unit_fn: Callable[[DataT], str | None] | None = None,
    last_reset_fn: Reset[DataT] | None = None,
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
        unit_fn=unit_fn,
        last_reset_fn=last_reset_fn,
    )


def fact[DataT](
    key: str,
    source: Source,
    value_fn: Value[DataT],
    *,
    device_class: SensorDeviceClass | None = None,
    translation_key: str | None = None,
    placeholders: dict[str, str] | None = None,
    diagnostic: bool = False,
    enabled: bool = True,
) -> PortalSensorDescription[DataT]:
    """Describe a text, a date or a moment."""
    return figure(
        key,
        source,
        value_fn,
        device_class=device_class,
        state_class=None,
        translation_key=translation_key,
        placeholders=placeholders,
        diagnostic=diagnostic,
        enabled=enabled,
    )
