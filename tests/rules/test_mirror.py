"""Tests mirror the house: a module's tests are found by its path and name."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.rules.source import MODULES, ROOT, Module, named

TESTS: Final = ROOT / "tests"

# Folders of tests that go through several rooms, or are about something else.
ELSEWHERE: Final = frozenset(
    {"docs", "flows", "journeys", "rules", "sandbox_tests", "scripts", "types"}
)

# What does nothing by itself is tested where a whole account is, a form is filled in or
# an action is called: by file of tests, the modules that fail there when they break.
ON_JOURNEYS: Final[Mapping[str, tuple[str, ...]]] = {
    # Home Assistant signs in and asks for the credentials.
    "faces/autarc/test_flow_oauth.py": (
        "account/oauth.py",
        "application_credentials.py",
    ),
    # Entities need an account that holds what they show.
    "faces/autarc/test_entities_todo.py": ("todo.py",),
    "faces/epilot/test_actions_meters.py": ("portals/epilot/billing_periods.py",),
    "faces/digiwatt/test_entities.py": (
        *("binary_sensor.py", "sensor.py", "entities/entity.py"),
        "entities/standard/green.py",
    ),
    "faces/planner/test_entities_settings.py": (
        *("button.py", "number.py", "switch.py", "time.py", "entities/settings.py"),
    ),
    "faces/volue/test_entities.py": (
        *("entities/standard/caps.py", "entities/standard/incentives.py"),
    ),
    "journeys/history/test_entities.py": ("entities/standard/ledger.py",),
    # A call goes through all of them.
    "faces/digiwatt/test_actions.py": ("services/action.py",),
    "faces/esmart/test_actions_targets.py": ("services/running.py",),
    "journeys/history/test_get_history.py": ("services/history.py",),
    "journeys/planner/test_actions.py": ("services/planning.py", "services/windows.py"),
    # It is spoken to.
    "journeys/assist/test_conversation.py": (
        *("intent.py", "services/answers_loads.py"),
        *("services/asked.py", "services/asking.py"),
    ),
    "journeys/assist/test_llm.py": ("llm.py",),
    "journeys/assist/test_orders.py": ("services/exposed.py", "services/orders.py"),
    "journeys/history/test_meters.py": ("account/counted.py",),
    "journeys/history/test_spent.py": ("services/answers.py",),
    # Home Assistant runs the flow.
    "flows/test_hand_over.py": ("config_flow.py",),
    "faces/home_assistant/test_flow_prices.py": (
        *("faces/home_assistant/adding.py", "faces/home_assistant/offers.py"),
    ),
    # Whatever is read has a site and entities.
    "portals/home_assistant/test_rereading.py": (
        *("portals/home_assistant/entities.py", "portals/home_assistant/sites.py"),
    ),
    # Each request is held to the portal's own documents.
    "journeys/epilot/test_openapi.py": ("portals/epilot/public.py",),
    "portals/volue/test_client_openapi.py": ("portals/volue/messages.py",),
    # What only the user decides is raised and mended.
    "journeys/esmart/test_repairs.py": (
        *("account/questions.py", "account/question_flow.py", "repairs.py"),
    ),
    # Devices come and go.
    "journeys/esmart/test_sites.py": ("account/devices.py",),
    "journeys/planner/test_preview.py": ("frontend/preview.py",),
    "journeys/planner/test_rescheduling.py": ("services/rescheduling.py",),
    # One dialog adds what an account has.
    "history/test_dashboard.py": ("account/dashboard_flow.py",),
    # A browser asks and is told.
    "journeys/planner/test_websocket.py": (
        *("frontend/listing.py", "frontend/telling.py", "frontend/websocket.py"),
    ),
    # The portal is told by itself, and tells.
    "journeys/volue/recorded/test_reports.py": (
        *("account/background.py", "account/looking.py"),
        "portals/volue/automatic_actions.py",
    ),
    "journeys/volue/test_webhook.py": ("account/webhook.py",),
    # Every way to lay time out is held to the best by trial.
    "portals/model/test_planner.py": ("portals/model/search.py",),
    # Every state of small homes is held to what the program finds.
    "portals/optimum/test_milp.py": (
        *("portals/optimum/formulation.py", "portals/optimum/formulation_loads.py"),
        "portals/optimum/program.py",
    ),
    # A plan shows by its life what ran of it.
    "portals/model/test_living.py": ("portals/model/ran.py",),
    "portals/model/test_loads.py": ("portals/model/load_plan.py",),
    "test_init.py": ("account/starting.py",),
    # What is left is restored by what stays.
    "account/test_leaving.py": ("account/left.py",),
    # What is refused is tried again while time goes by.
    "account/test_coordinator.py": ("account/health.py",),
    "journeys/test_refusals.py": ("account/absent.py", "account/login.py"),
}

BY_PATH: Final = {module.path.as_posix(): module for module in MODULES}


def _tests_of(module: Module) -> list[Path]:
    """Return the files of tests that bear a module's path and name."""
    folder = TESTS / module.path.parent
    if module.path.stem == "__init__":
        return sorted(folder.glob("test_*.py"))
    name = f"test_{module.path.stem}"
    return [*folder.glob(f"{name}.py"), *folder.glob(f"{name}_*.py")]


def _only_declares(module: Module) -> bool:
    """Say whether no function of a module does more than keep what it is given."""
    return all(
        node.name == "__init__" or all(isinstance(each, ast.Expr) for each in node.body)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _wholes(module: Module) -> Iterator[Module]:
    """Yield the modules that a module is a part of: client, of client_energy."""
    words = module.path.stem.split("_")
    for count in range(1, len(words)):
        path = module.path.with_stem("_".join(words[:count]))
        if path.as_posix() in BY_PATH:
            yield BY_PATH[path.as_posix()]


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_module_has_its_tests(module: Module) -> None:
    """Beside its own name under that of what it is a part of, or on a journey."""
    journeys = [
        name for name, paths in ON_JOURNEYS.items() if module.path.as_posix() in paths
    ]
    own = _tests_of(module)
    if own or _only_declares(module):
        assert not journeys
        return
    wholes = any(_tests_of(each) for each in _wholes(module))
    assert len(journeys) == (0 if wholes else 1)


def test_journeys_are_there() -> None:
    """What is said to be tested somewhere is not said of a file that is gone."""
    assert all((TESTS / name).is_file() for name in ON_JOURNEYS)
    assert {path for paths in ON_JOURNEYS.values() for path in paths} <= set(BY_PATH)


def _test_files() -> Iterator[Path]:
    """Yield the files of tests that mirror the house."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.relative_to(TESTS).parts[0] not in ELSEWHERE:
            yield path


def test_every_test_has_its_module() -> None:
    """A test whose module was moved or renamed goes with it."""
    mirrored = {path for module in MODULES for path in _mirrored(module)}
    assert not [path for path in _test_files() if path not in mirrored]


def _mirrored(module: Module) -> list[Path]:
    """Return the files of tests of a module, those of a folder by `test_init`."""
    if module.path.stem == "__init__":
        return sorted((TESTS / module.path.parent).glob("test_init*.py"))
    return _tests_of(module)
