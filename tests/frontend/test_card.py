"""The card's module: served, loaded by pages, and free of what pages must not run."""

from http import HTTPStatus

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, UrlManager
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.energy_portals.const import DOMAIN
from tests.rules.source import INTEGRATION, read_json

URL = "/energy_portals/energy-portals-card.js"
MODULE = INTEGRATION / "frontend" / "energy-portals-card.js"


async def test_served(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """A browser gets the module as a script, before any account is there."""
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client_no_auth()
    answer = await client.get(URL)
    assert answer.status == HTTPStatus.OK
    assert "javascript" in answer.headers["Content-Type"]
    assert await answer.text() == MODULE.read_text(encoding="utf-8")


async def test_loaded_by_pages(hass: HomeAssistant) -> None:
    """Every page loads it, under an address that a release changes."""
    added: list[str] = []
    hass.data[DATA_EXTRA_MODULE_URL] = UrlManager(
        lambda change, url: added.append(f"{change} {url}"), []
    )
    hass.config.components.add("frontend")
    assert await async_setup_component(hass, DOMAIN, {})
    assert added == [f"added {URL}?v={read_json('manifest.json')['version']}"]


def test_no_markup_from_texts() -> None:
    """Texts of portals are never made into markup."""
    code = MODULE.read_text(encoding="utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert way not in code
    assert "eval(" not in code
    assert "import " not in code.replace("@import", "")
