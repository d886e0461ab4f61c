"""The login while an account runs: expiry, rotation, crashes, removal."""

import asyncio
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.store import PortalTokenStore
from tests.accounts import pass_time, refresh, set_up, value
from tests.faces.epilot.home import calls
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


def _renewals(epilot: EpilotSandbox) -> int:
    return calls(epilot, "identity")


async def test_one_renewal_for_all_feeds(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    assert _renewals(epilot) == 1
    epilot.expire_tokens()
    await asyncio.gather(
        *(feed.async_refresh() for feed in loaded.runtime_data.feeds.values())
    )
    assert _renewals(epilot) == 2
    assert all(each.last_update_success for each in loaded.runtime_data.coordinators)


async def test_refused_refresh_token_is_not_tried_again(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It never comes back: the question stays, and nobody is bothered with tries."""
    caplog.clear()
    epilot.identity.revoke()
    for _ in range(6):
        await pass_time(hass, freezer, timedelta(hours=12))
    assert _renewals(epilot) == 2
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
    assert len([each for each in caplog.records if each.levelname == "ERROR"]) == 1


async def test_expiry_in_the_middle_of_a_poll(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The feed goes on where the token ended."""
    answer = epilot.home.counters
    asked: list[object] = []

    def counters(meter_id: str | None = None) -> Any:
        asked.append(meter_id)
        if len(asked) == 2:
            epilot.expire_tokens()
        return answer(meter_id)

    monkeypatch.setattr(epilot.home, "counters", counters)
    await refresh(hass, loaded, "meter")
    feed = loaded.runtime_data.feeds["meter"]
    assert feed.last_update_success
    assert not feed.health.partial
    assert _renewals(epilot) == 2


async def test_rotation_over_restarts(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    hass_storage: dict[str, Any],
) -> None:
    epilot.rotate_refresh_tokens(on=True)
    await set_up(hass, entry)
    held = entry.data["refresh_token"]
    for _ in range(3):
        epilot.expire_tokens()
        await refresh(hass, entry, "documents")
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert entry.state is ConfigEntryState.LOADED
    # The entry stays as it is, so that nothing is reloaded for a token.
    assert entry.data["refresh_token"] == held
    kept = hass_storage[f"energy_portals.{entry.entry_id}.login"]["data"]
    assert kept["refresh_token"] == epilot.identity._logins[-1].refresh
    assert not hass.config_entries.flow.async_progress()


async def test_a_reload_waits_for_a_renewal(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """The old run has replaced the token; the new one must not use the old."""
    epilot.rotate_refresh_tokens(on=True)
    await set_up(hass, entry)
    epilot.expire_tokens()
    reached, go_on = asyncio.Event(), asyncio.Event()
    keep = PortalTokenStore.keep

    async def slow(self: PortalTokenStore, values: Any) -> None:
        reached.set()
        await go_on.wait()
        await keep(self, values)

    entry.runtime_data.token_store.keep = slow.__get__(entry.runtime_data.token_store)
    polling = hass.async_create_task(
        entry.runtime_data.feeds["documents"].async_refresh()
    )
    await reached.wait()
    reloading = hass.async_create_task(hass.config_entries.async_reload(entry.entry_id))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not reloading.done()
    go_on.set()
    await asyncio.gather(polling, reloading)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.parametrize("grace", [0, 60])
async def test_rotation_lost_by_a_crash(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    grace: int,
) -> None:
    """The portal has replaced the token and nobody wrote it down."""
    epilot.rotate_refresh_tokens(on=True, grace=grace)
    await set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    del hass_storage[f"energy_portals.{entry.entry_id}.login"]
    freezer.tick(30)
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    flows = hass.config_entries.flow.async_progress()
    if grace:
        assert not flows
        assert value(hass, entry, "portal", "documents") == "5"
    else:
        assert [flow["step_id"] for flow in flows] == ["epilot_reauth"]


async def test_an_account_that_is_not_activated(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    """Signing in again would not help, and is not asked for."""
    epilot.pending_activation(on=True)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "pending_activation"
    assert not hass.config_entries.flow.async_progress()
    epilot.pending_activation(on=False)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED


async def test_a_pause_holds_for_all_feeds(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    feeds = loaded.runtime_data.feeds
    epilot.fail("getOutstandingTasks", Fault(kind="status", status=429))
    await refresh(hass, loaded, "tasks")
    before = len(epilot.calls)
    await refresh(hass, loaded, "documents", "meter", "contract")
    assert len(epilot.calls) == before
    # Without a word from the portal a minute; the meters' host shares the rate limit.
    for key in ("tasks", "documents", "meter"):
        assert feeds[key].update_interval is not None
        assert not feeds[key].last_update_success
    freezer.tick(61)
    await refresh(hass, loaded, "documents", "meter")
    assert feeds["documents"].last_update_success
    assert feeds["meter"].last_update_success


async def test_removal_ends_the_login(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    await hass.config_entries.async_remove(loaded.entry_id)
    assert epilot.writes == [{"what": "revoke"}]
    assert epilot.identity._logins[-1].is_ended


@pytest.mark.parametrize("kind", ["reset", "status"])
async def test_removal_goes_on_without_the_portal(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox, kind: Any
) -> None:
    epilot.fail("*", Fault(kind=kind, times=None))
    assert await hass.config_entries.async_remove(loaded.entry_id)
    assert epilot.writes == []


async def test_removal_of_a_login_that_rotates(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.rotate_refresh_tokens(on=True)
    await set_up(hass, entry)
    epilot.expire_tokens()
    await hass.config_entries.async_remove(entry.entry_id)
    assert epilot.writes == [{"what": "revoke"}]


async def test_secrets_reach_no_log_and_no_diagnostics(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    epilot: EpilotSandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    epilot.rotate_refresh_tokens(on=True)
    await set_up(hass, entry)
    epilot.expire_tokens()
    epilot.fail("getOutstandingTasks", Fault(kind="status", status=403))
    await refresh(hass, entry, *entry.runtime_data.feeds)
    epilot.revoke_refresh_tokens()
    epilot.expire_tokens()
    await refresh(hass, entry, "documents")
    refreshes = [
        token
        for login in epilot.identity._logins
        for token in (login.refresh, *login.replaced)
    ]
    # The harness' own stand-in for a file logs what is written.
    ours = "\n".join(
        each.getMessage()
        for each in caplog.records
        if not each.name.startswith("pytest_homeassistant_custom_component")
    )
    assert "getOutstandingTasks" in ours
    for secret in (*epilot.identity._tokens, *refreshes, epilot.identity.password):
        assert secret not in ours


async def test_the_client_is_gentle(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    epilot: EpilotSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Nothing is asked for again within a quarter of an hour."""
    for feed in loaded.runtime_data.coordinators:
        interval = feed.update_interval
        assert interval is None or interval >= timedelta(minutes=15)
