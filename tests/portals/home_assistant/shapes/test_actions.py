"""Actions of other integrations that answer with prices."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import pytest

from custom_components.energy_portals.portals import Unavailable, UnexpectedResponse
from custom_components.energy_portals.portals.home_assistant.shapes.actions import (
    ACTIONS,
    BY_DOMAIN,
    Asked,
    PriceAction,
    parts_of,
    read_reply,
)
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import Tax
from tests.portals.home_assistant.shapes.cases import CASES, read, rows
from tests.portals.home_assistant.shapes.test_switching import (
    CET,
    DAYS,
    by_hour_and_minute,
    by_wall,
    truth,
)

HELSINKI: Final = ZoneInfo("Europe/Helsinki")
OSLO: Final = ZoneInfo("Europe/Oslo")
TODAY: Final = midnight(date(2026, 12, 1), OSLO)
DAY: Final = timedelta(days=1)


def asked(domain: str, **chosen: object) -> Asked:
    """Return what a user chose."""
    plain = {"domain": domain, "entry": "abc", "currency": "EUR", **chosen}
    return msgspec.convert(plain, Asked)


def requests(
    domain: str, zone: ZoneInfo = OSLO, days: int = 2, **chosen: object
) -> list[Mapping[str, object]]:
    """Return the calls for a span of days of a house."""
    start = midnight(date(2026, 12, 1), zone)
    row = BY_DOMAIN[domain]
    return list(row.requests(asked(domain, **chosen), start, start + days * DAY, zone))


def test_requests_by_market_day() -> None:
    """Each in a call; a local day elsewhere is part of two of them."""
    assert requests("nordpool", part="NO2", currency="NOK") == [
        {"config_entry": "abc", "date": day, "areas": ["NO2"], "currency": "NOK"}
        for day in ("2026-12-01", "2026-12-02")
    ]
    finnish = requests("nordpool", HELSINKI, days=1, part="FI")
    assert [call["date"] for call in finnish] == ["2026-11-30", "2026-12-01"]
    assert requests("omie", days=1, part="pt") == [
        {"date": "2026-12-01", "countries": ["pt"]}
    ]


@pytest.mark.parametrize(
    ("domain", "length", "kind"),
    [("energyzero", "interval", "all_in"), ("easyenergy", "granularity", "invoice")],
)
def test_requests_by_local_day(domain: str, length: str, kind: str) -> None:
    """Each alone, because one without prices would fail the others."""
    first, second = requests(domain, tax="included", step=60, kind=kind)
    assert first == {
        "config_entry": "abc",
        "incl_vat": True,
        "start": "2026-12-01",
        "end": "2026-12-01",
        "price_type": kind,
        length: "hour",
    }
    assert second["start"] == second["end"] == "2026-12-02"
    (plain,) = requests(domain, days=1, tax="excluded", step=15)
    assert (plain["incl_vat"], plain["price_type"]) == (False, "market")
    assert plain[length] == "quarter"


def test_requests_of_a_span() -> None:
    """In one call, with both ends."""
    ends = ("2026-12-01T00:00:00+01:00", "2026-12-03T00:00:00+01:00")
    assert requests("tibber") == [dict(zip(("start", "end"), ends, strict=True))]
    assert requests("entsoe") == [
        {"config_entry": "abc", "start": ends[0], "end": ends[1]}
    ]
    assert requests("tibber_prices") == [
        {"entry_id": "abc", "start_time": ends[0], "end_time": ends[1]}
    ]


def test_requests_of_all_there_is() -> None:
    """As far ahead as it goes."""
    assert requests("green_planet_energy") == [{"config_entry_id": "abc", "hours": 24}]
    assert requests("ecosmart") == [{"device_id": "abc"}]
    for kind in ("general", "feed_in"):
        assert requests("amberelectric", kind=kind) == [
            {"config_entry_id": "abc", "channel_type": kind}
        ]
    (call,) = requests("amberelectric")
    assert call["channel_type"] == "general"


@pytest.mark.parametrize("row", ACTIONS, ids=lambda row: row.domain)
def test_row_says_what_is_needed(row: PriceAction) -> None:
    """A rhythm, a currency or where it is said, and what may be chosen."""
    assert (row.published is None) is (row.every is not None)
    assert row.taxes
    assert row.currency or row.by_entity or row.domain == "nordpool"
    assert row.market(OSLO).key == (row.zone or OSLO.key)
    assert row.has_parts == (row.domain in {"nordpool", "omie", "tibber"})
    assert row.published is None or row.published > time(12)


def test_what_is_not_published_is_nothing() -> None:
    """It is no error, and no price."""
    row = BY_DOMAIN["nordpool"]
    reading = read_reply(row, asked("nordpool", part="FI"), {"FI": []}, OSLO)
    assert not reading.published
    empty = read_reply(
        BY_DOMAIN["tibber_prices"],
        asked("tibber_prices"),
        {"success": True, "price_info": []},
        OSLO,
    )
    assert not empty.published
    with pytest.raises(Unavailable):
        read_reply(
            BY_DOMAIN["tibber_prices"],
            asked("tibber_prices"),
            {"success": False, "reason": "no internet", "price_info": []},
            OSLO,
        )


@pytest.mark.parametrize(
    ("domain", "reply"),
    [
        ("nordpool", {"SE3": []}),
        ("nordpool", {"FI": None}),
        ("nordpool", []),
        ("nordpool", None),
        ("nordpool", {"FI": [{"start": "2026-12-01T00:00:00Z", "value": 3}]}),
        ("tibber", {"prices": {"Home": [{"startsAt": "x", "price": 1}]}}),
        ("tibber", {"prices": []}),
        ("energyzero", {"gas": []}),
        ("amberelectric", {"forecasts": [{"per_kwh": 1}]}),
    ],
)
def test_another_reply_is_refused(domain: str, reply: object) -> None:
    """With what was expected, and without its values."""
    row = BY_DOMAIN[domain]
    with pytest.raises(UnexpectedResponse) as raised:
        read_reply(row, asked(domain, part="FI"), reply, OSLO)
    assert raised.value.operation == f"{domain}.{row.action}"
    assert row.keys.value in raised.value.detail
    assert "FI" not in raised.value.detail


def test_parts_of_a_reply() -> None:
    """Areas, countries and homes."""
    tibber = CASES["tibber"]
    assert parts_of(BY_DOMAIN["tibber"], tibber.reply) == ("Home", "Cabin")
    assert parts_of(BY_DOMAIN["nordpool"], {"FI": [], "EE": []}) == ("FI", "EE")
    for reply in (None, {}, {"prices": None}):
        assert parts_of(BY_DOMAIN["tibber"], reply) == ()


def test_a_home_of_several() -> None:
    """Each has its own prices, in its own currency."""
    tibber = CASES["tibber"]
    assert tibber.asked is not None
    cabin = msgspec.structs.replace(tibber.asked, part="Cabin", currency="NOK")
    reading = read(msgspec.structs.replace(tibber, asked=cabin))
    assert [row[2] for row in rows(reading.published)] == [5.73, 5.64]
    assert reading.currency == "NOK"


@pytest.mark.parametrize("day", DAYS)
def test_market_days_on_which_the_clock_changes(day: date) -> None:
    """Core's omie labels them wrongly; what it lost is left out."""
    items = [
        {
            "start": item.start.astimezone(OSLO).isoformat(),
            "end": item.end and item.end.astimezone(OSLO).isoformat(),
            "price": item.value,
        }
        for item in by_wall(day)
        if isinstance(item.start, datetime) and isinstance(item.end, datetime)
    ]
    reading = read_reply(
        BY_DOMAIN["omie"], asked("omie", part="es"), {"es": items}, OSLO
    )
    told = {slot.start: slot.value for slot in reading.published}
    right = truth(day)
    assert told.items() <= right.items()
    assert len(right) - len(told) == (4 if day.month == 3 else 0)
    assert all(
        slot.end - slot.start == timedelta(minutes=15) for slot in reading.published
    )


@pytest.mark.parametrize("day", DAYS)
def test_local_days_on_which_the_clock_changes(day: date) -> None:
    """Core's green_planet_energy cannot tell the two passes of an hour apart."""
    items = [
        {
            "start": item.start.astimezone(CET).isoformat(),
            "end": item.end.astimezone(CET).isoformat(),
            "price": item.value,
        }
        for item in by_hour_and_minute(day, midnight(day, CET))
        if isinstance(item.start, datetime) and isinstance(item.end, datetime)
    ]
    row = BY_DOMAIN["green_planet_energy"]
    reading = read_reply(row, asked(row.domain), {"prices": items}, CET)
    told = {slot.start: slot.value for slot in reading.published}
    assert told.items() <= truth(day).items()
    assert len(truth(day)) - len(told) == (8 if day.month == 10 else 0)
    assert all(
        slot.end - slot.start == timedelta(minutes=15) for slot in reading.published
    )


def test_tibber_prices_reply() -> None:
    """Total is what is charged."""
    items = [
        {"startsAt": f"2026-12-01T0{hour}:00:00+01:00", "total": 0.3, "energy": 0.1}
        for hour in range(4)
    ]
    reading = read_reply(
        BY_DOMAIN["tibber_prices"],
        asked("tibber_prices", tax="included"),
        {"success": True, "price_info": items},
        OSLO,
    )
    assert [row[2] for row in rows(reading.published)] == [0.3] * 4
    assert reading.tax is Tax.INCLUDED
    assert reading.published.slots[0].start == TODAY
    assert reading.published.slots[0].start.tzinfo is UTC
