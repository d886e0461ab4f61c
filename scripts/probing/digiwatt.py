"""Digiwatt: one supply point; its paths are assumed, and can be put right here."""

from collections.abc import Iterable
from typing import Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals import InvalidInput
from custom_components.energy_portals.portals.digiwatt.client import (
    ROUTES,
    DigiwattClient,
)
from custom_components.energy_portals.portals.model.periods import Period

from .portals import Ask, Field, Given, Operations, Probe
from .reading import Post

PATHS: Final = "paths"


def routes_of(given: Given) -> dict[str, str]:
    """Return the table of paths: the assumed ones, and those that were entered.

    They are entered as `saving=/savings/{account_number}`, separated by spaces, and
    only those of what reads.
    """
    routes = dict(ROUTES)
    for pair in given[PATHS].split():
        key, _, path = pair.partition("=")
        method = routes.get(key, "").partition(" ")[0]
        if (method != "GET" and key != "token") or not path.startswith("/"):
            raise InvalidInput(f"{PATHS}: {pair}")
        routes[key] = f"{method} {path}"
    return routes


def _posts(given: Given) -> Iterable[Post]:
    yield Post(given["api_url"], routes_of(given)["token"].partition(" ")[2])


async def _connect(session: ClientSession, given: Given, ask: Ask) -> DigiwattClient:
    return DigiwattClient(
        session,
        api_url=given["api_url"],
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        account_number=given["account_number"],
        routes=routes_of(given),
    )


_OPERATIONS: Final[Operations] = {
    "check_account": lambda client, known: client.check_account(),
    "realtime": lambda client, known: client.realtime(),
    "latest": lambda client, known: client.latest(),
    "consumption": lambda client, known: client.consumption(Period.YESTERDAY),
    "totals": lambda client, known: client.totals(Period.YESTERDAY),
    "performance": lambda client, known: client.performance(Period.LAST_MONTH),
    "habits": lambda client, known: client.habits(Period.LAST_SEVEN_DAYS),
    "trend": lambda client, known: client.trend(),
    "distribution": lambda client, known: client.distribution(),
    "compound": lambda client, known: client.compound(),
    "saving": lambda client, known: client.saving(),
    "greenness": lambda client, known: client.greenness(),
}

PROBE: Final = Probe(
    fields=(
        Field(name="api_url", prompt="API address", is_address=True),
        Field(name="client_id", prompt="Client ID"),
        Field(name="client_secret", prompt="Client secret", is_secret=True),
        Field(name="account_number", prompt="Account number"),
        Field(
            name=PATHS,
            prompt="Paths that are not as assumed (saving=/savings ...)",
            default="",
            is_asked=False,
        ),
    ),
    posts=_posts,
    connect=_connect,
    operations=_OPERATIONS,
)
