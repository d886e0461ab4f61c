"""Actions: what is registered is described, in form, in words and with an icon."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant, Service
from homeassistant.helpers import config_validation as cv, selector
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces.volue.names import _DEVICE, _KINDS
from custom_components.energy_portals.portals.digiwatt.history import _key
from custom_components.energy_portals.portals.digiwatt.models import Appliance
from custom_components.energy_portals.portals.model.demand import Shape
from custom_components.energy_portals.portals.model.horizon import Objective
from custom_components.energy_portals.portals.model.ledger import SAVED
from custom_components.energy_portals.portals.planner.savings_history import (
    AT_ONCE,
    PAID,
)
from custom_components.energy_portals.services.action import AnyAction, Fields
from custom_components.energy_portals.services.call import NAMED
from custom_components.energy_portals.services.running import fields_of
from custom_components.energy_portals.services.standard import ACTIONS
from custom_components.energy_portals.services.windows import OBJECTIVES, SHAPES
from tests.docs.pages import DOCS
from tests.rules import test_automations as automations
from tests.rules.calls import Unreadable, calls
from tests.rules.source import FACES, INTEGRATION, PORTALS, read_json, strings
from tests.rules.test_strings import slug

SERVICES: Final = load_yaml_dict(str(INTEGRATION / "services.yaml"))


def _fields(action: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an action, those inside sections as well."""
    found: dict[str, Any] = {}
    for name, field in action.get("fields", {}).items():
        found |= field.get("fields", {name: field})
    return found


FIELDS: Final = [
    (action, name, field)
    for action, described in SERVICES.items()
    for name, field in _fields(described or {}).items()
]
NAMES: Final = [f"{action}-{name}" for action, name, _ in FIELDS]


def _given(value: Any) -> Any:
    """Take anything but nothing."""
    if value is None:
        raise vol.Invalid("empty")
    return value


_FIELD: Final = {
    vol.Optional("example"): _given,
    vol.Optional("default"): _given,
    vol.Optional("required"): bool,
    vol.Required("selector"): selector.validate_selector,
    vol.Optional("filter"): dict,
}
_SECTION: Final = {
    vol.Optional("collapsed"): bool,
    vol.Required("fields"): {slug: _FIELD},
}
# A key with a dot in front, an anchor, is for Home Assistant's own integrations.
SCHEMA: Final = vol.Schema(
    {
        slug: {
            vol.Optional("target"): vol.Any(
                selector.TargetSelector.CONFIG_SCHEMA, None
            ),
            vol.Optional("fields"): {slug: vol.Any(_FIELD, _SECTION)},
        }
    }
)


@pytest.fixture
async def registered(hass: HomeAssistant) -> Mapping[str, Service]:
    """Return the actions that exist once the integration is set up."""
    assert await async_setup_component(hass, DOMAIN, {})
    return hass.services.async_services_for_domain(DOMAIN)


@cache
def _taken() -> Mapping[str, Fields]:
    """Return the fields that each action takes, by their markers."""
    by_name: dict[str, list[AnyAction]] = {}
    own = (face.actions() for face in FACES.values())
    for action in chain(ACTIONS, *own):
        by_name.setdefault(action.name, []).append(action)
    return {name: {**NAMED, **fields_of(alike)} for name, alike in by_name.items()}


def test_form() -> None:
    """services.yaml has known keys, and selectors that Home Assistant knows."""
    SCHEMA(SERVICES)


def test_described(registered: Mapping[str, Service]) -> None:
    """Every action that is registered is described, named and has an icon."""
    assert set(SERVICES) == set(registered)
    assert set(strings()["services"]) == set(registered)
    assert set(read_json("icons.json")["services"]) == set(registered)


def test_names_are_unique() -> None:
    """No two actions have one name, unless portals have it in common."""
    own = {
        key: [action.name for action in each.actions()] for key, each in FACES.items()
    }
    for names in own.values():
        assert len(names) == len(set(names))
    names = [*{name for each in own.values() for name in each}]
    names += [action.name for action in ACTIONS]
    assert len(names) == len(set(names))


def test_shared_actions_are_alike() -> None:
    """Portals that have an action in common offer it in the same way."""
    by_name: dict[str, list[AnyAction]] = {}
    for face in FACES.values():
        for action in face.actions():
            by_name.setdefault(action.name, []).append(action)
    for name, alike in by_name.items():
        assert len({(each.response, each.admin) for each in alike}) == 1, name
        kinds = {}
        for each in alike:
            for marker in each.fields:
                assert kinds.setdefault(str(marker), type(marker)) is type(marker)


def test_changes_are_shown() -> None:
    """What shows the effect of an action is a feed of the portal's own."""
    for key, face in FACES.items():
        for action in face.actions():
            assert {feed.key for feed in action.changes} <= {
                feed.key for feed in PORTALS[key].feeds
            }


def test_fields() -> None:
    """An action takes the fields that are described, and demands those that must be."""
    assert _taken().keys() == SERVICES.keys()
    for name, fields in _taken().items():
        described = _fields(SERVICES[name])
        ignored = cv.ENTITY_SERVICE_FIELDS if "target" in SERVICES[name] else ()
        markers = {
            str(marker): marker for marker in fields if str(marker) not in ignored
        }
        assert set(described) == set(markers), name
        for field, marker in markers.items():
            required = isinstance(marker, vol.Required)
            assert described[field].get("required", False) is required, (name, field)
            if "default" in described[field]:
                assert described[field]["default"] == marker.default()


def test_documented() -> None:
    """The documentation has each action, and names no others."""
    page = (DOCS / "reference" / "actions.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^### `(\w+)`$", page, re.MULTILINE)) == sorted(SERVICES)


@pytest.mark.parametrize("action", SERVICES)
def test_words(action: str) -> None:
    """An action has words for its fields and sections, and for no others."""
    words = strings()["services"][action]
    described = SERVICES[action] or {}
    sections = {
        name for name, field in described.get("fields", {}).items() if "fields" in field
    }
    assert set(words.get("fields", {})) == set(_fields(described))
    assert set(words.get("sections", {})) == sections


# The names of statistics: a series may be named that is not offered.
ALSO_WORDED: Final = {
    "ledger_series": [*sorted(map(_key, Appliance)), SAVED, PAID, AT_ONCE]
}


def _selects(field: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return a field's choices, if it offers any."""
    chosen: Mapping[str, Any] | None = field["selector"].get("select")
    return chosen


@pytest.mark.parametrize(("action", "name", "field"), FIELDS, ids=NAMES)
def test_choices(action: str, name: str, field: dict[str, Any]) -> None:
    """What is offered has words and is accepted."""
    if (select := _selects(field)) is None:
        return
    key = select["translation_key"]
    options = list(strings()["selector"][key]["options"])
    # What is offered comes first, where there are words for more.
    assert options == [*select["options"], *ALSO_WORDED.get(key, ())]
    markers = _taken()[action]
    (validator,) = (markers[marker] for marker in markers if str(marker) == name)
    for option in select["options"]:
        vol.Schema(validator)([option] if select.get("multiple") else option)


def test_choices_that_are_defined_elsewhere() -> None:
    """What is named before it is loaded is all that there is."""
    assert [*SHAPES] == [*Shape]
    assert [*OBJECTIVES] == [*Objective]


def _in_forms() -> Iterator[tuple[str, list[str] | None]]:
    """Return the translated choices that the config flow offers."""
    for call in calls("SelectSelectorConfig"):
        if key := call.argument("translation_key"):
            options = call.argument("options")
            for each in key.values():
                try:
                    yield each, None if options is None else options.values()[0]
                except Unreadable:
                    # They are not known before the data is.
                    yield each, None
    for call in calls("ObjectSelectorConfig"):
        if key := call.argument("translation_key"):
            for each in key.values():
                yield each, None


def test_no_other_choices() -> None:
    """Choices have words where they are offered, and no others have."""
    offered = {
        select["translation_key"]
        for _, _, field in FIELDS
        if (select := _selects(field)) is not None
    }
    offered |= {select["translation_key"] for select in automations.selects()}
    for key, options in _in_forms():
        offered.add(key)
        if options is not None:
            assert set(strings()["selector"][key]["options"]) == set(options)
    # What its records are called, which come without a name.
    kinds = {*_KINDS.values(), _DEVICE}
    assert set(strings()["selector"]["volue_name"]["options"]) == kinds
    assert set(strings().get("selector", {})) == {*offered, "volue_name"}
