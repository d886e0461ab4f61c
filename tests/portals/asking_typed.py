"""What is asked of the portals whose answers are documented."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals.autarc import AUTARC
from custom_components.energy_portals.portals.contract import FeedRequest, TokenStore
from custom_components.energy_portals.portals.epilot import EPILOT
from custom_components.energy_portals.portals.epilot.history import HISTORY
from custom_components.energy_portals.portals.epilot.series import (
    FOR_PRICES,
    price_series,
)
from custom_components.energy_portals.portals.volue import VOLUE
from custom_components.energy_portals.portals.volue.events import Notice, parts_for
from custom_components.energy_portals.portals.volue.models import WebhookToSend
from custom_components.energy_portals.portals.volue.sites import (
    LocationSite,
    ResourceSite,
)
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import LOCATION, METER_POINT, TANK

# The evening after the day of 25 hours, and that day.
NOW: Final = datetime(2026, 10, 26, 18, 40, tzinfo=UTC)
DAY: Final = datetime(2026, 10, 24, 22, tzinfo=UTC)
AFTER: Final = DAY + timedelta(hours=25)

type Call = Callable[[Any], Awaitable[Any]]
type Connect = Callable[[ClientSession, Sandbox], Awaitable[Any]]

# What was answered before anything was said otherwise, by client and what it is.
_HELD: Final[dict[tuple[int, str], Any]] = {}


async def _once(client: Any, what: str, ask: Callable[[], Awaitable[Any]]) -> Any:
    """Return what was answered the first time, in plain words."""
    if (id(client), what) not in _HELD:
        _HELD[id(client), what] = await ask()
    return _HELD[id(client), what]


def _connected(portal: Any, session: ClientSession, sandbox: Sandbox) -> Any:
    _HELD.clear()
    account = sandbox.portals[portal.key].account(f"{sandbox.address}/{portal.key}")
    return portal.connect(session, account, {}, TokenStore())


# --- autarc


@dataclass(frozen=True)
class Listed:
    """The rows of a list, and whether nothing is missing."""

    rows: tuple[Any, ...]
    is_whole: bool


async def _autarc(session: ClientSession, sandbox: Sandbox) -> Any:
    return _connected(AUTARC, session, sandbox)


def _listed(listing: Any) -> Listed:
    return Listed(tuple(listing), listing.is_whole)


async def _project(client: Any) -> str:
    found = await _once(client, "projects", lambda: client.projects(_listed))
    return str(found.rows[0].id)


async def _customer(client: Any) -> Any:
    found = await _once(client, "customers", lambda: client.customers(_listed))
    return await client.customer(found.rows[0].id)


_AUTARC: Final[Mapping[str, Call]] = {
    "projects": lambda it: it.projects(_listed),
    "project": lambda it: _then(_project(it), it.project),
    "rooms": lambda it: _then(_project(it), it.rooms),
    "customers": lambda it: it.customers(_listed),
    "customer": _customer,
}


async def _then(name: Awaitable[str], ask: Call) -> Any:
    return await ask(await name)


# --- epilot


async def _epilot(session: ClientSession, sandbox: Sandbox) -> Any:
    sandbox.portal(EpilotSandbox).metering.plausibility = "range"
    return _connected(EPILOT, session, sandbox)


async def _meter(client: Any) -> Any:
    """Return the site of the meter of electricity."""
    request = FeedRequest(now=NOW, sites=(), held={}, given=None)
    found = await _once(client, "sites", lambda: EPILOT.sites.fetch(client, request))
    return next(
        site
        for key, site in found.data.items()
        if key.startswith("meter:") and site.price is not None
    )


async def _history(client: Any, *keys: str) -> Any:
    """Return the series of a day; what keeps the cost out is raised for it."""
    site = await _meter(client)
    client._metadata.clear()
    told = await HISTORY.ask(client, site, DAY, AFTER)
    for problem in told.problems:
        if "cost" in keys:
            raise problem
    return {
        f"{each.key} {each.unit}": slots
        for each, slots in told.series.items()
        if not keys or each.key in keys
    }


async def _prices(client: Any) -> Any:
    """Return a day's prices."""
    site = await _meter(client)
    context = tuple(reversed(site.context))
    return await price_series(client, site.price, context, (DAY, AFTER), FOR_PRICES)


async def _counters(client: Any) -> Any:
    return await client.counters((await _meter(client)).meter_id)


async def _reading(client: Any) -> Any:
    meter = (await _meter(client)).meter_id
    counter, *_ = await _once(client, "counters", lambda: client.counters(meter))
    return await client.newest_reading(meter, counter.id)


async def _allowed(client: Any) -> Any:
    return await client.allowed_readings((await _meter(client)).meter_id, NOW)


async def _account(client: Any) -> Any:
    contract, *_ = await _once(client, "contracts", client.contracts)
    return await client.billing_account(contract.billing_account)


_EPILOT: Final[Mapping[str, Call]] = {
    "getPortalUser": lambda it: it.user(),
    "getContact": lambda it: it.contact(),
    "searchPortalUserEntities contract": lambda it: it.contracts(),
    "searchPortalUserEntities file": lambda it: it.documents(),
    "listMeters": lambda it: it.meters(),
    "listCounters": _counters,
    "getMeterReadings": _reading,
    "getAllowedMeterReadingRange": _allowed,
    "getBillingEvents": lambda it: it.billing_events(),
    "getCustomerBalance": lambda it: it.balance(),
    "getBillingAccount": _account,
    "listPortalNotifications": lambda it: it.notifications(),
    "getOutstandingTasks": lambda it: it.tasks(),
    "getVisualizationMetadata": _history,
    "getConsumption": lambda it: _history(it, "consumption", "feed_in"),
    "getCosts": lambda it: _history(it, "cost"),
    "getPrices": _prices,
}


# --- Volue

_SITES: Final = (
    LocationSite(key="location", name="Home", location_id=LOCATION),
    ResourceSite(
        key="resource",
        name="Tank",
        resource_id=TANK,
        resource_type="HotWaterTank",
        location_id=LOCATION,
    ),
)


@dataclass(frozen=True)
class Said:
    """What an event says, by site."""

    id: str
    created: datetime | None
    kind: str
    parts: Mapping[str, Any]


async def _volue(session: ClientSession, sandbox: Sandbox) -> Any:
    sandbox.portal(VolueSandbox).send_programme()
    client = _connected(VOLUE, session, sandbox)
    await client.enroll()
    await client.create_webhook(
        WebhookToSend(
            name="hook",
            webhook_secret="s" * 40,
            webhook_url="https://home.example.com/hook",
            notification_types=("PriceCurveCreated",),
        )
    )
    return client


async def _said(client: Any, event: Any) -> Said:
    del client
    notice = Notice.of_event(event)
    parts = {site.key: parts_for(notice, site) for site in _SITES}
    return Said(notice.id, notice.created, notice.kind, parts)


async def _listed_events(client: Any) -> Listed:
    pages = [page async for page in client.events()]
    events = (each for page in pages for each in page)
    return Listed(tuple(events), all(page.is_whole for page in pages))


async def _events(client: Any) -> Listed:
    told = await _listed_events(client)
    said = [await _said(client, each) for each in told.rows]
    return Listed(tuple(said), told.is_whole)


async def _event(client: Any) -> Said:
    told = await _once(client, "events", lambda: _listed_events(client))
    event, *_ = told.rows
    return await _said(client, await client.event(event.id))


async def _webhook(client: Any) -> Any:
    hook, *_ = await _once(client, "webhooks", client.webhooks)
    return await client.webhook(hook.webhook_id)


_VOLUE: Final[Mapping[str, Call]] = {
    "users": lambda it: it.users(),
    "user": lambda it: it.user(),
    "locations": lambda it: it.locations(),
    "location": lambda it: it.location(LOCATION),
    "resources": lambda it: it.resources(),
    "resource": lambda it: it.resource(TANK),
    "enrollment": lambda it: it.enrollment(),
    "eligibility": lambda it: it.eligibility(),
    "meter_eligibility": lambda it: it.meter_eligibility(METER_POINT),
    "compensation": lambda it: it.compensation(),
    "events": _events,
    "event": _event,
    "webhooks": lambda it: it.webhooks(),
    "webhook": _webhook,
}

TYPED_CLIENTS: Final[Mapping[str, Connect]] = {
    "autarc": _autarc,
    "epilot": _epilot,
    "volue": _volue,
}
TYPED_CALLS: Final[Mapping[str, Mapping[str, Call]]] = {
    "autarc": _AUTARC,
    "epilot": _EPILOT,
    "volue": _VOLUE,
}
