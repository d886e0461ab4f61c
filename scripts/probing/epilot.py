"""epilot: a customer of a portal, signed in by a password, a code, or both."""

from collections.abc import Iterable
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from custom_components.energy_portals.portals import (
    InvalidInput,
    PortalError,
    TokenStore,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.epilot import (
    EPILOT,
    Challenge,
    Cognito,
    EpilotClient,
    Hook,
    PortalConfig,
    PublicPortal,
    Tokens,
)
from custom_components.energy_portals.portals.epilot.client_series import Context
from custom_components.energy_portals.portals.epilot.public import (
    API_URL,
    METERING_URL,
    ROUTES,
)
from custom_components.energy_portals.portals.epilot.series import (
    FOR_STATISTICS,
    interval_of,
)
from custom_components.energy_portals.portals.epilot.sites import (
    ContractSite,
    MeterSite,
    PriceSite,
)

from .noting import Nothing
from .portals import Ask, Field, Given, Known, Operations, Probe
from .reading import Post

_READING_POSTS: Final = (
    "validateToken",
    "searchPortalUserEntities",
    "getMeterReadings",
)
_AMAZON: Final = "https://cognito-idp.{region}.amazonaws.com"
_SIGNING_IN: Final = frozenset(
    f"AWSCognitoIdentityProviderService.{call}"
    for call in ("InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken")
)
_CODE: Final = Field(name="code", prompt="Code", is_secret=True)


def _posts(given: Given) -> Iterable[Post]:
    for key in _READING_POSTS:
        yield Post(given["api_url"], ROUTES[key].partition(" ")[2])
    yield Post(given["identity_url"] or _AMAZON, "/", _SIGNING_IN)


# --- signing in ---------------------------------------------------------------------


async def _connect(session: ClientSession, given: Given, ask: Ask) -> EpilotClient:
    """Sign in as the integration's own form does."""
    text = given["domain"]
    domain = URL(text if "//" in text else f"//{text}").host or ""
    portal = PublicPortal(session, domain=domain, api_url=given["api_url"])
    config = await portal.config()
    if (pool := config.pool) is None or config.enabled is False:
        raise InvalidInput("no open portal answers under this host name")
    if await _is_elsewhere(portal, config, given["email"]):
        raise InvalidInput(
            "this account signs in through another provider, in a browser: "
            "that cannot be done from a terminal"
        )
    pool_id, client_id = pool.cognito_user_pool_id, pool.cognito_user_pool_client_id
    hidden = given["email"], given["password"]
    identity = Cognito(session, pool_id, client_id, given["identity_url"], hidden)
    tokens = await _signed_in(identity, given, ask)
    if tokens.refresh_token is None:
        raise UnexpectedResponse("InitiateAuth", "no refresh token")
    account = {
        **{key: given[key] for key in given if key != "password"},
        "domain": domain,
        "pool_id": pool_id,
        "client_id": client_id,
        "refresh_token": tokens.refresh_token,
        "device_key": tokens.device_key,
    }
    client = EPILOT.connect(session, account, {}, TokenStore())
    client.login.signed_in(tokens)
    return client


async def _is_elsewhere(portal: PublicPortal, config: PortalConfig, email: str) -> bool:
    """Say whether a user signs in elsewhere; the portal itself need not tell."""
    try:
        return (await portal.entry_point(email)).entry_point == "SSO"
    except PortalError:
        return config.is_sso_only


async def _signed_in(identity: Cognito, given: Given, ask: Ask) -> Tokens:
    """Return the tokens that password and codes lead to."""
    email, password = given["email"], given["password"]
    step = await (
        identity.sign_in(email, password) if password else identity.ask_for_code(email)
    )
    while isinstance(step, Challenge):
        step = await identity.answer(step, "".join(ask(_CODE).split()))
    return step


# --- what can be asked --------------------------------------------------------------


def _meter(known: Known) -> str:
    return known.site(MeterSite).meter_id


async def _counted(client: EpilotClient, known: Known) -> tuple[str, str]:
    """Return a meter and one of its counters."""
    counters = await client.counters(_meter(known))
    if not counters:
        raise Nothing("no counter")
    return _meter(known), counters[0].id


async def _billing_account(client: EpilotClient, known: Known) -> object:
    for site in known.sites:
        if isinstance(site, ContractSite) and site.billing_account is not None:
            return await client.billing_account(site.billing_account)
    raise Nothing("no billing account")


async def _hook_choices(client: EpilotClient, known: Known) -> object:
    portal_id = (await client.config()).portal_id
    if not portal_id:
        raise Nothing("the portal does not name itself")
    return await client.hook_choices(portal_id)


async def _newest_reading(client: EpilotClient, known: Known) -> object:
    return await client.newest_reading(*await _counted(client, known))


async def _readings(client: EpilotClient, known: Known) -> object:
    return await client.readings(*await _counted(client, known))


async def _links(client: EpilotClient, known: Known) -> object:
    portal_id = (await client.config()).portal_id
    if not portal_id:
        raise Nothing("the portal does not name itself")
    return await client.links(portal_id)


async def _preview(client: EpilotClient, known: Known) -> object:
    documents, _ = await client.documents()
    if not documents:
        raise Nothing("no document")
    return await client.preview(documents[0].id)


def _hooked(known: Known, name: str) -> tuple[Hook, Context]:
    """Return a hook of a kind, and what it may be asked about."""
    for site in known.sites:
        if isinstance(site, MeterSite) and (hooks := getattr(site, name)):
            return hooks[0], site.context
    raise Nothing(f"the portal tells of no {name}")


def _priced(known: Known) -> tuple[Hook, Context]:
    """Return the hook of a price, and what it may be asked about."""
    site = known.site(PriceSite)
    return site.hook, site.context


async def _interval(client: EpilotClient, hook: Hook, context: Context) -> str:
    metadata = await client.metadata(hook, context)
    interval = interval_of(hook, metadata, FOR_STATISTICS)
    if interval is None:
        raise Nothing("no interval that is known")
    return interval


async def _consumption(client: EpilotClient, known: Known) -> object:
    asked = _hooked(known, "consumption")
    interval = await _interval(client, *asked)
    return await client.consumption(*asked, known.span, interval)


async def _costs(client: EpilotClient, known: Known) -> object:
    asked = _hooked(known, "costs")
    interval = await _interval(client, *asked)
    return await client.costs(*asked, known.span, interval)


async def _prices(client: EpilotClient, known: Known) -> object:
    asked = _priced(known)
    interval = await _interval(client, *asked)
    return await client.prices(*asked, known.span, interval)


_OPERATIONS: Final[Operations] = {
    "config": lambda client, known: client.config(),
    "entry_point": lambda client, known: client.entry_point(known.given["email"]),
    "hooks": lambda client, known: client.hooks(),
    "hook_choices": _hook_choices,
    "validate": lambda client, known: client.validate(),
    "user": lambda client, known: client.user(),
    "contact": lambda client, known: client.contact(),
    "contracts": lambda client, known: client.contracts(),
    "meters": lambda client, known: client.meters(),
    "counters": lambda client, known: client.counters(_meter(known)),
    "newest_reading": _newest_reading,
    "allowed_readings": lambda client, known: client.allowed_readings(
        _meter(known), known.now
    ),
    "metadata": lambda client, known: client.metadata(*_hooked(known, "consumption")),
    "consumption": _consumption,
    "costs": _costs,
    "prices": _prices,
    "billing_events": lambda client, known: client.billing_events(),
    "balance": lambda client, known: client.balance(),
    "billing_account": _billing_account,
    "documents": lambda client, known: client.documents(),
    "preview": _preview,
    "notifications": lambda client, known: client.notifications(),
    "tasks": lambda client, known: client.tasks(),
    "links": _links,
    "readings": _readings,
}

PROBE: Final = Probe(
    fields=(
        Field(name="domain", prompt="Host name of the portal"),
        Field(name="email", prompt="E-mail"),
        Field(
            name="password",
            prompt="Password (empty: the portal sends a code)",
            is_secret=True,
            default="",
        ),
        Field(
            name="api_url",
            prompt="API address",
            default=API_URL,
            is_address=True,
            is_asked=False,
        ),
        Field(
            name="metering_url",
            prompt="Address of the metering API",
            default=METERING_URL,
            is_address=True,
            is_asked=False,
        ),
        Field(
            name="identity_url",
            prompt="Address of the identity pool",
            default="",
            is_address=True,
            is_asked=False,
        ),
    ),
    posts=_posts,
    connect=_connect,
    operations=_OPERATIONS,
)
