"""A household pays for what it has: what is imported, when, and in which thread."""

from functools import cache
import json
import subprocess
import sys
from typing import Final

import pytest

from custom_components.energy_portals import PLATFORMS
from custom_components.energy_portals.entities import standard
from custom_components.energy_portals.entities.targets import LEVELS
from custom_components.energy_portals.portals.model.price_levels import PriceLevel
from tests.rules.source import FACES, PACKAGE, PORTALS, ROOT, SHARED

# What Home Assistant imports of an integration before any account needs it.
EARLY: Final = (
    "application_credentials",
    "condition",
    "config_flow",
    "diagnostics",
    "intent",
    "llm",
    "repairs",
    "system_health",
    "trigger",
    *PLATFORMS,
)
# How many modules a home with an account of this portal alone imports; the bar of
# the bench is lower. Whoever adds one to every home raises it here.
MOST: Final = {
    "autarc": 123,
    "digiwatt": 155,
    "epilot": 173,
    "esmart": 186,
    "volue": 148,
}
_PRINT: Final = "import sys; print(*sys.modules)"


def _run(*arguments: str) -> str:
    """Return what a process of its own prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
        timeout=120,
    )
    return done.stdout


@cache
def _imported() -> dict[str, dict[str, bool]]:
    """Return what is imported by portal, and whether the event loop waited for it."""
    result: dict[str, dict[str, bool]] = json.loads(
        _run("scripts/imports.py", "--modules", *MOST)
    )
    return result


def _of_portals(names: list[str]) -> list[str]:
    """Return which of these modules are one portal's, and not at hand for all."""
    rooms = tuple(f"{PACKAGE}.{room}.{key}." for room in SHARED for key in FACES)
    light = {f"{PACKAGE}.faces.{key}" for key in FACES}
    return [
        each for each in names if f"{each}.".startswith(rooms) and each not in light
    ]


def test_no_portal_before_it_is_needed() -> None:
    """What Home Assistant imports early imports no portal, nor what it shows."""
    imports = "\n".join(f"import {PACKAGE}.{name}" for name in EARLY)
    names = _run("-c", f"{imports}\n{_PRINT}").split()
    assert f"{PACKAGE}.sensor" in names
    assert not _of_portals(names)


@pytest.mark.parametrize("portal", MOST)
def test_a_home_with_one_portal(portal: str) -> None:
    """Of the portals only its own is imported, and no more than is known to be."""
    names = [*_imported()[portal]]
    others = [
        each
        for each in _of_portals(names)
        if f"{PACKAGE}.portals.{portal}" not in each
        and f"{PACKAGE}.faces.{portal}" not in each
    ]
    assert not others
    assert len(names) <= MOST[portal], "\n".join(names)


@pytest.mark.parametrize("portal", MOST)
def test_the_event_loop_waits_for_no_import(portal: str) -> None:
    """All that an account needs is imported in an executor."""
    assert [
        name for name, is_in_loop in _imported()[portal].items() if is_in_loop
    ] == []


def test_a_tariff_is_imported_where_there_is_one() -> None:
    """Whoever pays the price of the exchange needs none; nobody waits for it."""
    options = '{"contract_prices": {"vat": 25}}'
    told = _run("scripts/imports.py", "--modules", "--options", options, "esmart")
    with_one = json.loads(told)["esmart"]
    tariff = f"{PACKAGE}.portals.model.tariff"
    assert tariff not in _imported()["esmart"]
    assert with_one[tariff] is False
    assert not any(with_one.values())


@pytest.mark.parametrize("name", standard.KINDS)
def test_kinds_are_called_so(name: str) -> None:
    """The tables that a kind's name stands for are about that kind."""
    tables = standard.KINDS[name]().by_platform().values()
    assert {row.source.__name__ for rows in tables for row in rows} == {name}


def test_no_two_kinds_of_one_name() -> None:
    """A kind with tables is the model's, whatever portal yields it."""
    kinds = {
        kind
        for portal in PORTALS.values()
        for feed in portal.feeds
        for kind in feed.kinds
        if kind.__name__ in standard.KINDS
    }
    assert len({kind.__name__ for kind in kinds}) == len(kinds)


def test_levels_are_the_models() -> None:
    """What is named before prices are loaded is all that there is."""
    assert [*LEVELS] == [*PriceLevel]
