"""Another time for a load, this time only: through a restart, and undone."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from tests.accounts import act, entity_id, refused
from tests.faces.planner.home import NOW, key_of
from tests.faces.planner.seen import TITLE, call, shown, times

HOUR = timedelta(hours=1)


def status(hass: HomeAssistant, planner: MockConfigEntry) -> str:
    """Return the entity of a load's status."""
    return entity_id(hass, planner, key_of(planner, TITLE), "load_status", "sensor")


async def reschedule(
    hass: HomeAssistant, planner: MockConfigEntry, **fields: Any
) -> tuple[datetime, datetime]:
    """Have the load run at another time; return when it does."""
    await act(hass, "reschedule", entity_id=status(hass, planner), **fields)
    found: tuple[datetime, datetime] = times(hass, planner)
    return found


async def test_a_start_stays_through_a_restart_until_it_is_reset(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    usual = times(hass, planner)
    start = NOW + 7 * HOUR
    assert start != usual[0]
    asked = {"start": start.isoformat()}
    assert await reschedule(hass, planner, **asked) == (start, start + 2 * HOUR)
    assert await hass.config_entries.async_reload(planner.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert times(hass, planner) == (start, start + 2 * HOUR)
    assert await reschedule(hass, planner, reset=True) == usual


async def test_ready_by_is_local_and_kept_to(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    _, end = await reschedule(hass, planner, ready_by="2026-01-15T22:00:00")
    assert end <= datetime.fromisoformat("2026-01-15T22:00:00+01:00")
    assert shown(hass, planner, "load_shortfall") == "none"


async def test_what_cannot_be_is_refused(
    hass: HomeAssistant, planner: MockConfigEntry, prices: MockConfigEntry
) -> None:
    target = {"entity_id": status(hass, planner)}
    soon, later = ((NOW + n * HOUR).isoformat() for n in (6, 7))
    assert await refused(hass, "reschedule", **target) == "reschedule_one"
    both = {"ready_by": later, "start": soon}
    assert await refused(hass, "reschedule", **target, **both) == "reschedule_one"
    past = (NOW - HOUR).isoformat()
    assert await refused(hass, "reschedule", **target, start=past) == "time_is_over"
    account = {"config_entry_id": prices.entry_id}
    assert await refused(hass, "reschedule", **account, start=soon) == "no_account"
    with pytest.raises(vol.Invalid):
        await act(hass, "reschedule", **target, reset=False)


async def test_it_takes_the_right_to_control(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    hass_read_only_user: User,
) -> None:
    with pytest.raises(Unauthorized):
        await act(
            hass,
            "reschedule",
            context=Context(user_id=hass_read_only_user.id),
            entity_id=status(hass, planner),
            reset=True,
        )


@pytest.mark.parametrize("button", ["start_by_hand", "done_for_today"])
async def test_start_and_skip_are_taken_back(
    hass: HomeAssistant, planner: MockConfigEntry, button: str
) -> None:
    """At once, and as it was: as if nobody had pressed anything."""
    usual = times(hass, planner)
    await call(hass, planner, "button", "press", button)
    assert (
        shown(hass, planner, "load_status") != "planned"
        or times(hass, planner) != usual
    )
    assert await reschedule(hass, planner, reset=True) == usual
    assert shown(hass, planner, "load_status") == "planned"
