"""The best time for something to run, by what the house knows of the time to come."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ..account.coordinator import PortalConfigEntry
from ..account.house import HouseSources
from ..account.sources import sources_of
from ..portals.model.caps import PowerCaps
from ..portals.model.green import GreenOutlook
from ..portals.model.intensity import CarbonOutlook
from ..portals.model.price_days import PriceOutlook
from ..portals.portal import LivesOnSources
from .action import Action, Fields, Request
from .call import Call, loaded
from .fields import moment, number, whole
from .targets import OfKind

# Their enums are loaded with the search.
SHAPES: Final = ("contiguous", "pieces", "slots")
CO2: Final = "co2"
OBJECTIVES: Final = ("price", "green", "both", CO2)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the best time is looked for in."""

    prices: PriceOutlook | None = None
    green: GreenOutlook | None = None
    caps: PowerCaps | None = None
    carbon: CarbonOutlook | None = None
    base_load: float = 0.0

    @classmethod
    def of(cls, held: PriceOutlook | GreenOutlook) -> Self:
        """Return that of one site alone."""
        if isinstance(held, PriceOutlook):
            return cls(prices=held)
        return cls(green=held)

    @classmethod
    def of_account(cls, hass: HomeAssistant, entry: PortalConfigEntry) -> Self:
        """Return that of the sources that an account lives on."""
        sources, keys = HouseSources(hass), sources_of(entry)
        lives_on = entry.runtime_data.portal.capability(LivesOnSources)
        return cls(
            next(filter(None, map(sources.prices, keys)), None),
            next(filter(None, map(sources.green, keys)), None),
            next(filter(None, map(sources.caps, keys)), None),
            next(filter(None, map(sources.co2, keys)), None),
            base_load=0.0 if lives_on is None else lives_on.base_load(entry.data),
        )


@dataclass(frozen=True, kw_only=True)
class WindowRequest(Request):
    """What the search for a time is given; `zone` is that of the house."""

    ground: Ground
    zone: ZoneInfo


@dataclass(frozen=True)
class House:
    """What an account of the house lives on; where none does, what a site has.

    By CO2 an account counts that lives on that.
    """

    site: OfKind[PriceOutlook | GreenOutlook]
    carbon: OfKind[CarbonOutlook]

    def find(self, call: Call) -> WindowRequest:
        """Return by what a time is looked for."""
        living = [entry for entry in loaded(call.hass) if sources_of(entry)]
        if call.names_any:
            living = [entry for entry in living if entry.entry_id == call.entry_id]
        grounds = [(each, Ground.of_account(call.hass, each)) for each in living]
        is_by_co2 = call.fields["objective"] == CO2
        if is_by_co2:
            grounds = [each for each in grounds if each[1].carbon is not None]
        if len(grounds) == 1:
            ((entry, ground),) = grounds
        elif is_by_co2:
            carbon = self.carbon.find(call)
            entry, ground = carbon.entry, Ground(carbon=carbon.data)
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
    reads=True,
    response=SupportsResponse.ONLY,
    target=House(OfKind((PriceOutlook, GreenOutlook)), OfKind((CarbonOutlook,))),
    fields=_FIELDS,
    handle=_find_window,
)
