"""What can be asked of Volue, and told it."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypedDict

from homeassistant.core import SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import msgspec
import voluptuous as vol

from ...portals.http.errors import InvalidInput
from ...portals.http.messages import decoded
from ...portals.volue.automatic_actions import answered, send_answers
from ...portals.volue.client import VolueClient
from ...portals.volue.event_log import EventLog
from ...portals.volue.event_state import Answer, EventState
from ...portals.volue.events import Notice, is_incomplete
from ...portals.volue.feeds import EVENTS, PROGRAMME, WEBHOOK, delivery_told, newest
from ...portals.volue.messages import EnergyPoint, Event, LocationPlan
from ...portals.volue.models import NotificationLog
from ...portals.volue.reads import is_whole
from ...portals.volue.reports import HOUR, points_of, usage_of
from ...portals.volue.sites import Flexible, LocationSite, UserSite
from ...services.action import Action, AnyAction, Request
from ...services.fields import TEXT, moment, number, whole
from ...services.targets import OneSite, SiteRequest
from .actions_simulation import SIMULATE

type FlexibleRequest = SiteRequest[VolueClient, Flexible]
type UserRequest = SiteRequest[VolueClient, UserSite]


class HourRow(TypedDict):
    """The energy of an hour, kWh."""

    start: datetime
    energy: float


_HOURS: Final = vol.All(
    cv.ensure_list,
    [{vol.Required("start"): moment, vol.Required("energy"): number}],
    vol.Length(min=1, max=1000),
)
_LONGEST: Final = timedelta(days=7)


async def _acknowledge(request: FlexibleRequest) -> None:
    """Answer the caps of an event, or all of a site that wait for an answer."""
    held = request.held(EVENTS)
    log = held.data.get(request.site.key, EventLog())
    wanted = request.fields.get("event_id")
    waiting = [
        each
        for each in log.records
        if each.is_cap
        and (each.event_id == wanted if wanted else each.answer is None)
        and (wanted or each.end > dt_util.utcnow())
    ]
    if not waiting:
        raise InvalidInput("no_such_cap")
    answer = Answer(request.fields["answer"])
    by_event: dict[str, list[tuple[str, EventState]]] = {}
    for state in waiting:
        named = (request.site.key, state)
        by_event.setdefault(state.event_id, []).append(named)
    for event in by_event.values():
        answers = {answer: event}
        await send_answers(request.client, answers, request.fields.get("report_type"))
        await held.change(partial(answered, answers=answers))


def _hourly(rows: list[HourRow]) -> tuple[EnergyPoint, ...]:
    """Return rows of an action as hours; each is a whole one and comes once."""
    energy: dict[datetime, float] = {}
    for row in rows:
        start = row["start"]
        if start != start.replace(minute=0, second=0, microsecond=0):
            raise InvalidInput("not_a_whole_hour")
        if start in energy:
            raise InvalidInput("hour_comes_twice")
        energy[start] = row["energy"]
    return tuple(points_of(energy))


def _meter_point(site: LocationSite, request: Request) -> str:
    """Return the meter point that is meant, or the location's only one."""
    if (named := request.fields.get("meter_point_id")) is not None:
        return str(named)
    if len(site.meter_points) != 1:
        raise InvalidInput("choose_meter_point")
    return site.meter_points[0]


async def _report_usage(request: FlexibleRequest) -> None:
    """Report what a resource or a location has used."""
    fields, site = request.fields, request.site
    points = _hourly(fields["hours"])
    now = dt_util.utcnow()
    if any(row["start"] + HOUR > now for row in fields["hours"]):
        raise InvalidInput("hour_is_not_over")
    meter_point = fields.get("meter_point_id")
    if isinstance(site, LocationSite):
        meter_point = _meter_point(site, request)
    usage = usage_of(site, points, meter_point_id=meter_point)
    await request.client.report([usage], fields.get("event_id"))


async def _report_plan(request: SiteRequest[VolueClient, LocationSite]) -> None:
    """Report what a location will use, and how much of it can move."""
    fields, site = request.fields, request.site
    payload = LocationPlan(
        location_id=site.location_id,
        meter_point_id=_meter_point(site, request),
        baseline=_hourly(fields["baseline"]),
        flexibility=_hourly(fields["flexibility"]),
    )
    await request.client.report([payload], fields.get("event_id"))


# --- reads ----------------------------------------------------------------------------


async def _get_events(request: UserRequest) -> JsonObjectType:
    """Return events as the portal lists them, the newest first."""
    fields = request.fields
    end = fields.get("end")
    start = fields.get("start") or (end or dt_util.utcnow()) - _LONGEST
    events: list[JsonValueType] = []
    is_whole = True
    async for page in request.client.events():
        is_whole = is_whole and not page.lost and not page.more
        for event in page:
            created = event.created_at
            if created is not None and created < start:
                return _events_told(events, is_whole)
            if created is not None and end is not None and created >= end:
                continue
            notice = Notice.of_event(event)
            if fields.get("kind") in {None, notice.kind}:
                events.append(_listed(event, notice))
            if len(events) >= fields["limit"]:
                return _events_told(events, is_whole)
    return _events_told(events, is_whole)


def _events_told(events: list[JsonValueType], is_whole: bool) -> JsonObjectType:
    """Return events as response data, and whether some could not be read."""
    return {"events": events} if is_whole else {"events": events, "incomplete": True}


def _listed(event: Event, notice: Notice) -> JsonObjectType:
    """Return an event as response data, its payload as it came."""
    told: JsonObjectType = {
        "id": notice.id,
        "created": None if notice.created is None else notice.created.isoformat(),
        "kind": notice.kind,
        "payload": decoded("events", msgspec.json.decode, bytes(event.payload)),
    }
    return {**told, "incomplete": True} if is_incomplete(notice) else told


async def _get_compensation(request: UserRequest) -> JsonObjectType:
    """Return what the user has earned in the running month."""
    month = await request.client.compensation()
    told = _plain(month)
    if is_whole(month.location_compensations):
        return told
    return {**told, "incomplete": True}


async def _get_enrollment(request: UserRequest) -> JsonObjectType:
    """Return whether the user may take part, and does."""
    enrollment = await request.client.enrollment()
    eligibility = await request.client.eligibility()
    return {**_plain(enrollment), "is_eligible": eligibility.is_eligible}


def _plain(answer: msgspec.Struct) -> JsonObjectType:
    """Return an answer as response data, its names as Home Assistant spells them."""
    members: JsonObjectType = msgspec.to_builtins(answer)
    return {_snake(name): _snaked(each) for name, each in members.items()}


def _snaked(value: JsonValueType) -> JsonValueType:
    """Return plain data with names in snake case."""
    if isinstance(value, dict):
        return {_snake(name): _snaked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_snaked(each) for each in value]
    return value


def _snake(name: str) -> str:
    """Return a name in snake case."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


async def _get_webhook_deliveries(request: UserRequest) -> JsonObjectType:
    """Return how the portal's deliveries to our webhook went, the newest first."""
    client, fields = request.client, request.fields
    if (named := fields.get("notification_id")) is not None:
        log = await client.webhook_log(named)
        told = _delivery(log.webhook_notification_log)
        return {"deliveries": [{**told, "content": log.notification_content}]}
    state = request.held(WEBHOOK).data.get(request.site.key)
    if state is None or state.webhook is None:
        raise InvalidInput("no_webhook")
    logs = await client.webhook_logs(state.webhook.webhook_id)
    deliveries = newest(logs, fields["limit"])
    told_all: list[JsonValueType] = [_delivery(each) for each in deliveries]
    is_complete = is_whole(logs) and len(deliveries) == len(logs)
    return {"deliveries": told_all, "is_complete": is_complete}


def _delivery(log: NotificationLog | None) -> JsonObjectType:
    """Return a delivery as response data; its address is a secret."""
    if log is None:
        return {}
    return {
        "notification_id": log.notification_id,
        "event_id": log.partner_event_id,
        **delivery_told(log),
    }


async def _set_enrollment(request: UserRequest) -> None:
    """Let the user take part, or no longer."""
    if request.fields["enrolled"]:
        await request.client.enroll()
    else:
        await request.client.leave()


ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="acknowledge_power_cap",
        target=OneSite(VolueClient, Flexible),
        fields={
            vol.Optional("event_id"): TEXT,
            vol.Optional("answer", default=Answer.ACKNOWLEDGED.value): vol.In(
                [each.value for each in Answer]
            ),
            vol.Optional("report_type"): TEXT,
        },
        handle=_acknowledge,
    ),
    Action(
        name="report_energy_usage",
        target=OneSite(VolueClient, Flexible),
        fields={
            vol.Required("hours"): _HOURS,
            vol.Optional("event_id"): TEXT,
            vol.Optional("meter_point_id"): TEXT,
        },
        handle=_report_usage,
    ),
    Action(
        name="report_usage_plan",
        target=OneSite(VolueClient, LocationSite),
        fields={
            vol.Required("baseline"): _HOURS,
            vol.Required("flexibility"): _HOURS,
            vol.Optional("event_id"): TEXT,
            vol.Optional("meter_point_id"): TEXT,
        },
        handle=_report_plan,
    ),
    SIMULATE,
    Action(
        name="get_events",
        response=SupportsResponse.ONLY,
        target=OneSite(VolueClient, UserSite),
        fields={
            vol.Optional("kind"): TEXT,
            vol.Optional("start"): moment,
            vol.Optional("end"): moment,
            vol.Optional("limit", default=100): vol.All(
                whole, vol.Range(min=1, max=1000)
            ),
        },
        handle=_get_events,
    ),
    Action(
        name="get_webhook_deliveries",
        response=SupportsResponse.ONLY,
        target=OneSite(VolueClient, UserSite),
        fields={
            vol.Optional("notification_id"): TEXT,
            vol.Optional("limit", default=100): vol.All(
                whole, vol.Range(min=1, max=1000)
            ),
        },
        handle=_get_webhook_deliveries,
    ),
    Action(
        name="get_compensation",
        reads=True,
        response=SupportsResponse.ONLY,
        target=OneSite(VolueClient, UserSite),
        handle=_get_compensation,
    ),
    Action(
        name="get_enrollment",
        reads=True,
        response=SupportsResponse.ONLY,
        target=OneSite(VolueClient, UserSite),
        handle=_get_enrollment,
    ),
    Action(
        name="set_enrollment",
        target=OneSite(VolueClient, UserSite),
        fields={vol.Required("enrolled"): cv.boolean},
        handle=_set_enrollment,
        changes=(PROGRAMME,),
    ),
)
