"""eSmart's answers, as far as they are used.

Some bodies are published and the rest are an assumed contract, so the `reads` modules
read them tolerantly into these structs. Ids are texts, times are in UTC, money and
energy are in the unit that stands beside them. None is a value the portal did not give;
an integer of an enumeration whose members are not published is kept as it came.

Source: the portal's help pages, where they show a body.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import Final

import msgspec

from ..model.series import Series

# One user's practice, and the only word there is: above it a value is a bad one.
_BAD_STATUS: Final = 3999


# A longer number does not fit into the portal's integers.
_DIGITS: Final = 18


def id_in_body(text: str) -> int | str:
    """Return an id as bodies have it: a number where it is one."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if is_number else text


class Area(IntEnum):
    """What a login is asked as; an account may hold either or both."""

    NET = 1
    POWER = 2


class Resolution(IntEnum):
    """How long a slot of consumption or cost is."""

    HOUR = 7
    DAY = 20
    MONTH = 40
    YEAR = 50


class MessageState(IntEnum):
    """Whether a message was read."""

    UNREAD = 1
    READ = 2


class DeviceValue(msgspec.Struct, frozen=True):
    """A value of a device; categories and unit are unpublished enumerations."""

    value: float | None
    time: datetime | None = None
    category: int | None = None
    sub_category: int | None = None
    unit: int | None = None


class Device(msgspec.Struct, frozen=True):
    """Something at a gateway; `values` are its newest by category, in their order."""

    asset_id: str
    name: str | None = None
    description: str | None = None
    device_type: int | None = None
    values: tuple[DeviceValue, ...] = ()


class Gateway(msgspec.Struct, frozen=True):
    """A gateway in the home, its devices and its car chargers."""

    asset_id: str
    name: str | None = None
    devices: tuple[Device, ...] = ()
    chargers: tuple[Device, ...] = ()


class DeliveryPoint(msgspec.Struct, frozen=True):
    """A contract at a delivery point and, where known, its meter.

    `meter_id` is what paths take: the portal's meter id, else the meter's number.
    """

    contract_no: str
    delivery_point_id: str | None = None
    meter_id: str | None = None
    meter_no: str | None = None
    name: str | None = None
    price_area: str | None = None
    address: str | None = None
    is_active: bool | None = None
    is_power: bool | None = None
    is_net: bool | None = None
    start: datetime | None = None
    end: datetime | None = None
    has_watt_meter: bool | None = None
    gateways: tuple[Gateway, ...] = ()


class Contract(msgspec.Struct, frozen=True):
    """A contract; `kinds` are those it says it is: `power`, `net`, `gas`, ….

    It names neither a meter nor a price area.
    """

    contract_no: str
    name: str | None = None
    delivery_point_id: str | None = None
    is_active: bool | None = None
    start: datetime | None = None
    end: datetime | None = None
    kinds: tuple[str, ...] = ()


class Peak(msgspec.Struct, frozen=True):
    """A power in W and when it was measured."""

    watts: float | None
    time: datetime | None = None


class Subscribed(msgspec.Struct, frozen=True):
    """Subscribed power and the steps it is charged in (from, to), all in W."""

    watts: float | None
    sections: tuple[tuple[float | None, float | None], ...] = ()


class WattMeter(msgspec.Struct, frozen=True):
    """The newest power, the highest of this month and the highest ever."""

    last: Peak | None = None
    month_max: Peak | None = None
    max: Peak | None = None
    subscribed: Subscribed | None = None


class Reading(msgspec.Struct, frozen=True):
    """A value of a series; a `status` above 3999 is said to mark a bad one."""

    value: float | None
    status: int | None = None

    @property
    def good(self) -> float | None:
        """Return the value, None where its status calls it bad."""
        is_bad = self.status is not None and self.status > _BAD_STATUS
        return None if is_bad else self.value


class Readings(msgspec.Struct, frozen=True):
    """A series in the unit the portal names."""

    unit: str | None
    slots: Series[Reading]


class Comparison(msgspec.Struct, frozen=True):
    """This home beside similar and beside efficient ones, day by day.

    The portal names no unit of the three series; percentages are its own.
    """

    score: int | None
    efficient_percentage: int | None
    reference_percentage: int | None
    own: Series[Reading]
    reference: Series[Reading]
    efficient: Series[Reading]


class Expenses(msgspec.Struct, frozen=True):
    """What a contract cost over a span, and on what."""

    unit: str | None
    total: float | None
    items: Mapping[str, float | None]


class Invoice(msgspec.Struct, frozen=True):
    """An invoice; the portal names no currency. `status` is unpublished.

    `link` is where its document is published, for whoever knows it: it is a secret.
    """

    number: str
    due: datetime | None = None
    issued: datetime | None = None
    total: float | None = None
    unpaid: float | None = None
    kind: str | None = None
    status: int | None = None
    reminded: bool | None = None
    in_collection: bool | None = None
    payment_reference: str | None = None
    link: str | None = None


class Message(msgspec.Struct, frozen=True):
    """A message of the utility; `state` is a MessageState where it is a known one."""

    id: str
    subject: str | None = None
    text: str | None = None
    sent: datetime | None = None
    state: int | None = None
    category: int | None = None
    priority: int | None = None


class MeterReading(msgspec.Struct, frozen=True):
    """What a meter showed, and who read it."""

    value: float | None
    date: datetime | None = None
    unit: str | None = None
    consumption: float | None = None
    meter_no: str | None = None
    reader: str | None = None
    digits: int | None = None
    decimals: int | None = None


class Building(msgspec.Struct, frozen=True):
    """The home; `area` is the heated one in m²."""

    name: str | None = None
    year: int | None = None
    area: float | None = None
    residents: int | None = None


class ChargingRequest(msgspec.Struct, frozen=True):
    """A wish to charge a car within a span; `energy` in kWh."""

    id: str
    asset_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    energy: float | None = None


class ChargerMonth(msgspec.Struct, frozen=True):
    """What a charger delivered in a month, in all and by local day."""

    unit: str | None
    total: float | None
    days: Series[Reading]


class Car(msgspec.Struct, frozen=True):
    """A car in the portal's garage; kWh and kW are assumed."""

    id: str
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    gross_kwh: float | None = None
    net_kwh: float | None = None
    max_kw: float | None = None
    connected_asset_id: str | None = None


class CarChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of a car; None stays as it is. kWh and kW are assumed."""

    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    gross_kwh: float | None = None
    net_kwh: float | None = None
    max_kw: float | None = None
    connected_asset_id: str | None = None

    def body(self) -> dict[str, object]:
        """Return it as bodies have it."""
        charger = self.connected_asset_id
        told = {
            "DisplayName": self.name,
            "Manufacturer": self.manufacturer,
            "Model": self.model,
            "GrossBatterySize": self.gross_kwh,
            "NettBatterySize": self.net_kwh,
            "MaxChargePower": self.max_kw,
            "ConnectedAssetId": None if charger is None else id_in_body(charger),
        }
        return {name: value for name, value in told.items() if value is not None}


class ChargerInfo(msgspec.Struct, frozen=True):
    """A charger and the car at it; `battery` is the car's, in percent."""

    asset_id: str
    battery: float | None = None
    car_id: str | None = None


class ControlPlan(msgspec.Struct, frozen=True):
    """When the portal means to control a device."""

    id: str
    asset_id: str | None = None
    name: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    declined: bool | None = None
    search_filter_id: str | None = None


class RequestZone(msgspec.Struct, frozen=True):
    """A zone that demand response is asked for."""

    id: str
    name: str | None = None


class RequestType(msgspec.Struct, frozen=True):
    """A type of series that demand response is asked for with."""

    id: str
    name: str | None = None


class ControlSite(msgspec.Struct, frozen=True):
    """A home with load control."""

    id: str
    name: str | None = None


class ControlSettings(msgspec.Struct, frozen=True):
    """The threshold of load control, and its devices in order."""

    threshold: float | None = None
    unit: str | None = None
    order: tuple[str, ...] = ()


class RestrictedMeter(msgspec.Struct, frozen=True):
    """A meter that an event is flagged at; `ids` are its id and its number."""

    ids: tuple[str, ...]
    since: datetime | None = None


class Terms(msgspec.Struct, frozen=True):
    """Which terms the user has accepted."""

    general: bool | None = None
    additional: bool | None = None


class Customer(msgspec.Struct, frozen=True):
    """The customer; identity numbers and the date of birth are not read."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    customer_type: str | None = None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    is_power: bool | None = None
    is_net: bool | None = None


class Ping(msgspec.Struct, frozen=True):
    """The version of the API and of its subsystems."""

    version: str | None = None
    subsystems: Mapping[str, str | None] = {}


class Check(msgspec.Struct, frozen=True):
    """A health check of the portal's."""

    name: str
    ok: bool | None = None
    message: str | None = None
