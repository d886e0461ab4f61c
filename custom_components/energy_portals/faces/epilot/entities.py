"""What epilot alone has, beside prices and history."""

from typing import Final

from ...entities.shown import FED_IN, PAID, PRICES, USED, Shown
from ...entities.tables import Tables
from ...portals.epilot.sites import ContractSite, MeterSite, PortalSite, PriceSite
from . import entities_customer, entities_energy

_SHOWN: Final[Shown] = {
    PortalSite: {
        "customer_balance",
        "next_installment",
        "next_installment_due",
        "newest_document",
        "unread_notifications",
        "open_tasks",
        "billing_events",
        "notification",
    },
    ContractSite: {"installment", "contract_balance"},
    MeterSite: {*USED, *PAID, *FED_IN, *entities_energy.READINGS},
    PriceSite: PRICES,
}

TABLES: Final = Tables(
    sensors=(*entities_customer.SENSORS, *entities_energy.SENSORS),
    binary_sensors=entities_customer.BINARY_SENSORS,
    calendars=entities_customer.CALENDARS,
    events=entities_customer.EVENTS,
    shown=_SHOWN,
)
