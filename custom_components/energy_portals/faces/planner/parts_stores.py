"""Setting up a thermal store, and what its form shares with that of a battery."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector
import voluptuous as vol

from ...account.named import with_entities
from ...portals.contract import Subentry
from ...portals.http.errors import InvalidInput
from ...portals.planner.bindings import DRIVEN_DOMAINS
from ...portals.planner.sites import ENTITIES, TANK
from ...portals.planner.stores import tank_of
from ..face import FlowOfPart
from ..forms import folded, refolded, unfolded
from ..steps import Fields, SubentryFlow, UserInput
from .moving import METERS, PHASES, SETPOINT, check_moved, entity, number

_PERCENT: Final = number("%", 0, 100)
_KILOWATTS: Final = number("kW", 0.1)

_TANK_SECTIONS: Final[Mapping[str, vol.Schema]] = {
    "moving": vol.Schema(
        {
            vol.Optional("drives"): entity(*DRIVEN_DOMAINS),
            vol.Optional("stops"): entity("button", "input_button", "script"),
            vol.Optional("setpoint"): SETPOINT,
            vol.Optional("phases"): PHASES,
            vol.Optional("meter"): METERS,
            vol.Optional("boost_temperature"): number("°C", 5, 90),
            vol.Optional("boost_mode"): TextSelector(),
        }
    ),
    "more": vol.Schema(
        {
            vol.Optional("uses"): number("kWh", 0),
            vol.Optional("loss"): _PERCENT,
            vol.Optional("cop"): number(None, 0.5, 8),
        }
    ),
}
_TANK: Final = vol.Schema(
    {
        vol.Required("name"): TextSelector(),
        vol.Required("temperature"): entity("sensor", "number", "input_number"),
        vol.Required("litres"): number("L", 1, 100000),
        vol.Required("coolest"): number("°C", 0, 95),
        vol.Required("warmest"): number("°C", 0, 95),
        vol.Required("power"): _KILOWATTS,
        vol.Required("moving"): section(_TANK_SECTIONS["moving"], {"collapsed": True}),
        vol.Required("more"): section(_TANK_SECTIONS["more"], {"collapsed": True}),
    }
)
_ADDED: Final = folded(_TANK, "name", "temperature", "litres", "power")
# Warm enough to shower, and not so warm that it scalds.
_USUAL: Final = {"coolest": 45, "warmest": 65}


type _Sections = Mapping[str, vol.Schema]
type _Checked = Callable[[Subentry], object]


def read_part(
    user_input: Fields, sections: _Sections, check: _Checked
) -> tuple[str, Fields]:
    """Return name and data that a form means; raises InvalidInput."""
    data = {key: each for key, each in user_input.items() if key not in sections}
    for name in sections:
        data.update(user_input.get(name, {}))
    title = data.pop("name").strip()
    check(Subentry(id="new", type="", title=title, data=data))
    return title, data


def added_part(flow: SubentryFlow, name: str, data: Fields) -> SubentryFlowResult:
    """Add what a form means; raises InvalidInput."""
    check_moved(flow.hass, data, None)
    return flow.async_create_entry(title=name, data=data)


def changed_part(flow: SubentryFlow, name: str, data: Fields) -> SubentryFlowResult:
    """Change it to what a form means; raises InvalidInput."""
    part = flow.reconfigure_subentry()
    check_moved(flow.hass, data, part.subentry_id)
    return flow.async_update_and_abort(
        flow.account_entry(), part, title=name, data=data
    )


def held_part(flow: SubentryFlow, sections: _Sections) -> Fields:
    """Return what is set, as the form shows it."""
    part = flow.reconfigure_subentry()
    data = with_entities(flow.hass, part.data, *ENTITIES)
    within = {
        name: {str(key): data[key] for key in schema.schema if key in data}
        for name, schema in sections.items()
    }
    return {"name": part.title, **data, **within}


class TankFlow:
    """A thermal store, such as a tank of hot water."""

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {"user": self._add, "reconfigure": self._change}

    @staticmethod
    def _check(part: Subentry) -> None:
        """Refuse what cannot be."""
        if not part.title:
            raise InvalidInput("empty")
        tank_of(part)

    async def _add(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Add a store."""
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            try:
                return added_part(
                    self._flow, *read_part(user_input, _TANK_SECTIONS, self._check)
                )
            except InvalidInput as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="user",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ADDED, refolded(user_input or _USUAL)
            ),
            errors=errors,
        )

    async def _change(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Change a store."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                name, data = read_part(user_input, _TANK_SECTIONS, self._check)
                return changed_part(self._flow, name, data)
            except InvalidInput as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="reconfigure",
            data_schema=self._flow.add_suggested_values_to_schema(
                _TANK, user_input or held_part(self._flow, _TANK_SECTIONS)
            ),
            errors=errors,
        )


STORES: Final[Mapping[str, FlowOfPart]] = {TANK: TankFlow}
