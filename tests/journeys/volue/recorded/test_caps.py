"""What becomes of caps: they are answered, once, whatever happens."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import pass_time, refresh, set_up
from tests.faces.volue.home import (
    TANK_TARGET,
    account_of,
    charger,
    location,
    reported,
    tank,
)
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import CHARGER, LOCATION, METER_POINT, TANK


@pytest.mark.usefixtures("outside")
async def test_a_cap_is_acknowledged(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """Arrival is all it takes: no time passes here."""
    event = volue.send_cap(TANK, first=1)["event_id"]
    await volue.webhooks.settled()
    await hass.async_block_till_done(wait_background_tasks=True)
    told = volue.events.told_of(str(event))
    assert told["acknowledged"] == [TANK_TARGET]
    assert told["declined"] == []
    assert told["reports"] == 1
    await refresh(hass, loaded, "events")
    assert volue.events.told_of(str(event))["reports"] == 1


async def test_one_report_for_all_targets(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    entry = account_of(
        hass,
        account,
        location(policy="acknowledge"),
        tank(policy="acknowledge"),
        charger(policy="decline"),
    )
    await set_up(hass, entry)
    caps = volue.events.caps({volue.hour(1): 3.0}, resources=[TANK, CHARGER])
    event = volue.events.send(caps)
    place = volue.send_cap()["event_id"]
    told = await reported(hass, entry, volue, event["id"])
    assert told["reports"] == 1
    assert told["acknowledged"] == [TANK_TARGET]
    assert told["declined"] == [{**TANK_TARGET, "resourceId": CHARGER}]
    at_place = volue.events.told_of(str(place))
    assert at_place["acknowledged"] == [
        {"locationId": LOCATION, "meterPointId": METER_POINT}
    ]
    # What is declined does not bind.
    log = entry.runtime_data.feeds["events"].data[f"resource:{CHARGER}"]
    assert len(log.caps.slots) == 0


async def test_a_cap_that_is_over(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """Nobody can promise to have kept to what he did not know of."""
    event = volue.send_cap(TANK, first=-2)["event_id"]
    told = await reported(hass, loaded, volue, str(event))
    assert told["acknowledged"] == []


async def test_acknowledging_fails_at_first(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    volue.fail("report_create", Fault(kind="status", status=503, times=3))
    event = str(volue.send_cap(TANK, first=1)["event_id"])
    other = str(volue.send_cap(TANK, first=3)["event_id"])
    told = await reported(hass, loaded, volue, event)
    assert told["acknowledged"] == []
    for _ in range(3):
        await pass_time(hass, freezer, timedelta(seconds=61))
    assert volue.events.told_of(event)["acknowledged"] == [TANK_TARGET]
    assert volue.events.told_of(other)["acknowledged"] == [TANK_TARGET]


async def test_crash_between_receiving_and_acknowledging(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    volue: VolueSandbox,
    hass_storage: dict[str, Any],
) -> None:
    """What was received is on disk before it is acted upon."""
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    volue.fail("report_create", Fault(kind="reset", times=None))
    event = str(volue.send_cap(TANK, first=1)["event_id"])
    await reported(hass, entry, volue, event)
    written = deepcopy(hass_storage[f"energy_portals.{entry.entry_id}"])
    assert await hass.config_entries.async_unload(entry.entry_id)
    # The next run has what was written when the process went, and no list to ask.
    hass_storage[f"energy_portals.{entry.entry_id}"] = written
    volue.heal()
    volue.fail("events", Fault(kind="status", status=503, times=None))
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert volue.events.told_of(event)["acknowledged"] == [TANK_TARGET]


async def test_refused_credentials(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Somebody is asked to sign in; a cap is answered once the login is taken again."""
    event = str(volue.send_cap(TANK, first=1)["event_id"])
    volue.fail("*", Fault(kind="status", status=401, times=None))
    await reported(hass, loaded, volue, event)
    assert hass.config_entries.flow.async_progress()
    volue.heal()
    await pass_time(hass, freezer, timedelta(minutes=6))
    assert volue.events.told_of(event)["acknowledged"] == [TANK_TARGET]
    assert not hass.config_entries.flow.async_progress()


async def test_an_answer_is_refused_alone(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """Nobody is asked to sign in while the same credentials work elsewhere."""
    event = str(volue.send_cap(TANK, first=1)["event_id"])
    volue.fail("report_create", Fault(kind="status", status=401, times=None))
    await reported(hass, loaded, volue, event)
    assert not hass.config_entries.flow.async_progress()
    volue.heal()
    assert (await reported(hass, loaded, volue, event))["acknowledged"] == [TANK_TARGET]


async def test_a_pause_that_the_portal_asks_for(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    slower = Fault(kind="status", status=429, headers={"Retry-After": "300"})
    volue.fail("report_create", slower)
    event = str(volue.send_cap(TANK, first=1)["event_id"])
    await reported(hass, loaded, volue, event)
    asked = len([call for call in volue.calls if call.operation == "report_create"])
    await pass_time(hass, freezer, timedelta(seconds=61))
    calls = [call for call in volue.calls if call.operation == "report_create"]
    assert len(calls) == asked == 1
    await pass_time(hass, freezer, timedelta(seconds=300))
    await pass_time(hass, freezer, timedelta(seconds=61))
    assert volue.events.told_of(event)["acknowledged"] == [TANK_TARGET]


async def test_the_disk_is_full(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cap is answered all the same: whoever is capped cannot wait for a disk."""

    async def full(self: Store[Any], data: Any) -> None:
        raise OSError(28, "No space left on device", "/config/.storage/secret")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "async_save", full)
        event = str(volue.send_cap(TANK, first=1)["event_id"])
        told = await reported(hass, loaded, volue, event)
        assert told["acknowledged"] == [TANK_TARGET]
        # Nor does it keep the account from being unloaded.
        assert await hass.config_entries.async_unload(loaded.entry_id)
    assert "What happened cannot be kept: OSError" in caplog.text
    assert "/config" not in caplog.text
