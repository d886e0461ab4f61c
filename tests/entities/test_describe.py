"""Short ways to describe sensors say what the long one would."""

from datetime import UTC, datetime

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory
import pytest

from custom_components.energy_portals.entities.describe import class_of, fact, figure
from custom_components.energy_portals.portals.model.power import PowerNow

NOW = datetime(2026, 10, 20, tzinfo=UTC)


def test_figure() -> None:
    described = figure(
        "power",
        float,
        lambda data, now: 2 * data,
        unit="W",
        device_class=SensorDeviceClass.POWER,
        precision=1,
        diagnostic=True,
    )
    assert described.translation_key == "power"
    assert described.native_unit_of_measurement == "W"
    assert described.state_class is SensorStateClass.MEASUREMENT
    assert described.suggested_display_precision == 1
    assert described.entity_category is EntityCategory.DIAGNOSTIC
    assert described.value(1.5, NOW) == 3


def test_fact_has_no_state_class() -> None:
    described = fact("name", PowerNow, lambda data, now: "x", translation_key="title")
    assert (described.key, described.translation_key) == ("name", "title")
    assert described.state_class is None
    assert described.entity_category is None


@pytest.mark.parametrize(
    ("unit", "device_class"),
    [
        ("kWh", SensorDeviceClass.ENERGY),
        ("m³", SensorDeviceClass.VOLUME),
        ("EUR", SensorDeviceClass.MONETARY),
        # A price, a time in months and what is counted are none.
        ("EUR/kWh", None),
        ("months", None),
        ("Eur", None),
        ("", None),
        (None, None),
    ],
)
def test_class_of_a_unit(
    unit: str | None, device_class: SensorDeviceClass | None
) -> None:
    """What is told in a unit that the data brings."""
    assert class_of(unit) is device_class
