"""What can be asked of a portal, and handed in there: only ever the user's own act."""

from datetime import date, timedelta
from typing import Final

from homeassistant.core import SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ...portals.epilot.client import EpilotClient
from ...portals.epilot.feeds import METER, NOTIFICATIONS
from ...portals.epilot.models import (
    ZONE,
    BillingEvent,
    BillingKind,
    Counter,
    Document,
    Money,
    in_words,
)
from ...portals.epilot.sites import ContractSite, MeterSite, PortalSite
from ...portals.http.errors import InvalidInput, NotFound, Rejected
from ...services.action import Action, AnyAction
from ...services.fields import SPAN, TEXT, moment, number
from ...services.targets import OneSite, SiteRequest
from .actions_meters import ACTIONS as METER_ACTIONS

_READING: Final = vol.All(number, vol.Range(min=0, max=999_999_999))


async def _submit_meter_reading(
    request: SiteRequest[EpilotClient, MeterSite],
) -> None:
    """Hand in what a counter shows, unless the utility would not expect it."""
    site, client = request.site, request.client
    value: float = request.fields["value"]
    now = dt_util.utcnow()
    at = request.fields.get("date") or now
    if at > now:
        raise InvalidInput("reading_in_future")
    counters = await client.counters(site.meter_id)
    counter = _chosen(counters, request.fields.get("counter"))
    if site.ranges:
        await _check(client, site, counter, value)
    reading: dict[str, object] = {
        "meter_id": site.meter_id,
        "counter_id": counter.id,
        "value": value,
        # A bare date means that day in Germany.
        "timestamp": at.astimezone(ZONE).date().isoformat(),
    }
    if counter.direction is not None:
        reading["direction"] = counter.direction
    try:
        await client.submit_reading(reading)
    except Rejected as err:
        match err.reason:
            case "timestamp_future":
                raise InvalidInput("reading_in_future") from None
            case "less_than_previous":
                raise InvalidInput("reading_too_low") from None
            case "greater_than_subsequent":
                raise InvalidInput("reading_too_high") from None
        raise


def _chosen(counters: list[Counter], named: str | None) -> Counter:
    """Return the counter that is meant, by its OBIS number or id."""
    meant = [
        each for each in counters if named is None or named in {each.id, each.obis}
    ]
    if len(meant) != 1:
        raise InvalidInput("choose_counter")
    return meant[0]


async def _check(
    client: EpilotClient, site: MeterSite, counter: Counter, value: float
) -> None:
    """Raise for a reading beyond what the utility expects now."""
    try:
        expected = await client.allowed_readings(site.meter_id, dt_util.utcnow())
    except NotFound:
        return
    for each in expected:
        if each.counter != counter.id:
            continue
        if (each.least is not None and value < each.least) or (
            each.most is not None and value > each.most
        ):
            raise InvalidInput("reading_not_expected")


async def _export_data(
    request: SiteRequest[EpilotClient, ContractSite],
) -> JsonObjectType:
    """Have a file of a contract's data made, and return where it is for a while."""
    start, end = request.fields.get("start"), request.fields.get("end")
    if not request.site.export:
        raise InvalidInput("no_export")
    span = None
    if start is not None or end is not None:
        end = end or dt_util.utcnow()
        span = start or end - timedelta(days=365), end
        if span[1] <= span[0]:
            raise InvalidInput("span_is_empty")
    made = await request.client.export(
        request.site.export[0], request.site.context, span
    )
    return {
        "url": made.download_url,
        "filename": made.filename,
        "content_type": made.content_type,
        "expires_at": made.expires_at,
    }


async def _get_billing_events(
    request: SiteRequest[EpilotClient, PortalSite],
) -> JsonObjectType:
    """Return the billing events, by due date."""
    if not request.site.has_billing:
        raise InvalidInput("no_data")
    unpaid = False if request.fields["only_unpaid"] else None
    events = await request.client.billing_events(
        kind=request.fields.get("type"), paid=unpaid
    )
    events.sort(key=lambda each: str(each.due or each.paid or ""))
    return {"events": [_event(each) for each in events]}


def _event(event: BillingEvent) -> JsonObjectType:
    """Return a billing event as response data."""
    return {
        "type": event.kind,
        **_money(event.amount),
        "due": _iso(event.due),
        "paid": _iso(event.paid),
        "contract": event.contract,
        "note": event.note,
    }


def _iso(when: date | None) -> str | None:
    """Return a day, or a time of one, as text."""
    return None if when is None else when.isoformat()


def _money(money: Money | None) -> JsonObjectType:
    """Return an amount as response data."""
    if money is None:
        return {"amount": None, "currency": None}
    return {"amount": money.amount, "currency": money.currency}


async def _mark_notification_read(
    request: SiteRequest[EpilotClient, PortalSite],
) -> None:
    """Mark a notification as read, or all."""
    await request.client.mark_read(request.fields.get("notification_id"))


async def _get_documents(
    request: SiteRequest[EpilotClient, PortalSite],
) -> JsonObjectType:
    """Return the newest documents."""
    documents, count = await request.client.documents()
    return {"count": count, "documents": [_document(each) for each in documents]}


def _document(document: Document) -> JsonObjectType:
    """Return a document as response data."""
    return {
        "document_id": document.id,
        "name": document.name,
        "category": document.category,
        "date": _iso(document.on),
    }


async def _get_document_link(
    request: SiteRequest[EpilotClient, PortalSite],
) -> JsonObjectType:
    """Return short-lived links to a document, by default to the newest."""
    document_id = request.fields.get("document_id")
    if document_id is None:
        documents, _ = await request.client.documents()
        if not documents:
            raise InvalidInput("no_data")
        document_id = documents[0].id
    preview = await request.client.preview(document_id)
    return {
        "document_id": document_id,
        "kind": preview.kind,
        "url": preview.url,
        "download_url": preview.download_url,
        "requires_sign_in": preview.requires_auth is True,
    }


async def _get_links(request: SiteRequest[EpilotClient, PortalSite]) -> JsonObjectType:
    """Return where the utility's portal leads its customers."""
    links = await request.client.links(request.entry.data["portal_id"])
    return {
        "links": [
            {"name": in_words(each.label), "type": each.kind, "url": each.url}
            for each in links
        ],
        "is_complete": links.is_whole,
    }


ACTIONS: Final[tuple[AnyAction, ...]] = (
    *METER_ACTIONS,
    Action(
        name="get_links",
        reads=True,
        response=SupportsResponse.ONLY,
        target=OneSite(EpilotClient, PortalSite),
        handle=_get_links,
    ),
    Action(
        name="submit_meter_reading",
        target=OneSite(EpilotClient, MeterSite),
        fields={
            vol.Required("value"): _READING,
            vol.Optional("counter"): TEXT,
            vol.Optional("date"): moment,
        },
        handle=_submit_meter_reading,
        changes=(METER,),
    ),
    Action(
        name="export_data",
        response=SupportsResponse.ONLY,
        target=OneSite(EpilotClient, ContractSite),
        fields=SPAN,
        handle=_export_data,
    ),
    Action(
        name="get_billing_events",
        response=SupportsResponse.ONLY,
        target=OneSite(EpilotClient, PortalSite),
        fields={
            vol.Optional("type"): vol.In([*BillingKind]),
            vol.Optional("only_unpaid", default=False): bool,
        },
        handle=_get_billing_events,
    ),
    Action(
        name="mark_notification_read",
        target=OneSite(EpilotClient, PortalSite),
        fields={vol.Optional("notification_id"): TEXT},
        handle=_mark_notification_read,
        changes=(NOTIFICATIONS,),
    ),
    Action(
        name="get_documents",
        response=SupportsResponse.ONLY,
        target=OneSite(EpilotClient, PortalSite),
        handle=_get_documents,
    ),
    Action(
        name="get_document_link",
        response=SupportsResponse.ONLY,
        target=OneSite(EpilotClient, PortalSite),
        fields={vol.Optional("document_id"): TEXT},
        handle=_get_document_link,
    ),
)
