"""The simulated eSmart's meter readings: a register read once a month."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tests.sandbox.esmart_home import Contract, EsmartHome
from tests.sandbox.esmart_wire import Ask, Data, Refused, midnight, moment, stamp, whole
from tests.sandbox.periods import first_of_month

_MONTHS_READ: Final = 14


@dataclass(frozen=True)
class _Reading:
    """What the register showed at a moment, in kWh."""

    at: datetime
    value: int
    consumption: int
    reader: str


class EsmartReadings:
    """The registers of all delivery points."""

    def __init__(self, home: EsmartHome) -> None:
        """Read registers when they are first asked for."""
        self.home = home
        self._registers: dict[int, list[_Reading]] = {}

    def _register(self, contract: Contract) -> list[_Reading]:
        """Return the readings of a delivery point, oldest first."""
        point = contract.delivery_point_id
        if point not in self._registers:
            value, rows = 10_000, []
            for back in range(_MONTHS_READ - 1, -1, -1):
                used = 180 + int(90 * self.home.household.fraction("read", point, back))
                value += used
                at = midnight(first_of_month(self.home.today, back))
                rows.append(_Reading(at, value, used, "Utility"))
            self._registers[point] = rows
        return self._registers[point]

    def readings(self, ask: Ask) -> list[Data]:
        """Return a page of the readings, newest first."""
        contract = self.home.delivery_point(ask)
        rows = ask.page(self._register(contract)[::-1])
        return [_response(contract, reading) for reading in rows]

    def reading_submit(self, ask: Ask) -> Data:
        """Take a reading of the customer."""
        contract = self.home.delivery_point(ask)
        for key, expected in (
            ("CustomerId", contract.customer_id),
            ("DeliveryPointId", contract.delivery_point_id),
        ):
            ask.given(key)
            ask.agrees(key, expected)
        at = moment(ask.given("ReadingDate"), "ReadingDate")
        value = whole(ask.given("Value"), "Value")
        register = self._register(contract)
        last = register[-1]
        if value < last.value:
            raise Refused(400, "Value is lower than the last reading")
        if not last.at <= at <= self.home.now():
            raise Refused(400, "ReadingDate is before the last reading or to come")
        reading = _Reading(at, value, value - last.value, "Customer")
        register.append(reading)
        return _response(contract, reading)


def _response(contract: Contract, reading: _Reading) -> Data:
    return {
        "DeliveryPointId": f"{contract.delivery_point_id}",
        "MeterNo": contract.meter_no,
        "MeterUnit": "kWh",
        "ReadingDate": stamp(reading.at),
        "Value": float(reading.value),
        "Consumption": float(reading.consumption),
        "Reader": reading.reader,
        "Constant": "1",
        "NumberOfDigits": 6,
        "NumberOfDecimals": 0,
        "ResponseStatus": {"ErrorCode": None, "Message": None, "StackTrace": None},
    }
