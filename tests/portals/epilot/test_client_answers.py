"""Bodies of all sorts that the portal's documents allow: read as told, or refused."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import ClientSession
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.epilot import EPILOT
from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.hooks import (
    DataRange,
    Hook,
    Hooks,
    Metadata,
    MoneyRecord,
    Period,
)
from custom_components.energy_portals.portals.epilot.models import (
    AllowedReading,
    BillingAccount,
    BillingEvent,
    Contract,
    Counter,
    Document,
    Link,
    Meter,
    Notification,
    Notifications,
    PortalConfig,
    PortalUser,
    Reading,
    Tasks,
)
from custom_components.energy_portals.portals.epilot.public import ROUTES
from custom_components.energy_portals.portals.http.errors import PortalError
from tests.openapi import needs_specs
from tests.openapi_answers import PLAIN, WILD, Bodies, answers, bodies, known
from tests.portals.agreeing import Members, Told, differences
from tests.portals.answered import AnsweredPortal, answered

# Half of them are plain.
EXAMPLES: Final = 200
_HOOK: Final = Hook(extension_id="e", app_id="a", hook_id="h")
_CONTEXT: Final = (("meter", "m"), ("contract", "c"))
_SPAN: Final = (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))
_ASKED: Final = (_HOOK, _CONTEXT, _SPAN, "PT1H")


# --- what members were read from ------------------------------------------------------


def _of(*names: str) -> Callable[[Told], list[object]]:
    """Return the values under some names, of which the first that is told counts."""

    def values(told: Told) -> list[object]:
        named = [told[name] for name in names if told.get(name) not in (None, "")]
        return named or [None]

    return values


def _related(name: str, *, first: bool = True) -> Callable[[Told], list[object]]:
    """Return the ids of relations, or the first of them."""

    def ids(told: Told) -> list[object]:
        rows = (told.get(name) or {}).get("$relation", [])
        found = [row["entity_id"] for row in rows if row.get("entity_id")]
        return found[:1] or [None] if first else [found]

    return ids


def _amount(name: str, told: Told) -> object:
    """Return an amount: its decimal form, or its cents where that says nothing."""
    decimal, cents = told.get(f"{name}_decimal"), told.get(name)
    is_words = isinstance(decimal, str) and not any(map(str.isdigit, decimal))
    if decimal is not None and not is_words:
        return decimal
    try:
        return None if cents is None else cents / 100
    except OverflowError:
        return None


def _currency(told: object) -> object:
    """Return the code of a currency."""
    is_euro = str(told).strip() in {"€", "Euro", "euro", "EURO"}
    return "EUR" if is_euro else told


def _money(name: str, *currencies: str) -> Callable[[Told], list[object]]:
    """Return an amount and its currency."""

    def money(told: Told) -> list[object]:
        amount = _amount(name, told)
        code = _currency(*_of(f"{name}_currency", *currencies)(told)[:1])
        return [None if amount is None else {"amount": amount, "currency": code}]

    return money


def _term(name: str) -> Callable[[Told], list[object]]:
    """Return a length of time, which has a number and a unit."""

    def term(told: Told) -> list[object]:
        amount, unit = told.get(f"{name}_amount"), told.get(f"{name}_unit")
        is_one = amount is not None and unit is not None
        return [{"amount": amount, "unit": unit} if is_one else None]

    return term


def _unread(told: Told) -> list[object]:
    """Return how many are unread: told, or counted."""
    if told.get("total_unread") is not None:
        return [told["total_unread"]]
    is_page = told.get("cursor")
    return [None if is_page else sum(not each["read"] for each in told["results"])]


def _web_address(told: Told) -> list[object]:
    """Return what a browser opens."""
    link = told.get("link")
    is_one = isinstance(link, str) and link.startswith(("https://", "http://"))
    return [link if is_one else None]


def _hooks(name: str) -> Callable[[Told], list[object]]:
    """Return hooks as they are read; without an extension there is none."""

    def hooks(told: Told) -> list[object]:
        return [
            [
                {
                    "extension_id": row["extension"]["id"],
                    "app_id": row.get("app", {}).get("app_id"),
                    "hook_id": row.get("hook", {}).get("id"),
                    "intervals": row.get("hook", {}).get("intervals"),
                }
                for row in told.get(name, [])
                if row.get("extension", {}).get("id")
            ]
        ]

    return hooks


TRUTHS: Final[Mapping[type, Members]] = {
    Contract: {
        "id": _of("_id"),
        "title": _of("contract_name", "_title", "_id"),
        "number": _of("contract_number"),
        "start": _of("start_date"),
        "end": _of("end_date"),
        "termination": _of("termination_date"),
        "notice": _term("notice_time"),
        "renewal": _term("renewal_duration"),
        "installment": _money("installment_amount", "balance_currency"),
        "balance": _money("balance"),
        "billing_account": _related("billing_account"),
        "meters": _related("meters", first=False),
    },
    Meter: {
        "id": _of("_id"),
        "title": _of("_title", "meter_number", "_id"),
        "number": _of("meter_number"),
        "market_location": _of("ma_lo_id"),
        "contract": _related("contract"),
    },
    Counter: {
        "id": _of("_id"),
        "obis": _of("obis_number"),
        "tariff": _of("tariff_type"),
        "current": _of("current_consumption"),
        "read_on": _of("last_reading"),
        "is_direct": None,
    },
    Reading: {"on": _of("timestamp"), "counter": _of("counter_id", "meter_counter_id")},
    AllowedReading: {
        "counter": _of("meter_counter_id"),
        "least": _of("min_value"),
        "most": _of("max_value"),
    },
    BillingAccount: {
        "number": _of("billing_account_number"),
        "balance": _money("balance"),
    },
    BillingEvent: {
        "id": _of("_id"),
        "kind": _of("type"),
        "amount": _money("billing_amount", "billing_currency"),
        "due": _of("due_date"),
        "paid": _of("paid_date"),
        "contract": _related("contract"),
        "note": _of("note", "invoice_number"),
    },
    Document: {
        "id": _of("_id"),
        "name": _of("filename", "_title"),
        "category": _of("category", "type"),
        "on": _of("file_date", "_created_at"),
    },
    PortalUser: {
        "id": _of("_id"),
        "mapping": _of("mapping_status"),
        "registration": _of("registration_status"),
    },
    Hooks: {
        "consumption": _hooks("consumptionDataRetrieval"),
        "prices": _hooks("priceDataRetrieval"),
        "costs": _hooks("costDataRetrieval"),
        "export": _hooks("dataExport"),
        "ranges": None,
        "is_whole": None,
    },
    Hook: {"name": None},
    Metadata: {"is_whole": None},
    DataRange: {"start": _of("from"), "end": _of("to")},
    Period: {"start": _of("from"), "end": _of("to")},
    MoneyRecord: {
        "unit_amount": None,
        "unit_amount_decimal": lambda told: [_amount("unit_amount", told)],
        "unit_amount_currency": lambda told: [_currency(told["unit_amount_currency"])],
        # Without an amount, it does not matter.
        "tax_rate": lambda told: [told["tax_rate"], 0],
    },
    Notifications: {"total_unread": _unread},
    Notification: {"notification_id": _of("notification_id")},
    Tasks: {"total": _of("total")},
    Link: {"kind": _of("type"), "url": _web_address},
}


# --- how each operation is called, and what it is told --------------------------------

type Ask = Callable[[EpilotClient], Awaitable[object]]
type Say = Callable[[Any], object]


def _in(name: str) -> Say:
    """Return what stands under a name."""
    return lambda body: body.get(name)


def _all(body: object) -> object:
    """Return what is told by a body as a whole."""
    return body


async def _documents(client: EpilotClient) -> object:
    return (await client.documents())[0]


async def _newest(client: EpilotClient) -> object:
    reading = await client.newest_reading("m", "c")
    return [] if reading is None else [reading]


async def _balance(client: EpilotClient) -> object:
    return BillingAccount(number=None, balance=await client.balance())


CALLS: Final[Mapping[str, tuple[Ask, Say]]] = {
    "getPortalConfigByDomain": (lambda client: client.config(), _all),
    "getUserEntryPoint": (lambda client: client.entry_point("e"), _all),
    "getPublicPortalExtensionDetailsV3": (lambda client: client.hooks(), _all),
    "getPortalUser": (lambda client: client.user(), _in("data")),
    "getContact": (lambda client: client.contact(), _in("entity")),
    "getPortalConfigV3": (lambda client: client.hook_choices("p"), _all),
    "getExternalLinksV3": (lambda client: client.links("p"), _all),
    "Contract": (lambda client: client.contracts(), _in("results")),
    "File": (_documents, _in("results")),
    "listMeters": (lambda client: client.meters(), _in("data")),
    "listCounters": (lambda client: client.counters("m"), _in("data")),
    "getVisualizationMetadata": (
        lambda client: client.metadata(_HOOK, _CONTEXT),
        _all,
    ),
    "getConsumption": (lambda client: client.consumption(*_ASKED), _in("consumptions")),
    "getCosts": (lambda client: client.costs(*_ASKED), _in("costs")),
    "getPrices": (lambda client: client.prices(*_ASKED), _in("prices")),
    "prepareVisualizationExport": (
        lambda client: client.export(_HOOK, _CONTEXT),
        _all,
    ),
    "getMeterReadings": (_newest, _in("results")),
    "createMeterReading": (lambda client: client.submit_reading({}), _in("data")),
    "getAllowedMeterReadingRange": (
        lambda client: client.allowed_readings("m", _SPAN[0]),
        _in("data"),
    ),
    "getBillingEvents": (lambda client: client.billing_events(), _in("results")),
    "getCustomerBalance": (_balance, _all),
    "getBillingAccount": (lambda client: client.billing_account("b"), _in("entity")),
    "getFilePreview": (lambda client: client.preview("f"), _all),
    "listPortalNotifications": (lambda client: client.notifications(), _all),
    "getOutstandingTasks": (lambda client: client.tasks(), _all),
}
_ENTITIES: Final = frozenset({"Contract", "File"})
# Of these nothing is read.
_SILENT: Final = frozenset(
    {
        *("validateToken", "revokeToken", "searchPortalUserEntities"),
        *("markPortalNotificationRead", "markAllPortalNotificationsRead"),
    }
)


def _bodies(
    key: str, words: Mapping[str, Bodies], hints: Mapping[str, Bodies]
) -> Bodies:
    """Return answers to an operation."""
    of = known("epilot")
    if key == "getMeterReadings":
        # One is asked for.
        made = _bodies("createMeterReading", words, hints)
        return made.map(lambda body: {"results": [*body.values()]})
    pages = {"total": "integer", "has_more": "boolean"}
    page = {"results!": [of.get(key)], "pagination": pages, "hits": "integer"}
    return bodies(page if key in _ENTITIES else of[key], words, hints)


# --- bodies -------------------------------------------------------------------------

_CENTS: Final = st.integers(0, 90_000)
# What the documents call a text and portals fill with something else.
_MEANT: Final[Mapping[str, Bodies]] = {
    **dict.fromkeys(("start_date", "end_date", "termination_date"), PLAIN["date"]),
    **dict.fromkeys(("last_reading", "timestamp"), PLAIN["date-time"] | PLAIN["date"]),
    **dict.fromkeys(("balance_currency", "billing_currency"), st.just("EUR")),
    **dict.fromkeys(("unit_amount_currency",), st.sampled_from(["EUR", "chf"])),
    "unit": st.sampled_from(["kWh", "Wh", "m³"]),
    **dict.fromkeys(
        ("balance_decimal", "billing_amount_decimal", "unit_amount_decimal"),
        st.decimals(0, 900, places=2).map(str),
    ),
}
_PLAINLY: Final[Mapping[str, Bodies]] = {
    **_MEANT,
    **dict.fromkeys(("status",), st.sampled_from(["valid", "in-validation"])),
    "id": st.uuids().map(str),
    "transformer_ratio": st.just(1),
    "conversion_factor": st.just(0.95),
    "counter_id": st.just("c"),
    "notification_id": _CENTS,
    "tax_rate": st.sampled_from([0, 7, 19, 20]),
    "timestamp": PLAIN["date-time"],
    "balance": _CENTS,
    "hits": st.just(0),
    "pagination": st.just({"has_more": False}),
    "cursor": st.just(""),
    "total": st.integers(3, 10**6),
    "total_unread": st.integers(3, 10**6),
}


def _consistent(body: Any) -> Any:
    """Return a body whose amounts are the same in cents and as decimals."""
    if isinstance(body, list):
        return [_consistent(each) for each in body]
    if not isinstance(body, dict):
        return body
    made = {name: _consistent(each) for name, each in body.items()}
    for name in [each for each in made if f"{each}_decimal" in made]:
        made[f"{name}_decimal"] = f"{made[name] / 100:.2f}"
    return made


# --- tests --------------------------------------------------------------------------


def _client(session: ClientSession, address: str) -> EpilotClient:
    """Return a client that needs no login."""
    texts = ("domain", "pool_id", "client_id", "refresh_token", "device_key", "email")
    account = dict.fromkeys(texts, "x")
    account |= dict.fromkeys(("api_url", "metering_url", "identity_url"), address)
    client = EPILOT.connect(session, account, {}, TokenStore())
    client._portal.auth = client._metering.auth = None
    return client


type Answered = AnsweredPortal[EpilotClient]


@pytest.fixture
def portal(socket_enabled: None) -> Iterator[Answered]:
    """Run a portal for a test of many examples."""
    with answered(_client) as running:
        yield running


@pytest.mark.parametrize("key", sorted(CALLS))
def test_whatever_is_allowed(portal: Answered, key: str) -> None:
    """Read as told, or not at all; nothing but the library's own errors comes out."""
    call, say = CALLS[key]

    @settings(max_examples=EXAMPLES // 2)
    @given(_bodies(key, WILD, {}) | _bodies(key, WILD, _MEANT))
    def check(body: Any) -> None:
        try:
            read = portal.ask(call, body)
        except PortalError:
            return
        assert [*differences(read, say(body), TRUTHS)] == []

    check()


@pytest.mark.parametrize("key", sorted(CALLS))
def test_what_a_portal_may_really_say(portal: Answered, key: str) -> None:
    """All of it is read, but for what is not there."""
    call, say = CALLS[key]

    @settings(max_examples=EXAMPLES // 2)
    @given(_bodies(key, PLAIN, _PLAINLY).map(_consistent))
    def check(body: Any) -> None:
        try:
            read = portal.ask(call, body)
        except PortalError:
            assert not say(body) or _lacks(key, body)
            return
        assert [*differences(read, say(body), TRUTHS, whole=True)] == []

    check()


def _lacks(key: str, body: Told) -> bool:
    """Say whether a body has nothing of what is looked for in it."""
    if key == "getPortalConfigByDomain":
        return not body.keys() & {*PortalConfig.__struct_fields__, "domain"}
    if key == "getPublicPortalExtensionDetailsV3":
        rows = [row for each in body.values() if isinstance(each, list) for row in each]
        return not all(row.get("extension", {}).get("id") for row in rows)
    return key == "listPortalNotifications" and "results" not in body


def test_all_operations_are_called() -> None:
    assert {*CALLS} - _ENTITIES == ROUTES.keys() - _SILENT


@needs_specs
def test_what_is_known_is_what_the_documents_say() -> None:
    """Made anew by `python -m tests.openapi_answers`."""
    assert known("epilot") == answers("epilot", ROUTES)
