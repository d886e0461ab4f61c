"""What only the user may decide: issues while something asks, and their one dialog."""

from collections.abc import Iterator
from functools import partial
import logging

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.http.errors import PortalError
from ..portals.questions import AnyQuestion, Asked, ChoiceRequest, Question, Shown
from .coordinator import AnyCoordinator, PortalConfigEntry
from .unread import forget_unread

_LOGGER = logging.getLogger(__name__)


def _questions(entry: PortalConfigEntry) -> tuple[AnyQuestion, ...]:
    """Return the questions of the portal, and of the history if there is one."""
    runtime = entry.runtime_data
    of_portal: tuple[AnyQuestion, ...] = runtime.portal.every(Question)
    if runtime.importer is None:
        return of_portal
    return (*of_portal, *runtime.importer.questions())


def _source(entry: PortalConfigEntry, question: AnyQuestion) -> AnyCoordinator:
    """Return what a question looks at."""
    key = question.source.key
    return next(
        each for each in entry.runtime_data.coordinators if each.feed.key == key
    )


def _open(
    entry: PortalConfigEntry, question: AnyQuestion
) -> Iterator[tuple[str, Site, Asked]]:
    """Yield what is asked now, with the id of its issue and the site."""
    sites = entry.runtime_data.sites.data
    # What is asked tells of times as the user's clock has them.
    now = dt_util.now()
    for key, data in _source(entry, question).data.items():
        if (site := sites.get(key)) is None:
            continue
        for asked in question.asked(site, data, now):
            about = () if question.of_account else (asked.about or key,)
            yield ":".join((question.key, entry.entry_id, *about)), site, asked


@callback
def async_follow_questions(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Raise an issue while something asks, and withdraw it afterwards."""
    for question in _questions(entry):
        follow = partial(_follow, hass, entry, question)
        follow()
        source = _source(entry, question)
        # What is asked may also change with the time alone.
        entry.async_on_unload(source.async_add_listener(follow))


@callback
def async_forget_questions(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Withdraw the issues of an account that is removed."""
    forget_unread(hass, entry)
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
    if not _source(entry, question).data:
        return
    raised = _raised(hass, entry)
    left = {issue_id for issue_id, key in raised.items() if key == question.key}
    for issue_id, site, asked in _open(entry, question):
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


class QuestionFlow(RepairsFlow):
    """The dialog of an issue: show the choices, then do what is chosen."""

    def __init__(self, issue_id: str) -> None:
        """Take the issue, whose id says what it is about."""
        self._issue = issue_id

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with the question."""
        return await self._answer(None)

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Do it once the user agrees."""
        return await self._answer(None if user_input is None else Shown.CONFIRM)

    async def async_step_choose(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Do what is chosen."""
        return await self._answer(None if user_input is None else user_input["choice"])

    async def _answer(
        self, choice: str | None, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show the question, or do what is chosen; a menu brings no input."""
        key, entry_id, *_ = self._issue.split(":", 2)
        entry: PortalConfigEntry | None
        entry = self.hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        question = next(each for each in _questions(entry) if each.key == key)
        asking = [each for each in _open(entry, question) if each[0] == self._issue]
        if question.passes and not asking:
            return self.async_abort(reason="no_longer_asked")
        if choice is None:
            return self._show(question, {})
        try:
            for _, site, asked in asking:
                request = _request(self.hass, entry, question, site, asked)
                await question.choices[choice](request)
        except PortalError as err:
            _LOGGER.debug("The choice failed: %s", err.brief)
            return self._show(question, {"base": "failed"})
        if question.reloads:
            self.hass.config_entries.async_schedule_reload(entry_id)
        elif entry.state is ConfigEntryState.LOADED:
            await _source(entry, question).async_refresh()
        return self.async_create_entry(data={})

    def _show(self, question: AnyQuestion, errors: dict[str, str]) -> RepairsFlowResult:
        """Show the choices, with what the issue says."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self._issue)
        said = None if issue is None else issue.translation_placeholders
        if question.shown is Shown.MENU:
            for choice in question.choices:
                step = f"async_step_{choice}"
                setattr(self, step, partial(self._answer, choice))
            return self.async_show_menu(
                step_id=Shown.MENU,
                menu_options=list(question.choices),
                description_placeholders=said,
            )
        return self.async_show_form(
            step_id=question.shown,
            data_schema=_schema(question),
            errors=errors,
            description_placeholders=said,
        )


def _request(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    question: AnyQuestion,
    site: Site,
    asked: Asked,
) -> ChoiceRequest[object, object]:
    """Return what a choice is given."""

    def forget() -> None:
        if site.subentry is not None and site.subentry in entry.subentries:
            hass.config_entries.async_remove_subentry(entry, site.subentry)

    return ChoiceRequest(
        now=dt_util.utcnow(),
        client=entry.runtime_data.client,
        site=site,
        asked=asked,
        held=_source(entry, question),
        forget=forget,
    )


def _schema(question: AnyQuestion) -> vol.Schema:
    """Return the form of a question: what there is to choose from, if anything."""
    if question.shown is Shown.CONFIRM:
        return vol.Schema({})
    choices = SelectSelector(
        SelectSelectorConfig(options=list(question.choices), translation_key="choice")
    )
    return vol.Schema({vol.Required("choice"): choices})
