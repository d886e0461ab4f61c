"""eSmart's customer: contracts, meters, invoices, messages, the home, the terms.

Source: the parts `customers` and `apps` of the portal's list of endpoints, and the help
pages of those.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Final

from ..reading.listed import Listed
from . import reads_customer as reads, reads_sites, wire
from .client_calls import EsmartCalls
from .fields import MINOR
from .models import (
    Building,
    Check,
    Contract,
    Customer,
    DeliveryPoint,
    Invoice,
    Message,
    MessageState,
    MeterReading,
    Ping,
    Terms,
    id_in_body,
)

_MESSAGES_A_PAGE: Final = 100
_PAGES: Final = 20


class CustomerCalls(EsmartCalls):
    """Contracts, meters, invoices, messages, the home, the terms."""

    async def delivery_points(self) -> Listed[DeliveryPoint]:
        """Return each contract with its meter, gateways and what it can."""
        includes = ("WattMeter", "LightsAndHeating", "EvCharging", "WaterMeter")
        return await self._read(
            "contractdeliverypoints",
            reads_sites.delivery_points,
            query={f"include{name}": "true" for name in includes},
        )

    async def contracts(self) -> Listed[Contract]:
        """Return the contracts of the area."""
        return await self._read("contracts", reads.contracts)

    async def contract(self, contract_no: str) -> Contract:
        """Return one contract."""
        return await self._read("contract", reads.contract, contract_no=contract_no)

    async def meter_exists(self, contract_no: str, meter_id: str) -> bool:
        """Return whether a meter belongs to a contract."""
        return await self._read(
            "meter_exists",
            reads.meter_exists,
            contract_no=contract_no,
            meter_id=meter_id,
        )

    async def customer(self) -> Customer:
        """Return the customer."""
        return await self._read("customer", reads.customer)

    async def update_contact(
        self,
        *,
        phone: str | None = None,
        mobile: str | None = None,
        email: str | None = None,
    ) -> None:
        """Change phone (digits, at most 14) or e-mail (at most 100 characters)."""
        changed = {"PhoneNumber": phone, "MobileNumber": mobile, "Email": email}
        await self._write("customer_update", json=_given(changed))

    async def invoices(self) -> Listed[Invoice]:
        """Return the invoices of all contracts; the currency is not stated."""
        return await self._read(
            "invoices", partial(reads.invoices, currency=self.currency or MINOR)
        )

    async def contract_invoices(self, contract_no: str, year: int) -> Listed[Invoice]:
        """Return a contract's invoices of a year."""
        return await self._read(
            "contract_invoices",
            partial(reads.invoices, currency=self.currency or MINOR),
            contract_no=contract_no,
            year=str(year),
        )

    async def invoice(self, number: str) -> Invoice:
        """Return one invoice."""
        return await self._read(
            "invoice",
            partial(reads.invoice, currency=self.currency or MINOR),
            invoice_no=number,
        )

    async def invoice_documents(self, year: int) -> Listed[Invoice]:
        """Return the invoices of a year, with where their documents are published."""
        return await self._read(
            "invoice_pdfs",
            partial(reads.invoices, currency=self.currency or MINOR),
            year=str(year),
        )

    async def messages(self, page: int = 1, page_size: int = 10) -> Listed[Message]:
        """Return a page of messages; an empty one is beyond the last."""
        return await self._read(
            "messages", reads.messages, query=_page(page, page_size)
        )

    async def unread_messages(self) -> int:
        """Return how many messages are unread."""
        return await self._read(
            "messages_count",
            reads.message_count,
            query={"state": str(MessageState.UNREAD.value)},
        )

    async def mark_message(self, message_id: str, *, read: bool = True) -> None:
        """Mark a message read or unread."""
        state = MessageState.READ if read else MessageState.UNREAD
        await self._write(
            "message_update", json={"State": state}, message_id=message_id
        )

    async def unread_ids(self) -> Listed[str]:
        """Return the ids of the unread messages, of 2,000 messages at most."""
        ids: dict[str, int | None] = {}
        is_whole = True
        for page in range(1, _PAGES + 1):
            told = await self.messages(page, _MESSAGES_A_PAGE)
            held = len(ids)
            is_whole = is_whole and told.is_whole
            ids |= {message.id: message.state for message in told}
            # A server that does not count pages gives the first one for ever.
            if len(told) < _MESSAGES_A_PAGE or len(ids) == held:
                break
        unread = (each for each, state in ids.items() if state != MessageState.READ)
        return Listed(unread, is_whole=is_whole)

    async def mark_messages(self, ids: Iterable[str], *, read: bool = True) -> None:
        """Mark many messages read or unread."""
        state = MessageState.READ if read else MessageState.UNREAD
        await self._write(
            "messages_state",
            json={"State": state, "MessageIds": [id_in_body(each) for each in ids]},
        )

    async def meter_readings(
        self, delivery_point_id: str, page: int = 1, page_size: int = 10
    ) -> Listed[MeterReading]:
        """Return a page of what a meter showed, newest first."""
        return await self._read(
            "readings",
            reads.meter_readings,
            query=_page(page, page_size),
            delivery_point_id=delivery_point_id,
        )

    async def submit_meter_reading(
        self, delivery_point_id: str, value: int, date: datetime
    ) -> MeterReading | None:
        """Submit what a meter shows, whole units; the utility bills by it."""
        return await self._write(
            "reading_submit",
            reads.meter_reading,
            json={
                "CustomerId": id_in_body(self.customer_id),
                "DeliveryPointId": id_in_body(delivery_point_id),
                "ReadingDate": wire.sent(date),
                "Value": value,
            },
            delivery_point_id=delivery_point_id,
        )

    async def building(self, contract_no: str, meter_id: str) -> Building:
        """Return what the portal knows of the home, m²."""
        return await self._read(
            "building", reads.building, contract_no=contract_no, meter_id=meter_id
        )

    async def set_building(
        self,
        contract_no: str,
        meter_id: str,
        *,
        name: str | None = None,
        year: int | None = None,
        area: int | None = None,
        residents: int | None = None,
    ) -> None:
        """Describe the home, m²; what is not given stays."""
        changed = {
            "Name": name,
            "BuildingYear": year,
            "HeatingArea": area,
            "Residents": residents,
        }
        await self._write(
            "building_update",
            json=_given(changed),
            contract_no=contract_no,
            meter_id=meter_id,
        )

    async def eula_accepted(self) -> bool | None:
        """Return whether the user has accepted the licence."""
        return await self._read("eula", reads.eula_accepted)

    async def terms(self) -> Terms:
        """Return which terms the user has accepted."""
        return await self._read("terms", reads.terms)

    async def accept_eula(self) -> None:
        """Accept the licence; only ever the user's own act."""
        await self._write("eula_accept")

    async def accept_terms(
        self, *, general: bool = True, additional: bool = True
    ) -> None:
        """Accept terms; only ever the user's own act."""
        await self._write(
            "terms_accept",
            json={"AcceptGeneralTerms": general, "AcceptAdditionalTerms": additional},
        )

    async def ping(self) -> Ping:
        """Return the version of the API and of its subsystems."""
        return await self._read("ping", reads.ping)

    async def checks(self) -> Listed[Check]:
        """Return the health of the portal's systems."""
        return await self._read("ping_checks", reads.checks)


def _given(changed: dict[str, str | None] | dict[str, str | int | None]) -> object:
    """Return what is to be changed."""
    return {name: value for name, value in changed.items() if value is not None}


def _page(page: int, page_size: int) -> dict[str, str]:
    """Return the query for a page, counted from 1."""
    return {"pageSize": str(page_size), "page": str(page)}
