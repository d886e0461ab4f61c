"""Numbers, with what is said of them wherever it is said."""

from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.reads import Answers

# Each number with what it is in its own unit, and in another.
NUMBERS: dict[str, tuple[float, str, float, str]] = {
    "projectValue": (24_512.25, "EUR", 2_451_225, "cent"),
    "heatedLivingAreaM2": (120.5, "m²", 120.5, "m2"),
    "buildingHeatLoadKw": (8.4, "kW", 8.4, "kW"),
    "consumptionBasedHeatload": (8.1, "kW", 8100, "W"),
    "avgHeatload": (7.9, "kW", 0.0079, "MW"),
    "yearlyEnergyConsumption": (18_200.5, "kWh", 18.2005, "MWh"),
    "averageEnergyConsumptionLast3Years": (18_500.5, "kWh", 18_500_500, "Wh"),
}
ATTRIBUTES = {each.encode_name: each.name for each in msgspec.structs.fields(Project)}


def _read(told: dict[str, Any]) -> tuple[Project, dict[str, int]]:
    """Read a project with these members, and return what was refused of it."""
    answers = Answers()
    body = msgspec.json.encode({"id": "p", "name": "N", **told})
    project = answers.one("project", body, Project)
    assert project.name == "N"
    return project, dict(answers.refused)


def _number(name: str, told: dict[str, Any]) -> tuple[float | None, dict[str, int]]:
    """Read a number."""
    project, refused = _read(told)
    return getattr(project, ATTRIBUTES[name]), refused


def _ways(name: str, number: float, unit: str) -> list[dict[str, Any]]:
    """Return the ways to say a number and its unit."""
    german = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    if float(f"{number:.2f}") != number:
        german = f"{number}".replace(".", ",")
    return [
        {name: {"value": number, "unit": unit}},
        {name: {"Amount": f"{number}", "unitType": unit, "label": "x"}},
        {name: {"value": german, "UOM": unit}},
        {name: f"{german} {unit}"},
        {name: f"{number}{unit}"},
        {name: number, f"{name}Unit": unit},
        {f"{name}_unit": unit, name: f"{number}"},
        {"units": {name: unit}, name: number},
        {name: number, "unit": unit},
        {name.upper(): number, "unit": unit},
        {"".join(f"_{c}" if c.isupper() else c for c in name): number, "unit": unit},
    ]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_with_its_unit(name: str) -> None:
    number, unit, other, other_unit = NUMBERS[name]
    ways = [*_ways(name, number, unit), *_ways(name, other, other_unit)]
    for told in ways:
        assert _number(name, told) == (pytest.approx(number), {}), told


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_with_another_unit(name: str) -> None:
    number, unit, *_ = NUMBERS[name]
    for wrong in ("blip", "CHF", "l/h", "%"):
        for told in _ways(name, number, wrong):
            assert _number(name, told) == (None, {f"project.{name}": 1}), told
    contradiction = {name: {"value": number, "unit": unit}, f"{name}Unit": "blip"}
    assert _number(name, contradiction)[0] is None


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "beside",
    [
        *({word: 2} for word in ("decimals", "scale", "exponent", "powerOfTen")),
        *({word: "invalid"} for word in ("quality", "validity", "error")),
        *({word: True} for word in ("isEstimated", "preliminary", "isMissing")),
        *({word: -1} for word in ("multiplier", "factor")),
        {"isValid": False},
        {"unitSystem": "imperial"},
        {"unit": 7},
    ],
)
def test_what_is_said_of_a_number_and_not_understood(
    name: str, beside: dict[str, Any]
) -> None:
    number = NUMBERS[name][0]
    assert _number(name, {name: number, **beside}) == (None, {f"project.{name}": 1})
    inside = {"value": number, "unit": NUMBERS[name][1], **beside}
    assert _number(name, {name: inside})[0] is None


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "beside",
    [
        *({word: 0} for word in ("decimals", "exponent")),
        *({word: None} for word in ("unit", "currency", "quality", "multiplier")),
        *({word: "ok"} for word in ("quality", "validity")),
        {"isEstimated": False, "isValid": True, "unitSystem": "metric", "error": ""},
        {"multiplier": 1, "minorUnits": False, "year": 2026, "days": 3, "count": 9},
    ],
)
def test_what_leaves_a_number_as_it_is(name: str, beside: dict[str, Any]) -> None:
    number = NUMBERS[name][0]
    assert _number(name, {name: number, **beside}) == (number, {})


def test_multipliers_and_minor_units() -> None:
    for told in (
        {"projectValue": 24.51225, "multiplier": 1000},
        {"projectValue": 2_451_225, "minorUnits": True},
        {"projectValue": 2_451_225, "currency": "EUR", "inMinorUnits": True},
        {"projectValue": {"value": 2_451_225, "currency": "EUR", "minor": True}},
        {"projectValue": {"amount": "24.512,25", "currencyCode": "EUR"}},
        {"projectValueCents": 2_451_225},
        {"projectValueEUR": 24_512.25},
        {"project_value_cents": 2_451_225, "projectValue": 24_512.25},
    ):
        value = _number("projectValue", told)
        assert value == (pytest.approx(24_512.25), {}), told
    for told in (
        {"projectValue": 2_451_225, "minorUnits": 2},
        {"projectValue": 2_451_225, "unit": "cent", "minor": True},
        {"projectValueCents": 2_451_225, "projectValue": 2_451_225},
        {"projectValue": {"value": 1, "amount": 2}},
        {"projectValue": {}},
        {"projectValue": [24_512.25]},
        {"projectValue": 24_512.25, "currency": "CHF"},
        {"projectValue": 24_512.25, "ProjectValue": 24_512},
    ):
        assert _number("projectValue", told) == (None, {"project.projectValue": 1}), (
            told
        )


def test_units_in_keys() -> None:
    """A unit that a documented key has is told by another key only if it has one."""
    assert _number("buildingHeatLoadKw", {"buildingHeatLoadW": 8400}) == (8.4, {})
    told: dict[str, Any] = {"buildingHeatLoad": {"value": 8400, "unit": "W"}}
    assert _number("buildingHeatLoadKw", told) == (8.4, {})
    assert _number("buildingHeatLoadKw", {"buildingHeatLoad": 8.4})[0] is None
    told = {"buildingHeatLoadKw": {"value": 8400, "unit": "W"}}
    assert _number("buildingHeatLoadKw", told)[0] is None
    assert _number("heatedLivingAreaM2", {"heatedLivingArea": "120 m²"}) == (120, {})


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("projectValue", (0, -500, 10**9), (10**9 + 1, -(10**10), 10**400)),
        ("numberOfResidents", (0, 3, 3.0, "3"), (-1, 2.5, "2,5", 10**6, "3 kW", 2**60)),
        ("numberOfFloors", (0, 2), (-1, 2.5, 201)),
        ("heatedLivingAreaM2", (0, 120.5), (-1, 10**7)),
        ("buildingHeatLoadKw", (0, 8.4, 100_000), (-0.1, 100_001)),
        ("yearlyEnergyConsumption", (0, 18_200), (-1, 1e13)),
    ],
)
def test_bounds(name: str, right: tuple[Any, ...], wrong: tuple[Any, ...]) -> None:
    for value in right:
        assert _number(name, {name: value}) == (float(value), {})
    for value in wrong:
        assert _number(name, {name: value}) == (None, {f"project.{name}": 1}), value
