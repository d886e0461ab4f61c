"""What an account has: the company, and the projects that the user has chosen.

Thousands of projects are one site with figures. A project is a device of its own once
it is set up beneath the account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec

from ..contract import Feed, FeedRequest, Fetched, Kept, Site, Subentry
from ..model.plain import plain
from ..rhythms import Every
from .client import AutarcClient
from .models import Customer, Project, ProjectStatus
from .reads import Listing

COMPANY: Final = "company"
PROJECT: Final = "project"
# Of more than these a person chooses by searching.
LISTED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySite(Site):
    """The company; its id is None until a project or a customer has told it."""

    company_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSite(Site):
    """A project that the user has chosen."""

    project_id: str


@dataclass(frozen=True, slots=True)
class Survey:
    """Which company it is, and its projects in progress: title by id."""

    company_id: str | None
    projects: Mapping[str, str]

    @classmethod
    def read(cls, listing: Listing[Project]) -> Survey:
        """Look through the projects."""
        companies = set()
        projects = {}
        for project in listing:
            companies.add(project.company_id)
            if project.status == ProjectStatus.IN_PROGRESS:
                projects[project.id] = _titled(project)
        return cls(_only(companies), projects)

    def matching(self, text: str) -> Mapping[str, str]:
        """Return the projects whose title or id has the text in it."""
        wanted = text.casefold()
        return {
            key: title
            for key, title in self.projects.items()
            if wanted in title.casefold() or wanted == key
        }


def _titled(project: Project) -> str:
    """Return a project's title with its number."""
    number = project.human_id
    return f"{project.title} ({number})" if number else project.title


def _company_of(listing: Listing[Customer]) -> str | None:
    """Return the company that customers name."""
    return _only({each.company_id for each in listing})


def _only(companies: set[str | None]) -> str | None:
    """Return the company that is named; of several, nobody knows which it is."""
    named = {each for each in companies if each}
    return named.pop() if len(named) == 1 else None


async def survey(client: AutarcClient) -> Survey:
    """Find out which company it is; that nobody tells is no error."""
    surveyed = await client.projects(Survey.read)
    if surveyed.company_id is not None:
        return surveyed
    return Survey(await client.customers(_company_of), surveyed.projects)


def project_key(project_id: str) -> str:
    """Return the key of a project's site."""
    return f"{PROJECT}:{project_id}"


def arranged(
    held: Mapping[str, Site], parts: tuple[Subentry, ...]
) -> Mapping[str, Site]:
    """Return the company with the projects that the user has chosen."""
    if COMPANY not in held:
        return {}
    chosen = (
        ProjectSite(
            key=project_key(part.data["project_id"]),
            name=part.title,
            model="Project",
            subentry=part.id,
            project_id=part.data["project_id"],
        )
        for part in parts
    )
    return {COMPANY: held[COMPANY], **{site.key: site for site in chosen}}


async def _fetch(
    client: AutarcClient, request: FeedRequest[Site, Site, tuple[Subentry, ...]]
) -> Fetched[Site]:
    """Find the company, which needs no call once it is known and lets us in."""
    company = request.held.get(COMPANY)
    if not isinstance(company, CompanySite) or company.company_id is None:
        surveyed = await survey(client)
        company_id = client.company_id or surveyed.company_id
        company = CompanySite(
            key=COMPANY,
            # The portal has no name of a company.
            name="autarc",
            model="Company",
            company_id=company_id,
        )
    elif client.is_refused:
        await survey(client)
    return Fetched(arranged({COMPANY: company}, request.given))


def _load(data: object, options: Mapping[str, object]) -> Site:
    """Return what was dumped; ValueError for anything else."""
    is_company = isinstance(data, dict) and data.get("key") == COMPANY
    return msgspec.convert(data, CompanySite if is_company else ProjectSite)


SITES: Final = Feed[AutarcClient, Site, Site, tuple[Subentry, ...]](
    key="sites",
    fetch=_fetch,
    needs=lambda surroundings: surroundings.subentries,
    rhythm=Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30)),
    kept=Kept(dump=plain, load=_load),
)
