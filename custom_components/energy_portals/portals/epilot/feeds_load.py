"""epilot's load: the newest power that an app tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, gather_sites
from ..http.errors import Forbidden, NotFound, PortalError
from ..model.periods import midnight
from ..rhythms import Every
from .client import EpilotClient
from .gathering import end_of, gathered
from .history import told_unit
from .hooks import Consumption, Hook, Metadata
from .models import ZONE, in_words
from .series import FOR_PRICES, interval_of, within_range
from .sites import MeterSite
from .units import unit_of

HOURLY: Final = Every(interval=timedelta(hours=1), jitter=timedelta(minutes=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPower:
    """The newest power that an app tells of, by type; W."""

    values: Mapping[str, PowerValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerValue:
    """A power in W, of an interval that is over since `end`."""

    label: str
    watts: float
    end: datetime


async def _load(
    client: EpilotClient, request: FeedRequest[ReportedPower, MeterSite]
) -> Fetched[ReportedPower]:
    """Return the newest power of meters whose app tells of one."""

    async def one(site: MeterSite) -> ReportedPower:
        refusal: PortalError = NotFound("getConsumption", "no power")
        for hook in site.consumption:
            try:
                values = await _powers(client, site, hook, request.now)
            except (Forbidden, NotFound) as err:
                refusal = err
                continue
            if values is not None:
                return ReportedPower(values=values)
        raise refusal

    return await gather_sites(request, one)


async def _powers(
    client: EpilotClient, site: MeterSite, hook: Hook, now: datetime
) -> dict[str, PowerValue] | None:
    """Return the newest powers of a hook, None where it tells of none.

    Without a word about its types, its records say.
    """
    metadata = await client.metadata(hook, site.context)
    interval = interval_of(hook, metadata, FOR_PRICES)
    if interval is None or (metadata is not None and not _has_power(metadata)):
        return None
    today = now.astimezone(ZONE).date()
    span = within_range((midnight(today - timedelta(days=1), ZONE), now), metadata)
    answer = await gathered(
        *(client, client.consumption, hook, site.context, span, interval),
        operation="getConsumption",
    )
    values = {
        kind or "": value
        for (start, kind), record in answer.records.items()
        if (value := _watts(site, record, metadata, start, interval))
    }
    return None if metadata is None and not values else values


def _has_power(metadata: Metadata) -> bool:
    """Say whether an app tells of power."""
    options = metadata.type_options or ()
    units = [unit_of(each.unit) for each in options]
    return not metadata.is_whole or any(each and each.is_power for each in units)


def _watts(
    site: MeterSite,
    record: Consumption,
    metadata: Metadata | None,
    start: datetime,
    interval: str,
) -> PowerValue | None:
    """Return a record that is a power."""
    unit = told_unit(site, record, metadata)
    if unit is None or not unit.is_power or record.value is None:
        return None
    option = None if metadata is None else metadata.option(record.type)
    label = in_words(option.label if option else None) or record.type or ""
    return PowerValue(
        label=label,
        watts=record.value * unit.factor,
        end=end_of(start, interval),
    )


LOAD: Final = Feed(key="load", fetch=_load, at=MeterSite, rhythm=HOURLY)
