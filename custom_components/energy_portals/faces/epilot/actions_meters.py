"""What can be asked of a meter: its past readings, and what it counted in periods."""

from datetime import timedelta
from typing import Final

from homeassistant.core import SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import voluptuous as vol

from ...portals.epilot.billing_periods import PeriodAmount, PeriodLength, by_period
from ...portals.epilot.bodies import Rows
from ...portals.epilot.client import EpilotClient
from ...portals.epilot.models import ZONE, AllowedReading, Counter, Reading
from ...portals.epilot.sites import MeterSite
from ...portals.http.errors import InvalidInput, NotFound
from ...services.action import Action, AnyAction
from ...services.fields import SPAN, TEXT
from ...services.targets import OneSite, SiteRequest

type MeterRequest = SiteRequest[EpilotClient, MeterSite]

_LENGTHS: Final = {each.name.lower(): each for each in PeriodLength}
_YEARS: Final = timedelta(days=3 * 365)


async def _get_meter_readings(request: MeterRequest) -> JsonObjectType:
    """Return what the counters of a meter have shown, and what is expected next."""
    client, meter_id = request.client, request.site.meter_id
    named = request.fields.get("counter")
    counters = await client.counters(meter_id)
    meant = [each for each in counters if named in {None, each.id, each.obis}]
    if not meant:
        raise InvalidInput("choose_counter")
    expected: list[AllowedReading] = []
    if request.site.ranges:
        try:
            expected = await client.allowed_readings(meter_id, dt_util.utcnow())
        except NotFound:
            expected = []
    told: list[JsonValueType] = []
    for counter in meant:
        readings = await client.readings(meter_id, counter.id)
        told.append(_counter(counter, readings, expected))
    return {"counters": told}


def _counter(
    counter: Counter, readings: Rows[Reading], expected: list[AllowedReading]
) -> JsonObjectType:
    """Return a counter and its readings as response data."""
    own = [each for each in expected if each.counter == counter.id]
    (least, most) = (own[0].least, own[0].most) if len(own) == 1 else (None, None)
    return {
        "counter": counter.obis or counter.id,
        "direction": counter.direction,
        "unit": counter.unit,
        "expected_at_least": least,
        "expected_at_most": most,
        "readings": [
            {
                "date": None if each.on is None else each.on.isoformat(),
                "value": each.value,
                "source": each.source,
                "status": each.status,
            }
            for each in readings
        ],
        "is_complete": readings.is_whole,
    }


async def _get_energy_by_period(request: MeterRequest) -> JsonObjectType:
    """Return what a meter counted by the month or by the billing period."""
    end = request.fields.get("end") or dt_util.utcnow()
    start = request.fields.get("start") or end - _YEARS
    if end <= start:
        raise InvalidInput("span_is_empty")
    length = _LENGTHS[request.fields["period"]]
    try:
        amounts = await by_period(request.client, request.site, (start, end), length)
    except NotFound:
        raise InvalidInput("no_such_periods") from None
    return {
        "periods": [_period(each) for each in amounts],
        "is_complete": amounts.is_whole,
    }


def _period(amount: PeriodAmount) -> JsonObjectType:
    """Return a period as response data."""
    return {
        "start": amount.start.astimezone(ZONE).isoformat(),
        "end": amount.end.astimezone(ZONE).isoformat(),
        "type": amount.kind,
        "name": amount.name,
        "value": amount.value,
        "unit": amount.unit,
    }


ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="get_meter_readings",
        reads=True,
        response=SupportsResponse.ONLY,
        target=OneSite(EpilotClient, MeterSite),
        fields={vol.Optional("counter"): TEXT},
        handle=_get_meter_readings,
    ),
    Action(
        name="get_energy_by_period",
        reads=True,
        response=SupportsResponse.ONLY,
        target=OneSite(EpilotClient, MeterSite),
        fields={
            vol.Optional("period", default="month"): vol.In([*_LENGTHS]),
            **SPAN,
        },
        handle=_get_energy_by_period,
    ),
)
