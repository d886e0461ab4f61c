"""What a plan of a home tells: what it costs, what it saves, and why it is so.

Powers are kW, energies kWh, money is in the home's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..model.why import Explanation
from .baseline import Saving, at_once, saving
from .bill import Bill, bill
from .explain import explained
from .home import GivenUp, Home, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a plan costs (`bill`) and what it saves against everything at once.

    `at_once` is what that would cost. `why` is by device, of those that draw anything.
    `method`, `is_proven`, `is_held` and `given_up` are those of the schedule. `base` is
    what the home draws beside its devices until the plan ends, kWh.
    """

    bill: Bill
    at_once: Bill
    saving: Saving
    why: Mapping[str, Explanation]
    method: str
    is_proven: bool
    is_held: bool
    given_up: tuple[GivenUp, ...]
    base: float


def telling(home: Home, schedule: Schedule) -> Telling:
    """Return what a plan tells; it takes a while, and is for a thread."""
    saved = saving(home, schedule)
    why = {
        key: replace(each, saving=saved.devices.get(key))
        for key, each in explained(home, schedule).items()
    }
    hours = ((slot.end - slot.start).total_seconds() / 3600 for slot in home.slots)
    return Telling(
        bill=bill(home, schedule),
        at_once=bill(home, at_once(home)),
        saving=saved,
        why=why,
        method=schedule.method,
        is_proven=schedule.is_proven,
        is_held=schedule.is_held,
        given_up=schedule.given_up,
        base=sum(
            slot.value.base * length
            for slot, length in zip(home.slots, hours, strict=True)
        ),
    )
