"""What the simulated eSmart sends its customers: invoices and messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tests.sandbox.esmart_charging import guid
from tests.sandbox.esmart_home import Contract, EsmartHome
from tests.sandbox.esmart_wire import (
    Ask,
    Data,
    Refused,
    day_of,
    items,
    midnight,
    precise,
    stamp,
    whole,
)

UNREAD: Final = 1
READ: Final = 2
_BILLS: Final = 8
_DAYS_A_BILL: Final = 91
_DAY: Final = timedelta(days=1)
_FIRST_MESSAGES: Final = (
    ("Welcome", 400, READ),
    ("New terms", 40, READ),
    ("Price change", 2, UNREAD),
)


@dataclass(frozen=True)
class _Invoice:
    """An invoice of a contract; all of it is paid, or nothing."""

    number: int
    contract_no: int
    issued: datetime
    due: datetime
    total: float
    paid: bool

    def response(self, customer_id: int, link: str | None = None) -> Data:
        """Return the portal's InvoiceResponse."""
        number = f"{self.number}"
        return {
            "CreditStatus": None,
            "CustomerId": customer_id,
            "DueDate": stamp(self.due),
            "DunningIsSent": False,
            "HasPaymentAgreement": False,
            "InvoiceDate": stamp(self.issued),
            "InvoiceNo": number,
            "InvoiceSum": self.total,
            "InvoiceType": "Invoice",
            "Kid": number.rjust(16, "0"),
            "LedgerNo": self.contract_no - 1000,
            "Postponeable": not self.paid,
            "SentToDebtCollection": False,
            "UnpaidSum": 0.0 if self.paid else self.total,
            "PdfUrl": link,
            "SentToInvoicePartner": False,
            "InvoiceStatus": 2 if self.paid else 1,
        }


@dataclass
class _Message:
    """A message of the utility."""

    number: int
    customer_id: int
    subject: str
    body: str
    sent: datetime
    state: int = UNREAD
    changed: datetime | None = None

    def response(self, meter_id: str) -> Data:
        """Return the portal's MessageResponse, older names included."""
        return {
            "State": self.state,
            "Category": 1,
            "Priority": 1,
            "Channel": 3,
            "SentDateTime": precise(self.sent),
            "Body": self.body,
            "Id": self.number,
            "StateChanged": self.changed and precise(self.changed),
            "MeterId": meter_id,
            "Subject": self.subject,
            "Severity": 1,
            "Text": self.body,
            "CommunicationChannel": 3,
        }


class EsmartPost:
    """Invoices of all contracts and messages to all customers."""

    def __init__(self, home: EsmartHome) -> None:
        """Look back on two years of invoices and on three messages each."""
        self.home = home
        self._invoices = [
            self._bill(contract, back)
            for contract in home.contracts_held
            for back in range(_BILLS)
        ]
        self._messages = [
            self._message(100 * customer + place, customer, *message)
            for customer in home.customers
            for place, message in enumerate(_FIRST_MESSAGES)
        ]

    def _bill(self, contract: Contract, back: int) -> _Invoice:
        """Return one of the invoices so far; the newest is unpaid, due in ten days."""
        today = self.home.today - back * _DAYS_A_BILL * _DAY
        fraction = self.home.household.fraction("invoice", contract.number, back)
        return _Invoice(
            contract.number * 100 + _BILLS - back,
            contract.number,
            midnight(today - 4 * _DAY),
            midnight(today + 10 * _DAY),
            round(600 + 1500 * fraction, 2),
            paid=back > 0,
        )

    def _message(
        self, number: int, customer: int, subject: str, days: int, state: int
    ) -> _Message:
        # A fraction of a second that shows how its seventh digit is read.
        fraction = timedelta(microseconds=956_125)
        sent = midnight(self.home.today - days * _DAY) + fraction
        body = f"{subject}: a message of the sandbox."
        changed = sent + _DAY if state == READ else None
        return _Message(number, customer, subject, body, sent, state, changed)

    # Controls

    def add_message(self, subject: str, body: str) -> dict[str, object]:
        """Send the household's customer a message, unread."""
        number = max(message.number for message in self._messages) + 1
        self._messages.append(_Message(number, 42, subject, body, self.home.now()))
        return {"id": number}

    def add_invoice(self, sum: float, days: int) -> dict[str, object]:
        """Send the household's customer an invoice that is due in some days."""
        today = day_of(self.home.now())
        number = max(invoice.number for invoice in self._invoices) + 1
        due = midnight(today + days * _DAY)
        self._invoices.append(
            _Invoice(number, 1001, midnight(today), due, float(sum), paid=False)
        )
        return {"invoice_no": f"{number}"}

    # Invoices

    def _of(self, contracts: Collection[Contract]) -> list[_Invoice]:
        """Return the invoices of contracts, newest first."""
        numbers = {contract.number for contract in contracts}
        mine = [row for row in self._invoices if row.contract_no in numbers]
        return sorted(mine, key=lambda row: (row.issued, row.number), reverse=True)

    def invoices(self, ask: Ask) -> list[Data]:
        """Return the invoices of a customer in the area of the call."""
        customer = self.home.customer_id(ask)
        mine = self._of(self.home.of_customer(ask))
        return [invoice.response(customer) for invoice in mine]

    def _token(self, invoice: _Invoice) -> str:
        """Return under which name a document is published."""
        return guid(self.home, "document", invoice.number)

    def document(self, token: str) -> bytes | None:
        """Return the document that is published under a name."""
        for invoice in self._invoices:
            if self._token(invoice) == token:
                page = f"%PDF-1.4\n% invoice {invoice.number}: {invoice.total}\n%%EOF\n"
                return page.encode()
        return None

    def contract_invoices(self, ask: Ask) -> list[Data]:
        """Return the invoices of a contract issued in a year."""
        contract, year = self.home.contract(ask), _year(ask)
        return [
            invoice.response(contract.customer_id)
            for invoice in self._of([contract])
            if day_of(invoice.issued).year == year
        ]

    def invoice_pdfs(self, ask: Ask) -> list[Data]:
        """Return the invoices of a year with the addresses of their documents."""
        customer, year = self.home.customer_id(ask), _year(ask)
        return [
            invoice.response(
                customer, f"{ask.address}/published/{self._token(invoice)}"
            )
            for invoice in self._of(self.home.of_customer(ask))
            if day_of(invoice.issued).year == year
        ]

    def invoice(self, ask: Ask) -> Data:
        """Return one invoice."""
        number = ask.path_number("invoiceNo")
        for invoice in self._of(self.home.of_customer(ask)):
            if invoice.number == number:
                return invoice.response(self.home.customer_id(ask))
        raise Refused(404, "unknown invoice")

    # Messages

    def _mine(self, ask: Ask) -> dict[int, _Message]:
        customer = self.home.customer_id(ask)
        return {
            message.number: message
            for message in self._messages
            if message.customer_id == customer
        }

    def messages(self, ask: Ask) -> list[Data]:
        """Return a page of the messages, newest first."""
        points = self.home.delivery_points(self.home.customer_id(ask))
        meter_id = points[min(points)].meter_id
        mine = self._mine(ask).values()
        rows = sorted(mine, key=lambda row: (row.sent, row.number), reverse=True)
        return [message.response(meter_id) for message in ask.page(rows)]

    def messages_count(self, ask: Ask) -> int:
        """Return how many messages are in a state."""
        state = ask.query_number("state", -1)
        if state not in (-1, UNREAD, READ):
            raise Refused(400, "no such state")
        return sum(state in (-1, row.state) for row in self._mine(ask).values())

    def message_update(self, ask: Ask) -> None:
        """Set the state of one message."""
        self._set_state(ask, [ask.path_number("messageId")])

    def messages_state(self, ask: Ask) -> None:
        """Set the state of many messages."""
        numbers = items(ask.given("MessageIds"), "MessageIds")
        self._set_state(ask, [whole(number, "MessageIds") for number in numbers])

    def _set_state(self, ask: Ask, numbers: Sequence[int]) -> None:
        state = whole(ask.given("State"), "State")
        if state not in (UNREAD, READ):
            raise Refused(400, "no such state")
        mine = self._mine(ask)
        if not mine.keys() >= set(numbers):
            raise Refused(404, "unknown message")
        for number in numbers:
            if mine[number].state != state:
                mine[number].state = state
                mine[number].changed = self.home.now()


def _year(ask: Ask) -> int:
    year = ask.path_number("year")
    if not 2000 < year < 10_000:
        raise Refused(400, "year must have four digits, above 2000")
    return year
