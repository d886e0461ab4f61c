"""The simulated eSmart's prices: when they are known, and of which slots."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from tests.sandbox.esmart_home import AREAS, Contract, EsmartHome
from tests.sandbox.esmart_wire import NET, OSLO, Ask, Data, Refused, day_of, point_time

NOK_PER_EUR: Final = 11.5
GRID_FEE: Final = 0.4
_QUARTER: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_PRELIMINARY: Final = timedelta(minutes=10)
_PRELIMINARY_ERROR: Final = 0.01
_LENGTHS: Final = (15, 30, 60)


def _floor(at: datetime, length: timedelta) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (at - midnight) // length * length


def slots(start: datetime, stop: datetime, length: timedelta) -> Iterator[datetime]:
    """Yield the slots that start in [start, stop)."""
    at = _floor(start, length)
    if at < start:
        at += length
    while at < stop:
        yield at
        at += length


class EsmartPrices:
    """Prices in NOK/kWh; those of tomorrow are known from early afternoon on."""

    def __init__(self, home: EsmartHome) -> None:
        """Price the grid of a household."""
        self.home = home
        self.published_at = time(12, 55)
        self.minutes = 15
        self.contract_minutes = 60
        # Whether spot prices of all areas come in one list, each with its area.
        self.tells_all_areas = False
        self._delay = timedelta()
        self._corrections: list[tuple[datetime, datetime, float]] = []
        self._spots: dict[tuple[object, ...], float] = {}

    # Controls

    def set_resolution(self, minutes: int) -> dict[str, object]:
        """Let spot prices be of slots of this length."""
        if minutes not in _LENGTHS:
            raise ValueError("minutes must be 15, 30 or 60")
        self.minutes = minutes
        return {"minutes": minutes}

    def set_contract_resolution(self, minutes: int) -> dict[str, object]:
        """Let the prices of a contract be of slots of this length."""
        if minutes not in _LENGTHS:
            raise ValueError("minutes must be 15, 30 or 60")
        self.contract_minutes = minutes
        return {"minutes": minutes}

    def correct_price(self, start: str, stop: str, value: float) -> dict[str, object]:
        """Replace the spot prices of the quarters that start in [start, stop)."""
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(stop)
        self._corrections.append(
            (first.astimezone(UTC), last.astimezone(UTC), float(value))
        )
        return {"start": start, "stop": stop, "value": value}

    def tell_all_areas(self, on: bool = True) -> dict[str, object]:
        """Answer spot prices of every area in one list, whichever is asked for."""
        self.tells_all_areas = on
        return {"on": on}

    def delay_publication(self, minutes: int) -> dict[str, object]:
        """Let the prices of tomorrow come this much later than they should."""
        self._delay = timedelta(minutes=minutes)
        return {"minutes": minutes}

    # What is known

    def _published(self, at: datetime) -> datetime:
        """Return when the final price of a moment is published."""
        before = day_of(at) - _DAY
        local = datetime.combine(before, self.published_at, OSLO)
        return local.astimezone(UTC) + self._delay

    def is_known(self, at: datetime, preliminary: bool = False) -> bool:
        """Return whether the price of a moment is known now."""
        now = self.home.now()
        lead = _PRELIMINARY if preliminary else timedelta()
        return day_of(at) <= day_of(now) or now >= self._published(at) - lead

    def _quarter(self, area: str, at: datetime) -> float:
        for start, stop, value in reversed(self._corrections):
            if start <= at < stop:
                return value
        factor = 1 + 0.03 * AREAS.index(area)
        return self.home.household.grid.price(at) * NOK_PER_EUR * factor

    def spot(self, area: str, at: datetime, length: timedelta) -> float:
        """Return the mean price of a slot."""
        # What is corrected, and no longer, is another price.
        slot = (area, at.astimezone(UTC), length, *self._corrections)
        if (known := self._spots.get(slot)) is None:
            known = self._spots[slot] = self._mean(area, at.astimezone(UTC), length)
        return known

    def _mean(self, area: str, at: datetime, length: timedelta) -> float:
        quarters = length // _QUARTER
        prices = [self._quarter(area, at + _QUARTER * n) for n in range(quarters)]
        return round(sum(prices) / quarters, 5)

    def contract_price(
        self, contract: Contract, at: datetime, length: timedelta = _HOUR
    ) -> float:
        """Return what a contract asks for energy in a slot; the grid's fee is flat."""
        if contract.area == NET:
            return GRID_FEE
        return round(self.spot(contract.price_area, at, length) * 1.25 + 0.05, 6)

    # Answers

    def spot_prices(self, ask: Ask) -> list[Data]:
        """Return the spot prices of an area."""
        area = ask.query.get("priceArea")
        if area not in AREAS:
            raise Refused(400, "priceArea must be NO1 to NO5")
        preliminary = ask.query_flag("includePreliminary")
        ask.query_flag("useCache", required=True)
        if not self.tells_all_areas:
            return self._spot_rows(area, ask, preliminary=preliminary)
        return [
            {**row, "PriceArea": each}
            for each in AREAS
            for row in self._spot_rows(each, ask, preliminary=preliminary)
        ]

    def _spot_rows(self, area: str, ask: Ask, *, preliminary: bool) -> list[Data]:
        length = timedelta(minutes=self.minutes)
        rows: list[dict[str, object]] = []
        for at in self._slots(ask, length, preliminary=preliminary):
            final = self.is_known(at)
            # A preliminary price differs, so that a reader who keeps it is found out.
            error = 0.0 if final else _PRELIMINARY_ERROR
            value = round(self.spot(area, at, length) + error, 5)
            row: dict[str, object] = {
                "ValueTime": point_time(at, len(rows)),
                "Value": value,
            }
            if not rows:
                row["Unit"] = "NOK/kWh"
            if not rows or not final:
                row["IsPreliminary"] = not final
            rows.append(row)
        return list(rows)

    def contract_prices(self, ask: Ask) -> list[Data]:
        """Return the prices of a contract."""
        ask.query_flag("useCache", required=True)
        return self._contract_rows(self.home.contract(ask), ask)

    def meter_prices(self, ask: Ask) -> list[Data]:
        """Return the prices of a contract at a meter of it."""
        return self._contract_rows(self.home.metered(ask), ask)

    def _contract_rows(self, contract: Contract, ask: Ask) -> list[Data]:
        length = timedelta(minutes=self.contract_minutes)
        rows: list[Data] = []
        for at in self._slots(ask, length):
            if at < self.home.opened:
                continue
            row: dict[str, object] = {
                "ValueTime": point_time(at, len(rows)),
                "Value": self.contract_price(contract, at, length),
            }
            if not rows:
                row |= {"Unit": "NOK/kWh", "IsPreliminary": False}
            rows.append(row)
        return rows

    def _slots(
        self, ask: Ask, length: timedelta, *, preliminary: bool = False
    ) -> Iterator[datetime]:
        start, stop = ask.query_span()
        # The day after tomorrow is never known; nobody waits for a far end.
        stop = min(stop, self.home.now() + 3 * _DAY)
        for at in slots(start, stop, length):
            if self.is_known(at, preliminary):
                yield at
