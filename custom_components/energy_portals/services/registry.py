"""The registry of service actions: Home Assistant's standard ones and the portals'.

What is registered is light. The code of an action, and what checks its fields, is
imported with its first call.
"""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final, Protocol

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from ..const import CONF_VENDOR, DOMAIN
from .listed import ListedAction
from .rights import Rights

if TYPE_CHECKING:
    from .action import AnyAction

STANDARD: Final = (
    ListedAction(name="find_window", response=SupportsResponse.ONLY, reads=True),
    ListedAction(name="get_green_windows", response=SupportsResponse.ONLY, reads=True),
    ListedAction(name="get_prices", response=SupportsResponse.ONLY, reads=True),
    ListedAction(name="fetch_prices", response=SupportsResponse.OPTIONAL),
    ListedAction(name="reschedule"),
    ListedAction(name="get_forecast", response=SupportsResponse.ONLY, reads=True),
    ListedAction(name="get_history", response=SupportsResponse.ONLY, reads=True),
    ListedAction(name="import_history", response=SupportsResponse.OPTIONAL),
    ListedAction(name="get_statistics_ids", response=SupportsResponse.ONLY, reads=True),
)
# The action itself knows its fields.
_ANY: Final = vol.Schema({}, extra=vol.ALLOW_EXTRA)

type _Run = Callable[[ServiceCall], Coroutine[None, None, ServiceResponse]]


class HasActions(Protocol):
    """A portal's face, as far as it is of interest here."""

    @property
    def listed(self) -> tuple[ListedAction, ...]:
        """Return what its actions are called."""

    @property
    def actions(self) -> Callable[[], tuple[AnyAction, ...]]:
        """Return what imports them."""


@callback
def async_setup_actions(hass: HomeAssistant, faces: Mapping[str, HasActions]) -> None:
    """Register the standard actions, and the portals' own."""
    for listed in STANDARD:
        _register(hass, listed, partial(_run, partial(_standard, listed.name)))
    every = chain.from_iterable(face.listed for face in faces.values())
    for name, listed in {each.name: each for each in every}.items():
        having = {
            portal: face
            for portal, face in faces.items()
            if name in {each.name for each in face.listed}
        }
        _register(hass, listed, partial(_run_own, name, having))


def _register(hass: HomeAssistant, action: ListedAction, run: _Run) -> None:
    """Register an action."""
    register = (
        partial(async_register_admin_service, hass)
        if action.admin
        else hass.services.async_register
    )
    allowed = partial(_run_allowed, action, run)
    register(DOMAIN, action.name, allowed, _ANY, action.response)


async def _run_allowed(
    action: ListedAction, run: _Run, call: ServiceCall
) -> ServiceResponse:
    """Run an action for whoever may; whose account is meant is looked at later."""
    rights = await Rights.of(call.hass, call.context, reads=action.reads)
    rights.check_any()
    return await run(call)


async def _run(load: Callable[[], _Run], call: ServiceCall) -> ServiceResponse:
    """Run an action, once its code is imported."""
    run = await call.hass.async_add_import_executor_job(load)
    return await run(call)


async def _run_own(
    name: str, having: Mapping[str, HasActions], call: ServiceCall
) -> ServiceResponse:
    """Run an action of portals' own: of those that an account is set up of.

    Without any account, what is wrong with a call's fields is still said first.
    """
    entries = call.hass.config_entries.async_loaded_entries(DOMAIN)
    in_use = {entry.data[CONF_VENDOR] for entry in entries}
    faces = {key: having[key] for key in having if key in in_use}
    return await _run(partial(_own, name, faces or having), call)


def _standard(name: str) -> _Run:
    """Import a standard action."""
    from .running import StandardAction
    from .standard import ACTIONS

    return StandardAction(next(each for each in ACTIONS if each.name == name)).run


def _own(name: str, faces: Mapping[str, HasActions]) -> _Run:
    """Import an action of portals' own."""
    from .running import PortalAction

    return PortalAction(
        {
            portal: action
            for portal, face in faces.items()
            for action in face.actions()
            if action.name == name
        }
    ).run
