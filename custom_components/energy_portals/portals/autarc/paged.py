"""All pages of a list, one after the other."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from ..http.errors import NotFound, Rejected, UnexpectedResponse
from .bodies import Page

# Of a list of more pages or rows than these only a part is read.
PAGES: Final = 100
ROWS: Final = 20_000

type Ask = Callable[[Sequence[Page]], Awaitable[Page | None]]


async def following(page: Page, ask: Ask) -> list[Page]:
    """Return a page with those that follow it, until one says that it is the last.

    `ask` gets the page after some, None where it must not. A portal that has nothing
    new to say, or does not know what it is asked for, is asked no more: the list is
    then as the last page says, not whole.
    """
    pages = [page]
    known = {bytes(row) for row in page.rows}
    while pages[-1].paging.step is not None and len(pages) < PAGES:
        if len(known) >= ROWS:
            break
        try:
            onward = await ask(pages)
        except NotFound, Rejected, UnexpectedResponse:
            break
        rows = set() if onward is None else {bytes(row) for row in onward.rows}
        if onward is None or (rows and rows <= known):
            break
        pages.append(onward)
        known |= rows
    return pages
