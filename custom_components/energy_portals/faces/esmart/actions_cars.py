"""What can be asked of eSmart's chargers, and changed of the cars in its garage."""

from typing import Final
from uuid import uuid4

from homeassistant.core import SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ...portals.esmart.client import EsmartClient
from ...portals.esmart.feeds_control import CARS
from ...portals.esmart.fields import ZONE
from ...portals.esmart.models import CarChange
from ...portals.esmart.sites import ChargerSite, CustomerSite
from ...portals.http.errors import InvalidInput, NotFound
from ...services.action import Action, AnyAction, Fields
from ...services.fields import TEXT, number, whole
from ...services.targets import OneSite, SiteRequest
from .named import allowed, id_of

_ABOVE: Final = vol.All(number, vol.Range(min=0, max=1000, min_included=False))
_OF_CAR: Final[Fields] = {
    vol.Optional("manufacturer"): TEXT,
    vol.Optional("model"): TEXT,
    vol.Optional("capacity"): _ABOVE,
    vol.Optional("total_capacity"): _ABOVE,
    vol.Optional("power"): _ABOVE,
    vol.Optional("charger"): TEXT,
}

type _Request = SiteRequest[EsmartClient, CustomerSite]


def _change(request: _Request) -> CarChange:
    """Return what is given of a car."""
    fields = request.fields
    charger: str | None = fields.get("charger")
    if charger is not None:
        sites = request.entry.runtime_data.sites.data.values()
        chargers = (each for each in sites if isinstance(each, ChargerSite))
        names = {each.asset_id: each.name for each in chargers}
        charger = id_of(charger, names)
        if charger is None:
            known = {"allowed": allowed(names)}
            raise InvalidInput("unknown_charger", placeholders=known)
    return CarChange(
        name=fields.get("name"),
        manufacturer=fields.get("manufacturer"),
        model=fields.get("model"),
        gross_kwh=fields.get("total_capacity"),
        net_kwh=fields.get("capacity"),
        max_kw=fields.get("power"),
        connected_asset_id=charger,
    )


async def _add_car(request: _Request) -> JsonObjectType:
    """Put a car into the garage; return the id that it has there."""
    car_id: str = request.fields.get("car_id") or str(uuid4())
    change = _change(request)
    if "car_id" in request.fields:
        try:
            await request.client.car(car_id)
        except NotFound:
            pass
        else:
            raise InvalidInput("car_exists")
    await request.client.add_car(car_id, change)
    return {"car_id": car_id}


async def _update_car(request: _Request) -> None:
    """Change a car of the garage; what is not given stays."""
    change = _change(request)
    if not change.body():
        raise InvalidInput("nothing_given")
    await request.client.update_car(await _meant(request), change)


async def _remove_car(request: _Request) -> None:
    """Take a car out of the garage."""
    await request.client.remove_car(await _meant(request))


async def _meant(request: _Request) -> str:
    """Return the id of the car that is named; asked for anew, as it is changed."""
    cars = await request.client.cars()
    names = {each.id: each.name or each.id for each in cars}
    car_id = id_of(request.fields["car"], names)
    if car_id is None:
        raise InvalidInput("unknown_car", placeholders={"allowed": allowed(names)})
    return car_id


async def _get_charging_statistics(
    request: SiteRequest[EsmartClient, ChargerSite],
) -> JsonObjectType:
    """Return what a charger delivered in a month, by day or as the portal tells it."""
    today = dt_util.utcnow().astimezone(ZONE).date()
    year: int = request.fields.get("year", today.year)
    month: int = request.fields.get("month", today.month)
    site = request.site
    told = await request.client.charger_statistics(
        site.contract_no, site.asset_id, year, month
    )
    return {
        "unit": told.unit,
        "total": told.total,
        "rows": [
            {
                "start": slot.start.isoformat(),
                "end": slot.end.isoformat(),
                "energy": slot.value.good,
            }
            for slot in told.days
        ],
    }


ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="get_charging_statistics",
        reads=True,
        response=SupportsResponse.ONLY,
        target=OneSite(EsmartClient, ChargerSite),
        fields={
            vol.Optional("year"): vol.All(whole, vol.Range(min=2001, max=9999)),
            vol.Optional("month"): vol.All(whole, vol.Range(min=1, max=12)),
        },
        handle=_get_charging_statistics,
    ),
    Action(
        name="add_garage_car",
        response=SupportsResponse.OPTIONAL,
        target=OneSite(EsmartClient, CustomerSite),
        fields={vol.Required("name"): TEXT, **_OF_CAR, vol.Optional("car_id"): TEXT},
        handle=_add_car,
        changes=(CARS,),
    ),
    Action(
        name="update_garage_car",
        target=OneSite(EsmartClient, CustomerSite),
        fields={vol.Required("car"): TEXT, vol.Optional("name"): TEXT, **_OF_CAR},
        handle=_update_car,
        changes=(CARS,),
    ),
    Action(
        name="remove_garage_car",
        target=OneSite(EsmartClient, CustomerSite),
        fields={vol.Required("car"): TEXT},
        handle=_remove_car,
        changes=(CARS,),
    ),
)
