"""Every request of the client's and every answer of the sandbox's fits the portal's own
OpenAPI documents."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.epilot.history import HISTORY
from custom_components.energy_portals.portals.epilot.public import ROUTES
from custom_components.energy_portals.portals.http.errors import NotFound
from tests.accounts import act, device, refresh, set_up
from tests.exchanges import Exchanges
from tests.openapi import needs_specs, spec
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.epilot_hooks import SCENARIOS
from tests.sandbox.server import Sandbox

START = datetime(2026, 9, 30, 22, tzinfo=UTC)
DAY = timedelta(days=1)
_PORTAL, _METERING = "epilot-portal.openapi.json", "epilot-metering.openapi.json"


async def _everything(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Do all that an account can do."""
    epilot.plausibility("range")
    await set_up(hass, entry)
    for scenario in SCENARIOS:
        epilot.series.hooks.set_scenario(scenario)
        entry.runtime_data.client._metadata.clear()
        await refresh(hass, entry, "load")
        for site in entry.runtime_data.feeds["meter"].sites:
            with suppress(NotFound):
                await HISTORY.ask(entry.runtime_data.client, site, START, START + DAY)
    epilot.series.tax("inclusive", 19)
    epilot.series.components(on=False)
    for kind in epilot.series.hooks.counts:
        epilot.series.hooks.set_hooks(kind, 3)
    await refresh(hass, entry, "sites", *entry.runtime_data.feeds)
    epilot.deny_metering(on=True)
    await refresh(hass, entry, "sites", "meter")
    epilot.deny_metering(on=False)
    gas = device(hass, entry, f"meter:{epilot.home.gas_meter}").id
    power = device(hass, entry, f"contract:{epilot.home.power_contract}").id
    await act(hass, "submit_meter_reading", device_id=gas, value=4000)
    await act(hass, "export_data", device_id=power)
    await act(hass, "export_data", device_id=power, start="2026-01-01")
    await act(hass, "get_billing_events", type="installment", only_unpaid=True)
    await act(hass, "mark_notification_read", notification_id="9000")
    await act(hass, "mark_notification_read")
    await act(hass, "get_documents")
    await act(hass, "get_links")
    await act(hass, "get_document_link")
    await entry.runtime_data.client.validate()
    await entry.runtime_data.client.entry_point("haushalt@sandbox.example")
    await hass.config_entries.async_remove(entry.entry_id)


@needs_specs
async def test_everything_fits(
    hass: HomeAssistant,
    sandbox: Sandbox,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
) -> None:
    async with Exchanges(sandbox) as seen:
        await _everything(hass, entry, epilot)
    portal, metering = seen.under("/epilot/portal"), seen.under("/epilot/metering")
    assert spec(_PORTAL).problems(*portal) == []
    assert spec(_METERING).problems(*metering) == []
    # Nothing that the client can ask was left out.
    called = {call.operation for call in epilot.calls}
    assert called >= {*ROUTES}


@needs_specs
@pytest.mark.parametrize("key", sorted(ROUTES))
def test_every_route_is_documented(key: str) -> None:
    method, _, path = ROUTES[key].partition(" ")
    name = _METERING if path.startswith("/v1/metering") else _PORTAL
    documented = {(each.method, each.path) for each in spec(name).operations}
    assert (method, path) in documented
