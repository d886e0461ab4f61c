"""When a calendar of the house is busy, for those who plan."""

from datetime import timedelta

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.util import dt as dt_util
import pytest

from custom_components.energy_portals.account.house import HouseSources

HOUR = timedelta(hours=1)


CALENDAR = "calendar.away"


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
