"""Home Assistant's flows hand over to one portal's, and know nothing of it before."""

from collections.abc import Callable
from dataclasses import replace
import subprocess
import sys
import threading
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownStep
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals import config_flow
from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.faces.face import Face
from custom_components.energy_portals.faces.registry import FACES
from tests.rules.calls import flows_of
from tests.rules.source import ROOT
from tests.sandbox.server import Sandbox

# What can be set up beneath accounts, and whether it can be changed later.
PARTS = {
    ("volue", "location"): True,
    ("volue", "resource"): True,
    ("volue", "vehicle"): True,
    ("autarc", "project"): False,
    ("planner", "load"): True,
}


async def _chosen(hass: HomeAssistant, portal: str) -> ConfigFlowResult:
    """Open the menu and choose a portal."""
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert menu["type"] is FlowResultType.MENU
    return await _enter(hass, menu, {"next_step_id": portal})


async def _enter(
    hass: HomeAssistant, result: ConfigFlowResult, form: dict[str, Any]
) -> ConfigFlowResult:
    """Fill in what is shown."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], form)


def _in_progress(hass: HomeAssistant, result: ConfigFlowResult) -> Any:
    """Return the flow that Home Assistant calls."""
    return hass.config_entries.flow._progress[result["flow_id"]]


def _account(hass: HomeAssistant, portal: str) -> MockConfigEntry:
    """Return an account that is not loaded."""
    entry = MockConfigEntry(domain=DOMAIN, data={CONF_VENDOR: portal})
    entry.add_to_hass(hass)
    return entry


async def test_a_source_that_no_portal_has(hass: HomeAssistant) -> None:
    for source in ("carrier_pigeon", "digiwatt_register"):
        with pytest.raises(UnknownStep):
            await hass.config_entries.flow.async_init(
                DOMAIN, context={"source": source}
            )
    assert not hass.config_entries.flow.async_progress()


async def test_steps_of_another_portal_are_out_of_reach(hass: HomeAssistant) -> None:
    result = await _chosen(hass, "digiwatt")
    flow = _in_progress(hass, result)
    # Its own can be called, also the one by which it was chosen.
    assert flow.async_step_digiwatt_register
    assert flow.async_step_digiwatt
    for name in ("async_step_esmart", "async_step_auth", "digiwatt", "steps_of"):
        with pytest.raises(AttributeError, match=name):
            getattr(flow, name)
    with pytest.raises(UnknownStep):
        await hass.config_entries.flow._async_handle_step(flow, "esmart", None)


async def test_one_portal_at_a_time(hass: HomeAssistant) -> None:
    """Flows in progress side by side each have their own portal's steps."""
    digiwatt = _in_progress(hass, await _chosen(hass, "digiwatt"))
    esmart = _in_progress(hass, await _chosen(hass, "esmart"))
    assert not digiwatt.steps.keys() & esmart.steps.keys()


def _fail(*_: object) -> None:
    """Stand for what another portal does under the same name."""
    raise AssertionError("another portal's")


def _digiwatt(facts: Any) -> list[dict[str, Any]]:
    """Return what is entered for a Digiwatt account, an unknown one first."""
    form = {
        "client_id": facts["client_id"],
        "client_secret": facts["client_secret"],
        "account_number": "555",
        "advanced": {"api_url": facts["api_url"]},
    }
    register = {"pod": "IT001E1234567890AB", "company_code": "c"}
    return [form, {"next_step_id": "digiwatt_register"}, register]


def _esmart(facts: Any) -> list[dict[str, Any]]:
    """Return what is entered for an eSmart account."""
    form = {key: facts[key] for key in ("api_url", "user_name", "password")}
    form |= {"area": "power", "advanced": {"app_name": "smartliv"}}
    return [form, {"customer_id": "42"}, {"next_step_id": "pay_later"}]


@pytest.mark.parametrize(
    ("portal", "forms"), [("digiwatt", _digiwatt), ("esmart", _esmart)]
)
async def test_equal_names_are_no_matter(
    hass: HomeAssistant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    portal: str,
    forms: Callable[[Any], list[dict[str, Any]]],
) -> None:
    """What portals call their methods and attributes changes nothing for another."""
    flows = {key: flows_of(each)["config",] for key, each in FACES.items()}
    own = flows.pop(portal)
    flow: Any = own(config_flow.EnergyPortalsConfigFlow())
    names = [name for name in (*vars(own), *vars(flow)) if not name.startswith("__")]
    assert "_create" in names
    for other in flows.values():
        for name in names:
            monkeypatch.setattr(other, name, _fail, raising=False)

    result = await _chosen(hass, portal)
    with patch(f"custom_components.{DOMAIN}.async_setup_entry", return_value=True):
        for form in forms(sandbox.facts()[portal]):
            result = await _enter(hass, result, form)
            assert not result.get("errors")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_VENDOR] == portal


async def test_options_where_there_are_none(hass: HomeAssistant) -> None:
    entry = _account(hass, "autarc")
    with pytest.raises(UnknownStep):
        await hass.config_entries.options.async_init(entry.entry_id)


@pytest.mark.parametrize(("portal", "part"), PARTS)
async def test_parts_that_can_be_changed(
    hass: HomeAssistant, portal: str, part: str
) -> None:
    """Home Assistant looks at the class before any code of the portal is there."""
    entry = _account(hass, portal)
    kinds = config_flow.EnergyPortalsConfigFlow.async_get_supported_subentry_types(
        entry
    )
    assert hasattr(kinds[part], "async_step_reconfigure") is PARTS[portal, part]
    if not PARTS[portal, part]:
        with pytest.raises(UnknownStep):
            await hass.config_entries.subentries.async_init(
                (entry.entry_id, part), context={"source": SOURCE_RECONFIGURE}
            )


@pytest.fixture
def loaded_in(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """Return the threads in which parts of faces are loaded."""
    threads: list[threading.Thread] = []

    def noting[PartT](load: Callable[[], PartT]) -> Callable[[], PartT]:
        def note() -> PartT:
            threads.append(threading.current_thread())
            return load()

        return note

    def noted(face: Face) -> Face:
        return replace(
            face,
            flow=noting(face.flow),
            options=face.options and noting(face.options),
            parts=noting(face.parts),
        )

    faces = {key: noted(face) for key, face in FACES.items()}
    monkeypatch.setattr(config_flow, "FACES", faces)
    return threads


async def _options(hass: HomeAssistant) -> None:
    await hass.config_entries.options.async_init(_account(hass, "esmart").entry_id)


async def _part(hass: HomeAssistant) -> None:
    await hass.config_entries.subentries.async_init(
        (_account(hass, "planner").entry_id, "load"), context={"source": SOURCE_USER}
    )


async def _reauth(hass: HomeAssistant) -> None:
    entry = _account(hass, "digiwatt")
    data = {"client_id": "me", "api_url": "https://example.com", "account_number": "1"}
    hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
    assert (await entry.start_reauth_flow(hass))["step_id"] == "digiwatt_reauth"


async def _reconfigure(hass: HomeAssistant) -> None:
    entry = _account(hass, "planner")
    assert (await entry.start_reconfigure_flow(hass))["step_id"] == (
        "planner_reconfigure"
    )


async def _choice(hass: HomeAssistant) -> None:
    await _chosen(hass, "volue")


@pytest.mark.parametrize("begin", [_choice, _options, _part, _reauth, _reconfigure])
async def test_code_loads_with_the_first_step(
    hass: HomeAssistant, loaded_in: list[threading.Thread], begin: Any
) -> None:
    """It takes its time, in which Home Assistant does something else."""
    await begin(hass)
    (thread,) = loaded_in
    assert thread is not threading.current_thread()


LIGHT = """
import asyncio, sys
from types import SimpleNamespace
from custom_components.{domain}.config_flow import EnergyPortalsConfigFlow as Flow
from custom_components.{domain}.faces.registry import FACES
for key in FACES:
    entry = SimpleNamespace(data={{"vendor": key}})
    Flow.async_supports_options_flow(entry)
    Flow.async_get_supported_subentry_types(entry)
print(*asyncio.run(Flow().async_step_user())["menu_options"])
print(*sys.modules)
"""


def test_menu_and_light_tables_import_no_portal() -> None:
    """What is asked of all accounts costs a household only what it has."""
    assert issubclass(config_flow.EnergyPortalsConfigFlow, ConfigFlow)
    done = subprocess.run(
        [sys.executable, "-c", LIGHT.format(domain=DOMAIN)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
        timeout=60,
    )
    menu, imported = (line.split() for line in done.stdout.splitlines())
    assert menu == list(FACES)
    package = f"custom_components.{DOMAIN}"
    assert f"{package}.config_flow" in imported
    for portal in FACES:
        rooms = (f"{package}.portals.{portal}.", f"{package}.faces.{portal}.")
        # Of a face, what is at hand stands in its folder's own module.
        light = f"{package}.faces.{portal}"
        assert light in imported
        assert not [
            name for name in imported if f"{name}.".startswith(rooms) and name != light
        ]
