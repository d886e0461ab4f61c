"""What can be asked of eSmart's load control, and of plans that it is asked for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import voluptuous as vol

from ...portals.esmart.client import EsmartClient
from ...portals.esmart.feeds_control import LOAD_CONTROL, REQUESTED_LOAD, LoadControl
from ...portals.esmart.sites import ContractSite, CustomerSite
from ...portals.http.errors import InvalidInput
from ...services.action import Action, AnyAction
from ...services.fields import SPAN, TEXT, moment, number
from ...services.targets import OneSite, SiteRequest
from .named import allowed, ids_of, only

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_LONGEST: Final = 31 * _DAY
# kW, as the entity has it.
_POWER: Final = vol.All(number, vol.Range(min=0.1, max=1000))
_VALUE: Final = vol.All(number, vol.Range(min=-1e6, max=1e6))

type _OfCustomer = SiteRequest[EsmartClient, CustomerSite]
type _OfContract = SiteRequest[EsmartClient, ContractSite]


def _home(request: _OfCustomer) -> tuple[str, LoadControl]:
    """Return the home that is meant, by its id."""
    homes: Mapping[str, LoadControl] = request.held(LOAD_CONTROL).data.get(
        request.site.key, {}
    )
    names = {home_id: home.name for home_id, home in homes.items()}
    home_id = only(request.fields.get("home"), names)
    if home_id is None:
        raise InvalidInput("unknown_home", placeholders={"allowed": allowed(names)})
    return home_id, homes[home_id]


async def _set_load_control(request: _OfCustomer) -> None:
    """Set from which power on devices are controlled, and in which order."""
    threshold: float | None = request.fields.get("threshold")
    order: list[str] | None = request.fields.get("order")
    if threshold is None and order is None:
        raise InvalidInput("nothing_given")
    home_id, home = _home(request)
    if order is not None:
        names = {each.asset_id: each.name or each.asset_id for each in home.devices}
        order = ids_of(order, names)
    await request.client.change_control_settings(
        home_id, threshold=threshold, order=order
    )


async def _reset_load_control(request: _OfCustomer) -> None:
    """Have no threshold and no order any more."""
    home_id, _ = _home(request)
    await request.client.delete_control_settings(home_id)


async def _request_control_plan(request: _OfContract) -> None:
    """Ask for a plan: one value in each hour of a span."""
    start: datetime = request.fields["start"]
    end: datetime = request.fields["end"]
    if end <= start:
        raise InvalidInput("span_is_empty")
    if end <= dt_util.utcnow():
        raise InvalidInput("span_is_over")
    if (start.minute, start.second, end.minute, end.second) != (0, 0, 0, 0):
        raise InvalidInput("no_whole_hours")
    if end - start > _LONGEST:
        raise InvalidInput("span_is_long")
    client = request.client
    zones, types = await _zones_and_types(request)
    zone_id = only(request.fields.get("zone"), zones)
    if zone_id is None:
        raise InvalidInput("unknown_zone", placeholders={"allowed": allowed(zones)})
    type_id = only(request.fields.get("type"), types)
    if type_id is None:
        raise InvalidInput("unknown_type", placeholders={"allowed": allowed(types)})
    value: float = request.fields["value"]
    hours = (start + n * _HOUR for n in range((end - start) // _HOUR))
    await client.request_control_plan(zone_id, type_id, dict.fromkeys(hours, value))


async def _zones_and_types(
    request: _OfContract,
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the zones of a contract and the types of requests, by id."""
    zones = await request.client.request_zones(request.site.contract_no)
    types = await request.client.request_types()
    return (
        {each.id: each.name or each.id for each in zones},
        {each.id: each.name or each.id for each in types},
    )


async def _get_control_plan_requests(request: _OfContract) -> JsonObjectType:
    """Return what is asked for in a span, by zone and type; no unit is stated."""
    start: datetime = request.fields.get("start") or dt_util.utcnow()
    end: datetime = request.fields.get("end") or start + _DAY
    if end <= start:
        raise InvalidInput("span_is_empty")
    if end - start > _LONGEST:
        raise InvalidInput("span_is_long")
    zones, types = await _zones_and_types(request)
    asked: list[JsonValueType] = []
    for zone_id, zone in zones.items():
        for type_id, kind in types.items():
            values = await request.client.requested(zone_id, type_id, start, end)
            asked.append(
                {
                    "zone": zone,
                    "zone_id": zone_id,
                    "type": kind,
                    "type_id": type_id,
                    "rows": [
                        {
                            "start": slot.start.isoformat(),
                            "end": slot.end.isoformat(),
                            "value": slot.value,
                        }
                        for slot in values
                    ],
                }
            )
    return {"requests": asked}


ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="set_load_control",
        target=OneSite(EsmartClient, CustomerSite),
        fields={
            vol.Optional("home"): TEXT,
            vol.Optional("threshold"): _POWER,
            vol.Optional("order"): [TEXT],
        },
        handle=_set_load_control,
        changes=(LOAD_CONTROL,),
    ),
    Action(
        name="reset_load_control",
        target=OneSite(EsmartClient, CustomerSite),
        fields={vol.Optional("home"): TEXT},
        handle=_reset_load_control,
        changes=(LOAD_CONTROL,),
    ),
    Action(
        name="request_control_plan",
        target=OneSite(EsmartClient, ContractSite),
        fields={
            vol.Required("start"): moment,
            vol.Required("end"): moment,
            vol.Required("value"): _VALUE,
            vol.Optional("zone"): TEXT,
            vol.Optional("type"): TEXT,
        },
        handle=_request_control_plan,
        changes=(REQUESTED_LOAD,),
    ),
    Action(
        name="get_control_plan_requests",
        response=SupportsResponse.ONLY,
        target=OneSite(EsmartClient, ContractSite),
        fields=SPAN,
        handle=_get_control_plan_requests,
    ),
)
