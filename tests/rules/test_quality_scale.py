"""The ledger of quality-scale rules, held to the rules and to the code."""

from collections.abc import Callable, Mapping
from importlib.resources import files
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigFlow
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.energy_portals.config_flow import EnergyPortalsConfigFlow
from tests.docs.pages import PAGES, headings_of
from tests.rules.source import INTEGRATION, MODULES, ROOT, read_json

BRONZE: Final = [
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow",
    "config-flow-test-coverage",
    "dependency-transparency",
    "docs-actions",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "docs-triggers",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
]
SILVER: Final = [
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
]
GOLD: Final = [
    "devices",
    "diagnostics",
    "discovery",
    "discovery-update-info",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
]
PLATINUM: Final = ["async-dependency", "inject-websession", "strict-typing"]
RULES: Final = (*BRONZE, *SILVER, *GOLD, *PLATINUM)

# What is not met yet. A rule leaves this list when it is met, and none joins it.
TODO: Final[frozenset[str]] = frozenset()

# Where each documentation rule is met: a heading of README.md or of a page in docs/
# has these words.
HEADINGS: Final = {
    "docs-actions": "actions",
    "docs-conditions": "conditions",
    "docs-configuration-parameters": "options",
    "docs-data-update": "data updates",
    "docs-examples": "examples",
    "docs-installation-instructions": "installation",
    "docs-installation-parameters": "set up",
    "docs-known-limitations": "known limitations",
    "docs-removal-instructions": "removal",
    "docs-supported-functions": "supported functions",
    "docs-triggers": "triggers",
    "docs-troubleshooting": "troubleshooting",
    "docs-use-cases": "use cases",
}


# A file or folder, of the project or of the integration.
_NAMED: Final = re.compile(r"(?:[\w.]+/)+\w+(?:\.\w+)?|\bREADME\.md")


def _has_file(name: str) -> Callable[[], bool]:
    return (INTEGRATION / name).is_file


def _has_step(name: str) -> Callable[[], bool]:
    return lambda: hasattr(EnergyPortalsConfigFlow, f"async_step_{name}")


def _is_discovered() -> bool:
    keys = {"bluetooth", "dhcp", "homekit", "mqtt", "ssdp", "usb", "zeroconf"}
    return bool(keys & set(read_json("manifest.json")))


def _has_options() -> bool:
    options = ConfigFlow.async_get_options_flow
    return EnergyPortalsConfigFlow.async_get_options_flow is not options


def _raises_issues() -> bool:
    return any("async_create_issue" in module.text for module in MODULES)


# Rules whose answer the code gives: it applies, and then it is met.
FACTS: Final[Mapping[str, Callable[[], bool]]] = {
    "brands": _has_file("brand/icon.png"),
    "diagnostics": _has_file("diagnostics.py"),
    "discovery": _is_discovered,
    "discovery-update-info": _is_discovered,
    "docs-conditions": _has_file("condition.py"),
    "docs-configuration-parameters": _has_options,
    "docs-triggers": _has_file("trigger.py"),
    "icon-translations": _has_file("icons.json"),
    "integration-owner": lambda: bool(read_json("manifest.json")["codeowners"]),
    "reauthentication-flow": _has_step("reauth"),
    "reconfiguration-flow": _has_step("reconfigure"),
    "repair-issues": _raises_issues,
}


def _ledger() -> dict[str, Any]:
    return load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))


def _status(slug: str) -> str:
    status: str = _ledger()["rules"][slug]["status"]
    return status


def test_rules_are_all_there() -> None:
    """The ledger answers every rule of every tier and no other."""
    assert set(_ledger()) == {"rules"}
    assert list(map(len, (BRONZE, SILVER, GOLD, PLATINUM))) == [20, 10, 21, 3]
    assert sorted(_ledger()["rules"]) == sorted(RULES)


def test_answers_are_valid() -> None:
    """An answer is a status, and says why or where it can be seen."""
    for slug, rule in _ledger()["rules"].items():
        assert set(rule) == {"status", "comment"}, slug
        assert rule["status"] in {"done", "todo", "exempt"}, slug
        assert isinstance(rule["comment"], str) and rule["comment"].strip(), slug


@pytest.mark.parametrize("slug", RULES)
def test_proof_is_there(slug: str) -> None:
    """What is done names what can be read or run, and all that is named is there."""
    rule = _ledger()["rules"][slug]
    named = _NAMED.findall(rule["comment"])
    gone = [
        path
        for path in named
        if not (ROOT / path).exists() and not (INTEGRATION / path).exists()
    ]
    assert not gone
    assert named or rule["status"] == "exempt"


def test_requirements_have_types() -> None:
    """Each of them ships the mark that a type checker looks for."""
    for requirement in read_json("manifest.json")["requirements"]:
        name = re.split(r"[<>=~!]", requirement)[0]
        assert files(name).joinpath("py.typed").is_file(), name


def test_todo_is_what_is_known() -> None:
    """All four tiers are claimed but for what is openly missing."""
    assert {slug for slug in RULES if _status(slug) == "todo"} == TODO


@pytest.mark.parametrize("slug", FACTS)
def test_answer_fits_the_code(slug: str) -> None:
    """A rule is done where the code has the thing, and exempt where it has not."""
    assert _status(slug) == ("done" if FACTS[slug]() else "exempt")


@pytest.mark.parametrize("slug", HEADINGS)
def test_documentation_is_there(slug: str) -> None:
    """A documentation rule that is done has its section in the documentation."""
    headings = [heading.lower() for page in PAGES for heading in headings_of(page)]
    assert _status(slug) == "done"
    assert any(HEADINGS[slug] in heading for heading in headings), headings
