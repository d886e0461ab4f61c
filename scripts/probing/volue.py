"""Volue: one user of a partner's, with all that the portal has of it."""

from collections.abc import Iterable
from typing import Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals import InvalidInput, Subentry, TokenStore
from custom_components.energy_portals.portals.volue import VOLUE, VolueClient
from custom_components.energy_portals.portals.volue.client import API_URLS, TOKEN_URL
from custom_components.energy_portals.portals.volue.client_calls import TOKEN
from custom_components.energy_portals.portals.volue.listed import listed_records

from .noting import Nothing
from .portals import Ask, Field, Given, Known, Operations, Probe
from .reading import Post


def _posts(given: Given) -> Iterable[Post]:
    yield Post(given["token_url"], TOKEN.path)


async def _connect(session: ClientSession, given: Given, ask: Ask) -> VolueClient:
    """Take the user, who may be the partner's only one."""
    api_url = given["api_url"] or API_URLS[given["environment"]]
    account = {**given, "api_url": api_url}
    if not given["user_id"]:
        users = await VOLUE.connect(session, account, {}, TokenStore()).users()
        if len(users) != 1:
            raise InvalidInput(f"VOLUE_USER_ID is needed: there are {len(users)} users")
        account["user_id"] = users[0].user_id
    return VOLUE.connect(session, account, {}, TokenStore())


async def _parts(client: VolueClient) -> tuple[Subentry, ...]:
    """Return all records of the user."""
    return tuple(
        Subentry(id=record.key, type=record.type, title=record.kind, data=record.data)
        for record in await listed_records(client)
    )


async def _event(client: VolueClient, known: Known) -> object:
    async for page in client.events():
        for event in page:
            return await client.event(event.id)
    raise Nothing("no event")


def _location(known: Known) -> str:
    location_id: str = known.first("locations").location_id
    return location_id


def _meter(known: Known) -> str:
    meters: tuple[str, ...] = known.first("locations").meter_points
    if not meters:
        raise Nothing("no meter point")
    return meters[0]


async def _webhook_logs(client: VolueClient, known: Known) -> object:
    return await client.webhook_logs(known.first("webhooks").webhook_id)


async def _webhook_log(client: VolueClient, known: Known) -> object:
    return await client.webhook_log(known.first("webhook_logs").notification_id)


_OPERATIONS: Final[Operations] = {
    "users": lambda client, known: client.users(),
    "user": lambda client, known: client.user(),
    "locations": lambda client, known: client.locations(),
    "location": lambda client, known: client.location(_location(known)),
    "resources": lambda client, known: client.resources(),
    "resource": lambda client, known: client.resource(
        known.first("resources").resource_id
    ),
    "enrollment": lambda client, known: client.enrollment(),
    "eligibility": lambda client, known: client.eligibility(),
    "meter_eligibility": lambda client, known: client.meter_eligibility(_meter(known)),
    "compensation": lambda client, known: client.compensation(),
    "events": _event,
    "event": _event,
    "webhooks": lambda client, known: client.webhooks(),
    "webhook": lambda client, known: client.webhook(known.first("webhooks").webhook_id),
    "webhook_logs": _webhook_logs,
    "webhook_log": _webhook_log,
}

PROBE: Final = Probe(
    fields=(
        Field(
            name="environment",
            prompt="Environment",
            default="production",
            choices=tuple(API_URLS),
        ),
        Field(name="client_id", prompt="Client ID"),
        Field(name="client_secret", prompt="Client secret", is_secret=True),
        Field(
            name="user_id", prompt="User ID (empty: the partner's only one)", default=""
        ),
        Field(
            name="api_url",
            prompt="API address",
            default="",
            is_address=True,
            is_asked=False,
        ),
        Field(
            name="token_url",
            prompt="Address of the login",
            default=TOKEN_URL,
            is_address=True,
            is_asked=False,
        ),
    ),
    posts=_posts,
    connect=_connect,
    parts=_parts,
    operations=_OPERATIONS,
)
