"""A portal whose readings a test publishes, corrects and withdraws at will."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.history import recorder as statistics
from custom_components.energy_portals.history.importer import Importer
from custom_components.energy_portals.history.recorder import rows_between
from custom_components.energy_portals.history.statistic_ids import statistic_id
from custom_components.energy_portals.portals.contract import FeedRequest, Fetched, Site
from custom_components.energy_portals.portals.history import History, Readings
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    HOUR,
    LedgerRow,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.registry import PORTALS
from tests.surroundings import Surroundings

ZONE = ZoneInfo("Europe/Rome")
# A Monday at midnight in Rome; the night of autumn is the following Sunday's.
START = datetime(2026, 10, 18, 22, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = START + 20 * DAY + HOUR / 2
HOME = Site(key="home", name="Home")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Published:
    """The portal's side: what it would answer, by series and slot."""

    slots: dict[str, dict[tuple[datetime, datetime], float | None]] = field(
        default_factory=dict
    )
    totals: dict[date, dict[str, float]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=lambda: {COST: "EUR"})
    asked: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    fault: Callable[[datetime, datetime], None] | None = None
    problems: tuple[PortalError, ...] = ()

    def hour(self, number: int, value: float | None, key: str = CONSUMPTION) -> None:
        """Publish, or correct, an hour counted from the start."""
        start = START + number * HOUR
        self.put(start, start + HOUR, value, key)

    def put(
        self,
        start: datetime,
        end: datetime,
        value: float | None,
        key: str = CONSUMPTION,
    ) -> None:
        """Publish, or correct, a reading."""
        self.slots.setdefault(key, {})[start, end] = value

    def withdraw(self, number: int, key: str = CONSUMPTION) -> None:
        """Take an hour back, in whatever slots it was published."""
        start = START + number * HOUR
        held = self.slots.get(key, {})
        for slot in [slot for slot in held if start <= slot[0] < start + HOUR]:
            del held[slot]

    async def ask(
        self, client: Any, site: Site, start: datetime, end: datetime
    ) -> Readings:
        """Answer as a portal would."""
        if self.fault is not None:
            self.fault(start, end)
        self.asked.append((site.key, start, end))
        return Readings(
            series={
                LedgerSeries(key, self.units.get(key, "kWh")): tuple(
                    Slot(first, last, value)
                    for (first, last), value in held.items()
                    if start <= first < end
                )
                for key, held in self.slots.items()
            },
            totals={
                day: totals
                for day, totals in self.totals.items()
                if start <= datetime(day.year, day.month, day.day, 12, tzinfo=UTC) < end
            },
            problems=self.problems,
        )


class Home:
    """An account at such a portal, without the rest of Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        published: Published,
        account: str = "test:1",
        *,
        sites: tuple[Site, ...] = (HOME,),
        corrects: timedelta = timedelta(days=40),
        longest: timedelta = timedelta(days=31),
        oldest: datetime = START,
    ) -> None:
        """Take what the portal has."""
        self.hass = hass
        self.account = account
        self.sites = sites
        self.published = published
        self.entry = MockConfigEntry(
            domain=DOMAIN, data={CONF_VENDOR: "digiwatt"}, unique_id=account
        )
        self.entry.add_to_hass(hass)
        self.known_sites = _Sites({site.key: site for site in sites})
        self._portal = replace(
            PORTALS["digiwatt"](),
            capabilities=(
                History(
                    at=Site,
                    ask=published.ask,
                    zone=ZONE,
                    longest=longest,
                    corrects=corrects,
                    oldest=lambda now: oldest,
                ),
            ),
        )
        self.ledgers: dict[str, Ledger] = {}
        self.restart()

    def restart(self, *, forget: bool = False) -> None:
        """Begin anew with what the store kept, or without it."""
        self.importer = Importer(
            self.hass, self.entry, self._portal, lambda key: Surroundings()
        )
        self.importer.attach(self.known_sites, self)
        kept = self.importer.feed().kept
        assert kept is not None
        self.ledgers = (
            {}
            if forget
            else {
                key: kept.load(kept.dump(ledger), {})
                for key, ledger in self.ledgers.items()
            }
        )

    @property
    def data(self) -> dict[str, Ledger]:
        """Return what is known of the sites, as a coordinator would."""
        return self.ledgers

    def async_take(self, site: Site, data: Ledger) -> None:
        """Take what is known of a site now."""
        self.ledgers = {**self.ledgers, site.key: data}

    async def fetch(self, now: datetime) -> Fetched[Ledger]:
        """Fetch once."""
        request = FeedRequest[Ledger, Any](
            now=now, sites=self.sites, held=self.ledgers, given=None
        )
        fetched = await self.importer.feed().fetch(None, request)
        self.ledgers = {**self.ledgers, **fetched.data}
        return fetched

    async def catch_up(self, now: datetime) -> None:
        """Fetch until the import has come to now."""
        await self.fetch(now)
        while not all(ledger.is_complete for ledger in self.ledgers.values()):
            await self.fetch(now)

    def id(self, key: str = CONSUMPTION, site: Site = HOME) -> str:
        """Return the id of a series."""
        return statistic_id(self.account, site.key, key)

    async def rows(self, key: str = CONSUMPTION, site: Site = HOME) -> list[LedgerRow]:
        """Return what is stored of a series."""
        wanted = self.id(key, site)
        found = await rows_between(self.hass, {wanted}, BEGINNING, None)
        return found.get(wanted, [])

    async def hours(self, key: str = CONSUMPTION) -> list[LedgerRow]:
        """Return the stored hours that have an amount."""
        return [row for row in await self.rows(key) if row.state is not None]


@dataclass
class _Sites:
    data: dict[str, Site]


class Crash(Exception):
    """Home Assistant dies."""


@contextmanager
def crash_after(batches: int) -> Iterator[None]:
    """Let the recorder take so many batches, and no more."""
    take, left = statistics.async_add_external_statistics, [batches]

    def add(*args: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Crash
        take(*args)

    with patch.object(statistics, "async_add_external_statistics", add):
        yield
