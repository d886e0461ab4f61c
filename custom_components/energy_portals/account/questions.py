"""What only the user may decide: issues while something asks."""

from collections.abc import Iterator
from functools import partial

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.questions import AnyQuestion, Asked, Question
from .coordinator import AnyCoordinator, PortalConfigEntry
from .login import forget_login
from .unread import forget_unread


def questions_of(entry: PortalConfigEntry) -> tuple[AnyQuestion, ...]:
    """Return the questions of the portal, and of the history if there is one."""
    runtime = entry.runtime_data
    of_portal: tuple[AnyQuestion, ...] = runtime.portal.every(Question)
    if runtime.importer is None:
        return of_portal
    return (*of_portal, *runtime.importer.questions())


def source_of(entry: PortalConfigEntry, question: AnyQuestion) -> AnyCoordinator:
    """Return what a question looks at."""
    key = question.source.key
    return next(
        each for each in entry.runtime_data.coordinators if each.feed.key == key
    )


def asked_now(
    entry: PortalConfigEntry, question: AnyQuestion
) -> Iterator[tuple[str, Site, Asked]]:
    """Yield what is asked now, with the id of its issue and the site."""
    sites = entry.runtime_data.sites.data
    # What is asked tells of times as the user's clock has them.
    now = dt_util.now()
    for key, data in source_of(entry, question).data.items():
        if (site := sites.get(key)) is None:
            continue
        for asked in question.asked(site, data, now):
            about = () if question.of_account else (asked.about or key,)
            yield ":".join((question.key, entry.entry_id, *about)), site, asked


@callback
def async_follow_questions(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Raise an issue while something asks, and withdraw it afterwards."""
    for question in questions_of(entry):
        follow = partial(_follow, hass, entry, question)
        follow()
        source = source_of(entry, question)
        # What is asked may also change with the time alone.
        entry.async_on_unload(source.async_add_listener(follow))


@callback
def async_forget_questions(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Withdraw the issues of an account that is removed."""
    forget_unread(hass, entry)
    forget_login(hass, entry)
    for issue_id in _raised(hass, entry):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _raised(hass: HomeAssistant, entry: PortalConfigEntry) -> dict[str, str]:
    """Return the ids of an account's issues, and the key of the question of each."""
    issues = (each for domain, each in ir.async_get(hass).issues if domain == DOMAIN)
    return {
        issue_id: key
        for issue_id in issues
        for key, *about in (issue_id.split(":", 2),)
        if about[:1] == [entry.entry_id]
    }


@callback
def _follow(
    hass: HomeAssistant, entry: PortalConfigEntry, question: AnyQuestion
) -> None:
    """Bring the issues of one question into line with what is known."""
    # Withdrawing an issue forgets that the user ignored it: not before it is known.
    if not source_of(entry, question).data:
        return
    raised = _raised(hass, entry)
    left = {issue_id for issue_id, key in raised.items() if key == question.key}
    for issue_id, site, asked in asked_now(entry, question):
        left.discard(issue_id)
        said = {"account": entry.title, **asked.says}
        about = {} if question.of_account else {"site": site.key}
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "key": question.key, **about},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=question.key,
            translation_placeholders={name: said[name] for name in question.says},
        )
    for issue_id in left:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
