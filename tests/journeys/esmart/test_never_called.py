"""What must never be called at eSmart: it adds a product, imports, shows a password."""

import asyncio
from datetime import timedelta
from pathlib import Path
import re

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.energy_portals.portals.esmart.client import ROUTES
from tests.accounts import act, attributes, device, pass_time, refresh
from tests.faces.esmart.flows import Form, begin, enter, finish
from tests.faces.esmart.home import CHARGER, HEATER
from tests.rules.source import MODULES
from tests.sandbox.esmart import EsmartSandbox

TRAPS = {"tracking", "import", "invoice_pdf"}
FORBIDDEN = re.compile(
    r"/tracking|/import\b|\}/pdf\b|resetterms|createIfNotExists|/signalr"
    r"|authandimport|/mock/|/push\b|timeseries/objectkey",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Let Home Assistant find the integration, and have the history imported."""


async def _drive_actions(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    """Call every action there is."""
    charger = {"device_id": device(hass, entry, CHARGER).id}
    heater = {"device_id": device(hass, entry, HEATER).id}
    span = {"start": "2026-01-16T20:00:00Z", "end": "2026-01-16T23:00:00Z"}
    await act(hass, "get_invoices")
    await act(hass, "get_invoices", year=2025, only_unpaid=True)
    await act(hass, "get_invoices", contract_no="1001", year=2025)
    media = hass.config.media_dirs["local"]
    await act(hass, "download_invoice", number="100108", folder=media)
    await act(hass, "mark_message_read", message_id="4202")
    esmart.post.add_message("New", "text")
    await act(hass, "mark_all_messages_read")
    await act(hass, "submit_meter_reading", value=99_999)
    await act(hass, "set_building", residents=3)
    await act(hass, "create_charging_request", **span, energy=5, **charger)
    request = {"request_id": _detail(hass, entry, "customer", "charging_requests")}
    await act(hass, "update_charging_request", **request, energy=6)
    await act(hass, "cancel_charging_request", **request)
    plan = {"plan_id": _detail(hass, entry, HEATER, "control_plans")}
    await act(hass, "decline_control_plan", **plan, **heater)
    hours = {"start": "2026-01-16T20:00:00Z", "end": "2026-01-16T23:00:00Z"}
    await act(hass, "request_control_plan", **hours, type="1", value=5)
    await act(hass, "get_control_plan_requests")
    await act(hass, "set_load_control", threshold=6, order=["611"])
    await act(hass, "reset_load_control")
    await act(hass, "get_charging_statistics", **charger)
    await act(hass, "add_garage_car", name="Car", car_id="car-9")
    await act(hass, "update_garage_car", car="car-9", power=7)
    await act(hass, "remove_garage_car", car="car-9")
    await act(hass, "update_contact", mobile="12345678")
    await act(hass, "get_prices", **charger_area(hass, entry))
    await act(hass, "get_history")
    await act(hass, "get_statistics_ids")
    await act(hass, "import_history", start="2025-12-20T00:00:00Z")


def _detail(hass: HomeAssistant, entry: MockConfigEntry, site: str, key: str) -> str:
    """Return the id of what a calendar shows."""
    return str(attributes(hass, entry, site, key, "calendar")["description"])


def charger_area(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """Return the price area as a target."""
    return {"device_id": device(hass, entry, "area-NO1").id}


async def test_whatever_is_done(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    form: Form,
    freezer: FrozenDateTimeFactory,
    tmp_path: Path,
) -> None:
    hass.config.media_dirs = {"local": str(tmp_path)}
    asyncio.get_running_loop().set_debug(True)
    entry = await finish(hass, await begin(hass), form)
    # The history is first fetched when all else is there.
    await hass.async_block_till_done(wait_background_tasks=True)
    await _drive_actions(hass, esmart, entry)
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    for name in menu["menu_options"]:
        menu = await hass.config_entries.options.async_init(entry.entry_id)
        shown = await hass.config_entries.options.async_configure(
            menu["flow_id"], {"next_step_id": name}
        )
        await hass.config_entries.options.async_configure(shown["flow_id"], {})
        await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(4):
        await pass_time(hass, freezer, timedelta(hours=7))
        await refresh(hass, entry, "sites", *entry.runtime_data.feeds)
    esmart.customer.reset_terms()
    await refresh(hass, entry, "terms")
    assert await async_setup_component(hass, "system_health", {})
    await (await get_system_health_info(hass, DOMAIN))["apis"]
    await async_get_config_entry_diagnostics(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    connection = {key: each for key, each in form.items() if key != "area"}
    context = {"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    asked = await hass.config_entries.flow.async_init(DOMAIN, context=context)
    assert (await enter(hass, asked, connection))["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    await hass.config_entries.async_remove(entry.entry_id)

    called = {call.operation for call in esmart.calls}
    assert None not in called
    assert not called & TRAPS
    # All else that has a path was called, so that this says something.
    accepting = {"eula_accept", "terms_accept"}
    assert not called & accepting
    assert ROUTES.keys() - called == accepting | {
        # Where a better way is there.
        *("contracts", "meter_exists", "wattmeter", "contract_prices"),
        "charging_request",
    }


def test_no_path_to_it_is_built() -> None:
    ours = [each for each in MODULES if each.path.parts[:2] == ("portals", "esmart")]
    assert ours
    built = [
        f"{module.path}: {match.group()}"
        for module in ours
        for match in FORBIDDEN.finditer(module.text)
    ]
    assert built == []
