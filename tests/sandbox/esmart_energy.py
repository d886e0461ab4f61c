"""The simulated eSmart's energy: watt meter, consumption, costs, temperatures."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from math import cos, fsum, pi
from typing import Final

from tests.sandbox.esmart_home import Contract, EsmartHome
from tests.sandbox.esmart_periods import DAY, HOUR, MONTH, NONE, YEAR, periods
from tests.sandbox.esmart_prices import GRID_FEE, EsmartPrices, slots
from tests.sandbox.esmart_wire import (
    NET,
    Ask,
    Data,
    Refused,
    Tracked,
    day_of,
    flag,
    midnight,
    point_time,
    precise,
    stamp,
    whole,
)
from tests.sandbox.periods import first_of_month, iso_span

_QUARTER: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_RESOLUTIONS: Final = (NONE, HOUR, DAY, MONTH, YEAR)
_WATT_METER_MONTHS: Final = 1

type Measure = Callable[[datetime, datetime], float]
type Values = dict[datetime, float]


def _floor(at: datetime, step: timedelta) -> datetime:
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour + (at - hour) // step * step


def _a_year_before(at: datetime) -> datetime:
    day = 28 if (at.month, at.day) == (2, 29) else at.day
    return at.replace(year=at.year - 1, day=day)


def points(rows: Mapping[datetime, float], status: int | None = 1) -> list[Tracked]:
    """Return the points of a series, as the portal numbers them."""
    told = []
    for place, (at, value) in enumerate(rows.items()):
        point = Tracked(ValueTime=point_time(at, place), Value=value)
        if status is not None:
            point["Status"] = status
        told.append(point)
    return told


def _sum(values: Mapping[datetime, float]) -> float:
    return round(sum(values.values()), 6)


class EsmartEnergy:
    """The household through its meters: power in kW, energy in kWh, money in NOK."""

    def __init__(self, home: EsmartHome, prices: EsmartPrices) -> None:
        """Put up the watt meters a month ago, at its start."""
        self.home = home
        self.prices = prices
        # No earlier, or the first answer would have to make up all of two years.
        self._watt_since = midnight(first_of_month(home.today, _WATT_METER_MONTHS))
        self._by_quarters = False
        # Whether live power comes in W, and says so beside each value.
        self.tells_units = False
        self._longest: timedelta | None = None

    # Controls

    def read_by_quarters(self) -> dict[str, object]:
        """Answer consumption and costs by the quarter where hours are asked for."""
        self._by_quarters = True
        return {"minutes": 15}

    def tell_units(self, on: bool = True) -> dict[str, object]:
        """Tell live power in W, the unit beside each value."""
        self.tells_units = on
        return {"on": on}

    def set_longest_span(self, days: int | None) -> dict[str, object]:
        """Refuse to tell consumption or costs of more than so many times 24 hours."""
        if days is not None and days <= 0:
            raise ValueError("days must be positive")
        self._longest = None if days is None else timedelta(days=days)
        return {"days": days}

    def published(self, contract_no: int, start: str, stop: str) -> dict[str, object]:
        """Return the sums of what is answered for the whole hours of an ISO span."""
        contract, span = self.home.held(contract_no), iso_span(start, stop)
        bounds = HOUR, span.start, _floor(span.stop, _HOUR)
        kwh, nok = self._consumption(contract, *bounds), self._costs(contract, *bounds)
        points = Counter(_floor(at, _HOUR) for at in kwh)
        whole = {at for at, count in points.items() if count * self._step == _HOUR}

        def total(values: Values) -> float:
            return fsum(
                value for at, value in values.items() if _floor(at, _HOUR) in whole
            )

        return {"consumption": total(kwh), "costs": total(nok), "hours": len(whole)}

    # Power

    def _watt_meter(self, contract: Contract) -> dict[str, object]:
        household, now = self.home.household, self.home.now()
        month = midnight(first_of_month(day_of(now)))

        def value(at: datetime, watts: int, digit: int = 4) -> Tracked:
            power = watts * contract.share
            return Tracked(
                ValueTime=precise(at, digit),
                Value=power if self.tells_units else power / 1000,
                TimeSeriesType=0,
                **({"Unit": "W"} if self.tells_units else {}),
            )

        load = household.load(now)
        last = value(now, load.total)
        # The same object where it is the same slot: the portal then refers to it.
        known = {load.start: last}
        answer: dict[str, object] = {"Last": last}
        for name, since in (("ThisMonthMax", month), ("Max", self._watt_since)):
            at, watts = household.peak(since)
            if watts == load.total:
                at = load.start
            answer[name] = known.setdefault(at, value(at, watts, 0))
        return answer

    def wattmeter(self, ask: Ask) -> Data:
        """Return the power of now and the highest of this month and so far."""
        return self._watt_meter(self.home.metered(ask))

    def wattmeter_v2(self, ask: Ask) -> Data:
        """Return the same, with the subscribed power of contracts that have one."""
        contract = self.home.metered(ask)
        limit = contract.subscribed_kw
        subscribed = limit and {
            "subscribedPower": {"value": limit, "unit": "kW"},
            "sections": {
                "firstSection": {"from": 0.0, "to": limit * 0.8},
                "secondSection": {"from": limit * 0.8, "to": limit},
                "thirdSection": {"from": limit, "to": limit * 1.5},
            },
        }
        return {
            "wattmeterDisplayType": 1 if limit else 0,
            "maxMonthWattmeter": self._watt_meter(contract),
            "subscribedPowerWattmeter": subscribed,
        }

    # Energy

    def _kwh(self, contract: Contract, start: datetime, stop: datetime) -> float:
        energy = self.home.household.total_energy(start, stop)
        return energy * contract.share / 1000

    def _cost(
        self,
        contract: Contract,
        start: datetime,
        stop: datetime,
        step: timedelta = _HOUR,
    ) -> float:
        return sum(
            self._kwh(contract, at, at + step)
            * self.prices.contract_price(contract, _floor(at, _HOUR))
            for at in slots(start, stop, step)
        )

    @property
    def _step(self) -> timedelta:
        """Return by which step the meters are read."""
        return _QUARTER if self._by_quarters else _HOUR

    def _elapsed(
        self,
        resolution: int,
        start: datetime,
        stop: datetime,
        step: timedelta = _HOUR,
    ) -> Iterator[tuple[datetime, datetime, datetime]]:
        """Yield the start of each period, and the bounds of its steps so far."""
        until = _floor(self.home.household.metered_until(), step)
        # A year may have begun before the contract did.
        start = max(start, self.home.opened - 366 * _DAY)
        stop = min(stop, until)
        for first, last in periods(resolution, start, stop, step):
            cut = max(first, self.home.opened), min(last, until)
            if cut[0] < cut[1]:
                yield first, *cut

    def metered(
        self,
        resolution: int,
        start: datetime,
        stop: datetime,
        measure: Measure,
        step: timedelta = _HOUR,
    ) -> Values:
        """Return what is measured of each period, of whole steps that are published."""
        values = {}
        for at, first, last in self._elapsed(resolution, start, stop, step):
            if parts := self._published_parts(first, last, step):
                values[at] = round(sum(measure(*part) for part in parts), 6)
        return values

    def _published_parts(
        self, start: datetime, stop: datetime, step: timedelta
    ) -> list[tuple[datetime, datetime]]:
        """Return a stretch of steps, or those of its steps that are published."""
        published = self.home.household.is_published
        if published(start, stop):
            return [(start, stop)]
        steps = ((at, at + step) for at in slots(start, stop, step))
        return [part for part in steps if published(*part)]

    def _consumption(
        self, contract: Contract, resolution: int, start: datetime, stop: datetime
    ) -> Values:
        def measure(first: datetime, last: datetime) -> float:
            return self._kwh(contract, first, last)

        return self.metered(resolution, start, stop, measure, self._step)

    def _costs(
        self, contract: Contract, resolution: int, start: datetime, stop: datetime
    ) -> Values:
        def measure(first: datetime, last: datetime) -> float:
            return self._cost(contract, first, last, self._step)

        return self.metered(resolution, start, stop, measure, self._step)

    def _request(self, ask: Ask) -> tuple[Contract, int, datetime, datetime]:
        """Return what a ConsumptionRequest asks for."""
        contract = self.home.metered(ask)
        ask.agrees("ContractNo", contract.number)
        ask.agrees("CustomerId", contract.customer_id)
        if (value := ask.body().get("HasWattMeter")) is not None:
            flag(value, "HasWattMeter")
        return contract, resolution_of(ask), *ask.body_span()

    def _short_request(self, ask: Ask) -> tuple[Contract, int, datetime, datetime]:
        """Return what a request asks for whose span the utility may find too long."""
        contract, resolution, start, stop = self._request(ask)
        if self._longest is not None and stop - start > self._longest:
            raise Refused(400, "the span is too long")
        return contract, resolution, start, stop

    def consumption(self, ask: Ask) -> Data:
        """Return the energy of a meter."""
        contract, resolution, start, stop = self._short_request(ask)

        def series(first: datetime, last: datetime) -> dict[str, object]:
            values = self._consumption(contract, resolution, first, last)
            return {"Unit": "kWh", "Values": points(values)}

        answer = series(start, stop)
        if _wanted(ask, "IncludeLastYear"):
            answer["LastYear"] = series(_a_year_before(start), _a_year_before(stop))
        if _wanted(ask, "IncludeWeather"):
            weather = self._weather(contract.price_area, resolution, start, stop)
            answer["Weather"] = {"Unit": "°C", "Values": points(weather, None)}
        return answer

    def costs(self, ask: Ask) -> Data:
        """Return the cost of the energy of a meter, at the price of each hour."""
        values = self._costs(*self._short_request(ask))
        return {"Unit": "NOK", "Values": points(values)}

    def expense_overview(self, ask: Ask) -> Data:
        """Return what a span cost, by what it was paid for."""
        contract = self.home.contract(ask)
        for key, expected in (
            ("ContractNo", contract.number),
            ("CustomerId", contract.customer_id),
        ):
            ask.given(key)
            ask.agrees(key, expected)
        start, stop = ask.body_span()

        def energy(first: datetime, last: datetime) -> float:
            return self._cost(contract, first, last)

        def grid(first: datetime, last: datetime) -> float:
            return self._kwh(contract, first, last) * GRID_FEE

        costs = {"Energy": energy, "Grid": grid}
        if contract.area == NET:
            del costs["Energy"]
        parts = {
            name: _sum(self.metered(HOUR, start, stop, measure))
            for name, measure in costs.items()
        }
        return {
            "ContractNo": contract.number,
            "FromTime": stamp(start),
            "ToTime": stamp(stop),
            "Unit": "NOK",
            "Total": round(sum(parts.values()), 6),
            "Items": [{"Name": name, "Value": value} for name, value in parts.items()],
        }

    def compared_with_others(self, ask: Ask) -> Data:
        """Return the energy of a meter beside that of others.

        The cabin is a group of its own, so that its points are only referred to.
        """
        contract, resolution, start, stop = self._request(ask)
        fraction = self.home.household.fraction

        def measure(first: datetime, last: datetime) -> float:
            return self._kwh(contract, first, last)

        own = self.metered(resolution, start, stop, measure)
        others = {
            at: round(value * (0.8 + 0.6 * fraction("others", at)), 6)
            for at, value in own.items()
        }
        efficient = {at: round(value * 0.7, 6) for at, value in others.items()}
        mine = points(own)
        alone = contract.subscribed_kw is None
        days = self.metered(DAY, start, stop, measure)
        scores = {at: int(100 * fraction("score", at)) for at in days}
        return {
            "MeterAverage": mine,
            "ReferenceGroupAverage": mine if alone else points(others),
            "EfficientsAverage": points(efficient),
            "Score": sum(scores.values()) // len(scores) if scores else 0,
            "EfficientComparisonPercentage": _percentage(own, efficient),
            "ReferenceGroupComparisonPercentage": _percentage(
                own, own if alone else others
            ),
            "Scores": points(scores, None),
        }

    # Weather

    def temperatures(self, ask: Ask) -> Data:
        """Return the temperature outside at a meter of the user."""
        for contract in self.home.contracts_held:
            if contract.meter_id == ask.path["meterId"]:
                resolution, span = resolution_of(ask), ask.body_span()
                values = self._weather(contract.price_area, resolution, *span)
                return {"Unit": "°C", "Values": points(values)}
        raise Refused(404, "unknown meter")

    def _weather(
        self, area: str, resolution: int, start: datetime, stop: datetime
    ) -> dict[datetime, float]:
        def mean(first: datetime, last: datetime) -> float:
            hours = [self._degrees(area, at) for at in slots(first, last, _HOUR)]
            return round(sum(hours) / len(hours), 1)

        return {
            at: mean(first, last)
            for at, first, last in self._elapsed(resolution, start, stop)
        }

    def _degrees(self, area: str, at: datetime) -> float:
        season = -cos(2 * pi * (at.timetuple().tm_yday - 15) / 365)
        daily = -cos(2 * pi * (at.hour - 3) / 24)
        weather = self.home.household.fraction("weather", area, at.date())
        return round(5 + 11 * season + 3 * daily + 6 * (weather - 0.5), 1)


def resolution_of(ask: Ask) -> int:
    """Return the resolution that a request asks for."""
    resolution = whole(ask.given("Resolution"), "Resolution")
    if resolution not in _RESOLUTIONS:
        raise Refused(400, "no such Resolution")
    return resolution


def _wanted(ask: Ask, key: str) -> bool:
    value = ask.body().get(key)
    return value is not None and flag(value, key)


def _percentage(own: Mapping[datetime, float], others: Mapping[datetime, float]) -> int:
    """Return by how many percent the own energy is above that of others."""
    total = _sum(others)
    return round(100 * (_sum(own) / total - 1)) if total else 0
