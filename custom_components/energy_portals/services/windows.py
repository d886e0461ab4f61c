"""The best time for something to run, by what the house knows of the time to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ..account.coordinator import sources_of
from ..account.house import HouseSources
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.price_days import PriceOutlook
from .action import Action, Fields, Request
from .call import Call, loaded
from .fields import moment, number, whole
from .targets import OfKind

# Their enums are loaded with the search.
SHAPES: Final = ("contiguous", "pieces", "slots")
OBJECTIVES: Final = ("price", "green", "both")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the best time is looked for in."""

    prices: PriceOutlook | None = None
    green: GreenOutlook | None = None
    caps: PowerCaps | None = None

    @classmethod
    def of(cls, held: PriceOutlook | GreenOutlook) -> Self:
        """Return that of one site alone."""
        if isinstance(held, PriceOutlook):
            return cls(prices=held)
        return cls(green=held)

    @classmethod
    def of_sources(cls, hass: HomeAssistant, keys: Iterable[str]) -> Self:
        """Return that of the sources that an account lives on."""
        sources, keys = HouseSources(hass), tuple(keys)
        return cls(
            next(filter(None, map(sources.prices, keys)), None),
            next(filter(None, map(sources.green, keys)), None),
            next(filter(None, map(sources.caps, keys)), None),
        )


@dataclass(frozen=True, kw_only=True)
class WindowRequest(Request):
    """What the search for a time is given; `zone` is that of the house."""

    ground: Ground
    zone: ZoneInfo


@dataclass(frozen=True)
class House:
    """What an account of the house lives on; where none does, what a site has."""

    site: OfKind[PriceOutlook | GreenOutlook]

    def find(self, call: Call) -> WindowRequest:
        """Return by what a time is looked for."""
        living = [entry for entry in loaded(call.hass) if sources_of(entry)]
        if call.names_any:
            living = [entry for entry in living if entry.entry_id == call.entry_id]
        if len(living) == 1:
            entry = living[0]
            ground = Ground.of_sources(call.hass, sources_of(entry))
        else:
            request = self.site.find(call)
            entry, ground = request.entry, Ground.of(request.data)
        return WindowRequest(
            hass=call.hass,
            entry=entry,
            fields=call.fields,
            ground=ground,
            zone=HouseSources(call.hass).zone,
        )


async def _find_window(request: WindowRequest) -> ServiceResponse:
    """Return when something runs best, and what that means."""
    return await request.hass.async_add_executor_job(_best, request)


def _best(request: WindowRequest) -> JsonObjectType:
    """Search; what that takes is loaded for those who ask."""
    from .planning import best_window

    return best_window(request.ground, request.fields, request.zone)


def _above(value: object) -> float:
    """Take a number above zero."""
    taken = number(value)
    if taken <= 0:
        raise vol.Invalid("expected more than nothing")
    return taken


def _lasting(value: timedelta) -> timedelta:
    """Take a time that is longer than nothing."""
    if value <= timedelta():
        raise vol.Invalid("expected more than nothing")
    return value


_LENGTH: Final = vol.All(cv.time_period, cv.positive_timedelta)
_FIELDS: Final[Fields] = {
    vol.Optional("earliest"): moment,
    vol.Optional("deadline"): moment,
    vol.Optional("duration"): vol.All(cv.time_period, _lasting),
    vol.Optional("energy"): _above,
    vol.Optional("power"): _above,
    vol.Optional("least_power"): _above,
    vol.Optional("shape", default="contiguous"): vol.In(SHAPES),
    vol.Optional("least_length"): _LENGTH,
    vol.Optional("least_pause"): _LENGTH,
    vol.Optional("starts"): vol.All(whole, vol.Range(min=1)),
    vol.Optional("objective", default="price"): vol.In(OBJECTIVES),
    vol.Optional("worth", default=0.0): vol.All(number, vol.Range(min=0)),
    vol.Optional("avoid"): [
        vol.Schema({vol.Required("start"): moment, vol.Required("end"): moment})
    ],
}

FIND_WINDOW: Final = Action(
    name="find_window",
    response=SupportsResponse.ONLY,
    target=House(OfKind((PriceOutlook, GreenOutlook))),
    fields=_FIELDS,
    handle=_find_window,
)
