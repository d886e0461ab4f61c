"""What epilot's portals tell, typed.

Documented bodies are strict structs, open to new members. Entities, to which every
utility adds attributes of its own, are read by `reads`.

Source: the schemas of the portal's OpenAPI documents. Money is in the main unit of the
currency beside it, a reading in the unit of its register.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
import re
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

_POOL_ID: Final = re.compile(r"[a-z0-9-]+_[0-9A-Za-z]+")
# Portal days are German ones: buckets begin at local midnight.
ZONE: Final = ZoneInfo("Europe/Berlin")

type Words = dict[str, str] | None


def in_words(words: Words, otherwise: str = "") -> str:
    """Return a text in the portal's language, else in another that it has."""
    told = {key: text for key, text in (words or {}).items() if text}
    return told.get("de") or told.get("en") or next(iter(told.values()), otherwise)


# --- the portal -------------------------------------------------------------------


class CognitoDetails(msgspec.Struct, frozen=True):
    """The portal's own identity pool."""

    cognito_user_pool_id: str = ""
    cognito_user_pool_client_id: str = ""


class Passwordless(msgspec.Struct, frozen=True):
    """Whether a code by e-mail stands in for the password."""

    enabled: bool | None = None


class AuthSettings(msgspec.Struct, frozen=True):
    """How customers of a portal sign in: `PASSWORD` or `SSO`."""

    entry_point: str | None = None
    passwordless_login: Passwordless | None = None


class FeatureSettings(msgspec.Struct, frozen=True):
    """What the utility has switched on."""

    billing: bool | None = None


class PortalConfig(msgspec.Struct, frozen=True):
    """A portal's public configuration."""

    enabled: bool | None = None
    name: str | None = None
    portal_id: str | None = None
    auth_settings: AuthSettings | None = None
    cognito_details: CognitoDetails | None = None
    feature_settings: FeatureSettings | None = None
    engagement_center_enabled: bool | None = None

    @property
    def pool(self) -> CognitoDetails | None:
        """Return the identity pool, if all of it is told."""
        pool = self.cognito_details
        # Its beginning becomes part of the address that a password is proven to.
        if pool is None or not _POOL_ID.fullmatch(pool.cognito_user_pool_id):
            return None
        return pool if pool.cognito_user_pool_client_id else None

    @property
    def is_sso_only(self) -> bool:
        """Say whether no password is taken."""
        return self.auth_settings is not None and (
            self.auth_settings.entry_point == "SSO"
        )

    @property
    def is_passwordless(self) -> bool:
        """Say whether a code stands in for the password."""
        settings = self.auth_settings
        login = None if settings is None else settings.passwordless_login
        return login is not None and login.enabled is True

    @property
    def has_billing(self) -> bool:
        """Say whether there may be anything about billing."""
        features = self.feature_settings
        return features is None or features.billing is not False


class EntryPoint(msgspec.Struct, frozen=True):
    """How one user signs in."""

    user_exists: bool
    entry_point: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalUser:
    """The user of a portal; `mapping` says whether a customer is known for it."""

    id: str | None
    mapping: str | None
    registration: str | None
    last_login: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The customer that a user stands for."""

    customer_number: str | None


# --- entities ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in the main unit of a currency (ISO 4217), None where none is named."""

    amount: float
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """So many `weeks`, `months` or `years`."""

    amount: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract with the utility."""

    id: str
    title: str
    number: str | None
    account_number: str | None
    status: str | None
    branch: str | None
    start: date | None
    end: date | None
    termination: date | None
    notice: Term | None
    renewal: Term | None
    billing_period: str | None
    billing_due_day: int | None
    installment: Money | None
    balance: Money | None
    billing_account: str | None
    meters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A meter, of one of the sectors `power`, `gas`, `water`, `district_heating`."""

    id: str
    title: str
    number: str | None
    sector: str | None
    meter_type: str | None
    status: str | None
    market_location: str | None
    contract: str | None


class Way(StrEnum):
    """Which way a counter counts."""

    FED_IN = "feed-in"
    DRAWN = "feed-out"


class CounterTariff(StrEnum):
    """When a counter counts; one of a single tariff always does."""

    HIGH = "ht"
    LOW = "nt"
    SINGLE = "et"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A register of a meter; `current` is its latest state, in `unit`.

    Behind a transformer it shows a part of what is drawn (`is_direct` is False).
    """

    id: str
    obis: str | None
    direction: str | None
    tariff: str | None
    unit: str | None
    current: float | None
    read_on: date | None
    is_direct: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a register showed on a day; of what it is not told may be None."""

    value: float | None
    on: date | None
    source: str | None
    status: str | None
    counter: str | None = None
    unit: str | None = None
    direction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedReading:
    """Between which values a reading is expected."""

    counter: str | None
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAccount:
    """An account of the utility's books."""

    number: str | None
    balance: Money | None


class BillingKind(StrEnum):
    """The documented kinds of billing events; there are more."""

    INSTALLMENT = "installment"
    REIMBURSEMENT = "reimbursement"


class PricePart(StrEnum):
    """What a price is made of: what is told, the rest of it, and the tax."""

    AUCTION_PRICE = "auction_price"
    TAXES_LEVIES = "taxes_levies"
    SOURCE_FEE = "source_fee"
    GRID_FEE = "grid_fee"
    MARGIN = "margin"
    OTHER = "other"
    NET = "net"
    VAT = "vat"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingEvent:
    """An instalment, a reimbursement, or what else a utility calls it in `kind`."""

    id: str | None
    kind: str | None
    amount: Money | None
    due: date | None
    paid: date | None
    contract: str | None
    note: str | None
    status: str | None = None

    @property
    def is_open(self) -> bool | None:
        """Say whether it is still to be paid, None where that is not clear."""
        if self.paid is not None:
            return False
        return {"open": True, "closed": False}.get((self.status or "open").casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that the utility shares."""

    id: str
    name: str | None
    category: str | None
    on: datetime | None
    is_new: bool | None


class Preview(msgspec.Struct, frozen=True):
    """How to look at a document; the links are short-lived."""

    kind: str
    url: str | None = None
    download_url: str | None = None
    requires_auth: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where the portal leads its customers; without an address it is a way within."""

    id: str
    label: Words
    kind: str | None
    url: str | None


class Notification(msgspec.Struct, frozen=True):
    """Something the utility tells the customer."""

    id: str
    read: bool
    notification_id: float | None = None
    type: str | None = None
    title: Words = None
    message: Words = None
    created_at: str | None = None

    @property
    def number(self) -> str:
        """Return the number by which it is marked as read."""
        return (
            self.id if self.notification_id is None else f"{self.notification_id:.0f}"
        )


class Notifications(msgspec.Struct, frozen=True):
    """The newest notifications; how many are unread in all, None where unknown."""

    results: list[Notification] = []
    total_unread: int | None = None


class Task(msgspec.Struct, frozen=True):
    """Something that the customer is asked to do."""

    step_name: str


class Tasks(msgspec.Struct, frozen=True):
    """What the customer is asked to do; `total` None is not known."""

    tasks: list[Task]
    total: int | None


class Export(msgspec.Struct, frozen=True):
    """A file that the utility's app has made."""

    download_url: str
    filename: str | None = None
    content_type: str | None = None
    expires_at: str | None = None
