"""A call of an action: its fields are checked, the account is found, it is run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..const import CONF_VENDOR
from .action import AnyAction, Fields
from .call import NAMED, Call, Given, loaded
from .rights import Rights


@dataclass(frozen=True)
class StandardAction:
    """An action of whatever has a kind."""

    action: AnyAction

    async def run(self, call: ServiceCall) -> ServiceResponse:
        """Run it."""
        data = _checked(call.data, {**NAMED, **self.action.fields})
        rights = await Rights.of(call.hass, call.context, reads=self.action.reads)
        return await self.action.run(Call.of(rights, data))


@dataclass(frozen=True)
class PortalAction:
    """An action of portals' own, by portal: some do the same thing, each in its way."""

    by_portal: Mapping[str, AnyAction]

    async def run(self, call: ServiceCall) -> ServiceResponse:
        """Run the action of the portal that is meant."""
        every = fields_of(self.by_portal.values())
        # Portals that share an action ask for the same right.
        listed = next(iter(self.by_portal.values()))
        rights = await Rights.of(call.hass, call.context, reads=listed.reads)
        meant = Call.of(rights, _checked(call.data, {**NAMED, **every}))
        entry = meant.account(
            entry
            for entry in loaded(call.hass)
            if entry.data[CONF_VENDOR] in self.by_portal
        )
        action = self.by_portal[entry.data[CONF_VENDOR]]
        if len(self.by_portal) > 1:
            # Where portals share an action, each takes fields of its own.
            meant = replace(meant, fields=_checked(meant.fields, action.fields))
        return await action.run(meant)


def _checked(data: Given, fields: Fields) -> Given:
    """Return fields as their validators make them; vol.Invalid if one fails."""
    result: Given = vol.Schema({**fields})(dict(data))
    return result


def fields_of(actions: Iterable[AnyAction]) -> Fields:
    """Return the fields that any of these actions takes; each checks its own later."""
    fields: dict[vol.Marker, object] = {}
    for action in actions:
        for marker, validator in action.fields.items():
            held = fields.get(marker)
            fields[marker] = validator if held is None else vol.Any(held, validator)
    return fields
