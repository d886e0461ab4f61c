"""autarc's config-flow steps: a key or a login, the company, projects to follow."""

from collections.abc import Iterable
import hashlib
from typing import Final
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
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from ...account.oauth import CONF_IMPLEMENTATION, CONF_TOKEN
from ...const import CONF_AUTH_URL, CONF_VENDOR
from ...portals.autarc import AUTARC
from ...portals.autarc.client import API_URL, AUTH_URL, ROUTES
from ...portals.autarc.sites import LISTED, PROJECT, Survey, project_key, survey
from ...portals.contract import TokenStore
from ...portals.http.errors import InvalidInput, PortalError
from ...portals.portal import LoginServer
from ..forms import SECRET, URL, addresses, filled, refuse_strangers
from ..steps import AccountFlow, Fields, UserInput
from .flow_oauth import FreshToken, OAuthSteps

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
(_SERVER,) = AUTARC.every(LoginServer)
# What answers at each address without a login, by asking for one.
_KNOWN: Final = {
    "api_url": (ROUTES["projects"],),
    CONF_AUTH_URL: (f"POST {_SERVER.token}",),
}
_DEFAULTS: Final = {"api_url": API_URL, CONF_AUTH_URL: AUTH_URL}


class AutarcFlow:
    """Add a company's account by key or login, mend it, choose projects."""

    _login: Fields
    _survey: Survey

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self._oauth = OAuthSteps(flow, self._signed_in)
        self.steps = {
            "autarc": self._choose_way,
            "autarc_key": self._ask_for_key,
            "autarc_reauth": self._reauth,
            "autarc_reconfigure": self._reconfigure,
            "autarc_reauth_key": self._reauth_by_key,
            "autarc_reconfigure_key": self._reconfigure_by_key,
            "autarc_oauth": self._ask_to_sign_in,
            "autarc_reauth_oauth": self._reauth_by_login,
            "autarc_reconfigure_oauth": self._reconfigure_by_login,
            "autarc_projects": self._choose_projects,
            **self._oauth.steps,
        }

    async def _choose_way(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Choose how to sign in."""
        return self._flow.async_show_menu(
            step_id="autarc", menu_options=["autarc_key", "autarc_oauth"]
        )

    # --- by key

    async def _ask_for_key(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for the company's key."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._survey_by_key(user_input, _DEFAULTS)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                digest = hashlib.sha256(self._login["api_key"].encode())
                return await self._add(f"key-{digest.hexdigest()[:12]}")
        return self._flow.async_show_form(
            step_id="autarc_key",
            data_schema=self._flow.add_suggested_values_to_schema(
                _KEY_SCHEMA, user_input
            ),
            errors=errors,
        )

    async def _reauth(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Go to the way in which the account signs in."""
        if CONF_TOKEN in self._flow.reauth_entry().data:
            return await self._reauth_by_login()
        return await self._reauth_by_key()

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Go to the way in which the account signs in."""
        if CONF_TOKEN in self._flow.reconfigure_entry().data:
            return await self._reconfigure_by_login()
        return await self._reconfigure_by_key()

    async def _reauth_by_key(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for a new key."""
        entry = self._flow.reauth_entry()
        return await self._mend("autarc_reauth_key", _REAUTH_SCHEMA, entry, user_input)

    async def _reconfigure_by_key(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for another address or key."""
        entry = self._flow.reconfigure_entry()
        return await self._mend(
            "autarc_reconfigure_key", _KEY_SCHEMA, entry, user_input
        )

    async def _mend(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: UserInput | None,
    ) -> ConfigFlowResult:
        """Take a changed key once it is one of the same company."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._survey_by_key(user_input, entry.data)
                self._check_company(entry)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._flow.async_update_reload_and_abort(
                    entry, data_updates=self._login
                )
        shown = user_input or {"advanced": {"api_url": entry.data["api_url"]}}
        return self._flow.async_show_form(
            step_id=step_id,
            data_schema=self._flow.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"account": entry.title},
        )

    async def _survey_by_key(self, user_input: UserInput, held: Fields) -> None:
        """Find out whose key it is, and in which header it is taken."""
        login = {
            **addresses(user_input, {"api_url": held["api_url"]}),
            "api_key": filled(user_input["api_key"]),
        }
        await refuse_strangers(self._flow.hass, login, held, _KNOWN)
        session = async_get_clientsession(self._flow.hass)
        client = AUTARC.connect(session, login, {}, TokenStore())
        self._survey = await survey(client)
        self._login = {**login, "scheme": client.scheme.value}

    # --- by login

    async def _ask_to_sign_in(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Say what the login takes; go to it."""
        return await self._sign_in("autarc_oauth", user_input, _DEFAULTS)

    async def _reauth_by_login(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Sign in again."""
        entry = self._flow.reauth_entry()
        return await self._sign_in("autarc_reauth_oauth", user_input, entry.data)

    async def _reconfigure_by_login(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Sign in again, or at another address."""
        entry = self._flow.reconfigure_entry()
        return await self._sign_in("autarc_reconfigure_oauth", user_input, entry.data)

    async def _sign_in(
        self,
        step_id: str,
        user_input: UserInput | None,
        held: Fields,
        error: str | None = None,
    ) -> ConfigFlowResult:
        """Let the user sign in at the portal's."""
        known = {key: held[key] for key in _DEFAULTS}
        errors = {} if error is None else {"base": error}
        if user_input is not None:
            try:
                self._login = addresses(user_input, known)
                await refuse_strangers(self._flow.hass, self._login, known, _KNOWN)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                address = self._login[CONF_AUTH_URL]
                return await self._oauth.begin(address, held.get(CONF_IMPLEMENTATION))
        shown = user_input
        if self._flow.source != SOURCE_USER:
            shown = user_input or {"advanced": known}
        return self._flow.async_show_form(
            step_id=step_id,
            data_schema=self._flow.add_suggested_values_to_schema(_LOGIN_SCHEMA, shown),
            errors=errors,
        )

    async def _signed_in(self, granted: Fields) -> ConfigFlowResult:
        """Find out which company has signed in."""
        token_store = TokenStore()
        token_store.login = FreshToken(granted[CONF_TOKEN]["access_token"])
        session = async_get_clientsession(self._flow.hass)
        client = AUTARC.connect(session, self._login, {}, token_store)
        entry = None
        if self._flow.source == SOURCE_REAUTH:
            entry = self._flow.reauth_entry()
        elif self._flow.source != SOURCE_USER:
            entry = self._flow.reconfigure_entry()
        try:
            self._survey = await survey(client)
            if entry is not None:
                self._check_company(entry)
        except (InvalidInput, PortalError) as err:
            # From the form on, the user can try again.
            if entry is None:
                return await self._sign_in("autarc_oauth", None, _DEFAULTS, err.key)
            step = "autarc_reconfigure_oauth"
            if self._flow.source == SOURCE_REAUTH:
                step = "autarc_reauth_oauth"
            return await self._sign_in(step, None, entry.data, err.key)
        self._login = {**self._login, **granted}
        if entry is not None:
            return self._flow.async_update_reload_and_abort(
                entry, data_updates=self._login
            )
        return await self._add(f"login-{uuid.uuid4().hex[:12]}")

    # --- the company

    def _check_company(self, entry: ConfigEntry) -> None:
        """Refuse the login of another company."""
        company_id = self._survey.company_id
        known = entry.data.get("company_id")
        if None not in {company_id, known} and company_id != known:
            raise InvalidInput("other_company")

    async def _add(self, nameless: str) -> ConfigFlowResult:
        """Add the account; one without any record has no id but this."""
        company_id = self._survey.company_id
        if company_id is not None:
            self._login = {**self._login, "company_id": company_id}
        await self._flow.identify(f"{AUTARC.key}:{company_id or nameless}")
        if 0 < len(self._survey.projects) <= LISTED:
            return await self._choose_projects()
        return self._create(())

    async def _choose_projects(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Choose projects that become devices."""
        titles = self._survey.projects
        if user_input is not None:
            chosen = user_input.get("projects", ())
            return self._create([each for each in titles if each in chosen])
        options = [
            SelectOptionDict(value=key, label=title) for key, title in titles.items()
        ]
        projects = SelectSelector(SelectSelectorConfig(options=options, multiple=True))
        return self._flow.async_show_form(
            step_id="autarc_projects",
            data_schema=vol.Schema({vol.Optional("projects"): projects}),
        )

    def _create(self, chosen: Iterable[str]) -> ConfigFlowResult:
        """Create the entry."""
        return self._flow.async_create_entry(
            title=self._flow.title(AUTARC.name),
            data={CONF_VENDOR: AUTARC.key, **self._login},
            subentries=[
                ConfigSubentryData(
                    data={"project_id": project_id},
                    subentry_type=PROJECT,
                    title=self._survey.projects[project_id],
                    unique_id=project_key(project_id),
                )
                for project_id in chosen
            ],
        )
