"""The one dialog of what only the user may decide."""

from functools import partial
import logging

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.http.errors import PortalError
from ..portals.questions import AnyQuestion, Asked, ChoiceRequest, Shown
from .coordinator import PortalConfigEntry
from .questions import asked_now, questions_of, source_of

_LOGGER = logging.getLogger(__name__)


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
        question = next(each for each in questions_of(entry) if each.key == key)
        asking = [each for each in asked_now(entry, question) if each[0] == self._issue]
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
            await source_of(entry, question).async_refresh()
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
        held=source_of(entry, question),
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
