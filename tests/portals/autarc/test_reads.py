"""What is understood of answers that are not as documented."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings, strategies as st
import msgspec
import pytest

from custom_components.energy_portals.portals.autarc.bodies import page_of
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


# --- a bad row, a bad member

ROWS: list[dict[str, Any]] = [
    {"id": f"p{n}", "status": "inProgress", "isLead": False, "projectValue": 10.5 * n}
    for n in range(4)
]


def _log(*rows: Any, company_id: str | None = None, around: Any = None) -> Any:
    """Read a list of projects: what is known of it, and what was refused."""
    answers = Answers(company_id)
    body = [*rows] if around is None else {**around, "items": [*rows]}
    encoded = msgspec.json.encode(body)
    log = ProjectLog.read(None, answers.many("projects", encoded, Project))
    return log.portfolio, answers.refused


@pytest.mark.parametrize(
    "bad", [None, 5, "p9", [], {}, {"name": "x"}, {"id": None}, {"id": 7}, {"id": ""}]
)
def test_a_bad_row_costs_one_row(bad: Any) -> None:
    for place in range(len(ROWS) + 1):
        portfolio, refused = _log(*ROWS[:place], bad, *ROWS[place:])
        assert [row.id for row in portfolio.rows] == [row["id"] for row in ROWS]
        assert not portfolio.is_whole
        assert refused["projects"] == 1


@pytest.mark.parametrize(
    ("member", "doubt"),
    [
        ("projectValue", "project_value"),
        ("status", "status"),
        ("isLead", "is_lead"),
        ("installationDate", "installation_date"),
    ],
)
@pytest.mark.parametrize("bad", [{}, [], "perhaps\u00a0?", 1e300, ["inProgress"]])
def test_a_bad_member_costs_that_member(member: str, doubt: str, bad: Any) -> None:
    if (member, bad) == ("status", "perhaps\u00a0?"):
        # A word that nobody knows stands for itself.
        return
    portfolio, refused = _log(*ROWS[1:], {**ROWS[0], member: bad})
    assert portfolio.is_whole
    assert portfolio.doubts == {doubt}
    assert refused == {f"projects.{member}": 1}
    assert portfolio.knows()
    assert not portfolio.knows(doubt)


@pytest.mark.parametrize(
    "member", ["name", "buildingType", "address", "numberOfFloors"]
)
def test_members_that_no_figure_is_made_of(member: str) -> None:
    portfolio, refused = _log(*ROWS, {**ROWS[0], "id": "x", member: [1]})
    assert (portfolio.doubts, portfolio.total) == (frozenset(), 63)
    assert refused == {f"projects.{member}": 1}


def test_what_every_project_has_to_tell() -> None:
    """What is not told is not taken for nothing."""
    for without in ({"status": None}, {"isLead": None}):
        portfolio, refused = _log(*ROWS, {**ROWS[0], "id": "x", **without})
        assert portfolio.doubts == {"status" if "status" in without else "is_lead"}
        assert not refused
    # Only of open ones it is asked if they are leads.
    closed = {"id": "x", "status": "completed"}
    assert _log(*ROWS, closed)[0].doubts == frozenset()


@pytest.mark.parametrize("status", ["InProgress", "IN_PROGRESS", "in-progress"])
def test_a_status_in_another_spelling(status: str) -> None:
    portfolio, _ = _log(*({**row, "status": status} for row in ROWS))
    assert portfolio.by_status == {"inProgress": 4}


# --- whose rows they are


def test_rows_of_other_companies_do_not_count() -> None:
    rows = [{**row, "companyId": "A"} for row in ROWS]
    other = {"id": "b", "companyId": "B", "projectValue": 5000}
    portfolio, refused = _log(*rows, other, company_id="A")
    assert (len(portfolio.rows), portfolio.is_whole, portfolio.total) == (4, True, 63)
    assert refused == {"projects.companyId": 1}
    # Without knowing whose the account is, or a row, nothing can be said.
    assert not _log(*rows, other)[0].is_whole
    assert not _log(*rows, other, {"id": "c"}, company_id="A")[0].is_whole
    assert _log(*rows, {"id": "c"}, company_id="a")[0].is_whole
    with pytest.raises(UnexpectedResponse):
        _log(other, company_id="A")


@pytest.mark.parametrize(
    "other",
    [
        {"id": "c", "firstName": "Kim", "lastName": "Ahrens", "isCompany": False},
        {"id": "r", "floor": "ground", "temperature": 20},
        *(
            {"id": "x", name: "Customer"}
            for name in ("type", "__typename", "entityType")
        ),
        *({"id": "x", name: True} for name in ("isDeleted", "deleted", "isSummary")),
        {"id": "x", "deletedAt": "2026-01-01T00:00:00Z", "projectValue": 5},
        {"id": "total", "type": "summary", "projectValue": 63},
    ],
)
def test_rows_of_another_kind_do_not_count(other: dict[str, Any]) -> None:
    portfolio, refused = _log(other, *ROWS)
    assert (len(portfolio.rows), portfolio.is_whole, portfolio.total) == (4, True, 63)
    assert refused == {"projects": 1}


@pytest.mark.parametrize(
    "members",
    [
        {"type": "project", "isDeleted": False, "deletedAt": None},
        {"__typename": "HeatPumpProject", "customer": {"firstName": "Kim"}},
        {"type": "heatPump", "firstName": "Kim", "email": "kim@example.com"},
        {"year": 2026, "days": 3, "count": 900, "total": 900, "page": 2, "version": 7},
        {"customers": [{"id": "c", "projectValue": 900}], "next": "x"},
    ],
)
def test_rows_with_more_than_is_known(members: dict[str, Any]) -> None:
    portfolio, refused = _log(*({**row, **members} for row in ROWS))
    assert (len(portfolio.rows), portfolio.is_whole, portfolio.total) == (4, True, 63)
    assert not refused


def test_two_versions_of_a_project() -> None:
    assert _log(*ROWS, ROWS[0])[0].is_whole
    portfolio, refused = _log(*ROWS, {**ROWS[0], "projectValue": 99})
    assert (len(portfolio.rows), portfolio.is_whole) == (4, False)
    assert refused == {"projects.id": 1}


def test_another_project_is_answered() -> None:
    body = msgspec.json.encode({"id": "P1"})
    assert Answers().one("project", body, Project, "p1").id == "P1"
    with pytest.raises(UnexpectedResponse):
        Answers().one("project", body, Project, "p2")


def test_rooms_of_another_project() -> None:
    rooms = [{"id": f"r{n}", "projectId": "p" if n < 2 else "q"} for n in range(3)]
    page = page_of("rooms", msgspec.json.encode(rooms), {})
    listing = Answers().listing("rooms", Room, [page], ("projectid", "p"))
    assert [room.id for room in listing] == ["r0", "r1"]


# --- numbers in lists


def test_texts_that_could_be_two_numbers() -> None:
    """Of one body, another text decides; of none, money is written as in Germany."""
    text = {"id": "x", "status": "completed", "projectValue": "10.000"}
    assert _log(*ROWS, text)[0].total == 10_063
    comma = {"id": "y", "status": "completed", "heatedLivingAreaM2": "120,5"}
    assert _log(*ROWS, text, comma)[0].total == 10_063
    point = {"id": "z", "status": "completed", "heatedLivingAreaM2": "120.5"}
    for rows in ((text, point), (point, text), (text, point, comma)):
        portfolio, refused = _log(*ROWS, *rows)
        assert portfolio.doubts == {"project_value"}
        assert refused == {"projects.projectValue": 1}


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.booleans(), st.sampled_from("de")),
        min_size=1,
    )
)
@settings(deadline=None)
def test_money_in_any_form_adds_up_or_is_refused(
    values: list[tuple[int, bool, str]],
) -> None:
    """A sum is never another one."""
    rows = []
    for n, (cents, is_text, _) in enumerate(values):
        german = f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))
        told: Any = f"{german} EUR" if is_text else cents / 100
        rows.append({"id": f"p{n}", "status": "completed", "projectValue": told})
    portfolio, refused = _log(*rows)
    assert portfolio.total == pytest.approx(sum(each[0] for each in values) / 100)
    assert not refused


def test_units_above_the_list() -> None:
    for around in (
        {"currency": "CHF"},
        {"metadata": {"currency": "CHF"}},
        {"units": {"projectValue": "CHF"}},
        {"unit": "kWh"},
        {"metadata": {"decimals": 2}},
    ):
        portfolio, _ = _log(*ROWS, around=around)
        assert portfolio.doubts == {"project_value"}, around
    for around in (
        {"currency": "EUR"},
        {"units": {"projectValue": "€", "heatedLivingAreaM2": "m²"}},
        {"metadata": {"currency": "eur", "decimals": 0}},
    ):
        assert _log(*ROWS, around=around)[0].total == 63
    for around in ({"currency": "EUR", "minorUnits": True}, {"unit": "cent"}):
        assert _log(*ROWS, around=around)[0].total == pytest.approx(0.63)
