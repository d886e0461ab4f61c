"""eSmart: one customer, as one area; what the portal does not name can be entered."""

from collections.abc import Iterable
from typing import Any, Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals import InvalidInput, TokenStore
from custom_components.energy_portals.portals.esmart import ESMART, EsmartClient
from custom_components.energy_portals.portals.esmart.client_calls import (
    READING_POSTS,
    ROUTES,
)
from custom_components.energy_portals.portals.esmart.sites import (
    AreaSite,
    ChargerSite,
    ContractSite,
    DeviceSite,
)

from .noting import Nothing
from .portals import Ask, Field, Given, Known, Operations, Probe
from .reading import Post


def _posts(given: Given) -> Iterable[Post]:
    for key in READING_POSTS:
        yield Post(given["api_url"], ROUTES[key].partition(" ")[2])


async def _connect(session: ClientSession, given: Given, ask: Ask) -> EsmartClient:
    """Sign in, and find out which customer it is."""
    account: dict[str, Any] = {**given, "meters": _entered(given)}
    account["price_area"] = given["price_area"] or None
    if not given["customer_id"]:
        signing_in = ESMART.connect(session, account, {}, TokenStore())
        account["customer_id"] = _chosen(await signing_in.authenticate(), ask)
    return ESMART.connect(session, account, {}, TokenStore())


def _entered(given: Given) -> dict[str, str]:
    """Return the meters that were entered, by contract."""
    pairs = (pair.partition("=") for pair in given["meters"].split())
    return {contract: meter for contract, _, meter in pairs}


def _chosen(customers: tuple[str, ...], ask: Ask) -> str:
    """Return the customer that is meant, by its place: a number names somebody."""
    if not customers:
        raise InvalidInput("the login is no customer's")
    if len(customers) == 1:
        return customers[0]
    places = tuple(str(place) for place in range(1, len(customers) + 1))
    prompt = f"Which of the {len(customers)} customers of this login"
    place = ask(Field(name="customer", prompt=prompt, default="1", choices=places))
    return customers[int(place) - 1]


def _metered(known: Known) -> tuple[str, str]:
    """Return a contract and its meter."""
    for site in known.sites:
        if isinstance(site, ContractSite) and site.meter_id is not None:
            return site.contract_no, site.meter_id
    for contract_no, meter_id in _entered(known.given).items():
        return contract_no, meter_id
    raise Nothing("no meter is named: ESMART_METERS=CONTRACT=METER names one")


def _contract(known: Known) -> str:
    """Return a contract; where none could be read, one that was entered."""
    for contract_no in _entered(known.given):
        return contract_no
    return known.site(ContractSite).contract_no


def _delivery_point(known: Known) -> str:
    delivery_point = known.site(ContractSite).delivery_point_id
    if delivery_point is None:
        raise Nothing("no delivery point is named")
    return delivery_point


def _charger(known: Known) -> tuple[str, str, int, int]:
    charger = known.site(ChargerSite)
    return charger.contract_no, charger.asset_id, known.now.year, known.now.month


def _gateway(known: Known) -> str:
    gateway_id = known.site(ChargerSite).gateway_id
    if gateway_id is None:
        raise Nothing("no gateway is named")
    return gateway_id


def _requested(known: Known) -> tuple[str, str]:
    zone, kind = known.first("request_zones"), known.first("request_types")
    return zone.id, kind.id


_OPERATIONS: Final[Operations] = {
    "authenticate": lambda client, known: client.authenticate(),
    "ping": lambda client, known: client.ping(),
    "checks": lambda client, known: client.checks(),
    # What the account has.
    "delivery_points": lambda client, known: client.delivery_points(),
    "contracts": lambda client, known: client.contracts(),
    "contract": lambda client, known: client.contract(_contract(known)),
    "meter_exists": lambda client, known: client.meter_exists(*_metered(known)),
    "customer": lambda client, known: client.customer(),
    "building": lambda client, known: client.building(*_metered(known)),
    "meter_readings": lambda client, known: client.meter_readings(
        _delivery_point(known)
    ),
    # Power, energy, prices and costs.
    "watt_meter": lambda client, known: client.watt_meter(*_metered(known)),
    "watt_meter_v1": lambda client, known: client.watt_meter_v1(*_metered(known)),
    "spot_prices": lambda client, known: client.spot_prices(
        known.site(AreaSite).price_area, *known.span
    ),
    "contract_prices": lambda client, known: client.contract_prices(
        _contract(known), *known.span
    ),
    "meter_prices": lambda client, known: client.meter_prices(
        *_metered(known), *known.span
    ),
    "consumption": lambda client, known: client.consumption(
        *_metered(known), *known.span
    ),
    "asset_consumption": lambda client, known: client.asset_consumption(
        known.site(DeviceSite).asset_id, *known.span
    ),
    "costs": lambda client, known: client.costs(*_metered(known), *known.span),
    "comparison": lambda client, known: client.comparison(
        *_metered(known), *known.span
    ),
    "temperatures": lambda client, known: client.temperatures(
        _metered(known)[1], *known.span
    ),
    "expenses": lambda client, known: client.expenses(_contract(known), *known.span),
    # Invoices, messages, terms.
    "invoices": lambda client, known: client.invoices(),
    "contract_invoices": lambda client, known: client.contract_invoices(
        _contract(known), known.now.year
    ),
    "invoice": lambda client, known: client.invoice(known.first("invoices").number),
    "invoice_documents": lambda client, known: client.invoice_documents(known.now.year),
    "messages": lambda client, known: client.messages(),
    "unread_messages": lambda client, known: client.unread_messages(),
    "unread_ids": lambda client, known: client.unread_ids(),
    "eula_accepted": lambda client, known: client.eula_accepted(),
    "terms": lambda client, known: client.terms(),
    # Charging and control.
    "charging_requests": lambda client, known: client.charging_requests(),
    "charging_request": lambda client, known: client.charging_request(
        known.first("charging_requests").id
    ),
    "charger_statistics": lambda client, known: client.charger_statistics(
        *_charger(known)
    ),
    "chargers": lambda client, known: client.chargers(_gateway(known)),
    "cars": lambda client, known: client.cars(),
    "car": lambda client, known: client.car(known.first("cars").id),
    "control_plans": lambda client, known: client.control_plans(
        known.site(DeviceSite).asset_id
    ),
    "request_types": lambda client, known: client.request_types(),
    "request_zones": lambda client, known: client.request_zones(_contract(known)),
    "requested": lambda client, known: client.requested(
        *_requested(known), *known.span
    ),
    "control_sites": lambda client, known: client.control_sites(),
    "control_devices": lambda client, known: client.control_devices(
        known.first("control_sites").id
    ),
    "control_settings": lambda client, known: client.control_settings(
        known.first("control_sites").id
    ),
    "restriction_events": lambda client, known: client.restriction_events(),
    "restricted_meters": lambda client, known: client.restricted_meters(
        known.first("restriction_events")
    ),
}

PROBE: Final = Probe(
    fields=(
        Field(name="api_url", prompt="API address", is_address=True),
        Field(name="user_name", prompt="User name"),
        Field(name="password", prompt="Password", is_secret=True),
        Field(name="area", prompt="Area", default="power", choices=("power", "net")),
        Field(name="customer_id", prompt="Customer number", default="", is_asked=False),
        Field(name="app_name", prompt="App", default="smartliv", is_asked=False),
        Field(name="price_area", prompt="Price area", default="", is_asked=False),
        Field(
            name="meters",
            prompt="Meters that the portal does not name (CONTRACT=METER ...)",
            default="",
            is_asked=False,
        ),
    ),
    posts=_posts,
    connect=_connect,
    operations=_OPERATIONS,
)
