"""What a user enters of something that is to run, as a demand."""

from datetime import timedelta

from .contract import AccountData
from .http.errors import InvalidInput
from .model.demand import Demand, Shape
from .model.horizon import Objective


def demand_of(fields: AccountData) -> Demand:
    """Return the demand that these fields mean; times are in minutes.

    Raises InvalidInput where nothing could run by it.
    """
    duration, energy = fields.get("duration"), fields.get("energy")
    power, least_power = fields.get("power"), fields.get("least_power")
    if (duration is None) is (energy is None):
        raise InvalidInput("duration_or_energy")
    if energy is not None and power is None:
        raise InvalidInput("energy_needs_power")
    if least_power is not None and (power is None or least_power > power):
        raise InvalidInput("least_power_too_high")
    return Demand(
        duration=None if duration is None else timedelta(minutes=duration),
        energy=energy,
        power=power,
        least_power=None if energy is None else least_power,
        shape=Shape(fields["shape"]),
        least_length=timedelta(minutes=fields.get("least_length", 0)),
        least_pause=timedelta(minutes=fields.get("least_pause", 0)),
        starts=fields.get("starts"),
        objective=Objective(fields["objective"]),
        worth=fields.get("worth", 0.0),
    )
