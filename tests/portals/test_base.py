"""When a feed is fetched, and what becomes of one that comes in part."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.contract import gather_parts
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    InvalidInput,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.rhythms import Every

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 10, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIVE = timedelta(minutes=5)

# Rhythms


@pytest.mark.parametrize(("spread", "minutes"), [(0, 60), (0.5, 62.5), (0.8, 64)])
def test_an_interval_is_lengthened_by_the_spread(spread: float, minutes: float) -> None:
    every = Every(interval=HOUR, jitter=FIVE)
    assert every.pause(NOW, spread) == timedelta(minutes=minutes)
    assert Every(interval=HOUR).pause(NOW, spread) == HOUR


@pytest.mark.parametrize(
    ("now", "spread", "seconds"),
    [
        # Midnight in Rome is 22:00 UTC before, and 23:00 after the autumn change.
        (datetime(2026, 10, 24, 20, 59, 59, tzinfo=UTC), 0, 3600),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), 0, 1810),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), 0.5, 1810 + 150),
        (datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC), 0, 11),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), 0, 3600),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), 0, 1810),
        (datetime(2026, 3, 29, 21, 30, tzinfo=UTC), 0, 1810),
    ],
)
def test_a_new_day_is_fetched_soon_after_it_begins(
    now: datetime, spread: float, seconds: float
) -> None:
    every = Every(interval=HOUR, jitter=FIVE, day_in=ROME)
    assert every.pause(now, spread) == timedelta(seconds=seconds)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from([HOUR, 6 * HOUR, 30 * HOUR]),
)
@example(datetime(2026, 3, 28, 23, tzinfo=UTC), 0.0, 30 * HOUR)
@example(datetime(2026, 10, 24, 22, tzinfo=UTC), 0.0, 30 * HOUR)
def test_no_day_is_left_out(now: datetime, spread: float, interval: timedelta) -> None:
    """The fetch comes after now, no later than planned, and within the next day."""
    every = Every(interval=interval, jitter=FIVE, day_in=ROME)
    pause = every.pause(now, spread)
    assert timedelta() < pause <= interval + FIVE
    days = (now + pause).astimezone(ROME).date() - now.astimezone(ROME).date()
    assert days <= timedelta(days=1)
    if days:
        local = (now + pause).astimezone(ROME)
        since = local.hour * HOUR + timedelta(
            minutes=local.minute, seconds=local.second
        )
        assert since <= FIVE + timedelta(seconds=10)


# Parts


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


# Errors


def test_errors_say_what_a_message_needs() -> None:
    assert str(NotFound("op")) == "op"
    assert str(NotFound("op", "HTTP 404")) == "op: HTTP 404"
    assert NotFound("op").placeholders() == {"operation": "op", "detail": "-"}
    error = UnexpectedResponse("op", "x is missing", {"a": "string"})
    assert error.placeholders() == {
        "operation": "op",
        "detail": "x is missing",
        "skeleton": "{'a': 'string'}",
    }
    assert InvalidInput("no_residents").key == "no_residents"
