"""What eSmart alone has, beside live power and prices."""

from typing import Final

from ...entities.shown import POWER, PRICES, USED, Shown
from ...entities.tables import Tables
from ...portals.esmart.sites import (
    AreaSite,
    ChargerSite,
    ContractSite,
    CustomerSite,
    DeviceSite,
)
from . import (
    entities_control,
    entities_customer,
    entities_energy,
    entities_restrictions,
)

# A contract has more than others: what its price is like in all is the area's.
_SHOWN: Final[Shown] = {
    CustomerSite: {
        "unpaid_sum",
        "invoice_overdue",
        "next_due_date",
        "unread_messages",
        "message",
        "invoices",
        "charging_requested",
        "next_charging_start",
        "next_charging_end",
    },
    AreaSite: PRICES,
    ContractSite: {
        *POWER,
        *(PRICES - {"mean_price_today", "prices_tomorrow_known"}),
        "peak_this_month",
        # With the grid's part, which the cost of the history has not.
        "expenses_this_month",
        *USED,
        "meter_reading",
    },
    DeviceSite: {"consumption_this_month", "controlled"},
    ChargerSite: {"charged_this_month", "car_battery", "controlled"},
}

TABLES: Final = Tables(
    sensors=(
        *entities_energy.SENSORS,
        *entities_customer.SENSORS,
        *entities_control.SENSORS,
    ),
    binary_sensors=(
        *entities_customer.BINARY_SENSORS,
        *entities_control.BINARY_SENSORS,
        *entities_restrictions.BINARY_SENSORS,
    ),
    calendars=(*entities_customer.CALENDARS, *entities_control.CALENDARS),
    events=(*entities_customer.EVENTS, *entities_restrictions.EVENTS),
    numbers=entities_control.NUMBERS,
    shown=_SHOWN,
)
