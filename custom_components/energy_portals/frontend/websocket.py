"""The commands of the card; what they tell is imported with the first of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import (
    async_response,
    websocket_command,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..services.rights import Rights

# What Home Assistant hands over of a command, checked by its schema.
type Message = dict[str, Any]
type _Handler = Callable[[Rights, ActiveConnection, Message], Awaitable[None] | None]


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command: what it is called and takes, and what imports its handler.

    Whoever may read an account's entities may give one that `reads`; the rest takes the
    right to control them. The handler looks at whose account is meant.
    """

    name: str
    load: Callable[[], _Handler]
    fields: Mapping[str | vol.Marker, Any] = field(default_factory=dict)
    reads: bool = False

    async def handle(
        self, hass: HomeAssistant, connection: ActiveConnection, msg: Message
    ) -> None:
        """Do what is asked for by whoever may; Unauthorized for others."""
        rights = Rights(hass=hass, user=connection.user, reads=self.reads)
        rights.check_any()
        # Whoever is gone meanwhile has taken this out.
        connection.subscriptions[msg["id"]] = _end_nothing
        handler = await hass.async_add_import_executor_job(self.load)
        if connection.subscriptions.pop(msg["id"], None) is not None:
            pending = handler(rights, connection, msg)
            if pending is not None:
                await pending


def _end_nothing() -> None:
    """Nothing has begun yet."""


def _tell_sources() -> _Handler:
    from .listing import tell_sources

    return tell_sources


def _subscribe() -> _Handler:
    from .telling import subscribe

    return subscribe


def _preview() -> _Handler:
    from .preview import preview

    return preview


COMMANDS: Final = (
    # What a card can show, and what a dashboard can be made of.
    Command(name="sources", load=_tell_sources, reads=True),
    # What sources hold, told anew when that has changed.
    Command(
        name="subscribe",
        load=_subscribe,
        fields={
            vol.Optional("planner"): cv.string,
            vol.Optional("price"): cv.string,
            vol.Optional("green"): cv.string,
            vol.Optional("caps"): cv.string,
        },
        reads=True,
    ),
    # What a load would do and cost at another time, while it is dragged there.
    Command(
        name="preview",
        load=_preview,
        fields={
            vol.Required(ATTR_ENTITY_ID): cv.entity_id,
            vol.Exclusive("ready_by", "moved"): cv.string,
            vol.Exclusive("start", "moved"): cv.string,
        },
        reads=True,
    ),
)


@callback
def async_setup_websocket(
    hass: HomeAssistant, commands: tuple[Command, ...] = COMMANDS
) -> None:
    """Register the commands."""
    for command in commands:
        name = f"{DOMAIN}/{command.name}"
        schema = {vol.Required("type"): name, **command.fields}
        handle = websocket_command(schema)(async_response(command.handle))
        async_register_command(hass, handle)
