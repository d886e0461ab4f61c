"""Signing in to an identity pool: the proof, what may come next, renewal."""

import asyncio
from types import SimpleNamespace

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.epilot.cognito import (
    Challenge,
    Cognito,
    Tokens,
)
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    PortalError,
    PortalVisitNeeded,
    RateLimited,
    Rejected,
    UnexpectedResponse,
    WrongCode,
)
from tests.portals.epilot.conftest import EMAIL
from tests.portals.server import Server, answer as answer_with
from tests.sandbox.epilot_identity import EpilotIdentity, Fault


async def _tokens(pool: Cognito, identity: EpilotIdentity) -> Tokens:
    found = await pool.sign_in(EMAIL, identity.password)
    assert isinstance(found, Tokens)
    return found


async def test_the_password_is_proven_and_not_sent(
    pool: Cognito, identity: EpilotIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    answer = identity._answer
    monkeypatch.setattr(
        identity, "_answer", lambda ask, raw: (seen.append(raw), answer(ask, raw))[1]
    )
    tokens = await _tokens(pool, identity)
    assert identity.refusal(tokens.id_token) is None
    assert (tokens.lifetime, tokens.device_key) == (3600, None)
    assert len(seen) == 2
    assert not any(identity.password.encode() in raw for raw in seen)


@pytest.mark.parametrize("password", ["", "wörong", "ß" * 200, "🔌 and spaces  "])
async def test_passwords_of_all_sorts(
    pool: Cognito, identity: EpilotIdentity, password: str
) -> None:
    with pytest.raises(AuthError):
        await pool.sign_in(EMAIL, password)
    if password:
        identity.password = password
        await _tokens(pool, identity)


@pytest.mark.parametrize("hides_users", [True, False])
async def test_an_unknown_user(
    pool: Cognito, identity: EpilotIdentity, hides_users: bool
) -> None:
    identity.hides_users = hides_users
    with pytest.raises(AuthError):
        await pool.sign_in("nobody@sandbox.example", identity.password)


async def test_a_pool_that_takes_the_password_itself(
    pool: Cognito, identity: EpilotIdentity
) -> None:
    identity.takes_srp = False
    await _tokens(pool, identity)
    with pytest.raises(AuthError):
        await pool.sign_in(EMAIL, "wrong")


# Challenges


@pytest.mark.parametrize(
    "challenge",
    ["EMAIL_OTP", "SMS_MFA", "SMS_OTP", "SOFTWARE_TOKEN_MFA", "CUSTOM_CHALLENGE"],
)
async def test_a_code_comes_next(
    pool: Cognito, identity: EpilotIdentity, challenge: str
) -> None:
    identity.challenge = challenge
    asked = await pool.sign_in(EMAIL, identity.password)
    assert isinstance(asked, Challenge)
    with pytest.raises(WrongCode):
        await pool.answer(asked, "000000")
    tokens = await pool.answer(asked, identity.code())
    assert isinstance(tokens, Tokens)
    assert identity.refusal(tokens.id_token) is None
    # A code is good for one use.
    with pytest.raises(AuthError):
        await pool.answer(asked, identity.code())


async def test_a_code_that_is_wrong_again_and_again(
    pool: Cognito, identity: EpilotIdentity
) -> None:
    identity.challenge = "EMAIL_OTP"
    asked = await pool.sign_in(EMAIL, identity.password)
    assert isinstance(asked, Challenge)
    for _ in range(2):
        with pytest.raises(WrongCode):
            await pool.answer(asked, "000000")
    with pytest.raises(AuthError):
        await pool.answer(asked, "000000")
    with pytest.raises(AuthError):
        await pool.answer(asked, identity.code())


async def test_a_code_instead_of_a_password(
    pool: Cognito, identity: EpilotIdentity
) -> None:
    with pytest.raises(Rejected):
        await pool.ask_for_code(EMAIL)
    identity.is_passwordless = True
    asked = await pool.ask_for_code(EMAIL)
    assert isinstance(asked, Challenge)
    assert isinstance(await pool.answer(asked, identity.code()), Tokens)


@pytest.mark.parametrize("challenge", ["NEW_PASSWORD_REQUIRED", "MFA_SETUP"])
async def test_something_to_finish_at_the_portal(
    pool: Cognito, identity: EpilotIdentity, challenge: str
) -> None:
    identity.challenge = challenge
    with pytest.raises(PortalVisitNeeded):
        await pool.sign_in(EMAIL, identity.password)


async def test_a_challenge_that_is_not_supported(
    pool: Cognito, identity: EpilotIdentity
) -> None:
    identity.challenge = "WEB_AUTHN"
    with pytest.raises(UnexpectedResponse):
        await pool.sign_in(EMAIL, identity.password)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("PasswordResetRequiredException", PortalVisitNeeded),
        ("UserNotConfirmedException", PortalVisitNeeded),
        ("TooManyRequestsException", RateLimited),
        ("LimitExceededException", RateLimited),
        ("ResourceNotFoundException", AuthError),
        ("SomethingNewException", Rejected),
    ],
)
async def test_errors(
    pool: Cognito,
    identity: EpilotIdentity,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    kind: type[PortalError],
) -> None:
    def fail(*_: object) -> None:
        raise Fault(code, f"{EMAIL} cannot")

    monkeypatch.setattr(identity, "_answer", fail)
    with pytest.raises(kind) as caught:
        await pool.sign_in(EMAIL, identity.password)
    assert EMAIL not in f"{caught.value!r}"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"ChallengeName": "PASSWORD_VERIFIER"},
        {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": {"SALT": "x"}},
        {
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "SALT": "zz",
                "SRP_B": "1",
                "SECRET_BLOCK": "e30=",
                "USER_ID_FOR_SRP": "u",
                "USERNAME": "u",
            },
        },
        {"AuthenticationResult": {"IdToken": 1}},
        {"AuthenticationResult": {"AccessToken": "a"}},
    ],
)
async def test_answers_that_make_no_sense(
    pool: Cognito,
    identity: EpilotIdentity,
    monkeypatch: pytest.MonkeyPatch,
    answer: object,
) -> None:
    monkeypatch.setattr(identity, "_answer", lambda *_: answer)
    with pytest.raises(UnexpectedResponse):
        await pool.sign_in(EMAIL, "secret")


@pytest.mark.parametrize(
    "body",
    [
        b'{"ChallengeParameters": {"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"AuthenticationResult": {"IdToken": "i", "ExpiresIn": 1e999}}',
        b'{"AuthenticationResult": {"IdToken": "i", "ExpiresIn": '
        + b"9" * 5000
        + b"}}",
    ],
)
async def test_answers_that_cannot_be_decoded(
    session: ClientSession, server: Server, body: bytes
) -> None:
    server.otherwise = answer_with(body)
    pool = Cognito(session, "eu-central-1_x", "c", server.address)
    with pytest.raises(UnexpectedResponse):
        await pool.renew("token", None)


# Renewal


async def test_renewal_without_rotation(
    pool: Cognito, identity: EpilotIdentity
) -> None:
    tokens = await _tokens(pool, identity)
    assert tokens.refresh_token is not None
    for _ in range(2):
        renewed = await pool.renew(tokens.refresh_token, None)
        assert renewed.refresh_token is None
        assert identity.refusal(renewed.id_token) is None


async def test_renewal_in_the_older_way(
    pool: Cognito, identity: EpilotIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = await _tokens(pool, identity)

    def off(*_: object) -> None:
        raise Fault("OperationNotEnabledException", "off")

    monkeypatch.setattr(identity, "_renew", off)
    assert tokens.refresh_token is not None
    renewed = await pool.renew(tokens.refresh_token, None)
    assert identity.refusal(renewed.id_token) is None


async def test_a_remembered_device(pool: Cognito, identity: EpilotIdentity) -> None:
    identity.remembers_devices = True
    tokens = await _tokens(pool, identity)
    assert tokens.device_key
    assert tokens.refresh_token is not None
    await pool.renew(tokens.refresh_token, tokens.device_key)
    with pytest.raises(AuthError):
        await pool.renew(tokens.refresh_token, None)


async def test_renewal_with_rotation(
    pool: Cognito, identity: EpilotIdentity, moment: SimpleNamespace
) -> None:
    identity.rotates = True
    first = await _tokens(pool, identity)
    assert first.refresh_token is not None
    second = await pool.renew(first.refresh_token, None)
    assert second.refresh_token not in {None, first.refresh_token}
    with pytest.raises(AuthError):
        await pool.renew(first.refresh_token, None)


async def test_the_library_is_loaded_once_for_many(
    pool: Cognito, identity: EpilotIdentity
) -> None:
    found = await asyncio.gather(
        *(pool.sign_in(EMAIL, identity.password) for _ in range(5))
    )
    assert all(isinstance(each, Tokens) for each in found)
