"""Digiwatt's config-flow steps."""

from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlow
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig
import voluptuous as vol

from ...const import CONF_VENDOR
from ...portals.contract import TokenStore
from ...portals.digiwatt import DIGIWATT
from ...portals.digiwatt.client import ROUTES, DigiwattClient
from ...portals.digiwatt.models import SupplyPoint
from ...portals.digiwatt.routes import InvalidRoute, replaced
from ...portals.http.address import InvalidAddress, check_address, mended
from ...portals.http.errors import InvalidInput, NotFound, PathNotFound, PortalError
from ..forms import INTERVAL, SECRET, TEXT, URL, refuse_strangers
from ..options import saved
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
_PATHS: Final = {
    vol.Optional("paths"): section(
        vol.Schema({vol.Optional(key): TEXT for key in ROUTES}), {"collapsed": True}
    )
}
_ACCOUNT_SCHEMA: Final = vol.Schema(
    {**_CREDENTIALS, vol.Required("account_number"): TEXT, **_ADVANCED, **_PATHS}
)
_REAUTH_SCHEMA: Final = vol.Schema(_CREDENTIALS)
_RECONFIGURE_SCHEMA: Final = vol.Schema({**_CREDENTIALS, **_ADVANCED, **_PATHS})
_REGISTER_SCHEMA: Final = vol.Schema(
    {vol.Required("pod"): TEXT, vol.Required("company_code"): TEXT}
)
_OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required("interval", default="start"): INTERVAL,
        vol.Required("power_unit", default="W"): SelectSelector(
            SelectSelectorConfig(options=["W", "kW"])
        ),
        vol.Required("energy_unit", default="Wh"): SelectSelector(
            SelectSelectorConfig(options=["Wh", "kWh"])
        ),
        vol.Required("share", default="shown"): SelectSelector(
            SelectSelectorConfig(
                options=["shown", "percent", "fraction"], translation_key="share"
            )
        ),
    }
)


class DigiwattFlow:
    """Add an account, register its supply point, mend its connection."""

    _account: Fields
    _not_found: PathNotFound

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self._entered: Fields = {"paths": ROUTES}
        self.steps = {
            "digiwatt": self._ask,
            "digiwatt_unknown": self._offer_to_register,
            "digiwatt_unclear": self._offer_to_correct,
            "digiwatt_register": self._register,
            "digiwatt_reauth": self._reauth,
            "digiwatt_reconfigure": self._reconfigure,
        }

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the account."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            self._entered = user_input
            try:
                self._account = _fields(user_input, {})
                await self._flow.identify(
                    f"{DIGIWATT.key}:{self._account['account_number']}"
                )
                await self._refuse_strangers({})
                await self._client().check_account()
            except NotFound:
                return await self._offer_to_register()
            except InvalidRoute as err:
                errors["base"] = "invalid_path"
                told = _told(err)
            except PathNotFound as err:
                if not err.is_sure:
                    self._not_found = err
                    return await self._offer_to_correct()
                errors["base"] = "wrong_path"
                told = _told(err)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._create()
        return self._show(errors, told)

    def _show(self, errors: dict[str, str], told: dict[str, str]) -> ConfigFlowResult:
        """Show the account's form with what was entered."""
        return self._flow.async_show_form(
            step_id="digiwatt",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ACCOUNT_SCHEMA, self._entered
            ),
            errors=errors,
            description_placeholders=told,
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

    async def _offer_to_correct(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Say that it may be the path, or the account, that is not known."""
        return self._flow.async_show_menu(
            step_id="digiwatt_unclear",
            menu_options=["digiwatt", "digiwatt_register"],
            description_placeholders={
                "operation": self._not_found.operation,
                "path": self._not_found.route,
                "account_number": self._account["account_number"],
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
            except PathNotFound as err:
                errors["base"] = "wrong_path"
                return self._show(errors, _told(err))
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
        """Ask for another address, other credentials or paths."""
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
        told: dict[str, str] = {}
        if user_input is not None:
            try:
                changes = _fields(user_input, entry.data)
                self._account = {**entry.data, **changes}
                await self._refuse_strangers(entry.data)
                await self._client().check_account()
            except InvalidRoute as err:
                errors["base"] = "invalid_path"
                told = _told(err)
            except PathNotFound as err:
                errors["base"] = (
                    "wrong_path" if err.is_sure else "wrong_path_or_account"
                )
                told = _told(err)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                return self._flow.async_update_reload_and_abort(
                    entry, data_updates=changes
                )
        shown = user_input or {
            "client_id": entry.data["client_id"],
            "advanced": {"api_url": entry.data["api_url"]},
            "paths": {**ROUTES, **entry.data.get("routes", {})},
        }
        return self._flow.async_show_form(
            step_id=step_id,
            data_schema=self._flow.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={
                **told,
                "account_number": entry.data["account_number"],
            },
        )

    async def _refuse_strangers(self, held: Fields) -> None:
        """Refuse an address at which no portal answers, before the secret goes there.

        Either path may be another than is assumed, which is told with more words.
        """
        routes = {**ROUTES, **self._account.get("routes", {})}
        known = {"api_url": (routes["token"], routes["greenness"])}
        await refuse_strangers(self._flow.hass, self._account, held, known)

    def _client(self) -> DigiwattClient:
        """Return a client of the account as entered."""
        session = async_get_clientsession(self._flow.hass)
        return DIGIWATT.connect(session, self._account, {}, TokenStore())

    def _create(self) -> ConfigFlowResult:
        """Create the entry."""
        account = {key: value for key, value in self._account.items() if value}
        return self._flow.async_create_entry(
            title=self._flow.title(DIGIWATT.name),
            data={CONF_VENDOR: DIGIWATT.key, **account},
        )


class DigiwattOptions:
    """What numbers mean of which the portal does not say it."""

    def __init__(self, flow: OptionsFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {"digiwatt_options": self._units}

    async def _units(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for what holds where an answer says nothing."""
        if user_input is not None:
            return saved(self._flow, "units", user_input)
        return self._flow.async_show_form(
            step_id="digiwatt_options",
            data_schema=self._flow.add_suggested_values_to_schema(
                _OPTIONS_SCHEMA, self._flow.config_entry.options.get("units", {})
            ),
        )


def _fields(user_input: Fields, held: Fields) -> Fields:
    """Return a form's fields: texts, and the routes that are not as assumed."""
    texts = _stripped({key: user_input[key] for key in user_input if key != "paths"})
    if "paths" not in user_input:
        return texts
    account = {**held, **texts}
    secrets = (account[key] for key in ("client_id", "client_secret", "account_number"))
    return {**texts, "routes": replaced(user_input["paths"], secrets)}


def _told(err: InvalidRoute | PathNotFound) -> dict[str, str]:
    """Return what is said of a path, and the one that is assumed."""
    return {
        "operation": err.operation,
        "path": err.route,
        "assumed": ROUTES[err.operation],
    }


def _stripped(user_input: Fields) -> dict[str, str]:
    """Return a form's texts without white space, the address in its one spelling."""
    fields = {key: value for key, value in user_input.items() if key != "advanced"}
    fields |= user_input.get("advanced", {})
    texts = {key: value.strip() for key, value in fields.items()}
    if not all(texts.values()):
        raise InvalidInput("empty")
    if "api_url" in texts:
        try:
            texts["api_url"] = check_address(mended(texts["api_url"]))
        except InvalidAddress:
            raise InvalidInput("invalid_address") from None
    return texts
