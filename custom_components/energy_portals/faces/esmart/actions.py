"""What can be asked of eSmart, and changed there."""

from datetime import datetime
from typing import Final

from homeassistant.core import SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ...portals.esmart.client import EsmartClient
from ...portals.esmart.feeds_control import CHARGING_REQUESTS, CONTROL_PLANS
from ...portals.esmart.feeds_customer import BUILDING, CUSTOMER, MESSAGES, METER_READING
from ...portals.esmart.models import MeterReading
from ...portals.esmart.sites import ChargerSite, ContractSite, CustomerSite, DeviceSite
from ...portals.http.errors import InvalidInput
from ...services.action import Action, AnyAction, Request
from ...services.fields import TEXT, moment, whole
from ...services.targets import OneSite, SiteRequest
from . import actions_cars, actions_control, actions_invoices

_PHONE: Final = vol.Match(r"^[0-9]{1,14}\Z")
_EMAIL: Final = vol.All(vol.Email(), vol.Length(max=100))
_ENERGY: Final = vol.All(
    vol.Coerce(float), vol.Range(min=0, max=1000, min_included=False)
)


_COUNT: Final = vol.All(whole, vol.Range(min=0, max=1000))
_READING: Final = vol.All(whole, vol.Range(min=0, max=999_999_999))


async def _mark_message_read(
    request: SiteRequest[EsmartClient, CustomerSite],
) -> None:
    """Mark a message read."""
    await request.client.mark_message(request.fields["message_id"])


async def _mark_all_messages_read(
    request: SiteRequest[EsmartClient, CustomerSite],
) -> JsonObjectType:
    """Mark all messages read; return how many were not."""
    unread = await request.client.unread_ids()
    if unread:
        await request.client.mark_messages(unread)
    return {"marked": len(unread)}


async def _submit_meter_reading(
    request: SiteRequest[EsmartClient, ContractSite],
) -> None:
    """Submit what the meter shows, unless it cannot be right."""
    site, client = request.site, request.client
    if site.delivery_point_id is None:
        raise InvalidInput("no_delivery_point")
    value: int = request.fields["value"]
    now = dt_util.utcnow()
    date = request.fields.get("date") or now
    if date > now:
        raise InvalidInput("reading_in_future")
    # Asked for anew: what is held may be hours old, and the reading is billed.
    for last in await client.meter_readings(site.delivery_point_id):
        _compare(value, date, last)
    await client.submit_meter_reading(site.delivery_point_id, value, date)


def _compare(value: int, date: datetime, known: MeterReading) -> None:
    """Raise for a reading that runs against a known one."""
    if known.digits is not None and len(str(value)) > known.digits:
        raise InvalidInput("reading_too_long")
    if known.value is None or known.date is None:
        return
    if date >= known.date and value < known.value:
        raise InvalidInput("reading_too_low")
    if date < known.date and value > known.value:
        raise InvalidInput("reading_too_high")


async def _set_building(request: SiteRequest[EsmartClient, ContractSite]) -> None:
    """Describe the home; what is not given stays."""
    if not request.fields:
        raise InvalidInput("nothing_given")
    if request.site.meter_id is None:
        raise InvalidInput("no_meter")
    await request.client.set_building(
        request.site.contract_no, request.site.meter_id, **request.fields
    )


async def _create_charging_request(
    request: SiteRequest[EsmartClient, ChargerSite],
) -> None:
    """Ask for a car to be charged within a span."""
    start, end = _span(request)
    if start is None or end is None:
        raise InvalidInput("span_is_empty")
    if end <= dt_util.utcnow():
        raise InvalidInput("span_is_over")
    await request.client.create_charging_request(
        request.site.asset_id, start, end, request.fields["energy"]
    )


async def _update_charging_request(
    request: SiteRequest[EsmartClient, CustomerSite],
) -> None:
    """Change a charging request; what is not given stays."""
    start, end = _span(request)
    energy = request.fields.get("energy")
    if start is None and end is None and energy is None:
        raise InvalidInput("nothing_given")
    await request.client.update_charging_request(
        request.fields["request_id"], start=start, end=end, energy=energy
    )


async def _cancel_charging_request(
    request: SiteRequest[EsmartClient, CustomerSite],
) -> None:
    """Cancel a charging request."""
    await request.client.cancel_charging_request(request.fields["request_id"])


async def _decline_control_plan(
    request: SiteRequest[EsmartClient, DeviceSite],
) -> None:
    """Opt out of a control plan."""
    await request.client.decline_control_plan(
        request.site.asset_id, request.fields["plan_id"]
    )


async def _update_contact(request: SiteRequest[EsmartClient, CustomerSite]) -> None:
    """Change how the utility reaches the customer."""
    if not request.fields:
        raise InvalidInput("nothing_given")
    await request.client.update_contact(**request.fields)


def _span(request: Request) -> tuple[datetime | None, datetime | None]:
    """Return start and end, as far as they are given; the one before the other."""
    start, end = request.fields.get("start"), request.fields.get("end")
    if start is not None and end is not None and end <= start:
        raise InvalidInput("span_is_empty")
    return start, end


ACTIONS: Final[tuple[AnyAction, ...]] = (
    *actions_invoices.ACTIONS,
    *actions_control.ACTIONS,
    *actions_cars.ACTIONS,
    Action(
        name="mark_message_read",
        target=OneSite(EsmartClient, CustomerSite),
        fields={vol.Required("message_id"): TEXT},
        handle=_mark_message_read,
        changes=(MESSAGES,),
    ),
    Action(
        name="mark_all_messages_read",
        response=SupportsResponse.OPTIONAL,
        target=OneSite(EsmartClient, CustomerSite),
        handle=_mark_all_messages_read,
        changes=(MESSAGES,),
    ),
    Action(
        name="submit_meter_reading",
        target=OneSite(EsmartClient, ContractSite),
        fields={
            vol.Required("value"): _READING,
            vol.Optional("date"): moment,
        },
        handle=_submit_meter_reading,
        changes=(METER_READING,),
    ),
    Action(
        name="set_building",
        target=OneSite(EsmartClient, ContractSite),
        fields={
            vol.Optional("name"): TEXT,
            vol.Optional("year"): vol.All(whole, vol.Range(min=1000, max=9999)),
            vol.Optional("area"): vol.All(whole, vol.Range(min=1, max=100_000)),
            vol.Optional("residents"): _COUNT,
        },
        handle=_set_building,
        changes=(BUILDING,),
    ),
    Action(
        name="create_charging_request",
        target=OneSite(EsmartClient, ChargerSite),
        fields={
            vol.Required("start"): moment,
            vol.Required("end"): moment,
            vol.Required("energy"): _ENERGY,
        },
        handle=_create_charging_request,
        changes=(CHARGING_REQUESTS,),
    ),
    Action(
        name="update_charging_request",
        target=OneSite(EsmartClient, CustomerSite),
        fields={
            vol.Required("request_id"): TEXT,
            vol.Optional("start"): moment,
            vol.Optional("end"): moment,
            vol.Optional("energy"): _ENERGY,
        },
        handle=_update_charging_request,
        changes=(CHARGING_REQUESTS,),
    ),
    Action(
        name="cancel_charging_request",
        target=OneSite(EsmartClient, CustomerSite),
        fields={vol.Required("request_id"): TEXT},
        handle=_cancel_charging_request,
        changes=(CHARGING_REQUESTS,),
    ),
    Action(
        name="decline_control_plan",
        target=OneSite(EsmartClient, DeviceSite),
        fields={vol.Required("plan_id"): TEXT},
        handle=_decline_control_plan,
        changes=(CONTROL_PLANS,),
    ),
    Action(
        name="update_contact",
        admin=True,
        target=OneSite(EsmartClient, CustomerSite),
        fields={
            vol.Optional("phone"): _PHONE,
            vol.Optional("mobile"): _PHONE,
            vol.Optional("email"): _EMAIL,
        },
        handle=_update_contact,
        changes=(CUSTOMER,),
    ),
)
