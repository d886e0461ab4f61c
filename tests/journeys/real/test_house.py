"""What the real integrations tell, as sources of the house, and a planner on each."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
import pytest

from custom_components.energy_portals.const import DOMAIN
from scripts.integrations import source_answer
from tests.accounts import act, set_up
from tests.faces.planner.home import dishwasher, planner_of
from tests.faces.planner.seen import times
from tests.journeys.real.household import (
    AUTUMN,
    ORDINARY,
    PRICED,
    SPRING,
    Household,
    Prices,
    added,
    roof,
)
from tests.sandbox import Sandbox
from tests.sandbox.sources.source import DAY, HOUR, QUARTER


async def add_source(hass: HomeAssistant, domain: str, sort: str) -> ConfigEntry:
    """Add what an integration has by our flow."""
    flow = hass.config_entries.flow
    result: Mapping[str, Any] = await flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for step in ("home_assistant", f"house_{sort}"):
        chosen = {"next_step_id": step}
        result = await flow.async_configure(result["flow_id"], chosen)
    while result["type"] is FlowResultType.FORM and not result["errors"]:
        form = {
            str(name): _options(selector)
            for name, selector in result["data_schema"].schema.items()
        }
        shown = {
            str(name): name.description["suggested_value"]
            for name in result["data_schema"].schema
            if "suggested_value" in (name.description or {})
        }
        answers = source_answer(domain, form, shown)
        if "name" in form:
            answers["name"] = domain
        result = await flow.async_configure(result["flow_id"], answers)
    await hass.async_block_till_done(wait_background_tasks=True)
    return added(result)


def _options(selector: Any) -> list[str]:
    """Return what may be chosen of a list."""
    options = getattr(selector, "config", {}).get("options", ())
    return [each if isinstance(each, str) else each["value"] for each in options]


@pytest.fixture
async def sources(hass: HomeAssistant, household: Household) -> Household:
    """Return a source of the house for each integration that has prices."""
    return {domain: await add_source(hass, domain, "prices") for domain in PRICED}


def _published(real: Sandbox, domain: str, day: date) -> Prices:
    """Return what a source holds of a day, per kWh."""
    divisor = 1000 if domain == "nordpool" else 1
    published = PRICED[domain].published(real, day)
    if domain == "omie" and day == SPRING:
        # An hour is lost on the way.
        published = published[:8] + published[12:]
    return [(at, price / divisor) for at, price in published]


@pytest.mark.parametrize("day", [ORDINARY, SPRING, AUTUMN], ids=str)
async def test_prices(
    hass: HomeAssistant, real: Sandbox, sources: Household, day: date
) -> None:
    now = dt_util.utcnow()
    for domain in sources:
        entity = f"sensor.{domain}_price"
        told = await act(hass, "get_prices", entity_id=entity)
        assert told["currency"] == "EUR"
        slots = {each["start"]: each for each in told["slots"]}
        known = [
            *_published(real, domain, day),
            *_published(real, domain, day + DAY),
        ]
        assert list(slots) == [at.isoformat() for at, _ in known], domain
        for at, price in known:
            slot = slots[at.isoformat()]
            assert slot["end"] == (at + QUARTER).isoformat()
            assert slot["value"] == pytest.approx(price, abs=1e-5)
        (current,) = (price for at, price in known if at <= now < at + QUARTER)
        state = hass.states.get(entity)
        assert state is not None
        assert float(state.state) == pytest.approx(current, abs=1e-5)


async def test_planner(hass: HomeAssistant, sources: Household) -> None:
    for domain, source in sources.items():
        planner = planner_of(
            hass,
            dishwasher(),
            unique_id=f"planner:{domain}",
            price=f"{source.unique_id}:source",
            currency="EUR",
        )
        await set_up(hass, planner)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert planner.state is ConfigEntryState.LOADED
        start, end = times(hass, planner)
        assert end - start == 8 * QUARTER


async def test_sun(hass: HomeAssistant, real: Sandbox, household: Household) -> None:
    source = await add_source(hass, "forecast_solar", "sun")
    assert source.data["entries"] == [household["forecast_solar"].entry_id]
    told = await act(hass, "get_forecast", kind="sun")
    energies = dict(map(_energy, told["slots"]))
    server, roofs, place = roof(real)
    # It says of each energy when its period ends; those of today are over.
    for (start, _), (end, energy) in pairwise(server.energy(roofs, place).items()):
        if start.date() == end.date() > ORDINARY:
            assert energies[start] == pytest.approx(energy, abs=1), start


def _energy(slot: Mapping[str, Any]) -> tuple[datetime, float]:
    """Return when a slot of mean power starts, and its energy in Wh."""
    start, end = (datetime.fromisoformat(slot[key]) for key in ("start", "end"))
    return start, slot["value"] * ((end - start) / HOUR) * 1000
