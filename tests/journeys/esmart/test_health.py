"""System health: how the accounts, the feeds and the portals' APIs do."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import refresh
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

SAID = [
    (
        "ping_checks",
        Fault(kind="set", path="1.IsOk", value=False),
        "1.0.0, failing: Cache",
    ),
    (
        "ping_checks",
        Fault(kind="set", path="*.IsOk", value=False),
        "1.0.0, failing: CustomerWeb, Cache",
    ),
    ("ping", Fault(kind="set", path="Version", value=None), "no version, ok"),
    ("ping", Fault(kind="status", status=404), "NotFound"),
    ("ping", Fault(kind="status", status=401), "AuthError"),
    ("ping_checks", Fault(kind="html", status=200), "UnexpectedResponse"),
    ("*", Fault(kind="reset", times=None), "Unavailable"),
]


async def health(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the page shows."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    found = await get_system_health_info(hass, DOMAIN)
    return {**found, "apis": await found["apis"]}


async def test_system_health(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    esmart.deny("comparedwithothers", 403)
    esmart.fail("temperatures", Fault(kind="html", status=200))
    await refresh(hass, loaded, "comparison", "temperatures")
    assert await health(hass) == {
        "accounts": 1,
        "accounts_loaded": 1,
        "feeds": 22,
        "feeds_failing": 1,
        "apis": "eSmart Systems: 1.0.0, ok",
    }


async def test_what_the_api_says(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    for operation, fault, text in SAID:
        esmart.heal()
        esmart.fail(operation, fault)
        assert (await health(hass))["apis"] == f"eSmart Systems: {text}"


async def test_account_that_is_not_loaded(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    found = await health(hass)
    assert (found["accounts"], found["accounts_loaded"]) == (1, 0)
    assert found["apis"] == "-"


async def test_accounts_of_one_api_ask_it_once(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    account: dict[str, Any],
    loaded: MockConfigEntry,
) -> None:
    net = MockConfigEntry(
        domain=DOMAIN,
        data={**account, "area": "net"},
        unique_id="esmart:127.0.0.1:42:net",
    )
    net.add_to_hass(hass)
    assert await hass.config_entries.async_setup(net.entry_id)
    await hass.async_block_till_done()
    found = await health(hass)
    assert (found["accounts_loaded"], found["feeds"]) == (2, 44)
    assert found["apis"] == "eSmart Systems: 1.0.0, ok"
    assert [call.operation for call in esmart.calls].count("ping") == 1
