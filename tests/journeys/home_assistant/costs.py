"""A meter in the recorder, prices of a source, and what both cost: told exactly."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from homeassistant.components.recorder.db_schema import StatisticsShortTerm
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    async_import_statistics,
)
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from pytest_homeassistant_custom_component.common import MockConfigEntry
from sqlalchemy import delete

from custom_components.energy_portals.history.recorder import drained
from custom_components.energy_portals.history.statistic_ids import statistic_id
from custom_components.energy_portals.portals.model.ledger import COST, LedgerRow
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from tests.faces.home_assistant.houses import MARKET, NordPool, price, source_of
from tests.history.accounts import history, imported, rows

HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
FIVE: Final = timedelta(minutes=5)
DAY: Final = timedelta(days=1)
# Three days after the night of autumn.
NOW: Final = datetime(2026, 10, 28, 12, 30, tzinfo=UTC)
PRICE: Final = "home_assistant:prices:source"

type Energy = Mapping[datetime, Fraction]
type Prices = Callable[[datetime], Fraction | None]


def told(start: datetime) -> Fraction:
    """Return the price of a quarter as the double of Nord Pool has it."""
    return Fraction(price(start))


def drawn(start: datetime, end: datetime) -> dict[datetime, Fraction]:
    """Return the energy of each five minutes: no two quarters have the same."""
    energy: dict[datetime, Fraction] = {}
    while start < end:
        n = (start - datetime(2026, 1, 1, tzinfo=UTC)) // FIVE
        energy[start] = Fraction((n * 7 % 11) + n % 3, 512)
        start += FIVE
    return energy


def hour_of(moment: datetime) -> datetime:
    """Return when the hour of a moment began."""
    return moment.replace(minute=0, second=0, microsecond=0)


def cost(
    energy: Energy, prices: Prices, fine_from: datetime, until: datetime
) -> dict[datetime, Fraction]:
    """Return what each hour costs: by the quarter, or before that at the mean."""
    hours: dict[datetime, list[datetime]] = {}
    for at in energy:
        if hour_of(at) + HOUR <= until:
            hours.setdefault(hour_of(at), []).append(at)
    costs: dict[datetime, Fraction] = {}
    for hour, parts in hours.items():
        quarters = [prices(hour + n * QUARTER) for n in range(4)]
        known = [each for each in quarters if each is not None]
        if len(known) < 4 or len(parts) < 12:
            continue
        if hour >= fine_from:
            costs[hour] = sum(
                (energy[at] * known[at.minute // 15] for at in parts), Fraction()
            )
        else:
            total = sum((energy[at] for at in parts), Fraction())
            costs[hour] = total * sum(known, Fraction()) / 4
    return costs


class Market(NordPool):
    """Such a market that also corrects prices, and has none of some days."""

    def __init__(self, hass: HomeAssistant, *areas: str) -> None:
        """Have told everything rightly."""
        self.corrected: dict[datetime, Fraction] = {}
        self.unknown: set[date] = set()
        self.fails_of: set[date] = set()
        super().__init__(hass, *areas)

    def told(self, start: datetime) -> Fraction | None:
        """Return the price of a quarter, None where there is none."""
        day = start.astimezone(MARKET).date()
        if day in self.unknown or day > self.last:
            return None
        return self.corrected.get(start, told(start))

    async def _answer(self, call: ServiceCall) -> ServiceResponse:
        """Answer for a day."""
        self.fails = date.fromisoformat(call.data["date"]) in self.fails_of
        answer: Any = await super()._answer(call)
        return {
            area: [
                {**slot, "price": float(known) * 1000}
                for slot in slots
                if (known := self.told(datetime.fromisoformat(slot["start"])))
                is not None
            ]
            for area, slots in answer.items()
        }


class Meter:
    """A meter that the recorder has statistics of."""

    def __init__(self, hass: HomeAssistant, statistic: str, unit: str = "kWh") -> None:
        """Count nothing yet."""
        self.hass = hass
        self.statistic = statistic
        self.unit = unit
        self._is_external = ":" in statistic

    async def record(
        self,
        energy: Energy,
        fine_from: datetime,
        *,
        total: Fraction = Fraction(),
        skips: tuple[datetime, ...] = (),
    ) -> Fraction:
        """Let the recorder have this, by five minutes from a moment on; return the sum.

        What is counted in hours that it skips is in the sum all the same.
        """
        per = 1000 if self.unit == "Wh" else 1
        long: list[StatisticData] = []
        short: list[StatisticData] = []
        for at in sorted(energy):
            total += energy[at]
            amount = float(total * per)
            if hour_of(at) in skips:
                continue
            if at >= fine_from:
                short.append(StatisticData(start=at, state=amount, sum=amount))
            if at.minute == 55:
                long.append(StatisticData(start=hour_of(at), state=amount, sum=amount))
        metadata = StatisticMetaData(
            has_sum=True,
            mean_type=StatisticMeanType.NONE,
            name=None,
            source=self.statistic.split(":")[0] if self._is_external else "recorder",
            statistic_id=self.statistic,
            unit_class="energy",
            unit_of_measurement=self.unit,
        )
        if self._is_external:
            async_add_external_statistics(self.hass, metadata, long)
        else:
            async_import_statistics(self.hass, metadata, long)
            get_instance(self.hass).async_import_statistics(
                metadata, short, StatisticsShortTerm
            )
        await drained(self.hass)
        return total

    async def let_go(self) -> None:
        """Let the recorder have purged all that is by five minutes."""
        await get_instance(self.hass).async_add_executor_job(self._delete)

    def _delete(self) -> None:
        with session_scope(hass=self.hass) as session:
            session.execute(delete(StatisticsShortTerm))


def entity(hass: HomeAssistant, name: str = "meter") -> tuple[str, str]:
    """Register an entity that counts energy; return its lasting name and its id."""
    registered = er.async_get(hass).async_get_or_create("sensor", "test", name)
    return registered.id, registered.entity_id


async def add_prices(
    hass: HomeAssistant, last: date, **options: Any
) -> tuple[Market, MockConfigEntry]:
    """Set a source of prices up, which are published up to a day."""
    market = Market(hass, "NO1")
    market.last = last
    entry = source_of(
        hass,
        "prices",
        what="prices",
        asked={
            "domain": "nordpool",
            "entry": market.entry.entry_id,
            "part": "NO1",
            "currency": "NOK",
            "divisor": 1000.0,
            "tax": "excluded",
        },
        entries=[market.entry.entry_id],
    )
    hass.config_entries.async_update_entry(entry, options={"prices": options})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return market, entry


def energy_of(
    hass: HomeAssistant,
    statistic: str,
    *,
    name: str = "costs",
    direction: str = "consumption",
    standing: bool = True,
    years: int = 1,
) -> MockConfigEntry:
    """Return an account that makes costs of a statistic; it is not set up."""
    entry = source_of(
        hass,
        name,
        what="energy",
        statistic=statistic,
        price=PRICE,
        direction=direction,
        standing=standing,
    )
    hass.config_entries.async_update_entry(entry, options={"history": {"years": years}})
    return entry


async def add_energy(
    hass: HomeAssistant, statistic: str, **chosen: Any
) -> MockConfigEntry:
    """Set such an account up, and import until the present is reached."""
    return await imported(hass, energy_of(hass, statistic, **chosen))


async def stored(
    hass: HomeAssistant, entry: MockConfigEntry, key: str = COST
) -> list[LedgerRow]:
    """Return what is stored of an account's money."""
    return await rows(hass, statistic_id(entry.unique_id or "", "source", key))


def ledger(entry: MockConfigEntry) -> Ledger:
    """Return what is known of an account's money."""
    return history(entry).data["source"]


def amounts(told_rows: list[LedgerRow]) -> dict[datetime, float]:
    """Return the hours that have an amount."""
    return {row.start: row.state for row in told_rows if row.state is not None}


def differing(
    told_rows: list[LedgerRow], wanted: Mapping[datetime, Fraction]
) -> Iterator[tuple[datetime, float | None, float | None]]:
    """Yield the hours that are not what they are to be."""
    found = amounts(told_rows)
    for hour in sorted({*found, *wanted}):
        want = float(wanted[hour]) if hour in wanted else None
        have = found.get(hour)
        if want is None or have is None or abs(want - have) > 1e-12 * max(1, abs(want)):
            yield hour, have, want
