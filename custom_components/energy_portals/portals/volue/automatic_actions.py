"""What an account does by itself: it answers caps, reports energy and plans."""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ..automatic_actions import AutomaticActions, AutomaticRequest
from ..http.errors import AuthError, PortalError
from .client import VolueClient
from .event_log import EventLog, ReportedPlan, changed
from .event_state import Answer, EventState, EventStateKey
from .feeds import EVENTS, LOCATIONS, PROGRAMME
from .messages import CapAnswer, CapTargetId
from .models import EventType, ReportType
from .reports import GRACE, HOUR, LAST_CALL, SETTLED, Owed, owed
from .sites import USER, CapPolicy, Flexible, LocationSite
from .usage_plans import is_allowed, is_news, next_look, plan_of, planned_places

type Request = AutomaticRequest[VolueClient, EventLog]
type Named = tuple[str, EventState]

# Energy that is late is looked for this often.
_LOOK: Final = timedelta(minutes=5)
_ANSWERS: Final[Mapping[CapPolicy, Answer]] = {
    CapPolicy.ACKNOWLEDGE: Answer.ACKNOWLEDGED,
    CapPolicy.DECLINE: Answer.DECLINED,
}
ANSWER_TYPES: Final[Mapping[str, ReportType]] = {
    EventType.RESOURCE_CAP: ReportType.RESOURCE_CAP,
    EventType.LOCATION_CAP: ReportType.LOCATION_CAP,
}


async def _do(request: Request) -> datetime | None:
    """Answer what is to be answered, report what can be, and say when to look again."""
    await _follow_eligibility(request)
    failed: list[PortalError] = []
    for event in _by_event(_decided(request)).values():
        await _attempt(_answer(request, event), failed)
    looks: list[datetime] = []
    for debts in _by_event_owed(request).values():
        if (due := _due(debts, request.now)) > request.now:
            looks.append(due)
        elif all(request.now >= debt.deadline + GRACE for debt in debts):
            continue
        else:
            await _attempt(_report(request, debts), failed)
            looks.append(request.now + _LOOK)
    for place in planned_places(request.sites):
        await _attempt(_plan(request, place), failed)
        looks.append(next_look(request.now))
    if failed:
        raise failed[0]
    return min(looks, default=None)


async def _follow_eligibility(request: Request) -> None:
    """Ask anew who may take part once an event says that this has changed."""
    news: list[tuple[str, EventStateKey]] = [
        (USER, state.key)
        for state in request.held.data.get(USER, EventLog()).records
        if state.kind == EventType.USER_ELIGIBILITY and not state.closed
    ]
    if news:
        for feed in (PROGRAMME, LOCATIONS):
            await request.look_again(feed)
        await request.held.change(lambda logs: changed(logs, news, closed=True))


async def _attempt(work: Awaitable[None], failed: list[PortalError]) -> None:
    """Do one thing; a failure leaves the others their turn."""
    try:
        await work
    except AuthError:
        raise
    except PortalError as err:
        failed.append(err)


# --- caps -----------------------------------------------------------------------------


def _decided(request: Request) -> Iterable[tuple[Flexible, EventState]]:
    """Yield the caps that have no answer, and that the user has decided about.

    Nobody has decided about one of which a part could not be read.
    """
    for site in request.sites:
        if isinstance(site, Flexible) and site.policy in _ANSWERS:
            log = request.held.data.get(site.key, EventLog())
            for state in log.to_answer(request.now):
                if not state.part.is_incomplete:
                    yield site, state


def _by_event(
    decided: Iterable[tuple[Flexible, EventState]],
) -> dict[str, list[tuple[Flexible, EventState]]]:
    """Return caps by event: one report holds all targets."""
    by_event: dict[str, list[tuple[Flexible, EventState]]] = {}
    for site, state in decided:
        by_event.setdefault(state.event_id, []).append((site, state))
    return by_event


async def _answer(request: Request, event: list[tuple[Flexible, EventState]]) -> None:
    """Tell the portal what becomes of an event's caps, and note it."""
    answers = {
        answer: [
            (site.key, state)
            for site, state in event
            if _ANSWERS[site.policy] is answer
        ]
        for answer in Answer
    }
    await send_answers(request.client, answers)
    await request.held.change(lambda logs: answered(logs, answers))


async def send_answers(
    client: VolueClient,
    answers: Mapping[Answer, list[Named]],
    payload_type: str | None = None,
) -> None:
    """Send the answers to one event's caps as one report."""
    records = [state for named in answers.values() for _, state in named]
    kinds = dict.fromkeys(state.kind for state in records)
    payloads = [
        CapAnswer(
            payload_type=payload_type or ANSWER_TYPES[kind],
            acknowledged_targets=_targets(answers, Answer.ACKNOWLEDGED, kind),
            declined_targets=_targets(answers, Answer.DECLINED, kind),
        )
        for kind in kinds
    ]
    await client.report(payloads, records[0].event_id)


def _targets(
    answers: Mapping[Answer, list[Named]], answer: Answer, kind: str
) -> tuple[CapTargetId, ...]:
    """Return the targets that were answered so."""
    return tuple(
        CapTargetId(
            location_id=state.part.location_id or "",
            meter_point_id=state.part.meter_point_id or "",
            resource_id=state.part.resource_id,
        )
        for _, state in answers.get(answer, ())
        if state.kind == kind
    )


def answered(
    logs: Mapping[str, EventLog], answers: Mapping[Answer, list[Named]]
) -> Mapping[str, EventLog]:
    """Return the logs with these answers noted."""
    for answer, named in answers.items():
        keys: list[tuple[str, EventStateKey]] = [(key, each.key) for key, each in named]
        logs = changed(logs, keys, answer=answer)
    return logs


# --- energy ---------------------------------------------------------------------------


def _by_event_owed(request: Request) -> dict[str, list[Owed]]:
    """Return what is owed by event: one report holds all payloads."""
    by_event: dict[str, list[Owed]] = {}
    for debt in owed(request.held.data, request.sites):
        by_event.setdefault(debt.state.event_id, []).append(debt)
    return by_event


def _due(debts: list[Owed], now: datetime) -> datetime:
    """Return when a report may be complete; the last call comes even if it is not."""
    complete = max(debt.hours[-1] for debt in debts) + HOUR + SETTLED
    last_call = min(debt.deadline for debt in debts) - LAST_CALL
    # The hours up to the last call are few on the last day of a month.
    return min(complete, max(last_call, debts[0].hours[0] + HOUR + SETTLED))


async def _report(request: Request, debts: list[Owed]) -> None:
    """Report the energy of an event, all at once where all of it is there."""
    ready = [(debt, await _measured(request, debt)) for debt in debts]
    is_whole = all(len(energy) == len(debt.open_hours) for debt, energy in ready)
    is_last_call = request.now >= min(debt.deadline for debt in debts) - LAST_CALL
    if not (is_whole or is_last_call):
        return
    sent = [(debt, energy) for debt, energy in ready if energy]
    if not sent:
        return
    payloads = [debt.payload(energy) for debt, energy in sent]
    await request.client.report(payloads, debts[0].state.event_id)

    def note(logs: Mapping[str, EventLog]) -> Mapping[str, EventLog]:
        """Note the hours that the portal has taken."""
        for debt, energy in sent:
            hours = debt.state.reported | energy.keys()
            logs = changed(logs, [debt.key], reported=frozenset(hours))
        return logs

    await request.held.change(note)


async def _measured(request: Request, debt: Owed) -> Mapping[datetime, float]:
    """Return the energy of the open hours that are over and measured, kWh."""
    hours = [h for h in debt.open_hours if h + HOUR + SETTLED <= request.now]
    statistic = debt.site.energy
    if not hours or statistic is None:
        return {}
    measured = await request.energy(statistic, hours[0], hours[-1] + HOUR)
    return {hour: measured[hour] for hour in hours if hour in measured}


# --- plans ----------------------------------------------------------------------------


async def _plan(request: Request, site: LocationSite) -> None:
    """Tell what is planned for a location, if that is news; note that it was told."""
    log = request.held.data.get(site.key, EventLog())
    planned = request.planned(site.key)
    if planned is None or not is_allowed(log, request.now):
        return
    if not is_news(log, planned.hours):
        return
    await request.client.report([plan_of(site, planned.hours)])
    told = ReportedPlan(at=request.now, hours=planned.hours)

    def note(logs: Mapping[str, EventLog]) -> Mapping[str, EventLog]:
        """Note the plan that the portal has taken."""
        return {**logs, site.key: replace(logs.get(site.key, EventLog()), plan=told)}

    await request.held.change(note)


AUTOMATIC_ACTIONS: Final = AutomaticActions[VolueClient, EventLog](feed=EVENTS, do=_do)
