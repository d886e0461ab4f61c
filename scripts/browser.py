"""A browser signed in to Home Assistant, for scripts/e2e.

Playwright's locators see through open shadow roots, which Home Assistant's pages are
made of: what a user can read is found by its role, label or text.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date
import json
import os
from pathlib import Path
import re
import shutil
import time
from typing import Final

from playwright.async_api import Error as BrowserError, Page, async_playwright, expect

from configuration import CACHE, DOMAIN
from house import HomeAssistant, HouseError

PICTURES: Final = CACHE / "e2e"
PATIENCE_MS: Final = 30_000
INTEGRATION: Final = f"/config/integrations/integration/{DOMAIN}"
# Without them Chromium calls its maker at every start, and refuses to run as root.
FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)


def chromium() -> Path:
    """Return the browser: $CHROMIUM, or what the machine has."""
    asked = os.environ.get("CHROMIUM")
    names = [asked] if asked else ["chromium", "chromium-browser", "google-chrome"]
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    raise HouseError(
        f"no browser; looked for {', '.join(names)}. Install Chromium (Debian:"
        " apt-get install chromium) or say where one is with CHROMIUM=PATH."
    )


class Screen:
    """A page of Home Assistant and what a user does on it."""

    def __init__(self, page: Page, home_assistant: HomeAssistant) -> None:
        """Take a page of a signed-in browser."""
        self.page = page
        self._url = home_assistant.url
        self._pictures = 0

    async def open(self, path: str) -> None:
        """Open a page of Home Assistant by its path."""
        try:
            await self.page.goto(f"{self._url}{path}")
        except BrowserError as error:
            # The page may be on its way itself, such as back from a dialog.
            if "ERR_ABORTED" not in str(error):
                raise
            await self.page.goto(f"{self._url}{path}")

    async def click(self, name: str) -> None:
        """Press a button."""
        await self.page.get_by_role("button", name=name).last.click()

    async def choose(self, text: str) -> None:
        """Pick an entry of a list or menu."""
        found = self.page.get_by_text(text, exact=True).filter(visible=True)
        await found.last.click()

    async def search(self, text: str) -> None:
        """Type into the open dialog's search field, which has the focus."""
        await expect(self.page.get_by_role("dialog")).to_be_visible()
        await self.page.keyboard.type(text)

    async def begin_to_add(self) -> None:
        """Begin to add an account, up to the menu of portals."""
        await self.open("/config/integrations/dashboard")
        await self.click("Add integration")
        await self.search("Energy Portals")
        # The page behind shows the name as well once there is an account.
        dialog = self.page.locator("dialog-add-integration")
        await dialog.get_by_text("Energy Portals", exact=True).last.click()

    async def fill(self, **fields: str) -> None:
        """Fill a form's fields, by the names that the flow gives them."""
        for name, value in fields.items():
            await self.page.locator(f'input[name="{name}"]').fill(value)

    async def enter(self, label: str, number: str) -> None:
        """Fill a form's number, which has no name on the page but its label."""
        await self.page.get_by_role("spinbutton", name=label).fill(number)

    async def sees(self, *texts: str) -> None:
        """Wait until all texts can be read somewhere on the page."""
        for text in texts:
            found = self.page.get_by_text(text).filter(visible=True)
            await expect(found.first).to_be_visible()

    async def misses(self, text: str) -> None:
        """Wait until a text can no longer be read."""
        await expect(self.page.get_by_text(text, exact=True)).to_have_count(0)

    async def pick(self, label: str, option: str) -> None:
        """Choose an option of a form's list."""
        labelled = self.page.get_by_label(label, exact=True)
        await labelled.filter(visible=True).last.click()
        await self.choose(option)

    async def tick(self, item: str) -> None:
        """Tick off an item of a to-do list."""
        row = self.page.locator("ha-check-list-item").filter(has_text=item)
        await row.locator("ha-checkbox").click()

    async def sees_row(self, name: str, value: re.Pattern[str]) -> None:
        """Wait until an entity's row shows such a value, and scroll to it."""
        label = self.page.get_by_text(name, exact=True)
        row = self.page.locator("hui-generic-entity-row").filter(has=label)
        await expect(row).to_contain_text(value)
        await row.scroll_into_view_if_needed()

    async def press_row(self, name: str) -> None:
        """Press the button in the row of an entity."""
        label = self.page.get_by_text(name, exact=True)
        row = self.page.locator("hui-generic-entity-row").filter(has=label)
        await row.get_by_text("Press").click()

    async def save(self) -> None:
        """Save what the open dialog asks for; it closes once that is done."""
        await self.click("Save")
        await expect(self.page.get_by_role("dialog")).to_have_count(0)

    async def pick_statistic(self, label: str, source: str, name: str) -> None:
        """Choose a statistic in a field of a form, searched for by where it is from."""
        field = self.page.locator("ha-statistic-picker").filter(has_text=label)
        await field.click()
        await field.get_by_placeholder("Search").fill(source)
        await self.choose(name)

    async def pick_entity(self, label: str, name: str) -> None:
        """Choose an entity in a field of a form, searched for by its name."""
        field = self.page.locator("ha-selector-entity").filter(has_text=label)
        await field.last.click()
        await self.page.get_by_placeholder("Search").last.fill(name)
        await self.choose(name)

    async def act(self, action: str, **fields: object) -> None:
        """Perform an action of the integration on the page of the actions."""
        lines = [f"action: {DOMAIN}.{action}", "data:"]
        lines += [f'  {name}: "{value}"' for name, value in fields.items()]
        await self.open("/config/developer-tools/action")
        await self.click("YAML mode")
        await self.page.locator(".cm-content").click()
        await self.page.keyboard.press("Control+a")
        # Typed key by key, the editor would indent the lines itself.
        await self.page.keyboard.insert_text("\n".join(lines))
        perform = self.page.get_by_role("button", name="Perform action")
        await perform.click()
        await expect(perform).to_be_enabled()

    async def show_day(self, day: date) -> None:
        """Go back in the Energy dashboard to a day, one of the last."""
        title = self.page.locator("hui-energy-period-selector .header-title")
        await expect(title).to_have_text(re.compile(r"\d"))
        # It begins with today, but in the first hour of a day with yesterday.
        while not re.search(rf"\b{day.day}\b", shown := await title.inner_text()):
            await self.click("Previous")
            await expect(title).not_to_have_text(shown)

    async def sees_totals(self, amounts: Sequence[float], within: float) -> None:
        """Wait until the Energy dashboard's total of the grid is so much."""
        row = self.page.locator("hui-energy-sources-table-card tr.total")
        cells = row.filter(has_text="Grid total").locator("td")
        shown: list[float] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_MS / 1000):
                while not _are_close(shown, amounts, within):
                    shown = _numbers(await cells.all_inner_texts())
        if not _are_close(shown, amounts, within):
            raise AssertionError(f"the page shows {shown}, not {amounts}")

    async def picture(self, name: str) -> None:
        """Keep a picture of the page, numbered in the order they are taken."""
        await self.page.screenshot(path=self._next_picture(name))

    async def picture_of_dialog(self, name: str) -> None:
        """Keep a picture of the open dialog, all of it."""
        size = self.page.viewport_size
        await self.page.set_viewport_size({"width": 1280, "height": 1280})
        dialog = self.page.get_by_role("dialog")
        # A list that is fading away is one, too.
        await expect(dialog).to_have_count(1)
        await dialog.screenshot(path=self._next_picture(name))
        if size:
            await self.page.set_viewport_size(size)

    def _next_picture(self, name: str) -> Path:
        """Return where the next picture is kept."""
        self._pictures += 1
        return PICTURES / f"{self._pictures:02}-{name}.png"


def _numbers(texts: Iterable[str]) -> list[float]:
    """Return the numbers in texts, as English writes them."""
    found = (re.search(r"\d[\d,]*(?:\.\d+)?", text) for text in texts)
    return [float(number[0].replace(",", "")) for number in found if number]


def _are_close(some: Sequence[float], others: Sequence[float], within: float) -> bool:
    """Say whether two rows of numbers are the same, but for rounding."""
    return len(some) == len(others) and all(
        abs(one - other) <= within + 1e-9
        for one, other in zip(some, others, strict=True)
    )


@asynccontextmanager
async def open_browser(home_assistant: HomeAssistant) -> AsyncGenerator[Screen]:
    """Open a browser as the user; on an error the last page is kept as a picture."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*FLAGS]
        )
        context = await browser.new_context(
            viewport={"width": 1280, "height": 900},
            locale="en-GB",
            timezone_id="Europe/Rome",
            # A chart that is still growing makes no picture.
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(_signed_in(home_assistant))
        screen = Screen(await context.new_page(), home_assistant)
        try:
            yield screen
        except Exception:
            await screen.picture("failed")
            raise
        finally:
            await browser.close()


def _signed_in(home_assistant: HomeAssistant) -> str:
    """Return a script that leaves the user's tokens where the frontend looks."""
    seconds = home_assistant.tokens["expires_in"]
    tokens = {
        **home_assistant.tokens,
        "hassUrl": home_assistant.url,
        "clientId": f"{home_assistant.url}/",
        "expires": int((time.time() + seconds) * 1000),
    }
    return f"localStorage.hassTokens = {json.dumps(json.dumps(tokens))}"
