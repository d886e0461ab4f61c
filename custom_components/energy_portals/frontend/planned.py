"""What the card is told of a planner's home: what it has of its own, and what ran."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant

from ..account.coordinator import PortalConfigEntry
from ..account.sources import sources
from ..portals.model.load_plan import LoadPlan
from ..portals.model.periods import month_start
from ..portals.model.planner import Runs
from ..portals.model.series import Slot
from ..portals.optimum.own_power import OwnPower
from ..portals.optimum.past_runs import PastRuns


def tell_home(
    hass: HomeAssistant, planner: PortalConfigEntry, now: datetime, zone: ZoneInfo
) -> dict[str, object] | None:
    """Return what a home that is planned as a whole has of its own, kW."""
    held = _held(hass, planner, OwnPower)
    if held is None:
        return None
    month = month_start(now.astimezone(zone).date())
    return {
        "sun": _rows(held.sun),
        "base": _rows(held.base),
        "battery": _rows(held.battery),
        "peak": max((peak for day, peak in held.peaks if day >= month), default=None),
    }


def tell_past(
    hass: HomeAssistant,
    planner: PortalConfigEntry,
    key: str,
    plan: LoadPlan,
    now: datetime,
) -> list[dict[str, object]]:
    """Return what a load did in the last days.

    Of what nobody has seen it is known when it was to run, and no more.
    """
    held = _held(hass, planner, PastRuns)
    told: list[dict[str, object]] = [
        {
            "planned": _spans(each.planned),
            "ran": _spans(each.ran),
            "cost": each.cost,
            "saved": each.saved,
            "why": each.why and {"reason": each.why},
        }
        for each in (() if held is None else held.of(key, now))
    ]
    return told or [
        {"planned": _spans([(each.start, each.end)]), "ran": []}
        for each in _stretches(plan.past)
    ]


def _held[KindT](
    hass: HomeAssistant, planner: PortalConfigEntry, kind: type[KindT]
) -> KindT | None:
    """Return what a planner has of a kind."""
    mine = (each.data for each in sources(hass, kind) if each.entry is planner)
    return next(mine, None)


def _stretches(runs: Runs) -> Iterator[Slot[None]]:
    """Yield the time of runs without a break, whatever the power."""
    held: Slot[None] | None = None
    for run in runs:
        if held is not None and held.end != run.start:
            yield held
            held = None
        held = Slot(run.start if held is None else held.start, run.end, None)
    if held is not None:
        yield held


def _rows(powers: Runs) -> list[list[int | float | None]]:
    """Return powers as rows."""
    return [[_ms(each.start), _ms(each.end), each.value] for each in powers]


def _spans(spans: Iterable[tuple[datetime, datetime]]) -> list[list[int]]:
    """Return spans of time as rows."""
    return [[_ms(start), _ms(end)] for start, end in spans]


def _ms(when: datetime) -> int:
    """Return a moment as a browser has it."""
    return round(when.timestamp() * 1000)
