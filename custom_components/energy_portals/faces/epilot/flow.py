"""epilot's config-flow steps: portal, password, and the code that may come next."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlow
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol
from yarl import URL

from ...const import CONF_VENDOR
from ...portals.contract import TokenStore
from ...portals.epilot import EPILOT
from ...portals.epilot.cognito import Challenge, Cognito, Tokens
from ...portals.epilot.models import PortalConfig
from ...portals.epilot.public import API_URL, METERING_URL, PublicPortal
from ...portals.http.address import InvalidAddress, check_address, mended
from ...portals.http.errors import (
    AuthError,
    InvalidInput,
    PortalError,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
)
from ..options import history_step, price_step
from ..steps import AccountFlow, Fields, UserInput

_TEXT: Final = TextSelector()
_EMAIL: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.EMAIL, autocomplete="username")
)
_PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_CODE: Final = TextSelector(TextSelectorConfig(autocomplete="one-time-code"))

# A portal without passwords sends a code instead.
_SECRET: Final = {vol.Optional("password"): _PASSWORD}
_SCHEMA: Final = vol.Schema(
    {
        vol.Required("domain"): _TEXT,
        vol.Required("email"): _EMAIL,
        **_SECRET,
        vol.Required("advanced"): section(
            vol.Schema(
                {
                    vol.Required("api_url", default=API_URL): _URL,
                    vol.Required("metering_url", default=METERING_URL): _URL,
                    vol.Optional("identity_url"): _URL,
                }
            ),
            {"collapsed": True},
        ),
    }
)
_REAUTH_SCHEMA: Final = vol.Schema(_SECRET)
_CODE_SCHEMA: Final = vol.Schema({vol.Required("code"): _CODE})


class EpilotFlow:
    """Sign in to a portal, for the first time, again, or at another address."""

    _signing_in: dict[str, str]
    _identity: Cognito
    _outcome: Tokens | Challenge
    _name: str = ""
    _mends: ConfigEntry | None = None

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "epilot": self._ask,
            "epilot_reauth": self._reauth,
            "epilot_reconfigure": self._reconfigure,
            "epilot_code": self._ask_for_code,
        }

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the portal and the login."""
        errors: dict[str, str] = {}
        if user_input is not None and (
            done := await self._tried(partial(_entered, user_input), user_input, errors)
        ):
            return done
        return self._flow.async_show_form(
            step_id="epilot",
            data_schema=self._flow.add_suggested_values_to_schema(
                _SCHEMA, _without_password(user_input)
            ),
            errors=errors,
        )

    async def _reauth(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the password again; it is not stored."""
        errors: dict[str, str] = {}
        self._mends = entry = self._flow.reauth_entry()
        if user_input is not None and (
            done := await self._tried(lambda: entry.data, user_input, errors)
        ):
            return done
        return self._flow.async_show_form(
            step_id="epilot_reauth",
            data_schema=_REAUTH_SCHEMA,
            errors=errors,
            description_placeholders={
                "email": entry.data["email"],
                "domain": entry.data["domain"],
            },
        )

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for another address of the portal or of its API."""
        errors: dict[str, str] = {}
        self._mends = entry = self._flow.reconfigure_entry()
        if user_input is not None and (
            done := await self._tried(partial(_entered, user_input), user_input, errors)
        ):
            return done
        shown = _without_password(user_input) or {
            "domain": entry.data["domain"],
            "email": entry.data["email"],
            "advanced": {
                key: entry.data[key]
                for key in ("api_url", "metering_url", "identity_url")
                if entry.data[key]
            },
        }
        return self._flow.async_show_form(
            step_id="epilot_reconfigure",
            data_schema=self._flow.add_suggested_values_to_schema(_SCHEMA, shown),
            errors=errors,
        )

    async def _ask_for_code(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask for the code that the portal has sent, or that an app shows."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                return await self._finish(await self._answered(user_input["code"]))
            except AuthError:
                # It was wrong too often, or too much time has passed.
                return self._flow.async_abort(reason="code_refused")
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="epilot_code",
            data_schema=_CODE_SCHEMA,
            errors=errors,
            description_placeholders={"email": self._signing_in["email"]},
        )

    async def _tried(
        self, given: Callable[[], Fields], user_input: Fields, errors: dict[str, str]
    ) -> ConfigFlowResult | None:
        """Go on with what was entered, or note why not."""
        try:
            await self._begin(given(), user_input.get("password"))
            if isinstance(self._outcome, Challenge):
                return await self._ask_for_code()
            return await self._finish(self._outcome)
        except (InvalidInput, PortalError) as err:
            # It is known by its host before anything else is asked.
            field = (
                "domain"
                if err.key == "unknown_portal" and "domain" in user_input
                else "base"
            )
            errors[field] = err.key
            return None

    async def _begin(self, given: Fields, password: str | None) -> None:
        """Find the portal's identity pool, and sign in as far as that goes."""
        session = async_get_clientsession(self._flow.hass)
        portal, config = await self._found(given["domain"], given["api_url"])
        if (pool := config.pool) is None or config.enabled is False:
            raise InvalidInput("unknown_portal")
        if await _needs_sso(portal, config, given["email"]):
            raise InvalidInput("sso_only")
        self._name = (config.name or "").strip()
        self._signing_in = {
            "domain": portal.domain,
            "portal_id": config.portal_id or portal.domain,
            "email": given["email"],
            "pool_id": pool.cognito_user_pool_id,
            "client_id": pool.cognito_user_pool_client_id,
            "api_url": given["api_url"],
            "metering_url": given["metering_url"],
            "identity_url": given["identity_url"],
        }
        self._identity = Cognito(
            session,
            pool.cognito_user_pool_id,
            pool.cognito_user_pool_client_id,
            given["identity_url"],
            (given["email"], password or ""),
        )
        if password:
            self._outcome = await self._identity.sign_in(given["email"], password)
        elif config.is_passwordless:
            self._outcome = await self._identity.ask_for_code(given["email"])
        else:
            raise InvalidInput("empty")

    async def _found(
        self, domain: str, api_url: str
    ) -> tuple[PublicPortal, PortalConfig]:
        """Return a portal by its host, which may be written with `www.` or without."""
        other = domain.removeprefix("www.") if "www." in domain[:4] else f"www.{domain}"
        session = async_get_clientsession(self._flow.hass)
        for host in (domain, other):
            portal = PublicPortal(session, domain=host, api_url=api_url)
            with suppress(InvalidInput):
                return portal, await _config(portal)
        raise InvalidInput("unknown_portal")

    async def _answered(self, code: str) -> Tokens:
        """Return the tokens that a code leads to, those it has led to already."""
        if isinstance(self._outcome, Challenge):
            code = "".join(code.split())
            self._outcome = await self._identity.answer(self._outcome, code)
        if isinstance(self._outcome, Challenge):
            raise InvalidInput("next_code")
        return self._outcome

    async def _finish(self, tokens: Tokens) -> ConfigFlowResult:
        """Take the login once the portal knows its user."""
        if tokens.refresh_token is None:
            raise UnexpectedResponse("InitiateAuth", "no refresh token")
        account = {
            **self._signing_in,
            "refresh_token": tokens.refresh_token,
            "device_key": tokens.device_key,
        }
        session = async_get_clientsession(self._flow.hass)
        client = EPILOT.connect(session, account, {}, TokenStore())
        client.login.signed_in(tokens)
        user = await client.user()
        # It may have been replaced meanwhile.
        account["refresh_token"] = client.login.refresh_token
        who = user.id or self._signing_in["email"].casefold()
        unique_id = f"{EPILOT.key}:{account['portal_id']}:{who}"
        if (entry := self._mends) is not None:
            if unique_id != entry.unique_id:
                raise InvalidInput("other_customer")
            return self._flow.async_update_reload_and_abort(entry, data_updates=account)
        await self._flow.identify(unique_id)
        return self._flow.async_create_entry(
            title=self._flow.title(self._name or self._signing_in["domain"]),
            data={CONF_VENDOR: EPILOT.key, **account},
        )


class EpilotOptions:
    """What is paid on top of the prices, and how far back to import."""

    def __init__(self, flow: OptionsFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "epilot_options": self._choose,
            "epilot_prices": self._prices,
            "epilot_history": self._history,
        }

    async def _choose(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Let the user choose what to change."""
        return self._flow.async_show_menu(
            step_id="epilot_options", menu_options=["epilot_prices", "epilot_history"]
        )

    async def _prices(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask what is paid on top of the portal's prices."""
        return await price_step(self._flow, "epilot_prices", "prices", user_input)

    async def _history(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask how far back the history is imported."""
        return await history_step(self._flow, "epilot_history", user_input)


async def _config(portal: PublicPortal) -> PortalConfig:
    """Return a portal's configuration, if there is such a portal."""
    try:
        return await portal.config()
    except RateLimited:
        raise
    except Unavailable as err:
        # What is answered for an unknown portal is not said; a refusal it will be.
        if err.detail.startswith("HTTP"):
            raise InvalidInput("unknown_portal") from None
        raise
    except UnexpectedResponse:
        raise
    except PortalError:
        raise InvalidInput("unknown_portal") from None


async def _needs_sso(portal: PublicPortal, config: PortalConfig, email: str) -> bool:
    """Say whether a user signs in elsewhere; the portal itself need not tell."""
    try:
        entry_point = await portal.entry_point(email)
    except PortalError:
        return config.is_sso_only
    return entry_point.entry_point == "SSO"


def _entered(user_input: Fields) -> dict[str, str]:
    """Return a form's texts without white space, addresses in their one spelling."""
    given = {**user_input, **user_input["advanced"]}
    texts = {key: str(given.get(key) or "").strip() for key in _FIELDS}
    texts["domain"] = _host(texts["domain"])
    if not texts["email"] or not texts["domain"]:
        raise InvalidInput("empty")
    try:
        for key in ("api_url", "metering_url", "identity_url"):
            if texts[key] or key != "identity_url":
                texts[key] = check_address(mended(texts[key]))
    except InvalidAddress:
        raise InvalidInput("invalid_address") from None
    return texts


_FIELDS: Final = ("domain", "email", "api_url", "metering_url", "identity_url")


def _host(text: str) -> str:
    """Return the host name of a portal's address, however it was entered."""
    try:
        url = URL(text if "//" in text else f"//{text}")
        return (url.host or "").rstrip(".").lower()
    except ValueError:
        return ""


def _without_password(user_input: Fields | None) -> Fields:
    """Return what was entered, to be shown again."""
    return {
        key: value for key, value in (user_input or {}).items() if key != "password"
    }
