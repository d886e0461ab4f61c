"""What only the user may decide: caps to answer, records that are gone, late energy."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from ..contract import Site
from ..questions import Asked, Choice, ChoiceRequest, Question
from .automatic_actions import answered, send_answers
from .client import VolueClient
from .event_log import EventLog, changed
from .event_state import Answer, EventState
from .feeds import EVENTS
from .reports import Owed, owed_at
from .sites import SITES, CapPolicy, Flexible, UserSite, create_again

# So long an answer that goes by itself may take before the user is asked.
_PATIENCE: Final = timedelta(minutes=5)

type LogChoice = ChoiceRequest[VolueClient, EventLog]
type SiteChoice = ChoiceRequest[VolueClient, Site]


def _cap_asked(site: Site, log: EventLog, now: datetime) -> Iterator[Asked]:
    """Ask about a cap that nobody has answered, or could not by himself."""
    if not isinstance(site, Flexible):
        return
    patience = timedelta() if site.policy is CapPolicy.ASK else _PATIENCE
    waiting = [each for each in log.to_answer(now) if each.received + patience <= now]
    if not waiting:
        return
    first = min(waiting, key=lambda each: each.start)
    yield Asked(says={"site": site.name, **_cap_told(first, now)})


def _cap_told(state: EventState, now: datetime) -> dict[str, str]:
    """Return power, start and end of a cap; what could not be read of it is a `?`."""
    start = end = power = "?"
    if state.spans and not state.part.lost:
        start, end = (
            f"{when.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
            for when in (state.spans[0][0], state.end)
        )
    lowest = min((slot.value for slot in state.part.slots), default=None)
    if lowest is not None:
        power = f"{'≤ ' * state.part.is_incomplete}{lowest:g} kW"
    return {"power": power, "start": start, "end": end}


def _answering(answer: Answer) -> Choice[VolueClient, EventLog]:
    """Return the choice that answers all that waits so."""

    async def choose(request: LogChoice) -> None:
        log = request.held.data.get(request.site.key, EventLog())
        for state in log.to_answer(request.now):
            named = {answer: [(request.site.key, state)]}
            await send_answers(request.client, named)
            await request.held.change(partial(answered, answers=named))

    return choose


def _removed(site: Site, held: Site, now: datetime) -> Iterator[Asked]:
    """Ask about a record that somebody else has removed."""
    if isinstance(held, Flexible) and held.missing:
        yield Asked(says={"site": site.name})


def _user_removed(site: Site, held: Site, now: datetime) -> Iterator[Asked]:
    """Ask about a user that somebody else has removed."""
    if isinstance(held, UserSite) and held.missing:
        yield Asked(says={"site": site.name})


async def _create(request: SiteChoice) -> None:
    """Register it again."""
    await create_again(request.client, request.site)


async def _forget(request: SiteChoice) -> None:
    """Take it out of the account."""
    request.forget()


def _owed(site: Site, log: EventLog) -> list[Owed]:
    """Return what of a site is still owed."""
    if not isinstance(site, Flexible) or site.energy is None:
        return []
    return list(owed_at(site, log))


def _report_missed(site: Site, log: EventLog, now: datetime) -> Iterator[Asked]:
    """Tell of energy that was not reported in time."""
    hours = sum(len(each.missed(now)) for each in _owed(site, log))
    if hours:
        yield Asked(says={"site": site.name, "hours": str(hours)})


async def _give_up(request: LogChoice) -> None:
    """Leave unreported what is too late."""
    log = request.held.data.get(request.site.key, EventLog())
    owed = _owed(request.site, log)
    keys = [each.key for each in owed if each.missed(request.now)]
    await request.held.change(lambda logs: changed(logs, keys, closed=True))


QUESTIONS: Final = (
    Question(
        key="cap_to_answer",
        source=EVENTS,
        passes=True,
        says=frozenset({"account", "site", "power", "start", "end"}),
        asked=_cap_asked,
        choices={
            "acknowledge": _answering(Answer.ACKNOWLEDGED),
            "decline": _answering(Answer.DECLINED),
        },
    ),
    Question(
        key="record_removed",
        source=SITES,
        passes=True,
        says=frozenset({"account", "site"}),
        asked=_removed,
        choices={"create_again": _create, "forget": _forget},
    ),
    Question(
        key="user_removed",
        source=SITES,
        passes=True,
        says=frozenset({"account", "site"}),
        asked=_user_removed,
        choices={"create_again": _create},
    ),
    Question(
        key="report_missed",
        source=EVENTS,
        passes=True,
        says=frozenset({"account", "site", "hours"}),
        asked=_report_missed,
        choices={"give_up": _give_up},
    ),
)
