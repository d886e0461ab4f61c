"""Amazon Cognito as epilot's portals use it: sign in, answer challenges, renew.

Source: the public model of the Amazon Cognito API.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from aiohttp import ClientSession
import msgspec

from ..http.client import HttpClient, Operation, RateLimit
from ..http.errors import (
    AuthError,
    Forbidden,
    LoginEnded,
    PortalError,
    PortalVisitNeeded,
    RateLimited,
    Rejected,
    UnexpectedResponse,
    WrongCode,
)
from ..reading.skeletons import skeleton_of_json
from .srp import Proof

_REASONS: Final[dict[str, type[PortalError]]] = {
    "NotAuthorizedException": AuthError,
    "UserNotFoundException": AuthError,
    "RefreshTokenReuseException": AuthError,
    # The portal has another pool now; signing in again finds it.
    "ResourceNotFoundException": AuthError,
    "PasswordResetRequiredException": PortalVisitNeeded,
    "UserNotConfirmedException": PortalVisitNeeded,
    "CodeMismatchException": WrongCode,
    "ExpiredCodeException": WrongCode,
    "TooManyRequestsException": RateLimited,
    "LimitExceededException": RateLimited,
    "ForbiddenException": Forbidden,
}
# What a code is called in the answer to each challenge that asks for one.
CODES: Final = {
    "EMAIL_OTP": "EMAIL_OTP_CODE",
    "SMS_MFA": "SMS_MFA_CODE",
    "SMS_OTP": "SMS_OTP_CODE",
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
    "CUSTOM_CHALLENGE": "ANSWER",
}
_VISIT: Final = frozenset({"NEW_PASSWORD_REQUIRED", "MFA_SETUP"})
_FLOW_IS_OFF: Final = frozenset(
    {"InvalidParameterException", "OperationNotEnabledException"}
)
_TYPE: Final = "application/x-amz-json-1.1"
_TARGET: Final = "AWSCognitoIdentityProviderService"
_PAUSE: Final = 60.0
_REFUSED: Final = f"HTTP {HTTPStatus.BAD_REQUEST.value}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A login: `id_token` holds for `lifetime` seconds, `refresh_token` for weeks.

    A renewal brings a refresh token only where each is good for one use.
    """

    id_token: str
    lifetime: float
    refresh_token: str | None = None
    device_key: str | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked for next: a code, of which `sent_to` may say where it went."""

    name: str
    user_name: str
    session: str | None = None
    sent_to: str | None = None


class _Device(msgspec.Struct, frozen=True, rename="pascal"):
    """The device under which a login is remembered."""

    device_key: str | None = None


class _Result(msgspec.Struct, frozen=True, rename="pascal"):
    """The tokens."""

    id_token: str
    expires_in: float
    refresh_token: str | None = None
    new_device_metadata: _Device | None = None


class _Answer(msgspec.Struct, frozen=True, rename="pascal"):
    """Tokens or the next challenge."""

    authentication_result: _Result | None = None
    challenge_name: str | None = None
    challenge_parameters: dict[str, object] | None = None
    session: str | None = None


class Cognito:
    """The public calls of one portal's identity pool.

    AuthError: the credentials or a code's session are refused; LoginEnded: the refresh
    token is.
    """

    def __init__(
        self,
        session: ClientSession,
        pool_id: str,
        client_id: str,
        address: str,
        secrets: Iterable[str] = (),
        rate_limit: RateLimit | None = None,
    ) -> None:
        """Take the pool; no address stands for that of the pool's region."""
        region = pool_id.partition("_")[0]
        self._pool_id = pool_id
        self._client_id = client_id
        self._http = HttpClient(
            session,
            address or f"https://cognito-idp.{region}.amazonaws.com",
            secrets=secrets,
            rate_limit=rate_limit or RateLimit(unnamed=_PAUSE),
            reasons=_REASONS,
        )

    async def sign_in(self, user_name: str, password: str) -> Tokens | Challenge:
        """Prove the password, without sending it where the pool allows that."""
        proof = await asyncio.to_thread(Proof, self._pool_id, password)
        asked = {"USERNAME": user_name, "SRP_A": proof.public}
        try:
            first = await self._initiate("USER_SRP_AUTH", asked)
        except Rejected as err:
            if err.reason not in _FLOW_IS_OFF:
                raise
            plain = {"USERNAME": user_name, "PASSWORD": password}
            answer = await self._initiate("USER_PASSWORD_AUTH", plain)
            return _outcome(answer, user_name)
        if first.challenge_name != "PASSWORD_VERIFIER":
            return _outcome(first, user_name)
        try:
            responses = await asyncio.to_thread(
                proof.answer, first.challenge_parameters or {}, datetime.now(UTC)
            )
        except ValueError:
            raise UnexpectedResponse("InitiateAuth", "no proper challenge") from None
        return await self._respond(
            Challenge("PASSWORD_VERIFIER", responses["USERNAME"], first.session),
            responses,
        )

    async def ask_for_code(self, user_name: str) -> Tokens | Challenge:
        """Begin without a password: the portal sends a code."""
        answer = await self._initiate("CUSTOM_AUTH", {"USERNAME": user_name})
        return _outcome(answer, user_name)

    async def answer(self, challenge: Challenge, code: str) -> Tokens | Challenge:
        """Answer with a code; WrongCode: another try is allowed."""
        responses = {"USERNAME": challenge.user_name, CODES[challenge.name]: code}
        return await self._respond(challenge, responses)

    async def renew(self, refresh_token: str, device_key: str | None) -> Tokens:
        """Return new tokens, in the way that also replaces the refresh token."""
        try:
            return await self._renewed(refresh_token, device_key)
        except AuthError as err:
            # The pool says all that it refuses so; another status is not its own.
            if err.wordless != _REFUSED:
                raise
            raise LoginEnded(err.operation, err.detail) from None

    async def _renewed(self, refresh_token: str, device_key: str | None) -> Tokens:
        """Renew, in one of two ways."""
        device = {"DeviceKey": device_key} if device_key else {}
        try:
            answer = await self._call(
                "GetTokensFromRefreshToken", RefreshToken=refresh_token, **device
            )
        except Rejected as err:
            if err.reason not in _FLOW_IS_OFF:
                raise
            older = {"REFRESH_TOKEN": refresh_token}
            if device_key:
                older["DEVICE_KEY"] = device_key
            answer = await self._initiate("REFRESH_TOKEN_AUTH", older)
        tokens = _outcome(answer, "")
        if isinstance(tokens, Challenge):
            raise UnexpectedResponse("GetTokensFromRefreshToken", "a challenge")
        return tokens

    async def _initiate(self, flow: str, parameters: dict[str, str]) -> _Answer:
        """Begin a sign-in."""
        return await self._call(
            "InitiateAuth", AuthFlow=flow, AuthParameters=parameters
        )

    async def _respond(
        self, challenge: Challenge, responses: dict[str, str]
    ) -> Tokens | Challenge:
        """Answer a challenge."""
        session = {"Session": challenge.session} if challenge.session else {}
        answer = await self._call(
            "RespondToAuthChallenge",
            ChallengeName=challenge.name,
            ChallengeResponses=responses,
            **session,
        )
        return _outcome(answer, challenge.user_name)

    async def _call(self, key: str, **body: object) -> _Answer:
        """Make one call."""
        # A code is good for one use; all else may be sent again.
        repeatable = key != "RespondToAuthChallenge"

        def decode(answer: bytes) -> _Answer:
            try:
                return msgspec.json.decode(answer, type=_Answer)
            except ValueError, RecursionError:
                shape = skeleton_of_json(answer)
                raise UnexpectedResponse(key, "no such answer", shape) from None

        return await self._http.send(
            Operation(key, "POST", "/", repeatable),
            decode,
            json={"ClientId": self._client_id, **body},
            json_type=_TYPE,
            headers={"X-Amz-Target": f"{_TARGET}.{key}"},
        )


def _outcome(answer: _Answer, user_name: str) -> Tokens | Challenge:
    """Return what a step of the sign-in has led to."""
    if (result := answer.authentication_result) is not None:
        device = result.new_device_metadata
        return Tokens(
            result.id_token,
            result.expires_in,
            result.refresh_token,
            None if device is None else device.device_key,
        )
    name = answer.challenge_name
    if name in _VISIT:
        raise PortalVisitNeeded("RespondToAuthChallenge", name)
    if name not in CODES:
        raise UnexpectedResponse("RespondToAuthChallenge", f"asks for {name}")
    told = answer.challenge_parameters or {}
    known = told.get("USER_ID_FOR_SRP") or told.get("USERNAME")
    sent_to = told.get("CODE_DELIVERY_DESTINATION")
    return Challenge(
        name,
        str(known or user_name),
        answer.session,
        sent_to if isinstance(sent_to, str) else None,
    )
