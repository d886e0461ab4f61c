"""Home Assistant's own integrations, added and asked as a person does."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from yarl import URL

from scripts.integrations import ANSWERS, answer
from tests.sandbox import Sandbox
from tests.sandbox.sources.easyenergy import EasyEnergySandbox, invoiced
from tests.sandbox.sources.energyzero import STREAMS, EnergyZeroSandbox
from tests.sandbox.sources.forecast_solar import ForecastSolarSandbox, Roof
from tests.sandbox.sources.nordpool import NordPoolSandbox
from tests.sandbox.sources.omie import OmieSandbox
from tests.sandbox.sources.source import DAY, SourceSandbox
from tests.sandbox.sources.tibber import HOME_NAME, TibberSandbox

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
ORDINARY: Final = date(2026, 11, 10)
SPRING: Final = date(2026, 3, 29)
AUTUMN: Final = date(2026, 10, 25)
# Past all publications; some of these integrations look for tomorrow from 14:00 UTC on.
AFTERNOON: Final = timedelta(hours=18, minutes=7, seconds=20)

# What is set up, by domain.
type Household = Mapping[str, ConfigEntry]
type Prices = list[tuple[datetime, float]]


def afternoon(day: date) -> datetime:
    """Return when the prices of a day's tomorrow are there."""
    return datetime.combine(day, datetime.min.time(), AMSTERDAM) + AFTERNOON


# --- adding -------------------------------------------------------------------------


async def add(hass: HomeAssistant, domain: str) -> Mapping[str, Any]:
    """Take an integration's own flow; returns its last result."""
    result: Mapping[str, Any] = await hass.config_entries.flow.async_init(
        domain, context={"source": SOURCE_USER}
    )
    while result["type"] is FlowResultType.FORM and not result.get("errors"):
        asked = result["data_schema"]
        names = map(str, asked.schema) if asked else ()
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], answer(domain, names)
        )
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def sign_in(
    hass: HomeAssistant, browser: Any, tibber: TibberSandbox
) -> Mapping[str, Any]:
    """Add tibber: the user says yes there, and is sent back."""
    await async_import_client_credential(
        hass, "tibber", ClientCredential(tibber.client_id, tibber.client_secret)
    )
    result = await hass.config_entries.flow.async_init(
        "tibber", context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.EXTERNAL_STEP
    async with (
        ClientSession() as session,
        session.get(result["url"], allow_redirects=False) as answered,
    ):
        back = URL(answered.headers["Location"])
    assert (await browser.get(back.path_qs)).status == 200
    await hass.async_block_till_done()
    done = await hass.config_entries.flow.async_configure(result["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)
    return done


def added(result: Mapping[str, Any]) -> ConfigEntry:
    """Return the account that a flow has made and that is set up."""
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    entry: ConfigEntry = result["result"]
    assert entry.state is ConfigEntryState.LOADED, entry.reason
    return entry


# --- asking -------------------------------------------------------------------------


async def call(hass: HomeAssistant, domain: str, action: str, **data: Any) -> Any:
    """Return what an action answers."""
    return await hass.services.async_call(
        domain, action, data, blocking=True, return_response=True
    )


def _read(rows: Iterable[Mapping[str, Any]], start: str) -> Prices:
    """Return the prices of an answer's rows, by instant and in their order."""
    return [(datetime.fromisoformat(row[start]), row["price"]) for row in rows]


async def _nordpool(hass: HomeAssistant, entry: ConfigEntry, day: date) -> Prices:
    answered = await call(
        hass,
        *("nordpool", "get_prices_for_date"),
        config_entry=entry.entry_id,
        date=day.isoformat(),
        areas=["NO1"],
    )
    assert answered.keys() == {"NO1"}
    return _read(answered["NO1"], "start")


async def _energyzero(hass: HomeAssistant, entry: ConfigEntry, day: date) -> Prices:
    answered = await call(
        hass,
        *("energyzero", "get_energy_prices"),
        config_entry=entry.entry_id,
        incl_vat=True,
        price_type="all_in",
        interval="quarter",
        start=day.isoformat(),
        end=day.isoformat(),
    )
    return _read(answered["prices"], "start")


async def _easyenergy(hass: HomeAssistant, entry: ConfigEntry, day: date) -> Prices:
    answered = await call(
        hass,
        *("easyenergy", "get_energy_usage_prices"),
        config_entry=entry.entry_id,
        incl_vat=True,
        price_type="invoice",
        granularity="quarter",
        start=day.isoformat(),
        end=day.isoformat(),
    )
    return _read(answered["prices"], "timestamp")


async def _tibber(hass: HomeAssistant, _: ConfigEntry, day: date) -> Prices:
    answered = await call(
        hass,
        *("tibber", "get_prices"),
        start=f"{day}T00:00:00",
        end=f"{day + DAY}T00:00:00",
    )
    assert answered["prices"].keys() == {HOME_NAME}
    return _read(answered["prices"][HOME_NAME], "start_time")


async def _omie(hass: HomeAssistant, _: ConfigEntry, day: date) -> Prices:
    answered = await call(
        hass,
        *("omie", "get_prices_for_date"),
        date=day.isoformat(),
        countries=["es"],
    )
    return _read(answered["es"], "start")


@dataclass(frozen=True, kw_only=True)
class Real[SandboxT: SourceSandbox]:
    """An integration, the server it asks, and how prices are asked of both.

    `when_not_known` is the error of the action for a day that is not published; where
    it is `None`, the day is empty.
    """

    server: type[SandboxT]
    read: Callable[[HomeAssistant, ConfigEntry, date], Awaitable[Prices]]
    price: Callable[[SandboxT, datetime], float]
    when_not_known: str | None = None

    def published(self, sandbox: Sandbox, day: date) -> Prices:
        """Return what the server has published of a day."""
        server = sandbox.portal(self.server)
        return [(slot, self.price(server, slot)) for slot in server.slots(day)]


PRICED: Final[Mapping[str, Real[Any]]] = {
    "nordpool": Real(
        server=NordPoolSandbox,
        read=_nordpool,
        # Per MWh, and the unit stands nowhere.
        price=lambda server, at: server.price("NO1", at, "EUR"),
    ),
    "energyzero": Real(
        server=EnergyZeroSandbox,
        read=_energyzero,
        price=lambda server, at: STREAMS["all_in_with_vat"](server.electricity(at)),
        when_not_known="no_data",
    ),
    "easyenergy": Real(
        server=EasyEnergySandbox,
        read=_easyenergy,
        price=lambda server, at: invoiced(server.electricity(at)),
        when_not_known="fetch_prices_error",
    ),
    "tibber": Real(
        server=TibberSandbox,
        read=_tibber,
        price=lambda server, at: server.price(at),
    ),
    "omie": Real(
        server=OmieSandbox,
        read=_omie,
        price=lambda server, at: server.price("es", at) / 1000,
        when_not_known="data_not_available",
    ),
}


def roof(
    real: Sandbox,
) -> tuple[ForecastSolarSandbox, list[Roof], tuple[float, float]]:
    """Return the simulated server, the roof and its place."""
    answers = ANSWERS["forecast_solar"]
    azimuth = answers["azimuth"] - 180
    roof = Roof(answers["declination"], azimuth, answers["modules_power"] / 1000)
    place = answers["latitude"], answers["longitude"]
    return real.portal(ForecastSolarSandbox), [roof], place
