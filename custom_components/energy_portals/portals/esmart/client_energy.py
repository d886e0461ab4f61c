"""eSmart's power, energy, prices and costs.

Source: the parts `meters`, `contracts` and `spotprices` of the portal's list of
endpoints, and the help pages of those.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from ..model.prices import PriceSeries
from ..reading.body import Body
from ..reading.said import Position
from . import reads, reads_power, wire
from .client_calls import EsmartCalls, span
from .fields import energy
from .models import Comparison, Expenses, Readings, Resolution, WattMeter, id_in_body

_HOUR: Final = timedelta(hours=1)


class EnergyCalls(EsmartCalls):
    """Power, energy, prices and costs; every span is half-open."""

    _power_unit: str
    _energy_unit: str
    _position: Position

    async def watt_meter(self, contract_no: str, meter_id: str) -> WattMeter:
        """Return the power now and its peaks, W."""
        return await self._watt_meter("wattmeter_v2", contract_no, meter_id)

    async def watt_meter_v1(self, contract_no: str, meter_id: str) -> WattMeter:
        """Return the power now and its peaks, W, where there is no version 2."""
        return await self._watt_meter("wattmeter", contract_no, meter_id)

    async def spot_prices(
        self, price_area: str, start: datetime, end: datetime
    ) -> PriceSeries:
        """Return the spot prices of an area, preliminary ones included."""
        return await self._prices(
            "spotprices",
            {
                "priceArea": price_area,
                "fromTimeUtc": wire.sent(start),
                "toTimeUtc": wire.sent(self._until(end)),
                "includePreliminary": "true",
                "useCache": "true",
            },
            area=price_area,
        )

    async def contract_prices(
        self, contract_no: str, start: datetime, end: datetime
    ) -> PriceSeries:
        """Return a contract's own prices; what they include is not stated."""
        query = {
            "fromTimeUtc": wire.sent(start),
            "toTimeUtc": wire.sent(self._until(end)),
            "useCache": "true",
        }
        return await self._prices("contract_prices", query, contract_no=contract_no)

    async def meter_prices(
        self, contract_no: str, meter_id: str, start: datetime, end: datetime
    ) -> PriceSeries:
        """Return a contract's own prices at one meter."""
        query = {
            "fromTimeUtc": wire.sent(start),
            "toTimeUtc": wire.sent(self._until(end)),
        }
        return await self._prices(
            "meter_prices", query, contract_no=contract_no, meter_id=meter_id
        )

    async def consumption(
        self,
        contract_no: str,
        meter_id: str,
        start: datetime,
        end: datetime,
        resolution: Resolution = Resolution.HOUR,
    ) -> Readings:
        """Return what a meter counted, kWh; unit None where the portal names none."""
        return await self._of_meter(
            "consumption",
            reads.readings(
                energy(resolution, self._energy_unit),
                resolution,
                asked=_about(meter_id),
                position=self._position,
                unit="kWh",
            ),
            (contract_no, meter_id, start, self._until(end), resolution),
        )

    async def asset_consumption(
        self,
        asset_id: str,
        start: datetime,
        end: datetime,
        resolution: Resolution = Resolution.HOUR,
    ) -> Readings:
        """Return what a charger or another device used, kWh.

        Request and answer are not published; they are taken to be those of a meter.
        """
        return await self._read(
            "asset_consumption",
            reads.readings(
                energy(resolution, self._energy_unit),
                resolution,
                asked={"assetid": asset_id},
                position=self._position,
                unit="kWh",
            ),
            json={
                "CustomerId": id_in_body(self.customer_id),
                **_over(start, self._until(end), resolution),
            },
            asset_id=asset_id,
        )

    async def costs(
        self,
        contract_no: str,
        meter_id: str,
        start: datetime,
        end: datetime,
        resolution: Resolution = Resolution.HOUR,
    ) -> Readings:
        """Return what consumption cost, in the currency the portal names, if any."""
        return await self._of_meter(
            "costs",
            reads.costs(resolution, _about(meter_id), self._position, self.currency),
            (contract_no, meter_id, start, self._until(end), resolution),
        )

    async def comparison(
        self, contract_no: str, meter_id: str, start: datetime, end: datetime
    ) -> Comparison:
        """Return this home beside similar and beside efficient ones, by day."""
        return await self._of_meter(
            "comparedwithothers",
            reads.comparison,
            (contract_no, meter_id, start, end, Resolution.DAY),
        )

    async def temperatures(
        self, meter_id: str, start: datetime, end: datetime
    ) -> Readings:
        """Return the temperature outside a meter's home, by hour."""
        return await self._read(
            "temperatures",
            reads.temperatures,
            json={**span(start, end), "Resolution": Resolution.HOUR},
            meter_id=meter_id,
        )

    async def expenses(
        self, contract_no: str, start: datetime, end: datetime
    ) -> Expenses:
        """Return what a contract cost, and on what."""
        return await self._read(
            "expenseoverview",
            partial(reads.expenses, currency=self.currency),
            json={
                "ContractNo": id_in_body(contract_no),
                "CustomerId": id_in_body(self.customer_id),
                **span(start, end),
            },
            contract_no=contract_no,
        )

    def _until(self, end: datetime) -> datetime:
        """Return until when to ask: the last interval may have its end as its time."""
        return end + _HOUR if self._position is Position.END else end

    async def _watt_meter(self, key: str, contract_no: str, meter_id: str) -> WattMeter:
        """Read the watt meter by either version."""
        return await self._read(
            key,
            reads_power.watt_meter(self._power_unit),
            contract_no=contract_no,
            meter_id=meter_id,
        )

    async def _prices(
        self, key: str, query: dict[str, str], *, area: str | None = None, **path: str
    ) -> PriceSeries:
        """Read prices, of an area where one is asked for."""
        read = reads.prices(self._price_unit, area, self._position)
        decode = self._decode(key, read)
        return await self._send(key, decode, path, query=query)

    async def _of_meter[ResultT](
        self,
        key: str,
        read: Callable[[Body], ResultT],
        asked: tuple[str, str, datetime, datetime, Resolution],
    ) -> ResultT:
        """Read a series of a meter."""
        contract_no, meter_id, start, end, resolution = asked
        return await self._read(
            key,
            read,
            json={
                "ContractNo": id_in_body(contract_no),
                "CustomerId": id_in_body(self.customer_id),
                **_over(start, end, resolution),
            },
            contract_no=contract_no,
            meter_id=meter_id,
        )


def _over(start: datetime, end: datetime, resolution: Resolution) -> dict[str, object]:
    """Return the part of a request that says of what time, and in which steps."""
    return {
        **span(start, end),
        "IncludeLastYear": False,
        "IncludeWeather": False,
        "Resolution": resolution,
    }


def _about(meter_id: str) -> dict[str, str]:
    """Return what rows must be about where they say it."""
    return {"meterid": meter_id}
