"""What is pushed and not to be taken: forged, repeated, too much."""

import asyncio
import base64
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account import webhook
from custom_components.energy_portals.portals.push import DELIVERY_LIMIT
from tests.accounts import attributes, refresh, value
from tests.faces.volue.home import TANK_SITE
from tests.journeys.volue.pushes import (
    SIGNATURE,
    counts,
    notification,
    path_of,
    settled,
    signed,
)
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import TANK
from tests.sandbox.volue_webhooks import signature

pytestmark = pytest.mark.usefixtures("outside")


@pytest.mark.parametrize(
    ("trick", "status", "reason"),
    [
        ("unsigned", 401, "unsigned"),
        ("wrong_signature", 401, "signature"),
        ("changed", 401, "signature"),
    ],
)
async def test_what_is_not_the_portals(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    trick: str,
    status: int,
    reason: str,
) -> None:
    volue.trick(trick)
    volue.send_cap(TANK)
    await settled(hass, volue)
    # It was sent again three times, as it was.
    assert volue.webhooks.statuses() == [status]
    assert counts(loaded) == {reason: 4}
    assert value(hass, loaded, TANK_SITE, "power_cap") == "unknown"
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, TANK_SITE, "power_cap") == "3.0"


@pytest.mark.parametrize(
    "given",
    ["", " ", "ÿ", "=" * 5000, base64.b64encode(b"x" * 32).decode(), "null"],
)
async def test_odd_signatures(
    loaded: MockConfigEntry, volue: VolueSandbox, outside: TestClient, given: str
) -> None:
    body = notification(volue)
    answer = await outside.post(
        path_of(loaded),
        data=body,
        headers={SIGNATURE: given.encode().decode("latin-1")},
    )
    assert answer.status == 401


async def test_case_of_a_signature_matters(
    loaded: MockConfigEntry, volue: VolueSandbox, outside: TestClient
) -> None:
    body = notification(volue)
    swapped = signed(loaded, body)[SIGNATURE].swapcase()
    answer = await outside.post(
        path_of(loaded), data=body, headers={SIGNATURE: swapped}
    )
    assert answer.status == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"not JSON", b"\xff\xfe", b"[" * 100_000, b'{"eventId": 1}'],
)
async def test_signed_but_no_notification(
    loaded: MockConfigEntry, outside: TestClient, body: bytes
) -> None:
    answer = await outside.post(
        path_of(loaded), data=body, headers=signed(loaded, body)
    )
    assert answer.status == 400
    assert counts(loaded) == {"body": 1}


async def test_too_large(
    loaded: MockConfigEntry, volue: VolueSandbox, outside: TestClient
) -> None:
    """Ten megabytes are not read, whether or not their length is told."""
    body = notification(volue) + b" " * 10_000_000
    answer = await outside.post(
        path_of(loaded), data=body, headers=signed(loaded, body)
    )
    assert answer.status == 413

    async def pieces() -> Any:
        for place in range(0, len(body), 65536):
            yield body[place : place + 65536]

    answer = await outside.post(path_of(loaded), data=pieces())
    assert answer.status == 413
    assert counts(loaded) == {"too large": 2}


async def test_just_not_too_large(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    outside: TestClient,
) -> None:
    body = notification(volue)
    body += b" " * (DELIVERY_LIMIT - len(body))
    answer = await outside.post(
        path_of(loaded), data=body, headers=signed(loaded, body)
    )
    assert answer.status == 200
    await hass.async_block_till_done()
    assert value(hass, loaded, TANK_SITE, "power_cap") == "3.0"


async def test_too_slow(
    loaded: MockConfigEntry, outside: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_PATIENCE", 0)
    begun = asyncio.Event()

    async def never() -> Any:
        yield b"{"
        await begun.wait()
        yield b"}"

    answer = await outside.post(path_of(loaded), data=never())
    assert answer.status == 408
    begun.set()


async def test_only_posts(loaded: MockConfigEntry, outside: TestClient) -> None:
    assert (await outside.get(path_of(loaded))).status == 405
    assert (await outside.put(path_of(loaded), data=b"{}")).status == 405


async def test_a_replay_is_taken_once(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox, outside: Any
) -> None:
    body = notification(volue)
    for _ in range(3):
        answer = await outside.post(
            path_of(loaded), data=body, headers=signed(loaded, body)
        )
        assert answer.status == 200
    # The same event under another notification id is no news either.
    again = notification(volue, notificationId="n-2")
    await outside.post(path_of(loaded), data=again, headers=signed(loaded, again))
    await hass.async_block_till_done()
    assert counts(loaded) == {"taken": 2, "repeated": 2}
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert [each.event_id for each in log.records] == ["e-1"]


async def test_a_replay_after_a_restart(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox, outside: Any
) -> None:
    body = notification(volue)
    await outside.post(path_of(loaded), data=body, headers=signed(loaded, body))
    await hass.async_block_till_done()
    first = attributes(hass, loaded, TANK_SITE, "power_cap_sent", Platform.EVENT)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    state = value(hass, loaded, TANK_SITE, "power_cap_sent", Platform.EVENT)
    await outside.post(path_of(loaded), data=body, headers=signed(loaded, body))
    await hass.async_block_till_done()
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert [each.event_id for each in log.records] == ["e-1"]
    assert value(hass, loaded, TANK_SITE, "power_cap_sent", Platform.EVENT) == state
    assert first["event_id"] == "e-1"


async def test_a_thousand_at_once(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox, outside: Any
) -> None:
    """A flood of forged deliveries changes nothing, and one that is right gets in."""
    forged = notification(volue)
    right = notification(volue, 2)

    async def forge() -> int:
        headers = {SIGNATURE: signature(forged, "a guess")}
        answer = await outside.post(path_of(loaded), data=forged, headers=headers)
        return int(answer.status)

    answers = await asyncio.gather(*(forge() for _ in range(1000)))
    answer = await outside.post(
        path_of(loaded), data=right, headers=signed(loaded, right)
    )
    await hass.async_block_till_done()
    assert set(answers) == {401}
    assert answer.status == 200
    assert counts(loaded) == {"signature": 1000, "taken": 1}
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert [each.event_id for each in log.records] == ["e-2"]


async def test_more_deliveries_than_are_remembered(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    outside: TestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that is forgotten is known by its event."""
    monkeypatch.setattr(webhook, "_REMEMBERED", 1)
    for number in (1, 2, 1):
        body = notification(volue, number)
        await outside.post(path_of(loaded), data=body, headers=signed(loaded, body))
    await hass.async_block_till_done()
    assert counts(loaded) == {"taken": 3}
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert [each.event_id for each in log.records] == ["e-1", "e-2"]
