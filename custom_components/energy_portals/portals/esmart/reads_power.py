"""eSmart's watt meter, read tolerantly, in W.

Source: the help pages of `wattmeter` and `wattmeter/v2`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from ..reading.body import Body
from ..reading.quantities import Field
from . import fields
from .fields import TIME, UTC_ZONE
from .models import Peak, Subscribed, WattMeter
from .reads_values import inner, optional, text

_WATT_METERS: Final = ("maxMonthWattmeter", "subscribedPowerWattmeter")


def watt_meter(default_unit: str) -> Callable[[Body], WattMeter]:
    """Return the read of the watt meter, in W, of either version.

    `default_unit` holds where no unit stands beside a power.
    """

    def read(data: Body) -> WattMeter:
        place = data.unwrapped(*_WATT_METERS, "Last", "ThisMonthMax", "Max")
        is_second = any(map(place.has, _WATT_METERS))
        if not is_second and not any(map(place.has, ("Last", "ThisMonthMax", "Max"))):
            raise data.unexpected(f"{_WATT_METERS[0]} is missing")
        powers = inner(place, _WATT_METERS[0]) if is_second else place
        field = fields.live_power(default_unit)
        if field.usual is None:
            raise data.unexpected("the unit of the powers is not understood")
        return WattMeter(
            last=_peak(powers, "Last", field),
            month_max=_peak(powers, "ThisMonthMax", field),
            max=_peak(powers, "Max", field),
            subscribed=_subscribed(inner(place, _WATT_METERS[1]), default_unit),
        )

    return read


def _peak(powers: Body | None, name: str, field: Field) -> Peak | None:
    """Read a power and its time."""
    place = None if powers is None else inner(powers, name)
    if place is None:
        return None
    return Peak(place.measure(field), place.moment(UTC_ZONE, *TIME, required=False))


def _subscribed(subscription: Body | None, default_unit: str) -> Subscribed | None:
    """Read the subscribed power and its steps, which are in the same unit."""
    if subscription is None:
        return None
    bought = inner(subscription, "subscribedPower")
    said = optional(bought, text, "unit") if bought else None
    sections = inner(subscription, "sections")
    unit = said or default_unit
    watts = None
    if bought is not None:
        watts = bought.measure(fields.bought_power(default_unit, "value"))
        if watts is None and bought.member("unit") not in (None, ""):
            # A unit that is not understood is that of the steps as well.
            return None
    steps = [
        subscription.child(step)
        for step in (sections.members().values() if sections else ())
        if isinstance(step, Mapping)
    ]
    return Subscribed(
        watts=watts,
        sections=tuple(
            (
                step.measure(fields.bought_power(unit, "from"), required=False),
                step.measure(fields.bought_power(unit, "to"), required=False),
            )
            for step in steps
        ),
    )
