"""Another time for a load, this time only: as an action, and to be looked at first."""

from dataclasses import dataclass
from typing import Final

from homeassistant.core import ServiceResponse
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..account.house import HouseSources
from ..portals.http.errors import InvalidInput
from ..portals.model.loads import LoadPlan
from ..portals.rescheduling import WithLoad, rescheduled
from .action import Action, Fields
from .call import Call
from .fields import moment
from .targets import KindRequest, OfKind

LOADS: Final = OfKind((LoadPlan,))


@dataclass(frozen=True)
class OfLoad:
    """A load; what is ordered of it is done with what it moves."""

    def find(self, call: Call) -> KindRequest[LoadPlan]:
        """Return the load that is meant, for whoever may control what it moves."""
        request = LOADS.find(call)
        registry = er.async_get(call.hass)
        call.rights.check_entities(
            er.async_resolve_entity_id(registry, name) or name
            for name in request.site.moves
        )
        return request


def moved(request: KindRequest[LoadPlan]) -> LoadPlan:
    """Return the plan of a load as a call moves it; InvalidInput where it cannot be."""
    if not isinstance(request.site, WithLoad):
        raise InvalidInput("nothing_to_reschedule")
    return rescheduled(
        request.site.load,
        request.data,
        dt_util.utcnow(),
        HouseSources(request.hass).zone,
        ready_by=request.fields.get("ready_by"),
        start=request.fields.get("start"),
    )


async def foreseen(request: KindRequest[LoadPlan]) -> LoadPlan:
    """Return what a load would do, and the others beside it, if a call moved it."""
    feed, key = request.coordinator, request.site.key
    plans = await feed.async_foreseen({**feed.data, key: moved(request)})
    plan = plans.data.get(key)
    return plan if isinstance(plan, LoadPlan) else request.data


async def _reschedule(request: KindRequest[LoadPlan]) -> ServiceResponse:
    """Have a load's next window be another, until it is over."""
    if len(request.fields) != 1:
        raise InvalidInput("reschedule_one")
    plan, key = moved(request), request.site.key
    await request.coordinator.change(lambda data: {**data, key: plan})
    await request.coordinator.async_refresh()
    return None


_FIELDS: Final[Fields] = {
    vol.Optional("ready_by"): moment,
    vol.Optional("start"): moment,
    vol.Optional("reset"): vol.All(vol.Boolean(), True),
}

RESCHEDULE: Final = Action(
    name="reschedule", target=OfLoad(), fields=_FIELDS, handle=_reschedule
)
