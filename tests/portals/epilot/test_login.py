"""The login: renewed in time, once for all, and kept before it is used."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import override

import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.epilot.cognito import Cognito, Tokens
from custom_components.energy_portals.portals.epilot.login import PortalLogin
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    LoginEnded,
    Unavailable,
)
from tests.portals.epilot.conftest import EMAIL
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.epilot_identity import EpilotIdentity


class Watched(TokenStore):
    """A token store that remembers what it was given."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.kept: list[Mapping[str, str]] = []

    @override
    async def keep(self, values: Mapping[str, str]) -> None:
        self.kept.append(values)
        await super().keep(values)


@pytest.fixture
def token_store() -> Watched:
    return Watched()


@pytest.fixture
async def first(pool: Cognito, identity: EpilotIdentity) -> str:
    """Return the refresh token of a sign-in."""
    tokens = await pool.sign_in(EMAIL, identity.password)
    assert isinstance(tokens, Tokens)
    assert tokens.refresh_token is not None
    return tokens.refresh_token


def _value(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    assert scheme == "Bearer"
    return token


async def test_one_renewal_for_many(
    pool: Cognito, identity: EpilotIdentity, first: str, token_store: Watched
) -> None:
    identity.rotates = True
    login = PortalLogin(pool, token_store, refresh_token=first)
    found = await asyncio.gather(*(login.authorization() for _ in range(20)))
    assert len(set(found)) == 1
    assert identity.refusal(_value(found[0])) is None
    assert len(token_store.kept) == 1


async def test_it_is_renewed_before_it_ends(
    pool: Cognito, identity: EpilotIdentity, first: str, clock: SimpleNamespace
) -> None:
    login = PortalLogin(pool, TokenStore(), refresh_token=first)
    held = await login.authorization()
    clock.now += 3600 - 301
    assert await login.authorization() == held
    clock.now += 2
    assert await login.authorization() != held


async def test_a_token_that_is_replaced_is_kept_and_goes_on(
    pool: Cognito, identity: EpilotIdentity, first: str, token_store: Watched
) -> None:
    identity.rotates = True
    login = PortalLogin(pool, token_store, refresh_token=first)
    for _ in range(3):
        held = await login.authorization()
        login.refused(held)
    assert token_store.values["refresh_token"] == login.refresh_token
    # The next run starts from the entry's token and what the token store has.
    later = PortalLogin(pool, token_store, refresh_token=first)
    assert later.refresh_token == login.refresh_token
    assert identity.refusal(_value(await later.authorization())) is None


async def test_another_sign_in_ends_what_is_kept(
    pool: Cognito, identity: EpilotIdentity, first: str, token_store: Watched
) -> None:
    identity.rotates = True
    await PortalLogin(pool, token_store, refresh_token=first).authorization()
    identity.revoke()
    second = identity.sign_in()
    login = PortalLogin(pool, token_store, refresh_token=second)
    assert identity.refusal(_value(await login.authorization())) is None


@pytest.mark.parametrize("grace", [0, 60])
async def test_rotation_lost_by_a_crash(
    pool: Cognito,
    identity: EpilotIdentity,
    first: str,
    moment: SimpleNamespace,
    grace: int,
) -> None:
    """Within the portal's grace the old one still goes; after it, the user signs in."""
    identity.rotates, identity.grace = True, timedelta(seconds=grace)
    await PortalLogin(pool, TokenStore(), refresh_token=first).authorization()
    moment.now += timedelta(seconds=30)
    again = PortalLogin(pool, TokenStore(), refresh_token=first)
    if grace:
        assert identity.refusal(_value(await again.authorization())) is None
    else:
        with pytest.raises(AuthError):
            await again.authorization()


async def test_a_refused_refresh_token_is_not_tried_again(
    epilot: EpilotSandbox, pool: Cognito, identity: EpilotIdentity, first: str
) -> None:
    identity.revoke()
    login = PortalLogin(pool, TokenStore(), refresh_token=first)
    for _ in range(3):
        epilot.calls.clear()
        with pytest.raises(LoginEnded):
            await login.authorization()
    assert epilot.calls == []


async def test_a_run_that_ends_leaves_the_login_to_the_next(
    pool: Cognito, identity: EpilotIdentity, first: str, token_store: Watched
) -> None:
    identity.rotates = True
    login = PortalLogin(pool, token_store, refresh_token=first)
    under_way = asyncio.create_task(login.authorization())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await token_store.close()
    later = Watched()
    later.values = token_store.values
    following = PortalLogin(pool, later, refresh_token=first)
    assert identity.refusal(_value(await following.authorization())) is None
    login.refused(await under_way)
    with pytest.raises(Unavailable):
        await login.authorization()


async def test_tokens_that_have_just_come_are_used(
    pool: Cognito, identity: EpilotIdentity
) -> None:
    tokens = await pool.sign_in(EMAIL, identity.password)
    assert isinstance(tokens, Tokens)
    assert tokens.refresh_token is not None
    login = PortalLogin(pool, TokenStore(), refresh_token=tokens.refresh_token)
    login.signed_in(tokens)
    assert await login.authorization() == f"Bearer {tokens.id_token}"
