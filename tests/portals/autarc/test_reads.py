"""What is understood of answers that are not as documented."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings, strategies as st
import msgspec
import pytest

from custom_components.energy_portals.portals.autarc.models import (
    Customer,
    HeatingCircuit,
    Project,
    Room,
)
from custom_components.energy_portals.portals.autarc.portfolio import (
    ProjectLog,
    ProjectRow,
)
from custom_components.energy_portals.portals.autarc.reads import Answers
from custom_components.energy_portals.portals.autarc.records import as_response
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse


def _project(answers: Answers | None = None, **members: Any) -> Project:
    """Read a project with these members."""
    body = msgspec.json.encode({"id": "p", **members})
    return (answers or Answers()).one("project", body, Project)


def test_only_an_id_is_needed() -> None:
    assert _project() == Project(id="p")
    assert _project().title == "p"


def test_unknown_members_and_words() -> None:
    found = _project(status="onHold", buildingType="castle", windmill={"a": 1})
    assert (found.status, found.building_type) == ("onHold", "castle")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (200, 200.0),
        (200.5, 200.5),
        ("200", 200.0),
        ("-1.5e2", -150.0),
        (0, 0.0),
        (None, None),
    ],
)
def test_numbers(given: Any, read: float | None) -> None:
    answers = Answers()
    assert _project(answers, projectValue=given).project_value == read
    assert not answers.refused


@pytest.mark.parametrize(
    "given",
    ["", "nan", "Infinity", "1e999", "10.000CHF", "1_0", " 1", True, [], {}, 1e10],
)
def test_refused_numbers(given: Any) -> None:
    answers = Answers()
    found = _project(answers, projectValue=given, name="N", numberOfFloors="2")
    assert (found.project_value, found.name, found.number_of_floors) == (None, "N", 2)
    assert answers.refused == {"project.projectValue": 1}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        *((True, True), ("true", True), (1, True), ("1", True)),
        *((False, False), ("false", False), (0, False), (None, None)),
    ],
)
def test_monument(given: Any, read: bool | None) -> None:
    assert _project(isMonumentProtected=given).is_monument_protected is read


@pytest.mark.parametrize("given", ["perhaps", 7, {"protected": True}])
def test_monument_nobody_understands(given: Any) -> None:
    assert _project(isMonumentProtected=given).is_monument_protected is None


def test_rows_within_rows() -> None:
    answers = Answers()
    found = _project(
        answers,
        heatingCircuits=[
            {"name": "1", "flowTemperature": "warm", "returnTemperature": 45},
            "no circuit",
            {"index": "2", "flowTemperature": "35"},
        ],
        heatPumpSizing={"heatPumpStandardOutputKw": "9", "bivalencePoint": []},
    )
    assert found.heating_circuits == (
        HeatingCircuit(name="1", return_temperature=45),
        HeatingCircuit(index=2, flow_temperature=35),
    )
    assert found.heat_pump_sizing is not None
    assert found.heat_pump_sizing.heat_pump_standard_output_kw == 9
    assert answers.refused == {
        "project.heatingCircuits": 1,
        "project.heatingCircuits.flowTemperature": 1,
        "project.heatPumpSizing.bivalencePoint": 1,
    }


def test_times() -> None:
    found = _project(
        createdAt="2019-08-24T14:15:22Z",
        updatedAt="2019-08-24T14:15:22",
        installationDate="2026-02-30",
    )
    assert found.created_at == datetime(2019, 8, 24, 14, 15, 22, tzinfo=UTC)
    assert as_response(found)["updated_at"] == "2019-08-24T14:15:22+00:00"
    assert found.installation_date is None


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1969, 12, 31), date(9999, 12, 31)])
def test_days_that_are_none(day: date) -> None:
    project = Project(id="p", installation_date=day, status="inProgress")
    assert ProjectRow.of(project).day is None


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.dates().map(str)
    | st.sampled_from(["inProgress", "true", "1", "nan", "2026-12-24", "1e999"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_NAMES = [each.encode_name for each in msgspec.structs.fields(Project)]
_MEMBERS = st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=12)


@given(st.lists(_MEMBERS, max_size=5))
@settings(max_examples=300, deadline=None)
def test_anything_in_members(rows: list[dict[str, Any]]) -> None:
    """Whatever the members are: each row is read, or is known to be lost."""
    body = msgspec.json.encode([{"id": f"p{n}", **row} for n, row in enumerate(rows)])
    answers = Answers()
    try:
        listing = answers.many("projects", body, Project)
        found = tuple(listing)
        book = ProjectLog.read(None, answers.many("projects", body, Project))
    except UnexpectedResponse:
        assert any("id" in row for row in rows)
        return
    assert len(found) == len(rows) or not listing.is_whole
    told = {str(row.get("id", f"p{n}")): row for n, row in enumerate(rows)}
    for project in found:
        msgspec.json.encode(as_response(project))
        if (value := project.project_value) is not None:
            assert value == float(told[project.id]["projectValue"]) or len(told) < len(
                rows
            )
    assert {each.id for each in book.portfolio.rows} == {each.id for each in found}


@given(_JSON)
@settings(max_examples=200, deadline=None)
def test_anything_at_all(body: Any) -> None:
    """Whatever is answered: a list is read, or refused by name."""
    for kind in (Project, Customer, Room):
        try:
            found = tuple(Answers().many("list", msgspec.json.encode(body), kind))
        except UnexpectedResponse:
            continue
        # Of what is no row, nothing is made.
        assert found or body in ([], {"items": []}) or isinstance(body, dict)


@given(st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_bytes(body: bytes) -> None:
    """Whatever bytes come: they are read, or refused by name."""
    for read in (Answers().many, Answers().one):
        with suppress(UnexpectedResponse):
            read("list", body, Project)
