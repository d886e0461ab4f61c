"""What eSmart's numbers are called, and what is assumed where it does not say.

In each field the first name is the published or the assumed one; a real account that
shows another one changes the names here and nothing else.

Source: the help pages of `wattmeter/v2`, `comparedwithothers` and
`controlplanrequests`; other bodies are assumed.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from ..reading.quantities import (
    AREA,
    ENERGY,
    NUMBER,
    POWER,
    SHARE,
    TEMPERATURE,
    Field,
    Unit,
    money,
    price,
)
from ..reading.rows import Times
from ..reading.said import Position
from .models import Resolution

# The portal's days, months and years are Norwegian; its times are documented as UTC.
ZONE: Final = ZoneInfo("Europe/Oslo")
UTC_ZONE: Final = ZoneInfo("UTC")
# The currency of the utilities that run this API; `øre` and `kr` mean its own.
MINOR: Final = "NOK"
KW: Final = Unit(1000.0)

_START: Final = ("FromTime", "FromTimeUtc", "StartTime", "ValidFrom", "From", "Start")
END: Final = ("EndTime", "ToTime", "ToTimeUtc", "ValidTo", "To", "End")
TIME: Final = ("ValueTime", "Time", "TimeUtc", "DateTime", "Date", "Timestamp")
WEAK: Final = ("Value", "Amount")
TOTAL: Final = ("Total", "Sum", "TotalAmount")

# In kWh. An hour is what the largest connection carries: what a home cannot draw is
# refused where it is stored, with regard to its own connection. Longer is never stored.
_LIMITS: Final = {
    Resolution.HOUR: 1e5,
    Resolution.DAY: 25e3,
    Resolution.MONTH: 745e3,
    Resolution.YEAR: 8784e3,
}
# What a fuse of 125 A at 400 V lets through; W taken for kW are beyond it mostly.
_LIVE_LIMIT: Final = 100e3
# What the largest connection lets through.
_BOUGHT_LIMIT: Final = 100e6
# The portal's own status of a point, which whoever reads it looks at.
_STATUS: Final = frozenset({"status"})
# What an invoice says of itself, not of its amounts.
_OF_INVOICES: Final = frozenset({"invoicestatus", "creditstatus", "status"})
_REGISTER: Final = frozenset({"numberofdigits", "numberofdecimals", "constant"})
_SHOWN_IN_NAMES: Final = frozenset({"meterunit", "unit", "unittype", "uom"})

TEMPERATURES: Final = Field(TEMPERATURE, ("Temperature", "Temp"), WEAK, codes=_STATUS)
# Demand response names no unit.
REQUESTED: Final = Field(NUMBER, ("Value",), low=-1e9, codes=_STATUS)
CHARGED: Final = Field(ENERGY, TOTAL, high=745e3)
DEMAND: Final = Field(ENERGY, ("ChargingDemand", "ChargeDemand"), high=1e3)
GROSS: Final = Field(ENERGY, ("GrossBatterySize",), high=1e4)
NET: Final = Field(ENERGY, ("NettBatterySize", "NetBatterySize"), high=1e4)
CHARGE_POWER: Final = Field(POWER, ("MaxChargePower",), usual=KW, kept=KW, high=1e4)
# Up to 1 it may be a percentage or a fraction.
BATTERY: Final = Field(SHARE, ("BatteryLevel",))
THRESHOLD: Final = Field(POWER, ("Threshold",), usual=KW, kept=KW, low=-1e4, high=1e4)
# Less is no home.
HEATED: Final = Field(AREA, ("HeatingArea",), low=5.0)
# What a meter shows: energy where its unit is one, else in the unit beside it.
_SHOWN_LIMIT: Final = 1e9
SHOWN: Final = Field(ENERGY, ("Value",), high=_SHOWN_LIMIT, known=_REGISTER)
SHOWN_USE: Final = Field(ENERGY, ("Consumption",), high=_SHOWN_LIMIT, known=_REGISTER)
OTHER_UNITS: Final = frozenset({"m3", "m³", "nm3", "nm³", "l", "liter", "litre"})
SHOWN_IN: Final = ("MeterUnit", "Unit", "UnitType", "Uom")
OTHER_SHOWN: Final = Field(NUMBER, ("Value",), known=_REGISTER | _SHOWN_IN_NAMES)
OTHER_USE: Final = Field(NUMBER, ("Consumption",), known=_REGISTER | _SHOWN_IN_NAMES)


@lru_cache
def energy(resolution: Resolution, usual: str = "kWh") -> Field:
    """Return the energy of intervals, kWh; `usual` is the unit where none is told."""
    names, limit = ("Consumption", "Energy"), _LIMITS[resolution]
    unit = ENERGY.unit(frozenset({usual}))
    return Field(ENERGY, names, WEAK, unit, high=limit, codes=_STATUS)


@lru_cache
def cost(currency: str) -> Field:
    """Return what the energy of intervals cost, in the main currency."""
    return Field(money(currency or MINOR), ("Cost", "Costs"), WEAK, codes=_STATUS)


@lru_cache
def expense(currency: str) -> Field:
    """Return one expense."""
    return Field(money(currency or MINOR), ("Value", "Cost", "Amount"))


@lru_cache
def amount(currency: str, *names: str) -> Field:
    """Return an amount of money under some names."""
    return Field(money(currency or MINOR), names, known=_OF_INVOICES)


@lru_cache
def prices(usual: str) -> Field:
    """Return prices per kWh; `usual` is the unit where none is told."""
    quantity = price(usual, MINOR)
    own = quantity.unit(frozenset())
    return Field(
        quantity,
        ("Price", "SpotPrice", "HourPrice", "EnergyPrice"),
        WEAK,
        usual=own,
        codes=_STATUS,
    )


@lru_cache
def live_power(usual: str) -> Field:
    """Return power drawn or fed in, W; `usual` is the unit where none is told."""
    unit = {"w": Unit(), "kw": KW}.get(usual.strip().casefold())
    names = ("Power", "Effect")
    return Field(POWER, names, WEAK, unit, low=-_LIVE_LIMIT, high=_LIVE_LIMIT)


@lru_cache
def bought_power(usual: str, *names: str) -> Field:
    """Return a power that is subscribed, W."""
    unit = {"w": Unit(), "kw": KW}.get(usual.strip().casefold())
    return Field(POWER, names, usual=unit, high=_BOUGHT_LIMIT)


@lru_cache
def times(position: Position) -> Times:
    """Return how points tell their times."""
    return Times(TIME, _START, END, UTC_ZONE, position)


def longest(resolution: Resolution) -> timedelta | None:
    """Return the length of a point that stands alone, where it is always the same."""
    return timedelta(hours=1) if resolution is Resolution.HOUR else None
