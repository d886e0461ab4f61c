"""What an account relies on that is not there: told after a while, until it is back."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    CoreState,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.missing import Missing
from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.accounts import pass_time, set_up, value
from tests.faces.planner.home import NOW, key_of, load, planner_of
from tests.faces.volue.home import account_of, charger, tank, vehicle
from tests.market import Market
from tests.priced import Priced, entry_of, set_up as set_up_priced, use
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox

MINUTE = timedelta(minutes=1)
SOURCE = "esmart:priced:home"
DATA = {"duration": 60, "power": 1}


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Oslo")


@pytest.fixture
async def prices(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """Return an account with prices, set up."""
    use(monkeypatch, Priced((Market().feed(),)).portal())
    entry = entry_of(hass)
    await set_up_priced(hass, entry)
    return entry


@pytest.fixture
async def calendar(hass: HomeAssistant) -> er.RegistryEntry:
    """Return a calendar that is always on, while it is there."""
    assert await async_setup_component(hass, "calendar", {})

    def answer(call: ServiceCall) -> ServiceResponse:
        """Answer for a calendar that is there, as Home Assistant does."""
        state = hass.states.get(call.data["entity_id"])
        if state is None or state.state == "unavailable":
            raise HomeAssistantError("no entity")
        span = {
            "start": call.data["start_date_time"],
            "end": call.data["end_date_time"],
        }
        return {state.entity_id: {"events": [span]}}

    hass.services.async_register(
        *("calendar", "get_events", answer), supports_response=SupportsResponse.ONLY
    )
    entry = er.async_get(hass).async_get_or_create("calendar", "other", "1")
    hass.states.async_set(entry.entity_id, "on")
    return entry


def _issues(hass: HomeAssistant) -> dict[str, dict[str, str]]:
    """Return what is told now, by key."""
    return {
        each.translation_key or "": each.translation_placeholders or {}
        for each in ir.async_get(hass).issues.values()
        if each.domain == DOMAIN and each.active
    }


async def _planner(
    hass: HomeAssistant, calendar: str | None = None, **data: Any
) -> MockConfigEntry:
    """Return a planner with one load, set up."""
    beside = {} if calendar is None else {"calendar": calendar}
    planner = planner_of(hass, load("Pump", **DATA, **beside), price=SOURCE, **data)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    return planner


def _status(hass: HomeAssistant, planner: MockConfigEntry) -> str | None:
    return value(hass, planner, key_of(planner, "Pump"), "load_status")


async def test_source_told_after_a_while(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, prices: MockConfigEntry
) -> None:
    """And no longer once it is back; what was known counts meanwhile."""
    planner = await _planner(hass)
    status = _status(hass, planner)
    assert status in {"planned", "due"}
    assert await hass.config_entries.async_unload(prices.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(9):
        await pass_time(hass, freezer, MINUTE)
    assert _issues(hass) == {}
    await pass_time(hass, freezer, MINUTE)
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, SOURCE), prices.entry_id
    )
    assert device is not None
    assert _issues(hass) == {
        "sources_missing": {"account": "Planner", "sources": f"- Priced: {device.name}"}
    }
    assert _status(hass, planner) in {"planned", "due"}
    # Set up anew, the planner does not take back what is still so.
    assert await hass.config_entries.async_reload(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert set(_issues(hass)) == {"sources_missing"}
    await set_up_priced(hass, prices)
    assert _issues(hass) == {}


async def test_source_of_an_account_that_is_removed(
    hass: HomeAssistant, prices: MockConfigEntry
) -> None:
    """Nobody waits for it."""
    await _planner(hass)
    await hass.config_entries.async_remove(prices.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _issues(hass) == {
        "sources_missing": {"account": "Planner", "sources": f"- {SOURCE}"}
    }


async def test_not_while_home_assistant_starts(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """The ten minutes are those of a Home Assistant that has started."""
    hass.set_state(CoreState.not_running)
    planner = await _planner(hass, "calendar.away")
    await pass_time(hass, freezer, 30 * MINUTE)
    assert _issues(hass) == {}
    await hass.async_start()
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(hass, freezer, 9 * MINUTE)
    assert set(_issues(hass)) == {"sources_missing"}  # its account is nowhere
    await pass_time(hass, freezer, MINUTE)
    assert set(_issues(hass)) == {"sources_missing", "entity_missing"}
    assert await hass.config_entries.async_remove(planner.entry_id)
    assert _issues(hass) == {}


@pytest.mark.parametrize("how", ["unavailable", "gone", "removed"])
@pytest.mark.usefixtures("prices")
async def test_calendar(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    calendar: er.RegistryEntry,
    how: str,
) -> None:
    """What was busy stays busy; what is missing is told, until it is back."""
    planner = await _planner(hass, calendar.entity_id)
    assert _status(hass, planner) == "shortfall"
    if how == "removed":
        er.async_get(hass).async_remove(calendar.entity_id)
    if how == "unavailable":
        hass.states.async_set(calendar.entity_id, "unavailable")
    else:
        hass.states.async_remove(calendar.entity_id)
    await pass_time(hass, freezer, 9 * MINUTE)
    assert _issues(hass) == {}
    await pass_time(hass, freezer, MINUTE)
    told = {"account": "Planner", "part": "Pump", "entity": calendar.entity_id}
    assert _issues(hass) == {"entity_missing": told}
    for _ in range(2):
        await pass_time(hass, freezer, timedelta(minutes=15))
        assert _status(hass, planner) == "shortfall"
    er.async_get(hass).async_get_or_create("calendar", "other", "1")
    hass.states.async_set(calendar.entity_id, "off")
    await pass_time(hass, freezer, MINUTE)
    assert _issues(hass) == {}


@pytest.mark.usefixtures("prices")
async def test_calendar_that_is_renamed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, calendar: er.RegistryEntry
) -> None:
    """It is followed, and nothing is missing."""
    planner = await _planner(hass, calendar.entity_id)
    hass.states.async_remove(calendar.entity_id)
    renamed = "calendar.by_another_name"
    er.async_get(hass).async_update_entity(calendar.entity_id, new_entity_id=renamed)
    hass.states.async_set(renamed, "on")
    for _ in range(2):
        await pass_time(hass, freezer, timedelta(minutes=15))
    assert _issues(hass) == {}
    feed = planner.runtime_data.feeds["plans"].data["planner"]
    busy = feed.known.by_what[key_of(planner, "Pump")]
    # It was read again, under its new name.
    assert busy.spans[0][0] > NOW
    hass.states.async_set(renamed, "unavailable")
    await pass_time(hass, freezer, 10 * MINUTE)
    assert _issues(hass)["entity_missing"]["entity"] == renamed


@pytest.mark.usefixtures("prices")
async def test_calendar_that_comes_later(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, calendar: er.RegistryEntry
) -> None:
    """Nothing begins before it is there; then it is planned at once."""
    hass.set_state(CoreState.not_running)
    hass.states.async_remove(calendar.entity_id)
    planner = await _planner(hass, calendar.entity_id)
    assert _status(hass, planner) == "waiting"
    await hass.async_start()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _status(hass, planner) == "waiting"
    hass.states.async_set(calendar.entity_id, "off")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _status(hass, planner) == "shortfall"


async def test_statistic(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> None:
    """That of an entity is missed; one of no entity tells by itself when it lacks."""
    facts = sandbox.portal(VolueSandbox).account(f"{sandbox.address}/volue")
    meter = er.async_get(hass).async_get_or_create("sensor", "other", "1")
    parts = (
        tank(energy=meter.entity_id),
        charger(energy="sensor.of_no_entity"),
        vehicle(energy="other:energy"),
    )
    account = account_of(hass, {CONF_VENDOR: "volue", **facts}, *parts)
    await set_up(hass, account)
    assert [part.data["energy"] for part in account.subentries.values()] == [
        meter.id,
        "sensor.of_no_entity",
        "other:energy",
    ]
    hass.states.async_set(meter.entity_id, "12")
    await pass_time(hass, freezer, 10 * MINUTE)
    assert _issues(hass) == {}
    hass.states.async_set(meter.entity_id, "unavailable")
    await pass_time(hass, freezer, 10 * MINUTE)
    assert set(_issues(hass)) == {"entity_missing"}
    hass.states.async_set(meter.entity_id, "12")
    await hass.async_block_till_done()
    assert _issues(hass) == {}


async def test_a_look_that_is_on_its_way_when_it_ends(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    """Whoever is told of a change may set the account up again at once."""
    volue = sandbox.portal(VolueSandbox)
    data = volue.account(f"{sandbox.address}/volue")
    entry = account_of(hass, {CONF_VENDOR: "volue", **data}, tank())
    await set_up(hass, entry)
    missing = Missing(hass, entry)
    missing.start()()
    assert await hass.config_entries.async_unload(entry.entry_id)
    entry.mock_state(hass, ConfigEntryState.SETUP_IN_PROGRESS)
    missing._look()
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
