"""Setting up a project as a device of its own."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from ...portals.autarc.sites import LISTED, PROJECT, Survey, project_key, survey
from ...portals.http.errors import InvalidInput, PortalError
from ..steps import SubentryFlow, UserInput

_SEARCH_SCHEMA: Final = vol.Schema({vol.Required("text"): TextSelector()})


class ProjectFlow:
    """Choose a project in progress, by searching where there are many."""

    _survey: Survey
    _offered: Mapping[str, str]

    def __init__(self, flow: SubentryFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "user": self._offer,
            "search": self._search,
            "pick": self._pick,
        }

    async def _offer(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Ask the portal which projects there are."""
        entry = self._flow.account_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self._flow.async_abort(reason="account_not_loaded")
        try:
            # A client of its own would renew the same token once more.
            self._survey = await survey(entry.runtime_data.client)
        except PortalError as err:
            return self._flow.async_abort(reason=err.key)
        chosen = {part.unique_id for part in entry.subentries.values()}
        self._offered = {
            key: title
            for key, title in self._survey.projects.items()
            if project_key(key) not in chosen
        }
        if not self._offered:
            return self._flow.async_abort(reason="no_projects")
        if len(self._offered) > LISTED:
            return await self._search()
        return await self._pick()

    async def _search(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Narrow many projects down by a text."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._offered = self._narrowed(user_input["text"].strip())
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return await self._pick()
        return self._flow.async_show_form(
            step_id="search",
            data_schema=self._flow.add_suggested_values_to_schema(
                _SEARCH_SCHEMA, user_input
            ),
            errors=errors,
        )

    def _narrowed(self, text: str) -> Mapping[str, str]:
        """Return the projects that a text is found in, if a list can show them."""
        titles = self._survey.matching(text)
        offered = {key: titles[key] for key in titles if key in self._offered}
        if not offered:
            raise InvalidInput("none_found")
        if len(offered) > LISTED:
            raise InvalidInput("too_many_found")
        return offered

    async def _pick(self, user_input: UserInput | None = None) -> SubentryFlowResult:
        """Choose one."""
        if user_input is not None:
            project_id = user_input["project_id"]
            return self._flow.async_create_entry(
                title=self._offered[project_id],
                data={"project_id": project_id},
                unique_id=project_key(project_id),
            )
        options = [
            SelectOptionDict(value=key, label=title)
            for key, title in self._offered.items()
        ]
        projects = SelectSelector(SelectSelectorConfig(options=options))
        return self._flow.async_show_form(
            step_id="pick",
            data_schema=vol.Schema({vol.Required("project_id"): projects}),
        )


PARTS: Final = {PROJECT: ProjectFlow}
