"""In a real set-up: whatever way portals say it in, no entity shows another value."""

from collections import Counter
from datetime import UTC, datetime
import json
import logging
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.journeys.accounts import add_account
from tests.sandbox.dialects import SHAPES
from tests.sandbox.dialects.speaking import spoken
from tests.sandbox.server import Sandbox

NOW: Final = datetime(2026, 10, 26, 18, 40, tzinfo=UTC)
# A dialect of all quantities that an operation has, by how its name ends.
SPOKEN: Final = (
    *("letters.kebab", "letters.upper", "wrapped.result", "list.result_items"),
    *("unwrapped", "unit.unit", "unit.uom", "unit.object", "unit.in_key"),
    *("unit.above", "unit.metadata", "unit.alien", "unit.contradiction"),
    *("unit.multiplier", "unit.exponent", "fraction_untold"),
    *("number.text_comma", "number.text_three_digits", "number.largest"),
    *("number.underscore", "number.huge_text", "flag.text", "id.text"),
    *("time.lower_z", "time.epoch_ms", "time.dotted", "time.only_the_day"),
    *("zone.timezone.America/New_York", "zone.unknown", "pieces.date_clock"),
    *("pieces.date_hour", "pieces.hour_from_1", "end.to", "end.flag.label"),
    *("rows.unsorted", "rows.repeated", "rows.differing.after", "rows.missing"),
    *("rows.differing.before", "rows.among.null", "rows.all.null", "rows.meters"),
    *("rows.per_appliance", "rows.per_area", "register.type_100", "summary.flag"),
    *("register.not_told", "flag.quality.missing", "flag.status.4001.1"),
    *("narrower.appliance", "about.direction.export", "extra.rows.year"),
    *("nested.rows.water_meters", "nested.water_meters", "absent.error"),
    *("absent.object", "null.rows_alone", "page.total", "page.header_link"),
    *("page.next_cursor", "several.unclear", "month.number", "hour.from_1"),
)
# What is missing there is missing at the portal: nobody refuses anything.
QUIET: Final = (
    *("rows.missing", "null.rows_alone", "rows.repeated", "time.only_the_day"),
    "flag.status.4001.1",
)
NOTHING: Final = {STATE_UNAVAILABLE, STATE_UNKNOWN, None}

type States = dict[str, str]


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture(autouse=True)
def _is_quiet() -> None:
    """Spare the output what feeds log."""
    logging.getLogger("custom_components").setLevel(logging.CRITICAL)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on the evening after the day of 25 hours."""
    freezer.move_to(NOW)


def _states(hass: HomeAssistant, entry: MockConfigEntry) -> States:
    """Return what each entity shows."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    shown = {
        each.unique_id: hass.states.get(each.entity_id)
        for each in entities
        # Of an event it shows when it came.
        if each.domain != Platform.EVENT
    }
    return {key: state.state for key, state in shown.items() if state is not None}


async def _refresh(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Fetch everything now."""
    runtime = entry.runtime_data
    for coordinator in runtime.coordinators:
        await coordinator.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)


def _is_same(truth: str | None, got: str) -> bool:
    if truth == got:
        return True
    try:
        return abs(float(truth or "") - float(got)) <= 1e-3 * abs(float(truth or ""))
    except ValueError:
        return False


async def _reasons(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return what diagnostics say of what is missing."""
    found: Any = await async_get_config_entry_diagnostics(hass, entry)
    feeds = {
        key: (feed["ok"], feed["missing_parts"], feed["last_error"])
        for key, feed in found["feeds"].items()
    }
    return json.dumps([found["refused_values"], feeds], default=str)


@pytest.mark.parametrize("key", SHAPES)
async def test_no_entity_shows_another_value(
    hass: HomeAssistant, sandbox: Sandbox, key: str
) -> None:
    """And of what becomes unknown, the diagnostics name a reason."""
    entry = add_account(hass, sandbox, key)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    await _refresh(hass, entry)
    truth = _states(hass, entry)
    assert len(truth) > 5
    portal = sandbox.portals[key]
    wrong: list[str] = []
    count: Counter[str] = Counter()
    for name in SPOKEN:
        plain = await _reasons(hass, entry)
        portal.transforms = spoken(key, name, used := Counter())
        await _refresh(hass, entry)
        states = _states(hass, entry)
        reasons = await _reasons(hass, entry)
        portal.transforms = {}
        faults: list[str] = []
        for each, state in states.items():
            if state in NOTHING:
                outcome = "same" if truth.get(each) in NOTHING else "unknown"
            else:
                outcome = "same" if _is_same(truth.get(each), state) else "WRONG"
            if outcome == "WRONG":
                faults.append(f"{name}: {each} is {state}, not {truth.get(each)}")
            count[outcome] += bool(used)
        lost = {each for each in truth if states.get(each) in NOTHING}
        lost -= {each for each in truth if truth[each] in NOTHING}
        if lost and reasons == plain and name not in QUIET:
            faults.append(f"{name}: no reason for {sorted(lost)[:3]}")
        wrong += [*faults[:3], f"and {len(faults) - 3} more"][: len(faults)]
        await _refresh(hass, entry)
    print(f"{key}: {len(SPOKEN)} dialects, {dict(count)}")
    assert not wrong, f"{len(wrong)}: " + "\n".join(wrong)
