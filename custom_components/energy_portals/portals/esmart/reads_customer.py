"""What eSmart says of a customer: contracts, meters, invoices, messages; and of itself.

Read tolerantly, as in `reads.py`.

Source: the help pages of contract, customer, messages, invoices and readings; the other
bodies are assumed.
"""

from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Final

from ..reading.body import Body, Mismatch, Refused
from ..reading.listed import Listed, listed
from ..reading.nothing import says_nothing
from ..reading.rows import is_of_part
from . import fields
from .fields import MINOR, UTC_ZONE, ZONE
from .models import (
    Building,
    Check,
    Contract,
    Customer,
    Invoice,
    Message,
    MeterReading,
    Ping,
    Terms,
)
from .reads_values import (
    bare,
    flag,
    ident,
    idents,
    integer,
    optional,
    required_id,
    rows_if_any,
    text,
    whole,
)

_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 2200
_KINDS: Final = {
    "power": "IsPowerContract",
    "net": "IsNetContract",
    "energy": "IsEnergyContract",
    "broadband": "IsBroadbandContract",
    "district_heating": "IsDistrictHeatingContract",
    "gas": "IsGasContract",
    "heat_pump": "IsHeatPumpContract",
    "tap_water": "IsTapWaterContract",
}


def customer_ids(data: Body) -> tuple[str, ...]:
    """Read which customers a login is."""
    data = data.unwrapped("CustomerIds")
    ids = data.read(idents, "CustomerIds")
    return ids or ()


def customer(data: Body) -> Customer:
    """Read the customer."""
    data = data.unwrapped("CustomerId")
    return Customer(
        id=required_id(data, "CustomerId"),
        first_name=optional(data, text, "FirstName"),
        last_name=optional(data, text, "LastName"),
        customer_type=optional(data, text, "CustomerType"),
        phone=optional(data, text, "PhoneNumber"),
        mobile=optional(data, text, "MobileNumber"),
        email=optional(data, text, "Email"),
        is_power=optional(data, flag, "IsPowerCustomer"),
        is_net=optional(data, flag, "IsNetCustomer"),
    )


def contracts(data: Body) -> Listed[Contract]:
    """Read the contracts of a customer."""
    return listed(data, contract, "Contracts", key=attrgetter("contract_no"))


def contract(data: Body) -> Contract:
    """Read one contract."""
    data = data.unwrapped("ContractNo", "ContractId")
    return Contract(
        contract_no=required_id(data, "ContractNo", "ContractId"),
        name=optional(data, text, "DeliveryPointName"),
        delivery_point_id=optional(data, ident, "DeliveryPointId", "DeliveryPointNo"),
        is_active=optional(data, flag, "IsActive"),
        start=_day(data, "StartDate"),
        end=_day(data, "EndDate"),
        kinds=tuple(
            kind for kind, name in _KINDS.items() if optional(data, flag, name)
        ),
    )


def meter_exists(data: Body) -> bool:
    """Read whether a meter belongs to a contract."""
    exists = bare(data, flag, "Exists")
    if exists is None:
        raise data.unexpected("neither true nor false")
    return exists


def invoices(data: Body, currency: str = MINOR) -> Listed[Invoice]:
    """Read invoices, in the portal's order; `currency` is that of the account."""
    return listed(
        data,
        partial(invoice, currency=currency),
        "Invoices",
        key=attrgetter("number"),
    )


def invoice(data: Body, currency: str = MINOR) -> Invoice:
    """Read one invoice; amounts in another currency than the account's are unknown."""
    data = data.unwrapped("InvoiceNo")
    return Invoice(
        number=required_id(data, "InvoiceNo"),
        due=_day(data, "DueDate"),
        issued=_day(data, "InvoiceDate"),
        total=_amount(data, currency, "InvoiceSum"),
        unpaid=_amount(data, currency, "UnpaidSum"),
        kind=optional(data, text, "InvoiceType"),
        status=optional(data, integer, "InvoiceStatus"),
        reminded=optional(data, flag, "DunningIsSent"),
        in_collection=optional(data, flag, "SentToDebtCollection"),
        payment_reference=optional(data, text, "Kid"),
        link=optional(data, text, "PdfUrl"),
    )


def _amount(data: Body, currency: str, name: str) -> float | None:
    """Read an amount in the account's currency."""
    field = fields.amount(currency, name)
    value = data.measure(field, required=False)
    unit = data.unit_of(field)
    if value is not None and unit is not None and unit.currency != currency:
        data.refuse(name)
        return None
    return value


def messages(data: Body) -> Listed[Message]:
    """Read messages, in the portal's order."""
    return listed(data, _message, "Messages", key=attrgetter("id"))


def _message(row: Body) -> Message:
    """Read one message."""
    return Message(
        id=required_id(row, "Id", "MessageId"),
        subject=optional(row, text, "Subject"),
        text=optional(row, text, "Body", "Text"),
        sent=row.moment(UTC_ZONE, "SentDateTime", required=False),
        state=optional(row, integer, "State"),
        category=optional(row, integer, "Category"),
        priority=optional(row, integer, "Priority", "Severity"),
    )


def message_count(data: Body) -> int:
    """Read how many messages there are."""
    count = bare(data, whole, "Count")
    if count is None:
        raise data.unexpected("Count is missing")
    return count


def _year(value: object) -> int:
    """Read a year in which a home may have been built."""
    year = integer(value)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Refused
    return year


def meter_readings(data: Body) -> Listed[MeterReading]:
    """Read what a meter showed, newest first."""
    return listed(data, meter_reading, "Readings", key=attrgetter("date"))


def meter_reading(data: Body) -> MeterReading:
    """Read what a meter showed once: kWh, or what its unit is where that is no energy.

    A register's own digits and decimals say nothing of the value.
    """
    data = data.unwrapped("Value", "ReadingDate")
    if is_of_part(data):
        raise data.unexpected("the reading is of a part of the home")
    unit = optional(data, text, *fields.SHOWN_IN)
    decimals = optional(data, integer, "NumberOfDecimals")
    shown, used = fields.SHOWN, fields.SHOWN_USE
    if unit is not None and unit.casefold() in fields.OTHER_UNITS:
        shown, used = fields.OTHER_SHOWN, fields.OTHER_USE
    elif unit is not None or data.unit_of(shown) is not None:
        unit = "kWh"
    return MeterReading(
        value=_told_whole(data, data.measure(shown), decimals),
        date=_day(data, "ReadingDate"),
        unit=unit,
        consumption=_told_whole(data, data.measure(used, required=False), decimals),
        meter_no=optional(data, ident, "MeterNo"),
        reader=optional(data, text, "Reader"),
        digits=optional(data, integer, "NumberOfDigits"),
        decimals=decimals,
    )


def _told_whole(data: Body, value: float | None, decimals: int | None) -> float | None:
    """Return a value that is no register's digits, its decimals among them."""
    if value is None or not decimals or value != int(value) or value == 0:
        return value
    data.refuse("NumberOfDecimals")
    return None


def _day(data: Body, name: str) -> datetime | None:
    """Read a time that is rather a day, which is then Norwegian."""
    return data.moment(UTC_ZONE, name, required=False, days_in=ZONE)


def building(data: Body) -> Building:
    """Read what the portal knows of the home; nothing at all may be known."""
    names = ("Name", "BuildingYear", "HeatingArea", "Residents")
    data = data.unwrapped(*names)
    if data.value is None:
        return Building()
    if not any(map(data.has, names)):
        raise data.unexpected("BuildingYear is missing")
    read = Building(
        name=optional(data, text, "Name"),
        year=optional(data, _year, "BuildingYear"),
        area=data.measure(fields.HEATED, required=False),
        residents=optional(data, whole, "Residents"),
    )
    if says_nothing(read) and any(data.member(name) is not None for name in names):
        raise data.unexpected("nothing of it can be read")
    return read


def eula_accepted(data: Body) -> bool | None:
    """Read whether the user has accepted the licence."""
    return bare(data, flag, "Accepted")


def terms(data: Body) -> Terms:
    """Read which terms the user has accepted."""
    data = data.unwrapped("AcceptGeneralTerms")
    return Terms(
        general=data.read(flag, "AcceptGeneralTerms"),
        additional=optional(data, flag, "AcceptAdditionalTerms"),
    )


def _version(value: object) -> str | None:
    """Read a version; an error's text is none."""
    version = text(value)
    if version is not None and not any(sign.isdecimal() for sign in version):
        raise Mismatch
    return version


def ping(data: Body) -> Ping:
    """Read the version of the API and of its subsystems."""
    data = data.unwrapped("Version", "Subsystems")
    subsystems = {
        name: optional(row, text, "Version")
        for row in rows_if_any(data, "Subsystems")
        if (name := row.read(text, "Name")) is not None
    }
    version = (
        data.read(_version, "Version", required=not subsystems)
        if isinstance(data.value, dict)
        else bare(data, _version, "Version")
    )
    return Ping(version, subsystems)


def checks(data: Body) -> Listed[Check]:
    """Read the health of the portal's systems."""
    return listed(data, _check, "Checks", key=attrgetter("name"))


def _check(row: Body) -> Check:
    """Read the health of one system."""
    name = row.read(text, "Name")
    if name is None:
        raise row.unexpected("Name is missing")
    return Check(
        name, optional(row, flag, "IsOk", "Ok"), optional(row, text, "Message")
    )
