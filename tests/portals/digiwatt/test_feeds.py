"""Digiwatt's feeds: what is asked for, how often, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import Feed, FeedRequest, Site
from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from custom_components.energy_portals.portals.digiwatt.feeds import (
    COMPARED,
    FEEDS,
    HABITS_OF,
    SITES,
    PerPeriod,
    TariffMonths,
    tariff_month,
)
from custom_components.energy_portals.portals.digiwatt.reads import ZONE
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    NotFound,
    PathNotFound,
    PortalError,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.periods import Period, bounds
from custom_components.energy_portals.portals.model.power import PowerNow
from custom_components.energy_portals.portals.model.series import Changing
from custom_components.energy_portals.portals.rhythms import Every
from tests.portals.digiwatt.conftest import NOW
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

NUMBER = "1234567890"
FEED: dict[str, Feed[DigiwattClient, Any]] = {feed.key: feed for feed in FEEDS}
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
# 00:00 in Rome on the day of the autumn change, on the next, and of the next month.
MIDNIGHT = datetime(2026, 10, 24, 22, tzinfo=UTC)
NEXT_MIDNIGHT = datetime(2026, 10, 25, 23, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 10, 31, 23, tzinfo=UTC)


def request_at(
    now: datetime = NOW, held: Mapping[str, Any] | None = None
) -> FeedRequest[Any]:
    sites = (Site(key=NUMBER, name="Home"),)
    return FeedRequest(now=now, sites=sites, held=held or {}, given=None)


async def fetch(
    client: DigiwattClient, key: str, request: FeedRequest[Any] | None = None
) -> Any:
    data, _ = await fetch_in_part(client, key, request or request_at())
    return data


async def fetch_in_part(
    client: DigiwattClient, key: str, request: FeedRequest[Any]
) -> tuple[Any, list[type[PortalError]]]:
    """Return what came, and the kinds of errors of what did not."""
    fetched = await FEED[key].fetch(client, request)
    assert set(fetched.data) == {NUMBER}
    assert not fetched.refused
    return fetched.data[NUMBER], [type(problem) for problem in fetched.problems]


async def error_of(client: DigiwattClient, feed: Feed[Any, Any]) -> PortalError:
    with pytest.raises(PortalError) as caught:
        await feed.fetch(client, request_at())
    return caught.value


def asked(digiwatt: DigiwattSandbox) -> list[str]:
    """Return what was asked for, as the end of each path."""
    return [call.path for call in digiwatt.calls if call.operation != "token"]


# What each asks for


async def test_the_site(client: DigiwattClient, digiwatt: DigiwattSandbox) -> None:
    sites = (await SITES.fetch(client, request_at())).data
    assert [(key, site.key, site.name) for key, site in sites.items()] == [
        (NUMBER, NUMBER, f"Digiwatt {NUMBER}")
    ]
    digiwatt.remove_account()
    assert isinstance(await error_of(client, SITES), NotFound)


@pytest.mark.parametrize(
    ("key", "paths"),
    [
        ("live_power", [f"/consumption/{NUMBER}/realtime"]),
        ("green_windows", ["/greenness"]),
        ("energy", [f"/consumption/{NUMBER}/totals/{period}" for period in Period]),
        (
            "comparison",
            [
                f"/consumption/{NUMBER}/performance/{period}"
                for period in ("this-month", "last-month")
            ],
        ),
        ("habits", [f"/consumption/{NUMBER}/habits/last-seven-days"]),
        ("tariff_periods", [f"/analytics/{NUMBER}/trend"]),
        ("saving", [f"/saving/{NUMBER}"]),
    ],
)
async def test_calls(
    client: DigiwattClient, digiwatt: DigiwattSandbox, key: str, paths: list[str]
) -> None:
    assert await fetch(client, key) is not None
    assert asked(digiwatt) == paths


async def test_data(client: DigiwattClient) -> None:
    assert await fetch(client, "live_power") == await client.realtime()
    assert await fetch(client, "green_windows") == await client.greenness()
    assert await fetch(client, "habits") == await client.habits(HABITS_OF)
    assert await fetch(client, "saving") == await client.saving()
    energy, comparison = (
        await fetch(client, "energy"),
        await fetch(client, "comparison"),
    )
    for period in Period:
        assert energy.value(period, NOW) == await client.totals(period)
    for period in COMPARED:
        assert comparison.value(period, NOW) == await client.performance(period)
    assert comparison.value(Period.YESTERDAY, NOW) is None
    assert comparison.start(Period.YESTERDAY) is None


def test_kinds() -> None:
    assert {key: set(feed.kinds) for key, feed in FEED.items() if feed.kinds} == {
        "live_power": {PowerNow},
        "green_windows": {GreenOutlook},
    }
    for key, data in (
        ("live_power", PowerNow(watts=1)),
        ("green_windows", GreenOutlook(share=1)),
    ):
        (take,) = FEED[key].kinds.values()
        assert take(data) is data


# Rhythms


def test_rhythms() -> None:
    minute = timedelta(minutes=1)
    assert {feed.key: feed.rhythm for feed in (SITES, *FEEDS)} == {
        "sites": Every(interval=6 * HOUR, jitter=30 * minute),
        "live_power": Every(interval=minute),
        "green_windows": Every(interval=30 * minute, jitter=5 * minute),
        "energy": Every(interval=HOUR, jitter=5 * minute, day_in=ZONE),
        "comparison": Every(interval=6 * HOUR, jitter=30 * minute, day_in=ZONE),
        "habits": Every(interval=6 * HOUR, jitter=30 * minute, day_in=ZONE),
        "tariff_periods": Every(interval=6 * HOUR, jitter=30 * minute, day_in=ZONE),
        "saving": Every(interval=6 * HOUR, jitter=30 * minute, day_in=ZONE),
    }


# In part


async def test_a_period_that_fails_keeps_what_is_known(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    before = await fetch(client, "energy")
    digiwatt.fail("consumption_totals", Fault(kind="status", status=404))
    digiwatt.household.correct(MIDNIGHT - 24 * HOUR, NOW, 500)
    request = request_at(NOW + HOUR / 2, {NUMBER: before})
    after, problems = await fetch_in_part(client, "energy", request)
    first, *others = Period
    assert problems == [PathNotFound]
    assert after.value(first, NOW) == before.value(first, NOW)
    # What came is what the portal says now, not what was held.
    for period in others:
        assert after.value(period, NOW) == await client.totals(period)
    assert after.value(Period.THIS_WEEK, NOW) != before.value(Period.THIS_WEEK, NOW)


@pytest.mark.parametrize("failed", [Period.YESTERDAY, Period.THIS_WEEK])
async def test_what_is_kept_is_not_kept_over_a_day(
    client: DigiwattClient, digiwatt: DigiwattSandbox, failed: Period
) -> None:
    """Yesterday's yesterday is not yesterday, nor is a week up to it this week."""
    before = await fetch(client, "energy", request_at(NEXT_MIDNIGHT - MOMENT))
    assert before.value(failed, NEXT_MIDNIGHT - MOMENT) is not None
    for period in Period:
        fault = Fault(kind="remove", path="data.total")
        if period is not failed:
            fault = replace(fault, kind="delay")
        digiwatt.fail("consumption_totals", fault)
    request = request_at(NEXT_MIDNIGHT, {NUMBER: before})
    after, problems = await fetch_in_part(client, "energy", request)
    assert problems == [UnexpectedResponse]
    for period in Period:
        value = after.value(period, NEXT_MIDNIGHT)
        assert (value is None) is (period is failed)


async def test_what_is_kept_holds_as_long_as_its_days_do(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    """Last month is the same last month all month long, and not a moment longer."""
    before = await fetch(client, "comparison", request_at(MIDNIGHT))
    held = before.value(Period.LAST_MONTH, MIDNIGHT)
    assert held is not None
    assert before.value(Period.LAST_MONTH, NEXT_MONTH - MOMENT) == held
    assert before.value(Period.LAST_MONTH, NEXT_MONTH) is None
    assert before.value(Period.THIS_MONTH, NEXT_MIDNIGHT - MOMENT) is not None
    assert before.value(Period.THIS_MONTH, NEXT_MIDNIGHT) is None
    assert before.value(Period.THIS_MONTH, NEXT_MONTH) is None
    assert before.start(Period.LAST_MONTH) == datetime(2026, 8, 31, 22, tzinfo=UTC)


async def test_what_another_account_held_is_not_ours(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    held = {"other": await fetch(client, "energy")}
    digiwatt.fail("consumption_totals", Fault(kind="status", status=404))
    after = await fetch(client, "energy", request_at(held=held))
    assert after.value(Period.YESTERDAY, NOW) is None


async def test_nothing_comes_of_a_refused_account(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    """The first period comes; the second says that no other would."""
    digiwatt.fail("consumption_totals", Fault(kind="delay"))
    digiwatt.fail("consumption_totals", Fault(kind="status", status=401, times=2))
    assert type(await error_of(client, FEED["energy"])) is AuthError
    assert len(asked(digiwatt)) == 3


async def test_what_came_before_a_pause_stays(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.fail("consumption_totals", Fault(kind="delay"))
    digiwatt.fail("consumption_totals", Fault(kind="status", status=429))
    energy, problems = await fetch_in_part(client, "energy", request_at())
    assert list(energy.periods) == [Period.YESTERDAY]
    assert problems == [RateLimited]
    assert len(asked(digiwatt)) == 2


@pytest.mark.parametrize("key", FEED)
async def test_a_feed_that_fails_says_so(
    client: DigiwattClient, digiwatt: DigiwattSandbox, key: str
) -> None:
    await client.check_account()
    digiwatt.fail("*", Fault(kind="status", status=503, times=None))
    assert type(await error_of(client, FEED[key])) is Unavailable


# As time goes by


def test_periods_change_their_days_at_midnight() -> None:
    nothing: PerPeriod[int] = PerPeriod({})
    tariffs = TariffMonths({})
    for data in (nothing, tariffs):
        assert isinstance(data, Changing)
        assert data.next_change(MIDNIGHT - MOMENT) == MIDNIGHT
        assert data.next_change(MIDNIGHT) == NEXT_MIDNIGHT
        assert data.next_change(NEXT_MIDNIGHT - MOMENT) == NEXT_MIDNIGHT
    assert bounds(Period.THIS_WEEK, MIDNIGHT, ZONE).end == NEXT_MIDNIGHT


def test_tariff_months() -> None:
    tariffs = TariffMonths(
        {
            "2026-11": {"F1": 1.0},
            "2026-10": {"F1": 2.0, "F2": None, "F0": 4.0},
            "2025-12": {"F3": 3.0},
        }
    )
    assert tariffs.bands() == ("F0", "F1", "F2", "F3")
    assert tariffs.energy("F1", 0, NEXT_MONTH - MOMENT) == 2
    assert tariffs.energy("F1", 0, NEXT_MONTH) == 1
    assert tariffs.energy("F1", 1, NEXT_MONTH) == 2
    assert tariffs.energy("F2", 1, NEXT_MONTH) is None
    assert tariffs.energy("F9", 1, NEXT_MONTH) is None
    assert tariffs.energy("F1", 2, NEXT_MONTH) is None
    assert tariffs.energy("F3", 1, datetime(2026, 1, 15, tzinfo=UTC)) == 3


@pytest.mark.parametrize(
    ("back", "now", "start"),
    [
        (0, NEXT_MONTH, NEXT_MONTH),
        (0, NEXT_MONTH - MOMENT, datetime(2026, 9, 30, 22, tzinfo=UTC)),
        (1, NEXT_MONTH, datetime(2026, 9, 30, 22, tzinfo=UTC)),
        (1, datetime(2026, 1, 15, tzinfo=UTC), datetime(2025, 11, 30, 23, tzinfo=UTC)),
    ],
)
def test_tariff_month(back: int, now: datetime, start: datetime) -> None:
    assert tariff_month(back, now) == start


async def test_the_trend_by_month(client: DigiwattClient) -> None:
    tariffs = await fetch(client, "tariff_periods")
    assert tariffs.bands() == ("F1", "F2", "F3")
    *_, previous, current = await client.trend()
    for band in ("F1", "F2", "F3"):
        assert tariffs.energy(band, 0, NOW) == current.split[band]
        assert tariffs.energy(band, 1, NOW) == previous.split[band]
