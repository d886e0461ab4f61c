"""What is kept of a company's lists, and counted in them."""

from datetime import date

import pytest

from custom_components.energy_portals.portals.autarc.feeds import PROJECTS, Customers
from custom_components.energy_portals.portals.autarc.models import Customer, Project
from custom_components.energy_portals.portals.autarc.portfolio import ProjectLog
from custom_components.energy_portals.portals.autarc.reads import Listing

DONE = Project(id="b", name="B", status="completed", project_value=10)


def _listing[RowT](*rows: RowT, is_whole: bool = True) -> Listing[RowT]:
    """Return rows as a list that is read."""
    return Listing(iter(rows), is_whole)


def test_kept_over_a_restart() -> None:
    kept = PROJECTS.kept
    assert kept is not None
    day = date(2026, 12, 24)
    planned = Project(id="a", status="inProgress", installation_date=day)
    book = ProjectLog.read(None, _listing(planned))
    book = ProjectLog.read(book, _listing(DONE))
    again = kept.load(kept.dump(book), {})
    assert again == book
    assert again.portfolio.total == 10
    for spoilt in (None, [], {}, {"rows": []}, {**kept.dump(book), "number": "x"}):
        with pytest.raises(ValueError):
            kept.load(spoilt, {})


def test_customers_are_counted_where_all_are_listed() -> None:
    rows = [Customer(id="a"), Customer(id="b"), Customer(id="a")]
    assert Customers.read(_listing(*rows)).count == 2
    assert Customers.read(_listing(*rows, is_whole=False)).count is None
