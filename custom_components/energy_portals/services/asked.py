"""What can be asked and ordered by voice, known before any of its code is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import voluptuous as vol

type Slots = Mapping[vol.Marker, object]

_NAME: Final = "The name, as the user says it. Leave it out to ask about all."


class Refused(Exception):
    """What is asked cannot be answered, or may not be done; it says why."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing to ask, or with `acts` to order: an intent, and a tool."""

    key: str
    intent: str
    title: str
    description: str
    slots: Slots = field(default_factory=dict)
    acts: bool = False


def _name(description: str = _NAME) -> vol.Marker:
    """Return the field of a name."""
    return vol.Optional("name", description=description)


_ONE: Final = _name("The name of the load, such as dishwasher.")
_DAYS: Final = vol.In(["today", "tomorrow"])
_PERIODS: Final = vol.In(["today", "yesterday", "this_month", "last_month"])

QUESTIONS: Final = (
    Question(
        key="cheapest_time",
        intent="EnergyPortalsCheapestTime",
        title="When electricity is cheapest",
        description=(
            "Tells the cheapest time for electricity that is still to come, and its "
            "price, of each source of prices."
        ),
        slots={
            vol.Optional("day", description="Only that day."): _DAYS,
            vol.Optional(
                "minutes", description="How long it is needed, 60 by default."
            ): vol.All(vol.Coerce(int), vol.Range(min=1, max=1440)),
            _name("The source of prices, if there are several."): str,
        },
    ),
    Question(
        key="run_time",
        intent="EnergyPortalsRunTime",
        title="When a load should run",
        description=(
            "Tells when a flexible load, such as a dishwasher, is planned to run, "
            "and what that costs."
        ),
        slots={_name(): str},
    ),
    Question(
        key="ready_time",
        intent="EnergyPortalsReadyTime",
        title="When a load will be ready",
        description=(
            "Tells when a flexible load will have what it needs, such as a car that "
            "is charged."
        ),
        slots={
            _name(): str,
            vol.Optional(
                "car", description="About electric cars alone."
            ): vol.Boolean(),
        },
    ),
    Question(
        key="spent",
        intent="EnergyPortalsSpent",
        title="What energy cost",
        description="Tells how much energy was used in a period, and what it cost.",
        slots={
            vol.Required("period", description="Which period."): _PERIODS,
            _name("The contract or meter, if there are several."): str,
        },
    ),
    Question(
        key="green_now",
        intent="EnergyPortalsGreenNow",
        title="Whether electricity is green now",
        description=(
            "Tells whether electricity is green now, until when, or when it is next."
        ),
        slots={_name("The source, if there are several."): str},
    ),
    Question(
        key="due",
        intent="EnergyPortalsDue",
        title="What is due",
        description=(
            "Tells which invoices, instalments and installations are due, and when."
        ),
    ),
    Question(
        key="run_now",
        intent="EnergyPortalsRunNow",
        title="Run a load now",
        description="Starts a flexible load now instead of when it is planned.",
        slots={_ONE: str},
        acts=True,
    ),
    Question(
        key="ready_by",
        intent="EnergyPortalsReadyBy",
        title="Have a load ready by a time",
        description=(
            "Sets by which time of day a flexible load has to be ready, from now on."
        ),
        slots={
            _ONE: str,
            vol.Required("hour", description="The hour, 0 to 23."): vol.All(
                vol.Coerce(int), vol.Range(min=0, max=23)
            ),
            vol.Optional("minute", description="The minute, 0 to 59."): vol.All(
                vol.Coerce(int), vol.Range(min=0, max=59)
            ),
            vol.Optional("half", description="With an hour of 1 to 12."): vol.In(
                ["am", "pm"]
            ),
        },
        acts=True,
    ),
    Question(
        key="skip_today",
        intent="EnergyPortalsSkipToday",
        title="Leave a load out today",
        description="Leaves a flexible load out until its next day.",
        slots={_ONE: str},
        acts=True,
    ),
)
