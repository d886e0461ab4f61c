"""Setting up locations, vehicles and resources beneath an account."""

from typing import Final, override
import uuid

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    BooleanSelector,
    LocationSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    StatisticSelector,
    StatisticSelectorConfig,
    TextSelector,
    TextSelectorConfig,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...account.named import with_entities
from ...portals.contract import Subentry, TokenStore
from ...portals.http.errors import InvalidInput, PortalError
from ...portals.volue import VOLUE
from ...portals.volue.client import VolueClient
from ...portals.volue.listed import ListedRecord, listed_records
from ...portals.volue.models import LocationType, ResourceType
from ...portals.volue.sites import (
    LOCATION,
    RESOURCE,
    VEHICLE,
    CapPolicy,
    Flexible,
    LocationSite,
    create_again,
    site_of,
)
from ..forms import folded, refolded, unfolded
from ..steps import Fields, SubentryFlow, UserInput
from .names import offered

_TEXT: Final = TextSelector()
_METER_POINTS: Final = TextSelector(TextSelectorConfig(multiple=True))
_LOCATION_TYPE: Final = SelectSelector(
    SelectSelectorConfig(
        options=[each.value.lower() for each in LocationType],
        translation_key="location_type",
    )
)
# A vehicle alone has no location: it is a part of its own.
_RESOURCE_TYPES: Final = {
    each.name.lower(): each.value
    for each in ResourceType
    if each is not ResourceType.VEHICLE
}
_RESOURCE_TYPE: Final = SelectSelector(
    SelectSelectorConfig(options=list(_RESOURCE_TYPES), translation_key="resource_type")
)
_AUTOMATIC: Final = {
    vol.Required("policy", default=CapPolicy.ASK.value): SelectSelector(
        SelectSelectorConfig(
            options=[each.value for each in CapPolicy], translation_key="cap_policy"
        )
    ),
    vol.Optional("energy"): StatisticSelector(StatisticSelectorConfig()),
}
_OF_AUTOMATIC: Final = frozenset({"policy", "energy", "energy_since"})
_NAME: Final = {vol.Required("name"): _TEXT}


class _PartFlow:
    """Add a part anew or take over the portal's record; change it later."""

    TYPE: str
    NEW: vol.Schema
    CHANGE: vol.Schema
    _listed: tuple[ListedRecord, ...] = ()

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "user": self._offer,
            "new": self._new,
            "adopt": self._adopt,
            "reconfigure": self._change,
        }

    async def _offer(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Offer the portal's records, where there are any that are no part yet."""
        try:
            listed = await listed_records(self._client())
        except PortalError as err:
            return self._flow.async_abort(reason=err.key)
        held = {
            part.unique_id for part in self._flow.account_entry().subentries.values()
        }
        self._listed = tuple(
            each for each in listed if each.type == self.TYPE and each.key not in held
        )
        if not self._listed:
            return await self._new()
        return self._flow.async_show_menu(step_id="user", menu_options=["new", "adopt"])

    async def _new(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Register a part at the portal."""
        return await self._register(self.NEW, user_input)

    async def _register(
        self, schema: vol.Schema, user_input: UserInput | None
    ) -> SubentryFlowResult:
        """Register a part by a form."""
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            try:
                data = {**self._ids(), **self._data(user_input)}
                site = self._site(user_input["name"], data)
                await create_again(self._client(), site)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._create(site, data)
        return self._form("new", schema, refolded(user_input or {}), errors)

    async def _adopt(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Take over a record that the portal has."""
        options = await offered(self._flow.hass, self._listed)
        records = SelectSelector(SelectSelectorConfig(options=options))
        errors: dict[str, str] = {}
        if user_input is not None:
            state = next(
                each for each in self._listed if each.key == user_input["record"]
            )
            try:
                data = {**state.data, **_automatic_actions(user_input)}
                return self._create(self._site(user_input["name"], data), data)
            except InvalidInput as err:
                errors["base"] = err.key
        schema = vol.Schema({vol.Required("record"): records, **_NAME, **_AUTOMATIC})
        return self._form("adopt", schema, user_input or {}, errors)

    async def _change(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Change a part, at the portal too where it can be changed there."""
        part = self._flow.reconfigure_subentry()
        held = with_entities(self._flow.hass, part.data, "energy")
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                data = self._changed(held, user_input)
                site = self._site(user_input["name"], data)
                if isinstance(site, LocationSite):
                    await self._client().replace_location(site.to_send())
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._flow.async_update_and_abort(
                    self._flow.account_entry(), part, title=site.name, data=data
                )
        shown = user_input or {"name": part.title, **self._shown(held)}
        return self._form("reconfigure", self.CHANGE, shown, errors)

    def _form(
        self,
        step_id: str,
        schema: vol.Schema,
        shown: Fields,
        errors: dict[str, str],
    ) -> SubentryFlowResult:
        """Show a form."""
        return self._flow.async_show_form(
            step_id=step_id,
            data_schema=self._flow.add_suggested_values_to_schema(schema, shown),
            errors=errors,
        )

    def _create(self, site: Flexible, data: Fields) -> SubentryFlowResult:
        """Create the part."""
        return self._flow.async_create_entry(
            title=site.name, data=data, unique_id=site.key
        )

    def _client(self) -> VolueClient:
        """Return a client of the account."""
        session = async_get_clientsession(self._flow.hass)
        return VOLUE.connect(session, self._flow.account_entry().data, {}, TokenStore())

    def _site(self, name: str, data: Fields) -> Flexible:
        """Return what the part stands for."""
        title = name.strip()
        site = site_of(Subentry(id="", type=self.TYPE, title=title, data=data))
        if not title or site is None:
            raise InvalidInput("empty")
        # One statistic cannot tell what each of several meter points has used.
        if isinstance(site, LocationSite) and len(site.meter_points) != 1:
            if site.energy is not None:
                raise InvalidInput("energy_of_one_meter_point")
            if site.reports_plan:
                raise InvalidInput("plan_of_one_meter_point")
        return site

    # What the sorts differ in

    def _ids(self) -> dict[str, str]:
        """Return an id of our own for a new record."""
        return {"resource_id": str(uuid.uuid4())}

    def _data(self, user_input: Fields) -> Fields:
        """Return what a form says."""
        return {
            "resource_type": ResourceType.VEHICLE.value,
            **_automatic_actions(user_input),
        }

    def _changed(self, data: Fields, user_input: Fields) -> Fields:
        """Return a part's data with what a form changes of it."""
        own = {key: data[key] for key in data if key not in _OF_AUTOMATIC}
        return {**own, **_automatic_actions(user_input, data)}

    def _shown(self, data: Fields) -> Fields:
        """Return a part's data as a form shows it."""
        return data


class VehicleFlow(_PartFlow):
    """A vehicle, which belongs to no location."""

    TYPE = VEHICLE
    NEW = CHANGE = vol.Schema({**_NAME, **_AUTOMATIC})


class LocationFlow(_PartFlow):
    """A location with its meter points or its place."""

    TYPE = LOCATION
    CHANGE = vol.Schema(
        {
            **_NAME,
            vol.Required("location_type", default="residential"): _LOCATION_TYPE,
            vol.Optional("meter_point_ids"): _METER_POINTS,
            vol.Optional("place"): LocationSelector(),
            **_AUTOMATIC,
            vol.Optional("reports_plan"): BooleanSelector(),
        }
    )
    NEW = folded(CHANGE, "name", "location_type", "meter_point_ids", "place")

    @override
    def _ids(self) -> dict[str, str]:
        return {"location_id": str(uuid.uuid4())}

    @override
    def _data(self, user_input: Fields) -> Fields:
        points = [each.strip() for each in user_input.get("meter_point_ids", ())]
        place = user_input.get("place")
        if not any(points) and place is None:
            raise InvalidInput("meter_point_or_place")
        data = {
            "location_type": user_input["location_type"].capitalize(),
            "meter_point_ids": list(dict.fromkeys(filter(None, points))),
            **_automatic_actions(user_input),
        }
        if user_input.get("reports_plan"):
            data["reports_plan"] = True
        if place is not None:
            data |= {key: float(place[key]) for key in ("latitude", "longitude")}
        return data

    @override
    def _changed(self, data: Fields, user_input: Fields) -> Fields:
        changed = {"location_id": data["location_id"], **self._data(user_input)}
        return {**changed, **_automatic_actions(user_input, data)}

    @override
    def _shown(self, data: Fields) -> Fields:
        shown = {**data, "location_type": data["location_type"].lower()}
        if "latitude" in data:
            shown["place"] = {key: data[key] for key in ("latitude", "longitude")}
        return shown


class ResourceFlow(_PartFlow):
    """Something at a location that can be controlled."""

    TYPE = RESOURCE
    NEW = vol.Schema(
        {
            **_NAME,
            vol.Required("resource_type", default="generic"): _RESOURCE_TYPE,
            vol.Required("location_id"): _TEXT,
            vol.Optional("meter_point_id"): _TEXT,
            vol.Required("further"): section(
                vol.Schema(_AUTOMATIC), {"collapsed": True}
            ),
        }
    )
    CHANGE = vol.Schema({**_NAME, **_AUTOMATIC})

    @override
    async def _new(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Register something at one of the account's locations."""
        options = [
            SelectOptionDict(value=part.data["location_id"], label=part.title)
            for part in self._flow.account_entry().get_subentries_of_type(LOCATION)
        ]
        if not options:
            return self._flow.async_abort(reason="location_first")
        places = SelectSelector(SelectSelectorConfig(options=options))
        schema = self.NEW.extend({vol.Required("location_id"): places})
        return await self._register(schema, user_input)

    @override
    def _data(self, user_input: Fields) -> Fields:
        data = {
            "resource_type": _RESOURCE_TYPES[user_input["resource_type"]],
            "location_id": user_input["location_id"],
            **_automatic_actions(user_input),
        }
        if meter_point := user_input.get("meter_point_id", "").strip():
            data["meter_point_id"] = meter_point
        return data


def _automatic_actions(user_input: Fields, held: Fields | None = None) -> Fields:
    """Return what the account is to do by itself for a part, and since when."""
    chosen = {key: user_input[key] for key in ("policy", "energy") if key in user_input}
    if "energy" in chosen:
        before = held or {}
        is_same = before.get("energy") == chosen["energy"] and "energy_since" in before
        since = before["energy_since"] if is_same else dt_util.utcnow().isoformat()
        chosen["energy_since"] = since
    return chosen


PARTS: Final = {
    LOCATION: LocationFlow,
    RESOURCE: ResourceFlow,
    VEHICLE: VehicleFlow,
}
