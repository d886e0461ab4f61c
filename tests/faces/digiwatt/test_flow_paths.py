"""Paths that are not as assumed: refused by name, corrected, and offered to be."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.energy_portals.portals.digiwatt.client import ROUTES
from tests.accounts import act, refresh
from tests.faces.digiwatt.test_flow import begin, enter, finish
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

type Form = dict[str, Any]

REALTIME = "consumption_realtime"
PAGE = "<html><body>Not Found</body></html>"


def moved(key: str) -> str:
    """Return a route elsewhere."""
    method, _, path = ROUTES[key].partition(" ")
    return f"{method} /v9{path}"


def told(result: ConfigFlowResult) -> dict[str, str]:
    """Return what a form or a menu says of a path."""
    said = result["description_placeholders"]
    assert said is not None
    return {key: said[key] for key in ("operation", "path") if key in said}


def prefilled(result: ConfigFlowResult) -> dict[str, Any]:
    """Return the paths that a form shows."""
    paths = result["data_schema"].schema["paths"].schema
    assert result["data_schema"].schema["paths"].options == {"collapsed": True}
    return {key: get_schema_suggested_value(paths.schema, key) for key in ROUTES}


async def test_paths_are_shown(hass: HomeAssistant, form: Form) -> None:
    assert prefilled(await begin(hass)) == ROUTES


async def test_paths_as_assumed_are_not_stored(hass: HomeAssistant, form: Form) -> None:
    result = await enter(hass, await begin(hass), {**form, "paths": {**ROUTES}})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "routes" not in result["data"]
    await hass.async_block_till_done()


@pytest.mark.parametrize("key", [REALTIME, "token"])
async def test_wrong_path_is_told_and_overcome(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, form: Form, key: str
) -> None:
    digiwatt.move(key, moved(key))
    result = await enter(hass, await begin(hass), form)
    assert result["errors"] == {"base": "wrong_path"}
    assert told(result) == {"operation": key, "path": ROUTES[key]}

    paths = {**ROUTES, key: f" {moved(key).lower()} "}
    del paths["saving"]
    result = await enter(hass, result, {**form, "paths": paths})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["routes"] == {key: moved(key)}
    await hass.async_block_till_done()
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.feeds["saving"].last_update_success


@pytest.mark.parametrize("page", [None, "", PAGE])
async def test_nothing_is_where_it_is_assumed(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, form: Form, page: str | None
) -> None:
    digiwatt.page = page
    everywhere = {key: moved(key) for key in ROUTES if key != "token"}
    digiwatt.routes |= everywhere
    result = await enter(hass, await begin(hass), form)
    assert result["errors"] == {"base": "wrong_path"}
    assert told(result)["operation"] == REALTIME
    await finish(hass, result, {**form, "paths": everywhere})


async def test_it_may_be_the_account_or_the_path(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, form: Form
) -> None:
    """Both are said, and what is wrong can be corrected."""
    of_account = {key: moved(key) for key in ROUTES if "{" in ROUTES[key]}
    digiwatt.routes |= of_account
    result = await enter(hass, await begin(hass), form)
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "digiwatt_unclear"
    assert result["menu_options"] == ["digiwatt", "digiwatt_register"]
    assert told(result) == {"operation": REALTIME, "path": ROUTES[REALTIME]}
    result = await enter(hass, result, {"next_step_id": "digiwatt"})
    shown = result["data_schema"].schema
    assert get_schema_suggested_value(shown, "client_id") == form["client_id"]
    await finish(hass, result, {**form, "paths": of_account})


async def test_the_path_of_the_registration(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, form: Form
) -> None:
    digiwatt.move("user_create", moved("user_create"))
    unknown = {**form, "account_number": "555"}
    result = await enter(hass, await begin(hass), unknown)
    assert result["step_id"] == "digiwatt_unknown"
    result = await enter(hass, result, {"next_step_id": "digiwatt_register"})
    supply_point = {"pod": "IT001E1234567890AB", "company_code": "c"}
    result = await enter(hass, result, supply_point)
    assert result["step_id"] == "digiwatt"
    assert result["errors"] == {"base": "wrong_path"}
    assert told(result) == {"operation": "user_create", "path": ROUTES["user_create"]}

    corrected = {**unknown, "paths": {"user_create": moved("user_create")}}
    result = await enter(hass, result, corrected)
    assert result["step_id"] == "digiwatt_unknown"
    result = await enter(hass, result, {"next_step_id": "digiwatt_register"})
    await finish(hass, result, supply_point)
    assert "555" in digiwatt.accounts


@pytest.mark.parametrize(
    "route",
    [
        "GET https://example.com/x",
        "GET /saving",
        "DELETE /saving/{account_number}",
        "GET /saving/{account_number}?api_key=1",
        "GET /saving/{account_number}/sandbox-client",
        ROUTES[REALTIME],
    ],
)
async def test_what_is_no_path_is_told_and_overcome(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, form: Form, route: str
) -> None:
    wrong = {**form, "paths": {**ROUTES, "saving": route}}
    result = await enter(hass, await begin(hass), wrong)
    assert result["errors"] == {"base": "invalid_path"}
    assert result["description_placeholders"] == {
        "operation": "saving",
        "path": route,
        "assumed": ROUTES["saving"],
    }
    assert prefilled(result)["saving"] == route
    assert digiwatt.calls == []
    await finish(hass, result, form)


# Mending an account


async def test_reconfigure_corrects_paths(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry, form: Form
) -> None:
    connection = {key: form[key] for key in form if key != "account_number"}
    digiwatt.move("saving", moved("saving"))
    await refresh(hass, loaded, "saving")
    assert not loaded.runtime_data.feeds["saving"].last_update_success

    result = await loaded.start_reconfigure_flow(hass)
    assert prefilled(result) == ROUTES
    paths = {**ROUTES, "saving": "/s"}
    result = await enter(hass, result, {**connection, "paths": paths})
    assert result["errors"] == {"base": "invalid_path"}
    number = form["account_number"]
    result = await enter(
        hass,
        result,
        {**connection, "paths": {"saving": f"{ROUTES['saving']}/{number}"}},
    )
    assert result["errors"] == {"base": "invalid_path"}
    paths = {**ROUTES, "saving": moved("saving")}
    result = await enter(hass, result, {**connection, "paths": paths})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert loaded.data["routes"] == {"saving": moved("saving")}
    assert loaded.runtime_data.feeds["saving"].last_update_success

    # Without the section they stay; as they were assumed they are not kept.
    result = await loaded.start_reconfigure_flow(hass)
    assert prefilled(result) == paths
    await enter(hass, result, connection)
    assert loaded.data["routes"] == {"saving": moved("saving")}
    result = await loaded.start_reconfigure_flow(hass)
    await enter(hass, result, {**connection, "paths": {"saving": ""}})
    assert loaded.data["routes"] == {}
    await hass.async_block_till_done()


async def test_reconfigure_to_what_is_not_there(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry, form: Form
) -> None:
    connection = {key: form[key] for key in form if key != "account_number"}
    result = await loaded.start_reconfigure_flow(hass)
    paths = {REALTIME: moved(REALTIME)}
    result = await enter(hass, result, {**connection, "paths": paths})
    assert result["errors"] == {"base": "wrong_path"}
    assert told(result) == {"operation": REALTIME, "path": moved(REALTIME)}

    digiwatt.routes |= {key: moved(key) for key in ROUTES if "{" in ROUTES[key]}
    result = await enter(hass, result, connection)
    assert result["errors"] == {"base": "wrong_path_or_account"}
    assert told(result) == {"operation": REALTIME, "path": ROUTES[REALTIME]}


# While an account runs


@pytest.mark.parametrize(
    ("feed", "key"),
    [
        ("live_power", REALTIME),
        ("green_windows", "greenness"),
        ("energy", "consumption_totals"),
        ("comparison", "consumption_performance"),
        ("habits", "consumption_habits"),
        ("tariff_periods", "analytics_trend"),
        ("saving", "saving"),
    ],
)
@pytest.mark.parametrize("status", [404, 405])
async def test_a_feed_names_its_path(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    feed: str,
    key: str,
    status: int,
) -> None:
    digiwatt.fail(key, Fault(kind="html", status=status, times=None))
    await refresh(hass, loaded, feed)
    place = f"HTTP {status} at {ROUTES[key]}"
    report = await async_get_config_entry_diagnostics(hass, loaded)
    assert report["feeds"][feed]["last_error"] == f"PathNotFound: {key}: {place}"
    (line,) = (
        record.message
        for record in caplog.records
        if record.name.endswith("coordinator") and place in record.message
    )
    assert loaded.data["account_number"] not in f"{report} {line}"


async def test_diagnostics_show_paths_and_options(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, entry: MockConfigEntry
) -> None:
    digiwatt.move("saving", moved("saving"))
    hass.config_entries.async_update_entry(
        entry,
        data={**entry.data, "routes": {"saving": moved("saving")}},
        options={"units": {"power_unit": "kW"}},
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert report["entry"]["data"]["routes"] == {"saving": moved("saving")}
    assert report["entry"]["options"] == {"units": {"power_unit": "kW"}}


@pytest.mark.parametrize(
    ("action", "key", "fields"),
    [
        ("get_consumption", "consumption_totals", {"period": "yesterday"}),
        (
            "set_household",
            "user_onboarding",
            {"adults": 1, "children": 0, "elderlies": 0},
        ),
        ("delete_supply_point", "user_delete", {"account_number": "1234567890"}),
    ],
)
async def test_an_action_names_its_path(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    action: str,
    key: str,
    fields: Form,
) -> None:
    digiwatt.move(key, moved(key))
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, action, **fields)
    assert f"({key}, HTTP 404 at {ROUTES[key]})" in str(caught.value)
