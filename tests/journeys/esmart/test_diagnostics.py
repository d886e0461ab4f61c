"""Diagnostics of an eSmart account: enough for a report, and nobody in it."""

from collections.abc import Iterator
import json
import re
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from tests.accounts import device, refresh, set_up
from tests.faces.esmart.home import CONTRACT
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault


def texts(value: Any) -> Iterator[str]:
    """Yield every key and value of a dump."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)
    else:
        yield str(value)


def personal(esmart: EsmartSandbox) -> set[str]:
    """Return all that the sandbox knows of its customers, as texts."""
    home, customer = esmart.home, esmart.customer
    known: list[Any] = [esmart.user_name, esmart.password, home.user_id]
    for contract in home.contracts_held:
        known += [contract.number, contract.meter_id, contract.delivery_point_id]
        known += [contract.meter_no, contract.price_area]
    for owner in home.customers:
        profile: Any = customer._profile(owner)
        known += [each for each in profile.values() if isinstance(each, str)]
        known += [each for each in profile["Address"].values() if each]
    for invoice in esmart.post._invoices:
        row = invoice.response(42)
        known += [row["InvoiceNo"], row["Kid"], row["InvoiceSum"]]
    for message in esmart.post._messages:
        known += [message.number, message.subject, message.body]
    known += list(esmart.charging._requests)
    known += [plan.number for plan in esmart.control._plans]
    known += [each for _, each in esmart.charging._cars]
    for register in esmart.readings._registers.values():
        known += [reading.value for reading in register]
    return {*map(str, known), *map(str, home.customers)} - {"1", "0"}


def revealed(esmart: EsmartSandbox, dump: Any) -> set[str]:
    """Return what a dump tells of the customers.

    A word or a short number is looked for by itself, and no number within another, such
    as the time of a fetch: there it stands by chance.
    """
    text, alone = json.dumps(dump), set(texts(dump))
    return {
        each
        for each in personal(esmart)
        if (
            each in alone
            if each.isalpha() or len(each) < 4
            else re.search(rf"(?<![0-9]){re.escape(each)}(?![0-9])", text)
        )
    }


async def test_nobody_is_in_the_dump(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    account: dict[str, Any],
) -> None:
    """Not even where answers are refused, odd or in part."""
    meters = {"1001": "M-1001"}
    data = {**account, "price_area": "NO1", "meters": meters}
    hass.config_entries.async_update_entry(entry, data=data)
    await set_up(hass, entry)
    names = f"{account['user_name']}, {account['password']}"
    fault = Fault(kind="status", status=500, times=2, body=f'"{names}"')
    esmart.fail("comparedwithothers", fault)
    esmart.fail("invoices", Fault(kind="set", path="0.InvoiceSum", value="much"))
    odd = '{"M-1001": [{"Email": "sandbox@example.invalid", "1001": 42}]}'
    esmart.fail("building", Fault(kind="raw", body=odd))
    esmart.fail("temperatures", Fault(kind="html", status=200))
    esmart.fail("expenseoverview", Fault(kind="status", status=403))
    await refresh(hass, entry, *entry.runtime_data.feeds)

    found = await async_get_config_entry_diagnostics(hass, entry)
    assert revealed(esmart, found) == set()
    text = json.dumps(found)
    for known in (esmart.household.today().isoformat() + "T2", "127.0.0.1", "Basic"):
        assert known not in text
    redacted = {key for key, each in found["entry"]["data"].items() if each == REDACTED}
    assert redacted == {
        *("api_url", "user_name", "password", "customer_id", "meters", "price_area")
    }
    assert found["entry"]["data"]["vendor"] == "esmart"
    assert found["entry"]["data"]["area"] == "power"
    chosen = device(hass, entry, CONTRACT)
    assert await async_get_device_diagnostics(hass, entry, chosen) == found


async def test_words_of_the_portal_name_nobody(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """A report is public, and the portal may say whom it refuses."""
    body = '{"Message": "Meter M-1001 of sandbox@example.invalid is unknown"}'
    esmart.fail("temperatures", Fault(kind="status", status=400, body=body))
    await refresh(hass, loaded, "temperatures")
    found = await async_get_config_entry_diagnostics(hass, loaded)
    assert "HTTP 400" in found["feeds"]["temperatures"]["last_error"]
    assert revealed(esmart, found) == set()


async def test_what_a_report_needs(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    esmart.fail("building", Fault(kind="raw", body='{"Year": "old"}'))
    esmart.fail("temperatures", Fault(kind="html", status=200))
    esmart.fail("wattmeter_v2", Fault(kind="reset", times=2))
    await refresh(
        hass, loaded, "building", "temperatures", "live_power", "cars", "invoices"
    )
    found = await async_get_config_entry_diagnostics(hass, loaded)
    feeds = found["feeds"]
    assert found["sites"] == 5
    assert set(feeds) == {"sites", *loaded.runtime_data.feeds}
    failing = {key for key, each in feeds.items() if not each["ok"]}
    assert failing == {"building", "temperatures", "live_power"}
    assert feeds["building"]["last_unexpected_answer"] == {"Year": "string"}
    assert (feeds["invoices"]["fetches"], feeds["invoices"]["failures"]) == (2, 0)
    power = feeds["live_power"]
    # Its sections were looked at again at once.
    assert (power["fetches"], power["failures"]) == (3, 1)
    assert power["last_error"].startswith("Unavailable: wattmeter_v2")
    assert power["interval_seconds"] == 60
    assert power["last_success"] is not None
    answers = found["answers"]
    assert answers["contractdeliverypoints"][0]["ContractNo"] == "integer"
    assert answers["cars"][0]["GrossBatterySize"] == "number"
    # There is no recorder here to import into.
    assert found["history"] is None


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        (Fault(kind="status", status=404, times=2), "setup_retry", "contracts"),
        (Fault(kind="raw", body='[{"Odd": 7}]'), "setup_retry", "ContractNo"),
    ],
)
async def test_account_that_does_not_load(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    fault: Fault,
    state: str,
    reason: str,
) -> None:
    esmart.fail("contractdeliverypoints", fault)
    esmart.deny("contracts", 404)
    await set_up(hass, entry)
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["entry"]["state"] == state
    assert reason in found["entry"]["reason"]
    assert revealed(esmart, found) == set()


async def test_account_whose_sites_cannot_be_read(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    account: dict[str, Any],
) -> None:
    """Of one that does not load, only this tells how its portal answers."""
    data = {**account, "user_name": "Kari"}
    hass.config_entries.async_update_entry(entry, data=data)
    esmart.user_name = "Kari"
    odd = json.dumps([{"Odd": {"kari": 1, "Tall": 2.5}}])
    esmart.fail("contractdeliverypoints", Fault(kind="raw", body=odd, times=None))
    esmart.deny("contracts", 404)
    await set_up(hass, entry)
    key = (DOMAIN, f"answers_not_read:{entry.entry_id}")
    assert key not in ir.async_get(hass).issues
    await hass.config_entries.async_reload(entry.entry_id)
    issue = ir.async_get(hass).issues[key]
    assert issue.translation_placeholders is not None
    assert "contractdeliverypoints" in issue.translation_placeholders["parts"]
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["entry"]["state"] == "setup_retry"
    shape = [{"Odd": {"<key>": "integer", "Tall": "number"}}]
    assert found["not_read"]["sites"] == {
        "parts": {"contractdeliverypoints": 2},
        "answer": shape,
    }
    esmart.heal()
    await hass.config_entries.async_reload(entry.entry_id)
    assert key not in ir.async_get(hass).issues
