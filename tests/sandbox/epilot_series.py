"""The simulated portal's series: consumption, costs, prices."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from math import cos, fsum, pi
from typing import Any, Final

from tests.sandbox.epilot_home import EpilotHome
from tests.sandbox.epilot_hooks import EpilotHooks
from tests.sandbox.epilot_wire import ZONE, Ask, Offer, Refused

_QUARTER: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_WINDOWS: Final = {
    "PT15M": _DAY,
    "PT1H": 31 * _DAY,
    "P1D": 366 * _DAY,
    "P1M": 1830 * _DAY,
    "custom": 1830 * _DAY,
}
# Beyond the first day of the month after.
_FIRSTS: Final = {"P1M": 32 * _DAY, "custom": 367 * _DAY}
_PARAMETERS: Final = frozenset(
    {"app_id", "extensionId", "hookId", "from", "to", "interval", "meter_id"}
)
_GAS_PRICE: Final = 1.05
_FLAT: Final = 0.295
_PAID: Final = 0.081
# What the types of energy, in kWh or m³, are parts of.
_KEYS: Final = {
    **dict.fromkeys(
        ("feed-out", "default", "ht", "nt", "consumption", None), "consumption"
    ),
    "feed-in": "feed_in",
}
_GRID_FEE, _LEVIES, _MARGIN = 0.12, 0.025, 0.01

type Slot = tuple[datetime, datetime]
type Json = dict[str, Any]


def _midnight(moment: datetime, days: int = 0) -> datetime:
    """Return the first moment of a German day, some days on."""
    day = moment.astimezone(ZONE).date() + days * _DAY
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def slots(start: datetime, end: datetime, interval: str) -> Iterator[Slot]:
    """Yield the intervals that begin in a span."""
    at = _midnight(start)
    if interval in _FIRSTS:
        at = _midnight(at.astimezone(ZONE).replace(day=1))
    if interval == "custom":
        # The utility bills from April to March.
        local = at.astimezone(ZONE)
        at = _midnight(local.replace(year=local.year - (local.month < 4), month=4))
    while at < end:
        if interval in {"PT15M", "PT1H"}:
            following = at + (_QUARTER if interval == "PT15M" else _HOUR)
        elif interval == "P1D":
            following = _midnight(at, 1)
        else:
            later = (at.astimezone(ZONE) + _FIRSTS[interval]).replace(day=1)
            following = _midnight(later)
        if at >= start:
            yield at, following
        at = following


class EpilotSeries:
    """What the utility's apps answer about the household."""

    def __init__(self, home: EpilotHome) -> None:
        """Install the apps."""
        self.home = home
        self.hooks = EpilotHooks(home)
        self.tax_behavior = "exclusive"
        self.tax_rate = 19
        self.has_components = True
        self.price_factor = 1.0

    def offers(self) -> dict[str, Offer]:
        """Return what can be asked."""
        hooks = self.hooks
        v2 = "/v2/portal"
        return {
            "getPublicPortalExtensionDetailsV3": Offer(
                "portal",
                "GET /v3/portal/public/extensions",
                hooks.details,
                is_public=True,
            ),
            "getPortalConfigV3": Offer(
                "portal", "GET /v3/portal/config/{portal_id}", hooks.choices
            ),
            "getVisualizationMetadata": Offer(
                "portal", f"GET {v2}/visualization/metadata", hooks.described
            ),
            "getConsumption": Offer("portal", f"GET {v2}/consumption", self._used),
            "getCosts": Offer("portal", f"GET {v2}/costs", self._costs),
            "getPrices": Offer("portal", f"GET {v2}/prices", self._prices),
            "prepareVisualizationExport": Offer(
                "portal", f"POST {v2}/visualization:export", hooks.export
            ),
        }

    def actions(self) -> Mapping[str, Callable[..., Mapping[str, object]]]:
        """Return what can be done from outside."""
        return {
            **self.hooks.actions(),
            "tax": self.tax,
            "components": self.components,
            "fail_hook": self.fail_hook,
            "price_times": self.price_times,
            "published": self.published,
        }

    def tax(self, behavior: str = "exclusive", rate: int = 19) -> dict[str, object]:
        """Tell amounts with or without their tax."""
        self.tax_behavior, self.tax_rate = behavior, rate
        return {}

    def components(self, on: bool) -> dict[str, object]:
        """Tell what prices are made of, or not."""
        self.has_components = on
        return {}

    def fail_hook(self, on: bool) -> dict[str, object]:
        """Let the app not answer."""
        self.hooks.fails = on
        return {}

    def price_times(self, factor: float) -> dict[str, object]:
        """Tell prices in another unit."""
        self.price_factor = factor
        return {}

    def published(self, meter_id: str, start: str, stop: str) -> dict[str, object]:
        """Return the sums by the hour of what is answered of a span."""
        first, last = map(datetime.fromisoformat, (start, stop))
        found: dict[str, dict[str, float]] = {}
        used = list(self._records(meter_id, first, last, "PT1H"))
        for key in ("consumption", "feed_in"):
            rows = [row for row in used if _KEYS.get(row["type"]) == key]
            factor = 0.001 if self.hooks.scenario == "wh" else 1.0
            hours = {row["timestamp"] for row in rows}
            if hours:
                total = fsum(row["value"] * factor for row in rows)
                found[key] = {"total": total, "hours": len(hours)}
        paid = [self._gross(row) for row in self._paid(meter_id, first, last, "PT1H")]
        if paid:
            found["cost"] = {"total": fsum(paid), "hours": len(paid)}
        return {"series": found}

    def _gross(self, row: Json) -> float:
        """Return an amount with its tax."""
        net = float(row["unit_amount_decimal"])
        inclusive = row["tax_behavior"] == "inclusive"
        return net if inclusive else net * (1 + row["tax_rate"] / 100)

    # --- questions

    def _question(self, kind: str, ask: Ask) -> tuple[int, list[str], list[str]]:
        """Check a question; return which hook it is for, meters and contracts."""
        for name in ask.query:
            if name not in _PARAMETERS and not name.startswith("context_entities["):
                raise Refused(400, f"query parameter {name} is not known")
        hook = self.hooks.asked(kind, ask.query)
        context = ask.context()
        self.home.check_context(context)
        if self.hooks.fails:
            raise Refused(500, "the app does not answer")
        return (
            hook,
            [entity for slug, entity in context if slug == "meter"],
            [entity for slug, entity in context if slug == "contract"],
        )

    def _asked_span(self, ask: Ask, offered: tuple[str, ...]) -> tuple[Slot, str]:
        """Return the span and interval that are asked for."""
        start, end = ask.moment("from"), ask.moment("to")
        interval = ask.required("interval")
        if interval not in offered or interval not in _WINDOWS:
            raise Refused(400, f"interval {interval} is not offered")
        if end <= start:
            raise Refused(400, "the span is empty")
        if end - start > _WINDOWS[interval]:
            raise Refused(400, "window too large")
        return (start.astimezone(UTC), end.astimezone(UTC)), interval

    # --- consumption

    def _used(self, ask: Ask) -> object:
        """Return consumption."""
        _, meters, _ = self._question("consumptionDataRetrieval", ask)
        if not meters:
            raise Refused(400, "no meter in the context")
        offered = self.hooks.offered(meters[0])
        (start, end), interval = self._asked_span(ask, offered)
        if meters[0] == self.home.water_meter:
            raise Refused(404, "the app does not know this meter")
        rows = self._records(meters[0], start, end, interval)
        return {"consumptions": [_clean(row) for row in rows]}

    def _records(
        self, meter: str, start: datetime, end: datetime, interval: str
    ) -> Iterator[Json]:
        """Yield the records of a meter, those without data left out."""
        if meter == self.home.water_meter:
            return
        for first, last in self._known(start, end, interval):
            at: Json = {"timestamp": _stamp(first)}
            if interval == "custom":
                at["period"] = {"from": _stamp(first), "to": _stamp(last)}
            if meter == self.home.gas_meter:
                yield {**at, "value": self._gas(first, last), "type": "default"}
            else:
                yield from ({**at, **record} for record in self._power(first, last))

    def _known(self, start: datetime, end: datetime, interval: str) -> Iterator[Slot]:
        """Yield the intervals of which all is known and published."""
        household = self.home.household
        begin, _ = self.hooks.span()
        until = household.metered_until()
        for first, last in slots(max(start, begin.astimezone(UTC)), end, interval):
            if last <= until and household.is_published(first, last):
                yield first, last

    def _gas(self, start: datetime, end: datetime) -> float:
        """Return the gas of an interval, in m³."""
        hours = (end - start) // _HOUR
        return round(
            fsum(
                0.02 + 0.38 * self.home.household.fraction("gas", start + n * _HOUR)
                for n in range(hours)
            ),
            6,
        )

    def _kwh(self, start: datetime, end: datetime) -> float:
        """Return what the household draws in an interval."""
        return round(self.home.household.total_energy(start, end) / 1000, 6)

    def _sun(self, start: datetime, end: datetime) -> float:
        """Return what is fed in: a bell over the day."""
        total = []
        while start < end:
            hour = (start + _QUARTER / 2).astimezone(ZONE)
            height = cos(pi * (hour.hour + hour.minute / 60 - 13) / 12)
            sky = 0.4 + 0.6 * self.home.household.fraction("sky", hour.date())
            total.append(max(0.0, height) * 0.6 * sky)
            start += _QUARTER
        return round(fsum(total), 6)

    def _power(self, start: datetime, end: datetime) -> Iterator[Json]:
        """Yield the power meter's records of an interval, as the scenario has it."""
        kwh = self._kwh(start, end)
        kilowatts = round(kwh / ((end - start) / _HOUR), 6)
        local = start.astimezone(ZONE)
        is_high = 6 <= local.hour < 22
        match self.hooks.scenario:
            case "prosumer":
                yield {"type": "feed-out", "value": kwh, "unit": "kWh"}
                yield {"type": "feed-in", "value": self._sun(start, end)}
            case "single":
                yield {"type": "default", "value": kwh}
            case "dual" if end - start <= _HOUR:
                yield {"type": "ht" if is_high else "nt", "value": kwh}
            case "dual":
                by_tariff = {"ht": 0.0, "nt": 0.0}
                for hour in _steps(start, end):
                    is_high = 6 <= hour.astimezone(ZONE).hour < 22
                    by_tariff["ht" if is_high else "nt"] += self._kwh(
                        hour, hour + _HOUR
                    )
                for kind, amount in by_tariff.items():
                    yield {"type": kind, "value": round(amount, 6)}
            case "registers":
                yield {"type": "ht", "value": round(kwh * 0.75, 6)}
                yield {"type": "nt", "value": round(kwh * 0.25, 6)}
            case "typeless":
                yield {"type": None, "value": kwh}
            case "load":
                for kind, share in (("min", 0.5), ("average", 1.0), ("max", 1.6)):
                    value = round(kilowatts * share, 6)
                    yield {"type": kind, "value": value, "unit": "kW"}
            case "mixed":
                yield {"type": "consumption", "value": kwh}
                yield {"type": "average-load", "value": kilowatts}
            case "wh":
                yield {"type": "feed-out", "value": round(kwh * 1000, 3)}
            case "heat":
                yield {"type": "feed-out", "value": kwh}
                yield {"type": "Wärme-Strom", "value": round(kwh / 2, 6)}

    # --- money

    def _costs(self, ask: Ask) -> object:
        """Return costs."""
        _, meters, _ = self._question("costDataRetrieval", ask)
        if not meters:
            raise Refused(400, "no meter in the context")
        offered = self.hooks.offered(meters[0])
        (start, end), interval = self._asked_span(ask, offered)
        if meters[0] == self.home.water_meter:
            raise Refused(404, "the app does not know this meter")
        return {"costs": list(self._paid(meters[0], start, end, interval))}

    def _paid(
        self, meter: str, start: datetime, end: datetime, interval: str
    ) -> Iterator[Json]:
        """Yield what was paid, interval by interval."""
        if meter == self.home.water_meter:
            return
        for first, last in self._known(start, end, interval):
            if meter == self.home.gas_meter:
                net = self._gas(first, last) * _GAS_PRICE
            else:
                net = fsum(
                    self._kwh(at, at + _QUARTER) * self._net(0, at)
                    for at in _steps(first, last, _QUARTER)
                )
            yield {"timestamp": _stamp(first), **self._money(net, 6)}

    def _net(self, hook: int, at: datetime) -> float:
        """Return a price of a quarter-hour without tax, EUR/kWh."""
        if hook:
            return _FLAT if hook == 1 else _PAID
        spot = self.home.household.grid.price(at)
        return round(spot + _GRID_FEE + _LEVIES + _MARGIN, 4)

    def _money(self, net: float, digits: int, factor: float = 1.0) -> Json:
        """Return an amount as it travels."""
        is_inclusive = self.tax_behavior == "inclusive"
        told = net * (1 + self.tax_rate / 100) if is_inclusive else net
        told = round(told * factor, digits)
        return {
            "unit_amount": round(told * 100),
            "unit_amount_currency": "EUR",
            "unit_amount_decimal": f"{told:.{digits}f}",
            "tax_behavior": self.tax_behavior,
            "tax_rate": self.tax_rate,
        }

    def _prices(self, ask: Ask) -> object:
        """Return prices, up to tomorrow once it is published."""
        hook, _, contracts = self._question("priceDataRetrieval", ask)
        if not contracts:
            raise Refused(400, "no contract in the context")
        if contracts[0] not in {self.home.power_contract, self.home.gas_contract}:
            raise Refused(404, "no prices of this contract")
        (start, end), interval = self._asked_span(ask, self.hooks.intervals)
        now = self.home.household.now()
        known = _midnight(now, 2 if now.astimezone(ZONE).hour >= 13 else 1)
        is_gas = contracts[0] == self.home.gas_contract
        return {
            "prices": [
                self._price(hook, first, last, is_gas=is_gas)
                for first, last in slots(start, end, interval)
                if first < known
            ]
        }

    def _price(
        self, hook: int, start: datetime, end: datetime, *, is_gas: bool
    ) -> Json:
        """Return the price of an interval."""
        quarters = [start + n * _QUARTER for n in range((end - start) // _QUARTER)]
        net = 0.105
        if not is_gas:
            prices = [self._net(hook, at) for at in quarters]
            net = round(fsum(prices) / len(prices), 4)
        row = {"timestamp": _stamp(start), **self._money(net, 4, self.price_factor)}
        if self.has_components and hook == 0 and not is_gas:
            told = float(row["unit_amount_decimal"])
            share = told / net if net else 1.0
            parts = {
                "taxes_levies": round(_LEVIES * share, 4),
                "source_fee": 0.0,
                "grid_fee": round(_GRID_FEE * share, 4),
                "margin": round(_MARGIN * share, 4),
            }
            parts["auction_price"] = round(told - fsum(parts.values()), 4)
            components: Json = {}
            for name, amount in parts.items():
                components[f"{name}_amount"] = round(amount * 100)
                components[f"{name}_amount_decimal"] = f"{amount:.4f}"
            row["components"] = components
        return row


def _steps(
    start: datetime, end: datetime, step: timedelta = _HOUR
) -> Iterator[datetime]:
    """Yield the beginnings of the hours, or shorter steps, of an interval."""
    while start < end:
        yield start
        start += step


def _stamp(moment: datetime) -> str:
    """Return a moment as the apps write it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _clean(row: Json) -> Json:
    """Return a record without a type where there is none."""
    return {key: value for key, value in row.items() if value is not None}
