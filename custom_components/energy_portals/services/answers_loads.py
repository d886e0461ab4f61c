"""When loads run, and when they have what they need."""

from datetime import timedelta
from typing import Final

from ..portals.model.load_plan import LoadPlan, Status
from .asking import Asked
from .spoken import Voice

_CAR: Final = "electric_vehicle"
_MINUTE: Final = timedelta(minutes=1)


async def run_time(asked: Asked) -> str:
    """Say when loads should run."""
    planned = asked.meant(asked.every(LoadPlan))
    return " ".join(
        runs(asked.voice, asked.name_of(each), each.data) for each in planned
    )


def runs(voice: Voice, name: str, plan: LoadPlan) -> str:
    """Say when a load should run."""
    now = voice.now
    start, end = plan.next_start(now), plan.next_end(now)
    match plan.doing(now):
        case Status.RUNNING if end is not None:
            return voice.say("runs_until", load=name, end=voice.until(end))
        case Status.DUE if end is not None:
            return voice.say("load_due", load=name, end=voice.until(end))
        case Status.PLANNED if start is not None and end is not None:
            span = voice.span(start, end)
            cost = None if plan.plan is None else plan.plan.cost
            if cost is None or plan.currency is None:
                return voice.say("runs_best", load=name, span=span)
            money = voice.money(cost, plan.currency)
            return voice.say("runs_best_for", load=name, span=span, cost=money)
        case Status.PAUSED if start is not None:
            return voice.say("goes_on", load=name, start=voice.when(start))
        case status:
            return _without_plan(voice, name, plan, status)


def _without_plan(voice: Voice, name: str, plan: LoadPlan, status: Status) -> str:
    """Say why there is nothing to come of a load."""
    if plan.done == voice.today and status in {Status.WAITING, Status.PLANNED}:
        return voice.say("load_done", load=name)
    if status in {Status.OFF, Status.NOT_READY, Status.SHORTFALL}:
        return voice.say(f"load_{status.value}", load=name)
    return voice.say("load_waiting", load=name)


async def ready_time(asked: Asked) -> str:
    """Say when loads have what they need; of cars alone where they are meant."""
    every = asked.every(LoadPlan)
    if asked.fields.get("car"):
        every = [
            each
            for each in every
            if each.site.subentry is not None
            and each.entry.subentries[each.site.subentry].subentry_type == _CAR
        ]
    planned = asked.meant(every)
    return " ".join(
        _ready(asked.voice, asked.name_of(each), each.data) for each in planned
    )


def _ready(voice: Voice, name: str, plan: LoadPlan) -> str:
    """Say when a load has what it needs."""
    if (short := plan.shortfall) is not None:
        missing = (
            voice.say("minutes", amount=voice.number(short.duration / _MINUTE))
            if short.energy is None
            else voice.energy(short.energy)
        )
        deadline = voice.when(short.deadline)
        return voice.say("not_ready_by", load=name, deadline=deadline, missing=missing)
    if plan.plan is not None and voice.now < plan.plan.end:
        return voice.say("ready_at", load=name, end=voice.when(plan.plan.end))
    return _without_plan(voice, name, plan, plan.doing(voice.now))
