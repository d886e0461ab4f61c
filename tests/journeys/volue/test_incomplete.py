"""What of an event cannot be read is nowhere shown as if it could."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.accounts import act, attributes, entity_id, refresh, set_up, value
from tests.faces.volue.home import CHARGER_SITE, TANK_SITE, account_of, issues, tank
from tests.journeys.volue.pushes import notification, path_of, settled, signed
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import CHARGER, TANK

BINARY = Platform.BINARY_SENSOR
KW = "maxPowerInKiloWatts"


def _spoilt(payload: dict[str, Any], spoil: Callable[[Any], None]) -> dict[str, Any]:
    """Return a payload with something wrong in the second point of its first target."""
    points: Any = payload["targets"][0]["points"]
    points = json.loads(json.dumps(points))
    spoil(points)
    payload["targets"][0] = {**payload["targets"][0], "points": points}
    return payload


async def test_one_point_without_a_member(
    hass: HomeAssistant,
    outside: TestClient,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It costs that hour: the event says so, and other targets hold as they are."""
    hours = {volue.hour(n): 3.0 + n for n in range(3)}
    caps = volue.events.caps(hours, resources=[TANK, CHARGER])
    payload = _spoilt(caps, lambda points: points[1].pop(KW))
    body = notification(volue, payload=payload)
    response = await outside.post(
        path_of(loaded), data=body, headers=signed(loaded, body)
    )
    assert response.status == 200
    await settled(hass, volue)

    def shown(site: str) -> tuple[str | None, str | None]:
        capped = value(hass, loaded, site, "power_capped", BINARY)
        return value(hass, loaded, site, "power_cap"), capped

    assert (shown(TANK_SITE), shown(CHARGER_SITE)) == (("3.0", "on"), ("3.0", "on"))
    told = attributes(hass, loaded, TANK_SITE, "power_cap_sent", Platform.EVENT)
    assert told["incomplete"] is True
    assert "lowest" not in told
    assert told["end"] == "2026-10-20T15:00:00+00:00"
    whole = attributes(hass, loaded, CHARGER_SITE, "power_cap_sent", Platform.EVENT)
    assert "incomplete" not in whole
    assert whole["highest"] == 5.0
    report = await async_get_config_entry_diagnostics(hass, loaded)
    assert report["deliveries"]["ResourceLPC.points.value"] == 1
    volue.fail("events", Fault(kind="status", status=503, times=None))
    freezer.move_to(datetime(2026, 10, 20, 13, 30, tzinfo=UTC))
    await refresh(hass, loaded, "events")
    assert (shown(TANK_SITE), shown(CHARGER_SITE)) == (
        *(("unknown", "unknown"), ("4.0", "on")),
    )


async def test_an_incentive_that_is_not_known_is_not_zero(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    curve = volue.events.curve({volue.hour(n): 0.5 for n in range(-1, 2)}, [TANK])
    curve["priceCurveDelta"]["points"][1]["price"] = "1_0"
    volue.events.send(curve)
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, TANK_SITE, "incentive") == "unknown"
    report = await async_get_config_entry_diagnostics(hass, loaded)
    assert report["refused_values"]["PriceCurve.points.value"] >= 1


async def test_what_could_not_be_read_at_all_is_another_event(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    caps = volue.events.caps({volue.hour(): 3.0}, resources=[TANK, CHARGER])
    del caps["targets"][0]["resourceId"]
    volue.events.send(caps)
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, CHARGER_SITE, "power_cap") == "3.0"
    told = attributes(hass, loaded, "user", "other_event", Platform.EVENT)
    assert (told["kind"], told["incomplete"]) == ("ResourceLPC", True)
    found: Any = await act(hass, "get_events")
    assert found["events"][0]["incomplete"] is True


async def test_a_cap_that_is_not_wholly_known_is_the_users_to_answer(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    entry = account_of(hass, account, tank(policy="acknowledge"))
    await set_up(hass, entry)
    caps = volue.events.caps({volue.hour(n): 3.0 for n in range(3)}, resources=[TANK])
    row = volue.events.send(_spoilt(caps, lambda points: points[1].update({KW: -5})))
    await refresh(hass, entry, "events")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert volue.events.told_of(str(row["id"]))["acknowledged"] == []
    freezer.tick(timedelta(minutes=6))
    await refresh(hass, entry, "events")
    assert list(issues(hass).values()) == ["cap_to_answer"]


async def test_rows_that_cannot_be_read(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """The others are taken, and what is held stays."""
    volue.send_cap(TANK)
    volue.send_cap(CHARGER)
    volue.fail("events", Fault(kind="set", path="events.0", value=None))
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, TANK_SITE, "power_cap") in {"3.0", "unknown"}
    found: Any = await act(hass, "get_events")
    assert len(found["events"]) == 2
    assert "incomplete" not in found
    volue.fail("events", Fault(kind="set", path="events.0", value=None))
    found = await act(hass, "get_events")
    assert (len(found["events"]), found["incomplete"]) == (1, True)
    report = await async_get_config_entry_diagnostics(hass, loaded)
    assert report["refused_values"]["events"] >= 1
    volue.fail("events", Fault(kind="raw", body='{"error": "later"}'))
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, CHARGER_SITE, "power_cap") == "3.0"


async def test_the_programme_in_doubt(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """An enrolment that is not told is unknown, and so is a sum with a bad row."""
    assert value(hass, loaded, "user", "enrolled", BINARY) == "on"
    volue.fail("enrollment", Fault(kind="remove", path="isEnrolled", times=2))
    path = "locationCompensations.0"
    volue.fail("compensation", Fault(kind="set", path=path, value=None, times=4))
    await refresh(hass, loaded, "programme")
    assert value(hass, loaded, "user", "enrolled", BINARY) == "unknown"
    assert value(hass, loaded, "user", "earned") == "unknown"
    found: Any = await act(hass, "get_enrollment")
    assert found["is_enrolled"] is None
    found = await act(hass, "get_compensation")
    assert found["incomplete"] is True


@pytest.mark.parametrize("body", ['{"error": "later"}', "[null]", "{}"])
async def test_lists_in_doubt_take_no_record_away(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox, body: str
) -> None:
    for key in ("locations", "resources"):
        volue.fail(key, Fault(kind="raw", body=body))
        await refresh(hass, loaded, "sites")
        volue.heal()
    assert issues(hass) == {}
    assert entity_id(hass, loaded, TANK_SITE, "power_cap") is not None
