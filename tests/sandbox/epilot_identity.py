"""The identity pool of the simulated portal: Amazon Cognito's public calls."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import json
import secrets
from typing import Any, Final

from aiohttp import web

from tests.sandbox.epilot_srp import Verifier
from tests.sandbox.household import Household

_TYPE: Final = "application/x-amz-json-1.1"
_TARGET: Final = "AWSCognitoIdentityProviderService."
_WRONG: Final = "Incorrect username or password."
_TRIES: Final = 3
_CODES: Final = {
    "EMAIL_OTP": "EMAIL_OTP_CODE",
    "SMS_MFA": "SMS_MFA_CODE",
    "SMS_OTP": "SMS_OTP_CODE",
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
    "CUSTOM_CHALLENGE": "ANSWER",
}


class Fault(Exception):
    """An error in Cognito's form."""

    def __init__(self, kind: str, message: str) -> None:
        """Name the exception."""
        super().__init__(message)
        self.kind = kind


@dataclass
class _Login:
    """A family of tokens: what came of one sign-in."""

    refresh: str
    device: str | None
    replaced: dict[str, datetime] = field(default_factory=dict)
    is_ended: bool = False


@dataclass
class _Step:
    """A sign-in under way: what is asked for, and how often it was answered wrong."""

    challenge: str
    wrong: int = 0


class EpilotIdentity:
    """One pool with one user; every way to sign in can be switched."""

    def __init__(self, household: Household, email: str) -> None:
        """Begin with a password and nothing more."""
        self.household = household
        self.pool_id = "eu-central-1_Sandbox01"
        self.client_id = "sandboxclient0000000000000"
        self.email = email
        self.password = f"sandbox-password-{household.seed}"
        self.user_id = "9b1f2c1e-2b60-4c1b-8f6e-5a2f0d7c1a11"
        self.challenge = ""
        self.is_passwordless = False
        self.takes_srp = True
        self.rotates = False
        self.hides_users = True
        self.remembers_devices = False
        self.grace = timedelta()
        self.lifetime = 3600
        self._code = 0
        self._proofs: dict[str, tuple[Verifier, int, bool]] = {}
        self._steps: dict[str, _Step] = {}
        self._logins: list[_Login] = []
        self._tokens: dict[str, tuple[datetime, str, _Login]] = {}

    # --- what others ask

    def code(self) -> str:
        """Return the code that is good now."""
        return f"{(self.household.seed * 7919 + self._code * 104729) % 10**6:06}"

    def refusal(self, token: str) -> str | None:
        """Return why a bearer token is not taken, None where it is."""
        held = self._tokens.get(token)
        if held is None:
            return "unknown token"
        until, use, login = held
        if use != "id":
            return "not an id token"
        if login.is_ended:
            return "the token is revoked"
        return None if self.household.now() < until else "the token has expired"

    def sign_in(self) -> str:
        """Return the refresh token of a sign-in that went well."""
        return str(self._signed_in()["AuthenticationResult"]["RefreshToken"])

    def go_on(self, refresh: str) -> None:
        """Know the login that an earlier run had this refresh token of."""
        self._logins.append(_Login(refresh, None))

    def logins(self) -> list[str]:
        """Return the refresh tokens of logins that nobody has ended."""
        return [login.refresh for login in self._logins if not login.is_ended]

    def expire(self) -> None:
        """Let every id and access token have expired."""
        self._tokens = {
            token: (self.household.now(), use, login)
            for token, (_, use, login) in self._tokens.items()
        }

    def revoke(self, refresh: str | None = None) -> bool:
        """End the login of a refresh token, or all; say whether there was one."""
        ended = [each for each in self._logins if refresh in {None, each.refresh}]
        for login in ended:
            login.is_ended = True
        return bool(ended)

    # --- the wire

    async def serve(self, request: web.Request) -> web.Response:
        """Answer a call."""
        try:
            return _json(self._answer(request, await request.read()))
        except Fault as fault:
            body = {"__type": fault.kind, "message": str(fault)}
            return _json(body, status=400)

    def _answer(self, request: web.Request, raw: bytes) -> Mapping[str, object]:
        """Return what a call is answered."""
        if request.content_type != _TYPE:
            raise Fault("SerializationException", "another content type")
        target = request.headers.get("X-Amz-Target", "")
        calls = {
            "InitiateAuth": self._initiate,
            "RespondToAuthChallenge": self._respond,
            "GetTokensFromRefreshToken": self._renew,
        }
        call = calls.get(target.removeprefix(_TARGET))
        if call is None or not target.startswith(_TARGET):
            raise Fault("UnknownOperationException", "no such operation")
        try:
            body = json.loads(raw)
        except ValueError:
            raise Fault("SerializationException", "not JSON") from None
        if body.get("ClientId") != self.client_id:
            raise Fault("ResourceNotFoundException", "no such client")
        try:
            return call(body)
        except (KeyError, TypeError) as error:
            raise Fault("InvalidParameterException", f"missing {error}") from None

    def _initiate(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        """Begin to sign in, or renew in the older way."""
        flow, given = body["AuthFlow"], body["AuthParameters"]
        if flow == "USER_SRP_AUTH" and self.takes_srp:
            return self._ask_for_proof(given["USERNAME"], int(given["SRP_A"], 16))
        if flow == "USER_PASSWORD_AUTH" and not self.takes_srp:
            if (given["USERNAME"], given["PASSWORD"]) != (self.email, self.password):
                raise Fault("NotAuthorizedException", _WRONG)
            return self._after_password()
        if flow == "CUSTOM_AUTH" and self.is_passwordless:
            if given["USERNAME"] != self.email:
                raise self._unknown_user()
            return self._ask("CUSTOM_CHALLENGE")
        if flow == "REFRESH_TOKEN_AUTH":
            if self.rotates:
                raise Fault("NotAuthorizedException", "Invalid Refresh Token")
            login = self._login(given["REFRESH_TOKEN"], given.get("DEVICE_KEY"))
            return self._issue(login)
        raise Fault("InvalidParameterException", f"{flow} is not enabled")

    def _unknown_user(self) -> Fault:
        """Return the error for a user that is not there."""
        if self.hides_users:
            return Fault("NotAuthorizedException", _WRONG)
        return Fault("UserNotFoundException", "User does not exist.")

    def _ask_for_proof(self, user: str, theirs: int) -> Mapping[str, object]:
        """Ask for the proof of the password, for an unknown user as well."""
        is_known = user.casefold() == self.email.casefold()
        if not is_known and not self.hides_users:
            raise self._unknown_user()
        pool = self.pool_id.partition("_")[2]
        verifier = Verifier(pool, self.user_id, self.password)
        block = base64.b64encode(verifier.block).decode()
        self._proofs[block] = verifier, theirs, is_known
        return {
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "SALT": f"{verifier.salt:x}",
                "SRP_B": f"{verifier.public:x}",
                "SECRET_BLOCK": block,
                "USER_ID_FOR_SRP": self.user_id,
                "USERNAME": self.user_id,
            },
        }

    def _respond(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        """Take the answer to a challenge."""
        name, given = body["ChallengeName"], body["ChallengeResponses"]
        if given["USERNAME"] not in {self.user_id, self.email}:
            raise Fault("NotAuthorizedException", _WRONG)
        if name == "PASSWORD_VERIFIER":
            proof = self._proofs.pop(given["PASSWORD_CLAIM_SECRET_BLOCK"], None)
            if proof is None:
                raise Fault("NotAuthorizedException", "Invalid session.")
            verifier, theirs, is_known = proof
            signature = given["PASSWORD_CLAIM_SIGNATURE"]
            is_proven = verifier.is_proven(theirs, given["TIMESTAMP"], signature)
            if not is_known or not is_proven:
                raise Fault("NotAuthorizedException", _WRONG)
            return self._after_password()
        step = self._steps.get(body.get("Session", ""))
        if step is None or step.challenge != name:
            raise Fault("NotAuthorizedException", "Invalid session for the user.")
        if given.get(_CODES.get(name, "")) != self.code():
            step.wrong += 1
            if step.wrong >= _TRIES:
                del self._steps[body["Session"]]
                raise Fault("NotAuthorizedException", "Invalid session for the user.")
            raise Fault("CodeMismatchException", "Invalid code provided.")
        del self._steps[body["Session"]]
        self._code += 1
        return self._signed_in()

    def _after_password(self) -> Mapping[str, object]:
        """Go on once the password is right."""
        return self._ask(self.challenge) if self.challenge else self._signed_in()

    def _ask(self, challenge: str) -> Mapping[str, object]:
        """Ask for a code, or for something else."""
        session = secrets.token_urlsafe(60)
        self._steps[session] = _Step(challenge)
        told = {"USERNAME": self.user_id, "USER_ID_FOR_SRP": self.user_id}
        if challenge in {"EMAIL_OTP", "SMS_MFA", "SMS_OTP"}:
            told["CODE_DELIVERY_DESTINATION"] = "s***@e***"
        return {
            "ChallengeName": challenge,
            "Session": session,
            "ChallengeParameters": told,
        }

    def _signed_in(self) -> dict[str, Any]:
        """Return the tokens of a new login."""
        device = None
        if self.remembers_devices:
            device = f"eu-central-1_{secrets.token_hex(16)}"
        login = _Login(f"eyJjdHkiOi.{secrets.token_urlsafe(40)}", device)
        self._logins.append(login)
        answer = self._issue(login)
        result = answer["AuthenticationResult"]
        result["RefreshToken"] = login.refresh
        if device is not None:
            result["NewDeviceMetadata"] = {
                "DeviceKey": device,
                "DeviceGroupKey": "sandbox",
            }
        return answer

    def _renew(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        """Renew; where refresh tokens rotate, that one as well."""
        login = self._login(body["RefreshToken"], body.get("DeviceKey"))
        answer = self._issue(login)
        if self.rotates:
            login.replaced[login.refresh] = self.household.now() + self.grace
            login.refresh = f"eyJjdHkiOi.{secrets.token_urlsafe(40)}"
            answer["AuthenticationResult"]["RefreshToken"] = login.refresh
        return answer

    def _login(self, refresh: str, device: str | None) -> _Login:
        """Return the login of a refresh token."""
        now = self.household.now()
        for login in self._logins:
            if login.is_ended or (login.device and device != login.device):
                continue
            if refresh == login.refresh:
                return login
            if (until := login.replaced.get(refresh)) is not None:
                if now < until:
                    return login
                # Whoever uses it again may have stolen it.
                login.is_ended = True
                raise Fault("RefreshTokenReuseException", "Refresh token was reused.")
        raise Fault("NotAuthorizedException", "Refresh Token has been revoked")

    def _issue(self, login: _Login) -> dict[str, Any]:
        """Return new id and access tokens."""
        until = self.household.now() + timedelta(seconds=self.lifetime)
        tokens = {use: self._token(use, until, login) for use in ("id", "access")}
        return {
            "ChallengeParameters": {},
            "AuthenticationResult": {
                "IdToken": tokens["id"],
                "AccessToken": tokens["access"],
                "ExpiresIn": self.lifetime,
                "TokenType": "Bearer",
            },
        }

    def _token(self, use: str, until: datetime, login: _Login) -> str:
        """Return a token that looks like a JWT, and is known by heart."""
        claims = {"sub": self.user_id, "token_use": use, "exp": until.timestamp()}
        parts = ({"alg": "RS256"}, {**claims, "email": self.email})
        encoded = (
            base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
            for part in parts
        )
        token = ".".join((*encoded, secrets.token_urlsafe(24)))
        self._tokens[token] = until, use, login
        return token


def _json(body: Mapping[str, object], status: int = 200) -> web.Response:
    return web.Response(status=status, text=json.dumps(body), content_type=_TYPE)
