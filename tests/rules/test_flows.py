"""Config flows: every step, field, error and reason has its words, and no other has.

What the code uses is read from the code, so that a step counts before any test runs
through it.
"""

from collections.abc import Iterator
from functools import reduce
from itertools import combinations
from operator import getitem
import re
from typing import Any, Final
from unittest.mock import MagicMock

from homeassistant.config_entries import ConfigFlow, ConfigSubentryFlow, OptionsFlow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.dashboard_flow import DashboardFlow
from custom_components.energy_portals.account.question_flow import QuestionFlow
from custom_components.energy_portals.config_flow import EnergyPortalsConfigFlow
from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.faces.forms_paying import PaySteps
from custom_components.energy_portals.faces.steps import AccountFlow
from custom_components.energy_portals.portals.questions import AnyQuestion, Shown
from tests.rules.calls import (
    Call,
    Members,
    Place,
    assigned_to,
    calls,
    flows_of,
    reads_for_its_flow,
)
from tests.rules.source import (
    FACES,
    INTEGRATION,
    MODULES,
    PACKAGE,
    error_kinds,
    placeholders,
    strings,
)
from tests.rules.test_exceptions import questions


def _of_flows(name: str) -> Iterator[Call]:
    """Yield the calls of flows' steps; repairs are held to theirs where they are."""
    own = {each.__name__ for face in FACES.values() for each in face.repairs().values()}
    repairs = {QuestionFlow.__name__, DashboardFlow.__name__, *own}
    return (call for call in calls(name) if call.place.owner not in repairs)


FORMS: Final = tuple(_of_flows("async_show_form"))
MENUS: Final = tuple(_of_flows("async_show_menu"))
OTHER_STEPS: Final = tuple(calls("async_show_progress", "async_external_step"))

# Home Assistant words these itself; own words for them do no harm.
COMMON_REASONS: Final = frozenset({"reauth_successful", "reconfigure_successful"})


# Portals' flows, by where in the translations the words of their steps stand.
FLOWS: Final = [each for face in FACES.values() for each in flows_of(face).items()]
HOSTS: Final = {
    "config": ConfigFlow,
    "options": OptionsFlow,
    "config_subentries": ConfigSubentryFlow,
}


def _flow(call: Call) -> type[Any]:
    """Return the flow whose step makes a call."""
    return _owner(call.place)


def _owner(place: Place) -> type[Any]:
    """Return the flow in which a place is, or that calls the function it is in."""
    caller = place.caller
    assert caller.owner is not None, f"{place} is in no flow"
    owner: type[Any] = getattr(caller.module.module, caller.owner)
    whole = (each for _, each in FLOWS if owner in getattr(each, "parts", ()))
    return next(whole, owner)


def _is_of(flow: type[Any], of: type[Any]) -> bool:
    """Say whether a flow, or what is a base of it, is of a sort of Home Assistant's."""
    taken_over = [HOSTS[words] for (words, *_), each in FLOWS if issubclass(each, flow)]
    return any(
        issubclass(each, of) or issubclass(of, each) for each in taken_over or [flow]
    )


def _subentries() -> dict[str, type[Any]]:
    """Return the flows of all that can be set up beneath accounts, by type."""
    flows: dict[str, type[Any]] = {}
    for portal, face in FACES.items():
        entry = MockConfigEntry(domain=DOMAIN, data={CONF_VENDOR: portal})
        kinds = EnergyPortalsConfigFlow.async_get_supported_subentry_types(entry)
        assert kinds.keys() == face.parts().keys()
        assert not flows.keys() & kinds.keys()
        flows |= {kind: flows_of(face)["config_subentries", kind] for kind in kinds}
    return flows


def _words(call: Call) -> Any:
    """Return the translations of the flow whose step makes a call."""
    flow = _flow(call)
    if flow is EnergyPortalsConfigFlow:
        return strings()["config"]
    (path,) = (path for path, each in FLOWS if each is flow)
    return reduce(getitem, path, strings())


def _step_ids(flow: type[Any]) -> set[str]:
    """Return the steps that a portal's flow offers."""
    return set(flow(MagicMock()).steps)


def _has_step(call: Call, step_id: str) -> bool:
    """Say whether the flow that makes a call has a step."""
    flow = _flow(call)
    if any(each is flow for _, each in FLOWS):
        return step_id in _step_ids(flow)
    # Steps that it hands over are an instance's.
    host = EnergyPortalsConfigFlow() if flow is EnergyPortalsConfigFlow else flow
    return hasattr(host, f"async_step_{step_id}")


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


# What is asked when something is added; the rest is folded up, or an option.
_MOST: Final = 4
# What changes something later has all of it, as options have.
_CHANGES: Final = ("reconfigure", "change")


def _is_static(call: Call) -> bool:
    """Say whether a form has all its fields, and not those of them that are open."""
    schema = call.argument("data_schema")
    return schema is not None and "_form(" not in str(schema)


@_shown(*(call for call in FORMS if _is_static(call)))
def test_few_fields(call: Call, step_id: str) -> None:
    """Whoever adds something answers four questions a step at most."""
    if _is_of(_flow(call), OptionsFlow) or step_id.endswith(_CHANGES):
        return
    schema = call.argument("data_schema")
    fields = {} if schema is None else schema.members()
    plain = [name for name, inner in fields.items() if inner is None]
    # What stands in an open section is asked as well.
    opened = [inner for name, inner in fields.items() if name in _open_sections(call)]
    assert len(plain) + sum(len(inner or {}) for inner in opened) <= _MOST


def _open_sections(call: Call) -> set[str]:
    """Return the sections of a flow's module that are not folded up."""
    one = r'"(\w+)"\): section\((?:(?!section\().)*?"collapsed": False'
    return set(re.findall(one, call.place.module.text, re.DOTALL))


def test_sections_have_no_default() -> None:
    """With one, the frontend leaves all fields empty that are folded up."""
    given = re.compile(r"default=[^)]*\)?\): section\(")
    assert [
        str(path.relative_to(INTEGRATION))
        for path in INTEGRATION.rglob("*.py")
        if given.search(path.read_text(encoding="utf-8"))
    ] == []


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
    assert used - {"name"} <= passed
    spare = passed - used - {"name"}
    if call.argument("errors") is not None:
        spare = spare.difference(*_said_by_errors(_flow(call)).values())
    assert not spare


def _asking_tariffs() -> set[type[Any]]:
    """Return the flows that ask for a tariff."""
    return {_flow(call) for call in calls("checked_tariff", "checked_clock")}


def _tariff_errors() -> set[str]:
    """Return the keys of the errors of tariffs."""
    keys: set[str] = set()
    for call in calls("InvalidTariff"):
        key = call.argument("key", 0)
        assert key is not None
        if not str(key).endswith(".key"):
            keys |= set(key.values())
    return keys


def _said_by_errors(flow: type[Any]) -> dict[str, set[str]]:
    """Return what the errors that a flow alone can show have places for."""
    words = strings()["options" if _is_of(flow, OptionsFlow) else "config"]["error"]
    keys = _tariff_errors() if flow in _asking_tariffs() else set()
    return {key: placeholders(words[key]) for key in keys} | _said_by_its_own(flow)


def _said_by_its_own(flow: type[Any]) -> dict[str, set[str]]:
    """Return what the errors that a flow's own code shows have places for."""
    words = strings()["config"]["error"]
    return {
        key: placeholders(words[key])
        for place in assigned_to("errors")
        if _is_of(flow, ConfigFlow) and _owner(place) is flow
        if not str(place).endswith(".key")
        for key in place.values()
    }


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
        for module in MODULES
        if module.is_flow
        for each in vars(module.module).values()
        if isinstance(each, type) and issubclass(each, ConfigFlow)
        for base in each.__mro__
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
        keys |= _of_parts()
    if any(_is_of(flow, of) for flow in _asking_tariffs()):
        keys |= _tariff_errors()
    for place in assigned_to("errors"):
        # An error's own `key` is one of those above.
        if _is_of(_owner(place), of) and not str(place).endswith(".key"):
            keys |= set(place.values())
    return keys


def _of_parts() -> set[str]:
    """Return the errors of what flows that are made of parts have read for them."""
    keys: set[str] = set()
    for call in calls("InvalidInput"):
        module = call.place.module
        if reads_for_its_flow(module) and not module.is_flow:
            key = call.argument("key", 0)
            assert key is not None
            keys |= set(key.values())
    return keys


def _is_of_subentry(call: Call) -> bool:
    """Say whether a call stands in the flow of a subentry."""
    return call.place.owner is not None and _is_of(_flow(call), ConfigSubentryFlow)


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


def test_placeholders_of_errors() -> None:
    """What an error says is passed by a form of each flow that can show it."""
    said = {
        key
        for host in ("config", "options")
        for key, text in strings()[host]["error"].items()
        if "{" in text
    }
    for flow in {_flow(call) for call in FORMS}:
        passed = set().union(
            *(
                call.keys("description_placeholders")
                for call in FORMS
                if _flow(call) is flow and call.argument("errors") is not None
            )
        )
        for key, names in _said_by_errors(flow).items():
            assert names <= passed, key
            said.discard(key)
    # What every flow can show says nothing of its own.
    assert not said


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
        if not _is_of(_flow(call), of):
            continue
        reason = call.argument("reason", 0)
        assert reason is not None
        for each in reason.values():
            yield each, call.keys("description_placeholders")
    for name, argument, default in (
        ("identify", "", "already_configured"),
        ("abort_if_any_has", "", "already_configured"),
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


def test_what_home_assistant_protects_is_called_in_one_place() -> None:
    """The reasons that come of it are read off the methods that open it."""
    protected = ("_abort_if_unique_id_configured", "_async_abort_entries_match")
    for call in calls(*protected):
        assert _flow(call) is AccountFlow, str(call)


@pytest.mark.parametrize("portal", FACES)
def test_first_steps(portal: str) -> None:
    """The steps are there by which Home Assistant's flows hand over."""
    face = FACES[portal]
    flow = _step_ids(flows_of(face)["config",])
    assert {portal, f"{portal}_reconfigure"} <= flow
    if face.options is not None:
        assert f"{portal}_options" in _step_ids(flows_of(face)["options",])
    for part in face.parts():
        steps = _step_ids(flows_of(face)["config_subentries", part])
        assert "user" in steps
        assert ("reconfigure" in steps) is (part in face.changeable_types)


@pytest.mark.parametrize("portal", FACES)
def test_portals_share_no_bases(portal: str) -> None:
    """A method of one portal's flow can neither hide another's nor take its place."""
    room = f"{PACKAGE}.faces.{portal}."
    for flow in flows_of(FACES[portal]).values():
        assert all(base.__module__.startswith(room) for base in flow.__mro__[:-1])


@pytest.mark.parametrize("words", ["config", "options"])
def test_a_step_is_one_portals(words: str) -> None:
    """The words of all accounts' steps stand together, found by the steps' ids."""
    flows = [each for path, each in FLOWS if path == (words,)]
    # What several ask in the same words is asked by the same code.
    shared = set(PaySteps(MagicMock(), MagicMock()).steps)
    for one, other in combinations(map(_step_ids, flows), 2):
        assert not (one & other) - shared
