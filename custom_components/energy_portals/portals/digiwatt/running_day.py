"""The hours of the running day that only the latest readings tell yet.

They are power without a stated step, and a day's import replaces them: they count
where they have been seen to say the same as that import.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ..http.errors import AuthError, PortalError
from ..model.ledger import HOUR, TOLERANCE, hour_of, hourly, integrated
from ..model.series import Slot, spaced
from .client import DigiwattClient

type Slots = Sequence[Slot[float | None]]

# What a rounded Wh may make of an hour of next to nothing, kWh.
_ROUNDING = 0.005


def open_from(told: Slots, start: datetime) -> datetime:
    """Return from which hour on the portal's periods may have told nothing yet."""
    whole = _amounts(told)
    return max(whole) + HOUR if whole else hour_of(start)


async def latest_hours(
    client: DigiwattClient,
    told: Slots,
    since: datetime,
    end: datetime,
    step: timedelta,
) -> Slots:
    """Return the whole hours from `since` to `end` that the latest readings tell.

    `told` is the energy by the portal's periods: hours that both tell are compared.
    What fails here is no loss: the periods will tell these hours.
    """
    if end - since < HOUR:
        return ()
    try:
        rows = await client.latest()
    except AuthError:
        raise
    except PortalError:
        return ()
    late = _amounts(energy_of(((row.time, row.total) for row in rows), end, step))
    whole = _amounts(told)
    if both := whole.keys() & late.keys():
        client.latest_is_proven = all(
            abs(late[hour] - whole[hour]) <= max(_ROUNDING, TOLERANCE * whole[hour])
            for hour in both
        )
    if not client.latest_is_proven:
        return ()
    return tuple(
        Slot(hour, hour + HOUR, amount)
        for hour, amount in late.items()
        if hour >= since
    )


def energy_of(
    powers: Iterable[tuple[datetime, float | None]], end: datetime, step: timedelta
) -> tuple[Slot[float | None], ...]:
    """Return the energy of power over time, kWh; a slot still on is left out."""
    slots = spaced(((at, None, watts) for at, watts in powers), step)
    return tuple(integrated(slot for slot in slots if slot.end <= end))


def _amounts(slots: Slots) -> dict[datetime, float]:
    """Return the energy of whole hours, kWh."""
    return dict(hourly(slots, signed=False, refused=Counter()).amounts)
