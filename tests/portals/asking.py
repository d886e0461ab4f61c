"""What is asked of each portal, and who asks."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.models import Area
from custom_components.energy_portals.portals.model.periods import Period
from tests.portals.asking_typed import AFTER, DAY, NOW, TYPED_CALLS, TYPED_CLIENTS
from tests.sandbox.server import Sandbox

__all__ = ["CALLS", "CLIENTS", "NOW", "Call"]

type Call = Callable[[Any], Awaitable[Any]]
type Connect = Callable[[ClientSession, Sandbox], Awaitable[Any]]


async def _digiwatt(session: ClientSession, sandbox: Sandbox) -> Any:
    facts: Any = sandbox.facts()["digiwatt"]
    return DigiwattClient(session, **facts)


async def _esmart(session: ClientSession, sandbox: Sandbox) -> Any:
    facts: Any = sandbox.facts()["esmart"]
    return EsmartClient(session, **{**facts, "area": Area[facts["area"].upper()]})


async def _charging_request(client: EsmartClient) -> Any:
    request, *_ = await client.charging_requests()
    return await client.charging_request(request.id)


CLIENTS: Final[Mapping[str, Connect]] = {
    "digiwatt": _digiwatt,
    "esmart": _esmart,
    **TYPED_CLIENTS,
}
# By portal and operation, as its table of paths names it.
CALLS: Final[Mapping[str, Mapping[str, Call]]] = {
    "digiwatt": {
        "consumption": lambda it: it.consumption(Period.YESTERDAY),
        "consumption_totals": lambda it: it.totals(Period.LAST_WEEK),
        "consumption_realtime": lambda it: it.realtime(),
        "consumption_latest": lambda it: it.latest(),
        "consumption_performance": lambda it: it.performance(Period.LAST_MONTH),
        "consumption_habits": lambda it: it.habits(Period.LAST_SEVEN_DAYS),
        "analytics_trend": lambda it: it.trend(),
        "analytics_distribution": lambda it: it.distribution(),
        "analytics_compound": lambda it: it.compound(),
        "saving": lambda it: it.saving(),
        "greenness": lambda it: it.greenness(),
    },
    "esmart": {
        "authenticate": lambda it: it.authenticate(),
        "contractdeliverypoints": lambda it: it.delivery_points(),
        "contracts": lambda it: it.contracts(),
        "contract": lambda it: it.contract("1001"),
        "meter_exists": lambda it: it.meter_exists("1001", "M-1001"),
        "customer": lambda it: it.customer(),
        "wattmeter": lambda it: it.watt_meter_v1("1001", "M-1001"),
        "wattmeter_v2": lambda it: it.watt_meter("1001", "M-1001"),
        "spotprices": lambda it: it.spot_prices("NO1", DAY, AFTER),
        "contract_prices": lambda it: it.contract_prices("1001", DAY, AFTER),
        "meter_prices": lambda it: it.meter_prices("1001", "M-1001", DAY, AFTER),
        "consumption": lambda it: it.consumption("1001", "M-1001", DAY, AFTER),
        "costs": lambda it: it.costs("1001", "M-1001", DAY, AFTER),
        "comparedwithothers": lambda it: it.comparison(
            "1001", "M-1001", DAY - timedelta(days=7), AFTER
        ),
        "temperatures": lambda it: it.temperatures("M-1001", DAY, AFTER),
        "expenseoverview": lambda it: it.expenses("1001", DAY, AFTER),
        "invoices": lambda it: it.invoices(),
        "contract_invoices": lambda it: it.contract_invoices("1001", 2026),
        "invoice": lambda it: it.invoice("100108"),
        "messages": lambda it: it.messages(),
        "messages_count": lambda it: it.unread_messages(),
        "readings": lambda it: it.meter_readings("3001"),
        "building": lambda it: it.building("1001", "M-1001"),
        "charging_requests": lambda it: it.charging_requests(),
        "charging_request": _charging_request,
        "charger_statistics": lambda it: it.charger_statistics("1001", "601", 2026, 10),
        "cars": lambda it: it.cars(),
        "control_plans": lambda it: it.control_plans("601"),
        "control_types": lambda it: it.request_types(),
        "control_zones": lambda it: it.request_zones("1001"),
        "control_requested": lambda it: it.requested("1", "2", DAY, AFTER),
        "control_sites": lambda it: it.control_sites(),
        "control_devices": lambda it: it.control_devices("701"),
        "control_settings": lambda it: it.control_settings("701"),
        "eula": lambda it: it.eula_accepted(),
        "terms": lambda it: it.terms(),
        "ping": lambda it: it.ping(),
        "ping_checks": lambda it: it.checks(),
    },
    **TYPED_CALLS,
}
