"""What batteries and thermal stores show of their plans."""

from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfPower

from ...entities.describe import fact, figure
from ...entities.descriptions import PortalSensorDescription, Rows, SensorRow, is_there
from ...portals.planner.stores import Mode, StorePlan


def _is_battery(plan: StorePlan) -> bool:
    """Say whether it has modes."""
    return plan.is_battery


SENSORS: Final[Rows[SensorRow]] = (
    figure(
        "store_power",
        StorePlan,
        StorePlan.power,
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        precision=2,
        exists_fn=is_there,
    ),
    PortalSensorDescription(
        key="battery_mode",
        translation_key="battery_mode",
        source=StorePlan,
        device_class=SensorDeviceClass.ENUM,
        options=[each.value for each in Mode],
        value_fn=lambda plan, now: plan.mode(now).value,
        exists_fn=_is_battery,
    ),
    fact(
        "store_next_change",
        StorePlan,
        lambda plan, now: plan.runs.next_change(now),
        device_class=SensorDeviceClass.TIMESTAMP,
        exists_fn=is_there,
    ),
)
