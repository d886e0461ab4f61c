"""eSmart's own entities of the customer, the contracts and the home."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfArea

from ...entities.describe import fact, figure
from ...entities.descriptions import (
    BinarySensorRow,
    CalendarRow,
    EventRow,
    Happening,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalEventDescription,
    Rows,
    SensorRow,
)
from ...portals.esmart import feeds_customer as feeds
from ...portals.esmart.feeds_customer import Invoices, Messages, due_day
from ...portals.esmart.models import Customer, Message, MeterReading


def _contact(key: str, take: Callable[[Customer], str | None]) -> SensorRow:
    """Describe how the utility reaches the customer, where it knows.

    It is a personal fact: off, so that no history of it is written.
    """
    return fact(
        key,
        feeds.CUSTOMER,
        lambda customer, now: take(customer),
        diagnostic=True,
        exists_fn=lambda customer: take(customer) is not None,
    )


def _was_read(reading: MeterReading) -> bool:
    """Say whether there is a reading."""
    return reading.date is not None


def _of_messages(messages: Messages, now: datetime) -> Iterable[Happening]:
    """Return the newest messages."""
    for message in messages.newest:
        if message.sent is not None:
            # Two may be sent at one moment.
            mark = f"{message.sent.isoformat()} {message.id:>20}"
            yield Happening("received", mark, partial(_of_message, message))


def _of_message(message: Message) -> dict[str, str | None]:
    """Return what is told of a message."""
    return {
        "message_id": message.id,
        "subject": message.subject,
        "text": message.text,
        "sent": None if message.sent is None else message.sent.isoformat(),
    }


SENSORS: Final[Rows[SensorRow]] = (
    figure(
        "unpaid_sum",
        feeds.INVOICES,
        lambda invoices, now: invoices.unpaid_sum(),
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
        unit_fn=lambda invoices: invoices.currency,
    ),
    fact(
        "next_due_date",
        feeds.INVOICES,
        Invoices.next_due,
        device_class=SensorDeviceClass.DATE,
    ),
    figure("unread_messages", feeds.MESSAGES, lambda messages, now: messages.unread),
    figure(
        "meter_reading",
        feeds.METER_READING,
        lambda reading, now: reading.value,
        state_class=SensorStateClass.TOTAL_INCREASING,
        unit_fn=lambda reading: reading.unit,
        exists_fn=_was_read,
    ),
    fact(
        "meter_reading_at",
        feeds.METER_READING,
        lambda reading, now: reading.date,
        device_class=SensorDeviceClass.TIMESTAMP,
        diagnostic=True,
        exists_fn=_was_read,
    ),
    fact(
        "contract_start",
        feeds.CONTRACT,
        lambda contract, now: (
            None if contract.start is None else due_day(contract.start)
        ),
        device_class=SensorDeviceClass.DATE,
        diagnostic=True,
    ),
    fact(
        "contract_end",
        feeds.CONTRACT,
        lambda contract, now: None if contract.end is None else due_day(contract.end),
        device_class=SensorDeviceClass.DATE,
        diagnostic=True,
        exists_fn=lambda contract: contract.end is not None,
    ),
    fact(
        "building_year",
        feeds.BUILDING,
        lambda building, now: building.year,
        diagnostic=True,
        exists_fn=lambda building: building.year is not None,
    ),
    figure(
        "heated_area",
        feeds.BUILDING,
        lambda building, now: building.area,
        unit=UnitOfArea.SQUARE_METERS,
        device_class=SensorDeviceClass.AREA,
        state_class=None,
        diagnostic=True,
        exists_fn=lambda building: building.area is not None,
    ),
    figure(
        "residents",
        feeds.BUILDING,
        lambda building, now: building.residents,
        state_class=None,
        diagnostic=True,
        exists_fn=lambda building: building.residents is not None,
    ),
    _contact("email", lambda customer: customer.email),
    _contact("mobile", lambda customer: customer.mobile),
    _contact("phone", lambda customer: customer.phone),
    _contact("customer_type", lambda customer: customer.customer_type),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="invoice_overdue",
        translation_key="invoice_overdue",
        source=feeds.INVOICES,
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=Invoices.is_overdue,
    ),
    PortalBinarySensorDescription(
        key="contract_active",
        translation_key="contract_active",
        source=feeds.CONTRACT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda contract, now: contract.is_active,
    ),
    PortalBinarySensorDescription(
        key="terms_accepted",
        translation_key="terms_accepted",
        source=feeds.TERMS,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda acceptance, now: acceptance.is_complete(),
    ),
)

CALENDARS: Final[Rows[CalendarRow]] = (
    PortalCalendarDescription(
        key="invoices",
        translation_key="invoices",
        source=feeds.INVOICES,
        value_fn=lambda invoices, now: invoices.agenda(),
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    PortalEventDescription(
        key="message",
        translation_key="message",
        source=feeds.MESSAGES,
        event_types=["received"],
        value_fn=_of_messages,
    ),
)
