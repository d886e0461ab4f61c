"""The page in the browser: what is seen first, done by a click, and by all."""

import re
from typing import Final

from axe import check_axe
from e2e_energy import all_meters_in_energy
from e2e_levels import levels_agree
from e2e_plans import SPOKEN, check_sizes, what_runs_before_its_plan, whatever_the_plan
from e2e_shape import shaped_as_drawn
from e2e_speed import as_fast_as_before
from flexibility import PROGRAMME
from planning import PAGE, set_page_up
from playwright.async_api import Locator, ViewportSize, expect

from accounts import ANSWERS, LONG_SINCE, PLANNER, add_account
from browser import Screen
from configuration import DOMAIN
from history import wait_until_imported
from house import House, HouseError

DESKTOP: Final = ViewportSize(width=1280, height=800)
PHONE: Final = ViewportSize(width=390, height=844)
# Of what nobody should read: ids, registers, what has no value.
RAW: Final = re.compile(
    r"[0-9a-f]{8}-|\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{8}\b|\d-\d:\d+\.\d"
    r"|Unknown|Unbekannt|unavailable"
)
_NARROW: Final = ViewportSize(width=320, height=700)
_CARDS: Final = ("energy-portals-card", "energy-portals-inbox")
_STAYS: Final = 1.6, 1.3
_TILES: Final = 12
_LANES: Final = 3
_TEXTS: Final = """(name) => {
  const read = (node) => {
    if (node.nodeType === 3) return node.data.trim();
    if (node.nodeType !== 1 && node.nodeType !== 11) return "";
    if (node.matches?.("style, script, option, .unseen, [hidden]")) return "";
    const inside = [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes];
    return inside.map(read).filter(Boolean).join("\\n");
  };
  const found = [];
  const walk = (root) => root.querySelectorAll("*").forEach((each) => {
    if (each.localName === name) found.push(read(each));
    if (each.shadowRoot) walk(each.shadowRoot);
  });
  walk(document);
  return found;
}"""
# What is asked for as the page is opened; what hands do and other pages have is not.
_LOADED: Final = ("energy-portals", "page", "hero", "words/en", "rest", "inbox")
# Bytes, without how they are packed: no more than what tests/frontend holds them to.
_MOST: Final = 84_500


async def page(house: House, screen: Screen) -> None:
    """Look at the page of a house with every portal, on all screens; use it."""
    await whatever_the_plan()
    await what_runs_before_its_plan()
    await levels_agree()
    await as_fast_as_before()
    await _furnish(house)
    await _seen_first(screen)
    await _loads_little(screen)
    await _as_large_as(screen)
    await _nothing_raw(screen)
    await _accessible(screen)
    await _by_keyboard(screen)
    await _by_clicks(house, screen)
    # What was begun is planned while the rest is looked at.
    await _answers(house, screen)
    await _fits(screen)
    await _languages(screen)
    await all_meters_in_energy(house, screen)


async def _answers(house: House, screen: Screen) -> None:
    """Ask portals for more on their accounts' pages: months, a day, readings, links."""
    await screen.page.set_viewport_size(DESKTOP)
    sources = await house.home_assistant.command(f"{DOMAIN}/sources")
    rows: dict[str, dict[str, int]] = {
        "Digiwatt": {"Twelve months by appliance": 12, "A day by the hour": 24},
        "epilot": {"Meter readings": 1, "By month": 1, "Links of the portal": 1},
    }
    for account in sources["accounts"]:
        if account["vendor"] not in rows:
            continue
        await screen.open(f"/{PAGE}/{account['id']}")
        cards = screen.page.locator("energy-portals-answers")
        for summary, least in rows[account["vendor"]].items():
            asked = cards.locator("details").filter(has_text=summary).first
            await asked.locator("summary").click()
            await expect(asked.locator("tbody tr").nth(least - 1)).to_be_visible()
        await cards.first.scroll_into_view_if_needed()
        await screen.picture(f"answers-{account['vendor']}")
        await check_axe(screen.page, account["vendor"], "energy-portals-answers")
        if account["vendor"] == "epilot":
            await expect(cards.locator("a[href^='http']").first).to_be_visible()


async def _furnish(house: House) -> None:
    """Add every portal's account and a planner with three loads."""
    for portal, action, arguments in (*LONG_SINCE, *PROGRAMME):
        await house.steer(portal, action, **arguments)
    for portal in (*sorted(ANSWERS), PLANNER):
        account = await add_account(house, portal)
        if "entry_id" not in account:
            raise HouseError(f"{portal}: {account}")
    if late := await wait_until_imported(house.home_assistant, ["epilot"]):
        raise HouseError("\n".join(late))
    await set_page_up(house.home_assistant)


def _hero(screen: Screen) -> Locator:
    """Return the card."""
    return screen.page.locator("energy-portals-card").first


async def _show(screen: Screen, size: ViewportSize, path: str = f"/{PAGE}") -> None:
    """Open the page anew on a screen of some size."""
    await screen.page.set_viewport_size(size)
    await screen.open(path)
    await expect(_hero(screen).locator(".bar").first).to_be_attached()
    await expect(_hero(screen).locator(".load")).to_have_count(_LANES)
    await expect(_hero(screen).locator(".fact").first).to_be_visible()
    await expect(screen.page.locator("energy-portals-inbox li")).to_have_count(1)


async def _is_seen(screen: Screen, what: Locator) -> None:
    """Hold that all of it lies on the screen, without scrolling."""
    box, size = await what.bounding_box(), screen.page.viewport_size
    if box is None or size is None or box["y"] + box["height"] > size["height"]:
        raise AssertionError(f"{what} lies at {box}, not within {size}")


async def _seen_first(screen: Screen) -> None:
    """1. See without scrolling what people ask first."""
    for size in (PHONE, DESKTOP):
        await _show(screen, size)
        await screen.picture(f"first-{size['width']}")
        hero = _hero(screen)
        told = (
            *("h2", "button.price", ".chart svg"),
            *(f".load >> nth={place} >> .acts" for place in range(_LANES)),
            *(".fact >> nth=0 >> .line", ".fact >> nth=1 >> .line"),
        )
        await _is_seen(screen, screen.page.locator("energy-portals-inbox li").first)
        for each in told:
            await _is_seen(screen, hero.locator(each).first)
        await shaped_as_drawn(screen.page)
    for fact in await _hero(screen).locator(".fact").all():
        await _is_seen(screen, fact)
    await _is_seen(screen, _hero(screen).locator("a.energy"))
    await _is_seen(screen, screen.page.locator("hui-tile-card").first)


async def _loads_little(screen: Screen) -> None:
    """11. See that the page asks for few modules, and for each once."""
    await _show(screen, DESKTOP)
    await screen.page.wait_for_load_state("networkidle")
    loaded: list[tuple[str, int]] = await screen.page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter(({ name }) => /\\/energy_portals\\/.*\\.js/.test(name))
          .map(({ name, decodedBodySize }) =>
            [name.replace(/.*\\/energy_portals\\/|\\.js.*/g, ""), decodedBodySize])"""
    )
    names = sorted(name for name, _ in loaded)
    size = sum(each for _, each in loaded)
    print(f"the page loads {size} bytes in {len(names)} requests")
    if not {*names} <= {*_LOADED} or len(names) != len({*names}) or size > _MOST:
        raise AssertionError(f"the page loads {loaded}")


async def _as_large_as(screen: Screen) -> None:
    """2. See that the page is short, with one curve and few tiles."""
    for size, most in zip((PHONE, DESKTOP), _STAYS, strict=True):
        await _show(screen, size)
        view = await screen.page.locator("hui-sections-view").bounding_box()
        height = 0.0 if view is None else view["y"] + view["height"]
        if not 0 < height <= most * size["height"]:
            raise AssertionError(f"{size}: the page is {height} high")
    curves = await screen.page.locator("energy-portals-card .bars").count()
    tiles = await screen.page.locator("hui-tile-card").count()
    if curves != 1 or tiles > _TILES:
        raise AssertionError(f"{curves} curves and {tiles} tiles")


async def _texts(screen: Screen, name: str) -> list[str]:
    """Return what can be read on each element of a name, through shadow roots."""
    texts: list[str] = await screen.page.evaluate(_TEXTS, name)
    return texts


async def _nothing_raw(screen: Screen) -> None:
    """3. See that nobody reads an id, or that something is unknown."""
    await _show(screen, DESKTOP)
    (text,) = await _texts(screen, "hui-sections-view")
    if "kWh" not in text:
        raise AssertionError(f"the page says {text!r}")
    if raw := RAW.search(text):
        raise AssertionError(f"{raw[0]!r} can be read in {text!r}")
    values = [each.split("\n", 1)[-1] for each in await _texts(screen, "hui-tile-card")]
    if not values or len(values) != len(set(values)):
        raise AssertionError(f"the same twice: {values}")


async def _accessible(screen: Screen) -> None:
    """8. Hold page, sheet and inbox to what people need, light and dark."""
    for scheme in ("light", "dark"):
        await screen.page.emulate_media(color_scheme=scheme)
        await _show(screen, DESKTOP)
        await screen.picture(f"page-{scheme}")
        await shaped_as_drawn(screen.page)
        await screen.page.locator("energy-portals-inbox").get_by_text("more").click()
        await check_axe(screen.page, scheme, *_CARDS)
        await check_sizes(screen.page, scheme, *_CARDS)
        await _hero(screen).locator("button.icon").first.click()
        await expect(_hero(screen).locator("dialog")).to_be_visible()
        await check_axe(screen.page, f"{scheme} sheet", "energy-portals-card")
        await screen.picture(f"sheet-{scheme}")
        await screen.page.keyboard.press("Escape")
    await screen.page.emulate_media(color_scheme="light")


async def _fits(screen: Screen) -> None:
    """8. See that nothing is wider than the smallest phone."""
    await _show(screen, _NARROW)
    await screen.picture("narrow")
    width = await screen.page.evaluate("document.documentElement.scrollWidth")
    for name in _CARDS:
        ends: list[float] = await screen.page.locator(f"{name} *").evaluate_all(
            "all => all.filter((each) => !each.closest('.unseen'))"
            ".map((each) => each.getBoundingClientRect().right)"
        )
        width = max(width, *ends)
    if width > _NARROW["width"]:
        raise AssertionError(f"the page is {width} wide")


async def _languages(screen: Screen) -> None:
    """15. See that the sentence fits two lines of a phone in every language."""
    for language in SPOKEN:
        await screen.page.evaluate(
            "(language) => localStorage.setItem('selectedLanguage',"
            " JSON.stringify(language))",
            language,
        )
        await _show(screen, PHONE)
        await screen.picture(f"phone-{language}")
        box = await _hero(screen).locator("h2").bounding_box()
        if box is None or box["height"] > 2 * 22 * 1.3:
            raise AssertionError(f"{language}: the sentence is {box} large")
    await screen.page.evaluate("localStorage.removeItem('selectedLanguage')")


async def _by_keyboard(screen: Screen) -> None:
    """9. Read a price and move a deadline without a pointer."""
    await _show(screen, DESKTOP)
    keyboard = screen.page.keyboard
    chart = _hero(screen).locator(".chart")
    await chart.focus()
    await keyboard.press("End")
    await expect(_hero(screen).locator(".readout")).to_contain_text("/kWh")
    await keyboard.press("Escape")
    handle = _hero(screen).locator("[data-load] .handle:not(.grip)").first
    name = await handle.get_attribute("aria-label")
    if not name or not name.endswith("ready by"):
        raise AssertionError(f"a handle is called {name}")
    before = await handle.get_attribute("aria-valuetext")
    await handle.focus()
    await keyboard.press("PageUp")
    await expect(handle).not_to_have_attribute("aria-valuetext", before or "")
    # Until the planner has answered, what is said of the cost is a guess.
    cost = _hero(screen).locator(".load b[aria-busy]").first
    await expect(cost).to_have_attribute("aria-busy", "false")
    said = await handle.get_attribute("aria-valuetext")
    # And is read out anew.
    await expect(_hero(screen).locator(".live")).to_have_text(said or "")
    await screen.picture("moved-by-keys")
    await keyboard.press("Escape")
    await expect(handle).to_have_attribute("aria-valuetext", before or "")
    # Started and taken back: what takes a button's place has the focus.
    focused = screen.page.locator("energy-portals-card .acts button:focus")
    await focused.or_(
        _hero(screen).locator(".load .acts button:last-child")
    ).first.focus()
    await keyboard.press("Enter")
    await expect(focused).to_have_text("Undo")
    outline = await focused.evaluate("each => getComputedStyle(each).outlineWidth")
    if outline != "2px":
        raise AssertionError(f"the focus is seen by {outline}")
    await keyboard.press("Enter")
    await expect(focused).to_have_text(re.compile("Now|Start|Stop"))


async def _by_clicks(house: House, screen: Screen) -> None:
    """4. Answer the grid, start and skip a load: a click each, and undone by one."""
    await _show(screen, DESKTOP)
    # 5. What a drag shows is what is kept, where it can be kept.
    services = await house.home_assistant.request("GET", "/api/services")
    ours = next(each["services"] for each in services if each["domain"] == DOMAIN)
    if "reschedule" in ours:
        await _drag(screen)
    lane = _hero(screen).locator(".load").filter(has_text="Dishwasher")
    planned = await lane.locator(".run").first.get_attribute("data-start")
    undo = lane.get_by_role("button", name="Undo")
    start = lane.get_by_role("button", name=re.compile("^(Now|Start)"))
    for is_taken_back in (True, False):
        await start.click()
        await expect(undo).to_be_visible()
        # It is sent at once: the six seconds are for whoever did not mean it.
        await expect(lane).to_have_attribute("data-status", "running", timeout=5000)
        if is_taken_back:
            await undo.click()
            run = lane.locator(".run").first
            await expect(run).to_have_attribute("data-start", planned or "")
    await screen.picture("started")
    await expect(undo).to_be_hidden()
    lane = _hero(screen).locator(".load").filter(has_text="Hot water")
    await lane.get_by_role("button", name="Skip").click()
    await expect(lane.get_by_role("button", name="Undo")).to_be_visible()
    await screen.page.get_by_role("button", name="Accept").click()
    await _none_waits(house, screen)


async def _none_waits(house: House, screen: Screen) -> None:
    """See that all sites of the event were answered."""
    inbox = screen.page.locator("energy-portals-inbox")
    await expect(inbox.get_by_role("button", name="Accept")).to_have_count(0)
    states = await house.home_assistant.request("GET", "/api/states")
    waiting = [
        each["entity_id"]
        for each in states
        if each["entity_id"].startswith("binary_sensor.")
        and each["entity_id"].endswith("answer_needed")
        and each["state"] == "on"
    ]
    if waiting:
        raise AssertionError(f"still waiting: {waiting}")


async def _drag(screen: Screen) -> None:
    """Drag a deadline; the cost beside it is that of the plan that is kept."""
    movable = (
        _hero(screen)
        .locator(".load")
        .filter(has=screen.page.locator(".handle:not(.grip)"))
    )
    # What begins later moves down.
    load = f'.load[data-load="{await movable.first.get_attribute("data-load")}"]'
    lane = _hero(screen).locator(load)
    handle = lane.locator(".handle:not(.grip)")
    box = await handle.bounding_box()
    if box is None:
        raise AssertionError("there is no handle")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = screen.page.mouse
    await mouse.move(x, y)
    await mouse.down()
    await mouse.move(x + 80, y, steps=8)
    cost = lane.locator(".cost b")
    # A guess at first, until the planner answers.
    await expect(cost).to_have_attribute("aria-busy", "false")
    shown = await cost.inner_text()
    await screen.picture("dragged")
    other = await screen.page.context.new_page()
    await other.goto(screen.page.url)
    of_other = other.locator(f"energy-portals-card {load} .cost")
    await expect(of_other).to_be_visible()
    await mouse.up()
    await expect(cost).to_have_count(0)
    await expect(lane.locator(".cost")).to_have_text(shown)
    # Whoever else looks sees it as well, without a reload.
    await expect(of_other).to_have_text(shown)
    await other.close()
