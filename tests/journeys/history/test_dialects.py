"""Whatever way a past is said in, no other amount becomes a statistic."""

from collections import Counter
import json
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.history.accounts import (
    NOW,
    add_digiwatt,
    add_esmart,
    history,
    ids,
    refresh,
    rows,
)
from tests.sandbox.dialects.speaking import spoken
from tests.sandbox.server import Sandbox

# Each is what all operations of a portal are said in.
SPOKEN: Final = (
    *("unit.unit", "unit.alien", "number.largest", "number.text_comma"),
    *("zone.timezone.America/New_York", "pieces.date_clock", "end.flag.label"),
    *("rows.unsorted", "rows.differing.after", "rows.per_appliance", "rows.missing"),
    *("register.type_100", "flag.quality.missing", "about.direction.export"),
)
# More than an import of four days takes.
_STEPS: Final = 25
# What is stored when the portal speaks plainly, by portal.
_TRUTH: Final[dict[str, dict[tuple[str, str], float]]] = {}


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live three days after the night of autumn."""
    freezer.move_to(NOW)


async def _imported(
    hass: HomeAssistant, sandbox: Sandbox, key: str
) -> tuple[MockConfigEntry, dict[tuple[str, str], float]]:
    """Import what can be; return each amount that is stored, by series and hour."""
    add = add_digiwatt if key == "digiwatt" else add_esmart
    entry = add(hass, sandbox, days=4)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    for _ in range(_STEPS):
        await refresh(hass, entry)
        found = history(entry).data.values()
        if found and all(each.is_complete for each in found):
            break
    return entry, {
        (series, row.start.isoformat()): row.state
        for series in await ids(hass)
        for row in await rows(hass, series)
        if row.state is not None
    }


async def _truth(
    hass: HomeAssistant, sandbox: Sandbox, key: str
) -> dict[tuple[str, str], float]:
    """Return what is stored when the portal speaks plainly, and leave nothing of it."""
    if key not in _TRUTH:
        entry, _TRUTH[key] = await _imported(hass, sandbox, key)
        stored = await ids(hass)
        assert await hass.config_entries.async_remove(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        get_instance(hass).async_clear_statistics(list(stored))
        await async_wait_recording_done(hass)
        assert not await ids(hass)
    assert len(_TRUTH[key]) > 90
    return _TRUTH[key]


@pytest.mark.parametrize("name", SPOKEN)
@pytest.mark.parametrize("key", ["digiwatt", "esmart"])
async def test_no_other_amount_is_stored(
    hass: HomeAssistant, sandbox: Sandbox, key: str, name: str
) -> None:
    """And of what is not stored, the diagnostics name a reason."""
    truth = await _truth(hass, sandbox, key)
    portal = sandbox.portals[key]
    portal.transforms = spoken(key, name, used := Counter())
    entry, stored = await _imported(hass, sandbox, key)
    wrong = {
        each: (amount, truth.get(each))
        for each, amount in stored.items()
        if each not in truth or amount != pytest.approx(truth[each], rel=1e-3, abs=1e-4)
    }
    assert not wrong, (len(wrong), next(iter(wrong.items())))
    # What is missing at the portal is refused by nobody.
    if used and name != "rows.missing" and len(stored) < len(truth):
        report: Any = await async_get_config_entry_diagnostics(hass, entry)
        said = [report["refused_values"], report["history"]["refused_readings"]]
        said += [feed["last_error"] for feed in report["feeds"].values()]
        said += [site["missing"] for site in report["history"]["sites"]]
        assert any(said), json.dumps(report["history"])
