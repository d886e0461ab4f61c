"""What a user enters of something that is to run, as a demand."""

from collections.abc import Mapping
from datetime import timedelta

from .http.errors import InvalidInput
from .model.demand import Demand, Shape
from .model.horizon import Objective


def demand_of(fields: Mapping[str, object]) -> Demand:
    """Return the demand that these fields mean; times are in minutes.

    Raises InvalidInput where nothing could run by it.
    """
    duration, energy = _number(fields, "duration"), _number(fields, "energy")
    power, least_power = _number(fields, "power"), _number(fields, "least_power")
    starts, shape = fields.get("starts"), Shape(str(fields["shape"]))
    if (duration is None) is (energy is None):
        raise InvalidInput("duration_or_energy")
    if energy is not None and power is None:
        raise InvalidInput("energy_needs_power")
    if least_power is not None and (power is None or least_power > power):
        raise InvalidInput("least_power_too_high")
    more, more_below = _number(fields, "more_energy"), _number(fields, "more_below")
    if more is not None and (energy is None or shape is not Shape.SLOTS):
        raise InvalidInput("more_needs_slots")
    return Demand(
        duration=None if duration is None else timedelta(minutes=duration),
        energy=energy,
        power=power,
        least_power=None if energy is None else least_power,
        shape=shape,
        least_length=timedelta(minutes=_number(fields, "least_length") or 0),
        least_pause=timedelta(minutes=_number(fields, "least_pause") or 0),
        starts=starts if isinstance(starts, int) else None,
        objective=Objective(str(fields["objective"])),
        worth=_number(fields, "worth") or 0.0,
        ceiling=_number(fields, "never_above"),
        more=0.0 if more is None or more_below is None else more,
        more_below=more_below,
    )


def _number(fields: Mapping[str, object], name: str) -> float | None:
    """Return the number of a field that is filled in."""
    value = fields.get(name)
    return value if isinstance(value, int | float) else None
