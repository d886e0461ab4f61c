"""Repairs that ask about one site of an account, with choices."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
import logging
from typing import Any, Final

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
from ..portals.portal import ChoiceRequest, Question
from ..portals.registry import PORTALS
from .coordinator import FeedCoordinator, PortalConfigEntry

_LOGGER = logging.getLogger(__name__)

# How the ids of these issues begin.
ASKED: Final = frozenset(
    question.key for load in PORTALS.values() for question in load().every(Question)
)


@callback
def async_follow_questions(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Raise an issue while a site asks something, and withdraw it afterwards."""
    for question in entry.runtime_data.portal.every(Question):
        follow = partial(_follow, hass, entry, question)
        follow()
        source = _source(entry, question)
        entry.async_on_unload(source.async_add_listener(follow))


@callback
def async_forget_questions(hass: HomeAssistant, entry: PortalConfigEntry) -> None:
    """Withdraw the issues of an account that is removed."""
    for issue_id in _open(hass, entry, ASKED):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _open(
    hass: HomeAssistant, entry: PortalConfigEntry, keys: Iterable[str]
) -> list[str]:
    """Return the ids of an account's issues about some questions."""
    begin = tuple(f"{key}:{entry.entry_id}:" for key in keys)
    ours = (each for domain, each in ir.async_get(hass).issues if domain == DOMAIN)
    return [each for each in ours if each.startswith(begin)]


def _source(
    entry: PortalConfigEntry, question: Question[Any, Any]
) -> FeedCoordinator[Any]:
    """Return what a question looks at."""
    runtime = entry.runtime_data
    if question.source == runtime.sites.feed.key:
        return runtime.sites
    return runtime.feeds[question.source]


@callback
def _follow(
    hass: HomeAssistant, entry: PortalConfigEntry, question: Question[Any, Any]
) -> None:
    """Bring the issues of one question into line with what is known."""
    sites: Mapping[str, Site] = entry.runtime_data.sites.data
    # What is asked tells of times as the user's clock has them.
    now = dt_util.now()
    known = _source(entry, question).data
    # Withdrawing an issue forgets that the user ignored it: not before it is known.
    left = set(_open(hass, entry, (question.key,))) if known else set()
    for key, data in known.items():
        if key not in sites or (said := question.asked(sites[key], data, now)) is None:
            continue
        issue_id = f"{question.key}:{entry.entry_id}:{key}"
        left.discard(issue_id)
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "key": question.key, "site": key},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=question.key,
            translation_placeholders={"account": entry.title, **said},
        )
    for issue_id in left:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


class QuestionFlow(RepairsFlow):
    """Let the user choose, then do it."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        """Take what the issue is about."""
        self._about = about

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin with the choices."""
        return await self.async_step_choose()

    async def async_step_choose(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Do what is chosen."""
        entry: PortalConfigEntry | None = self.hass.config_entries.async_get_entry(
            self._about.get("entry_id", "")
        )
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        question = next(
            each
            for each in entry.runtime_data.portal.every(Question)
            if each.key == self._about.get("key")
        )
        site = entry.runtime_data.sites.data.get(self._about.get("site", ""))
        source = _source(entry, question)
        said = None
        if site is not None and site.key in source.data:
            said = question.asked(site, source.data[site.key], dt_util.now())
        if site is None or said is None:
            return self.async_abort(reason="no_longer_asked")
        errors: dict[str, str] = {}
        if user_input is not None:
            request: ChoiceRequest[Any, Any] = ChoiceRequest(
                now=dt_util.utcnow(),
                client=entry.runtime_data.client,
                site=site,
                held=source,
                forget=self._forget(entry, site),
            )
            try:
                await question.choices[user_input["choice"]](request)
            except PortalError as err:
                _LOGGER.debug("The choice failed: %s", err.brief)
                errors["base"] = "failed"
            else:
                if entry.state is ConfigEntryState.LOADED:
                    await source.async_request_refresh()
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="choose",
            data_schema=_schema(question),
            errors=errors,
        )

    def _forget(self, entry: PortalConfigEntry, site: Site) -> Callable[[], None]:
        """Return how to take a site out of the account."""

        def forget() -> None:
            if site.subentry is not None and site.subentry in entry.subentries:
                self.hass.config_entries.async_remove_subentry(entry, site.subentry)

        return forget


def _schema(question: Question[Any, Any]) -> vol.Schema:
    """Return the form of a question."""
    choices = SelectSelector(
        SelectSelectorConfig(options=list(question.choices), translation_key="choice")
    )
    return vol.Schema({vol.Required("choice"): choices})
