"""What is to come: green windows, and any kind in one shape."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.core import ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.intensity import CarbonOutlook, GreenIndexOutlook, Intensity
from ..portals.model.price_days import PriceOutlook
from ..portals.model.series import Slot
from ..portals.model.sun import SolarOutlook
from .action import Action
from .call import Given
from .fields import SPAN
from .targets import KindRequest, OfKind

type Outlook = PriceOutlook | GreenOutlook | PowerCaps | Intensity | SolarOutlook

# An incentive is a price as well, of its own kind.
_KINDS: Final[Mapping[str, type[Outlook]]] = {
    "price": PriceOutlook,
    "green": GreenOutlook,
    "incentive": IncentiveOutlook,
    "cap": PowerCaps,
    "co2": CarbonOutlook,
    "green_index": GreenIndexOutlook,
    "sun": SolarOutlook,
}


async def _green_windows(request: KindRequest[GreenOutlook]) -> ServiceResponse:
    """Return the green windows that share time with a span; all by default."""
    start, end = request.fields.get("start"), request.fields.get("end")
    return {
        "unit": "%",
        "share": request.data.share_at(dt_util.utcnow()),
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
    outlook = request.data
    unit, slots = _told(outlook)
    return {
        "kind": request.fields["kind"],
        "unit": unit,
        "slots": [
            {
                "start": slot.start.isoformat(),
                "end": slot.end.isoformat(),
                "value": slot.value,
                **({"predicted": True} if _is_predicted(outlook, slot) else {}),
            }
            for slot in slots
            if slot.end > start and (end is None or slot.start < end)
        ],
    }


def _told(outlook: Outlook) -> tuple[str | None, Iterable[Slot[float | None]]]:
    """Return the unit and the slots of any kind."""
    if isinstance(outlook, PriceOutlook):
        priced = outlook.shown.slots
        slots = (Slot(each.start, each.end, each.value.value) for each in priced)
        return outlook.shown.unit, slots
    if isinstance(outlook, GreenOutlook):
        return "%", outlook.forecast
    if isinstance(outlook, Intensity):
        return outlook.unit, outlook.slots
    if isinstance(outlook, SolarOutlook):
        # The mean power of each slot, so that slots of any length compare.
        powers = (Slot(e.start, e.end, e.value / 1000) for e in outlook.slots)
        return "kW", powers
    return "kW", outlook.sure


def _is_predicted(outlook: Outlook, slot: Slot[float | None]) -> bool:
    """Say whether a slot is a prediction, where others are not."""
    return isinstance(outlook, Intensity) and outlook.is_predicted(slot.start)


def _chosen(fields: Given) -> tuple[type[Outlook]]:
    """Return the kind that is asked for."""
    return (_KINDS[fields["kind"]],)


GET_GREEN_WINDOWS: Final = Action(
    name="get_green_windows",
    reads=True,
    response=SupportsResponse.ONLY,
    target=OfKind((GreenOutlook,)),
    fields=SPAN,
    handle=_green_windows,
)
GET_FORECAST: Final = Action(
    name="get_forecast",
    reads=True,
    response=SupportsResponse.ONLY,
    target=OfKind[Outlook](_chosen),
    fields={vol.Optional("kind", default="price"): vol.In(list(_KINDS)), **SPAN},
    handle=_forecast,
)
