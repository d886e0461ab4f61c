"""A portal's meters in the recorder: energy both ways, gas in m³, costs with tax."""

from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.energy_portals.history.recorder import stored_series
from custom_components.energy_portals.portals.epilot.models import ZONE
from custom_components.energy_portals.portals.model.periods import midnight
from tests.accounts import value
from tests.history.accounts import (
    NOW,
    call,
    entity_id,
    history,
    is_chained,
    refresh,
    rows,
)
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

EVERY_DATABASE = True
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DAYS = 6


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live three days after the night of autumn."""
    freezer.move_to(NOW)


@pytest.fixture
def epilot(sandbox: Sandbox) -> EpilotSandbox:
    """Return the simulated portal, whose apps know some days."""
    found = sandbox.portal(EpilotSandbox)
    found.series.hooks.data_range(DAYS)
    return found


@pytest.fixture
def entry(
    hass: HomeAssistant, sandbox: Sandbox, epilot: EpilotSandbox
) -> MockConfigEntry:
    """Return a portal's customer."""
    account = epilot.account(f"{sandbox.address}/epilot")
    added = MockConfigEntry(
        domain=DOMAIN,
        data={CONF_VENDOR: "epilot", **account},
        options={"history": {"years": 1}},
        unique_id=f"epilot:{account['portal_id']}:{epilot.home.user_id}",
    )
    added.add_to_hass(hass)
    return added


def _id(entry: MockConfigEntry, meter: str, series: str) -> str:
    account = str(entry.unique_id).replace(":", "_").replace("-", "_")
    return f"{DOMAIN}:{account}_meter_{meter.replace('-', '_')}_{series}"


async def imported(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Import all that there is of the meters that an app knows."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    feed = history(entry)
    for _ in range(30):
        await refresh(hass, entry)
        if all(feed.data[site.key].is_complete for site in feed.sites):
            return
    raise AssertionError("the import does not come to an end")


def _published(epilot: EpilotSandbox, meter: str) -> dict[str, Any]:
    start = datetime(2026, 10, 1, tzinfo=UTC).isoformat()
    found = epilot.series.published(meter, start, NOW.isoformat())["series"]
    assert isinstance(found, dict)
    return found


async def test_all_that_is_published_is_stored(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    await imported(hass, entry)
    expected = {
        (meter, series): amounts
        for meter in (epilot.home.power_meter, epilot.home.gas_meter)
        for series, amounts in _published(epilot, meter).items()
    }
    assert {series for _, series in expected} == {"consumption", "feed_in", "cost"}
    stored = await stored_series(hass)
    assert set(stored) == {_id(entry, *each) for each in expected}
    for each, amounts in expected.items():
        found = await rows(hass, _id(entry, *each))
        assert len(found) == amounts["hours"]
        assert is_chained(found)
        total = fsum(row.state or 0 for row in found)
        assert total == pytest.approx(amounts["total"], rel=1e-9)
    # The night of autumn has its 25 hours.
    day = midnight(datetime(2026, 10, 25).date(), ZONE)
    found = await rows(hass, _id(entry, epilot.home.power_meter, "consumption"))
    assert sum(day <= row.start < day + 25 * HOUR for row in found) == 25


async def test_gas_is_a_volume(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    await imported(hass, entry)
    gas = _id(entry, epilot.home.gas_meter, "consumption")
    meta = (await stored_series(hass))[gas]
    assert (meta["unit_of_measurement"], meta["unit_class"]) == ("m³", "volume")
    answer = await call(hass, "get_statistics_ids")
    uses = {each["statistic_id"]: each["use_as"] for each in answer["statistics"]}
    assert uses[gas] == "gas_or_water_consumption"
    power = epilot.home.power_meter
    assert uses[_id(entry, power, "consumption")] == "grid_consumption"
    assert uses[_id(entry, power, "feed_in")] == "return_to_grid"
    site = f"meter:{epilot.home.gas_meter}"
    state = hass.states.get(entity_id(hass, entry, site, "consumption_yesterday"))
    assert state is not None
    assert state.attributes["unit_of_measurement"] == "m³"
    assert state.attributes["device_class"] == "volume"
    assert float(state.state) > 0


async def test_tariffs_are_parts(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_scenario("dual")
    await imported(hass, entry)
    power = epilot.home.power_meter
    answer = await call(hass, "get_statistics_ids")
    uses = {each["series"]: each["use_as"] for each in answer["statistics"]}
    assert uses["consumption_ht"] == uses["consumption_nt"] == "part_of_a_total"
    total, high, low = [
        fsum(row.state or 0 for row in await rows(hass, _id(entry, power, series)))
        for series in ("consumption", "consumption_ht", "consumption_nt")
    ]
    assert total == pytest.approx(high + low)
    name = (await stored_series(hass))[_id(entry, power, "consumption_ht")]["name"]
    assert name is not None
    assert "Hochtarif" in name


async def test_corrections_and_what_is_taken_back(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Of the last three days; nothing new writes nothing."""
    await imported(hass, entry)
    power = _id(entry, epilot.home.power_meter, "consumption")
    before = await rows(hass, power)
    await refresh(hass, entry)
    assert await rows(hass, power) == before
    changed = NOW.replace(minute=0) - 30 * HOUR
    epilot.household.correct(changed, changed + HOUR, 500)
    epilot.household.withhold(changed + 3 * HOUR, changed + 4 * HOUR)
    await refresh(hass, entry)
    after = {row.start: row.state for row in await rows(hass, power)}
    held = {row.start: row.state for row in before}
    assert after[changed] == pytest.approx((held[changed] or 0) + 0.5, abs=0.2)
    assert after[changed + 3 * HOUR] is None
    assert is_chained(await rows(hass, power))


@pytest.mark.parametrize("hour", [None, 30])
async def test_what_cannot_be_read_takes_nothing_back(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox, hour: int | None
) -> None:
    """Neither one amount nor all: sums stay what they were, and nothing is left."""
    await imported(hass, entry)
    power = _id(entry, epilot.home.power_meter, "consumption")
    site = f"meter:{epilot.home.power_meter}"
    before = await rows(hass, power)
    shown = value(hass, entry, site, "consumption_this_month")
    assert shown is not None
    spoilt = Fault(kind="spoilt", how="types_words", times=None)
    if hour is not None:
        path = f"consumptions.{hour}.value"
        spoilt = Fault(kind="set", path=path, value="odd", times=None)
    epilot.fail("getConsumption", spoilt)
    await refresh(hass, entry)
    assert value(hass, entry, site, "consumption_this_month") == shown
    assert await rows(hass, power) == before
    epilot.heal()
    await refresh(hass, entry)
    assert value(hass, entry, site, "consumption_this_month") == shown
    assert await rows(hass, power) == before


async def test_a_meter_without_history_keeps_no_other_out(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Right after a start nobody knows yet which meters no app knows."""
    await imported(hass, entry)
    epilot.fail("getConsumption", Fault(kind="status", status=503, times=None))
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    epilot.heal()
    sites = {site.key: site for site in history(entry).sites}
    unknown = sites[f"meter:{epilot.home.water_meter}"]
    answer = await call(hass, "import_history")
    assert answer["read"] > 0
    assert [each["site"] for each in answer["not_read"]] == [unknown.name]
    assert answer["not_read"][0]["reason"].startswith("NotFound: getConsumption")
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}:{unknown.key}"), entry.entry_id
    )
    assert device is not None
    with pytest.raises(HomeAssistantError, match="does not know"):
        await call(hass, "import_history", device_id=device.id)


async def test_a_quarter_that_no_home_can_use_is_put_right_days_later(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Its hour is missing with a reason, and holds nothing up, until it is right."""
    epilot.series.hooks.set_intervals(["PT15M"])
    epilot.series.hooks.data_range(12)
    hour = NOW.replace(minute=0) - 30 * HOUR
    quarter = hour + HOUR / 4, hour + HOUR / 2
    meter = f"meter:{epilot.home.power_meter}"
    used, paid = (
        _id(entry, epilot.home.power_meter, key) for key in ("consumption", "cost")
    )

    async def told() -> tuple[object, object, str]:
        """Return the missing hours and why, and how many of them an entity tells."""
        report = await async_get_config_entry_diagnostics(hass, entry)
        site = next(each for each in report["history"]["sites"] if each["missing"])
        state = hass.states.get(entity_id(hass, entry, meter, "missing_hours"))
        assert state is not None
        return site["missing"], site["refused_hours"], state.state

    async def check_all_but(missing: set[datetime]) -> None:
        """Hold the rows against what is published."""
        for statistic, amounts in ((used, consumption), (paid, cost)):
            stored = await rows(hass, statistic)
            known = {
                row.start: row.state
                for row in stored
                if row.state is not None and row.start >= min(amounts)
            }
            assert known.keys() == amounts.keys() - missing
            for each, amount in known.items():
                assert amount == pytest.approx(amounts[each], rel=1e-3)
            assert is_chained(stored)

    consumption, cost = _hours(epilot)
    epilot.household.correct(*quarter, 96_000_000)
    await imported(hass, entry)
    span = [each.isoformat() for each in (hour, hour + HOUR)]
    reasons = [
        {"series": series, "reason": why, "start": span[0], "end": span[1]}
        for series, why in (
            ("consumption", "implausible"),
            ("cost", "implausible"),
        )
    ]
    assert await told() == ([span], reasons, "1")
    await check_all_but({hour})
    # Longer than what the portal corrects by itself is looked at.
    for _ in range(5):
        freezer.tick(DAY)
        await refresh(hass, entry)
    assert (await told())[0] == [span]
    epilot.household.correct(*quarter, -96_000_000)
    freezer.tick(DAY)
    await refresh(hass, entry)
    consumption, cost = _hours(epilot)
    await check_all_but(set())
    report = await async_get_config_entry_diagnostics(hass, entry)
    for site in report["history"]["sites"]:
        assert (site["missing"], site["refused_hours"]) == ([], [])
    counts = report["history"]["refused_readings"]
    assert counts["consumption.implausible"] > 5


def _hours(epilot: EpilotSandbox) -> tuple[dict[datetime, float], ...]:
    """Return what is published by the hour, of consumption and cost."""
    found: tuple[dict[datetime, float], ...] = ({}, {})
    begin, now = epilot.series.hooks.span()[0], dt_util.utcnow()
    hour = begin.astimezone(UTC)
    while hour + HOUR <= now:
        span = hour.isoformat(), (hour + HOUR).isoformat()
        series = epilot.series.published(epilot.home.power_meter, *span)["series"]
        assert isinstance(series, dict)
        for amounts, key in zip(found, ("consumption", "cost"), strict=True):
            amounts[hour] = series[key]["total"]
        hour += HOUR
    return found


async def test_a_meter_that_no_app_knows_has_no_history(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    await imported(hass, entry)
    water = f"meter:{epilot.home.water_meter}"
    feed = history(entry)
    assert water in feed.absent
    assert feed.last_update_success


async def test_costs_that_cannot_be_read_are_not_made_of_prices(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """They are asked for again; what prices made meanwhile would have been wrong."""
    fault = Fault(kind="spoilt", how="types_words", times=None)
    epilot.fail("getCosts", fault)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(16):
        await refresh(hass, entry)
    cost = _id(entry, epilot.home.power_meter, "cost")
    assert await rows(hass, _id(entry, epilot.home.power_meter, "consumption"))
    assert cost not in await stored_series(hass)
    epilot.heal()
    await call(hass, "import_history", start="2026-10-20", end="2026-10-28")
    found = await rows(hass, cost)
    published = _published(epilot, epilot.home.power_meter)["cost"]
    total = fsum(row.state or 0 for row in found)
    assert total == pytest.approx(published["total"], rel=1e-9)
