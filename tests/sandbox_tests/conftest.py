"""Simulated portals on a clock that stands still, and who calls them."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from tests.sandbox import Sandbox
from tests.sandbox_tests.client import Client, Time


@pytest.fixture
def clock() -> Time:
    """Return the clock of the sandbox."""
    return Time()


@pytest.fixture
async def sandbox(socket_enabled: None, clock: Time) -> AsyncGenerator[Sandbox]:
    """Run the simulated portals on a clock that stands still."""
    async with Sandbox(clock=clock) as running:
        yield running


@pytest.fixture
async def stranger(sandbox: Sandbox) -> AsyncGenerator[Client]:
    """Return a caller without a token."""
    async with aiohttp.ClientSession() as session:
        yield Client(sandbox, session)


@pytest.fixture
async def client(stranger: Client) -> Client:
    """Return a caller with a token."""
    assert (await stranger.token())[0] == 200
    return stranger
