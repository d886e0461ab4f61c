"""What may go wrong at a portal, as Home Assistant tells it."""

from datetime import timedelta

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.errors import (
    of_a_fetch,
    of_a_login,
    pause_of,
    translated,
)
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    InvalidInput,
    NotFound,
    RateLimited,
)
from tests.sandbox.digiwatt import DigiwattSandbox


async def test_input_that_cannot_be_right(hass: HomeAssistant) -> None:
    with pytest.raises(ServiceValidationError) as raised, translated(hass, None):
        raise InvalidInput("span_is_empty")
    assert raised.value.translation_key == "span_is_empty"


async def test_refused_credentials_begin_a_sign_in(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.rotate_secret()
    with pytest.raises(HomeAssistantError) as raised, translated(hass, loaded):
        raise AuthError("op", "HTTP 401")
    assert raised.value.translation_key == "invalid_auth"
    assert raised.value.translation_placeholders["operation"] == "op"
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_a_call_refused_alone_begins_none(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """The credentials still work elsewhere."""
    with pytest.raises(HomeAssistantError), translated(hass, loaded):
        raise AuthError("op", "HTTP 401")
    await hass.async_block_till_done()
    assert not hass.config_entries.flow.async_progress()


async def test_another_failure_begins_none(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    with pytest.raises(HomeAssistantError), translated(hass, loaded):
        raise NotFound("op", "HTTP 404")
    await hass.async_block_till_done()
    assert not hass.config_entries.flow.async_progress()


def test_a_fetch_is_told_without_the_portals_words() -> None:
    """Home Assistant logs it."""
    refusal = AuthError("op", "HTTP 401: Anna is not allowed")
    for told in (of_a_fetch(refusal), of_a_login(refusal)):
        assert told.translation_placeholders["detail"] == "HTTP 401"
    assert isinstance(of_a_login(refusal), ConfigEntryAuthFailed)
    error = of_a_fetch(NotFound("op"))
    assert isinstance(error, UpdateFailed)
    assert error.translation_placeholders["detail"] == "-"
    assert error.retry_after is None


def test_a_pause_is_handed_on() -> None:
    error = of_a_fetch(RateLimited("op", retry_after=90))
    assert isinstance(error, UpdateFailed)
    assert error.retry_after == 90
    assert of_a_fetch(AuthError("op"), timedelta(minutes=5)).retry_after == 300


@pytest.mark.parametrize("seconds", [0.0, 0.4, 1, 59])
def test_no_portal_is_asked_without_end(seconds: float) -> None:
    """It may name no pause at all, or a date that is over."""
    assert of_a_fetch(RateLimited("op", retry_after=seconds)).retry_after == 60
    assert pause_of(RateLimited("op", retry_after=seconds)) == timedelta(minutes=1)
    assert pause_of(RateLimited("op")) is None
    assert pause_of(NotFound("op")) is None
