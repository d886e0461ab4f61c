"""What can be asked of a portal, and handed in there: only ever the user's own act."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...portals.contract import Action, ActionRequest
from ...portals.epilot.client import EpilotClient
from ...portals.epilot.models import (
    ZONE,
    BillingEvent,
    BillingKind,
    Counter,
    Document,
    Money,
)
from ...portals.epilot.sites import ContractSite, MeterSite, PortalSite
from ...portals.http.errors import InvalidInput, NotFound, Rejected
from ...services.fields import TEXT, moment, number

_READING: Final = vol.All(number, vol.Range(min=0, max=999_999_999))


async def _submit_meter_reading(
    request: ActionRequest[EpilotClient, MeterSite],
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
    reading: dict[str, Any] = {
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
    found = [
        each for each in counters if named is None or named in {each.id, each.obis}
    ]
    if len(found) != 1:
        raise InvalidInput("choose_counter")
    return found[0]


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
    request: ActionRequest[EpilotClient, ContractSite],
) -> dict[str, Any]:
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
    request: ActionRequest[EpilotClient, PortalSite],
) -> dict[str, Any]:
    """Return the billing events, by due date."""
    if not request.site.has_billing:
        raise InvalidInput("no_data")
    unpaid = False if request.fields["only_unpaid"] else None
    events = await request.client.billing_events(
        kind=request.fields.get("type"), paid=unpaid
    )
    events.sort(key=lambda each: str(each.due or each.paid or ""))
    return {"events": [_event(each) for each in events]}


def _event(event: BillingEvent) -> dict[str, Any]:
    """Return a billing event as response data."""
    return {
        "type": event.kind,
        **_money(event.amount),
        "due": event.due and event.due.isoformat(),
        "paid": event.paid and event.paid.isoformat(),
        "contract": event.contract,
        "note": event.note,
    }


def _money(money: Money | None) -> dict[str, Any]:
    """Return an amount as response data."""
    if money is None:
        return {"amount": None, "currency": None}
    return {"amount": money.amount, "currency": money.currency}


async def _mark_notification_read(
    request: ActionRequest[EpilotClient, PortalSite],
) -> None:
    """Mark a notification as read, or all."""
    await request.client.mark_read(request.fields.get("notification_id"))


async def _get_documents(
    request: ActionRequest[EpilotClient, PortalSite],
) -> dict[str, Any]:
    """Return the newest documents."""
    documents, count = await request.client.documents()
    return {"count": count, "documents": [_document(each) for each in documents]}


def _document(document: Document) -> dict[str, Any]:
    """Return a document as response data."""
    return {
        "document_id": document.id,
        "name": document.name,
        "category": document.category,
        "date": document.on and document.on.isoformat(),
    }


async def _get_document_link(
    request: ActionRequest[EpilotClient, PortalSite],
) -> dict[str, Any]:
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


ACTIONS: Final[tuple[Action[EpilotClient, Any], ...]] = (
    Action(
        name="submit_meter_reading",
        at=MeterSite,
        fields={
            vol.Required("value"): _READING,
            vol.Optional("counter"): TEXT,
            vol.Optional("date"): moment,
        },
        handle=_submit_meter_reading,
        changes=("meter",),
    ),
    Action(
        name="export_data",
        at=ContractSite,
        fields={vol.Optional("start"): moment, vol.Optional("end"): moment},
        handle=_export_data,
        answers=True,
    ),
    Action(
        name="get_billing_events",
        at=PortalSite,
        fields={
            vol.Optional("type"): vol.In([*BillingKind]),
            vol.Optional("only_unpaid", default=False): bool,
        },
        handle=_get_billing_events,
        answers=True,
    ),
    Action(
        name="mark_notification_read",
        at=PortalSite,
        fields={vol.Optional("notification_id"): TEXT},
        handle=_mark_notification_read,
        changes=("notifications",),
    ),
    Action(
        name="get_documents",
        at=PortalSite,
        fields={},
        handle=_get_documents,
        answers=True,
    ),
    Action(
        name="get_document_link",
        at=PortalSite,
        fields={vol.Optional("document_id"): TEXT},
        handle=_get_document_link,
        answers=True,
    ),
)
