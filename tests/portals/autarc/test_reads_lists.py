"""Lists with rows and members that are not understood, or are of something else."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings, strategies as st
import msgspec
import pytest

from custom_components.energy_portals.portals.autarc.bodies import page_of
from custom_components.energy_portals.portals.autarc.models import Project, Room
from custom_components.energy_portals.portals.autarc.portfolio import ProjectLog
from custom_components.energy_portals.portals.autarc.reads import Answers
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse

ROWS: list[dict[str, Any]] = [
    {
        "id": f"p{n}",
        "status": "inProgress",
        "isLead": False,
        "projectValue": 10.5 * n,
        "installationDate": None,
    }
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
    # A member that no project has is not one that is null everywhere.
    portfolio, refused = _log(
        *({"id": row["id"], "status": "archived"} for row in ROWS)
    )
    assert portfolio.doubts == {"installation_date"}
    assert refused == {"projects.installationDate": 1}
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
    page = page_of(
        "projects", msgspec.json.encode([*ROWS, {**ROWS[0], "name": "B"}]), {}
    )
    answers = Answers()
    ids, is_whole = answers.read(
        "projects",
        Project,
        [page],
        lambda listing: ([row.id for row in listing], listing.is_whole),
    )
    # Neither is taken, and there are four or five.
    assert (ids, is_whole) == (["p1", "p2", "p3"], False)
    assert answers.refused["projects.id"]


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
        rows.append({**ROWS[0], "id": f"p{n}", "projectValue": told})
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


@pytest.mark.parametrize(
    "when", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 0, 46221.5, "soon", {}]
)
def test_times_that_are_none(when: Any) -> None:
    row = {**ROWS[0], "createdAt": "2026-08-24T14:15:22z", "updatedAt": when}
    answers = Answers()
    (found,) = answers.many("projects", msgspec.json.encode([row]), Project)
    assert found.created_at == datetime(2026, 8, 24, 14, 15, 22, tzinfo=UTC)
    assert found.updated_at is None
    assert answers.refused == {"projects.updatedAt": 1}
