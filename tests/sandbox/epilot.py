"""A utility's portal on epilot: portal, metering and identity on one address."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, override

from aiohttp import web

from tests.sandbox.epilot_home import EpilotHome
from tests.sandbox.epilot_identity import EpilotIdentity
from tests.sandbox.epilot_metering import EpilotMetering
from tests.sandbox.epilot_post import EpilotPost
from tests.sandbox.epilot_series import EpilotSeries
from tests.sandbox.epilot_wire import Ask, Offer, Refused, ask_of
from tests.sandbox.faults import Handler
from tests.sandbox.household import Household
from tests.sandbox.portal import Action, Operation, PortalSandbox

DOMAIN: Final = "kundenportal.sandbox.example"
EMAIL: Final = "haushalt@sandbox.example"
_REASON: Final = "PORTAL_USER_PENDING_ACTIVATION"


class EpilotSandbox(PortalSandbox):
    """One customer's access to one portal."""

    key = "epilot"

    def __init__(self, household: Household) -> None:
        """Put the household into the utility's books."""
        super().__init__(household)
        self.identity = EpilotIdentity(household, EMAIL)
        self.home = EpilotHome(household, EMAIL)
        self.metering = EpilotMetering(self.home)
        self.series = EpilotSeries(self.home)
        self.post = EpilotPost(self.home)
        self.is_enabled = True
        self.is_sso_only = False
        self.is_pending = False
        self.is_metering_closed = False
        self.writes: list[dict[str, object]] = self.home.writes

    # --- what a user types in, and what an account then has

    @override
    def facts(self, address: str) -> dict[str, str]:
        return {
            "domain": DOMAIN,
            "email": EMAIL,
            "password": self.identity.password,
            "api_url": f"{address}/portal",
            "metering_url": f"{address}/metering",
            "identity_url": f"{address}/identity",
        }

    @override
    def account(self, address: str) -> dict[str, str | None]:
        """Return what an account has once somebody has signed in."""
        facts = self.facts(address)
        del facts["password"]
        return {
            **facts,
            "portal_id": self.home.portal_id,
            "pool_id": self.identity.pool_id,
            "client_id": self.identity.client_id,
            "refresh_token": self.identity.sign_in(),
            "device_key": None,
        }

    @override
    def logins(self) -> list[str]:
        return self.identity.logins()

    @override
    def go_on(self, logins: Sequence[str]) -> None:
        for refresh in logins:
            self.identity.go_on(refresh)

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response({"message": message}, status=status)

    # --- operations

    @override
    def operations(self) -> Mapping[str, Operation]:
        served = {
            name: Operation(
                offer.route.split(" ")[0],
                f"/{offer.api}{offer.route.split(' ')[1]}",
                self._handler(offer),
            )
            for name, offer in self._offers().items()
        }
        served["identity"] = Operation("POST", "/identity/", self.identity.serve)
        return served

    def _offers(self) -> dict[str, Offer]:
        """Return all operations but those of the identity pool."""
        own = {
            "getPortalConfigByDomain": Offer(
                "portal", "GET /v2/portal/public/config", self._config, is_public=True
            ),
            "getUserEntryPoint": Offer(
                "portal",
                "GET /v2/portal/public/user/entry-point",
                self._entry_point,
                is_public=True,
            ),
            "validateToken": Offer(
                "portal", "POST /v2/portal/token/validate", lambda ask: None
            ),
            "revokeToken": Offer(
                "portal", "POST /v2/portal/token/revoke", self._revoke
            ),
        }
        parts = (self.home, self.metering, self.series, self.post)
        for part in parts:
            own |= part.offers()
        return own

    def _handler(self, offer: Offer) -> Handler:
        """Return what answers an operation over the wire."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                if not offer.is_public:
                    self._check_access(request, offer)
                answer = offer.answer(await ask_of(request))
            except Refused as refused:
                return web.json_response(refused.body, status=refused.status)
            if answer is None:
                return web.Response(status=204)
            return web.json_response(answer)

        return handle

    def _check_access(self, request: web.Request, offer: Offer) -> None:
        """Refuse who may not ask."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        why = "no bearer token"
        if scheme == "Bearer":
            why = self.identity.refusal(token) or ""
        if why:
            raise Refused(401, why)
        if self.is_pending:
            raise Refused(403, "the user is not activated", reason=_REASON)
        if offer.api == "metering" and self.is_metering_closed:
            raise Refused(403, "forbidden")

    def _config(self, ask: Ask) -> object:
        """Return the public configuration."""
        self._check_domain(ask)
        identity = self.identity
        return {
            "enabled": self.is_enabled,
            "name": "Kundenportal der Stadtwerke",
            "domain": DOMAIN,
            "epilot_domain": "sandbox-12345.ecp.epilot.example",
            "portal_id": self.home.portal_id,
            "organization_id": self.home.organization_id,
            "origin": "END_CUSTOMER_PORTAL",
            "auth_settings": {
                "entry_point": "SSO" if self.is_sso_only else "PASSWORD",
                "passwordless_login": {"enabled": identity.is_passwordless},
                "preferred_sso_providers": [],
                "auto_redirect_to_sso": False,
                "prevent_user_enumeration": identity.hides_users,
            },
            "advanced_mfa": {"enabled": bool(identity.challenge)},
            "cognito_details": {
                "cognito_user_pool_id": identity.pool_id,
                "cognito_user_pool_client_id": identity.client_id,
                "cognito_user_pool_arn": "arn:aws:cognito-idp:eu-central-1:0:userpool",
                "password_policy": {"minimum_length": 8},
            },
            "feature_settings": {"billing": self.post.has_billing, "start_page": True},
            "allowed_portal_entities": ["contact", "contract", "meter"],
            "engagement_center_enabled": self.post.has_engagement,
            "meter_reading_grace_period": 7,
            "identity_providers": [],
            "feature_flags": {},
            "grants": [],
        }

    def _check_domain(self, ask: Ask) -> None:
        """Refuse a domain that is not this portal's."""
        if ask.required("domain") != DOMAIN:
            raise Refused(404, "no portal is found for this domain")

    def _entry_point(self, ask: Ask) -> object:
        """Return how a user signs in."""
        self._check_domain(ask)
        return {
            "user_exists": ask.required("email") == EMAIL or self.identity.hides_users,
            "entry_point": "SSO" if self.is_sso_only else "PASSWORD",
        }

    def _revoke(self, ask: Ask) -> object:
        """End a login."""
        token = ask.body.get("refresh_token")
        if not isinstance(token, str) or not self.identity.revoke(token):
            raise Refused(400, "no such refresh token")
        self.writes.append({"what": "revoke"})
        return {"message": "Token revoked successfully"}

    # --- steering

    @override
    def actions(self) -> Mapping[str, Action]:
        own = (
            *(self.require_code, self.code, self.passwordless, self.sso_only),
            *(self.disable_portal, self.pending_activation, self.allow_password_flow),
            *(self.rotate_refresh_tokens, self.token_lifetime, self.expire_tokens),
            *(self.revoke_refresh_tokens, self.change_password, self.remember_devices),
            *(
                self.billing,
                self.engagement,
                self.deny_metering,
                self.plausibility,
                self.all_writes,
            ),
        )
        steering: dict[str, Action] = {each.__name__: each for each in own}
        for part in (self.home, self.metering, self.series, self.post):
            steering |= part.actions()
        return {**super().actions(), **steering}

    def require_code(self, challenge: str = "EMAIL_OTP") -> dict[str, object]:
        """Ask for this after the password; nothing turns it off."""
        self.identity.challenge = challenge
        return {}

    def code(self) -> dict[str, object]:
        """Return the code that is good now."""
        return {"code": self.identity.code()}

    def passwordless(self, on: bool) -> dict[str, object]:
        """Let a code stand in for the password."""
        self.identity.is_passwordless = on
        return {}

    def sso_only(self, on: bool) -> dict[str, object]:
        """Let customers sign in elsewhere alone."""
        self.is_sso_only = on
        return {}

    def disable_portal(self, on: bool) -> dict[str, object]:
        """Close the portal."""
        self.is_enabled = not on
        return {}

    def pending_activation(self, on: bool) -> dict[str, object]:
        """Know the login, but no customer for it."""
        self.is_pending = on
        return {}

    def allow_password_flow(self, on: bool) -> dict[str, object]:
        """Take the password itself, and no proof of it."""
        self.identity.takes_srp = not on
        return {}

    def rotate_refresh_tokens(self, on: bool, grace: int = 0) -> dict[str, object]:
        """Let each refresh token be good for one use, and for `grace` s longer."""
        self.identity.rotates = on
        self.identity.grace = timedelta(seconds=grace)
        return {}

    def token_lifetime(self, seconds: int) -> dict[str, object]:
        """Let new tokens hold for so long."""
        self.identity.lifetime = seconds
        return {}

    def expire_tokens(self) -> dict[str, object]:
        """Let every id token have expired."""
        self.identity.expire()
        return {}

    def revoke_refresh_tokens(self) -> dict[str, object]:
        """End every login."""
        self.identity.revoke()
        return {}

    def change_password(self, password: str) -> dict[str, object]:
        """Give the user another password."""
        self.identity.password = password
        return {}

    def remember_devices(self, on: bool) -> dict[str, object]:
        """Give new logins a device, without which they are not renewed."""
        self.identity.remembers_devices = on
        return {}

    def billing(self, on: bool) -> dict[str, object]:
        """Have billing, or not."""
        self.post.has_billing = on
        return {}

    def engagement(self, on: bool) -> dict[str, object]:
        """Have notifications, or not."""
        self.post.has_engagement = on
        return {}

    def deny_metering(self, on: bool) -> dict[str, object]:
        """Let no customer use the metering API."""
        self.is_metering_closed = on
        return {}

    def plausibility(self, mode: str) -> dict[str, object]:
        """Check readings when they come, tell their range before, or neither."""
        self.metering.plausibility = self.series.hooks.mode = mode
        return {}

    def all_writes(self) -> dict[str, object]:
        """Return what was written, oldest first."""
        return {"writes": self.writes}
