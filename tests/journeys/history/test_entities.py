"""What the entities of an account's history show, against the simulated household."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.model.ledger_days import Ledger
from tests.accounts import attributes, keys, pass_time, refresh, set_up, value
from tests.faces.esmart.home import CONTRACT, NOW
from tests.history.accounts import ROME, days_ago
from tests.history.conftest import LAST_MONTH
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# 00:00 in Oslo.
TODAY = datetime(2026, 1, 14, 23, tzinfo=UTC)
MONTH = datetime(2025, 12, 31, 23, tzinfo=UTC)
DATED = ("today", "yesterday", "this_month", "last_month")


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day of winter."""
    freezer.move_to(NOW)


def ledgers(entry: MockConfigEntry) -> list[Ledger]:
    """Return what is imported, site by site."""
    return list(entry.runtime_data.feeds["history"].data.values())


async def bring_to_its_end(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the import come to the present."""
    for _ in range(100):
        await refresh(hass, entry, "history")
        found = ledgers(entry)
        if found and all(each.is_complete for each in found):
            return
    pytest.fail("the import comes to no end")


async def imported(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the account up, and import all there is."""
    await set_up(hass, entry)
    await bring_to_its_end(hass, entry)


def number(
    hass: HomeAssistant, entry: MockConfigEntry, key: str, site: str = CONTRACT
) -> float:
    """Return what a sensor shows; anything but a number is an error."""
    return float(value(hass, entry, site, key) or "nothing")


def kwh(esmart: EsmartSandbox, start: datetime, end: datetime) -> Any:
    """Return what the household used, as it may be shown."""
    used = esmart.household.total_energy(start, end) / 1000
    return pytest.approx(used, abs=1e-4)


def paid(esmart: EsmartSandbox, start: datetime, end: datetime) -> Any:
    """Return what that cost at the price of each hour, as it may be shown."""
    contract, energy = esmart.home.contracts_held[0], esmart.household.total_energy
    hours = [start + n * HOUR for n in range((end - start) // HOUR)]
    price = esmart.prices.contract_price
    cost = sum(energy(at, at + HOUR) / 1000 * price(contract, at) for at in hours)
    return pytest.approx(cost, abs=1e-3)


def spans(now: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """Return what each dated sensor is of."""
    last = now.replace(minute=0)
    yield "today", TODAY, last
    yield "yesterday", TODAY - DAY, TODAY
    yield "this_month", MONTH, last
    yield "last_month", LAST_MONTH, MONTH


async def test_energy_and_cost_agree_with_the_household(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    await imported(hass, home)
    last = NOW.replace(minute=0) - HOUR
    for key, expected, unit, device_class in (
        ("consumption", kwh, "kWh", "energy"),
        ("cost", paid, "NOK", "monetary"),
    ):
        for period, start, end in spans(NOW):
            assert number(hass, home, f"{key}_{period}") == expected(esmart, start, end)
            found = attributes(hass, home, CONTRACT, f"{key}_{period}")
            assert found["unit_of_measurement"] == unit
            assert found["device_class"] == device_class
            # The imported series is what counts.
            assert not {"state_class", "last_reset"} & set(found)
        amount = number(hass, home, f"{key}_latest_hour")
        assert amount == expected(esmart, last, last + HOUR)
        found = attributes(hass, home, CONTRACT, f"{key}_latest_hour")
        assert found["unit_of_measurement"] == unit
        assert found["device_class"] == device_class
        assert "state_class" not in found
        begun = value(hass, home, CONTRACT, f"{key}_latest_hour_start")
        assert begun == last.isoformat()
    assert value(hass, home, CONTRACT, "import_progress") == "100.0"
    assert value(hass, home, CONTRACT, "missing_hours") == "0"
    shown = keys(hass, home, CONTRACT)
    # The utility has neither feed-in nor totals of its own.
    assert not [key for key in shown if key.startswith(("feed_in", "compensation"))]
    assert "days_not_imported" not in shown


async def test_progress(hass: HomeAssistant, home: MockConfigEntry) -> None:
    """It goes on from fetch to fetch, and what is not there yet has no entity."""
    await set_up(hass, home)
    await refresh(hass, home, "history")
    seen = [number(hass, home, "import_progress")]
    assert "consumption_today" not in keys(hass, home, CONTRACT)
    while not ledgers(home)[0].is_complete:
        await refresh(hass, home, "history")
        seen.append(number(hass, home, "import_progress"))
    assert len(seen) > 10
    assert seen == sorted(set(seen))
    assert 0 < seen[0] < 20
    assert seen[-1] == 100
    assert "consumption_today" in keys(hass, home, CONTRACT)


# Days and months


async def test_another_day(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """From midnight on, what is not known of the new days is unknown."""
    await imported(hass, home)
    midnight = TODAY + DAY
    freezer.move_to(midnight - timedelta(minutes=2))
    await refresh(hass, home, "history")
    before = {key: number(hass, home, f"consumption_{key}") for key in DATED}
    assert before["today"] == kwh(esmart, TODAY, midnight - HOUR)

    await pass_time(hass, freezer, timedelta(minutes=2))
    for key in ("consumption", "cost"):
        assert value(hass, home, CONTRACT, f"{key}_today") == "unknown"
        # Its last hour is not here yet.
        assert value(hass, home, CONTRACT, f"{key}_yesterday") == "unknown"
    for key in ("this_month", "last_month"):
        assert number(hass, home, f"consumption_{key}") == before[key]

    freezer.tick(timedelta(minutes=6))
    await refresh(hass, home, "history")
    yesterday = number(hass, home, "consumption_yesterday")
    assert yesterday == kwh(esmart, TODAY, midnight)
    assert value(hass, home, CONTRACT, "consumption_today") == "unknown"


async def test_another_month(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    first = datetime(2026, 1, 31, 23, tzinfo=UTC)
    freezer.move_to(first - timedelta(minutes=2))
    await imported(hass, home)
    assert number(hass, home, "cost_this_month") == paid(esmart, MONTH, first - HOUR)
    assert number(hass, home, "cost_last_month") == paid(esmart, LAST_MONTH, MONTH)

    await pass_time(hass, freezer, timedelta(minutes=2))
    for key in ("this_month", "last_month"):
        assert value(hass, home, CONTRACT, f"cost_{key}") == "unknown"
    await pass_time(hass, freezer, 70 * timedelta(minutes=1))
    await refresh(hass, home, "history")
    assert number(hass, home, "cost_last_month") == paid(esmart, MONTH, first)
    this = number(hass, home, "cost_this_month")
    assert this == paid(esmart, first, first + HOUR)


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        (datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
    ],
)
async def test_day_that_is_not_of_24_hours(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    start: datetime,
    hours: int,
) -> None:
    esmart.home.opened = start - DAY
    end = start + hours * HOUR
    freezer.move_to(end - timedelta(minutes=30))
    await imported(hass, home)
    today = number(hass, home, "consumption_today")
    assert today == kwh(esmart, start, end - HOUR)
    freezer.move_to(end + timedelta(minutes=30))
    await pass_time(hass, freezer, timedelta(minutes=1))
    # The day is not whole without its last hour.
    await refresh(hass, home, "history")
    yesterday = number(hass, home, "consumption_yesterday")
    assert yesterday == kwh(esmart, start, end)
    assert value(hass, home, CONTRACT, "missing_hours") == "0"


async def test_today_appears_with_its_first_hour(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(TODAY + timedelta(minutes=20))
    await imported(hass, home)
    today = {"consumption_today", "cost_today"}
    assert not today & keys(hass, home, CONTRACT)
    assert "consumption_yesterday" in keys(hass, home, CONTRACT)
    freezer.tick(70 * timedelta(minutes=1))
    await refresh(hass, home, "history")
    assert today <= keys(hass, home, CONTRACT)
    assert number(hass, home, "consumption_today") > 0


# Hours that are missing


async def test_day_with_a_missing_hour_is_unknown(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    """A sum of 23 hours is not that of the day."""
    await imported(hass, home)
    # The portal is asked for seven days and today: yesterday is the seventh.
    fifth = f"Values.{6 * 24 + 5}"
    esmart.fail("consumption", Fault(kind="remove", path=fifth))
    await refresh(hass, home, "history")
    assert value(hass, home, CONTRACT, "consumption_yesterday") == "unknown"
    assert number(hass, home, "cost_yesterday") == paid(esmart, TODAY - DAY, TODAY)
    assert value(hass, home, CONTRACT, "missing_hours") == "1"
    missing = esmart.household.total_energy(
        TODAY - DAY + 5 * HOUR, TODAY - DAY + 6 * HOUR
    )
    known = esmart.household.total_energy(MONTH, NOW.replace(minute=0)) - missing
    this_month = number(hass, home, "consumption_this_month")
    assert this_month == pytest.approx(known / 1000, abs=1e-3)
    assert value(hass, home, CONTRACT, "consumption_last_month") != "unknown"

    # Once it comes, the day is whole.
    await refresh(hass, home, "history")
    yesterday = number(hass, home, "consumption_yesterday")
    assert yesterday == kwh(esmart, TODAY - DAY, TODAY)
    assert value(hass, home, CONTRACT, "missing_hours") == "0"


async def test_month_that_the_history_does_not_hold(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    """A month that began before the first hour is not whole; it has no entity."""
    esmart.home.opened = LAST_MONTH + DAY
    await imported(hass, home)
    assert "consumption_last_month" not in keys(hass, home, CONTRACT)
    this_month = number(hass, home, "consumption_this_month")
    assert this_month == kwh(esmart, MONTH, NOW.replace(minute=0))
    assert value(hass, home, CONTRACT, "missing_hours") == "0"


async def test_hours_without_a_value_are_not_zero(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    for operation in ("consumption", "costs"):
        fault = Fault(kind="set", path="Values.*.Value", value=None, times=None)
        esmart.fail(operation, fault)
    await imported(hass, home)
    shown = keys(hass, home, CONTRACT)
    assert not [key for key in shown if key.startswith(("consumption", "cost"))]
    assert value(hass, home, CONTRACT, "import_progress") == "100.0"
    assert value(hass, home, CONTRACT, "missing_hours") == "0"


async def test_portal_that_cannot_be_reached(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is imported stays true; after a day it is no longer of now."""
    await imported(hass, home)
    shown = ("consumption_last_month", "cost_latest_hour", "import_progress")
    before = [number(hass, home, key) for key in shown]
    for operation in ("consumption", "asset_consumption", "charger_statistics"):
        esmart.fail(operation, Fault(kind="status", status=500, times=None))
    freezer.tick(HOUR)
    await refresh(hass, home, "history")
    assert not home.runtime_data.feeds["history"].last_update_success
    assert [number(hass, home, key) for key in shown] == before
    await pass_time(hass, freezer, DAY)
    for key in shown:
        assert value(hass, home, CONTRACT, key) == "unavailable"
    esmart.heal()
    await bring_to_its_end(hass, home)
    assert number(hass, home, "consumption_last_month") == before[0]


# What a portal does not have


async def test_no_costs_and_no_prices(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    for operation in ("costs", "meter_prices", "contract_prices"):
        esmart.deny(operation, 403)
    await imported(hass, home)
    shown = keys(hass, home, CONTRACT)
    assert not [key for key in shown if key.startswith("cost")]
    assert number(hass, home, "consumption_yesterday") == kwh(
        esmart, TODAY - DAY, TODAY
    )


async def test_costs_that_prices_make(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    esmart.deny("costs", 404)
    await imported(hass, home)
    for period, start, end in spans(NOW):
        amount = number(hass, home, f"cost_{period}")
        assert amount == paid(esmart, start, end)


async def test_history_that_is_refused(
    hass: HomeAssistant, esmart: EsmartSandbox, home: MockConfigEntry
) -> None:
    esmart.deny("consumption", 403)
    await set_up(hass, home)
    await refresh(hass, home, "history")
    feed = home.runtime_data.feeds["history"]
    assert feed.absent == {CONTRACT}
    assert "import_progress" not in keys(hass, home, CONTRACT)
    assert value(hass, home, CONTRACT, "outdoor_temperature") is not None


# Digiwatt, whose days are held against its own totals


async def test_digiwatt(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    entry: MockConfigEntry,
) -> None:
    await imported(hass, entry)
    site = entry.data["account_number"]
    household = digiwatt.household
    for period, start, end in spans(NOW):
        key = f"consumption_{period}"
        used = household.total_energy(start, end) / 1000
        amount = number(hass, entry, key, site)
        assert amount == pytest.approx(used, abs=1e-3)
    assert value(hass, entry, site, "days_not_imported") == "0"
    assert value(hass, entry, site, "missing_hours") == "0"
    # What an appliance used is in the statistics alone.
    (ledger,) = ledgers(entry)
    assert "appliance_washing_machine" in ledger.by_series
    assert not [key for key in keys(hass, entry, site) if key.startswith("appliance")]


async def test_day_that_differs_from_the_portals_total(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, entry: MockConfigEntry
) -> None:
    begin = days_ago(4, ROME)
    digiwatt.household.withhold(begin - 70 * DAY, begin)
    fault = Fault(kind="set", path="data.total", value=999_999.0, times=None)
    digiwatt.fail("consumption_totals", fault)
    await imported(hass, entry)
    site = entry.data["account_number"]
    assert value(hass, entry, site, "days_not_imported") == "1"
    assert value(hass, entry, site, "missing_hours") == "24"
    assert "consumption_yesterday" not in keys(hass, entry, site)
    assert number(hass, entry, "consumption_today", site) > 0

    digiwatt.heal()
    await refresh(hass, entry, "history")
    assert value(hass, entry, site, "days_not_imported") == "0"
    assert number(hass, entry, "consumption_yesterday", site) > 0
