"""What Volue's sandbox can be asked to send."""

from typing import Final

from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...portals.http.errors import InvalidInput
from ...portals.volue.client import VolueClient
from ...portals.volue.feeds import EVENTS
from ...portals.volue.messages import (
    CapPoint,
    CapTargetId,
    PriceCurve,
    PriceCurveTarget,
    PricePoint,
    SimulatedCap,
)
from ...portals.volue.models import PriceArea
from ...portals.volue.reports import HOUR
from ...portals.volue.sites import Flexible, LocationSite, ResourceSite
from ...services.action import Action
from ...services.fields import TEXT, moment, number, whole
from ...services.targets import OneSite, SiteRequest

type FlexibleRequest = SiteRequest[VolueClient, Flexible]

# What is paid with where a price area is.
_CURRENCIES: Final = {"NO": "NOK", "SE": "SEK", "DK": "DKK", "FI": "EUR"}


async def _simulate(request: FlexibleRequest) -> None:
    """Have the portal's sandbox send an event about a site."""
    fields, client = request.fields, request.client
    if not client.is_sandbox:
        raise InvalidInput("sandbox_only")
    now = dt_util.utcnow()
    start = fields.get("start") or now.replace(minute=0, second=0, microsecond=0)
    hours = [start + HOUR * n for n in range(fields["hours"])]
    if fields["kind"] == "eligibility":
        await client.simulate_eligibility()
        return
    if "value" not in fields:
        raise InvalidInput("value_is_missing")
    location, resource, meter_point = _target(request)
    if fields["kind"] == "incentive":
        if location is None or resource is None:
            raise InvalidInput("not_for_this_site")
        points = tuple(
            PricePoint(price=fields["value"], timestamp=hour) for hour in hours
        )
        area = fields["area"]
        curve = PriceCurve(
            points=points,
            energy_unit="kWh",
            currency=fields.get("currency", _CURRENCIES[area[:2]]),
            resolution="01:00:00",
        )
        target = PriceCurveTarget(resource_id=resource, location_id=location)
        await client.simulate_price_curve([target], curve, area)
        return
    if location is None or meter_point is None:
        raise InvalidInput("not_for_this_site")
    caps = tuple(
        CapPoint(max_power_in_kilo_watts=fields["value"], timestamp=hour)
        for hour in hours
    )
    target_id = CapTargetId(
        location_id=location, meter_point_id=meter_point, resource_id=resource
    )
    cap = [SimulatedCap(target=target_id, points=caps)]
    if isinstance(request.site, ResourceSite):
        await client.simulate_resource_cap(cap)
    else:
        await client.simulate_location_cap(cap)


def _target(request: FlexibleRequest) -> tuple[str | None, str | None, str | None]:
    """Return location, resource and meter point of a site, each where it has one."""
    match request.site:
        case LocationSite() as site:
            return site.location_id, None, next(iter(site.meter_points), None)
        case ResourceSite() as site:
            return site.location_id, site.resource_id, site.meter_point
    return None, None, None


SIMULATE: Final = Action(
    name="simulate_event",
    target=OneSite(VolueClient, Flexible),
    fields={
        vol.Required("kind"): vol.In(["incentive", "power_cap", "eligibility"]),
        vol.Optional("value"): number,
        vol.Optional("area", default="NO1"): vol.All(
            TEXT, vol.Upper, vol.In([*PriceArea])
        ),
        vol.Optional("currency"): vol.All(
            TEXT, vol.Upper, vol.In([*_CURRENCIES.values()])
        ),
        vol.Optional("start"): moment,
        vol.Optional("hours", default=1): vol.All(whole, vol.Range(min=1, max=48)),
    },
    handle=_simulate,
    changes=(EVENTS,),
)
