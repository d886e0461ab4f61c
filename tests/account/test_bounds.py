"""How many sites an account goes on with: those it has first, never a new one."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.bounds import LONGEST_TEXT, bounded
from custom_components.energy_portals.account.devices import device_identifier
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.registry import PORTALS

MOST = 5


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an account."""
    account = MockConfigEntry(domain=DOMAIN, unique_id="esmart:42", title="Home")
    account.add_to_hass(hass)
    return account


def sites(*keys: str) -> dict[str, Site]:
    return {key: Site(key=key, name=f"Site {key}") for key in keys}


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    found = ir.async_get(hass).async_get_issue(
        DOMAIN, f"too_many_sites:{entry.entry_id}"
    )
    return found if found is not None and found.active else None


def register(hass: HomeAssistant, entry: MockConfigEntry, *keys: str) -> None:
    for key in keys:
        dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={device_identifier(entry, key)}
        )


@pytest.mark.parametrize("key", PORTALS)
def test_the_bound_of_every_portal(key: str) -> None:
    """A landlord has a contract at epilot for every flat."""
    assert PORTALS[key]().sites.most_sites == (500 if key == "epilot" else 200)


async def test_as_many_as_may_be(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    there = sites(*"abcde")
    assert bounded(hass, entry, there, MOST) == there
    assert issue(hass, entry) is None


async def test_one_too_many(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The first go on, and the account says so, until there are fewer."""
    assert list(bounded(hass, entry, sites(*"fedcba"), MOST)) == [*"fedcb"]
    told = issue(hass, entry)
    assert told is not None
    assert told.translation_placeholders == {
        "account": "Home",
        "there": "6",
        "taken": "5",
    }
    assert len(bounded(hass, entry, sites(*"abc"), MOST)) == 3
    assert issue(hass, entry) is None


async def test_a_new_site_takes_no_place(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    register(hass, entry, "y", "z")
    own = {"p": Site(key="p", name="Set up", subentry="1")}
    there = {**sites(*"abcdefz"), **own, **sites("y")}
    assert list(bounded(hass, entry, there, MOST)) == [*"abzpy"]


async def test_all_that_is_there_stays(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """However many an account has come to have before."""
    register(hass, entry, *"abcdefg")
    assert list(bounded(hass, entry, sites(*"xabcdefg"), MOST)) == [*"abcdefg"]


async def test_texts_without_end(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """They would stand in each line and id that names the site."""
    long = "x" * 1_000_000
    there = {**sites(long), "a": Site(key="a", name=long)}
    taken = bounded(hass, entry, there, MOST)
    assert {key: each.name for key, each in taken.items()} == {"a": "x" * LONGEST_TEXT}
    assert issue(hass, entry) is not None
