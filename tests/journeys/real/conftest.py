"""A Home Assistant whose own integrations ask the simulated servers."""

from datetime import date
import logging
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.energy_portals.const import DOMAIN
from scripts.integrations import ANSWERS
from scripts.redirecting import redirected
from tests.journeys.real.household import (
    ORDINARY,
    Household,
    add,
    added,
    afternoon,
    sign_in,
)
from tests.sandbox import Sandbox
from tests.sandbox.sources.tibber import TibberSandbox


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: object, enable_custom_integrations: None
) -> None:
    """Have a recorder, which tibber writes to, before Home Assistant is there."""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Spare the output every statement that the database is given."""
    for name in ("homeassistant", "sqlalchemy.engine", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture
def day() -> date:
    """Return the day of a test."""
    return ORDINARY


@pytest.fixture
async def real(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    day: date,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> Sandbox:
    """Return what stands for all real servers, in the afternoon of the day."""
    await hass.config.async_set_time_zone("Europe/Amsterdam")
    freezer.move_to(afternoon(day))
    ask = redirected(sandbox.hosts(), ClientSession._request)
    monkeypatch.setattr(ClientSession, "_request", ask)
    # Views are served only of what is there before the browser is.
    for component in ("energy", "application_credentials", "notify", DOMAIN):
        assert await async_setup_component(hass, component, {})
    return sandbox


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    real: Sandbox,
    hass_client_no_auth: ClientSessionGenerator,
    current_request_with_host: None,  # the frontend's, which says where it is
) -> Any:
    """Return the user's browser, and where it reaches Home Assistant."""
    client = await hass_client_no_auth()
    hass.config.internal_url = str(client.make_url("")).rstrip("/")
    return client


@pytest.fixture
async def household(hass: HomeAssistant, real: Sandbox, browser: Any) -> Household:
    """Return all integrations, added."""
    entries = {
        domain: added(await add(hass, domain))
        for domain in ANSWERS
        if domain != "tibber"
    }
    tibber = await sign_in(hass, browser, real.portal(TibberSandbox))
    return {**entries, "tibber": added(tibber)}
