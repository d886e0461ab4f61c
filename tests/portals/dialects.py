"""Every read of every portal, of its true answer and of that in every dialect.

`python -m tests.portals.dialects [PORTAL [OPERATION [DIALECT]]]` says what came out.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import sys
from typing import Any, Final

from aiohttp import ClientSession

from custom_components.energy_portals.portals.http.errors import PortalError
from tests.portals.judging import judged
from tests.sandbox.dialects import SHAPES, Dialect, dialects_of, without_references
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.server import Sandbox

# The evening after the day of 25 hours.
NOW: Final = datetime(2026, 10, 26, 18, 40, tzinfo=UTC)
DAY: Final = datetime(2026, 10, 24, 22, tzinfo=UTC)
AFTER: Final = DAY + timedelta(hours=25)

type Call = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True)
class Case:
    """What came of an operation in a dialect.

    `outcome` is `read`, `unknown`, `refused` or `WRONG`; `is_said` whether what is
    missing was refused by name.
    """

    portal: str
    operation: str
    dialect: Dialect
    outcome: str
    detail: str = ""
    is_said: bool = True


@dataclass(frozen=True)
class Portal:
    """A portal in the sandbox, a client of it, and what is asked."""

    sandbox: PortalSandbox
    client: Any
    calls: Mapping[str, Call]


@asynccontextmanager
async def running(*keys: str) -> AsyncGenerator[dict[str, Portal]]:
    """Run portals at one moment."""
    async with Sandbox(clock=lambda: NOW) as sandbox, ClientSession() as session:
        yield {
            key: Portal(
                sandbox.portals[key],
                _CLIENTS[key](session, sandbox),
                CALLS[key],
            )
            for key in keys or CALLS
        }


async def cases(key: str, portal: Portal, operation: str) -> list[Case]:
    """Return what comes of an operation in each dialect."""
    call = portal.calls[operation]
    truth = await call(portal.client)
    shape = SHAPES[key][operation]
    return [
        await _case(key, portal, operation, dialect, truth)
        for dialect in dialects_of(shape)
    ]


async def _case(
    key: str, portal: Portal, operation: str, dialect: Dialect, truth: object
) -> Case:
    """Ask once, of a portal that speaks so."""

    def transform(
        body: object, query: Mapping[str, str]
    ) -> tuple[object, Mapping[str, str]]:
        answer = dialect.of(without_references(body), query)
        return answer.body, answer.headers

    portal.sandbox.transforms = {operation: transform}
    before = Counter(_refused(portal.client))
    try:
        got = await portal.calls[operation](portal.client)
    except PortalError as error:
        return Case(key, operation, dialect, "refused", f"{error}")
    except Exception as error:  # noqa: BLE001  whatever it is, a reader must not raise it
        return Case(key, operation, dialect, "WRONG", f"raises {error!r}")
    finally:
        portal.sandbox.transforms = {}
    said = _refused(portal.client) != before or _says_so(got)
    verdict = judged(truth, got)
    if verdict.wrong:
        more = f" (and {len(verdict.wrong) - 1} more)" if verdict.wrong[1:] else ""
        return Case(key, operation, dialect, "WRONG", f"{verdict.wrong[0]}{more}")
    missing = f"{verdict.known} of {verdict.all} values"
    if verdict.share >= 1 or (dialect.least < 1 and verdict.share >= dialect.least):
        return Case(key, operation, dialect, "read", missing, is_said=True)
    if dialect.says and not said:
        return Case(key, operation, dialect, "WRONG", f"{missing}, as if that were all")
    return Case(key, operation, dialect, "unknown", missing, is_said=bool(said))


def _refused(client: Any) -> Counter[str]:
    refused = getattr(client, "refused", None)
    return Counter() if refused is None else Counter(refused())


def _says_so(got: object) -> bool:
    """Say whether a result tells that it is not all there is."""
    return any(
        getattr(got, name, None) is value
        for name, value in (
            ("is_whole", False),
            ("complete", False),
            ("incomplete", True),
            ("is_complete", False),
        )
    )


def _digiwatt(session: ClientSession, sandbox: Sandbox) -> Any:
    from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient

    facts: Any = sandbox.facts()["digiwatt"]
    return DigiwattClient(session, **facts)


def _esmart(session: ClientSession, sandbox: Sandbox) -> Any:
    from custom_components.energy_portals.portals.esmart.client import EsmartClient
    from custom_components.energy_portals.portals.esmart.models import Area

    facts: Any = sandbox.facts()["esmart"]
    return EsmartClient(session, **{**facts, "area": Area[facts["area"].upper()]})


_CLIENTS: Final[Mapping[str, Callable[[ClientSession, Sandbox], Any]]] = {
    "digiwatt": _digiwatt,
    "esmart": _esmart,
}


def _period(name: str) -> Any:
    from custom_components.energy_portals.portals.model.periods import Period

    return Period(name)


async def _charging_request(client: Any) -> Any:
    request, *_ = await client.charging_requests()
    return await client.charging_request(request.id)


CALLS: Final[Mapping[str, Mapping[str, Call]]] = {
    "digiwatt": {
        "consumption": lambda it: it.consumption(_period("yesterday")),
        "consumption_totals": lambda it: it.totals(_period("last-week")),
        "consumption_realtime": lambda it: it.realtime(),
        "consumption_latest": lambda it: it.latest(),
        "consumption_performance": lambda it: it.performance(_period("last-month")),
        "consumption_habits": lambda it: it.habits(_period("last-seven-days")),
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
}


def shares(found: list[Case]) -> tuple[int, int]:
    """Return how many dialects keep the meaning, and how many of these are read."""
    kept = [case for case in found if case.dialect.keeps]
    return len(kept), sum(case.outcome == "read" for case in kept)


async def _report(key: str, operation: str, dialect: str) -> None:
    """Print what came of it: faults and what should have been read, or all of one."""
    everything = []
    async with running(*([key] if key else [])) as portals:
        for name, portal in portals.items():
            for each in portal.calls:
                if operation and not each.startswith(operation):
                    continue
                found = await cases(name, portal, each)
                everything += found
                _print(name, each, found, dialect, is_alone=bool(operation))
    count = Counter(case.outcome for case in everything)
    print(f"{len(everything)} cases:", dict(count))


def _print(
    key: str, operation: str, found: list[Case], dialect: str, *, is_alone: bool
) -> None:
    count = Counter(case.outcome for case in found)
    kept, read = shares(found)
    silent = sum(case.outcome == "unknown" and not case.is_said for case in found)
    print(
        f"{key} {operation}: {len(found)} cases, {count['WRONG']} WRONG,"
        f" {count['unknown']} unknown ({silent} silent), {count['refused']} refused;"
        f" kept {read}/{kept} read{'' if read >= 0.9 * kept else ' BELOW 9 IN 10'}"
    )
    for case in found:
        is_missed = case.dialect.keeps and case.outcome != "read"
        is_meant = bool(dialect) and case.dialect.name.startswith(dialect)
        if is_meant or (
            is_alone and not dialect and (case.outcome == "WRONG" or is_missed)
        ):
            keeps = "keeps" if case.dialect.keeps else "loses"
            print(f"  {case.outcome:8}{keeps} {case.dialect.name}: {case.detail}")


def main() -> None:
    """Report."""
    names = [*sys.argv[1:], "", "", ""]
    asyncio.run(_report(*names[:3]))


if __name__ == "__main__":
    main()
