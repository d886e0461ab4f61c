"""How fast the card is beside the one before it, in one run on one machine."""

import asyncio
from datetime import timedelta
import json
from typing import Any, Final

from playwright.async_api import Page
from stage import HOUR, TODAY, curve, load, ms, open_stage, snapshot

from configuration import ROOT

# The card of one module, as it was last.
BEFORE: Final = "custom_components/energy_portals/frontend/energy-portals-card.js"
_RUNS: Final = 7
_SLOW: Final = 4
_TRIES: Final = 4
# Of the time that the card before takes, wide enough for a machine that is busy, too. A
# slot's tick moves lanes and facts as well, of which that had none.
_BARS: Final = {
    "sentence": 1.5,
    "bars": 1.5,
    f"sentence, CPU {_SLOW}x": 2.0,
    "slot tick": 4.0,
}
# Of the time in which all is drawn: what a step of a drag takes.
_STEP: Final = 0.5
_TICK: Final = """(now) => {
  const card = window.card;
  return Math.min(...Array.from({ length: 12 }, (_, i) => {
    Date.now = () => now + i * 900000;
    const start = performance.now();
    card.inner ? card.inner.tick() : card._tick();
    return performance.now() - start;
  }));
}"""
_DRAG: Final = """async () => {
  const { inner } = window.card;
  const timed = (act) => {
    const start = performance.now();
    act();
    window.card.getBoundingClientRect();
    return performance.now() - start;
  };
  const whole = timed(() => {
    inner.made = {};
    inner.root.replaceChildren();
    inner.render();
  });
  const [one] = inner.snap.loads;
  const steps = Array.from({ length: 20 }, (_, i) => timed(() => {
    inner.draft = { id: one.id, ready_by: one.window[1] - i * 900000, cost: 0.5,
      runs: one.runs.map(([a, b, p]) => [a - i * 900000, b - i * 900000, p]) };
    inner.render();
  }));
  return [whole, steps.sort((a, b) => a - b)[10]];
}"""


async def _git(*arguments: str) -> str:
    """Return what git says; nothing where it has no answer."""
    git = await asyncio.create_subprocess_exec(
        *("git", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    printed, _ = await git.communicate()
    return "" if git.returncode else printed.decode()


async def _card_before() -> str | None:
    """Return the module of the card before; None where the history is cut off."""
    # By what took it out, not by its id: that lives on where a history is written anew.
    took_out = await _git(
        *("log", "-1", "--diff-filter=D", "--no-renames", "--format=%H", "--", BEFORE)
    )
    return await _git("show", f"{took_out.strip()}~1:{BEFORE}") or None


def _told() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is shown, and when."""
    now = TODAY + 15 * HOUR + timedelta(minutes=7)
    loads = [
        load(
            number,
            f"Load {number}",
            runs=[(now + 8 * HOUR, now + 10 * HOUR, 1.2)],
            window=(now, now + 15 * HOUR),
        )
        for number in range(3)
    ]
    days = [
        [ms(TODAY + n * 24 * HOUR), ms(TODAY + (n + 1) * 24 * HOUR)] for n in (0, 1)
    ]
    return snapshot(TODAY, curve(TODAY), loads=loads, days=days), {"now": ms(now)}


async def _measured(page: Page, slow: int) -> dict[str, float]:
    """Load the stage anew and return how long things take, ms."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    await page.goto(page.url)
    await page.wait_for_function("window.raced")
    seen: dict[str, float] = await page.evaluate("window.raced")
    _, about = _told()
    if slow > 1:
        return {f"{name}, CPU {slow}x": value for name, value in seen.items()}
    later = about["now"] + 15 * 60_000
    return {**seen, "slot tick": await page.evaluate(_TICK, later)}


async def _both(before: str) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Measure both cards in turn so many times; the first counts for nothing."""
    played = f"window.play = {json.dumps(_told())}"
    old, new = list[dict[str, float]](), list[dict[str, float]]()
    async with open_stage(before) as one, open_stage() as other:
        for page in (one, other):
            await page.add_init_script(played)
        for _ in range(_RUNS + 1):
            for page, found in ((one, old), (other, new)):
                found.append(
                    {**await _measured(page, 1), **await _measured(page, _SLOW)}
                )
    return old[1:], new[1:]


async def as_fast_as_before() -> None:
    """10. Measure the card beside the one before it; hold a drag to a draw."""
    async with open_stage() as page:
        await page.evaluate("([s, a]) => show(s, a)", list(_told()))
        whole, step = await page.evaluate(_DRAG)
        print(f"a step of a drag takes {step / whole:.2f} of a draw")
        if step > _STEP * whole:
            raise AssertionError(f"a step of a drag takes {step / whole:.2f} of a draw")
    before = await _card_before()
    if before is None:
        print("the card before is not in this clone: a full one has it to compare")
        return
    old, new = list[dict[str, float]](), list[dict[str, float]]()
    # On a machine that does much else the fastest run of one may still be a slow one.
    for _ in range(_TRIES):
        for all_, more in zip((old, new), await _both(before), strict=True):
            all_.extend(more)
        ratios = {
            name: min(each[name] for each in new) / min(each[name] for each in old)
            for name in _BARS
        }
        over = [name for name, most in _BARS.items() if ratios[name] > most]
        if not over:
            break
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.2f} of what it took, at most {_BARS[name]}")
    if over:
        raise AssertionError(f"{', '.join(over)}: more than that, {_TRIES} times")
