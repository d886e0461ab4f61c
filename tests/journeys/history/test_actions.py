"""History is imported again by an action or a button."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.series import Slot
from tests.accounts import act
from tests.history.accounts import (
    CONSUMPTION,
    CONTRACT,
    COST,
    CUSTOMER,
    DIGIWATT,
    ESMART,
    NOW,
    OSLO,
    add_digiwatt,
    add_esmart,
    call,
    days_ago,
    device_id,
    entity_id,
    imported,
    is_chained,
    refresh,
    rows,
)
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
async def home(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    """Return an eSmart account whose history of twelve days is imported."""
    return await imported(hass, add_esmart(hass, sandbox))


def correct(sandbox: Sandbox, start: datetime, hours: int = 1) -> None:
    """Correct readings at the portal."""
    stop = start + hours * HOUR
    sandbox.portal(EsmartSandbox).correct(start.isoformat(), stop.isoformat(), 400)


async def refused(hass: HomeAssistant, name: str, **fields: Any) -> str | None:
    """Return why a call is refused."""
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, name, **fields)
    assert raised.value.translation_domain == DOMAIN
    return raised.value.translation_key


async def test_nothing_new(hass: HomeAssistant, home: MockConfigEntry) -> None:
    before = await rows(hass, CONSUMPTION)
    hours = (NOW.replace(minute=0) - days_ago(12, OSLO)) // HOUR
    assert len(before) == hours
    assert await call(hass, "import_history") == {
        "read": 2 * hours,
        "written": 0,
        "unchanged": 2 * hours,
        "refused": {},
        "gaps": [],
        "differences": [],
        "not_read": [],
    }
    assert await rows(hass, CONSUMPTION) == before


async def test_correction_of_long_ago(
    hass: HomeAssistant, sandbox: Sandbox, home: MockConfigEntry
) -> None:
    """It is older than what is asked for every hour."""
    wrong = days_ago(9, OSLO) + 10 * HOUR
    before = {key: await rows(hass, key) for key in (CONSUMPTION, COST)}
    correct(sandbox, wrong, hours=2)
    await refresh(hass, home)
    assert {key: await rows(hass, key) for key in before} == before

    answer = await call(hass, "import_history")
    later = [row for row in before[CONSUMPTION] if row.start >= wrong]
    assert answer["written"] == 2 * len(later)
    assert answer["unchanged"] == answer["read"] - 2 * 2
    for key, held in before.items():
        stored = await rows(hass, key)
        assert is_chained(stored)
        changed = [
            new.start
            for old, new in zip(held, stored, strict=True)
            if new.state != old.state
        ]
        assert changed == [wrong, wrong + HOUR]
    old = next(row for row in before[CONSUMPTION] if row.start == wrong)
    new = (await rows(hass, CONSUMPTION, wrong))[0]
    assert new.state == pytest.approx((old.state or 0) + 0.4)
    assert (await call(hass, "import_history"))["written"] == 0


async def test_span(
    hass: HomeAssistant, sandbox: Sandbox, home: MockConfigEntry
) -> None:
    """Days are taken as a whole, and the others are left alone."""
    first, second = days_ago(11, OSLO), days_ago(10, OSLO)
    correct(sandbox, first)
    correct(sandbox, second)
    before = {row.start: row.state for row in await rows(hass, CONSUMPTION)}
    start, end = (second + 5 * HOUR).isoformat(), (second + 6 * HOUR).isoformat()
    answer = await call(hass, "import_history", start=start, end=end)
    assert answer["read"] == 2 * 24
    assert answer["written"] > 0
    after = {row.start: row.state for row in await rows(hass, CONSUMPTION)}
    assert {hour for hour in after if after[hour] != before[hour]} == {second}
    for end in (start, (second + 4 * HOUR).isoformat()):
        assert (
            await refused(hass, "import_history", start=start, end=end)
            == "span_is_empty"
        )


async def test_span_without_anything(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Before the contract, and after now."""
    nothing = {
        "read": 0,
        "written": 0,
        "unchanged": 0,
        "refused": {},
        "gaps": [],
        "differences": [],
        "not_read": [],
    }
    before = await rows(hass, CONSUMPTION)
    end = days_ago(20, OSLO).isoformat()
    start = days_ago(22, OSLO).isoformat()
    assert await call(hass, "import_history", start=start, end=end) == nothing
    start = (NOW + 2 * DAY).isoformat()
    end = (NOW + 3 * DAY).isoformat()
    assert await call(hass, "import_history", start=start, end=end) == nothing
    assert await rows(hass, CONSUMPTION) == before


async def test_refused_readings_and_gaps(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    day = days_ago(10, OSLO)
    esmart.withhold((day + 8 * HOUR).isoformat(), (day + 10 * HOUR).isoformat())
    asking = home.runtime_data.importer.asking
    history = asking.history

    async def ask(*asked: Any) -> Readings:
        """Answer with one reading that cannot be."""
        found = await history.ask(*asked)
        (series, slots) = found.of("consumption")
        bad = Slot(slots[3].start, slots[3].end, -1.0)
        spoilt = (*slots[:3], bad, *slots[4:])
        return replace(found, series={**found.series, series: spoilt})

    asking.history = replace(history, ask=ask)
    span = {"start": day.isoformat(), "end": (day + DAY).isoformat()}
    answer = await call(hass, "import_history", **span)
    assert answer["refused"] == {"consumption.negative": 1}
    assert answer["gaps"] == [
        {
            "site": "Home",
            "start": (day + first * HOUR).isoformat(),
            "end": (day + last * HOUR).isoformat(),
        }
        for first, last in ((3, 4), (8, 10))
    ]
    # Three hours of energy are gone, and two of costs.
    assert answer["read"] == answer["unchanged"] == 2 * 24 - 3 - 2
    asking.history = history
    esmart.publish((day + 8 * HOUR).isoformat(), (day + 10 * HOUR).isoformat())
    answer = await call(hass, "import_history", **span)
    assert (answer["refused"], answer["gaps"]) == ({}, [])
    assert is_chained(await rows(hass, CONSUMPTION))


async def test_sites(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    """One of them is meant by its device or entity; the customer's device means all."""
    esmart.home.add_contract()
    home = await imported(hass, add_esmart(hass, sandbox, days=2))
    other = f"{ESMART}_contract_1004_3004_consumption"
    hours = len(await rows(hass, CONSUMPTION))
    assert len(await rows(hass, other)) == hours
    one, both = 2 * hours, 4 * hours
    sensor = entity_id(hass, home, "contract-1004-3004", "consumption_today")
    for target, read in (
        ({"device_id": device_id(hass, home, CONTRACT)}, one),
        ({"entity_id": sensor}, one),
        ({"device_id": device_id(hass, home, CUSTOMER)}, both),
        ({"config_entry_id": home.entry_id}, both),
        ({}, both),
    ):
        assert (await call(hass, "import_history", **target))["read"] == read

    correct(sandbox, days_ago(1, OSLO))
    before = await rows(hass, CONSUMPTION)
    target = {"device_id": device_id(hass, home, "contract-1004-3004")}
    assert (await call(hass, "import_history", **target))["written"] > 0
    assert await rows(hass, CONSUMPTION) == before


@pytest.mark.parametrize(
    ("status", "reason"), [(503, "cannot_connect"), (403, "forbidden")]
)
async def test_portal_does_not_answer(
    hass: HomeAssistant,
    sandbox: Sandbox,
    esmart: EsmartSandbox,
    status: int,
    reason: str,
) -> None:
    await imported(hass, add_esmart(hass, sandbox, days=2))
    before = await rows(hass, CONSUMPTION)
    correct(sandbox, days_ago(1, OSLO))
    esmart.fail("consumption", Fault(kind="status", status=status, times=None))
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "import_history")
    assert not isinstance(raised.value, ServiceValidationError)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == reason
    assert f"consumption, HTTP {status}" in str(raised.value)
    assert await rows(hass, CONSUMPTION) == before
    esmart.heal()
    assert (await call(hass, "import_history"))["written"] > 0


async def test_refused_credentials(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    home = await imported(hass, add_esmart(hass, sandbox, days=2))
    esmart.change_password()
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "import_history")
    assert raised.value.translation_key == "invalid_auth"
    # The steps are imported with the first of them.
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["context"]["entry_id"] == home.entry_id


async def test_two_accounts(hass: HomeAssistant, sandbox: Sandbox) -> None:
    """Which statistics there are is answered of all; all else of one that is named."""
    home = await imported(hass, add_esmart(hass, sandbox, days=2))
    flat = await imported(hass, add_digiwatt(hass, sandbox, days=1))
    for name in ("import_history", "get_history"):
        assert await refused(hass, name) == "choose_account"
    for name in ("import_history", "get_history", "get_statistics_ids"):
        assert await refused(hass, name, config_entry_id="nobody") == "no_account"

    found = (await call(hass, "get_statistics_ids"))["statistics"]
    uses = {each["statistic_id"]: each["use_as"] for each in found}
    appliances = {
        f"{DIGIWATT}_appliance_{name}": "individual_device"
        for name in (
            *("boiler", "dishwasher", "fridge", "induction_cooktop", "oven"),
            *("television", "washing_machine"),
        )
    }
    assert uses == {
        CONSUMPTION: "grid_consumption",
        COST: "total_costs",
        f"{DIGIWATT}_consumption": "grid_consumption",
        **appliances,
    }
    ours = {"config_entry_id": home.entry_id}
    assert (await call(hass, "get_statistics_ids", **ours))["statistics"] == [
        {
            "account": "My esmart",
            "site": "Home",
            "series": series,
            "statistic_id": f"{ESMART}_contract_1001_3001_{series}",
            "unit": unit,
            "use_as": use,
        }
        for series, unit, use in (
            ("consumption", "kWh", "grid_consumption"),
            ("cost", "NOK", "total_costs"),
        )
    ]
    theirs = {"config_entry_id": flat.entry_id}
    found = (await call(hass, "get_statistics_ids", **theirs))["statistics"]
    assert {each["statistic_id"] for each in found} == uses.keys() - {CONSUMPTION, COST}
    read = (await call(hass, "import_history", **theirs))["read"]
    assert read == 8 * len(await rows(hass, f"{DIGIWATT}_consumption"))


async def press(hass: HomeAssistant, button: str) -> None:
    """Press a button."""
    await hass.services.async_call(
        Platform.BUTTON, "press", {"entity_id": button}, blocking=True
    )


async def test_button(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> None:
    """One an account, however many contracts; it imports all of it again."""
    esmart.home.add_contract()
    home = await imported(hass, add_esmart(hass, sandbox))
    entities = er.async_entries_for_config_entry(er.async_get(hass), home.entry_id)
    buttons = [each for each in entities if each.translation_key == "import_history"]
    assert [each.unique_id for each in buttons] == [
        f"{home.unique_id}:customer:import_history"
    ]
    wrong = days_ago(9, OSLO)
    correct(sandbox, wrong)
    other = f"{ESMART}_contract_1004_3004_consumption"
    before = {key: (await rows(hass, key, wrong))[0] for key in (CONSUMPTION, other)}
    await press(hass, buttons[0].entity_id)
    for key, added in ((CONSUMPTION, 0.4), (other, 0.1)):
        stored = await rows(hass, key, wrong)
        assert stored[0].state == pytest.approx((before[key].state or 0) + added)

    esmart.fail("consumption", Fault(kind="status", status=503, times=None))
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass, buttons[0].entity_id)
    assert raised.value.translation_key == "cannot_connect"


async def test_button_of_an_account_that_is_its_site(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    flat = await imported(hass, add_digiwatt(hass, sandbox, days=3))
    site = "1234567890"
    button = entity_id(hass, flat, site, "import_history", Platform.BUTTON)
    wrong = days_ago(3, OSLO) + 10 * HOUR
    (before, *_) = await rows(hass, f"{DIGIWATT}_consumption", wrong)
    correct(sandbox, wrong)
    await press(hass, button)
    (after, *_) = await rows(hass, f"{DIGIWATT}_consumption", wrong)
    assert after.state == pytest.approx((before.state or 0) + 0.4)


async def test_of_all_accounts_is_of_each(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """Who may not read of an account by its name does not read of all there are."""
    user = MockUser().add_to_hass(hass)
    entities = er.async_entries_for_config_entry(er.async_get(hass), home.entry_id)
    allowed = {entities[0].entity_id: {"read": True}}
    user.mock_policy({"entities": {"entity_ids": allowed}})
    with pytest.raises(Unauthorized):
        await act(hass, "get_statistics_ids", context=Context(user_id=user.id))
    assert await act(hass, "get_statistics_ids")
