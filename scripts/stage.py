"""The page's card alone in a browser: on plans made up, at any hour, on any width.

What a real house shows depends on the hour at which it is looked at. Here the hour, the
prices and the plans are what is asked for; the modules are those that are served.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
import mimetypes
from random import Random
from typing import Any, Final

from playwright.async_api import Page, Route, async_playwright

from browser import FLAGS, chromium
from configuration import CODE

WWW: Final = CODE / "frontend" / "www"
ZONE: Final = "Europe/Berlin"
HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
_ORIGIN: Final = "http://stage.invalid"

# As much of Home Assistant as the card looks at.
_STAGE: Final = """<!doctype html><html lang="en"><head><title>Stage</title><style>
html { --primary-text-color: #141414; --secondary-text-color: #5e5e5e;
  --card-background-color: #fff; --divider-color: #e0e0e0;
  --secondary-background-color: #eef0f1; --primary-color: #009ac7;
  background: var(--card-background-color); font: 14px/1.5 Roboto, sans-serif; }
html.dark { --primary-text-color: #e1e1e1; --secondary-text-color: #9b9b9b;
  --card-background-color: #1c1c1c; --divider-color: #303030;
  --secondary-background-color: #282828; }
body { margin: 8px; } ha-icon { display: inline-block; width: 24px; height: 24px; }
ha-card { background: var(--card-background-color); border-radius: 12px;
  border: 1px solid var(--divider-color); }
</style></head><body><main></main><script type="module">
window.asked = [];
const loads = (count) => Array.from({ length: count }, (_, i) => `load${i}`);
const keys = ["load_status", "start_by_hand", "done_for_today"];
window.hassOf = ({ language = "en", dark = false, count = 9, answers = {} }) => ({
  locale: { language, time_format: "24", number_format: "language" }, language,
  themes: { darkMode: dark }, user: { is_admin: true },
  config: { time_zone: "ZONE", currency: "EUR", components: ["energy"],
    state: "RUNNING" },
  entities: Object.fromEntries(loads(count).flatMap((device) => keys.map((key) =>
    [`x.${device}_${key}`, { platform: "energy_portals", device_id: device,
      translation_key: key }]))),
  devices: {}, states: {},
  connection: {
    subscribeMessage: async (tell) => { window.tell = tell; return () => {}; },
    subscribeEvents: async () => () => {},
  },
  callWS: async (message) => {
    window.asked.push(message);
    const answer = answers[message.type];
    if (answer === undefined) throw { code: "unknown_command" };
    return answer;
  },
  callService: async (...call) => { window.asked.push(call); },
});
window.show = async (snap, { now, ...about }) => {
  Date.now = () => now;
  document.documentElement.classList.toggle("dark", Boolean(about.dark));
  document.documentElement.dir = about.dir ?? "ltr";
  window.tell = null;
  document.querySelector("main").replaceChildren();
  const card = document.createElement("energy-portals-card");
  card.setConfig({ planner: "planner", ...about.config });
  card.hass = window.hassOf(about);
  document.querySelector("main").append(card);
  window.card = card;
  const until = async (test) => {
    for (let tries = 0; !test(); tries += 1) {
      if (tries > 30000) throw new Error("the card shows nothing");
      await new Promise((r) => setTimeout(r, 1));
    }
  };
  await until(() => window.tell);
  window.tell(snap);
  await until(() => card.shadowRoot?.querySelector("ha-card")
    && (card.inner?.rest ?? !card.inner));
};
const { now } = performance;
/** Return when a card of a snapshot says a price, and when it has bars, in ms. */
window.race = async (snap, about) => {
  const seen = {};
  const look = () => {
    const root = window.card?.shadowRoot;
    if (!root) return;
    if (/\\d.*kWh/.test(root.querySelector("ha-card")?.textContent ?? "")) {
      seen.sentence ??= now.call(performance);
    }
    if (root.querySelector(".bar")) seen.bars ??= now.call(performance);
  };
  const shown = show(snap, about);
  while (!seen.bars || !seen.sentence) {
    look();
    await new Promise((r) => setTimeout(r, 0));
  }
  await shown;
  return seen;
};
await import("/energy_portals/energy-portals.js?v=1");
window.isReady = true;
if (window.play) window.raced = await window.race(...window.play);
</script></body></html>""".replace("ZONE", ZONE)


@asynccontextmanager
async def open_stage(module: str | None = None) -> AsyncGenerator[Page]:
    """Open a browser on the stage; nothing is asked of the net.

    A `module` takes the place of all that are served.
    """

    async def serve(route: Route) -> None:
        path = route.request.url.removeprefix(_ORIGIN).partition("?")[0]
        if path == "/":
            await route.fulfill(body=_STAGE, content_type="text/html")
            return
        if module is not None:
            await route.fulfill(body=module, content_type="text/javascript")
            return
        file = WWW / path.removeprefix("/energy_portals/")
        if not file.is_file():
            await route.fulfill(status=404)
            return
        kind, _ = mimetypes.guess_type(file)
        await route.fulfill(body=file.read_bytes(), content_type=kind)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*FLAGS]
        )
        try:
            page = await browser.new_page(
                locale="en-GB",
                timezone_id=ZONE,
                reduced_motion="reduce",
            )
            await page.route("**/*", serve)
            await page.goto(f"{_ORIGIN}/")
            await page.wait_for_function("window.isReady")
            yield page
        finally:
            await browser.close()


async def show(page: Page, snapshot: dict[str, Any], **about: Any) -> None:
    """Show a snapshot, as the card is told it, at some time."""
    await page.evaluate("([snap, about]) => show(snap, about)", [snapshot, about])


def ms(when: datetime) -> int:
    """Return a moment as a browser has it."""
    return round(when.timestamp() * 1000)


def _rows(runs: Sequence[tuple[datetime, datetime, Any]]) -> list[list[Any]]:
    """Return runs as the card is told them."""
    return [[ms(start), ms(end), value] for start, end, value in runs]


def load(number: int, name: str, **about: Any) -> dict[str, Any]:
    """Return a load as the card is told it: its runs and window as moments."""
    runs, window = about.pop("runs", []), about.pop("window", None)
    return {
        "id": f"load{number}",
        "name": name,
        "device_id": f"load{number}",
        "status": "planned" if runs else "waiting",
        "runs": _rows(runs),
        "window": window and [ms(window[0]), ms(window[1])],
        "cost": 0.73 if runs else None,
        "cost_now": 0.93 if runs else None,
        "saving": 0.2 if runs else None,
        "share": None,
        "energy": 2.4,
        "expected": False,
        "currency": "EUR",
        "by_hand": False,
        "shortfall": None,
        "why": {"reason": "price", "rank": 1, "of": 12} if runs else None,
        "driven": True,
        "running": False,
        **about,
    }


def snapshot(
    today: datetime, slots: Sequence[Sequence[Any]], **about: Any
) -> dict[str, Any]:
    """Return what the card is told of a day on: prices, and what plans there are."""
    return {
        "zone": ZONE,
        "days": [],
        "price": {
            "id": "price",
            "name": "Strom Zuhause",
            "account": "Stadtwerke",
            "device_id": None,
            "unit": "EUR/kWh",
            "currency": "EUR",
            "all_in": True,
            "available": True,
            "expected": ms(today + 13 * HOUR),
            "flat": False,
            "preliminary": False,
            "slots": list(slots),
        },
        "green": None,
        "caps": None,
        "loads": [],
        **about,
    }


def any_plans(random: Random, now: datetime) -> list[dict[str, Any]]:
    """Return loads whose plans lie anywhere, the hardest cases among them."""
    start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    names = ("Dishwasher", "Car", "Geschirrspülmaschine in der Einliegerwohnung", "Ö")
    found = []
    for number, name in enumerate(names):
        first = start + random.randrange(-8, 150) * QUARTER
        lengths = random.choice([[1], [2], [8], [1, 1], [4, 1, 16], [60]])
        runs, at = [], first
        for length in lengths:
            runs.append((at, at + length * QUARTER, 1.2))
            at += (length + random.randrange(0, 4)) * QUARTER
        end = max(at, start) + random.choice([0, 0, 0, 1, 2, 40]) * QUARTER
        window = (min(first, start) - random.randrange(40) * QUARTER, end)
        running = first <= now and random.random() < 0.5
        found.append(load(number, name, runs=runs, window=window, running=running))
    return found


def curve(today: datetime, days: float = 2) -> list[list[Any]]:
    """Return prices of two peaks a day, in quarters, with levels by their height."""
    names = ("very_cheap", "cheap", "normal", "expensive", "very_expensive")
    rows = []
    for n in range(int(days * 96)):
        at = today + n * QUARTER
        hour = (n % 96) / 4
        height = max(0.0, 1 - abs(hour - 8) / 4) + max(0.0, 1 - abs(hour - 19) / 5)
        level = names[min(4, int(height * 4.9))]
        rows.append([ms(at), ms(at + QUARTER), 0.25 + 0.2 * height, level])
    return rows


TODAY: Final = datetime(2026, 11, 29, 23, tzinfo=UTC)
