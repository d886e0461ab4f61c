"""Portals of other ages and tempers, and what is told of them."""

from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
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
from tests.accounts import pass_time, refresh, set_up, value
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


async def test_an_older_portal_does_not_count(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """A page that is full may not be the last; one that is not, is."""
    epilot.home.more_contracts(230)
    epilot.fail(
        "searchPortalUserEntities",
        Fault(kind="remove", path="pagination", times=None),
    )
    await set_up(hass, entry)
    keys = entry.runtime_data.sites.data
    assert sum(key.startswith("contract:") for key in keys) == 233


async def test_readings_that_cannot_be_had(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """The counters are there, with what the utility says of them."""
    epilot.fail("getMeterReadings", Fault(kind="status", status=403, times=None))
    await set_up(hass, entry)
    counter = epilot.home.counters(epilot.home.gas_meter)[0]["_id"]
    gas = f"meter:{epilot.home.gas_meter}"
    assert value(hass, entry, gas, f"last_reading_{counter}") is None
    assert float(value(hass, entry, gas, f"current_consumption_{counter}") or 0) > 1000
    health = entry.runtime_data.feeds["meter"].health
    assert len(health.partial) == 4
    epilot.heal()
    for _ in range(2):
        await refresh(hass, entry, "meter")
    assert value(hass, entry, gas, f"last_reading_{counter}") is not None


async def test_a_meter_that_goes(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meters = epilot.home.meters

    def without_water() -> list[dict[str, Any]]:
        return [each for each in meters() if each["_id"] != epilot.home.water_meter]

    monkeypatch.setattr(epilot.home, "meters", without_water)
    await refresh(hass, loaded, "meter")
    assert loaded.runtime_data.feeds["meter"].last_update_success
    await refresh(hass, loaded, "sites")
    assert f"meter:{epilot.home.water_meter}" not in loaded.runtime_data.sites.data


async def test_a_contract_that_the_meter_names(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Contracts need not name their meters."""
    fault = Fault(kind="set", path="results.*.meters", value=None, times=None)
    epilot.fail("searchPortalUserEntities", fault)
    await set_up(hass, entry)
    site = entry.runtime_data.sites.data[f"meter:{epilot.home.gas_meter}"]
    assert getattr(site, "contract_id", None) == epilot.home.gas_contract


async def test_notifications_that_are_not_counted(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    fault = Fault(kind="remove", path="total_unread", times=None)
    epilot.fail("listPortalNotifications", fault)
    await set_up(hass, entry)
    assert value(hass, entry, "portal", "unread_notifications") == "3"


async def test_counters_of_odd_units(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.fail(
        "listCounters",
        Fault(kind="set", path="data.*.unit", value="kvarh", times=None),
    )
    await set_up(hass, entry)
    counter = epilot.home.counters(epilot.home.gas_meter)[0]["_id"]
    key = f"current_consumption_{counter}"
    found = [
        state
        for state in hass.states.async_all("sensor")
        if state.attributes.get("unit_of_measurement") == "kvarh"
    ]
    assert value(hass, entry, f"meter:{epilot.home.gas_meter}", key) in {
        state.state for state in found
    }
    assert all("device_class" not in state.attributes for state in found)


async def test_what_was_kept_by_another_release(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    hass_storage: dict[str, Any],
) -> None:
    """Sites that cannot be read are asked for."""
    hass_storage[f"energy_portals.{entry.entry_id}"] = {
        "version": 1,
        "minor_version": 1,
        "key": f"energy_portals.{entry.entry_id}",
        "data": {
            "options": {},
            "sites": {
                "a": {"sort": "unheard of"},
                "b": {"sort": "meter", "key": 1},
                "c": "text",
            },
        },
    }
    await set_up(hass, entry)
    assert f"meter:{epilot.home.gas_meter}" in entry.runtime_data.sites.data


async def test_a_warm_start(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """What is kept shows while nobody answers."""
    sites = dict(loaded.runtime_data.sites.data)
    await hass.config_entries.async_unload(loaded.entry_id)
    epilot.fail("*", Fault(kind="reset", times=None))
    await set_up(hass, loaded)
    assert dict(loaded.runtime_data.sites.data) == sites
    price = next(key for key in sites if key.startswith("price:"))
    assert value(hass, loaded, price, "price") not in {None, "unavailable"}


async def test_no_price_call_on_a_warm_start(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    epilot.calls.clear()
    await set_up(hass, loaded)
    assert "getPrices" not in {call.operation for call in epilot.calls}


# What is told


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((), "epilot: ok"),
        (("disable_portal",), "epilot: disabled"),
        (("expire_tokens", "revoke_refresh_tokens"), "epilot: LoginEnded"),
    ],
)
async def test_system_health(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    steps: tuple[str, ...],
    told: str,
) -> None:
    for step in steps:
        action = epilot.actions()[step]
        action(**({"on": True} if step == "disable_portal" else {}))
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    found = await get_system_health_info(hass, DOMAIN)
    assert await found["apis"] == told
    assert loaded.entry_id


async def test_diagnostics(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Enough for a report, and nobody in it."""
    epilot.rotate_refresh_tokens(on=True)
    await set_up(hass, entry)
    epilot.fail("getOutstandingTasks", Fault(kind="html"))
    await refresh(hass, entry, "tasks")
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["feeds"]["tasks"]["last_error"]
    assert found["answers"]["searchPortalUserEntities"]["results"]
    assert found["answers"]["listMeters"]["data"]
    dump = json.dumps(found)
    home = epilot.home
    known = {
        *(home.portal_id, home.user_id, home.power_contract, home.power_meter),
        *(home.email, "Strom Zuhause", "V-100200", "K-4711", "1ESY0001"),
        *("Sandgasse", "Rechnung-0.pdf", "kundenportal.sandbox.example"),
        *(epilot.identity.pool_id, epilot.identity.client_id),
        *(login.refresh for login in epilot.identity._logins),
        *epilot.identity._tokens,
    }
    assert not {each for each in known if each in dump}


async def test_meters_that_cannot_be_had(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The contracts do not wait for them; they come a few minutes later."""
    epilot.fail("listMeters", Fault(kind="status", status=500, times=4))
    await set_up(hass, entry)
    site = f"meter:{epilot.home.gas_meter}"
    assert site not in entry.runtime_data.sites.data
    contract = f"contract:{epilot.home.power_contract}"
    assert value(hass, entry, contract, "installment") == "94.5"
    await pass_time(hass, freezer, timedelta(minutes=6))
    assert site in entry.runtime_data.sites.data
    # Once they are known, they stay.
    epilot.fail("listMeters", Fault(kind="status", status=500, times=2))
    await refresh(hass, entry, "sites")
    assert site in entry.runtime_data.sites.data


async def test_a_meter_whose_counters_are_not_to_be_seen(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.fail("listCounters", Fault(kind="status", status=404))
    await set_up(hass, entry)
    sites = entry.runtime_data.sites.data
    assert f"meter:{epilot.home.power_meter}" in sites
    assert f"meter:{epilot.home.gas_meter}" in sites
