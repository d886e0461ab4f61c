"""What an account has of its company: projects, customers, and chosen projects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
import logging
from typing import Final

import msgspec

from ..contract import Feed, FeedRequest, Fetched, Kept, gather_sites
from ..http.errors import NotFound
from ..kept import kept_as
from ..model.dues import Dues
from ..model.plain import looked_up, plain
from ..rhythms import Every
from .client import AutarcClient
from .models import Customer, Project, Room
from .portfolio import Change, Portfolio, ProjectLog, ProjectRow
from .reads import Listing
from .sites import COMPANY, CompanySite, ProjectSite

_LOGGER = logging.getLogger(__name__)

_PART: Final = "autarc lists only a part of the %s: counts and sums are unknown"
_RHYTHM: Final = Every(interval=timedelta(hours=1), jitter=timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Customers:
    """How many customers there are, None where the list is not whole."""

    count: int | None

    @classmethod
    def read(cls, listing: Listing[Customer]) -> Customers:
        """Count them."""
        count = len({customer.id for customer in listing})
        return cls(count if listing.is_whole else None)


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A chosen project; `rooms` is None where the portal does not list them.

    Without a project, somebody has removed it.
    """

    project: Project | None
    rooms: tuple[Room, ...] | None = None


async def _projects(
    client: AutarcClient, request: FeedRequest[ProjectLog, CompanySite]
) -> Fetched[ProjectLog]:
    """Read all projects."""
    before = request.held.get(COMPANY)
    log = await client.projects(partial(ProjectLog.read, before))
    if not log.portfolio.is_whole and (before is None or before.portfolio.is_whole):
        _LOGGER.warning(_PART, "projects")
    return Fetched({COMPANY: log})


async def _customers(
    client: AutarcClient, request: FeedRequest[Customers, CompanySite]
) -> Fetched[Customers]:
    """Count the customers."""
    before = request.held.get(COMPANY)
    customers = await client.customers(Customers.read)
    if customers.count is None and (before is None or before.count is not None):
        _LOGGER.warning(_PART, "customers")
    return Fetched({COMPANY: customers})


async def _chosen(
    client: AutarcClient, request: FeedRequest[ProjectFacts, ProjectSite]
) -> Fetched[ProjectFacts]:
    """Read the chosen projects with their rooms."""

    async def one(site: ProjectSite) -> ProjectFacts:
        try:
            project = await client.project(site.project_id)
        except NotFound:
            return ProjectFacts(None)
        try:
            return ProjectFacts(project, await client.rooms(site.project_id))
        except NotFound:
            return ProjectFacts(project)

    return await gather_sites(request, one)


# --- kept ---------------------------------------------------------------------------


@looked_up
class _KeptLog(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a log is made of."""

    rows: tuple[ProjectRow, ...]
    is_whole: bool
    changes: tuple[Change, ...]
    number: int
    doubts: tuple[str, ...] = ()


def _dump_log(log: ProjectLog) -> object:
    """Return projects and changes as JSON."""
    portfolio = log.portfolio
    doubts = tuple(sorted(portfolio.doubts))
    return plain(
        _KeptLog(portfolio.rows, portfolio.is_whole, log.changes, log.number, doubts)
    )


def _load_log(data: object, options: Mapping[str, object]) -> ProjectLog:
    """Return what was dumped; ValueError for anything else."""
    kept = msgspec.convert(data, _KeptLog)
    portfolio = Portfolio.of(kept.rows, kept.is_whole, doubts=kept.doubts)
    return ProjectLog(portfolio, kept.changes, kept.number)


def _dated(log: ProjectLog) -> Portfolio | None:
    """Return the projects if all their days are known."""
    is_known = log.portfolio.knows("installation_date", "status")
    return log.portfolio if is_known else None


def _dues(log: ProjectLog) -> Dues | None:
    """Return the days of installations to come, without whose they are."""
    portfolio = _dated(log)
    return None if portfolio is None else portfolio.dues()


PROJECTS: Final = Feed(
    key="projects",
    fetch=_projects,
    rhythm=_RHYTHM,
    at=CompanySite,
    # Of days that are not all known, nobody can say that there is none.
    kinds={Portfolio: _dated, Dues: _dues},
    kept=Kept(dump=_dump_log, load=_load_log, is_large=True),
)
CUSTOMERS: Final = Feed(
    key="customers",
    fetch=_customers,
    rhythm=_RHYTHM,
    at=CompanySite,
    kept=kept_as(Customers),
)
CHOSEN: Final = Feed[AutarcClient, ProjectFacts, ProjectSite](
    key="chosen",
    fetch=_chosen,
    rhythm=_RHYTHM,
    at=ProjectSite,
    # Of a project that is gone nothing is shown.
    kinds={ProjectFacts: lambda facts: facts if facts.project else None},
    kept=kept_as(ProjectFacts),
)

FEEDS: Final = (
    PROJECTS,
    CUSTOMERS,
    CHOSEN,
)
