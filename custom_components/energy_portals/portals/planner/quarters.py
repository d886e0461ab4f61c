"""Readings of meters by quarters of an hour, kWh."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import fsum

from ..model.ledger import HOUR, hour_of
from ..model.series import Slot
from ..optimum.home import QUARTER
from ..optimum.realised import Job, Metered


def added_up(
    told: Iterable[Iterable[Slot[float]]], since: datetime, until: datetime
) -> dict[datetime, float]:
    """Return the energy of quarters of which all meters tell, kWh.

    What is longer than an hour does not say when it was.
    """
    every: list[dict[datetime, float]] = []
    for slots in told:
        amounts = defaultdict[datetime, list[float]](list)
        covered = defaultdict[datetime, timedelta](timedelta)
        for slot in slots:
            length = slot.end - slot.start
            if length > HOUR or slot.value < 0:
                continue
            past_hour = slot.start - hour_of(slot.start)
            start = hour_of(slot.start) + past_hour // QUARTER * QUARTER
            while start < slot.end:
                within = min(slot.end, start + QUARTER) - max(slot.start, start)
                amounts[start].append(slot.value * (within / length))
                covered[start] += within
                start += QUARTER
        every.append(
            {
                start: fsum(each)
                for start, each in amounts.items()
                if covered[start] == QUARTER and since <= start < until
            }
        )
    if not every:
        count = max((until - since) // QUARTER, 0)
        return dict.fromkeys((since + n * QUARTER for n in range(count)), 0.0)
    known = set.intersection(*({*each} for each in every))
    return {start: fsum(each[start] for each in every) for start in sorted(known)}


def drawn_by(
    jobs: Iterable[Job], since: datetime, until: datetime
) -> dict[datetime, float]:
    """Return what devices drew together in each quarter, kWh."""
    drawn = added_up((), since, until)
    for job in jobs:
        for run in job.ran(until):
            for start in drawn:
                within = min(run.end, start + QUARTER) - max(run.start, start)
                if within > timedelta():
                    drawn[start] += run.value * (within / HOUR)
    return drawn


def metered(
    meters: Mapping[str, Mapping[datetime, float]],
    prices: Iterable[tuple[datetime, float, float]],
    since: datetime,
    until: datetime,
) -> dict[datetime, Metered]:
    """Return the quarters of which energy and prices are known."""
    nothing = added_up((), since, until)
    drawn, fed_in = meters["drawn"], meters.get("fed_in", nothing)
    charged, discharged = meters.get("charged", {}), meters.get("discharged", {})
    return {
        start: Metered(
            drawn=drawn[start],
            fed_in=fed_in[start],
            price=price,
            sold=sold,
            charged=charged.get(start),
            discharged=discharged.get(start),
        )
        for start, price, sold in prices
        if start in drawn and start in fed_in
    }
