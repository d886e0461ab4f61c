"""What the accounts of the house hold, by the key of its source."""

from dataclasses import replace

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.sources import (
    SIGNAL_KNOWN,
    are_told_of,
    source,
    sources,
)
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.power import PowerNow
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault


async def test_sources_of_a_kind(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    (only,) = sources(hass, GreenOutlook)
    assert only.key == f"{loaded.unique_id}:1234567890"
    assert only.is_reached
    held = source(hass, GreenOutlook, only.key)
    assert held is not None
    assert held.data is only.data
    assert source(hass, GreenOutlook, "nobody's") is None

    digiwatt.fail("greenness", Fault(kind="status", status=500, times=None))
    await loaded.runtime_data.feeds["green_windows"].async_refresh()
    (only,) = sources(hass, GreenOutlook)
    assert not only.is_reached

    digiwatt.heal()
    feed = loaded.runtime_data.feeds["green_windows"]
    await feed.async_refresh()
    (only,) = sources(hass, GreenOutlook)
    assert only.is_reached
    # Others of the account came, and this one did not.
    feed.failed = {"1234567890"}
    (only,) = sources(hass, GreenOutlook)
    assert not only.is_reached

    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not list(sources(hass, GreenOutlook))


def test_others_live_on_outlooks_alone() -> None:
    assert are_told_of((PowerNow, GreenOutlook))
    assert not are_told_of((PowerNow,))


async def test_what_brings_nothing_is_no_news(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """Planners plan anew for each; an outage and its end are news."""
    told: list[str] = []

    # Without the decorator a thread is told, some time.
    @callback
    def tell(account: str) -> None:
        told.append(account)

    stop = async_dispatcher_connect(hass, SIGNAL_KNOWN, tell)
    feed = loaded.runtime_data.feeds["green_windows"]
    for _ in range(3):
        feed.async_set_updated_data(feed.data)
    assert not told
    feed.async_set_updated_data(dict(feed.data))
    assert not told
    (key,) = feed.data
    feed.async_set_updated_data({key: replace(feed.data[key])})
    assert told == [loaded.unique_id]
    digiwatt.fail("greenness", Fault(kind="status", status=500, times=None))
    await feed.async_refresh()
    assert len(told) == 2
    digiwatt.heal()
    await feed.async_refresh()
    assert len(told) == 3
    stop()
