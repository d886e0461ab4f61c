"""Make the pictures of README.md and docs/: from a fresh install to the first plan."""

import argparse
import asyncio
from io import BytesIO
from pathlib import Path
import re
import sys
from typing import Final

from PIL import Image
from planning import set_page_up
from playwright.async_api import Error as BrowserError, ViewportSize, expect

from accounts import add_account
from browser import INTEGRATION, Screen, chromium, open_browser
from configuration import ROOT, open_configuration
from house import House, HouseError, cancel_on_signals, open_house

DOCS: Final = ROOT / "docs"
TOUR: Final = DOCS / "tour"
WIDE: Final = ViewportSize(width=1280, height=1100)
PHONE: Final = ViewportSize(width=390, height=844)
SMALL: Final = ViewportSize(width=900, height=640)
# A label that is on its way lies over what was filled in.
_AT_REST: Final = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
  .map((each) => each.finished.catch(() => undefined)))"""
# Pages have few colours: with these a picture has a third of the size.
_COLOURS: Final = 128


async def _keep(screen: Screen, path: Path) -> None:
    """Keep a picture of the page, once what moves on it has come to rest."""
    await screen.page.evaluate(_AT_REST)
    _write(await screen.page.screenshot(), path)


def _write(taken: bytes, path: Path) -> None:
    """Write a picture, small."""
    path.parent.mkdir(exist_ok=True)
    picture = Image.open(BytesIO(taken)).convert("RGB").quantize(_COLOURS)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


async def _tour(house: House, screen: Screen) -> None:
    """Add a portal and a planner as a person does, and look at the first plan."""
    facts = house.sandbox["esmart"]
    await screen.page.set_viewport_size(SMALL)
    await screen.begin_to_add()
    await screen.sees("Choose your energy portal")
    await _keep(screen, TOUR / "1-portals.png")
    await screen.choose("eSmart Systems")
    await screen.fill(
        api_url=facts["api_url"],
        user_name=facts["user_name"],
        password=facts["password"],
    )
    # Where the demo's portal is served says nothing to a reader.
    address = screen.page.locator('input[name="api_url"]')
    shown = "https://utility.example"
    await address.evaluate("(field, text) => { field.value = text; }", shown)
    await _keep(screen, TOUR / "2-sign-in.png")
    await screen.fill(api_url=facts["api_url"])
    await screen.click("Submit")
    await screen.sees("Choose the customer")
    await screen.choose(facts["customer_id"])
    await screen.click("Submit")
    await screen.sees("What do you really pay?")
    await screen.choose("Later")
    await screen.click("Skip and finish")
    await screen.open(INTEGRATION)
    await screen.sees("Price area NO1")
    await _keep(screen, TOUR / "3-devices.png")
    account = await add_account(house, "digiwatt")
    if "entry_id" not in account:
        raise HouseError(f"digiwatt: {account}")
    await _plan(screen)
    await screen.open(INTEGRATION)
    await screen.choose("Dishwasher")
    await screen.sees_row("Status", re.compile("Planned|Time to run"))
    await screen.sees_row("Expected cost", re.compile(r"NOK.\d"))
    await _keep(screen, TOUR / "5-plan.png")


async def _plan(screen: Screen) -> None:
    """Add a planner and a load."""
    await screen.begin_to_add()
    await screen.choose("Planner")
    await screen.sees("Plan flexible loads")
    await screen.pick("Prices", "eSmart Home: Price area NO1")
    await screen.click("Submit")
    await screen.choose("Dishwasher")
    await screen.sees("What drives it")
    await _keep(screen, TOUR / "4-load.png")
    await screen.click("Submit")
    await screen.sees("Its plan")
    await screen.choose("Add")
    await screen.click("Finish")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)


async def _page(house: House, screen: Screen) -> None:
    """Take the page, light and dark, and on a phone."""
    await set_page_up(house.home_assistant)
    await screen.page.set_viewport_size(WIDE)
    await screen.open("/")
    await screen.sees("Price area NO1", "Dishwasher")
    # What the month cost comes after the curve.
    await expect(screen.page.locator("energy-portals-card .fact").first).to_be_visible()
    await _keep(screen, DOCS / "dashboard.png")
    await screen.page.emulate_media(color_scheme="dark")
    await _keep(screen, DOCS / "dashboard-dark.png")
    await screen.page.emulate_media(color_scheme="light")
    await screen.page.set_viewport_size(PHONE)
    await _keep(screen, DOCS / "dashboard-phone.png")


async def _main(home_assistant: Path) -> int:
    """Take all pictures in one house; returns the exit code."""
    if task := asyncio.current_task():
        cancel_on_signals(task)
    try:
        chromium()
        with open_configuration() as configuration:
            async with (
                open_house(configuration, python=home_assistant) as house,
                open_browser(house.home_assistant) as screen,
            ):
                await _tour(house, screen)
                await _page(house, screen)
    except asyncio.CancelledError:
        return 130
    except (HouseError, BrowserError, AssertionError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/pictures", description=__doc__)
    parser.add_argument(
        "--home-assistant", type=Path, required=True, help="its environment's python"
    )
    sys.exit(asyncio.run(_main(parser.parse_args().home_assistant)))


if __name__ == "__main__":
    main()
