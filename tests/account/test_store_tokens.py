"""The token store: a file that is written at once and goes with the account."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.store import PortalTokenStore


async def test_what_is_kept_is_there_after_a_crash(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    token_store = PortalTokenStore(hass, "entry")
    await token_store.load()
    assert token_store.values == {}
    await token_store.keep({"token": "new"})
    # Nothing was told to stop: it is written already.
    assert hass_storage["energy_portals.entry.login"]["data"] == {"token": "new"}
    later = PortalTokenStore(hass, "entry")
    await later.load()
    assert later.values == {"token": "new"}
    await later.remove()
    assert "energy_portals.entry.login" not in hass_storage


async def test_a_file_of_another_release(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    hass_storage["energy_portals.entry.login"] = {
        "version": 99,
        "minor_version": 1,
        "key": "energy_portals.entry.login",
        "data": {"token": "odd"},
    }
    token_store = PortalTokenStore(hass, "entry")
    await token_store.load()
    assert token_store.values == {}


async def test_what_cannot_be_written_holds_until_the_end(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    token_store = PortalTokenStore(hass, "entry")

    async def full(_: object) -> None:
        raise OSError("no space for s3cret")

    monkeypatch.setattr(token_store._store, "async_save", full)
    await token_store.keep({"token": "s3cret"})
    assert token_store.values == {"token": "s3cret"}
    assert "cannot be kept: OSError" in caplog.text
    assert "s3cret" not in caplog.text


async def test_it_is_private(hass: HomeAssistant) -> None:
    assert PortalTokenStore(hass, "entry")._store._private


async def test_it_goes_with_the_account(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    key = f"energy_portals.{loaded.entry_id}.login"
    await loaded.runtime_data.token_store.keep({"token": "new"})
    assert key in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    assert key not in hass_storage
