"""Digiwatt's running day in the recorder: never a wrong sum, and none taken back."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.history.accounts import (
    DIGIWATT,
    NOW,
    ROME,
    add_digiwatt,
    days_ago,
    imported,
    is_chained,
    refresh,
    rows,
)
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
KEY = f"{DIGIWATT}_consumption"


async def test_hours_before_the_periods_tell_them(
    hass: HomeAssistant, sandbox: Sandbox, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    digiwatt = sandbox.portal(DigiwattSandbox)
    digiwatt.delay_periods(3)
    entry = await imported(hass, add_digiwatt(hass, sandbox, days=2))
    this_hour = NOW.replace(minute=0)
    stored = await rows(hass, KEY)
    assert stored[-1].start == this_hour - HOUR

    # Periods stand still: what only the latest readings have told stays.
    later = NOW + 8 * HOUR
    freezer.move_to(later)
    digiwatt.delay_periods(11)
    await refresh(hass, entry)
    after = await rows(hass, KEY)
    assert after[: len(stored)] == stored
    assert after[-1].start == this_hour + 7 * HOUR

    # Once they tell, all of it is theirs.
    digiwatt.delay_periods(0)
    await refresh(hass, entry)
    whole = await rows(hass, KEY)
    span = days_ago(2, ROME).isoformat(), later.replace(minute=0).isoformat()
    told = digiwatt.published(*span)
    assert len(whole) == told["hours"]
    assert whole[-1].sum == pytest.approx(float(f"{told['total']}") / 1000)
    assert is_chained(whole)
