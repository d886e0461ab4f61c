"""eSmart's own entities of the customer, the contracts and the home."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfArea

from ...entities.describe import fact, figure
from ...entities.entity import (
    DynamicEntities,
    Happening,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalEventDescription,
    PortalSensorDescription,
)
from ...portals.esmart.feeds_customer import Invoices, Messages, due_day
from ...portals.esmart.models import Building, Contract, Customer, Message, MeterReading


def _contract_end(contract: Contract) -> Iterable[PortalSensorDescription[Contract]]:
    """Describe when the contract ends, if it does."""
    if contract.end is not None:
        yield fact(
            "contract_end",
            "contract",
            lambda each, now: None if each.end is None else due_day(each.end),
            device_class=SensorDeviceClass.DATE,
            diagnostic=True,
        )


def _of_building(building: Building) -> Iterable[PortalSensorDescription[Building]]:
    """Describe what is known of the home."""
    if building.year is not None:
        yield fact(
            "building_year", "building", lambda each, now: each.year, diagnostic=True
        )
    if building.area is not None:
        yield figure(
            "heated_area",
            "building",
            lambda each, now: each.area,
            unit=UnitOfArea.SQUARE_METERS,
            device_class=SensorDeviceClass.AREA,
            state_class=None,
            diagnostic=True,
        )
    if building.residents is not None:
        yield figure(
            "residents",
            "building",
            lambda each, now: each.residents,
            state_class=None,
            diagnostic=True,
        )


def _of_customer(customer: Customer) -> Iterable[PortalSensorDescription[Customer]]:
    """Describe how the utility reaches the customer, as far as it knows."""
    takes: dict[str, Callable[[Customer], str | None]] = {
        "email": lambda each: each.email,
        "mobile": lambda each: each.mobile,
        "phone": lambda each: each.phone,
        "customer_type": lambda each: each.customer_type,
    }
    for key, take in takes.items():
        if take(customer) is not None:
            yield _of_contact(key, take)


def _of_contact(
    key: str, take: Callable[[Customer], str | None]
) -> PortalSensorDescription[Customer]:
    """Describe a personal fact: off, so that no history of it is written."""
    return fact(
        key,
        "customer",
        lambda customer, now: take(customer),
        diagnostic=True,
        enabled=False,
    )


def _of_reading(
    reading: MeterReading,
) -> Iterable[PortalSensorDescription[MeterReading]]:
    """Describe the newest reading, once there is one."""
    if reading.date is not None:
        yield figure(
            "meter_reading",
            "meter_reading",
            lambda each, now: each.value,
            state_class=SensorStateClass.TOTAL_INCREASING,
            unit_fn=lambda each: each.unit,
        )
        yield fact(
            "meter_reading_at",
            "meter_reading",
            lambda each, now: each.date,
            device_class=SensorDeviceClass.TIMESTAMP,
            diagnostic=True,
        )


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


SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    figure(
        "unpaid_sum",
        "invoices",
        lambda invoices, now: invoices.unpaid_sum(),
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
        unit_fn=lambda invoices: invoices.currency,
    ),
    fact(
        "next_due_date",
        "invoices",
        Invoices.next_due,
        device_class=SensorDeviceClass.DATE,
    ),
    figure("unread_messages", "messages", lambda messages, now: messages.unread),
    DynamicEntities(source="meter_reading", describe=_of_reading),
    fact(
        "contract_start",
        "contract",
        lambda contract, now: (
            None if contract.start is None else due_day(contract.start)
        ),
        device_class=SensorDeviceClass.DATE,
        diagnostic=True,
    ),
    DynamicEntities(source="contract", describe=_contract_end),
    DynamicEntities(source="building", describe=_of_building),
    DynamicEntities(source="customer", describe=_of_customer),
)

BINARY_SENSORS: Final[tuple[PortalBinarySensorDescription[Any], ...]] = (
    PortalBinarySensorDescription(
        key="invoice_overdue",
        translation_key="invoice_overdue",
        source="invoices",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=Invoices.is_overdue,
    ),
    PortalBinarySensorDescription(
        key="contract_active",
        translation_key="contract_active",
        source="contract",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda contract, now: contract.is_active,
    ),
    PortalBinarySensorDescription(
        key="terms_accepted",
        translation_key="terms_accepted",
        source="terms",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda acceptance, now: acceptance.is_complete(),
    ),
)

CALENDARS: Final[tuple[PortalCalendarDescription[Any], ...]] = (
    PortalCalendarDescription(
        key="invoices",
        translation_key="invoices",
        source="invoices",
        value_fn=lambda invoices, now: invoices.agenda(),
    ),
)

EVENTS: Final[tuple[PortalEventDescription[Any], ...]] = (
    PortalEventDescription(
        key="message",
        translation_key="message",
        source="messages",
        event_types=["received"],
        value_fn=_of_messages,
    ),
)
