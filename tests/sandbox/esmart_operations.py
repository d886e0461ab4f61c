"""What the simulated eSmart serves, and where: spelt as the portal does."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tests.sandbox.esmart_wire import Ask, Data

if TYPE_CHECKING:
    from tests.sandbox.esmart import EsmartSandbox

type Answer = Callable[[Ask], object]


def table(sandbox: EsmartSandbox) -> Mapping[str, tuple[str, str, Answer]]:
    """Return method, path and what answers, by the name of the operation."""
    home, prices, energy = sandbox.home, sandbox.prices, sandbox.energy
    customer, post, readings = sandbox.customer, sandbox.post, sandbox.readings
    charging, control = sandbox.charging, sandbox.control
    c = "customers/{customerId}"
    k = f"{c}/contracts/{{contractNo}}"
    m = f"{k}/meters/{{meterId}}"
    point = f"{c}/deliverypoints/{{deliveryPointId}}/readings"
    request = f"{c}/evchargingrequests/{{evChargingRequestId}}"
    app = f"{c}/apps/{{appshortname}}"
    plans = f"{c}/devices/{{assetId}}/controlplans"
    requests = "controlplanrequests"
    restricted = "componentinforestricted"
    site = "demandandcontrol/customers/{custId}/sites"
    settings = f"{site}/{{siteId}}/settings"
    cars = f"evinfo/{c}/cars"
    return {
        "authenticate": ("POST", "Authenticate", sandbox.authenticate),
        "contractdeliverypoints": (
            "GET",
            f"{c}/contractdeliverypoints",
            home.contract_delivery_points,
        ),
        "deliverypoints": ("GET", f"{c}/deliverypoints", home.delivery_point_list),
        "contracts": ("GET", f"{c}/contracts", home.contracts),
        "contract": ("GET", k, home.one_contract),
        "meter_exists": ("GET", f"{m}/exists", home.exists),
        "user_meters": ("GET", "Users/{userId}/meters", home.user_meters),
        "associates": ("GET", f"{c}/associates", customer.associates),
        "customer": ("GET", c, customer.customer),
        "customer_update": ("PATCH", c, customer.customer_update),
        "wattmeter": ("GET", f"{m}/wattmeter", energy.wattmeter),
        "wattmeter_v2": ("GET", f"{m}/wattmeter/v2", energy.wattmeter_v2),
        "spotprices": ("GET", "spotprices", prices.spot_prices),
        "contract_prices": ("GET", f"{k}/hourprices", prices.contract_prices),
        "meter_prices": (
            "GET",
            # Singular, other than everywhere else.
            f"{k}/meter/{{meterId}}/hourprices",
            prices.meter_prices,
        ),
        "consumption": ("POST", f"{m}/consumption", energy.consumption),
        "asset_consumption": (
            "POST",
            f"{c}/asset/{{assetId}}/consumption",
            sandbox.assets.consumption,
        ),
        "costs": ("POST", f"{m}/costs", energy.costs),
        "comparedwithothers": (
            "POST",
            f"{m}/comparedwithothers",
            energy.compared_with_others,
        ),
        "temperatures": (
            "POST",
            "meters/{meterId}/temperatures",
            energy.temperatures,
        ),
        "expenseoverview": (
            "POST",
            f"{k}/expenseoverview",
            energy.expense_overview,
        ),
        "invoices": ("GET", f"{c}/invoices", post.invoices),
        "contract_invoices": (
            "GET",
            f"{k}/invoices/{{year}}",
            post.contract_invoices,
        ),
        "invoice": ("GET", f"{c}/invoices/{{invoiceNo}}", post.invoice),
        "invoice_pdfs": (
            "GET",
            f"{c}/invoices/{{year}}/invoicepdfs",
            post.invoice_pdfs,
        ),
        "messages": ("GET", f"{c}/messages", post.messages),
        "messages_count": ("GET", f"{c}/messages/count", post.messages_count),
        "message_update": (
            "PATCH",
            f"{c}/messages/{{messageId}}",
            post.message_update,
        ),
        "messages_state": ("POST", f"{c}/messages/state", post.messages_state),
        "readings": ("GET", point, readings.readings),
        "reading_submit": ("POST", point, readings.reading_submit),
        "building": ("GET", f"{m}/settings", customer.building),
        "building_update": (
            "POST",
            f"{m}/settings/building",
            customer.building_update,
        ),
        "charging_requests": (
            "GET",
            f"{c}/evchargingrequests",
            charging.charging_requests,
        ),
        "charging_request": ("GET", request, charging.charging_request),
        "charging_request_create": (
            "POST",
            f"{c}/evchargingrequests",
            charging.create,
        ),
        "charging_request_update": ("PATCH", request, charging.update),
        "charging_request_cancel": ("DELETE", request, charging.cancel),
        "charger_statistics": (
            "GET",
            f"evinfo/{k}/chargers/{{chargerAssetId}}/statistics",
            charging.statistics,
        ),
        "cars": ("GET", cars, charging.cars),
        "car": ("GET", f"{cars}/{{vehicleid}}", charging.car),
        "car_add": ("POST", f"{cars}/{{carId}}", charging.car_add),
        "car_update": ("PATCH", f"{cars}/{{carId}}", charging.car_update),
        "car_remove": ("DELETE", f"{cars}/{{vehicleid}}", charging.car_remove),
        "chargers_and_cars": (
            "GET",
            f"evinfo/{c}/gateways/{{gatewayAssetId}}/evchargingdevicesandcars",
            charging.chargers_and_cars,
        ),
        "restriction_types": ("GET", f"{restricted}/types", control.restriction_types),
        "restriction_events": (
            "GET",
            f"{restricted}/events",
            control.restriction_events,
        ),
        "restricted_meters": (
            "GET",
            f"{restricted}/meters/event/{{eventName}}",
            control.restricted_meters,
        ),
        "control_types": ("GET", f"{requests}/tstypes", control.types),
        "control_zones": ("GET", f"{requests}/zones", control.zones),
        "control_requested": (
            "GET",
            f"{requests}/zones/{{zoneId}}/tstypes/{{tsTypeId}}",
            control.requested,
        ),
        "control_request": ("POST", requests, control.submit),
        "control_plans": ("GET", plans, control.plans),
        "control_plan_decline": (
            "POST",
            f"{plans}/{{controlPlanId}}/decline",
            control.decline,
        ),
        "control_sites": ("GET", site, control.sites),
        "control_devices": ("GET", f"{site}/{{siteId}}/devices", control.devices),
        "control_settings": ("GET", settings, control.settings),
        "control_settings_set": ("PUT", settings, control.settings_set),
        "control_settings_post": ("POST", settings, control.settings_set),
        "control_settings_delete": ("DELETE", settings, control.settings_delete),
        "eula": ("GET", f"{app}/eula", customer.eula),
        "eula_accept": ("POST", f"{app}/eula", customer.eula_accept),
        "terms": ("GET", f"{app}/terms", customer.terms),
        "terms_accept": ("POST", f"{app}/terms", customer.terms_accept),
        "ping": ("GET", "ping", _ping),
        "ping_checks": ("GET", "ping/checks", _ping_checks),
    }


def _ping(ask: Ask) -> Data:
    del ask
    subsystems = [{"Name": "CustomerWeb", "Version": "1.0.0"}]
    return {"Version": "1.0.0", "Subsystems": subsystems}


def _ping_checks(ask: Ask) -> list[Data]:
    del ask
    return [
        {"Name": name, "IsOk": True, "Message": None}
        for name in ("CustomerWeb", "Cache")
    ]
