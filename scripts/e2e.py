"""Use the integration as a person does: in a browser, in a real Home Assistant."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
import sys
import time
from typing import Final

from browser import PICTURES, Screen, chromium, open_browser
from house import (
    DOMAIN,
    House,
    HouseError,
    Json,
    cancel_on_signals,
    open_configuration,
    open_house,
)
from playwright.async_api import Error as BrowserError

DASHBOARD: Final = "/config/integrations/dashboard"
PATIENCE_SECONDS: Final = 90


async def _until(house: House, is_so: Callable[[Json], bool], what: str) -> None:
    """Wait for the first account to be so."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                accounts = await house.home_assistant.accounts()
                if accounts and is_so(accounts[0]):
                    return
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise HouseError(f"never: {what}") from None


async def digiwatt(house: House, screen: Screen) -> None:
    """Add a Digiwatt account, look at its device, renew its secret."""
    facts = house.sandbox["digiwatt"]

    await screen.open(DASHBOARD)
    await screen.click("Add integration")
    await screen.page.get_by_role("dialog").get_by_placeholder("Search").fill("Energy")
    await screen.choose("Energy Portals")
    await screen.sees("Choose your energy portal")
    await screen.picture("menu")
    await screen.choose("Digiwatt")
