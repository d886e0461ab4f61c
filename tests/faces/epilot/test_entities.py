"""The entities of a portal's customer, and what becomes of them."""

from dataclasses import fields
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.energy_portals.faces.epilot.entities_energy import _counters
from custom_components.energy_portals.portals.epilot.feeds import MeterState, Register
from custom_components.energy_portals.portals.epilot.models import Counter, Meter
from tests.accounts import act, pass_time, refresh, set_up, value
from tests.faces.epilot.home import calls, price_sites
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


@pytest.mark.parametrize(
    "platform",
    [Platform.BINARY_SENSOR, Platform.CALENDAR, Platform.EVENT, Platform.SENSOR],
)
async def test_entities(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    with patch("custom_components.energy_portals.PLATFORMS", (platform,)):
        await set_up(hass, entry)
        await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_customer_number_that_is_refused_for_a_moment(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """That some utilities do not show it is no reason to leave it out for a day."""
    epilot.fail("getContact", Fault(kind="status", status=status, times=None))
    await set_up(hass, entry)
    assert value(hass, entry, "portal", "customer_number") in {None, "unknown"}
    epilot.heal()
    for _ in range(7):
        await pass_time(hass, freezer, timedelta(hours=1))
    assert value(hass, entry, "portal", "customer_number") == "KD-55501"


async def test_at_least_25(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    found = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    shown = [each for each in found if each.disabled_by is None]
    assert len(shown) >= 25
    states = {each.entity_id: hass.states.get(each.entity_id) for each in shown}
    odd = {
        key
        for key, state in states.items()
        if state is None or state.state in {"unknown", "unavailable"}
    }
    assert all(key.startswith(("event.", "button.")) for key in odd)


async def test_devices(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Contracts and meters, a meter without a contract among them."""
    registry = dr.async_get(hass)
    names = {
        device.name
        for device in dr.async_entries_for_config_entry(registry, loaded.entry_id)
    }
    assert names == {
        *("Kundenportal der Stadtwerke", "Zähler 1ESY0001", "Zähler 7GMT0002"),
        *("Zähler 8WZ0003", "Strom Zuhause", "Erdgas Zuhause", "Alter Stromvertrag"),
        *("Strom Zuhause: Dynamischer Preis", "Erdgas Zuhause: Dynamischer Preis"),
    }
    counter = epilot.home.counters(epilot.home.water_meter)[0]["_id"]
    water = f"meter:{epilot.home.water_meter}"
    assert float(value(hass, loaded, water, f"last_reading_{counter}") or 0) > 1000


def _readings(
    hass: HomeAssistant, entry: MockConfigEntry, meter: str
) -> dict[str, str | None]:
    """Return what readings of a meter are called, and the code of each counter."""
    prefix = f"{entry.unique_id}:meter:{meter}:last_reading_"
    found = {
        str(each.original_name): hass.states.get(each.entity_id)
        for each in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if each.unique_id.startswith(prefix) and "_date_" not in each.unique_id
    }
    return {
        name: None if state is None else state.attributes.get("obis_code")
        for name, state in found.items()
    }


async def test_readings_are_called_by_what_they_are(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    home = epilot.home
    await set_up(hass, entry)
    assert _readings(hass, entry, home.power_meter) == {
        "Reading": "1-1:1.8.0",
        "Fed-in reading": "1-1:2.8.0",
    }
    assert _readings(hass, entry, home.water_meter) == {"Reading": "8-1:1.0.0"}


@pytest.mark.parametrize(
    ("counted", "called"),
    [
        (((None, "HT"),), ["last_reading"]),
        (((None, "ht"), ("feed-in", None)), ["last_reading", "last_reading_fed_in"]),
        (
            (("feed-out", "HT"), ("feed-out", "nt"), ("feed-in", "ht")),
            [
                f"last_reading_{each}"
                for each in ("high_tariff", "low_tariff", "fed_in")
            ],
        ),
        (((None, "et"), (None, None)), ["last_reading 1.8.0", "last_reading 1.8.1"]),
    ],
)
def test_a_code_tells_apart_what_has_the_same_word(
    counted: tuple[tuple[str | None, str | None], ...], called: list[str]
) -> None:
    blank = dict.fromkeys(each.name for each in fields(Meter))
    meter = Meter(**{**blank, "id": "m", "title": "Meter"})
    registers = tuple(
        Register(
            counter=Counter(
                id=f"{place}",
                obis=f"1.8.{place}",
                direction=direction,
                tariff=tariff,
                unit="kWh",
                current=1.0,
                read_on=None,
            ),
            reading=None,
        )
        for place, (direction, tariff) in enumerate(counted)
    )
    found = _counters(lambda register: True)(
        MeterState(meter=meter, registers=registers)
    )
    assert [f"{each.reading}{each.among_like}" for each in found] == called


async def test_price_with_and_without_tax(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    (site,) = price_sites(loaded, epilot)

    def of(key: str) -> float:
        return float(value(hass, loaded, site, key) or "nan")

    grid = epilot.household.grid.price(epilot.household.now())
    net = round(grid + 0.12 + 0.025 + 0.01, 4)
    assert of("net_price") == pytest.approx(net)
    assert of("price") == pytest.approx(net * 1.19)
    assert of("price_vat") == pytest.approx(net * 0.19)
    assert of("price_grid_fee") == pytest.approx(0.12)
    assert of("price_auction_price") == pytest.approx(grid, abs=1e-4)
    # The rest is nothing, and so no part.
    assert value(hass, loaded, site, "price_other") is None


async def test_prices_that_have_their_tax_are_the_same(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.series.tax("inclusive", 19)
    await set_up(hass, entry)
    (site,) = price_sites(entry, epilot)
    net = round(epilot.household.grid.price(epilot.household.now()) + 0.155, 4)
    price = float(value(hass, entry, site, "price") or "nan")
    assert price == pytest.approx(net * 1.19, abs=1e-4)
    assert float(value(hass, entry, site, "net_price") or 0) == pytest.approx(
        net, abs=1e-4
    )
    parts = ("auction_price", "taxes_levies", "source_fee", "grid_fee", "margin", "vat")
    told = [float(value(hass, entry, site, f"price_{part}") or 0) for part in parts]
    assert sum(told) == pytest.approx(price, abs=1e-4)


async def test_three_prices(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Each is a device of its own, and none is taken for the one that is paid."""
    epilot.series.hooks.set_hooks("priceDataRetrieval", 3)
    epilot.series.hooks.set_hooks("costDataRetrieval", 0)
    await set_up(hass, entry)
    sites = price_sites(entry, epilot)
    prices = [float(value(hass, entry, site, "net_price") or 0) for site in sites]
    assert len(prices) == 3
    assert prices[1:] == [pytest.approx(0.295), pytest.approx(0.081)]
    meters = [
        site
        for site in entry.runtime_data.sites.data.values()
        if site.key.startswith("meter:")
    ]
    assert [getattr(site, "price", 0) for site in meters] == [None, None, None]
    answer = await act(
        hass,
        "get_prices",
        entity_id=er.async_get(hass).async_get_entity_id(
            "sensor", "energy_portals", f"{entry.unique_id}:{sites[1]}:price"
        ),
    )
    assert answer is not None
    slots: Any = answer["slots"]
    assert {round(slot["value"], 6) for slot in slots} == {round(0.295 * 1.19, 6)}


async def test_a_portal_without_any_extension(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    for kind in epilot.series.hooks.counts:
        epilot.series.hooks.set_hooks(kind, 0)
    await set_up(hass, entry)
    assert price_sites(entry, epilot) == []
    assert not calls(epilot, "getPrices", "getCosts", "getConsumption")
    assert value(hass, entry, "portal", "documents") == "5"
    contract = f"contract:{epilot.home.power_contract}"
    assert value(hass, entry, contract, "installment") == "94.5"


async def test_prices_in_another_unit_are_told_of_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    epilot.series.price_times(100)
    await set_up(hass, entry)
    (site,) = price_sites(entry, epilot)
    # Nothing is converted, and nothing shown that is no price of a kWh.
    assert value(hass, entry, site, "price") in {None, "unknown", "unavailable"}
    assert caplog.text.count("prices are above") == 1
    assert entry.runtime_data.client.refused()["getPrices.unit_amount"]


async def test_power_is_not_energy(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_scenario("load")
    await set_up(hass, entry)
    site = f"meter:{epilot.home.power_meter}"
    average = float(value(hass, entry, site, "load_average") or 0)
    assert 0 < average < 10_000
    # The newest quarter of an hour that is over, at five past.
    until = value(hass, entry, site, "load_until_average")
    assert until == "2026-10-20T12:00:00+00:00"
    assert float(value(hass, entry, site, "load_max") or 0) == pytest.approx(
        1.6 * average, abs=1
    )


async def test_what_the_portal_switches_off(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.billing(on=False)
    epilot.engagement(on=False)
    await set_up(hass, entry)
    assert not calls(epilot, "getBillingEvents", "getCustomerBalance")
    assert not calls(epilot, "listPortalNotifications")
    assert value(hass, entry, "portal", "unread_notifications") is None
    assert value(hass, entry, "portal", "documents") == "5"


async def test_a_metering_api_that_lets_nobody_in(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.deny_metering(on=True)
    await set_up(hass, entry)
    counter = epilot.home.counters(epilot.home.gas_meter)[0]["_id"]
    gas = f"meter:{epilot.home.gas_meter}"
    assert float(value(hass, entry, gas, f"current_consumption_{counter}") or 0) > 1000
    assert value(hass, entry, gas, f"counter_direction_{counter}") == "feed-out"


async def test_many_contracts_come_page_by_page(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.home.more_contracts(230)
    await set_up(hass, entry)
    keys = entry.runtime_data.sites.data
    assert sum(key.startswith("contract:") for key in keys) == 233


async def test_discovery_that_fails_takes_nothing_away(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    (site,) = price_sites(loaded, epilot)
    before = dict(loaded.runtime_data.sites.data)
    for operation in ("getPublicPortalExtensionDetailsV3", "getPortalConfigByDomain"):
        epilot.fail(operation, Fault(kind="status", status=500, times=2))
        await refresh(hass, loaded, "sites")
        assert loaded.runtime_data.sites.last_update_success
        assert dict(loaded.runtime_data.sites.data) == before
    assert value(hass, loaded, site, "price") not in {None, "unavailable"}


async def test_a_start_without_discovery(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """What is there shows; prices come when discovery answers."""
    epilot.fail(
        "getPublicPortalExtensionDetailsV3", Fault(kind="status", status=500, times=2)
    )
    await set_up(hass, entry)
    assert value(hass, entry, "portal", "documents") == "5"
    assert price_sites(entry, epilot) == []
    await refresh(hass, entry, "sites")
    await refresh(hass, entry, "prices")
    (site,) = price_sites(entry, epilot)
    assert value(hass, entry, site, "price") not in {None, "unavailable"}


async def test_a_hook_that_fails(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """The known prices hold, and the rest of the account does not mind."""
    (site,) = price_sites(loaded, epilot)
    epilot.series.fail_hook(on=True)
    await pass_time(hass, freezer, timedelta(hours=1))
    assert value(hass, loaded, site, "price") not in {None, "unavailable"}
    assert value(hass, loaded, "portal", "documents") == "5"


async def test_a_notification_is_told_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    def shown() -> str | None:
        return value(hass, loaded, "portal", "notification", "event")

    assert shown() == "unknown"
    freezer.tick(60)
    sent = epilot.post.send_notification("Ihre Rechnung ist da")
    await refresh(hass, loaded, "notifications")
    first = shown()
    assert first not in {None, "unknown"}
    (state,) = (each for each in hass.states.async_all("event") if each.state == first)
    assert state.attributes["title"] == "Ihre Rechnung ist da"
    assert state.attributes["notification_id"] == sent["id"]
    assert value(hass, loaded, "portal", "unread_notifications") == "4"
    freezer.tick(60)
    await refresh(hass, loaded, "notifications")
    assert shown() == first


async def test_the_next_instalment(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    assert value(hass, loaded, "portal", "next_installment_due") == "2026-11-01"
    assert value(hass, loaded, "portal", "next_installment") == "94.5"
    assert value(hass, loaded, "portal", "customer_balance") == "89.9"
    # The day passes without a fetch: the ticker moves on to the next one.
    feed = loaded.runtime_data.feeds["billing"]
    epilot.fail("*", Fault(kind="status", status=500, times=None))
    await pass_time(hass, freezer, timedelta(days=13))
    assert feed.data["portal"].coming(epilot.household.now()).due.month == 12


async def test_the_hook_that_the_utility_has_chosen(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    hooks = epilot.series.hooks
    hooks.set_hooks("consumptionDataRetrieval", 3)
    hooks.choose("consumptionDataRetrieval", 2)
    await set_up(hass, entry)
    site = entry.runtime_data.sites.data[f"meter:{epilot.home.power_meter}"]
    found = getattr(site, "consumption", ())
    assert [hook.hook_id[-1] for hook in found] == ["2", "0", "1"]
    # A portal that does not tell has them in the order of discovery.
    epilot.fail("getPortalConfigV3", Fault(kind="status", status=403))
    await refresh(hass, entry, "sites")
    site = entry.runtime_data.sites.data[f"meter:{epilot.home.power_meter}"]
    found = getattr(site, "consumption", ())
    assert [hook.hook_id[-1] for hook in found] == ["0", "1", "2"]


async def test_an_instalment_that_is_paid_early(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Newest first: the second is that of November."""
    fault = Fault(kind="set", path="results.1.paid_date", value="2026-10-19")
    epilot.fail("getBillingEvents", fault)
    await set_up(hass, entry)
    assert value(hass, entry, "portal", "next_installment_due") == "2026-12-01"
    assert value(hass, entry, "portal", "last_payment") == "2026-10-19"


async def test_a_text_without_end(
    hass: HomeAssistant,
    epilot: EpilotSandbox,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its start is shown, and the log has none of the rest."""
    for each in epilot.home.files:
        each["filename"] = "zqz" * 100_000
    await refresh(hass, loaded, "documents")
    assert value(hass, loaded, "portal", "newest_document") == "zqz" * 85
    assert "zqz" not in caplog.text
    assert max(map(len, caplog.messages)) < 4000
