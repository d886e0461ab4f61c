"""The peers that write statistics: Home Assistant's own opower and tibber."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from unittest.mock import AsyncMock, MagicMock, Mock, patch
from zoneinfo import ZoneInfo

from homeassistant.components.opower.coordinator import OpowerCoordinator
from homeassistant.components.tibber.coordinator import TibberDataCoordinator
from opower import Account, AggregateType, CostRead, MeterType, ReadResolution
from opower.utilities.pge import PGE
from pytest_homeassistant_custom_component.common import MockConfigEntry

from bench_importers import House, Importer, Run, refresh
from bench_truth import DAY, HOUR, Truth


@asynccontextmanager
async def _opower(house: House) -> AsyncIterator[Run]:
    """Let opower's coordinator import an account of hourly reads."""
    entry = MockConfigEntry(
        domain="opower",
        data={
            "utility": "Pacific Gas and Electric Company (PG&E)",
            "username": "bench-user",
            "password": "bench-password",
        },
    )
    entry.add_to_hass(house.hass)
    with patch(
        "homeassistant.components.opower.coordinator.Opower", autospec=True
    ) as made:
        api = made.return_value
        api.utility = PGE()
        api.async_get_forecast.return_value = []
        api.async_get_accounts.return_value = [
            Account(
                customer=Mock(),
                uuid="bench",
                utility_account_id=f"{n}",
                id=f"{n}",
                meter_type=MeterType.ELEC,
                read_resolution=ReadResolution.HOUR,
            )
            for n in range(house.sites)
        ]
        api.async_get_cost_reads.side_effect = _OpowerReads(house.truth).ask
        coordinator = OpowerCoordinator(house.hass, entry)

        async def run() -> None:
            before = len(api.method_calls)
            await refresh(coordinator)
            house.truth.calls += len(api.method_calls) - before

        yield run
    await coordinator.async_shutdown()


@dataclass
class _OpowerReads:
    """Opower's answers: bills of 30 days, days, hours."""

    truth: Truth
    zone: ZoneInfo = field(default=ZoneInfo(PGE.timezone()))

    async def ask(
        self,
        _: Account,
        aggregate: AggregateType,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[CostRead]:
        """Return the reads of a span; the days' and the bills' begin at midnight."""
        step = {AggregateType.BILL: 30 * DAY, AggregateType.DAY: DAY}.get(aggregate)
        first = max(start or self.truth.begin, self.truth.begin)
        if step is None:
            first = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            used, paid = (
                self.truth.within(amounts, first, self.truth.end)
                for amounts in (self.truth.used, self.truth.paid)
            )
            return [
                CostRead(hour.start, hour.end, hour.value or 0.0, cost.value or 0.0)
                for hour, cost in zip(used, paid, strict=True)
            ]
        at = first.astimezone(self.zone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        reads = []
        while at < self.truth.end:
            hours = step / HOUR
            reads.append(CostRead(at, at + step, hours * 1.4, hours * 1.9))
            at += step
        return reads


# What tibber asks for on every run.
_TIBBER_HOURS: Final = 720


@asynccontextmanager
async def _tibber(house: House) -> AsyncIterator[Run]:
    """Let tibber's coordinator import homes without production."""
    homes = [_TibberHome(house.truth, f"home-{n}") for n in range(house.sites)]
    connection = MagicMock(get_homes=lambda only_active=False: homes)
    connection.name = "bench"
    fetches = AsyncMock(), AsyncMock()
    connection.fetch_consumption_data_active_homes = fetches[0]
    connection.fetch_production_data_active_homes = fetches[1]
    entry = MockConfigEntry(domain="tibber")
    entry.add_to_hass(house.hass)
    entry.runtime_data = MagicMock(async_get_client=AsyncMock(return_value=connection))
    coordinator = TibberDataCoordinator(house.hass, entry, connection)

    async def run() -> None:
        for home in homes:
            home.prepare()
        before = sum(each.await_count for each in fetches)
        await refresh(coordinator)
        house.truth.calls += sum(each.await_count for each in fetches) - before

    yield run
    await coordinator.async_shutdown()


@dataclass
class _TibberHome:
    """A home as pyTibber has it."""

    truth: Truth
    home_id: str
    name: str = "Home"
    currency: str = "NOK"
    hourly_production_data: tuple[Any, ...] = ()
    hourly_consumption_data: list[dict[str, Any]] = field(default_factory=list)
    _hours: list[dict[str, Any]] = field(default_factory=list)
    _made_of: Any = None

    def prepare(self) -> None:
        """Make the answers of this run."""
        if self._made_of is self.truth.used:
            return
        self._made_of = self.truth.used
        zone = ZoneInfo("Europe/Oslo")
        self._hours = [
            {
                "from": hour.start.astimezone(zone).isoformat(),
                "consumption": hour.value,
                "totalCost": cost.value,
            }
            for hour, cost in zip(self.truth.used, self.truth.paid, strict=True)
        ]
        self.hourly_consumption_data = self._hours[-_TIBBER_HOURS:]

    async def get_historic_data(
        self, n: int, production: bool = False
    ) -> list[dict[str, Any]]:
        """Return the newest hours."""
        self.truth.calls += 1
        return self._hours[-n:]


OPOWER: Final = Importer(name="opower", begun=_opower)
TIBBER: Final = Importer(name="tibber", begun=_tibber)
