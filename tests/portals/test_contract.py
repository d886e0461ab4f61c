"""What becomes of a feed that comes in part."""

from datetime import UTC, datetime, timedelta
from operator import attrgetter
import re

import pytest

from custom_components.energy_portals.portals.contract import (
    Feed,
    FeedRequest,
    Fetched,
    gather_parts,
)
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.rhythms import Every

NOW = datetime(2026, 10, 25, 12, tzinfo=UTC)


class Source:
    """Answers a part with its own name, or fails as told."""

    def __init__(self, **errors: PortalError) -> None:
        """Take the errors by part."""
        self.errors = errors
        self.asked: list[str] = []

    async def fetch(self, part: str) -> str:
        """Answer a part."""
        self.asked.append(part)
        if part in self.errors:
            raise self.errors[part]
        return part.upper()


async def test_all_parts() -> None:
    source = Source()
    came, problems = await gather_parts(iter("abc"), source.fetch)
    assert came == {"a": "A", "b": "B", "c": "C"}
    assert source.asked == ["a", "b", "c"]
    assert problems == ()
    assert await gather_parts((), source.fetch) == ({}, ())


@pytest.mark.parametrize(
    "first",
    [
        NotFound("one"),
        Forbidden("one"),
        Rejected("one"),
        Unavailable("one", passing=True),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_part_that_fails_is_noted(first: PortalError) -> None:
    last = UnexpectedResponse("two", "x")
    source = Source(a=first, c=last)
    assert await gather_parts("abc", source.fetch) == ({"b": "B"}, (first, last))


async def test_the_first_error_is_raised_when_no_part_came() -> None:
    errors = {part: NotFound(part) for part in "abc"}
    source = Source(**errors)
    with pytest.raises(NotFound) as caught:
        await gather_parts("abc", source.fetch)
    assert caught.value is errors["a"]
    assert source.asked == ["a", "b", "c"]


async def test_refused_credentials_hold_for_all_parts() -> None:
    error = AuthError("b")
    source = Source(b=error)
    with pytest.raises(AuthError) as caught:
        await gather_parts("abc", source.fetch)
    assert caught.value is error
    assert source.asked == ["a", "b"]


@pytest.mark.parametrize(
    "error",
    [RateLimited("b", retry_after=9), Unavailable("b", "no answer in time")],
    ids=["pause", "time-out"],
)
async def test_what_came_before_a_pause_is_kept(error: PortalError) -> None:
    """The rest is not tried: it would wait as long, or break the pause."""
    source = Source(b=error)
    assert await gather_parts("abc", source.fetch) == ({"a": "A"}, (error,))
    assert source.asked == ["a", "b"]


@pytest.mark.parametrize(
    "error", [RateLimited("a", retry_after=9), Unavailable("a", "no answer in time")]
)
async def test_a_pause_before_any_part_is_raised(error: PortalError) -> None:
    source = Source(a=error)
    with pytest.raises(type(error)) as caught:
        await gather_parts("abc", source.fetch)
    assert caught.value is error
    assert source.asked == ["a"]


async def test_an_error_in_our_own_code_is_not_swallowed() -> None:
    async def fetch(part: str) -> str:
        raise KeyError(part)

    with pytest.raises(KeyError):
        await gather_parts("ab", fetch)


# What a fetch is given


class Watched:
    """Surroundings that note what is asked of them."""

    def __init__(self) -> None:
        """Begin with nothing asked for."""
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> tuple[str, ...]:
        """Give anything, by its name."""
        self.asked.append(name)
        return (name,)


@pytest.mark.parametrize(
    "needed", [None, "options", "subentries", "webhook_target", "sources"]
)
def test_a_feed_is_given_what_it_needs_and_nothing_else_is_made(
    needed: str | None,
) -> None:
    async def fetch(client: object, request: object) -> Fetched[int]:
        return Fetched({})

    needs = None if needed is None else attrgetter(needed)
    every = Every(interval=timedelta(hours=1))
    feed = Feed(key="f", fetch=fetch, rhythm=every, needs=needs)
    surroundings = Watched()
    request = feed.request(NOW, (), {"a": 1}, surroundings)
    assert request.given == (None if needed is None else (needed,))
    assert surroundings.asked == ([] if needed is None else [needed])
    assert (request.now, request.sites, request.held) == (NOW, (), {"a": 1})


@pytest.mark.parametrize("kind", [FeedRequest, Fetched])
def test_nothing_is_handed_over_to_be_filled(kind: type) -> None:
    """A request cannot carry anything out, nor an answer be added to."""
    assert kind.__dataclass_params__.frozen
    for name, annotation in kind.__annotations__.items():
        assert not re.search(r"\b(list|set|dict)\b", str(annotation)), name
