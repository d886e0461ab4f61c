"""Digiwatt's config-flow steps."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ...const import CONF_VENDOR
from ...portals.contract import TokenStore
from ...portals.digiwatt import DIGIWATT
from ...portals.digiwatt.client import DigiwattClient
from ...portals.digiwatt.models import SupplyPoint
from ...portals.http.address import InvalidAddress, check_address
from ...portals.http.errors import InvalidInput, NotFound, PortalError

_URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_SECRET: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
_TEXT: Final = TextSelector()

_CREDENTIALS: Final = {
    vol.Required("client_id"): _TEXT,
    vol.Required("client_secret"): _SECRET,
}
# The address is required, because the portal publishes none: the section is open.
_ADVANCED: Final = {
    vol.Required("advanced"): section(
        vol.Schema({vol.Required("api_url"): _URL}), {"collapsed": False}
    )
}
_ACCOUNT_SCHEMA: Final = vol.Schema(
    {**_CREDENTIALS, vol.Required("account_number"): _TEXT, **_ADVANCED}
)
_REAUTH_SCHEMA: Final = vol.Schema(_CREDENTIALS)
_RECONFIGURE_SCHEMA: Final = vol.Schema({**_CREDENTIALS, **_ADVANCED})
_REGISTER_SCHEMA: Final = vol.Schema(
    {vol.Required("pod"): _TEXT, vol.Required("company_code"): _TEXT}
)


class Steps(ConfigFlow):
    """Add an account, register its supply point, mend its connection."""

    _account: Mapping[str, Any]

    async def async_step_digiwatt(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the account."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._account = _stripped(user_input)
                await self.async_set_unique_id(
                    f"{DIGIWATT.key}:{self._account['account_number']}"
                )
                self._abort_if_unique_id_configured()
                await self._client().check_account()
            except NotFound:
                return await self.async_step_digiwatt_unknown()
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._create()
        return self.async_show_form(
            step_id="digiwatt",
            data_schema=self.add_suggested_values_to_schema(
                _ACCOUNT_SCHEMA, user_input
            ),
            errors=errors,
        )

    async def async_step_digiwatt_unknown(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer to register an account number that the portal does not know."""
        return self.async_show_menu(
            step_id="digiwatt_unknown",
            menu_options=["digiwatt_register", "digiwatt"],
            description_placeholders={
                "account_number": self._account["account_number"]
            },
        )

    async def async_step_digiwatt_register(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Register the supply point and add its account."""
        errors: dict[str, str] = {}
        number = self._account["account_number"]
        if user_input is not None:
            client = self._client()
            try:
                supply_point = _stripped(user_input)
                await client.create_user(
                    SupplyPoint(account_number=number, **supply_point)
                )
                await client.check_account()
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._create()
        return self.async_show_form(
            step_id="digiwatt_register",
            data_schema=self.add_suggested_values_to_schema(
                _REGISTER_SCHEMA, user_input
            ),
            errors=errors,
            description_placeholders={"account_number": number},
        )

    async def async_step_digiwatt_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for new credentials."""
        return await self._mend(
            "digiwatt_reauth", _REAUTH_SCHEMA, self._get_reauth_entry(), user_input
        )

    async def async_step_digiwatt_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another address or other credentials."""
        return await self._mend(
            "digiwatt_reconfigure",
            _RECONFIGURE_SCHEMA,
            self._get_reconfigure_entry(),
            user_input,
        )

    async def _mend(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Take a changed connection once it reaches the same account."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                changes = _stripped(user_input)
                self._account = {**entry.data, **changes}
                await self._client().check_account()
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self.async_update_reload_and_abort(entry, data_updates=changes)
        shown = user_input or {
            "client_id": entry.data["client_id"],
            "advanced": {"api_url": entry.data["api_url"]},
        }
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"account_number": entry.data["account_number"]},
        )

    def _client(self) -> DigiwattClient:
        """Return a client of the account as entered."""
        session = async_get_clientsession(self.hass)
        return DIGIWATT.connect(session, self._account, {}, TokenStore())

    def _create(self) -> ConfigFlowResult:
        """Create the entry."""
        return self.async_create_entry(
            title=f"{DIGIWATT.name} {self._account['account_number']}",
            data={CONF_VENDOR: DIGIWATT.key, **self._account},
        )


def _stripped(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return a form's texts without white space, the address in its one spelling."""
    fields = {key: value for key, value in user_input.items() if key != "advanced"}
    fields |= user_input.get("advanced", {})
    texts = {key: value.strip() for key, value in fields.items()}
    if not all(texts.values()):
        raise InvalidInput("empty")
    if "api_url" in texts:
        try:
            texts["api_url"] = check_address(texts["api_url"])
        except InvalidAddress:
            raise InvalidInput("invalid_address") from None
    return texts
