"""No secret of any portal shows: in a log, an exception, a state, a file, an address.

Every flow, action and repair is gone through, with portals that answer, and with such
as repeat what they were sent in whatever they answer.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
import json
import logging
from typing import Any, Final
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.history import known
from custom_components.energy_portals.repairs import async_create_fix_flow
from tests.history.conftest import _custom_integrations, _quiet, enable_event_loop_debug
from tests.journeys.faults.accounts import ACCOUNTS, add, prepare
from tests.journeys.faults.conftest import NOW
from tests.journeys.secrets import Log, Secrets, of_errors, places
from tests.rules.source import INTEGRATION
from tests.sandbox.faults import Fault
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.server import Sandbox

__all__ = ["_custom_integrations", "_quiet", "enable_event_loop_debug"]

_SERVICES: Final = load_yaml_dict(str(INTEGRATION / "services.yaml"))
_MOST_STEPS: Final = 6


@pytest.fixture(autouse=True)
def _short_past() -> Iterator[None]:
    """Spare accounts that a flow adds the import of years."""
    with patch.object(known, "DEFAULT_YEARS", 0):
        yield


@pytest.fixture
def recorder_config() -> dict[str, object]:
    """Record no states."""
    return {"exclude": {"entity_globs": ["*"]}}


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day."""
    freezer.move_to(NOW)


def _hostile(said: str) -> Iterator[Fault]:
    """Yield faults with words of a portal's in each place where it has some.

    These are what nobody but the account should know, or what it was just sent.
    """
    for status in (400, 401, 403, 500):
        yield Fault(kind="echo", status=status, times=None)
    words = {
        "message": f"refused: {said}",
        "error": said,
        "error_description": said,
        "detail": {"message": said},
        "errors": [{"message": said}],
    }
    body = json.dumps(words)
    for status in (200, 401, 409, 503):
        yield Fault(kind="raw", status=status, body=body, times=None)
    yield Fault(kind="html", status=200, body=f"<p>{said}</p>", times=None)
    yield Fault(kind="raw", body=json.dumps([words]), times=None)
    yield Fault(kind="raw", body=json.dumps(said), times=None)
    yield Fault(kind="raw", body=json.dumps({said: {said: 1}}), times=None)
    headers = {"Location": f"http://127.0.0.1:1/?{said[:500]}"}
    yield Fault(kind="raw", status=302, body=body, headers=headers, times=None)
    headers = {"Retry-After": said[:200], "WWW-Authenticate": said[:200]}
    yield Fault(kind="raw", status=503, body=body, headers=headers, times=None)


class Person:
    """Somebody who goes through all that there is, and what went wrong on the way."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: FrozenDateTimeFactory,
        entry: MockConfigEntry,
        facts: dict[str, Any],
    ) -> None:
        """Take the account, and what can be typed in."""
        self.hass = hass
        self.clock = clock
        self.entry = entry
        self.facts = {**entry.data, **facts}
        self.errors: list[Exception] = []
        self.calls = 0

    async def settle(self) -> None:
        """Let all be done that is under way."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def wait(self, step: timedelta) -> None:
        """Let time go by."""
        self.clock.tick(step)
        async_fire_time_changed(self.hass)
        await self.settle()

    # --- flows

    async def take_flows(self) -> None:
        """Go through every flow."""
        flows = self.hass.config_entries.flow
        entry = self.entry.entry_id
        for source in (SOURCE_USER, SOURCE_REAUTH, SOURCE_RECONFIGURE):
            context: Any = {"source": source}
            data = None
            if source != SOURCE_USER:
                context["entry_id"] = entry
                data = dict(self.entry.data) if source == SOURCE_REAUTH else None
            await self._take(flows, DOMAIN, context, data)
        if self.entry.supports_options:
            await self._take(self.hass.config_entries.options, entry, None, None)
        for kind in self.entry.supported_subentry_types:
            context = {"source": SOURCE_USER}
            subentries = self.hass.config_entries.subentries
            await self._take(subentries, (entry, kind), context, None)

    async def _take(self, flows: Any, handler: Any, context: Any, data: Any) -> None:
        """Answer a flow's steps; each answer as right as it can be known."""
        try:
            result = await flows.async_init(handler, context=context, data=data)
            for _ in range(_MOST_STEPS):
                if result["type"] is FlowResultType.MENU:
                    options = list(result["menu_options"])
                    portal = self.entry.data[CONF_VENDOR]
                    mine = [each for each in options if each.startswith(portal)]
                    answer = {"next_step_id": (mine or options)[-1]}
                elif result["type"] is FlowResultType.FORM:
                    answer = self._answers(result["data_schema"])
                else:
                    break
                result = await flows.async_configure(result["flow_id"], answer)
                await self.settle()
            if result["type"] in {FlowResultType.FORM, FlowResultType.MENU}:
                flows.async_abort(result["flow_id"])
        except Exception as error:  # noqa: BLE001  # whatever it is, it is looked at
            self.errors.append(error)
        await self.settle()

    def _answers(self, schema: Any) -> dict[str, Any]:
        """Return answers to a form: what is known by name, else what it suggests."""
        answers: dict[str, Any] = {}
        for marker, kind in (schema.schema if schema is not None else {}).items():
            name = str(marker)
            if (inner := getattr(kind, "schema", None)) is not None and hasattr(
                inner, "schema"
            ):
                answers[name] = self._answers(inner)
            elif name == "years":
                answers[name] = 0
            elif name in self.facts and isinstance(self.facts[name], str):
                answers[name] = self.facts[name]
            elif callable(default := getattr(marker, "default", None)):
                with suppress(Exception):
                    answers[name] = default()
        return {name: value for name, value in answers.items() if value is not None}

    # --- actions

    async def take_actions(self) -> None:
        """Call every action, with all of its fields and with the account alone."""
        for name in sorted(self.hass.services.async_services_for_domain(DOMAIN)):
            fields = (_SERVICES.get(name) or {}).get("fields", {})
            for each in (self._filled(fields), {}):
                data = {**each, "config_entry_id": self.entry.entry_id}
                await self._call(name, data)
                await self._call(name, each)

    async def _call(self, name: str, data: dict[str, Any]) -> None:
        supported = self.hass.services.supports_response(DOMAIN, name)
        answers = supported is not SupportsResponse.NONE
        self.calls += 1
        try:
            await self.hass.services.async_call(
                DOMAIN, name, data, blocking=True, return_response=answers
            )
        except Exception as error:  # noqa: BLE001  # whatever it is, it is looked at
            self.errors.append(error)
        await self.settle()

    def _filled(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return something for every field."""
        found: dict[str, Any] = {}
        for name, field in fields.items():
            if inner := field.get("fields"):
                found |= self._filled(inner)
                continue
            ((kind, about),) = field["selector"].items()
            value = self._value(kind, about or {})
            if value is not None:
                found[name] = value
        return found

    def _value(self, kind: str, about: dict[str, Any]) -> Any:
        """Return something that a selector takes."""
        match kind:
            case "device":
                devices = dr.async_entries_for_config_entry(
                    dr.async_get(self.hass), self.entry.entry_id
                )
                return devices[0].id if devices else None
            case "number":
                return about.get("min", 1)
            case "select":
                first = about["options"][0]
                return first if isinstance(first, str) else first["value"]
            case "boolean":
                return True
            case "datetime":
                return NOW.isoformat()
            case "date":
                return NOW.date().isoformat()
            case "text":
                return "some words"
        return None

    # --- repairs and entities

    async def take_repairs(self) -> None:
        """Take every choice of every repair that offers one."""
        for domain, issue_id in list(ir.async_get(self.hass).issues):
            if domain != DOMAIN:
                continue
            try:
                flow = await async_create_fix_flow(self.hass, issue_id, None)
                flow.hass, flow.issue_id, flow.data = self.hass, issue_id, None
                shown = await flow.async_step_init()
                for option in shown.get("menu_options", ["confirm"]):
                    await getattr(flow, f"async_step_{option}")({})
            except Exception as error:  # noqa: BLE001  # whatever it is
                self.errors.append(error)
            await self.settle()

    async def press(self) -> None:
        """Press every button."""
        entities = er.async_entries_for_config_entry(
            er.async_get(self.hass), self.entry.entry_id
        )
        for each in entities:
            if each.domain != "button" or each.disabled_by is not None:
                continue
            try:
                await self.hass.services.async_call(
                    "button", "press", {"entity_id": each.entity_id}, blocking=True
                )
            except Exception as error:  # noqa: BLE001  # whatever it is
                self.errors.append(error)
            await self.settle()

    async def look(self) -> None:
        """Have everything fetched."""
        if hasattr(self.entry, "runtime_data"):
            for each in self.entry.runtime_data.coordinators:
                await each.async_look_again()
        await self.settle()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("account", ACCOUNTS)
async def test_no_secret_shows(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    sandbox: Sandbox,
    hass_storage: dict[str, Any],
    account: str,
) -> None:
    await prepare(hass, account, sandbox)
    entry = add(hass, sandbox, account, "home")
    key = entry.data[CONF_VENDOR]
    portal: PortalSandbox = sandbox.portals[key]
    facts: dict[str, Any] = dict(portal.facts(f"{sandbox.address}/{key}"))
    secrets = Secrets(entry, facts)
    sandbox.observers.append(secrets)
    log = Log()
    logging.getLogger().addHandler(log)
    for name in ("custom_components", "homeassistant"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    wrong: set[str] = set()

    async def check(when: str) -> None:
        found = await places(hass, entry, hass_storage)
        found["log"] = "\n".join(log.lines)
        found["what was raised"] = of_errors(person.errors)
        found["addresses"] = "\n".join(secrets.urls)
        wrong.update(f"{when}: {each}" for each in secrets.shown(found))
        log.lines.clear()
        person.errors.clear()

    try:
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        person = Person(hass, freezer, entry, facts)
        await check("set-up")
        for step in (person.take_flows, person.take_actions, person.press):
            await step()
            await check(step.__name__)
        await person.wait(timedelta(hours=25))
        await check("a day later")
        assert secrets.known
        said = " ".join(sorted(secrets.kept))
        for number, fault in enumerate(_hostile(said)):
            portal.fail("*", fault)
            await person.look()
            # All of it takes its time: each in its turn.
            turns = (
                person.take_flows,
                person.take_actions,
                person.press,
                person.take_repairs,
            )
            await turns[number % len(turns)]()
            await person.wait(timedelta(minutes=61))
            await check(f"{fault.kind} {fault.status}")
            portal.heal()
        await hass.config_entries.async_reload(entry.entry_id)
        await person.settle()
        await check("set up again")
        await hass.config_entries.async_unload(entry.entry_id)
        await person.settle()
        await check("at the end")
    finally:
        logging.getLogger().removeHandler(log)
        for name in ("custom_components", "homeassistant"):
            logging.getLogger(name).setLevel(logging.WARNING)
    assert person.calls > 50
    assert not wrong, "\n".join(sorted(wrong))
