"""How often entities write: not more often than what they show changes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import ATTR_LAST_RESET, SensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, EVENT_STATE_CHANGED, Platform
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.energy_portals.history import known
from tests.accounts import pass_time, set_up
from tests.history.conftest import _custom_integrations, _quiet, enable_event_loop_debug
from tests.journeys.accounts import add_account
from tests.sandbox.server import PORTALS, Sandbox

__all__ = ["_custom_integrations", "_quiet", "enable_event_loop_debug"]

# In the morning, when days and months run, and over the publication of prices.
_BEGIN: Final = datetime(2026, 10, 20, 8, 2, tzinfo=UTC)
_HOURS: Final = 6
_STEP: Final = timedelta(minutes=5)
_QUARTER: Final = timedelta(minutes=15)
_PERIODS: Final = ("today", "this_week", "this_month", "this_year")

type _Rows = Mapping[str, list[Event[EventStateChangedData]]]


@pytest.fixture(autouse=True)
def _short_past() -> Iterator[None]:
    """Spare the accounts the import of years."""
    with patch.object(known, "DEFAULT_YEARS", 0):
        yield


@pytest.fixture
def recorder_config() -> dict[str, object]:
    """Record no states."""
    return {"exclude": {"entity_globs": ["*"]}}


async def _rows(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory, key: str
) -> _Rows:
    """Return what the default entities of an account write in some hours, by key."""
    freezer.move_to(_BEGIN)
    await hass.config.async_set_time_zone("Europe/Rome")
    entry = add_account(hass, sandbox, key)
    await set_up(hass, entry)
    # What is there at first, and what the first import brings.
    for _ in range(6):
        await pass_time(hass, freezer, 2 * _STEP)
    registry = er.async_get(hass)
    rows: dict[str, list[Event[EventStateChangedData]]] = defaultdict(list)

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        entity = registry.async_get(event.data["entity_id"])
        if entity is not None and entity.config_entry_id == entry.entry_id:
            rows[f"{entity.domain}.{entity.unique_id}"].append(event)

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    for _ in range(_HOURS * timedelta(hours=1) // _STEP):
        await pass_time(hass, freezer, _STEP)
    return rows


def _says_more(event: Event[EventStateChangedData]) -> bool:
    """Say whether an entity shows something else, and not only beside its state."""
    old, new = event.data["old_state"], event.data["new_state"]
    return old is None or new is None or old.state != new.state


def _is_of_running(key: str, event: Event[EventStateChangedData]) -> bool:
    """Say whether a figure is of a period that still runs."""
    new = event.data["new_state"]
    resets = new is not None and ATTR_LAST_RESET in new.attributes
    return resets or any(word in key for word in _PERIODS)


def _is_moment(event: Event[EventStateChangedData]) -> bool:
    """Say whether a moment is shown."""
    new = event.data["new_state"]
    kind = None if new is None else new.attributes.get(ATTR_DEVICE_CLASS)
    return kind == SensorDeviceClass.TIMESTAMP


@pytest.mark.as_installed
@pytest.mark.parametrize("key", PORTALS)
async def test_nobody_writes_without_need(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory, key: str
) -> None:
    """Whatever is fetched in between, and however often."""
    rows = await _rows(hass, sandbox, freezer, key)
    # Nothing of a company's account goes with the time.
    assert bool(rows) is (key != "autarc")
    for name, events in rows.items():
        # A calendar shows its next event beside its state, an event when it was.
        shows_beside = name.startswith((Platform.CALENDAR, Platform.EVENT))
        assert shows_beside or all(map(_says_more, events)), name
        assert len(events) <= _HOURS * 4 + 1, name
        if _is_moment(events[-1]):
            # One of a fetch would be another with each.
            assert len(events) <= _HOURS + 1, name
        if _is_of_running(name, events[-1]):
            times = [each.time_fired for each in events]
            gaps = [after - before for before, after in pairwise(times)]
            assert all(gap >= _QUARTER - timedelta(seconds=1) for gap in gaps), name
