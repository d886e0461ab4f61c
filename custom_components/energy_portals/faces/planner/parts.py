"""Setting up a flexible load beneath a planner."""

from typing import Final

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TimeSelector,
)
import voluptuous as vol

from ...portals.http.errors import InvalidInput
from ...portals.model.demand import Shape
from ...portals.model.horizon import Objective
from ...portals.model.tariff import WEEKDAYS
from ...portals.planner.sites import LOAD, load_of
from ..steps import Fields, SubentryFlow, UserInput

_DAY: Final = 24 * 60


def _number(
    unit: str | None, least: float, most: float | None = None
) -> NumberSelector:
    """Return a field for a number."""
    config = NumberSelectorConfig(min=least, step="any", mode=NumberSelectorMode.BOX)
    if most is not None:
        config["max"] = most
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


_MINUTES: Final = _number("min", 0, _DAY)
_KILOWATTS: Final = _number("kW", 0.01)

_SCHEMA: Final = vol.Schema(
    {
        vol.Required("name"): TextSelector(),
        vol.Optional("duration"): _number("min", 1, _DAY),
        vol.Optional("energy"): _number("kWh", 0.01),
        vol.Optional("power"): _KILOWATTS,
        vol.Required("begin", default="00:00:00"): TimeSelector(),
        vol.Required("end", default="00:00:00"): TimeSelector(),
        vol.Required("days", default=list(WEEKDAYS)): SelectSelector(
            SelectSelectorConfig(
                options=list(WEEKDAYS), multiple=True, translation_key="weekday"
            )
        ),
        vol.Required("objective", default=Objective.PRICE.value): SelectSelector(
            SelectSelectorConfig(
                options=[each.value for each in Objective], translation_key="objective"
            )
        ),
        vol.Required("shape", default=Shape.CONTIGUOUS.value): SelectSelector(
            SelectSelectorConfig(
                options=[each.value for each in Shape], translation_key="shape"
            )
        ),
        vol.Required("details"): section(
            vol.Schema(
                {
                    vol.Optional("worth"): _number(None, 0),
                    vol.Optional("least_power"): _KILOWATTS,
                    vol.Optional("least_length"): _MINUTES,
                    vol.Optional("least_pause"): _MINUTES,
                    vol.Optional("starts"): _number(None, 1, 96),
                    vol.Optional("calendar"): EntitySelector(
                        EntitySelectorConfig(domain="calendar")
                    ),
                }
            ),
            {"collapsed": True},
        ),
    }
)
_DETAILS: Final = (
    *("worth", "least_power", "least_length", "least_pause", "starts", "calendar"),
)


class LoadFlow:
    """Say what is to run and how it may; change that later."""

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "user": self._add,
            "reconfigure": self._change,
        }

    @staticmethod
    def _read(user_input: Fields) -> tuple[str, Fields]:
        """Return name and data that a form means; InvalidInput if nothing runs so."""
        data = {**user_input, **user_input["details"]}
        del data["details"]
        if not (name := data.pop("name").strip()):
            raise InvalidInput("empty")
        if "starts" in data:
            if not float(data["starts"]).is_integer():
                raise InvalidInput("starts_not_whole")
            data["starts"] = int(data["starts"])
        load_of(data)
        return name, data

    async def _add(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Add a load."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                name, data = self._read(user_input)
                return self._flow.async_create_entry(title=name, data=data)
            except InvalidInput as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="user",
            data_schema=self._flow.add_suggested_values_to_schema(_SCHEMA, user_input),
            errors=errors,
        )

    async def _change(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Change a load."""
        part = self._flow.reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                name, data = self._read(user_input)
                # That is set by the switch.
                takes_part = part.data.get("takes_part", True)
                return self._flow.async_update_and_abort(
                    self._flow.account_entry(),
                    part,
                    title=name,
                    data={**data, "takes_part": takes_part},
                )
            except InvalidInput as err:
                errors["base"] = err.key
        held = {
            "name": part.title,
            **part.data,
            "details": {key: part.data[key] for key in _DETAILS if key in part.data},
        }
        return self._flow.async_show_form(
            step_id="reconfigure",
            data_schema=self._flow.add_suggested_values_to_schema(
                _SCHEMA, user_input or held
            ),
            errors=errors,
        )


PARTS: Final = {LOAD: LoadFlow}
