"""Rows read member by member: circuits, words, and what is none of these."""

from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.autarc.models import (
    HeatingCircuit,
    Project,
    Room,
)
from custom_components.energy_portals.portals.autarc.reads import Answers


def _read(told: dict[str, Any]) -> tuple[Project, dict[str, int]]:
    """Read a project with these members, and return what was refused of it."""
    answers = Answers()
    body = msgspec.json.encode({"id": "p", "name": "N", **told})
    project = answers.one("project", body, Project)
    assert project.name == "N"
    return project, dict(answers.refused)


@pytest.mark.parametrize(
    "value", [-51, 151, "warm", "131 K", True, [55], {"value": "x"}]
)
def test_no_temperatures(value: Any) -> None:
    project, refused = _read({"heatingCircuits": [{"flowTemperature": value}]})
    assert project.heating_circuits == (HeatingCircuit(),)
    assert refused == {"project.heatingCircuits.flowTemperature": 1}


@pytest.mark.parametrize(
    "value", [55, "55", "55,0", "55 °C", "131 °F", {"value": 328.15, "unit": "K"}]
)
def test_temperatures(value: Any) -> None:
    project, refused = _read({"heatingCircuits": [{"flowTemperature": value}]})
    assert project.heating_circuits == (HeatingCircuit(flow_temperature=55),)
    assert not refused


# --- circuits


def test_one_object_is_one_circuit() -> None:
    circuit = {"name": "Heizkreis 1", "flowTemperature": 55, "index": 1}
    one, refused = _read({"heatingCircuits": circuit})
    many, _ = _read({"heatingCircuits": [circuit]})
    assert one == many
    assert not refused
    sizing = {"bivalencePoint": -7}
    assert _read({"heatPumpSizing": sizing}) == _read({"heatPumpSizing": [sizing]})


@pytest.mark.parametrize(
    "value",
    [{}, {"error": "x"}, "none", 0, True, [None], [5, "x"], {"a": {"index": 1}}],
)
def test_what_is_no_list_of_circuits(value: Any) -> None:
    project, refused = _read({"heatingCircuits": value})
    assert project.heating_circuits is None
    assert refused["project.heatingCircuits"]


def test_no_circuits_are_none() -> None:
    assert _read({"heatingCircuits": []})[0].heating_circuits == ()
    assert _read({"heatingCircuits": None})[0].heating_circuits is None


def test_a_circuit_keeps_its_place() -> None:
    project, refused = _read({"heatingCircuits": [None, {"flowTemperature": 35}]})
    assert project.heating_circuits == (HeatingCircuit(flow_temperature=35, index=2),)
    assert refused == {"project.heatingCircuits": 1}


def test_two_circuits_of_one_number() -> None:
    """The later does not take the place of the earlier."""
    first, second = ({"index": 1, "flowTemperature": each} for each in (35, 55))
    third = {"index": 2, "flowTemperature": 40}
    project, refused = _read({"heatingCircuits": [first, second, third]})
    assert project.heating_circuits == (HeatingCircuit(flow_temperature=40, index=2),)
    assert refused == {"project.heatingCircuits.index": 1}
    project, refused = _read({"heatingCircuits": [first, first]})
    assert len(project.heating_circuits or ()) == 1
    assert not refused


# --- the rest


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"status": "onHold"}, "onHold"),
        ({"status": "IN_PROGRESS"}, "inProgress"),
        ({"Status": "completed"}, "completed"),
        ({"status": 5}, None),
        ({"status": "completed", "STATUS": "archived"}, None),
    ],
)
def test_words(told: dict[str, Any], status: str | None) -> None:
    assert _read(told)[0].status == status


def test_feasibility_that_is_told_in_two_ways() -> None:
    told = {"technicalFeasibilityAssesment": "feasible"}
    other = {"technicalFeasibilityAssessment": "notFeasible"}
    assert _read({**told, **other})[0].feasibility is None
    assert _read(told)[0].feasibility == "feasible"


def test_a_room() -> None:
    body = msgspec.json.encode([{"id": "r", "temperature": "68 °F", "floor": 1}])
    answers = Answers()
    (room,) = answers.many("rooms", body, Room)
    assert room == Room(id="r", temperature=20)
    assert answers.refused == {"rooms.floor": 1}
