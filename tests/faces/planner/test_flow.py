"""Adding a planner and its loads by their forms, and changing both."""

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.faces.planner.flow import check_currency
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.model.public_holidays import WEEKDAYS
from tests.accounts import device_names, set_up
from tests.faces.planner.home import PRICE, dishwasher, key_of, planner_of
from tests.faces.planner.seen import call, shown
from tests.folded import folded_fields, placed

GREEN = "digiwatt:1234567890:1234567890"


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose the planner in the menu."""
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    chosen = {"next_step_id": "planner"}
    return await flow.async_configure(menu["flow_id"], chosen)


async def enter(
    hass: HomeAssistant, result: ConfigFlowResult, **form: Any
) -> ConfigFlowResult:
    """Fill in what is shown."""
    answer = await hass.config_entries.flow.async_configure(
        result["flow_id"], placed(result, form)
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    return answer


@pytest.mark.usefixtures("prices", "green")
async def test_add(hass: HomeAssistant) -> None:
    """A planner goes by the sources of any account, at least by one."""
    result = await begin(hass)
    assert result["step_id"] == "planner"
    result = await enter(hass, result, limit=11)
    assert result["errors"] == {"base": "no_source"}
    result = await enter(hass, result, price=PRICE, green=GREEN)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Planner"
    assert result["data"] == {
        CONF_VENDOR: "planner",
        "price": PRICE,
        "green": GREEN,
        "co2": None,
        "caps": None,
        "limit": None,
        "base_load": None,
        "currency": "NOK",
    }
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert device_names(hass, entry) == {"Planner"}


async def test_nothing_to_go_by(hass: HomeAssistant) -> None:
    """Without any prices or green windows there is nothing to plan by."""
    result = await begin(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_sources"


@pytest.mark.usefixtures("prices", "green")
async def test_green_alone(hass: HomeAssistant) -> None:
    """A planner by greenness alone has no currency."""
    result = await enter(hass, await begin(hass), green=GREEN)
    assert result["data"]["currency"] is None


@pytest.mark.usefixtures("prices", "green")
async def test_twice(hass: HomeAssistant) -> None:
    """The same sources are planned by once."""
    await enter(hass, await begin(hass), price=PRICE)
    result = await enter(hass, await begin(hass), price=PRICE)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    result = await enter(hass, await begin(hass), price=PRICE, green=GREEN)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def _reconfigure(
    hass: HomeAssistant, entry: MockConfigEntry, **form: Any
) -> ConfigFlowResult:
    """Change what a planner goes by."""
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "planner_reconfigure"
    return await enter(hass, result, **form)


async def test_reconfigure(
    hass: HomeAssistant, planner: MockConfigEntry, prices: MockConfigEntry
) -> None:
    """It goes by something else from then on; loads stay."""
    result = await planner.start_reconfigure_flow(hass)
    assert result["data_schema"] is not None
    held = get_schema_suggested_value(result["data_schema"].schema, "price")
    assert held == PRICE
    result = await enter(hass, result)
    assert result["errors"] == {"base": "no_source"}
    contract = "esmart:home:contract-1001-3001"
    result = await enter(hass, result, price=contract, limit=5)
    assert result["reason"] == "reconfigure_successful"
    assert planner.data["price"] == contract
    assert planner.data["limit"] == 5
    assert shown(hass, planner, "load_status") == "planned"


async def test_base_load(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """What an earlier release has set up was meant for the loads alone."""
    result = await planner.start_reconfigure_flow(hass)
    assert get_schema_suggested_value(folded_fields(result), "base_load") == 0
    result = await enter(hass, result, price=PRICE, limit=1.5, base_load=0)
    assert shown(hass, planner, "load_status") == "planned"
    # Of 1.5 kW the rest of the home leaves 1.1, and the load draws 1.2.
    result = await _reconfigure(hass, planner, price=PRICE, limit=1.5)
    assert result["reason"] == "reconfigure_successful"
    assert planner.data["base_load"] is None
    assert shown(hass, planner, "load_shortfall") == "limit"
    result = await planner.start_reconfigure_flow(hass)
    assert get_schema_suggested_value(folded_fields(result), "base_load") is None
    await enter(hass, result, price=PRICE, limit=1.5, base_load=0.3)
    assert shown(hass, planner, "load_shortfall") == "none"


async def test_reconfigure_while_a_source_is_away(
    hass: HomeAssistant, planner: MockConfigEntry, prices: MockConfigEntry
) -> None:
    """A source that cannot be asked stays what it was."""
    assert await hass.config_entries.async_unload(prices.entry_id)
    result = await _reconfigure(hass, planner, price=PRICE, limit=5)
    assert result["reason"] == "reconfigure_successful"
    assert planner.data["currency"] == "NOK"


async def test_another_currency(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """What a load values in one currency is not taken for another."""
    planner = planner_of(
        hass, dishwasher(objective="both", worth=0.01), currency="EUR", green=GREEN
    )
    await set_up(hass, planner)
    result = await _reconfigure(hass, planner, price=PRICE)
    assert result["errors"] == {"base": "other_currency"}
    await call(hass, planner, "number", "set_value", "worth", value=0)
    result = await enter(hass, result, price=PRICE)
    assert result["reason"] == "reconfigure_successful"
    assert planner.data["currency"] == "NOK"


# --- loads ----------------------------------------------------------------------------

FORM: dict[str, Any] = {
    "name": " Washing machine ",
    "duration": 90,
    "power": 2,
    "begin": "06:00:00",
    "end": "22:00:00",
    "days": ["mon", "sat"],
    "objective": "both",
    "shape": "pieces",
    "details": {"worth": 0.002, "least_length": 30, "starts": 2.0},
}


async def begin_load(hass: HomeAssistant, entry: MockConfigEntry) -> SubentryFlowResult:
    """Begin to add a load that is none of those that many homes have."""
    flow = hass.config_entries.subentries
    about = (entry.entry_id, "load")
    menu = await flow.async_init(about, context={"source": "user"})
    assert menu["type"] is FlowResultType.MENU
    chosen = {"next_step_id": "other"}
    return await flow.async_configure(menu["flow_id"], chosen)


async def enter_load(
    hass: HomeAssistant, result: SubentryFlowResult, form: dict[str, Any]
) -> SubentryFlowResult:
    """Fill in what is shown."""
    flow = hass.config_entries.subentries
    answer = await flow.async_configure(result["flow_id"], placed(result, form))
    await hass.async_block_till_done(wait_background_tasks=True)
    return answer


async def test_add_load(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """A load becomes a device with a plan."""
    result = await begin_load(hass, planner)
    assert result["step_id"] == "other"
    result = await enter_load(hass, result, FORM)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert device_names(hass, planner) == {"Planner", "Dishwasher", "Washing machine"}
    part = planner.subentries[key_of(planner, "Washing machine")]
    assert part.data["starts"] == 2
    assert "details" not in part.data
    assert shown(hass, planner, "load_status", title="Washing machine") == "planned"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "  "}, "empty"),
        ({"energy": 3}, "duration_or_energy"),
        ({"duration": None}, "duration_or_energy"),
        ({"duration": None, "energy": 3, "power": None}, "energy_needs_power"),
        ({"details": {"least_power": 3}}, "least_power_too_high"),
        ({"power": None, "details": {"least_power": 3}}, "least_power_too_high"),
        ({"days": []}, "no_days"),
        ({"end": "07:00:00"}, "window_too_short"),
        ({"details": {"starts": 1.5}}, "starts_not_whole"),
        ({"windows": {"begin_2": "22:00:00"}}, "window_needs_both"),
        (
            {"windows": {"begin_2": "21:00:00", "end_2": "23:00:00"}},
            "windows_overlap",
        ),
        ({"prices": {"more_below": 0.5}}, "more_needs_price"),
        ({"prices": {"more_below": 0.5, "more_energy": 2}}, "more_needs_slots"),
    ],
)
async def test_what_cannot_run(
    hass: HomeAssistant, planner: MockConfigEntry, changes: dict[str, Any], error: str
) -> None:
    """A form by which nothing could run is refused, and can be mended."""
    wrong = {key: each for key, each in {**FORM, **changes}.items() if each is not None}
    result = await begin_load(hass, planner)
    result = await enter_load(hass, result, wrong)
    assert result["errors"] == {"base": error}
    result = await enter_load(hass, result, FORM)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_change_load(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """A changed load keeps its switch; one that has another name is set up anew."""
    key = key_of(planner, "Dishwasher")
    await call(hass, planner, "switch", "turn_off", "takes_part")
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    assert result["step_id"] == "reconfigure"
    assert result["data_schema"] is not None
    held = get_schema_suggested_value(result["data_schema"].schema, "duration")
    assert held == 120
    result = await enter_load(hass, result, {**FORM, "days": []})
    assert result["errors"] == {"base": "no_days"}
    result = await enter_load(hass, result, FORM)
    assert result["reason"] == "reconfigure_successful"
    assert planner.subentries[key].title == "Washing machine"
    assert planner.state is ConfigEntryState.LOADED
    assert shown(hass, planner, "takes_part", "switch", "Washing machine") == "off"


async def test_limits_of_a_load(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """What is in its sections is stored, planned by, and shown again."""
    charge = {
        "name": "Boiler",
        "energy": 3,
        "power": 2,
        "begin": "06:00:00",
        "end": "12:00:00",
        "days": list(WEEKDAYS),
        "objective": "price",
        "shape": "slots",
        "details": {"priority": 8},
        "prices": {"never_above": 2.5, "more_below": 0.9, "more_energy": 4},
        "windows": {"begin_2": "13:00:00", "end_2": "22:00:00", "pause": 60},
    }
    result = await enter_load(hass, await begin_load(hass, planner), charge)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    key = key_of(planner, "Boiler")
    load = planner.runtime_data.feeds["settings"].data[key]
    assert (load.priority, load.pause) == (8, timedelta(hours=1))
    assert load.demand.ceiling == 2.5
    assert len(load.hours) == 2
    # It is half past one: the second window is planned for.
    plan = planner.runtime_data.feeds["plans"].data[key]
    assert plan.window.place == 1
    assert 3 <= plan.plan.energy <= 7
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    assert result["data_schema"] is not None
    for name in ("details", "prices", "windows"):
        inner = result["data_schema"].schema[name].schema.schema
        for field, value in charge[name].items():
            assert get_schema_suggested_value(inner, field) == value
    # What means money means it in one currency.
    with pytest.raises(InvalidInput, match="other_currency"):
        check_currency(planner, "EUR")


async def test_calendar_of_a_load(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """It is stored by what lasts, and shown by the id that it has now."""
    registry = er.async_get(hass)
    calendar = registry.async_get_or_create("calendar", "other", "1")
    details = {**FORM["details"], "calendar": calendar.entity_id}
    result = await begin_load(hass, planner)
    await enter_load(hass, result, {**FORM, "details": details})
    key = key_of(planner, "Washing machine")
    assert planner.subentries[key].data["calendar"] == calendar.id
    renamed = "calendar.by_another_name"
    registry.async_update_entity(calendar.entity_id, new_entity_id=renamed)
    result = await planner.start_subentry_reconfigure_flow(hass, key)
    assert result["data_schema"] is not None
    inner = result["data_schema"].schema["details"].schema.schema
    assert get_schema_suggested_value(inner, "calendar") == renamed
    details["calendar"] = renamed
    result = await enter_load(hass, result, {**FORM, "details": details})
    assert planner.subentries[key].data["calendar"] == calendar.id
