"""Digiwatt's config-flow steps."""

from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import voluptuous as vol

from ...const import CONF_VENDOR
from ...portals.contract import TokenStore
from ...portals.digiwatt import DIGIWATT
from ...portals.digiwatt.client import DigiwattClient
from ...portals.digiwatt.models import SupplyPoint
from ...portals.http.address import InvalidAddress, check_address
from ...portals.http.errors import InvalidInput, NotFound, PortalError
from ..forms import SECRET, TEXT, URL
from ..steps import AccountFlow, Fields, UserInput

_CREDENTIALS: Final = {
    vol.Required("client_id"): TEXT,
    vol.Required("client_secret"): SECRET,
}
# The address is required, because the portal publishes none: the section is open.
_ADVANCED: Final = {
    vol.Required("advanced"): section(
        vol.Schema({vol.Required("api_url"): URL}), {"collapsed": False}
    )
}
_ACCOUNT_SCHEMA: Final = vol.Schema(
    {**_CREDENTIALS, vol.Required("account_number"): TEXT, **_ADVANCED}
)
_REAUTH_SCHEMA: Final = vol.Schema(_CREDENTIALS)
_RECONFIGURE_SCHEMA: Final = vol.Schema({**_CREDENTIALS, **_ADVANCED})
_REGISTER_SCHEMA: Final = vol.Schema(
    {vol.Required("pod"): TEXT, vol.Required("company_code"): TEXT}
)


class DigiwattFlow:
    """Add an account, register its supply point, mend its connection."""

    _account: Fields

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "digiwatt": self._ask,
            "digiwatt_unknown": self._offer_to_register,
            "digiwatt_register": self._register,
            "digiwatt_reauth": self._reauth,
            "digiwatt_reconfigure": self._reconfigure,
        }

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the account."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._account = _stripped(user_input)
                await self._flow.identify(
                    f"{DIGIWATT.key}:{self._account['account_number']}"
                )
                await self._client().check_account()
            except NotFound:
                return await self._offer_to_register()
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._create()
        return self._flow.async_show_form(
            step_id="digiwatt",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ACCOUNT_SCHEMA, user_input
            ),
            errors=errors,
        )

    async def _offer_to_register(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Offer to register an account number that the portal does not know."""
        return self._flow.async_show_menu(
            step_id="digiwatt_unknown",
            menu_options=["digiwatt_register", "digiwatt"],
            description_placeholders={
                "account_number": self._account["account_number"]
            },
        )

    async def _register(self, user_input: UserInput | None = None) -> ConfigFlowResult:
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
        return self._flow.async_show_form(
            step_id="digiwatt_register",
            data_schema=self._flow.add_suggested_values_to_schema(
                _REGISTER_SCHEMA, user_input
            ),
            errors=errors,
            description_placeholders={"account_number": number},
        )

    async def _reauth(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for new credentials."""
        return await self._mend(
            "digiwatt_reauth", _REAUTH_SCHEMA, self._flow.reauth_entry(), user_input
        )

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for another address or other credentials."""
        return await self._mend(
            "digiwatt_reconfigure",
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
                return self._flow.async_update_reload_and_abort(
                    entry, data_updates=changes
                )
        shown = user_input or {
            "client_id": entry.data["client_id"],
            "advanced": {"api_url": entry.data["api_url"]},
        }
        return self._flow.async_show_form(
            step_id=step_id,
            data_schema=self._flow.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"account_number": entry.data["account_number"]},
        )

    def _client(self) -> DigiwattClient:
        """Return a client of the account as entered."""
        session = async_get_clientsession(self._flow.hass)
        return DIGIWATT.connect(session, self._account, {}, TokenStore())

    def _create(self) -> ConfigFlowResult:
        """Create the entry."""
        return self._flow.async_create_entry(
            title=f"{DIGIWATT.name} {self._account['account_number']}",
            data={CONF_VENDOR: DIGIWATT.key, **self._account},
        )


def _stripped(user_input: Fields) -> dict[str, str]:
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
