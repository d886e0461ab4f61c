"""Entities whose number comes from data: made when shown twice, gone when no more."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.entities.sightings import GONE_AFTER, MOST
from tests.accounts import entity_id, keys, refresh, set_up, value
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

SITE = "1234567890"
SAUNA = "energy_this_month_sauna"
FRIDGE = "energy_this_month_fridge"
BAND = "tariff_this_month_F23"
DOWN = Fault(kind="status", status=503, times=None)


def shows(digiwatt: DigiwattSandbox, *appliances: str) -> None:
    """Have the portal split the energy among these alone."""
    digiwatt.heal()
    split = [{"appliance": each, "value": 1500} for each in appliances]
    path = "data.appliances"
    fault = Fault(kind="set", path=path, value=split, times=None)
    digiwatt.fail("consumption_totals", fault)


def exists(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> bool:
    """Say whether there is an entity."""
    return entity_id(hass, entry, SITE, key) is not None


async def let_pass(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    step: timedelta,
) -> None:
    """Let time go by, and fetch twice then."""
    freezer.tick(step)
    for _ in range(2):
        await refresh(hass, entry, "energy")


async def test_all_are_there_soon_after_an_account_is_added(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, entry: MockConfigEntry
) -> None:
    """What it shows first is looked at again at once, and once only."""
    await set_up(hass, entry)
    assert value(hass, entry, SITE, FRIDGE) is not None
    assert exists(hass, entry, "tariff_this_month_F1")
    calls = [call.operation for call in digiwatt.calls]
    assert calls.count("analytics_trend") == 2
    assert calls.count("greenness") == 1
    await refresh(hass, entry, "tariff_periods")
    calls = [call.operation for call in digiwatt.calls]
    assert calls.count("analytics_trend") == 3


@pytest.mark.parametrize(
    ("feed", "operation", "fault", "key"),
    [
        (
            "energy",
            "consumption_totals",
            {"path": "data.appliances", "value": [{"appliance": "sauna", "value": 12}]},
            SAUNA,
        ),
        (
            "tariff_periods",
            "analytics_trend",
            {"path": "data.trend.0", "value": {"month": "2026-01", "F23": 7}},
            BAND,
        ),
    ],
)
async def test_what_is_shown_once_makes_nothing(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    feed: str,
    operation: str,
    fault: dict[str, Any],
    key: str,
) -> None:
    before = keys(hass, loaded, SITE)
    for _ in range(2):
        digiwatt.fail(operation, Fault(kind="set", **fault, times=None))
        await refresh(hass, loaded, feed)
        # Looked at again beside a fetch, it is not shown again.
        await refresh(hass, loaded, "sites")
        digiwatt.heal()
        digiwatt.fail(operation, DOWN)
        await refresh(hass, loaded, feed)
        digiwatt.heal()
        await refresh(hass, loaded, feed)
    assert keys(hass, loaded, SITE) == before


async def test_what_is_shown_twice_is_made(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    shows(digiwatt, "fridge", "sauna")
    await refresh(hass, loaded, "energy")
    assert not exists(hass, loaded, SAUNA)
    await refresh(hass, loaded, "energy")
    assert value(hass, loaded, SITE, SAUNA) == "1.5"


async def test_what_is_shown_no_more_goes_after_long(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Over restarts, and it is made again like any other."""
    shows(digiwatt, "fridge", "sauna")
    for _ in range(2):
        await refresh(hass, loaded, "energy")
    shows(digiwatt, "fridge")
    await refresh(hass, loaded, "energy")
    assert value(hass, loaded, SITE, SAUNA) == "unknown"
    for _ in range(2):
        await let_pass(hass, loaded, freezer, GONE_AFTER / 2 - timedelta(hours=1))
        assert exists(hass, loaded, SAUNA)
        await hass.config_entries.async_reload(loaded.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert exists(hass, loaded, SAUNA)
    await let_pass(hass, loaded, freezer, timedelta(hours=3))
    assert not exists(hass, loaded, SAUNA)
    assert exists(hass, loaded, FRIDGE)

    shows(digiwatt, "fridge", "sauna")
    await refresh(hass, loaded, "energy")
    assert not exists(hass, loaded, SAUNA)
    await refresh(hass, loaded, "energy")
    assert value(hass, loaded, SITE, SAUNA) == "1.5"
    shows(digiwatt, "fridge")
    await let_pass(hass, loaded, freezer, timedelta(days=1))
    assert exists(hass, loaded, SAUNA)


@pytest.mark.parametrize(
    "fault",
    [
        DOWN,
        Fault(kind="set", path="data.appliances", value=[], times=None),
        Fault(kind="set", path="data", value={"x": "y"}, times=None),
    ],
)
async def test_a_fault_takes_nothing_away(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    fault: Fault,
) -> None:
    """Not one that lasts for long, nor an empty answer before and after."""
    before = keys(hass, loaded, SITE)
    digiwatt.fail("consumption_totals", fault)
    await refresh(hass, loaded, "energy")
    digiwatt.heal()
    digiwatt.fail("consumption_totals", DOWN)
    await let_pass(hass, loaded, freezer, GONE_AFTER + timedelta(days=5))
    digiwatt.heal()
    digiwatt.fail("consumption_totals", fault)
    await refresh(hass, loaded, "energy")
    digiwatt.heal()
    await refresh(hass, loaded, "energy")
    assert keys(hass, loaded, SITE) == before
    for each in er.async_get(hass).entities.values():
        assert "missing_since" not in each.options.get(DOMAIN, {})


async def test_what_is_not_read_may_still_be_shown(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    before = keys(hass, loaded, SITE)
    client = loaded.runtime_data.client
    split = [{"appliance": "sauna", "value": -1}]
    fault = Fault(kind="set", path="data.appliances", value=split, times=None)
    digiwatt.fail("consumption_totals", fault)
    for _ in range(3):
        await let_pass(hass, loaded, freezer, GONE_AFTER)
    assert client.refused()
    assert before <= keys(hass, loaded, SITE)


async def test_what_is_registered_needs_no_second_look(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """After a restart, or made by an earlier release."""
    before = keys(hass, loaded, SITE)
    await hass.config_entries.async_unload(loaded.entry_id)
    digiwatt.calls.clear()
    await set_up(hass, loaded)
    assert value(hass, loaded, SITE, FRIDGE) not in (None, "unavailable")
    assert keys(hass, loaded, SITE) == before
    calls = [call.operation for call in digiwatt.calls]
    assert calls.count("analytics_trend") == 1


async def test_what_an_earlier_run_has_left_goes(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is known without any data stays."""
    registry = er.async_get(hass)
    left, other = "energy_this_month_2026", "energy_of_an_earlier_release"
    for key in (left, other):
        unique_id = f"{entry.unique_id}:{SITE}:{key}"
        registry.async_get_or_create("sensor", DOMAIN, unique_id, config_entry=entry)
    await set_up(hass, entry)
    before = keys(hass, entry, SITE)
    assert {left, other} <= before
    await let_pass(hass, entry, freezer, GONE_AFTER)
    await let_pass(hass, entry, freezer, timedelta())
    assert keys(hass, entry, SITE) == before - {left}


async def test_what_is_shown_without_end(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is there stays, of what is new so much is made, and it is told once."""
    digiwatt.heal()
    before = keys(hass, loaded, SITE)
    for _ in range(3):
        shows(digiwatt, "fridge", "x" * 300, *(f"thing{n}" for n in range(400)))
        await refresh(hass, loaded, "energy")
    await hass.async_block_till_done(wait_background_tasks=True)
    after = keys(hass, loaded, SITE)
    assert before <= after
    made = {key for key in after if "thing" in key}
    assert 0 < len(made) < MOST
    assert len(after) <= len(before) + MOST
    assert max(map(len, after)) < 300
    assert value(hass, loaded, SITE, FRIDGE) == "1.5"
    lines = [each for each in caplog.messages if "the rest is left out" in each]
    (line,) = lines
    assert line.startswith("Digiwatt shows more than 200 entities of a site as sensor")
