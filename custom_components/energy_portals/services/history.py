"""The actions of imported history: of one site, and of an account."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from math import fsum
from typing import TYPE_CHECKING, Final

from homeassistant.core import ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import voluptuous as vol

from ..account.coordinator import PortalConfigEntry
from ..const import HISTORY
from ..portals.contract import Site
from ..portals.history import History
from ..portals.http.errors import Forbidden, InvalidInput, NotFound, PortalError
from ..portals.model.ledger import CUBIC_METRES, STANDARD, LedgerRow, LedgerSeries
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_series import SeriesDays, Span
from ..portals.model.periods import midnight, month_start
from .action import Action
from .call import Given
from .fields import SPAN
from .targets import HistoryRequest, KindRequest, OfKind, WithHistory

if TYPE_CHECKING:
    from ..history.storing import Tally

_DAY: Final = timedelta(days=1)
# More would keep a Raspberry Pi busy; whoever wants more asks again.
_LONGEST: Final = {
    "hour": timedelta(days=400),
    "day": timedelta(days=1500),
    "month": timedelta(days=4000),
}
# Where the Energy dashboard's form asks for a series.
_USES: Final[Mapping[str, str]] = {
    "consumption": "grid_consumption",
    "feed_in": "return_to_grid",
    "cost": "total_costs",
    "compensation": "compensation",
}
# A part of a total, such as a tariff's, would be counted twice beside it.
_PARTS: Final = ("consumption_", "feed_in_")


async def _history(request: KindRequest[Ledger]) -> ServiceResponse:
    """Return the stored sums of a span by hour, day or month of the portal's zone."""
    # The recorder's own code is loaded with the account whose history it has.
    from ..history.recorder import rows_between

    ledger, fields = request.data, request.fields
    resolution: str = fields["resolution"]
    now = dt_util.utcnow()
    end = fields.get("end") or now
    start = fields.get("start") or midnight(ledger.today(end) - 30 * _DAY, ledger.zone)
    if end <= start:
        raise InvalidInput("span_is_empty")
    if end - start > _LONGEST[resolution]:
        raise InvalidInput("history_is_too_long")
    wanted = [days for key, days in ledger.by_series.items() if _wanted(key, fields)]
    ids = [days.statistic_id for days in wanted]
    rows = await rows_between(request.hass, ids, start, end)
    return await request.hass.async_add_executor_job(
        _response, ledger, wanted, rows, resolution
    )


def _wanted(key: str, fields: Given) -> bool:
    """Say whether a series was asked for; those of appliances only by name."""
    chosen: list[str] = fields["series"]
    return key in chosen or (not chosen and key in STANDARD)


def _response(
    ledger: Ledger,
    wanted: Iterable[SeriesDays],
    rows: Mapping[str, list[LedgerRow]],
    resolution: str,
) -> JsonObjectType:
    """Return stored hours as response data."""
    begin = _BEGINNINGS[resolution]
    series: list[JsonValueType] = []
    for days in wanted:
        sums: dict[datetime, list[float]] = {}
        for row in rows.get(days.statistic_id, []):
            if row.state is not None:
                sums.setdefault(begin(row.start, ledger), []).append(row.state)
        series.append(
            {
                "series": days.series.key,
                "statistic_id": days.statistic_id,
                "unit": days.series.unit,
                "rows": [
                    {"start": start.isoformat(), "value": fsum(values)}
                    for start, values in sums.items()
                ],
            }
        )
    return {"resolution": resolution, "series": series}


def _day_of(hour: datetime, ledger: Ledger) -> datetime:
    """Return when the day of an hour began."""
    return midnight(hour.astimezone(ledger.zone).date(), ledger.zone)


def _month_of(hour: datetime, ledger: Ledger) -> datetime:
    """Return when the month of an hour began."""
    return midnight(month_start(hour.astimezone(ledger.zone).date()), ledger.zone)


_BEGINNINGS: Final[Mapping[str, Callable[[datetime, Ledger], datetime]]] = {
    "hour": lambda hour, ledger: hour,
    "day": _day_of,
    "month": _month_of,
}


async def async_import(
    entry: PortalConfigEntry,
    sites: Iterable[Site],
    start: datetime | None = None,
    end: datetime | None = None,
) -> JsonObjectType:
    """Import a span of some sites again, by default all that an import reaches.

    A site of which the account may not see the history keeps no other out.
    """
    runtime = entry.runtime_data
    importer = runtime.importer
    if importer is None:
        raise InvalidInput("no_data")
    tallies: list[tuple[Site, Tally]] = []
    unread: list[tuple[Site, Span, str]] = []
    refusal: PortalError | None = None
    for site in sites:
        span = start or importer.begin(site), end or dt_util.utcnow()
        try:
            tally = await importer.import_span(runtime.client, site, *span, anew=True)
        except (Forbidden, NotFound) as err:
            refusal = err
            unread.append((site, span, err.brief))
            continue
        tallies.append((site, tally))
        unread += [(site, each.span, each.why) for each in tally.unread]
    if refusal is not None and not tallies:
        raise refusal
    return {
        "read": sum(tally.read for _, tally in tallies),
        "written": sum(tally.written for _, tally in tallies),
        "unchanged": sum(tally.unchanged for _, tally in tallies),
        "refused": dict(sum((tally.refused for _, tally in tallies), Counter())),
        "gaps": [
            {"site": site.name, "start": gap[0].isoformat(), "end": gap[1].isoformat()}
            for site, tally in tallies
            for gap in tally.gaps
        ],
        "differences": [
            {
                "site": site.name,
                "series": key,
                "day": day.isoformat(),
                "difference_percent": round(apart * 100, 2),
            }
            for site, tally in tallies
            for (key, day), apart in tally.days.items()
        ],
        "not_read": [
            {
                "site": site.name,
                "start": span[0].isoformat(),
                "end": span[1].isoformat(),
                "reason": why,
            }
            for site, span, why in unread
        ],
    }


async def _import_history(request: HistoryRequest) -> ServiceResponse:
    """Import a span of an account again."""
    start, end = request.fields.get("start"), request.fields.get("end")
    if start is not None and end is not None and end <= start:
        raise InvalidInput("span_is_empty")
    ((entry, sites),) = request.meant.items()
    return await async_import(entry, sites, start, end)


async def _statistics_ids(request: HistoryRequest) -> ServiceResponse:
    """Return which statistics there are, and what each is for."""
    return {
        "statistics": [
            {
                "account": entry.title,
                "site": site.name,
                "series": key,
                "statistic_id": days.statistic_id,
                "unit": days.series.unit,
                "use_as": _use(days.series),
            }
            for entry, sites in request.meant.items()
            for site in sites
            if (ledger := entry.runtime_data.feeds[HISTORY].data.get(site.key))
            for key, days in ledger.by_series.items()
        ]
    }


def _use(series: LedgerSeries) -> str:
    """Return where a series belongs in the Energy dashboard."""
    if series.unit == CUBIC_METRES:
        return "gas_or_water_consumption"
    if series.key.startswith(_PARTS):
        return "part_of_a_total"
    other = "individual_device" if series.is_energy else "nothing"
    return _USES.get(series.key, other)


def _is_part(entry: PortalConfigEntry, site: Site) -> bool:
    """Say whether the energy of a site is part of another site's."""
    history = entry.runtime_data.portal.capability(History)
    return history is not None and history.part_key(site) is not None


GET_HISTORY: Final = Action(
    name="get_history",
    reads=True,
    response=SupportsResponse.ONLY,
    target=OfKind((Ledger,), is_part=_is_part),
    fields={
        **SPAN,
        vol.Optional("resolution", default="day"): vol.In(tuple(_LONGEST)),
        vol.Optional("series", default=list): [str],
    },
    handle=_history,
)
IMPORT_HISTORY: Final = Action(
    name="import_history",
    response=SupportsResponse.OPTIONAL,
    target=WithHistory(),
    fields=SPAN,
    handle=_import_history,
)
GET_STATISTICS_IDS: Final = Action(
    name="get_statistics_ids",
    reads=True,
    response=SupportsResponse.ONLY,
    target=WithHistory(of_all=True),
    handle=_statistics_ids,
)
