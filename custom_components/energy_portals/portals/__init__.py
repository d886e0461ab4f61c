"""What the APIs say and what it means: a library without Home Assistant in it.

The registry, the only one to import a portal, when it is asked for it: `PORTALS`.

What a portal is made of: `Portal`, `Client`, `Site`, `Feed`, `FeedRequest`, `Fetched`,
`Kept`, `HeldData`, `Subentry`, `Surroundings`, `WebhookTarget`.

The one request path: `HttpClient`, `Operation`, `RateLimit`, `check_address`.

Logins: `Auth`, `BasicCredentials`, `ClientCredentials`, `RenewedToken`, `TokenStore`.

What can go wrong: `PortalError` and its kinds `AuthError`, `LoginEnded`,
`WrongCode`, `PendingActivation`, `PortalVisitNeeded`, `Forbidden`, `NotFound`,
`Rejected`, `Unavailable`, `RateLimited`, `UnexpectedResponse`, `PathNotFound`; beside
them `InvalidAddress` and `InvalidInput`.

The capabilities that a portal may have, and the rhythms of its feeds, are in modules
of their names; the maths is in `model`, tolerant reading in `reading`. Each portal's
folder offers its portal, its client, and what these take and return.
"""

from .contract import (
    Client,
    Feed,
    FeedRequest,
    Fetched,
    HeldData,
    Kept,
    Site,
    Subentry,
    Surroundings,
    TokenStore,
    WebhookTarget,
)
from .http.address import InvalidAddress, check_address
from .http.client import Auth, HttpClient, Operation, RateLimit
from .http.credentials import BasicCredentials, ClientCredentials, RenewedToken
from .http.errors import (
    AuthError,
    Forbidden,
    InvalidInput,
    LoginEnded,
    NotFound,
    PathNotFound,
    PendingActivation,
    PortalError,
    PortalVisitNeeded,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
    WrongCode,
)
from .portal import Portal
from .registry import PORTALS

__all__ = [
    "PORTALS",
    "Auth",
    "AuthError",
    "BasicCredentials",
    "Client",
    "ClientCredentials",
    "Feed",
    "FeedRequest",
    "Fetched",
    "Forbidden",
    "HeldData",
    "HttpClient",
    "InvalidAddress",
    "InvalidInput",
    "Kept",
    "LoginEnded",
    "NotFound",
    "Operation",
    "PathNotFound",
    "PendingActivation",
    "Portal",
    "PortalError",
    "PortalVisitNeeded",
    "RateLimit",
    "RateLimited",
    "Rejected",
    "RenewedToken",
    "Site",
    "Subentry",
    "Surroundings",
    "TokenStore",
    "Unavailable",
    "UnexpectedResponse",
    "WebhookTarget",
    "WrongCode",
    "check_address",
]
