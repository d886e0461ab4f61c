"""Go through an account: its sites, every feed, its past, and what no feed asks for."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from custom_components.energy_portals.portals import (
    AuthError,
    Client,
    Fetched,
    PortalError,
    Site,
    Subentry,
    WebhookTarget,
)
from custom_components.energy_portals.portals.contract import AnyFeed, Feed
from custom_components.energy_portals.portals.history import History
from custom_components.energy_portals.portals.house import House
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.portal import AnyPortal
from custom_components.energy_portals.portals.sources import Sources

from .noting import NotedClient, Nothing, Outcome
from .portals import Given, Known, Probe, name_of

DAYS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowhere:
    """What a feed may ask for, where there is no house around it."""

    subentries: tuple[Subentry, ...] = ()
    options: dict[str, object] = field(default_factory=dict)
    webhook_target: WebhookTarget | None = None
    watched: object = None

    @property
    def sources(self) -> Sources:
        """Have none."""
        raise Nothing("no other accounts")

    async def solver(self) -> None:
        """Have none."""

    @property
    def house(self) -> House:
        """Have none."""
        raise Nothing("no house")

    def held[DataT](self, feed: Feed[Any, DataT, Any, Any]) -> Mapping[str, DataT]:
        """Hold nothing."""
        return {}

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Have none."""
        raise Nothing("no statistics")


@dataclass(slots=True, kw_only=True)
class Findings:
    """What has come of a probe, by operation, feed and site of the past."""

    operations: dict[str, Outcome] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    feeds: dict[str, Outcome] = field(default_factory=dict)
    past: dict[str, Outcome] = field(default_factory=dict)
    shapes: Callable[[], Mapping[str, object]] = dict

    def number_of(self, key: str) -> str:
        """Return a site as it is printed: its name and key may be personal."""
        site = self.sites[key]
        sort = [each for each, other in self.sites.items() if type(other) is type(site)]
        return f"{name_of(type(site))} {sort.index(key) + 1}"

    def outcomes(self) -> Iterable[Outcome]:
        """Return everything that has come of it."""
        parts = self.operations, self.feeds, self.past
        return tuple(outcome for part in parts for outcome in part.values())


class Run:
    """One probe of one account."""

    def __init__(
        self,
        portal: AnyPortal,
        probe: Probe,
        client: Client,
        findings: Findings,
        *,
        in_words: bool,
    ) -> None:
        """Take an account that is signed in to, and where to note what is found."""
        self._portal = portal
        self._probe = probe
        self._in_words = in_words
        self.findings = findings
        findings.shapes = client.skeletons
        self._client = NotedClient(
            client, probe.operations, findings.operations, in_words=in_words
        )

    async def ask_everything(self, given: Given) -> None:
        """Ask for everything; AuthError where the login is refused at once."""
        now = datetime.now(UTC)
        around = Nowhere(subentries=await self._parts())
        await self._feed(self._portal.sites, now, around)
        for feed in self._portal.feeds:
            await self._feed(feed, now, around)
        history = self._portal.capability(History)
        if history is not None:
            for key, site in self.findings.sites.items():
                if isinstance(site, history.at):
                    await self._past(history, key, site, now)
        await self._others(given, now)

    async def _parts(self) -> tuple[Subentry, ...]:
        """Return what the user would set up; what fails is noted by its operation."""
        if self._probe.parts is None:
            return ()
        try:
            return await self._probe.parts(self._client)
        except AuthError:
            raise
        except Exception:  # noqa: BLE001  # noted already, whatever it is
            return ()

    async def _feed(self, feed: AnyFeed, now: datetime, around: Nowhere) -> None:
        """Fetch one feed of all its sites."""
        outcome = self.findings.feeds.setdefault(feed.key, Outcome())
        is_first = feed is self._portal.sites
        sites = tuple(
            site for site in self.findings.sites.values() if isinstance(site, feed.at)
        )
        if not sites and not is_first:
            outcome.fail(Nothing(f"no {name_of(feed.at)}"), in_words=self._in_words)
            return
        try:
            request = feed.request(now, sites, {}, around)
            fetched: Fetched[Any] = await feed.fetch(self._client, request)
        except Exception as error:
            outcome.fail(error, in_words=self._in_words, is_needed=is_first)
            if is_first and isinstance(error, AuthError):
                raise
            return
        if is_first:
            self.findings.sites = dict(fetched.data)
        # Of a feed it counts at how many sites there is something.
        self._take(outcome, fetched.problems, tuple(fetched.data))
        for key in sorted(fetched.refused):
            outcome.missing[f"{self.findings.number_of(key)} has none"] += 1

    async def _past(
        self, history: History[Any, Any], key: str, site: Site, now: datetime
    ) -> None:
        """Read the last days of one site's past."""
        outcome = self.findings.past.setdefault(self.findings.number_of(key), Outcome())
        start, end = _span(now, history)
        try:
            readings = await history.read(self._client, site, (start, end), Nowhere())
        except Exception as error:  # noqa: BLE001  # it is told, whatever it is
            outcome.fail(error, in_words=self._in_words)
            return
        self._take(outcome, readings.problems, readings.series)

    async def _others(self, given: Given, now: datetime) -> None:
        """Call what has not been called yet, as far as there is something to ask."""
        known = Known(
            client=self._client,
            sites=tuple(self.findings.sites.values()),
            given=given,
            now=now,
            span=_span(now, self._portal.capability(History)),
        )
        for name, ask in self._probe.operations.items():
            outcome = self._client.outcome(name)
            if outcome.calls:
                continue
            try:
                await ask(self._client, known)
            except Exception as error:  # noqa: BLE001  # it is told, whatever it is
                # What was called has noted it itself.
                if not outcome.calls:
                    outcome.fail(error, in_words=self._in_words)

    def _take(
        self,
        outcome: Outcome,
        problems: Iterable[PortalError],
        data: Collection[object],
    ) -> None:
        """Note what was read, and what of it failed."""
        for problem in problems:
            outcome.fail(problem, in_words=self._in_words)
        if data:
            outcome.take(data)


def _span(
    now: datetime, history: History[Any, Any] | None
) -> tuple[datetime, datetime]:
    """Return the last whole days, as far back as there is anything."""
    if history is None:
        return now - timedelta(days=DAYS), now
    today = now.astimezone(history.zone).date()
    end = midnight(today, history.zone)
    start = midnight(today - timedelta(days=DAYS), history.zone)
    oldest = start if history.oldest is None else history.oldest(now)
    return max(start, oldest), end
