"""autarc's config-flow steps: a key or a login, the company, projects to follow."""

from collections.abc import Mapping
import hashlib
import logging
from typing import Any, Final, override
import uuid

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryData,
)
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from ...account.oauth import CONF_IMPLEMENTATION, CONF_TOKEN, turn_to
from ...const import CONF_AUTH_URL, CONF_VENDOR, DOMAIN
from ...portals.autarc import AUTARC
from ...portals.autarc.client import API_URL, AUTH_URL
from ...portals.autarc.sites import (
    LISTED,
    PROJECT,
    Survey,
    name_of,
    project_key,
    survey,
)
from ...portals.contract import TokenStore
from ...portals.http.errors import InvalidInput, PortalError
from ...portals.portal import LoginServer
from ..forms import SECRET, URL, addresses, filled
from .parts import SUBENTRY_STEPS

__all__ = ["SUBENTRY_STEPS", "Steps"]

_KEY: Final = {vol.Required("api_key"): SECRET}
_API: Final = {
    vol.Required("advanced"): section(
        vol.Schema({vol.Optional("api_url"): URL}), {"collapsed": True}
    )
}
_BOTH: Final = {
    vol.Required("advanced"): section(
        vol.Schema({vol.Optional("api_url"): URL, vol.Optional("auth_url"): URL}),
        {"collapsed": True},
    )
}
_KEY_SCHEMA: Final = vol.Schema({**_KEY, **_API})
_REAUTH_SCHEMA: Final = vol.Schema(_KEY)
_LOGIN_SCHEMA: Final = vol.Schema(_BOTH)
_DEFAULTS: Final = {"api_url": API_URL, CONF_AUTH_URL: AUTH_URL}


class _FreshToken:
    """Authorises requests with a token that has just been given."""

    def __init__(self, token: Mapping[str, Any]) -> None:
        """Take the token."""
        self._authorization = f"Bearer {token['access_token']}"

    async def authorization(self) -> str:
        """Return the header value."""
        return self._authorization

    def refused(self, authorization: str) -> bool:
        """Say that there is no other."""
        return False


class Steps(AbstractOAuth2FlowHandler):
    """Add a company's account by key or login, mend it, choose projects."""

    DOMAIN = DOMAIN
    _autarc_login: Mapping[str, Any]
    _autarc_survey: Survey

    @property
    @override
    def logger(self) -> logging.Logger:
        """Return where the login helper writes to."""
        return logging.getLogger(__name__)

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        """Ask for a token that can be renewed."""
        return {"scope": "offline_access"}

    async def async_step_autarc(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose how to sign in."""
        return self.async_show_menu(
            step_id="autarc", menu_options=["autarc_key", "autarc_oauth"]
        )

    # --- by key

    async def async_step_autarc_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the company's key."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._autarc_survey_by_key(user_input, _DEFAULTS)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                digest = hashlib.sha256(self._autarc_login["api_key"].encode())
                return await self._autarc_add(f"key-{digest.hexdigest()[:12]}")
        return self.async_show_form(
            step_id="autarc_key",
            data_schema=self.add_suggested_values_to_schema(_KEY_SCHEMA, user_input),
            errors=errors,
        )

    async def async_step_autarc_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go to the way in which the account signs in."""
        if CONF_TOKEN in self._get_reauth_entry().data:
            return await self.async_step_autarc_reauth_oauth()
        return await self.async_step_autarc_reauth_key()

    async def async_step_autarc_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go to the way in which the account signs in."""
        if CONF_TOKEN in self._get_reconfigure_entry().data:
            return await self.async_step_autarc_reconfigure_oauth()
        return await self.async_step_autarc_reconfigure_key()

    async def async_step_autarc_reauth_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new key."""
        entry = self._get_reauth_entry()
        return await self._autarc_mend(
            "autarc_reauth_key", _REAUTH_SCHEMA, entry, user_input
        )

    async def async_step_autarc_reconfigure_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another address or key."""
        entry = self._get_reconfigure_entry()
        return await self._autarc_mend(
            "autarc_reconfigure_key", _KEY_SCHEMA, entry, user_input
        )

    async def _autarc_mend(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Take a changed key once it is one of the same company."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._autarc_survey_by_key(user_input, entry.data)
                self._autarc_check_company(entry)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self.async_update_reload_and_abort(
                    entry, data_updates=self._autarc_login
                )
        shown = user_input or {"advanced": {"api_url": entry.data["api_url"]}}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"account": entry.title},
        )

    async def _autarc_survey_by_key(
        self, user_input: Mapping[str, Any], held: Mapping[str, Any]
    ) -> None:
        """Find out whose key it is, and in which header it is taken."""
        login: dict[str, Any] = {
            **addresses(user_input, {"api_url": held["api_url"]}),
            "api_key": filled(user_input["api_key"]),
        }
        session = async_get_clientsession(self.hass)
        client = AUTARC.connect(session, login, {}, TokenStore())
        self._autarc_survey = await survey(client)
        self._autarc_login = {**login, "scheme": client.scheme.value}

    # --- by login

    async def async_step_autarc_oauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what the login takes; go to it."""
        return await self._autarc_sign_in("autarc_oauth", user_input, _DEFAULTS)

    async def async_step_autarc_reauth_oauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again."""
        entry = self._get_reauth_entry()
        return await self._autarc_sign_in("autarc_reauth_oauth", user_input, entry.data)

    async def async_step_autarc_reconfigure_oauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again, or at another address."""
        entry = self._get_reconfigure_entry()
        return await self._autarc_sign_in(
            "autarc_reconfigure_oauth", user_input, entry.data
        )

    async def _autarc_sign_in(
        self,
        step_id: str,
        user_input: dict[str, Any] | None,
        held: Mapping[str, Any],
        error: str | None = None,
    ) -> ConfigFlowResult:
        """Let the user sign in at the portal's."""
        known = {key: held[key] for key in _DEFAULTS}
        errors = {} if error is None else {"base": error}
        if user_input is not None:
            try:
                self._autarc_login = addresses(user_input, known)
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                named = held.get(CONF_IMPLEMENTATION)
                return await self.async_step_pick_implementation(
                    None if named is None else {"implementation": named}
                )
        shown = user_input
        if self.source != SOURCE_USER:
            shown = user_input or {"advanced": known}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(_LOGIN_SCHEMA, shown),
            errors=errors,
        )

    @override
    async def async_step_auth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in at the address that was chosen."""
        if (server := AUTARC.capability(LoginServer)) is not None:
            address = self._autarc_login[CONF_AUTH_URL]
            turn_to(self.flow_impl, server, address)
        return await super().async_step_auth(user_input)

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Find out which company has signed in."""
        token_store = TokenStore()
        token_store.login = _FreshToken(data[CONF_TOKEN])
        session = async_get_clientsession(self.hass)
        client = AUTARC.connect(session, self._autarc_login, {}, token_store)
        entry = None
        if self.source == SOURCE_REAUTH:
            entry = self._get_reauth_entry()
        elif self.source != SOURCE_USER:
            entry = self._get_reconfigure_entry()
        try:
            self._autarc_survey = await survey(client)
            if entry is not None:
                self._autarc_check_company(entry)
        except (InvalidInput, PortalError) as err:
            # From the form on, the user can try again.
            if entry is None:
                return await self._autarc_sign_in(
                    "autarc_oauth", None, _DEFAULTS, err.key
                )
            step = "autarc_reconfigure_oauth"
            if self.source == SOURCE_REAUTH:
                step = "autarc_reauth_oauth"
            return await self._autarc_sign_in(step, None, entry.data, err.key)
        self._autarc_login = {**self._autarc_login, **data}
        if entry is not None:
            return self.async_update_reload_and_abort(
                entry, data_updates=self._autarc_login
            )
        return await self._autarc_add(f"login-{uuid.uuid4().hex[:12]}")

    # --- the company

    def _autarc_check_company(self, entry: ConfigEntry) -> None:
        """Refuse the login of another company."""
        found = self._autarc_survey.company_id
        known = entry.data.get("company_id")
        if None not in {found, known} and found != known:
            raise InvalidInput("other_company")

    async def _autarc_add(self, nameless: str) -> ConfigFlowResult:
        """Add the account; one without any record has no id but this."""
        company_id = self._autarc_survey.company_id
        if company_id is not None:
            self._autarc_login = {**self._autarc_login, "company_id": company_id}
        await self.async_set_unique_id(f"{AUTARC.key}:{company_id or nameless}")
        self._abort_if_unique_id_configured()
        if 0 < len(self._autarc_survey.projects) <= LISTED:
            return await self.async_step_autarc_projects()
        return self._autarc_create(())

    async def async_step_autarc_projects(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose projects that become devices."""
        titles = self._autarc_survey.projects
        if user_input is not None:
            chosen = user_input.get("projects", ())
            return self._autarc_create([each for each in titles if each in chosen])
        options = [
            SelectOptionDict(value=key, label=title) for key, title in titles.items()
        ]
        projects = SelectSelector(SelectSelectorConfig(options=options, multiple=True))
        return self.async_show_form(
            step_id="autarc_projects",
            data_schema=vol.Schema({vol.Optional("projects"): projects}),
        )

    def _autarc_create(self, chosen: Any) -> ConfigFlowResult:
        """Create the entry."""
        return self.async_create_entry(
            title=name_of(self._autarc_survey.company_id),
            data={CONF_VENDOR: AUTARC.key, **self._autarc_login},
            subentries=[
                ConfigSubentryData(
                    data={"project_id": project_id},
                    subentry_type=PROJECT,
                    title=self._autarc_survey.projects[project_id],
                    unique_id=project_key(project_id),
                )
                for project_id in chosen
            ],
        )
