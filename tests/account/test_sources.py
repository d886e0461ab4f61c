"""What the accounts of the house hold, by the key of its source."""

from datetime import timedelta

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.house import HouseSources
from custom_components.energy_portals.account.sources import (
    are_told_of,
    source,
    sources,
)
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.power import PowerNow
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

HOUR = timedelta(hours=1)
CALENDAR = "calendar.away"


async def test_sources_of_a_kind(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    (only,) = sources(hass, GreenOutlook)
    assert only.key == f"{loaded.unique_id}:1234567890"
    assert only.is_reached
    held = source(hass, GreenOutlook, only.key)
    assert held is not None
    assert held.data is only.data
    assert source(hass, GreenOutlook, "nobody's") is None

    digiwatt.fail("greenness", Fault(kind="status", status=500, times=None))
    await loaded.runtime_data.feeds["green_windows"].async_refresh()
    (only,) = sources(hass, GreenOutlook)
    assert not only.is_reached

    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not list(sources(hass, GreenOutlook))


def test_others_live_on_outlooks_alone() -> None:
    assert are_told_of((PowerNow, GreenOutlook))
    assert not are_told_of((PowerNow,))


@pytest.mark.parametrize(
    ("events", "hours"),
    [
        ([], 0),
        ([("2026-10-20T12:00:00+02:00", "2026-10-20T14:00:00+02:00")], 2),
        ([("2026-10-20", "2026-10-21")], 24),
        # Its end is no later than its beginning.
        ([("2026-10-20T12:00:00+02:00", "2026-10-20T12:00:00+02:00")], 0),
    ],
)
async def test_when_a_calendar_is_busy(
    hass: HomeAssistant, events: list[tuple[str, str]], hours: int
) -> None:
    told = [{"start": start, "end": end} for start, end in events]
    hass.services.async_register(
        "calendar",
        "get_events",
        lambda call: {CALENDAR: {"events": told}},
        supports_response=SupportsResponse.ONLY,
    )
    now = dt_util.utcnow()
    busy = await HouseSources(hass).busy(CALENDAR, now, now + HOUR)
    assert busy is not None
    assert sum((slot.end - slot.start for slot in busy), timedelta()) == hours * HOUR


async def test_a_calendar_that_cannot_be_read(hass: HomeAssistant) -> None:
    now = dt_util.utcnow()
    assert await HouseSources(hass).busy(CALENDAR, now, now + HOUR) is None
