"""What only the user may decide: caps to answer, records that are gone, late energy."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from ..contract import Site
from ..portal import ChoiceRequest, Question
from .automatic_actions import answered, send_answers
from .client import VolueClient
from .event_log import Answer, EventLog, changed
from .reports import Owed, owed_at
from .sites import CapPolicy, Flexible, UserSite, create_again

# So long an answer that goes by itself may take before the user is asked.
_PATIENCE: Final = timedelta(minutes=5)

type BookChoice = ChoiceRequest[VolueClient, EventLog]
type SiteChoice = ChoiceRequest[VolueClient, Site]


def _cap_asked(site: Site, log: EventLog, now: datetime) -> Mapping[str, str] | None:
    """Ask about a cap that nobody has answered, or could not by himself."""
    if not isinstance(site, Flexible):
        return None
    patience = timedelta() if site.policy is CapPolicy.ASK else _PATIENCE
    waiting = [each for each in log.to_answer(now) if each.received + patience <= now]
    if not waiting:
        return None
    first = min(waiting, key=lambda each: each.part.slots[0].start)
    lowest = min(slot.value for slot in first.part.slots)
    start, end = (
        f"{when.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
        for when in (first.part.slots[0].start, first.end)
    )
    return {
        "site": site.name,
        "power": f"{lowest:g} kW",
        "start": start,
        "end": end,
    }


def _answering(answer: Answer) -> Callable[[BookChoice], Awaitable[None]]:
    """Return the choice that answers all that waits so."""

    async def choose(request: BookChoice) -> None:
        log = request.held.data.get(request.site.key, EventLog())
        for state in log.to_answer(request.now):
            named = {answer: [(request.site.key, state)]}
            await send_answers(request.client, named)
            await request.held.change(partial(answered, answers=named))

    return choose


def _removed(site: Site, held: Site, now: datetime) -> Mapping[str, str] | None:
    """Ask about a record that somebody else has removed."""
    gone = isinstance(held, Flexible) and held.missing
    return {"site": site.name} if gone else None


def _user_removed(site: Site, held: Site, now: datetime) -> Mapping[str, str] | None:
    """Ask about a user that somebody else has removed."""
    gone = isinstance(held, UserSite) and held.missing
    return {"site": site.name} if gone else None


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


def _report_missed(
    site: Site, log: EventLog, now: datetime
) -> Mapping[str, str] | None:
    """Tell of energy that was not reported in time."""
    hours = sum(len(each.missed(now)) for each in _owed(site, log))
    return {"site": site.name, "hours": str(hours)} if hours else None


async def _give_up(request: BookChoice) -> None:
    """Leave unreported what is too late."""
    log = request.held.data.get(request.site.key, EventLog())
    owed = _owed(request.site, log)
    keys = [each.key for each in owed if each.missed(request.now)]
    await request.held.change(lambda logs: changed(logs, keys, closed=True))


QUESTIONS: Final = (
    Question(
        key="cap_to_answer",
        source="events",
        says=frozenset({"site", "power", "start", "end"}),
        asked=_cap_asked,
        choices={
            "acknowledge": _answering(Answer.ACKNOWLEDGED),
            "decline": _answering(Answer.DECLINED),
        },
    ),
    Question(
        key="record_removed",
        source="sites",
        says=frozenset({"site"}),
        asked=_removed,
        choices={"create_again": _create, "forget": _forget},
    ),
    Question(
        key="user_removed",
        source="sites",
        says=frozenset({"site"}),
        asked=_user_removed,
        choices={"create_again": _create},
    ),
    Question(
        key="report_missed",
        source="events",
        says=frozenset({"site", "hours"}),
        asked=_report_missed,
        choices={"give_up": _give_up},
    ),
)
