"""Digiwatt's answers and requests.

Only the requests and the token are documented; the answers are an assumed contract,
so `client.py` reads them tolerantly into these structs. Power is in W, energy in Wh,
shares in percent, times in UTC. None is a value the portal did not give.

Source: the portal's API reference.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec


class HouseType(StrEnum):
    """Kinds of home the portal knows."""

    APARTMENT = "apartment"
    TOWNHOUSE = "townhouse"
    DETACHED = "detached"
    SECOND = "second"


class Appliance(StrEnum):
    """Appliances the portal knows; answers may name others."""

    AIR_CONDITIONER = "airConditioner"
    BOILER = "boiler"
    CHARGING_STATION = "chargingStation"
    DISHWASHER = "dishwasher"
    ELECTRIC_HEATER = "electricHeater"
    ELECTRIC_VEHICLE = "electricVehicle"
    FRIDGE = "fridge"
    HEAT_PUMP = "heatPump"
    INDUCTION_COOKTOP = "inductionCooktop"
    MICROWAVE = "microwave"
    OVEN = "oven"
    SOLAR_BATTERY = "solarBattery"
    SOLAR_PANEL = "solarPanel"
    TELEVISION = "television"
    WASHING_MACHINE = "washingMachine"


class SupplyPoint(msgspec.Struct, frozen=True):
    """A supply point to register; the portal's own rules for `pod` contradict."""

    pod: str
    account_number: str
    company_code: str


class House(msgspec.Struct, frozen=True, omit_defaults=True):
    """The home; the portal spells `dimesion` on the wire and names no unit."""

    type: HouseType | None = None
    dimension: int | None = msgspec.field(name="dimesion", default=None)
    province: str | None = None


class Residents(msgspec.Struct, frozen=True):
    """Who lives there."""

    adults: int
    children: int
    elderlies: int


class ApplianceCount(msgspec.Struct, frozen=True):
    """How many of an appliance there are."""

    appliance: Appliance
    quantity: int


class Household(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the onboarding takes; without appliances the portal uses its own set."""

    house: House
    residents: Residents
    appliances: tuple[ApplianceCount, ...] = ()


class PowerRow(msgspec.Struct, frozen=True):
    """Power at a time: the whole home and, where given, its appliances."""

    time: datetime
    total: float | None
    appliances: Mapping[str, float | None] = {}


class Totals(msgspec.Struct, frozen=True):
    """Energy of a period, against the one before it."""

    total: float | None
    previous_total: float | None
    variation: float | None
    appliances: Mapping[str, float | None]


class Performance(msgspec.Struct, frozen=True):
    """Energy of a period beside that of similar homes."""

    lowest: float | None
    highest: float | None
    user: float | None

    @property
    def position(self) -> float | None:
        """Return where between the lowest and the highest the user is, in percent."""
        lowest, highest, user = self.lowest, self.highest, self.user
        if lowest is None or highest is None or user is None or highest <= lowest:
            return None
        return (user - lowest) / (highest - lowest) * 100


class MonthlySplit(msgspec.Struct, frozen=True):
    """Energy of a month (`YYYY-MM`), split by tariff band or by appliance."""

    month: str
    split: Mapping[str, float | None]


class Saving(msgspec.Struct, frozen=True):
    """Energy used and saved in the last 30 days; the unit Wh is assumed."""

    consumption: float | None
    saving: float | None
