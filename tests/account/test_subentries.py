"""An account is set up anew when its parts are others than those it began with."""

from collections.abc import Mapping
from types import MappingProxyType
from unittest.mock import Mock

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.subentries import (
    async_follow_subentries,
    subentries_of,
)
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.contract import Subentry


def _part(title: str, **data: object) -> ConfigSubentry:
    return ConfigSubentry(
        data=MappingProxyType(data),
        subentry_id=title,
        subentry_type="load",
        title=title,
        unique_id=title,
    )


@pytest.fixture
def reloads(monkeypatch: pytest.MonkeyPatch, hass: HomeAssistant) -> Mock:
    """Count how often the account is set up anew."""
    counted = Mock()
    monkeypatch.setattr(hass.config_entries, "async_schedule_reload", counted)
    return counted


@pytest.fixture
def account(hass: HomeAssistant) -> MockConfigEntry:
    """Return an account with one part."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    hass.config_entries.async_add_subentry(entry, _part("one", power=1))
    return entry


def _change(
    hass: HomeAssistant, account: MockConfigEntry, data: Mapping[str, object]
) -> None:
    part = account.subentries["one"]
    hass.config_entries.async_update_subentry(account, part, data=data)


async def test_parts_as_portals_know_them(account: MockConfigEntry) -> None:
    assert subentries_of(account) == (
        Subentry(id="one", type="load", title="one", data={"power": 1}),
    )


async def test_a_new_part(
    hass: HomeAssistant, account: MockConfigEntry, reloads: Mock
) -> None:
    end = async_follow_subentries(hass, account, subentries_of(account))
    hass.config_entries.async_update_entry(account, title="Another")
    reloads.assert_not_called()
    hass.config_entries.async_add_subentry(account, _part("two"))
    reloads.assert_called_once_with(account.entry_id)
    end()
    hass.config_entries.async_add_subentry(account, _part("three"))
    reloads.assert_called_once()


async def test_a_part_that_came_during_the_set_up(
    hass: HomeAssistant, account: MockConfigEntry, reloads: Mock
) -> None:
    async_follow_subentries(hass, account, ())
    reloads.assert_called_once_with(account.entry_id)


async def test_what_is_merely_changed_is_taken_over(
    hass: HomeAssistant, account: MockConfigEntry, reloads: Mock
) -> None:
    take_over = Mock()
    async_follow_subentries(hass, account, subentries_of(account), take_over)
    _change(hass, account, {"power": 2})
    take_over.assert_called_once_with()
    reloads.assert_not_called()
    hass.config_entries.async_remove_subentry(account, "one")
    reloads.assert_called_once_with(account.entry_id)


async def test_without_a_way_to_take_over_it_is_set_up_anew(
    hass: HomeAssistant, account: MockConfigEntry, reloads: Mock
) -> None:
    async_follow_subentries(hass, account, subentries_of(account))
    _change(hass, account, {"power": 2})
    reloads.assert_called_once_with(account.entry_id)
