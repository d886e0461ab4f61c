"""eSmart's config-flow and options steps."""

from datetime import timedelta
import re
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol
from yarl import URL

from ...const import CONF_VENDOR
from ...portals.contract import TokenStore
from ...portals.esmart import ESMART
from ...portals.esmart.client import EsmartClient
from ...portals.esmart.client_calls import ROUTES
from ...portals.esmart.feeds import SPOT_PRICES
from ...portals.esmart.models import DeliveryPoint
from ...portals.esmart.reads import ZONE
from ...portals.esmart.sites import discover
from ...portals.http.address import InvalidAddress, check_address, mended
from ...portals.http.errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    PortalError,
    Unavailable,
)
from ...portals.model.periods import midnight
from ..forms import refuse_others
from ..forms_paying import PaySteps
from ..steps import AccountFlow, Fields, UserInput

_URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_SECRET: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_TEXT: Final = TextSelector()
_USER_NAME: Final = TextSelector(TextSelectorConfig(autocomplete="username"))
_AREA: Final = SelectSelector(
    SelectSelectorConfig(options=["power", "net"], translation_key="esmart_area")
)
_APP_NAMES: Final = SelectSelector(
    SelectSelectorConfig(
        options=["smartliv", "rknett", "florence"], custom_value=True, sort=True
    )
)
_APP_NAME: Final = "smartliv"

_LOGIN: Final = {
    vol.Required("api_url"): _URL,
    vol.Required("user_name"): _USER_NAME,
    vol.Required("password"): _SECRET,
}
_ADVANCED: Final = {
    vol.Required("advanced"): section(
        vol.Schema(
            {
                vol.Required("app_name", default=_APP_NAME): _APP_NAMES,
                vol.Optional("price_area"): _TEXT,
            }
        ),
        {"collapsed": True},
    )
}
_ACCOUNT_SCHEMA: Final = vol.Schema(
    {**_LOGIN, vol.Required("area", default="power"): _AREA, **_ADVANCED}
)
_REAUTH_SCHEMA: Final = vol.Schema(
    {vol.Required("user_name"): _USER_NAME, vol.Required("password"): _SECRET}
)
_RECONFIGURE_SCHEMA: Final = vol.Schema({**_LOGIN, **_ADVANCED})

# So many places are a title.
_PLACES: Final = 2
# What each portal has and answers without a login, by asking for one.
_KNOWN: Final = (ROUTES["spotprices"], ROUTES["ping"])
# What is copied with an address: the pages about its API, or a call.
_PAGES: Final = re.compile(r"(?i)/(api|help|swagger)(/.*)?$")


class EsmartFlow:
    """Add a customer, mend its connection."""

    _login: Fields
    _customers: tuple[str, ...] = ()
    _points: tuple[DeliveryPoint, ...] = ()

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self._paying = PaySteps(flow, self._create)
        self.steps = {
            "esmart": self._ask,
            "esmart_customer": self._choose_customer,
            "esmart_meter": self._ask_for_meter,
            "esmart_reauth": self._reauth,
            "esmart_reconfigure": self._reconfigure,
            **self._paying.steps,
        }

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the login."""
        errors: dict[str, str] = {}
        shown = user_input
        if user_input is not None:
            try:
                self._login = _flat(user_input)
                await self._look_at_address(errors)
                self._customers = () if errors else await self._client().authenticate()
            except NotFound:
                # The portal knows users by area; the other one is worth a try.
                errors["area"] = "wrong_area"
                other = "net" if user_input["area"] == "power" else "power"
                shown = {**user_input, "area": other}
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                if len(self._customers) == 1:
                    return await self._take_customer(self._customers[0])
                if self._customers:
                    return await self._choose_customer()
                if not errors:
                    errors["base"] = "no_customer"
        return self._flow.async_show_form(
            step_id="esmart",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ACCOUNT_SCHEMA, shown
            ),
            errors=errors,
            description_placeholders={"example": "https://example.esmartapi.com"},
        )

    async def _choose_customer(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask which of the login's customers is meant."""
        if user_input is not None:
            return await self._take_customer(user_input["customer_id"])
        customers = SelectSelector(SelectSelectorConfig(options=list(self._customers)))
        return self._flow.async_show_form(
            step_id="esmart_customer",
            data_schema=vol.Schema({vol.Required("customer_id"): customers}),
        )

    async def _take_customer(self, customer_id: str) -> ConfigFlowResult:
        """Look for the customer's meters; ask for one where the portal names none."""
        self._login = {**self._login, "customer_id": customer_id}
        host = URL(self._login["api_url"]).host
        area = self._login["area"]
        await self._flow.identify(f"{ESMART.key}:{host}:{customer_id}:{area}")
        # An account that has moved to this address keeps its id.
        self._flow.abort_if_any_has(
            {key: self._login[key] for key in ("api_url", "customer_id", "area")}
        )
        try:
            self._points = await discover(self._client())
        except PortalError as err:
            return self._flow.async_abort(
                reason="no_contracts", description_placeholders={"detail": str(err)}
            )
        if self._points and not any(point.meter_id for point in self._points):
            return await self._ask_for_meter()
        return await self._ask_for_pay()

    async def _ask_for_meter(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for the meter of a contract; without one there is no live power."""
        errors: dict[str, str] = {}
        if user_input is not None:
            meter_id = user_input.get("meter_id", "").strip()
            if not meter_id:
                return await self._ask_for_pay()
            try:
                await self._check_meter(user_input["contract_no"], meter_id)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                meters = {user_input["contract_no"]: meter_id}
                self._login = {**self._login, "meters": meters}
                return await self._ask_for_pay()
        numbers = [point.contract_no for point in self._points]
        contracts = SelectSelector(SelectSelectorConfig(options=numbers))
        schema = vol.Schema(
            {vol.Required("contract_no"): contracts, vol.Optional("meter_id"): _TEXT}
        )
        return self._flow.async_show_form(
            step_id="esmart_meter",
            data_schema=self._flow.add_suggested_values_to_schema(
                schema, user_input or {"contract_no": numbers[0]}
            ),
            errors=errors,
        )

    async def _check_meter(self, contract_no: str, meter_id: str) -> None:
        """Raise unless the portal knows this meter of the contract."""
        client = self._client()
        try:
            known = await client.meter_exists(contract_no, meter_id)
        except Forbidden, NotFound:
            # Not every utility answers this; the watt meter tells as well.
            known = await _has_watt_meter(client, contract_no, meter_id)
        if not known:
            raise InvalidInput("unknown_meter")

    async def _reauth(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the password again."""
        entry = self._flow.reauth_entry()
        return await self._mend(
            "esmart_reauth",
            _REAUTH_SCHEMA,
            entry,
            {"user_name": entry.data["user_name"]},
            user_input,
        )

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for another address, login, app or price area."""
        entry = self._flow.reconfigure_entry()
        held = entry.data
        shown = {
            "api_url": held["api_url"],
            "user_name": held["user_name"],
            "advanced": {
                "app_name": held["app_name"],
                "price_area": held.get("price_area"),
            },
        }
        return await self._mend(
            "esmart_reconfigure", _RECONFIGURE_SCHEMA, entry, shown, user_input
        )

    async def _mend(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        shown: Fields,
        user_input: UserInput | None,
    ) -> ConfigFlowResult:
        """Take a changed connection once it reaches the same customer."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                changes = _flat(user_input)
                self._login = {**entry.data, **changes}
                if "api_url" in changes:
                    await self._look_at_address(errors)
                customers = () if errors else await self._client().authenticate()
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
            else:
                if entry.data["customer_id"] in customers:
                    return self._flow.async_update_reload_and_abort(
                        entry, data_updates=changes
                    )
                if not errors:
                    errors["base"] = "other_customer"
        return self._flow.async_show_form(
            step_id=step_id,
            data_schema=self._flow.add_suggested_values_to_schema(
                schema, shown if user_input is None else user_input
            ),
            errors=errors,
            description_placeholders={"customer_id": entry.data["customer_id"]},
        )

    async def _look_at_address(self, errors: dict[str, str]) -> None:
        """Note at its field what is wrong with the address, before a password goes."""
        try:
            await refuse_others(self._flow.hass, self._login["api_url"], _KNOWN)
        except (InvalidInput, Unavailable) as err:
            errors["api_url"] = err.key

    def _client(self) -> EsmartClient:
        """Return a client of the account as entered."""
        session = async_get_clientsession(self._flow.hass)
        return ESMART.connect(session, self._login, {}, TokenStore())

    async def _ask_for_pay(self) -> ConfigFlowResult:
        """Ask what is paid on top of the exchange, where that has a price now."""
        client = self._client()
        areas = {each.price_area for each in self._points} - {None}
        area = next(iter(areas), client.price_area)
        if area is None:
            return await self._create(None)
        today = dt_util.utcnow().astimezone(ZONE).date()
        try:
            prices = await client.spot_prices(
                area, midnight(today, ZONE), midnight(today + timedelta(days=1), ZONE)
            )
        except PortalError:
            # What cannot be shown is not asked; the options do so at any time.
            return await self._create(None)
        self._paying.about(prices, area)
        return await self._paying.steps["pay"](None)

    async def _create(self, on_top: Fields | None) -> ConfigFlowResult:
        """Create the entry."""
        return self._flow.async_create_entry(
            title=self._flow.title(self._called()),
            data={CONF_VENDOR: ESMART.key, **self._login},
            options=None if on_top is None else {SPOT_PRICES.key: dict(on_top)},
        )

    def _called(self) -> str:
        """Return of which places it is, as the portal calls them.

        One of the grid company says so, because the other is of the same places.
        """
        places = [each.name or each.address for each in self._points]
        named = [*dict.fromkeys(filter(None, places))]
        if len(named) > _PLACES:
            named[_PLACES:] = ["\N{HORIZONTAL ELLIPSIS}"]
        net = "net" if self._login["area"] == "net" else ""
        return " ".join(filter(None, ("eSmart", ", ".join(named), net)))


async def _has_watt_meter(
    client: EsmartClient, contract_no: str, meter_id: str
) -> bool:
    """Say whether the portal knows a watt meter, by either version."""
    for ask in (client.watt_meter, client.watt_meter_v1):
        try:
            await ask(contract_no, meter_id)
        except NotFound:
            continue
        return True
    return False


def _flat(user_input: Fields) -> dict[str, str | None]:
    """Return a form's texts without white space, the address in its one spelling.

    A password is taken as it is: white space may be part of it.
    """
    fields = {key: value for key, value in user_input.items() if key != "advanced"}
    fields |= user_input.get("advanced", {})
    texts = {
        key: value if key == "password" else value.strip()
        for key, value in fields.items()
    }
    if "advanced" in user_input:
        texts["price_area"] = texts.get("price_area") or None
    if not all(value for key, value in texts.items() if key != "price_area"):
        raise InvalidInput("empty")
    if "api_url" in texts:
        try:
            address = check_address(mended(texts["api_url"]))
            texts["api_url"] = _PAGES.sub("", address)
        except InvalidAddress:
            raise InvalidInput("invalid_address") from None
    return texts
