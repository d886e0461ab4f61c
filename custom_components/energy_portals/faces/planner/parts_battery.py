"""Setting up a home battery: by few answers, with its plan before it is added."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, TextSelector
import voluptuous as vol

from ...account.coordinator import PortalConfigEntry
from ...account.house_reader import HouseReader
from ...account.named import entity_of
from ...portals.contract import Subentry
from ...portals.http.errors import InvalidInput
from ...portals.model.planner import merged
from ...portals.model.series import Slot
from ...portals.planner.dashboard import Dashboard, DashboardBattery
from ...portals.planner.feeds import PLANS, Overview
from ...portals.planner.sites import BATTERY, PLANNER_KEY
from ...portals.planner.stores import StorePlan, battery_of
from ..face import FlowOfPart
from ..steps import Fields, SubentryFlow, UserInput
from .moving import SETPOINT, check_moved, entity, number
from .parts_stores import changed_part, held_part, read_part
from .telling import money, span, usual_name

_PERCENT: Final = number("%", 0, 100)
_KILOWATTS: Final = number("kW", 0.1)
_WORDS: Final = ("word_charge", "word_discharge", "word_hold")

_SECTIONS: Final[Mapping[str, vol.Schema]] = {
    "setting": vol.Schema(
        {
            vol.Optional("mode"): entity("select", "input_select"),
            vol.Optional("word_charge"): TextSelector(),
            vol.Optional("word_discharge"): TextSelector(),
            vol.Optional("word_hold"): TextSelector(),
            vol.Optional("setpoint"): SETPOINT,
            vol.Optional("setpoint_out"): SETPOINT,
        }
    ),
    "more": vol.Schema(
        {
            vol.Optional("low"): _PERCENT,
            vol.Optional("high"): _PERCENT,
            vol.Optional("efficiency"): number("%", 50, 100),
            vol.Optional("cycle_cost"): number(None, 0),
            vol.Optional("grid_charge", default=True): BooleanSelector(),
            vol.Optional("feeds_in", default=False): BooleanSelector(),
        }
    ),
}
_BATTERY: Final = vol.Schema(
    {
        vol.Required("name"): TextSelector(),
        vol.Required("soc"): entity("sensor", "number", "input_number"),
        vol.Required("capacity"): number("kWh", 0.1, 500),
        vol.Required("charge"): _KILOWATTS,
        vol.Optional("discharge"): _KILOWATTS,
        vol.Required("setting"): section(_SECTIONS["setting"], {"collapsed": False}),
        vol.Required("more"): section(_SECTIONS["more"], {"collapsed": True}),
    }
)
# What a battery is that is added: what is mostly wanted, and the rest folded.
_ADDED: Final = vol.Schema(
    {
        vol.Optional("drives"): entity(
            *("select", "input_select", "number", "input_number")
        ),
        vol.Required("soc"): entity("sensor", "number", "input_number"),
        vol.Required("capacity"): number("kWh", 0.1, 500),
        vol.Required("charge"): _KILOWATTS,
        vol.Required("more"): section(
            vol.Schema(
                {
                    vol.Optional("name"): TextSelector(),
                    vol.Optional("discharge"): _KILOWATTS,
                    vol.Optional("setpoint"): SETPOINT,
                    vol.Optional("setpoint_out"): SETPOINT,
                    vol.Optional("low"): _PERCENT,
                    vol.Optional("high"): _PERCENT,
                    vol.Optional("efficiency"): number("%", 50, 100),
                    vol.Optional("cycle_cost"): number(None, 0),
                    vol.Optional("grid_charge", default=True): BooleanSelector(),
                    vol.Optional("feeds_in", default=False): BooleanSelector(),
                }
            ),
            {"collapsed": True},
        ),
    }
)
_MODES: Final = vol.Schema(
    {
        vol.Optional("word_charge"): TextSelector(),
        vol.Optional("word_discharge"): TextSelector(),
        vol.Optional("word_hold"): TextSelector(),
    }
)
# What selects are often called by, without marks and in lower case.
_USUAL: Final[Mapping[str, frozenset[str]]] = {
    "word_charge": frozenset(
        {"charge", "charging", "forcecharge", "forcedcharge", "gridcharge"}
    ),
    "word_discharge": frozenset(
        {"discharge", "discharging", "forcedischarge", "forceddischarge"}
    ),
    "word_hold": frozenset({"hold", "idle", "standby", "pause", "stop"}),
}


class BatteryFlow:
    """A home battery: what the Energy dashboard knows of it is filled in."""

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self._form: UserInput = {}
        self._words: UserInput = {}
        self.steps = {
            "user": self._add,
            "modes": self._modes,
            "plan": self._plan,
            "plan_later": self._plan,
            "add": self._create,
            "again": self._again,
            "reconfigure": self._change,
        }

    def _check_named(self, part: Subentry) -> None:
        """Refuse what has no name, and what cannot be."""
        if not part.title:
            raise InvalidInput("empty")
        self._check(part)

    def _check(self, part: Subentry) -> None:
        """Refuse what cannot be, and words that its select does not have."""
        battery_of(part)
        hass, select = self._flow.hass, part.data.get("mode")
        entity_id = None if select is None else entity_of(hass, select)
        state = None if entity_id is None else hass.states.get(entity_id)
        options = None if state is None else state.attributes.get("options")
        words = {part.data[key] for key in _WORDS if part.data.get(key)}
        if options is not None and not words <= {*options}:
            raise InvalidInput("no_such_option")

    async def _add(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Ask what drives it, and what it holds."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._form, self._words = user_input, {}
            try:
                if self._options() is not None:
                    return await self._modes()
                self._check(self._part())
                check_moved(self._flow.hass, self._data(), None)
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return await self._plan()
        return self._flow.async_show_form(
            step_id="user",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ADDED, self._form or await self._known()
            ),
            errors=errors,
        )

    async def _modes(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Ask which of its modes is which."""
        errors: dict[str, str] = {}
        options = self._options() or ()
        if user_input is not None:
            self._words = user_input
            try:
                self._check(self._part())
                check_moved(self._flow.hass, self._data(), None)
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return await self._plan()
        likely = {
            key: next((each for each in options if _plain(each) in usual), None)
            for key, usual in _USUAL.items()
        }
        return self._flow.async_show_form(
            step_id="modes",
            data_schema=self._flow.add_suggested_values_to_schema(
                _MODES, self._words or likely
            ),
            errors=errors,
            description_placeholders={"options": ", ".join(options)},
        )

    async def _plan(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Show what it would do, before it is added."""
        planned = await self._planned()
        if planned is None:
            return self._flow.async_show_menu(
                step_id="plan_later", menu_options=["add", "again"]
            )
        plan, saving = planned
        return self._flow.async_show_menu(
            step_id="plan",
            menu_options=["add", "again"],
            description_placeholders={
                "charging": _spans(plan, 1),
                "giving": _spans(plan, -1),
                "saving": saving,
            },
        )

    async def _planned(self) -> tuple[StorePlan, str] | None:
        """Return what it would do and save; None where nothing plans it now."""
        entry: PortalConfigEntry = self._flow.account_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return None
        feed, battery = entry.runtime_data.feeds[PLANS.key], battery_of(self._part())
        plans = (await feed.async_foreseen(feed.data, battery)).data
        plan, home = plans.get(battery.key), plans.get(PLANNER_KEY)
        if not isinstance(plan, StorePlan) or not isinstance(home, Overview):
            return None
        told = None if home.told is None else home.told.saving.devices.get(battery.key)
        return plan, money(told, home.currency or "")

    async def _create(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Add it, under the name that it was given or that such have."""
        name = self._part().title or await usual_name(
            self._flow.hass, f"{BATTERY}.entry_type"
        )
        return self._flow.async_create_entry(title=name, data=dict(self._data()))

    async def _again(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Go back to what was answered."""
        return await self._add()

    def _options(self) -> tuple[str, ...] | None:
        """Return the modes of the select that drives it, None where none does."""
        drives = str(self._form.get("drives", ""))
        if drives.partition(".")[0] not in {"select", "input_select"}:
            return None
        state = self._flow.hass.states.get(drives)
        options = () if state is None else state.attributes.get("options")
        return tuple(map(str, options or ()))

    def _data(self) -> Fields:
        """Return the data of the battery."""
        rest = {*self._form} - {"drives", "more"}
        more = {k: v for k, v in self._form["more"].items() if k != "name"}
        data = {**{key: self._form[key] for key in rest}, **more, **self._words}
        if (drives := self._form.get("drives")) is not None:
            data["mode" if self._options() is not None else "setpoint"] = drives
        return data

    def _part(self) -> Subentry:
        """Return it as it will be."""
        name = str(self._form["more"].get("name") or "").strip()
        return Subentry(id="new", type=BATTERY, title=name, data=self._data())

    async def _change(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Change a battery."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                name, data = read_part(user_input, _SECTIONS, self._check_named)
                return changed_part(self._flow, name, data)
            except InvalidInput as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="reconfigure",
            data_schema=self._flow.add_suggested_values_to_schema(
                _BATTERY, user_input or held_part(self._flow, _SECTIONS)
            ),
            errors=errors,
        )

    async def _known(self) -> Fields:
        """Return what the Energy dashboard knows of a battery that is not set up."""
        hass = self._flow.hass
        dashboard = Dashboard.of(await HouseReader(hass).dashboard())
        parts = self._flow.account_entry().subentries.values()
        named = (each.data.get("soc") for each in parts)
        taken = {entity_of(hass, each) for each in named if each is not None}
        free = (each for each in dashboard.batteries if each.soc not in taken)
        battery: DashboardBattery | None = next(free, None)
        if battery is None:
            return {}
        known = {
            "soc": battery.soc,
            "capacity": battery.capacity,
            "more": {"name": battery.name} if battery.name else None,
        }
        return {key: value for key, value in known.items() if value is not None}


def _spans(plan: StorePlan, sign: int) -> str:
    """Return when it charges or, below nothing, gives; a dash for never."""
    runs = [
        Slot[float | None](run.start, run.end, None)
        for run in plan.powers
        if sign * (run.value or 0) > 0
    ]
    return ", ".join(map(span, merged(runs))) or "\N{EN DASH}"


def _plain(word: str) -> str:
    """Return a word without marks and in lower case."""
    return "".join(filter(str.isalnum, word.casefold()))


BATTERIES: Final[Mapping[str, FlowOfPart]] = {BATTERY: BatteryFlow}
