"""Whether the page is laid out as it was drawn: what comes first, and how large."""

from itertools import pairwise
from typing import Final

from playwright.async_api import Page

# Of each part, in the order in which it is read: width and height in the drawing of a
# phone and in that of a desktop. What lies below a drawing's edge is not in it.
_CARD: Final = "energy-portals-card"
_DRAWN: Final[dict[str, tuple[tuple[int, int] | None, tuple[int, int]]]] = {
    "energy-portals-inbox": ((372, 58), (992, 59)),
    f"{_CARD} .head": ((348, 101), (696, 73)),
    f"{_CARD} .chart": ((348, 167), (696, 202)),
    f"{_CARD} .lanes": ((348, 214), (696, 225)),
    f"{_CARD} .rail": ((348, 155), (236, 505)),
    "hui-tile-card": (None, (242, 56)),
}
_WIDE: Final = 860
# Of the screen.
_WITHIN: Final = 0.1


async def shaped_as_drawn(page: Page) -> None:
    """16. Hold order and proportions of the page to its drawings."""
    screen = page.viewport_size
    if screen is None:
        raise AssertionError("the page has no size")
    is_wide = screen["width"] >= _WIDE
    boxes = []
    for part, drawn in _DRAWN.items():
        if (wanted := drawn[is_wide]) is None:
            continue
        box = await page.locator(part).first.bounding_box()
        if box is None:
            raise AssertionError(f"{part} is not there")
        across = abs(box["width"] - wanted[0]) / screen["width"]
        down = abs(box["height"] - wanted[1]) / screen["height"]
        if max(across, down) > _WITHIN:
            raise AssertionError(f"{part} is {box} on {screen}, drawn {wanted}")
        boxes.append((part, box))
    for (first, above), (second, below) in pairwise(boxes):
        # The facts are on the right of all else on a wide screen.
        is_beside = is_wide and second.endswith(".rail")
        if is_beside and below["x"] >= above["x"] + above["width"]:
            continue
        if is_beside or below["y"] < above["y"]:
            raise AssertionError(f"{second} is at {below}, {first} at {above}")
