"""Volue's config-flow steps: the login, the user, and what the portal has of it."""

import secrets
from typing import Final
import uuid

from homeassistant.components import webhook
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryData,
)
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ...const import CONF_VENDOR, CONF_WEBHOOK_SECRET
from ...portals.contract import TokenStore
from ...portals.http.errors import InvalidInput, NotFound, PortalError
from ...portals.volue import VOLUE
from ...portals.volue.client import API_URLS, ROUTES, TOKEN_URL, VolueClient
from ...portals.volue.client_calls import TOKEN
from ...portals.volue.listed import ListedRecord, listed_records
from ..forms import SECRET, TEXT, URL, addresses, filled, refuse_strangers
from ..steps import AccountFlow, Fields, UserInput
from .names import names_of, offered

_CREDENTIALS: Final = {
    vol.Required("client_id"): TEXT,
    vol.Required("client_secret"): SECRET,
}
_ADVANCED: Final = {
    vol.Required("advanced"): section(
        vol.Schema({vol.Optional("api_url"): URL, vol.Optional("token_url"): URL}),
        {"collapsed": True},
    )
}
_LOGIN_SCHEMA: Final = vol.Schema(
    {
        **_CREDENTIALS,
        vol.Required("environment", default="production"): SelectSelector(
            SelectSelectorConfig(options=list(API_URLS), translation_key="environment")
        ),
        **_ADVANCED,
    }
)
_REAUTH_SCHEMA: Final = vol.Schema(_CREDENTIALS)
_RECONFIGURE_SCHEMA: Final = vol.Schema({**_CREDENTIALS, **_ADVANCED})
# What answers at each address without a login, by asking for one.
_KNOWN: Final = {"token_url": (TOKEN.route,), "api_url": (ROUTES["users"],)}
# Whoever has more users enters the id.
_LISTED: Final = 500


class VolueFlow:
    """Add an account, choose its user, take over what the portal has of it."""

    _login: Fields
    _users: tuple[str, ...] = ()
    _listed: tuple[ListedRecord, ...] = ()

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "volue": self._ask,
            "volue_user": self._choose_user,
            "volue_adopt": self._adopt,
            "volue_reauth": self._reauth,
            "volue_reconfigure": self._reconfigure,
        }

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the login."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._login = _read_login(user_input)
                published = _published(user_input["environment"])
                await refuse_strangers(self._flow.hass, self._login, published, _KNOWN)
                users = await self._client().users()
                self._users = tuple(each.user_id for each in users)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return await self._choose_user()
        return self._flow.async_show_form(
            step_id="volue",
            data_schema=self._flow.add_suggested_values_to_schema(
                _LOGIN_SCHEMA, user_input
            ),
            errors=errors,
        )

    async def _choose_user(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Choose a user of the partner's, or register one."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                user_id = filled(user_input["user_id"])
                environment = self._login["environment"]
                await self._flow.identify(f"{VOLUE.key}:{environment}:{user_id}")
                self._login = {**self._login, "user_id": user_id}
                client = self._client()
                if not await _is_there(client):
                    await client.create_user()
                self._listed = await listed_records(client)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                if self._listed:
                    return await self._adopt()
                return await self._create(())
        # A new user's id is ours to choose.
        shown = user_input or {"user_id": str(uuid.uuid4())}
        if user_input is None and len(self._users) == 1:
            shown = {"user_id": self._users[0]}
        users = SelectSelector(
            SelectSelectorConfig(
                options=list(self._users[:_LISTED]),
                custom_value=True,
                mode=SelectSelectorMode.DROPDOWN,
            )
        )
        return self._flow.async_show_form(
            step_id="volue_user",
            data_schema=self._flow.add_suggested_values_to_schema(
                vol.Schema({vol.Required("user_id"): users}), shown
            ),
            errors=errors,
        )

    async def _adopt(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Choose what of the user's records becomes a device."""
        if user_input is not None:
            chosen = set(user_input.get("records", ()))
            return await self._create(
                tuple(each for each in self._listed if each.key in chosen)
            )
        options = await offered(self._flow.hass, self._listed)
        records = SelectSelector(SelectSelectorConfig(options=options, multiple=True))
        keys = [each.key for each in self._listed]
        return self._flow.async_show_form(
            step_id="volue_adopt",
            data_schema=self._flow.add_suggested_values_to_schema(
                vol.Schema({vol.Optional("records"): records}), {"records": keys}
            ),
        )

    async def _reauth(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for new credentials."""
        return await self._mend(
            "volue_reauth", _REAUTH_SCHEMA, self._flow.reauth_entry(), user_input
        )

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for another address or other credentials."""
        return await self._mend(
            "volue_reconfigure",
            _RECONFIGURE_SCHEMA,
            self._flow.reconfigure_entry(),
            user_input,
        )

    async def _mend(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: UserInput | None,
    ) -> ConfigFlowResult:
        """Take a changed login once it reaches the same user."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                given = {"environment": entry.data["environment"], **user_input}
                changes = _read_login(given, entry.data)
                self._login = {**entry.data, **changes}
                await refuse_strangers(self._flow.hass, changes, entry.data, _KNOWN)
                await self._client().user()
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._flow.async_update_reload_and_abort(
                    entry, data_updates=changes
                )
        known = ("api_url", "token_url")
        shown = user_input or {
            "client_id": entry.data["client_id"],
            "advanced": {key: entry.data[key] for key in known},
        }
        return self._flow.async_show_form(
            step_id=step_id,
            data_schema=self._flow.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"account": entry.title},
        )

    def _client(self) -> VolueClient:
        """Return a client of the login as entered."""
        session = async_get_clientsession(self._flow.hass)
        return VOLUE.connect(session, self._login, {}, TokenStore())

    async def _create(self, adopted: tuple[ListedRecord, ...]) -> ConfigFlowResult:
        """Create the entry, with a webhook's address and secret of its own."""
        # Those of all that was offered, so that they are the same.
        names = await names_of(self._flow.hass, self._listed)
        return self._flow.async_create_entry(
            title=self._flow.title(VOLUE.name),
            data={
                CONF_VENDOR: VOLUE.key,
                **self._login,
                CONF_WEBHOOK_ID: webhook.async_generate_id(),
                CONF_WEBHOOK_SECRET: secrets.token_urlsafe(32),
            },
            subentries=[
                ConfigSubentryData(
                    data=each.data,
                    subentry_type=each.type,
                    title=names[each.key],
                    unique_id=each.key,
                )
                for each in adopted
            ],
        )


async def _is_there(client: VolueClient) -> bool:
    """Say whether the portal knows the user."""
    try:
        await client.user()
    except NotFound:
        return False
    return True


def _published(environment: str) -> dict[str, str]:
    """Return the addresses that the portal has published."""
    return {"api_url": API_URLS[environment], "token_url": TOKEN_URL}


def _read_login(user_input: Fields, held: Fields | None = None) -> dict[str, str]:
    """Return the login of a form: texts stripped, addresses in their one spelling."""
    environment = user_input["environment"]
    known = _published(environment)
    if held is not None:
        known = {key: held[key] for key in known}
    credentials = {
        key: filled(user_input[key]) for key in ("client_id", "client_secret")
    }
    return {
        **credentials,
        "environment": environment,
        **addresses(user_input, known),
    }
