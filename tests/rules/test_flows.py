"""Config flows: every step, field, error and reason has its words, and no other has.

What the code uses is read from the code, so that a step counts before any test runs
through it.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

from homeassistant.config_entries import ConfigFlow, ConfigSubentryFlow, OptionsFlow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.questions import QuestionFlow
from custom_components.energy_portals.config_flow import (
    EnergyPortalsConfigFlow,
    EnergyPortalsOptionsFlow,
)
from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.portals.questions import AnyQuestion, Shown
from tests.rules.calls import Call, Members, assigned_to, calls
from tests.rules.source import (
    FACES,
    MODULES,
    PACKAGE,
    PORTALS,
    error_kinds,
    placeholders,
    strings,
)
from tests.rules.test_exceptions import questions


def _of_flows(name: str) -> Iterator[Call]:
    """Yield the calls of flows' steps; `test_question` holds questions to theirs."""
    return (call for call in calls(name) if call.place.owner != QuestionFlow.__name__)


FORMS: Final = tuple(_of_flows("async_show_form"))
MENUS: Final = tuple(_of_flows("async_show_menu"))
OTHER_STEPS: Final = tuple(calls("async_show_progress", "async_external_step"))

# Home Assistant words these itself; own words for them do no harm.
COMMON_REASONS: Final = frozenset({"reauth_successful", "reconfigure_successful"})


def _flow(call: Call) -> type[Any]:
    """Return the flow whose step makes a call."""
    assert call.place.owner is not None, f"{call} is in no flow"
    found: type[Any] = getattr(call.place.module.module, call.place.owner)
    return found


def _subentries() -> dict[str, type[Any]]:
    """Return the flows of all that can be set up beneath accounts, by type."""
    found: dict[str, type[Any]] = {}
    for portal in PORTALS:
        entry = MockConfigEntry(domain=DOMAIN, data={CONF_VENDOR: portal})
        kinds = EnergyPortalsConfigFlow.async_get_supported_subentry_types(entry)
        assert not found.keys() & kinds.keys()
        found |= kinds
    return found


def _words(call: Call) -> Any:
    """Return the translations of the flow whose step makes a call."""
    flow = _flow(call)
    if issubclass(flow, ConfigSubentryFlow):
        (kind,) = (key for key, each in _subentries().items() if each is flow)
        return strings()["config_subentries"][kind]
    return strings()["options" if issubclass(flow, OptionsFlow) else "config"]


def _has_step(call: Call, step_id: str) -> bool:
    """Say whether the flow that is put together from this one's class has a step."""
    whole = (EnergyPortalsConfigFlow, EnergyPortalsOptionsFlow, _flow(call))
    return any(
        issubclass(each, _flow(call)) and hasattr(each, f"async_step_{step_id}")
        for each in whole
    )


def _steps(*shown: Call) -> Iterator[tuple[Call, str]]:
    """Return every step that is shown, with the call that shows it."""
    for call in shown:
        step = call.argument("step_id")
        assert step is not None, f"{call} names no step"
        for step_id in step.values():
            yield call, step_id


def _shown(*shown: Call) -> pytest.MarkDecorator:
    """Run a test for every step that is shown."""
    steps = list(_steps(*shown))
    names = [step_id for _, step_id in steps]
    return pytest.mark.parametrize(("call", "step_id"), steps, ids=names)


@_shown(*FORMS)
def test_form(call: Call, step_id: str) -> None:
    """A form has words for its fields and its sections' fields, and for no others."""
    schema = call.argument("data_schema")
    fields: Members = {} if schema is None else schema.members()
    words = _words(call)["step"][step_id]
    plain = {name for name, inner in fields.items() if inner is None}
    sections = {name: inner for name, inner in fields.items() if inner is not None}
    assert set(words.get("data", {})) == plain
    assert set(words.get("data_description", {})) == plain
    assert set(words.get("sections", {})) == set(sections)
    for name, inner in sections.items():
        assert set(words["sections"][name].get("data", {})) == set(inner)
        assert set(words["sections"][name].get("data_description", {})) == set(inner)
    assert "menu_options" not in words


@_shown(*MENUS)
def test_menu(call: Call, step_id: str) -> None:
    """A menu has words for its choices and for no others, and each is a step."""
    options = call.argument("menu_options")
    assert options is not None
    offered = {each for choices in options.values() for each in choices}
    words = _words(call)["step"][step_id]
    assert set(words["menu_options"]) == offered
    if "menu_option_descriptions" in words:
        assert set(words["menu_option_descriptions"]) == offered
    assert not {"data", "data_description", "sections"} & set(words)
    for option in offered:
        assert _has_step(call, option)


@_shown(*FORMS, *MENUS, *OTHER_STEPS)
def test_placeholders(call: Call, step_id: str) -> None:
    """A step's words use what the code passes, and the code passes nothing else."""
    used = placeholders(_words(call)["step"][step_id])
    passed = call.keys("description_placeholders")
    # Home Assistant itself adds the entry's title, as `name`, to a reauthentication.
    assert used - {"name"} == passed - {"name"}


@pytest.mark.parametrize("call", [*FORMS, *MENUS, *OTHER_STEPS], ids=str)
def test_step_exists(call: Call) -> None:
    """A step that is shown can be answered."""
    for _, step_id in _steps(call):
        assert _has_step(call, step_id)


def test_no_other_steps() -> None:
    """No step has words that is never shown."""
    shown: dict[int, set[str]] = {}
    for call, step_id in _steps(*FORMS, *MENUS, *OTHER_STEPS):
        shown.setdefault(id(_words(call)), set()).add(step_id)
    # A base class of Home Assistant's may show steps of its own.
    inherited = {
        name.removeprefix("async_step_")
        for base in EnergyPortalsConfigFlow.__mro__
        if not base.__module__.startswith(PACKAGE)
        for name in vars(base)
    }
    flows = [strings()["config"], *filter(None, [strings().get("options")])]
    flows += strings().get("config_subentries", {}).values()
    for words in flows:
        assert set(words["step"]) - inherited <= shown[id(words)]


def _errors(of: type[Any]) -> set[str]:
    """Return the keys of the errors that the forms of a sort of flow can show."""
    keys: set[str] = set()
    if issubclass(ConfigFlow, of):
        keys |= {
            kind.key
            for kind in error_kinds()
            # The recorder's is of no form.
            if kind.__module__.startswith(f"{PACKAGE}.portals.")
        }
        for call in calls("InvalidInput"):
            if call.place.module.is_flow and (key := call.argument("key", 0)):
                if not _is_of_subentry(call):
                    keys |= set(key.values())
    for place in assigned_to("errors"):
        assert place.owner is not None
        # An error's own `key` is one of those above.
        if not str(place).endswith(".key"):
            owner = getattr(place.module.module, place.owner)
            if issubclass(owner, of) or issubclass(of, owner):
                keys |= set(place.values())
    return keys


def _is_of_subentry(call: Call) -> bool:
    """Say whether a call stands in the flow of a subentry."""
    return call.place.owner is not None and issubclass(_flow(call), ConfigSubentryFlow)


def _read_by(flow: type[Any]) -> set[str]:
    """Return the errors of what a subentry's flow has its data read by."""
    (module,) = (each for each in MODULES if each.name == flow.__module__)
    read_by = {name.rpartition(".")[0] for name in module.imports()}
    for each in MODULES:
        if each.name in set(read_by) and each.portal == module.portal:
            read_by |= {name.rpartition(".")[0] for name in each.imports()}
    keys: set[str] = set()
    for call in calls("InvalidInput"):
        of = call.place.module
        if of.name in read_by and not of.is_face and (key := call.argument("key", 0)):
            keys |= set(key.values())
    return keys


def test_errors_and_reasons_of_subentries() -> None:
    """Every error and reason of a subentry's flow has words, and no other has."""
    portal = {
        kind.key
        for kind in error_kinds()
        if kind.__module__.startswith(f"{PACKAGE}.portals.")
    }
    for kind, flow in _subentries().items():
        errors, reasons = set(portal), {*portal, "already_configured"}
        for call in calls("InvalidInput"):
            if _is_of_subentry(call) and _flow(call) is flow:
                key = call.argument("key", 0)
                assert key is not None
                errors |= set(key.values())
        errors |= _read_by(flow)
        for call in calls("async_abort"):
            reason = call.argument("reason", 0)
            if _is_of_subentry(call) and _flow(call) is flow:
                assert reason is not None
                if str(reason) != "err.key":
                    reasons |= set(reason.values())
        words = strings()["config_subentries"][kind]
        assert set(words["error"]) == errors
        assert set(words["abort"]) - COMMON_REASONS == reasons


def test_errors() -> None:
    """Every error that a form can show has words, and no other has."""
    assert set(strings()["config"]["error"]) == _errors(ConfigFlow)
    assert set(strings()["options"]["error"]) == _errors(OptionsFlow)
    assert not placeholders(strings()["config"]["error"])


@pytest.mark.parametrize("question", questions(), ids=lambda each: each.key)
def test_question(question: AnyQuestion) -> None:
    """Its dialog has words for all that it shows, and for nothing else."""
    words = strings()["issues"][question.key]["fix_flow"]
    assert set(words["step"]) == {question.shown}
    step = words["step"][question.shown]
    fields = {"choice"} if question.shown is Shown.SELECT else set()
    assert set(step.get("data", {})) == set(step.get("data_description", {})) == fields
    options = question.choices if question.shown is Shown.MENU else ()
    assert set(step.get("menu_options", {})) == set(options)
    if question.shown is Shown.CONFIRM:
        assert set(question.choices) == {Shown.CONFIRM}
    assert placeholders(step) <= question.says
    # What is decided of the history alone cannot fail at the portal.
    assert set(words.get("error", {})) == (set() if question.reloads else {"failed"})
    passes = {"no_longer_asked"} if question.passes else set()
    assert set(words["abort"]) == {"account_not_loaded", *passes}
    assert not placeholders(words["abort"])


def test_every_error_has_a_key_of_its_own() -> None:
    """The bare base class, whose key has no words, is never raised."""
    assert not list(calls("PortalError"))
    assert all("key" in vars(kind) for kind in error_kinds())


def _reasons(of: type[Any]) -> Iterator[tuple[str, set[str]]]:
    """Return the reasons for which a sort of flow ends, with the placeholders."""
    for call in calls("async_abort", "AbortFlow"):
        if not issubclass(_flow(call), of) and not issubclass(of, _flow(call)):
            continue
        reason = call.argument("reason", 0)
        assert reason is not None
        for each in reason.values():
            yield each, call.keys("description_placeholders")
    for name, argument, default in (
        ("_abort_if_unique_id_configured", "error", "already_configured"),
        ("_async_abort_entries_match", "", "already_configured"),
        ("_abort_if_unique_id_mismatch", "reason", "unique_id_mismatch"),
        ("async_update_reload_and_abort", "reason", ""),
        ("async_update_and_abort", "reason", ""),
    ):
        if of is not ConfigFlow:
            continue
        for call in calls(name):
            reason = call.argument(argument)
            for each in [default] if reason is None else reason.values():
                yield each, call.keys("description_placeholders")


def test_abort_reasons() -> None:
    """Every reason to end a flow has words with what is passed, and no other has."""
    reasons = {reason: passed for reason, passed in _reasons(ConfigFlow) if reason}
    words = strings()["config"].get("abort", {})
    assert set(words) - COMMON_REASONS == set(reasons) - COMMON_REASONS
    for reason, passed in reasons.items():
        assert placeholders(words[reason]) == passed


def test_one_flow() -> None:
    """All portals' steps are in the one flow of the integration."""
    assert issubclass(EnergyPortalsConfigFlow, ConfigFlow)
    for call in (*FORMS, *MENUS):
        if issubclass(_flow(call), ConfigFlow):
            assert issubclass(EnergyPortalsConfigFlow, _flow(call)), str(call)


@pytest.mark.parametrize(
    "steps",
    [
        [face.flow for face in FACES.values()],
        [face.options for face in FACES.values() if face.options is not None],
    ],
)
def test_portals_do_not_share_names(steps: list[type[Any]]) -> None:
    """Their steps are put together into one class, where one would hide another's."""
    own = [{*vars(each), *vars(each).get("__annotations__", ())} for each in steps]
    for one, other in combinations(own, 2):
        shared = {name for name in one & other if not name.startswith("__")}
        assert not shared - {"_abc_impl"}
