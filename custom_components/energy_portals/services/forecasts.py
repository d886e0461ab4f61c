"""What is to come: green windows, and any kind in one shape."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.core import ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.price_days import PriceOutlook
from ..portals.model.series import Slot
from .action import Action
from .call import Given
from .fields import SPAN
from .targets import KindRequest, OfKind

type Outlook = PriceOutlook | GreenOutlook | PowerCaps

# An incentive is a price as well, of its own kind.
_KINDS: Final[Mapping[str, type[Outlook]]] = {
    "price": PriceOutlook,
    "green": GreenOutlook,
    "incentive": IncentiveOutlook,
    "cap": PowerCaps,
}


async def _green_windows(request: KindRequest[GreenOutlook]) -> ServiceResponse:
    """Return the green windows that share time with a span; all by default."""
    start, end = request.fields.get("start"), request.fields.get("end")
    return {
        "unit": "%",
        "share": request.data.share,
        "windows": [
            {
                "start": window.start.isoformat(),
                "end": window.end.isoformat(),
                "share": window.value,
            }
            for window in request.data.windows
            if (start is None or window.end > start)
            and (end is None or window.start < end)
        ],
    }


async def _forecast(request: KindRequest[Outlook]) -> ServiceResponse:
    """Return what is known from a moment on, in one shape whatever it is."""
    start = request.fields.get("start") or dt_util.utcnow()
    end = request.fields.get("end")
    unit, slots = _told(request.data)
    return {
        "kind": request.fields["kind"],
        "unit": unit,
        "slots": [
            {
                "start": slot.start.isoformat(),
                "end": slot.end.isoformat(),
                "value": slot.value,
            }
            for slot in slots
            if slot.end > start and (end is None or slot.start < end)
        ],
    }


def _told(outlook: Outlook) -> tuple[str, Iterable[Slot[float | None]]]:
    """Return the unit and the slots of any kind."""
    if isinstance(outlook, PriceOutlook):
        priced = outlook.shown.slots
        slots = (Slot(each.start, each.end, each.value.value) for each in priced)
        return outlook.shown.unit, slots
    if isinstance(outlook, GreenOutlook):
        return "%", outlook.windows
    return "kW", outlook.sure


def _chosen(fields: Given) -> tuple[type[Outlook]]:
    """Return the kind that is asked for."""
    return (_KINDS[fields["kind"]],)


GET_GREEN_WINDOWS: Final = Action(
    name="get_green_windows",
    response=SupportsResponse.ONLY,
    target=OfKind((GreenOutlook,)),
    fields=SPAN,
    handle=_green_windows,
)
GET_FORECAST: Final = Action(
    name="get_forecast",
    response=SupportsResponse.ONLY,
    target=OfKind[Outlook](_chosen),
    fields={vol.Optional("kind", default="price"): vol.In(list(_KINDS)), **SPAN},
    handle=_forecast,
)
