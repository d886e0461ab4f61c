"""The commands of the card; what they tell is imported with the first of them."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import (
    async_response,
    websocket_command,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN

# What Home Assistant hands over of a command, checked by its schema.
type Message = dict[str, Any]
type _Handler = Callable[[HomeAssistant, ActiveConnection, Message], None]


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the commands."""
    async_register_command(hass, _handle_sources)
    async_register_command(hass, _handle_subscribe)


@websocket_command({vol.Required("type"): f"{DOMAIN}/sources"})
@async_response
async def _handle_sources(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Tell what a card can show, and what a dashboard can be made of."""
    tell_sources = await hass.async_add_import_executor_job(_tell_sources)
    tell_sources(hass, connection, msg)


def _tell_sources() -> _Handler:
    from .telling import tell_sources

    return tell_sources


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/subscribe",
        vol.Optional("planner"): cv.string,
        vol.Optional("price"): cv.string,
        vol.Optional("green"): cv.string,
        vol.Optional("caps"): cv.string,
    }
)
@async_response
async def _handle_subscribe(
    hass: HomeAssistant, connection: ActiveConnection, msg: Message
) -> None:
    """Tell what sources hold, and tell it anew when that has changed."""
    # Whoever is gone meanwhile has taken this out.
    connection.subscriptions[msg["id"]] = _end_nothing
    subscribe = await hass.async_add_import_executor_job(_subscribe)
    if connection.subscriptions.pop(msg["id"], None) is not None:
        subscribe(hass, connection, msg)


def _end_nothing() -> None:
    """Nothing has begun yet."""


def _subscribe() -> _Handler:
    from .telling import subscribe

    return subscribe
