"""What is due, of every portal that tells it."""

from datetime import UTC, date, datetime

from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.portfolio import (
    Portfolio,
    ProjectRow,
)
from custom_components.energy_portals.portals.epilot.feeds import Billing
from custom_components.energy_portals.portals.epilot.models import BillingEvent, Money
from custom_components.energy_portals.portals.esmart.feeds_customer import Invoices
from custom_components.energy_portals.portals.esmart.models import Invoice
from custom_components.energy_portals.portals.model.dues import Due, Dues, DueSort

DAY = date(2026, 2, 1)
LATER = date(2026, 3, 1)


def test_in_order() -> None:
    later, sooner = (Due(day=day, sort=DueSort.INVOICE) for day in (LATER, DAY))
    assert Dues.of((later, sooner), is_whole=True).dues == (sooner, later)
    assert not Dues().dues


def _invoice(unpaid: float | None, due: datetime | None) -> Invoice:
    return Invoice(number="1", unpaid=unpaid, due=due)


def test_invoices() -> None:
    noon = datetime(2026, 2, 1, 12, tzinfo=UTC)
    invoices = Invoices(
        invoices=(_invoice(10.5, noon), _invoice(0.0, noon)), currency="NOK"
    )
    one = Due(day=DAY, sort=DueSort.INVOICE, amount=10.5, currency="NOK")
    assert invoices.dues() == Dues((one,))
    # What does not say may be due.
    unclear = Invoices(invoices=(_invoice(None, noon),), currency="NOK")
    assert unclear.dues() == Dues(is_whole=False)
    undated = Invoices(invoices=(_invoice(3.0, None),), currency="NOK")
    assert undated.dues() == Dues(is_whole=False)


def _event(
    kind: str | None, due: date | None = DAY, paid: date | None = None
) -> BillingEvent:
    return BillingEvent(
        id=None,
        kind=kind,
        amount=Money(amount=85.0, currency="EUR"),
        due=due,
        paid=paid,
        contract=None,
        note="for somebody",
    )


def test_instalments() -> None:
    events = (
        _event("installment", LATER),
        _event("installment"),
        _event("installment", paid=DAY),
        _event("reimbursement"),
    )
    dues = Billing(balance=None, events=events).dues()
    assert [each.day for each in dues.dues] == [DAY, LATER]
    assert {(each.sort, each.amount, each.currency) for each in dues.dues} == {
        (DueSort.INSTALLMENT, 85.0, "EUR")
    }
    assert dues.is_whole
    for odd in (_event(None), _event("late_fee"), _event("installment", None)):
        assert Billing(balance=None, events=(odd,)).dues() == Dues(is_whole=False)
    assert not Billing(balance=None, events=(), is_whole=False).dues().is_whole


def test_installations_name_nobody() -> None:
    projects = (
        Project(id="1", name="Smith", status="inProgress", installation_date=LATER),
        Project(id="2", name="Jones", status="completed", installation_date=DAY),
    )
    dues = Portfolio.of(map(ProjectRow.of, projects), is_whole=True).dues()
    assert dues == Dues((Due(day=LATER, sort=DueSort.INSTALLATION),))
    assert "Smith" not in repr(dues)
