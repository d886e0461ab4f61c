"""The card on plans that no demo has: at any hour, on any width, with any runs."""

from datetime import timedelta
from itertools import cycle
from random import Random
import re
from typing import Final

from axe import check_axe
from playwright.async_api import Page, ViewportSize, expect
from stage import (
    HOUR,
    TODAY,
    WWW,
    any_plans,
    curve,
    load,
    ms,
    open_stage,
    show,
    snapshot,
)

CARD: Final = "energy-portals-card"
_WIDTHS: Final = (320, 390, 760, 1040)
_EVERY: Final = 3
SPOKEN: Final = sorted(path.stem for path in (WWW / "words").iterdir())
# One is written from the right, and has no words here.
_LANGUAGES: Final = (*SPOKEN, "he")
TARGET: Final = 44
# What is written smaller than 12 px, what is pressed and smaller than it should be, and
# what reaches over the edge of the page.
_SMALL: Final = """([names, target]) => {
  const all = [];
  const walk = (root) => root.querySelectorAll("*").forEach((each) => {
    all.push(each);
    if (each.shadowRoot) walk(each.shadowRoot);
  });
  walk(document);
  const wide = document.documentElement.clientWidth;
  const cards = all.filter((each) => names.includes(each.localName));
  return cards.flatMap((card) => [...card.shadowRoot.querySelectorAll("*")])
    .flatMap((each) => {
      const box = each.getBoundingClientRect();
      if (each.closest(".unseen, style") || !box.width) return [];
      const has = [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      const size = parseFloat(getComputedStyle(each).fontSize);
      const isPressed = each.matches("button, a.button, select, .handle");
      const least = Math.min(box.width, box.height);
      const what = `${each.localName}.${each.getAttribute("class")}`;
      return [
        has && size < 12 && `${what}: ${size} px of text`,
        isPressed && least < target - 0.5 && `${what}: ${box.width} x ${box.height}`,
        !each.closest(".scroll, ul") && box.right > wide + 0.5
          && `${what} ends at ${box.right}`,
      ].filter(Boolean);
    });
}"""


async def check_sizes(page: Page, what: str, *names: str) -> None:
    """Hold texts to 12 px, what is pressed to 44 px, and all to the page's width."""
    if small := await page.evaluate(_SMALL, [list(names), TARGET]):
        raise AssertionError(f"{what}: {small}")


async def whatever_the_plan() -> None:
    """8. Hold the card to what people need at each hour, on every width."""
    languages = cycle(_LANGUAGES)
    async with open_stage() as page:
        for hour in range(0, 24, _EVERY):
            for width in (_WIDTHS[hour // 3 % 4], _WIDTHS[(hour // 3 + 2) % 4]):
                await page.set_viewport_size(ViewportSize(width=width, height=900))
                now = TODAY + hour * HOUR + timedelta(minutes=7)
                told = snapshot(
                    TODAY,
                    curve(TODAY, 1 if hour < 13 else 2),
                    loads=any_plans(Random(hour * width), now),  # noqa: S311
                )
                dark = bool((hour // _EVERY + width // 10) % 2)
                language = next(languages)
                about = {"dark": dark, "language": language}
                about["dir"] = "rtl" if language == "he" else "ltr"
                what = f"{width} px at {hour}:07, {about}"
                await show(page, told, now=ms(now), **about)
                await check_axe(page, what, CARD)
                await check_sizes(page, what, CARD)


async def what_runs_before_its_plan() -> None:
    """8. Say of what runs unplanned no end: the plan's is of another run."""
    now = TODAY + 15 * HOUR
    async with open_stage() as page:
        lane = page.locator(CARD).locator(".load")
        for start, says_until in ((now - HOUR, True), (now + 9 * HOUR, False)):
            one = load(1, "Car", running=True, runs=[(start, start + 2 * HOUR, 1.2)])
            await show(page, snapshot(TODAY, curve(TODAY), loads=[one]), now=ms(now))
            await expect(lane).to_contain_text(re.compile(r"\brunning\b"))
            if ("running until" in await lane.inner_text()) is not says_until:
                raise AssertionError(await lane.inner_text())
