"""The registry of service actions: Home Assistant's standard ones and the portals'."""

from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Final, Protocol

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, callback
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.helpers.typing import VolSchemaType
import voluptuous as vol

from ..account.coordinator import PortalConfigEntry
from ..account.errors import invalid
from ..const import DOMAIN
from .action import AnyAction, Fields
from .call import NAMED, Call, loaded
from .forecasts import GET_FORECAST, GET_GREEN_WINDOWS
from .history import GET_HISTORY, GET_STATISTICS_IDS, IMPORT_HISTORY
from .listed import ListedAction
from .prices import GET_PRICES
from .windows import FIND_WINDOW

STANDARD: Final[tuple[AnyAction, ...]] = (
    FIND_WINDOW,
    GET_GREEN_WINDOWS,
    GET_PRICES,
    GET_FORECAST,
    GET_HISTORY,
    IMPORT_HISTORY,
    GET_STATISTICS_IDS,
)


class HasActions(Protocol):
    """A portal's face, as far as it is of interest here."""

    @property
    def actions(self) -> tuple[AnyAction, ...]:
        """Return the actions of the portal's own."""


class Offers(Protocol):
    """What is known of a portal's face before its code is loaded."""

    @property
    def actions(self) -> tuple[ListedAction, ...]:
        """Return what its actions are called."""

    @property
    def load(self) -> Callable[[], HasActions]:
        """Return what loads it; where an account of it is set up, it is loaded."""


@callback
def async_setup_actions(hass: HomeAssistant, offers: Mapping[str, Offers]) -> None:
    """Register the standard actions, and those of their own that portals offer."""
    for action in STANDARD:
        schema = vol.Schema({**NAMED, **action.fields})
        _register(hass, action, partial(_run, action), schema)
    every = chain.from_iterable(offer.actions for offer in offers.values())
    for name, listed in {each.name: each for each in every}.items():
        own = PortalAction(hass, name, offers)
        _register(hass, listed, own.run, vol.All(own))


def _register(
    hass: HomeAssistant,
    action: ListedAction,
    run: Callable[[ServiceCall], Coroutine[None, None, ServiceResponse]],
    schema: VolSchemaType,
) -> None:
    """Register an action."""
    register = (
        partial(async_register_admin_service, hass)
        if action.admin
        else hass.services.async_register
    )
    register(DOMAIN, action.name, run, schema, action.response)


async def _run(action: AnyAction, call: ServiceCall) -> ServiceResponse:
    """Run a standard action."""
    return await action.run(Call.of(call))


@dataclass(frozen=True)
class PortalAction:
    """An action of portals' own, by its name: some do the same thing, each in its way.

    Called, it is the schema of its fields. They are known once an account is set up:
    before, there is nobody to ask, and no code is loaded to find that out.
    """

    hass: HomeAssistant
    name: str
    offers: Mapping[str, Offers]

    def __call__(self, data: Mapping[str, object]) -> Mapping[str, object]:
        """Check the fields of a call."""
        if not (by_portal := self._in_use()):
            raise invalid("no_account")
        schema = vol.Schema({**NAMED, **_fields_of(by_portal.values())})
        result: Mapping[str, object] = schema(data)
        return result

    @property
    def schema(self) -> Fields:
        """Return all that any portal takes; this loads them."""
        return {**NAMED, **_fields_of(self._of(self.offers).values())}

    async def run(self, call: ServiceCall) -> ServiceResponse:
        """Run the action of the portal that is meant."""
        meant, by_portal = Call.of(call), self._in_use()
        entry = meant.account(
            entry for entry in loaded(self.hass) if _portal(entry) in by_portal
        )
        action = by_portal[_portal(entry)]
        if len(by_portal) > 1:
            # Where portals share an action, each takes fields of its own.
            fields = vol.Schema({**action.fields})(dict(meant.fields))
            meant = replace(meant, fields=fields)
        return await action.run(meant)

    def _in_use(self) -> dict[str, AnyAction]:
        """Return it by portal, of those that an account is set up of."""
        return self._of({_portal(entry) for entry in loaded(self.hass)})

    def _of(self, portals: Collection[str]) -> dict[str, AnyAction]:
        """Return it by portal, of those of these that have it."""
        return {
            portal: action
            for portal, offer in self.offers.items()
            if portal in portals and self.name in {each.name for each in offer.actions}
            for action in offer.load().actions
            if action.name == self.name
        }


def _portal(entry: PortalConfigEntry) -> str:
    """Return the portal of an account."""
    return entry.runtime_data.portal.key


def _fields_of(actions: Iterable[AnyAction]) -> Fields:
    """Return the fields that any of these actions takes; each checks its own later."""
    fields: dict[vol.Marker, object] = {}
    for action in actions:
        for marker, validator in action.fields.items():
            held = fields.get(marker)
            fields[marker] = validator if held is None else vol.Any(held, validator)
    return fields
