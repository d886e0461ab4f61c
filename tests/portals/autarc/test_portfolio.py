"""Counts, sums, days and changes of a company's projects."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.portfolio import (
    TOLD_AT_ONCE,
    Portfolio,
    ProjectLog,
    ProjectRow,
)
from custom_components.energy_portals.portals.autarc.reads import Listing


def _listing(projects: Iterable[Project], is_whole: bool = True) -> Listing[Project]:
    """Return projects as a list that is read."""
    return Listing(iter(tuple(projects)), is_whole)


def _book(
    *projects: Project, before: ProjectLog | None = None, whole: bool = True
) -> ProjectLog:
    """Read projects after what was held."""
    return ProjectLog.read(before, _listing(projects, whole))


def _told(book: ProjectLog) -> list[tuple[str, str | None, str | None]]:
    """Return what has happened."""
    return [(each.type, each.id, each.status) for each in book.changes]


OPEN = Project(id="a", name="A", status="inProgress")
DONE = Project(id="b", name="B", status="completed", project_value=10)


def test_figures() -> None:
    day = date(2026, 12, 1)
    portfolio = _book(
        Project(id="1", status="inProgress", is_lead=True, project_value=0.1),
        Project(id="2", status="inProgress", project_value=0.2, installation_date=day),
        Project(id="3", status="completed", project_value=0.3, installation_date=day),
        Project(id="4", status="archived", is_lead=True, installation_date=day),
        Project(id="5", status="onHold", project_value=1),
        Project(id="6"),
    ).portfolio
    assert portfolio.by_status["inProgress"] == 2
    assert portfolio.leads == 1
    assert portfolio.undated == 1
    assert portfolio.total == 1.6
    assert portfolio.open_value == pytest.approx(0.3)
    assert portfolio.installed_between(day, day + timedelta(days=1)) == 2
    assert portfolio.next_installation(day) == day
    assert portfolio.next_installation(day + timedelta(days=1)) is None
    assert [each.detail for each in portfolio.agenda] == ["2", "3"]
    assert [each.uid for each in portfolio.tasks] == ["1", "2"]


def test_it_does_not_print_its_projects() -> None:
    assert repr(_book(OPEN).portfolio) == "<Portfolio of 1 projects>"


def test_no_value_is_not_zero() -> None:
    assert _book(OPEN).portfolio.total is None
    assert _book().portfolio.total == 0
    assert _book(Project(id="a", project_value=0)).portfolio.total == 0


def test_first_look_is_no_news() -> None:
    assert _book(OPEN, DONE).changes == ()


def test_changes() -> None:
    book = _book(OPEN, DONE)
    finished = Project(id="a", name="A", status="completed")
    book = _book(finished, Project(id="c", status="inProgress"), before=book)
    assert _told(book) == [
        ("status_changed", "a", "completed"),
        ("created", "c", "inProgress"),
        ("removed", "b", "completed"),
    ]
    assert [each.number for each in book.changes] == [1, 2, 3]
    assert book.changes[0].before == "inProgress"


def test_renaming_is_no_news() -> None:
    book = _book(OPEN, DONE)
    book = _book(Project(id="a", name="B", status="inProgress"), DONE, before=book)
    assert book.changes == ()
    assert book.portfolio.tasks[0].title == "B"


def test_many_at_once_are_told_as_one() -> None:
    book = _book(OPEN)
    many = [Project(id=f"n{n}") for n in range(TOLD_AT_ONCE)]
    book = _book(*many, before=book)
    (change,) = book.changes
    assert change.type == "many_changed"
    assert change.counts == {"created": TOLD_AT_ONCE, "removed": 1}
    book = _book(*many[1:], OPEN, before=book)
    assert [each.type for each in book.changes[1:]] == ["created", "removed"]
    assert book.number == 3


def test_parts_of_lists_tell_nothing() -> None:
    whole = _book(OPEN, DONE)
    part = _book(OPEN, before=whole, whole=False)
    assert not part.portfolio.is_whole
    assert part.changes == ()
    assert _book(OPEN, DONE, before=part).changes == ()


def test_nothing_new_is_the_same_object() -> None:
    book = _book(OPEN, DONE)
    assert _book(OPEN, DONE, before=book) is book
    dated = Project(id="a", name="A", status="inProgress", project_value=5)
    other = _book(dated, DONE, before=book)
    assert other.portfolio.rows[1] is book.portfolio.rows[1]
    assert other.portfolio.tasks is book.portfolio.tasks
    assert other.portfolio.agenda is book.portfolio.agenda


def test_day_begins_in_the_portals_zone() -> None:
    book = _book(OPEN)
    assert book.next_change(datetime(2026, 10, 24, 22, 30, tzinfo=UTC)) == datetime(
        2026, 10, 25, 23, tzinfo=UTC
    )


_STATUS = st.sampled_from(["inProgress", "completed", "archived", "onHold", None])
_ROW = st.builds(
    Project,
    id=st.sampled_from([f"p{n}" for n in range(12)]),
    name=st.none() | st.sampled_from(["A", "B"]),
    status=_STATUS,
    is_lead=st.none() | st.booleans(),
    project_value=st.none() | st.integers(-10_000, 10_000).map(lambda n: n / 100),
    installation_date=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)


@given(st.lists(st.lists(_ROW, max_size=10), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_held_from_look_to_look_is_as_if_worked_out_anew(
    looks: list[list[Project]],
) -> None:
    """What is kept of earlier looks never shows; what is told adds up."""
    book: ProjectLog | None = None
    for projects in looks:
        held = book
        book = _book(*projects, before=held)
        rows = {each.id: ProjectRow.of(each) for each in projects}
        anew = Portfolio.of(rows.values(), is_whole=True)
        for name in Portfolio.__slots__:
            assert getattr(book.portfolio, name) == getattr(anew, name), name
        assert anew.by_status == Counter(each.status for each in rows.values())
        values = [each.value for each in rows.values() if each.value is not None]
        if values:
            assert anew.total == float(sum(map(Fraction, values)))
        if held is None:
            continue
        told = book.changes[len(book.changes) - (book.number - held.number) :]
        ids = {each.id for each in held.portfolio.rows}
        ids |= {each.id for each in told if each.type == "created"}
        ids -= {each.id for each in told if each.type == "removed"}
        assert ids == set(rows)
    assert book is not None
    assert all(b.number == a.number + 1 for a, b in pairwise(book.changes))
