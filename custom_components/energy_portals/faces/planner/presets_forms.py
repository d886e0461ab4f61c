"""What the forms of usual loads have, what they begin with, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector, TimeSelector
import voluptuous as vol

from ...portals.model.demand import Shape
from ...portals.model.horizon import Objective
from ...portals.model.public_holidays import WEEKDAYS
from ...portals.planner.bindings import DRIVEN_DOMAINS
from ..steps import Fields
from .moving import SETPOINT, entity, number

_HOURS: Final = number("h", 0.25, 24)
_KILOWATTS: Final = number("kW", 0.01)

RUN: Final = vol.Schema(
    {
        vol.Optional("drives"): entity(*DRIVEN_DOMAINS),
        vol.Required("end"): TimeSelector(),
        vol.Required("hours"): _HOURS,
        vol.Required("more"): section(
            vol.Schema(
                {
                    vol.Optional("name"): TextSelector(),
                    vol.Optional("power"): _KILOWATTS,
                    vol.Required("begin"): TimeSelector(),
                }
            ),
            {"collapsed": True},
        ),
    }
)
WATER: Final = vol.Schema(
    {
        vol.Optional("drives"): entity(*DRIVEN_DOMAINS),
        vol.Required("hours"): _HOURS,
        vol.Required("more"): section(
            vol.Schema(
                {
                    vol.Optional("name"): TextSelector(),
                    vol.Optional("power"): _KILOWATTS,
                }
            ),
            {"collapsed": True},
        ),
    }
)
CAR: Final = vol.Schema(
    {
        vol.Optional("drives"): entity(*DRIVEN_DOMAINS),
        vol.Required("end"): TimeSelector(),
        vol.Optional("energy"): number("kWh", 0.1),
        vol.Required("more"): section(
            vol.Schema(
                {
                    vol.Optional("name"): TextSelector(),
                    vol.Required("power"): _KILOWATTS,
                    vol.Optional("least_power"): _KILOWATTS,
                    vol.Optional("setpoint"): SETPOINT,
                    vol.Optional("soc"): entity("sensor", "number", "input_number"),
                    vol.Optional("capacity"): number("kWh", 1, 500),
                    vol.Optional("target_percent"): number("%", 1, 100),
                }
            ),
            {"collapsed": True},
        ),
    }
)
HEAT: Final = vol.Schema(
    {
        vol.Optional("drives"): entity(*DRIVEN_DOMAINS),
        vol.Required("drift"): number("K", 0.5, 10),
        vol.Required("hours"): _HOURS,
        vol.Required("more"): section(
            vol.Schema(
                {
                    vol.Optional("name"): TextSelector(),
                    vol.Optional("power"): _KILOWATTS,
                }
            ),
            {"collapsed": True},
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Preset:
    """What a form begins with, and what of a load nobody is asked."""

    form: Fields
    rest: Fields


def _run(begin: str, end: str, hours: float, power: float) -> Fields:
    """Return what a form of one window begins with."""
    return {"end": end, "hours": hours, "more": {"begin": begin, "power": power}}


_WHOLE: Final[Fields] = {"shape": Shape.CONTIGUOUS.value}
_SLOTS: Final[Fields] = {"shape": Shape.SLOTS.value}
PRESETS: Final[Mapping[str, Preset]] = {
    "dishwasher": Preset(_run("18:00:00", "07:00:00", 2, 1.2), _WHOLE),
    "washing_machine": Preset(_run("06:00:00", "17:00:00", 1.5, 1), _WHOLE),
    "hot_water": Preset(
        {"hours": 1.5, "more": {"power": 2}},
        {
            **_WHOLE,
            "begin": "18:00:00",
            "end": "06:00:00",
            "begin_2": "06:00:00",
            "end_2": "18:00:00",
        },
    ),
    "pool": Preset(_run("08:00:00", "20:00:00", 6, 0.8), _SLOTS),
    "car": Preset(
        {"end": "07:00:00", "energy": 10, "more": {"power": 11, "least_power": 1.4}},
        _SLOTS,
    ),
    "heat_pump": Preset(
        {"drift": 1, "hours": 4, "more": {"power": 2}},
        {**_SLOTS, "begin": "00:00:00", "end": "00:00:00"},
    ),
}
# Fields of forms that say something else than those of a load's data.
_ELSEWHERE: Final = frozenset({"hours", "more", "drift"})


def data_of(preset: str, form: Fields) -> Fields:
    """Return the data of a load; what it needs of a day is even over its windows.

    A car has from one time at which it is ready to the next.
    """
    plain = {key: each for key, each in form.items() if key not in _ELSEWHERE}
    more = {key: each for key, each in form["more"].items() if key != "name"}
    data = {
        "days": list(WEEKDAYS),
        "objective": Objective.PRICE.value,
        **plain,
        **more,
        **PRESETS[preset].rest,
    }
    data.setdefault("begin", data["end"])
    if "hours" in form:
        windows = 1 + sum(key in data for key in ("begin_2",))
        data["duration"] = round(60 * float(form["hours"]) / windows)
    return data
