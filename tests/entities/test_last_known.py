"""What triggers knew last: on the disk at once, of the last run until all are there."""

from typing import Any

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.storage import Store
import pytest

from custom_components.energy_portals.entities.last_known import async_last_known

KEY = "energy_portals.last_known"


async def test_of_all_that_are_followed(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """What nobody follows any more is forgotten."""
    last_known = await async_last_known(hass)
    one, other = {"1": "on"}, {"1": "on"}
    ends = [last_known.follow(each) for each in (one, other)]
    other["2"] = "off"
    last_known.keep()
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {"1": "on", "2": "off"}
    ends[1]()
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {"1": "on"}
    hass.set_state(CoreState.stopping)
    ends[0]()
    hass.set_state(CoreState.running)
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {"1": "on"}


async def test_of_the_last_run_until_all_are_there(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """A crash during the start takes nothing of it away."""
    hass_storage[KEY] = {"version": 1, "data": {"1": "on", "2": "off"}}
    hass.set_state(CoreState.starting)
    last_known = await async_last_known(hass)
    last_known.follow({"1": "off"})
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {"1": "off", "2": "off"}
    assert last_known.before == {"1": "on", "2": "off"}
    hass.set_state(CoreState.running)
    last_known.keep()
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {"1": "off"}


async def test_what_cannot_be_written(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is written with the next change."""
    last_known = await async_last_known(hass)
    known = {"1": "on"}

    async def full(self: Store[Any], data: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(Store, "async_save", full)
        last_known.follow(known)
        await hass.async_block_till_done()
    assert "cannot be kept: OSError" in caplog.text
    assert KEY not in hass_storage
    known["1"] = "off"
    last_known.keep()
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {"1": "off"}
