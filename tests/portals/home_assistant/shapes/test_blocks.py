"""A week of blocks, as a schedule helper has it."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals import UnexpectedResponse
from custom_components.energy_portals.portals.home_assistant.shapes.blocks import (
    Block,
    block_prices,
    read_blocks,
)
from tests.portals.home_assistant.shapes.cases import rows

ZURICH: Final = ZoneInfo("Europe/Zurich")
NAME: Final = "schedule.high"
PRICES: Final = {True: 0.42, False: 0.3}


def week(**days: object) -> dict[str, object]:
    """Return a reply with blocks on some days."""
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    return {NAME: {name: [] for name in (*names, "sunday")} | days}


def block(start: object, end: object, **data: object) -> dict[str, object]:
    """Return a block."""
    return {"from": start, "to": end, **({"data": data} if data else {})}


@pytest.mark.parametrize("whole", ["24:00:00", "24:00", time.max, "23:59:59.999999"])
def test_blocks(whole: object) -> None:
    """As objects and text; a day ends at its last moment."""
    reply = week(
        monday=[block(time(7), "20:00:00"), block("21:30", whole, price=0.5)],
        sunday=[block("00:00:00", whole, other=1)],
    )
    assert read_blocks(reply, NAME) == (
        Block(0, 7 * 60, 20 * 60),
        Block(0, 21 * 60 + 30, 24 * 60, 0.5),
        Block(6, 0, 24 * 60),
    )


@pytest.mark.parametrize(
    "reply",
    [
        None,
        {},
        {NAME: None},
        {NAME: {}},
        {"schedule.other": week()[NAME]},
        week(monday=None),
        week(monday=[{"from": "07:00"}]),
        week(monday=[block("08:00", "07:00")]),
        week(monday=[block("7 o'clock", "08:00")]),
        week(monday=["07:00"]),
        week(monday=[block("0" * 50, "08:00")]),
    ],
)
def test_others_are_refused(reply: object) -> None:
    """A tariff is not read in part."""
    with pytest.raises(UnexpectedResponse):
        read_blocks(reply, NAME)


def test_prices_of_a_span() -> None:
    """Over midnight, with a block's own price; neighbours alike are one."""
    blocks = read_blocks(
        week(
            friday=[block("07:00", "20:00")],
            saturday=[block("07:00", "13:00", price=0.4)],
            sunday=[block("00:00", "24:00")],
        ),
        NAME,
    )
    span = (
        datetime(2026, 11, 27, 11, tzinfo=UTC),
        datetime(2026, 11, 30, 6, tzinfo=UTC),
    )
    assert rows(block_prices(blocks, PRICES, span, ZURICH)) == (
        ("2026-11-27T11:00:00Z", "2026-11-27T19:00:00Z", 0.42),
        ("2026-11-27T19:00:00Z", "2026-11-28T06:00:00Z", 0.3),
        ("2026-11-28T06:00:00Z", "2026-11-28T12:00:00Z", 0.4),
        ("2026-11-28T12:00:00Z", "2026-11-28T23:00:00Z", 0.3),
        ("2026-11-28T23:00:00Z", "2026-11-29T23:00:00Z", 0.42),
        ("2026-11-29T23:00:00Z", "2026-11-30T06:00:00Z", 0.3),
    )


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 10, 25, tzinfo=ZURICH),
        datetime(2026, 3, 29, tzinfo=ZURICH),
        datetime(2026, 11, 29, tzinfo=ZURICH),
    ],
)
def test_every_minute_by_the_clock(day: datetime) -> None:
    """On days of 23 and 25 hours too, with blocks that begin in the odd hour."""
    bounds = [(0, 150), (165, 180), (200, 1440)]
    blocks = [
        Block(6, *each, price) for each, price in zip(bounds, (1, 2, 3), strict=True)
    ]
    start = day.astimezone(UTC)
    end = (day + timedelta(days=1)).astimezone(UTC)
    prices = block_prices(blocks, PRICES, (start, end), ZURICH)
    moment = start
    while moment < end:
        local = moment.astimezone(ZURICH)
        minute = local.hour * 60 + local.minute
        own = [each.price for each in blocks if each.start <= minute < each.end]
        slot = prices.at(moment)
        assert slot is not None
        assert slot.value == (own[0] if own else 0.3)
        moment += timedelta(minutes=1)
    assert not block_prices(blocks, PRICES, (start, start), ZURICH)
