"""Adding a flexible load by what it is: three answers, and a look at its plan."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult
from homeassistant.util import dt as dt_util

from ...account.coordinator import PortalConfigEntry
from ...account.house import HouseSources
from ...account.house_reader import HouseReader
from ...portals.http.errors import InvalidInput
from ...portals.model.loads import LoadPlan, renewed
from ...portals.planner import PlannerClient
from ...portals.planner.bindings import BOOSTED, number as number_of
from ...portals.planner.feeds import PLANS, Overview
from ...portals.planner.known import Known, Look
from ...portals.planner.needs import asks_of
from ...portals.planner.sites import LOAD, PLANNER_KEY, load_of
from ..steps import Fields, SubentryFlow, UserInput
from .moving import check_moved
from .presets_forms import CAR, HEAT, PRESETS, RUN, WATER, data_of
from .telling import money, span, usual_name

# At which field of a form stands what is wrong.
_BLAMED: Final[Mapping[str, str]] = {
    # A window that is too short is too short for the hours.
    "window_too_short": "hours",
    "duration_or_energy": "energy",
    "no_temperature": "drives",
}


class PresetSteps:
    """The steps of a load that is one of those that many homes have."""

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self._preset = ""
        self._form: UserInput = {}
        self.steps = {
            "user": self._choose,
            "dishwasher": self._dishwasher,
            "washing_machine": self._washing_machine,
            "hot_water": self._hot_water,
            "pool": self._pool,
            "car": self._car,
            "heat_pump": self._heat_pump,
            "plan": self._plan,
            "plan_yourself": self._plan,
            "plan_later": self._plan,
            "add": self._add,
            "again": self._again,
        }

    async def _choose(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Ask what it is."""
        return self._flow.async_show_menu(
            step_id="user",
            menu_options=[
                *("dishwasher", "washing_machine", "car", "hot_water"),
                *("heat_pump", "pool", "other"),
            ],
        )

    async def _dishwasher(
        self, user_input: UserInput | None = None
    ) -> SubentryFlowResult:
        """Ask three things of a dishwasher."""
        errors: dict[str, str] = {}
        if self._is_taken("dishwasher", user_input, errors):
            return await self._plan()
        return self._flow.async_show_form(
            step_id="dishwasher",
            data_schema=self._flow.add_suggested_values_to_schema(RUN, self._form),
            errors=errors,
        )

    async def _washing_machine(
        self, user_input: UserInput | None = None
    ) -> SubentryFlowResult:
        """Ask three things of a washing machine."""
        errors: dict[str, str] = {}
        if self._is_taken("washing_machine", user_input, errors):
            return await self._plan()
        return self._flow.async_show_form(
            step_id="washing_machine",
            data_schema=self._flow.add_suggested_values_to_schema(RUN, self._form),
            errors=errors,
        )

    async def _hot_water(
        self, user_input: UserInput | None = None
    ) -> SubentryFlowResult:
        """Ask two things of hot water."""
        errors: dict[str, str] = {}
        if self._is_taken("hot_water", user_input, errors):
            return await self._plan()
        return self._flow.async_show_form(
            step_id="hot_water",
            data_schema=self._flow.add_suggested_values_to_schema(WATER, self._form),
            errors=errors,
        )

    async def _pool(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Ask three things of a pool."""
        errors: dict[str, str] = {}
        if self._is_taken("pool", user_input, errors):
            return await self._plan()
        return self._flow.async_show_form(
            step_id="pool",
            data_schema=self._flow.add_suggested_values_to_schema(RUN, self._form),
            errors=errors,
        )

    async def _car(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Ask three things of a car."""
        errors: dict[str, str] = {}
        if self._is_taken("car", user_input, errors):
            return await self._plan()
        return self._flow.async_show_form(
            step_id="car",
            data_schema=self._flow.add_suggested_values_to_schema(CAR, self._form),
            errors=errors,
        )

    async def _heat_pump(
        self, user_input: UserInput | None = None
    ) -> SubentryFlowResult:
        """Ask three things of a heat pump."""
        errors: dict[str, str] = {}
        if self._is_taken("heat_pump", user_input, errors):
            return await self._plan()
        return self._flow.async_show_form(
            step_id="heat_pump",
            data_schema=self._flow.add_suggested_values_to_schema(HEAT, self._form),
            errors=errors,
        )

    def _is_taken(
        self, preset: str, user_input: UserInput | None, errors: dict[str, str]
    ) -> bool:
        """Say whether a form was filled in so that something could run by it."""
        if preset != self._preset:
            self._form = dict(PRESETS[preset].form)
        self._preset, self._form = preset, user_input or self._form
        if user_input is None:
            return False
        try:
            data = self._data()
            load_of(data)
            check_moved(self._flow.hass, data, None)
        except InvalidInput as err:
            errors[_BLAMED.get(err.key, "base")] = err.key
            return False
        return True

    def _data(self) -> Fields:
        """Return the data of the load; raises InvalidInput.

        What is to be warmer for a run is so by the temperature that it is set to now.
        """
        data = data_of(self._preset, self._form)
        drift, heater = self._form.get("drift"), self._form.get("drives")
        if drift is None or heater is None or heater.split(".")[0] not in BOOSTED:
            return data
        state = self._flow.hass.states.get(heater)
        told = None if state is None else number_of(state.attributes.get("temperature"))
        if told is None:
            raise InvalidInput("no_temperature")
        return {**data, "boost_temperature": told + float(drift)}

    def _needed(self) -> Fields | None:
        """Return the data with what a car needs now, None where that is nothing."""
        data = self._data()
        asks = asks_of(data)
        if asks is None or asks.charge is None:
            return data
        state = HouseReader(self._flow.hass).state(asks.charge.now)
        charge = None if state is None else number_of(state.state)
        if charge is None:
            return data
        energy = asks.charge.energy(charge, asks.charge.target_percent)
        return {**data, "energy": energy} if energy else None

    async def _plan(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Show the plan of what was answered, before it is added."""
        planned = await self._planned()
        plan = None if planned is None else planned.plan
        if planned is None or plan is None:
            return self._flow.async_show_menu(
                step_id="plan_later", menu_options=["add", "again"]
            )
        runs = ", ".join(map(span, planned.stretches()))
        currency = planned.currency or ""
        told = {
            "runs": runs,
            "cost": money(plan.cost, currency),
            "cost_now": money(plan.cost_now, currency),
            "saving": money(plan.saving, currency),
        }
        if self._form.get("drives") is None:
            return self._flow.async_show_menu(
                step_id="plan_yourself",
                menu_options=["add", "again"],
                description_placeholders=told,
            )
        return self._flow.async_show_menu(
            step_id="plan",
            menu_options=["add", "again"],
            description_placeholders=told,
        )

    async def _planned(self) -> LoadPlan | None:
        """Return what the planner would have it do now; None where it is not there."""
        hass = self._flow.hass
        entry: PortalConfigEntry = self._flow.account_entry()
        data = self._needed()
        if entry.state is not ConfigEntryState.LOADED or data is None:
            return None
        held = entry.runtime_data.feeds[PLANS.key].data.get(PLANNER_KEY)
        known = held.known if isinstance(held, Overview) else Known()
        client, sources = PlannerClient.of(entry.data), HouseSources(hass)
        now = dt_util.utcnow()
        ground = Look(client, sources, known, now).ground()
        load = load_of(data)
        plan = await hass.async_add_executor_job(
            renewed, load, LoadPlan(currency=client.currency), ground, now, sources.zone
        )
        return None if plan.shortfall else plan

    async def _add(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Add it, under the name that it was given or that such have."""
        name = str(self._form["more"].get("name") or "").strip()
        data = dict(self._data())
        usual = f"{LOAD}.step.user.menu_options.{self._preset}"
        return self._flow.async_create_entry(
            title=name or await usual_name(self._flow.hass, usual), data=data
        )

    async def _again(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Go back to what was answered."""
        return await self.steps[self._preset](None)
