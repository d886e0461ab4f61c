"""Digiwatt's shares, splits, habits and bands: the truth, or nothing."""

from collections import Counter
from typing import Any

import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.digiwatt.bodies import T0, body_of, read
from tests.portals.digiwatt.test_reads_truth import DAY0, HOUR, refused_or, text

# The renewable share


def shares(data: Any) -> tuple[float | None, list[float | None]]:
    outlook = read("greenness", data)
    return outlook.share, [slot.value for slot in outlook.windows]


def outlook(share: Any, *windows: Any, **members: Any) -> dict[str, Any]:
    return {
        "percentage": share,
        "windows": [
            {"start": text(2 * n), "stop": text(2 * n + 1), "percentage": value}
            for n, value in enumerate(windows)
        ],
        **members,
    }


@pytest.mark.parametrize(
    ("data", "share", "windows"),
    [
        (outlook(0.415, 0.58, 0.9), 41.5, [58, 90]),
        (outlook(0.415), 41.5, []),
        (outlook(0, 0.58), 0, [58]),
        (outlook(1, 0.58), 100, [58]),
        (outlook(None, 0.58), None, [58]),
        # One above says that all are percent.
        (outlook(0.4, 58), 0.4, [58]),
        (outlook(41.5, 0.9), 41.5, [0.9]),
        (outlook(1, 58), 1, [58]),
        # What is said counts before what it looks like.
        (outlook(0.4, unit="%"), 0.4, []),
        (outlook(0.4, isFraction=True), 40, []),
        (outlook(1, unit="fraction"), 100, []),
        (outlook("0.4 %"), 0.4, []),
        (outlook(0), 0, []),
        (outlook(0, 0), 0, [0]),
        # One of a hundred, or all: nobody can tell.
        (outlook(1), None, []),
        (outlook(1, 1), None, [None]),
        (outlook(0, 1), None, [None]),
        (outlook(101), None, []),
        (outlook(-0.1), None, []),
        (outlook(40, unit="kWh"), None, []),
    ],
)
def test_shares_as_fractions(
    data: Any, share: float | None, windows: list[float | None]
) -> None:
    found = shares(data)
    if share == 0:
        # Nought is nought in either scale; or it is not told.
        assert found[0] in {0, None}
        for each, right in zip(found[1], windows, strict=True):
            assert each is None or each == pytest.approx(right)
        return
    assert found == (
        None if share is None else pytest.approx(share),
        [None if each is None else pytest.approx(each) for each in windows],
    )


@pytest.mark.parametrize(
    "window",
    [
        {"start": None, "stop": text(1)},
        {"start": text(0), "stop": None},
        {"start": None, "stop": None},
        {"start": text(1), "stop": text(0)},
        {"start": "2026-01-15", "stop": "2026-01-16"},
        {"start": "2026-10-25T02:15", "stop": "2026-10-25T02:45"},
        None,
    ],
)
def test_windows_that_are_none_leave_it_unknown(window: Any) -> None:
    """Whether a window is open nobody knows then: it is not off."""
    now = DAY0 + HOUR / 2
    try:
        alone = read("greenness", {"percentage": 40, "windows": [window]})
    except UnexpectedResponse:
        pass
    else:
        assert alone.is_green(now) is None
        assert not alone.is_whole
    good = {"start": text(4), "stop": text(5)}
    found = refused_or("greenness", {"percentage": 40, "windows": [window, good]})
    if found is not None:
        assert found.is_green(now) is None
        assert found.is_green(DAY0 + HOUR * 4.5) is True
        assert found.upcoming(now) is None


@pytest.mark.parametrize(
    "windows", [None, {}, "none today", {"error": "no data"}, {"start": None}, 5]
)
def test_windows_that_are_no_list_leave_it_unknown(windows: Any) -> None:
    found = refused_or("greenness", {"percentage": 40, "windows": windows})
    assert found is None or found.is_green(DAY0) is None


def test_an_empty_list_of_windows_says_that_there_are_none() -> None:
    found = read("greenness", {"percentage": 40, "windows": []})
    assert found.is_whole
    assert found.is_green(DAY0) is False


@pytest.mark.parametrize(
    "form", [lambda row: [row], lambda row: {"windows": [row]}, lambda row: [row] * 2]
)
def test_the_share_of_a_window_is_not_the_share_now(form: Any) -> None:
    found = read("greenness", form({"start": text(0), "stop": text(1), "value": 40}))
    assert found.share is None
    assert [slot.value for slot in found.windows] == [40]


# Appliances that are told twice


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([("oven", 3), ("oven", 4)], {None, 7}),
        ([("oven", 3), ("fridge", 1), ("Oven", 4)], {None, 7}),
        ([("heatPump", 3), ("heat_pump", 4)], {None, 7}),
        ([("oven", None), ("oven", 4)], {None}),
        ([("oven", 4)], {4}),
    ],
)
def test_two_entries_of_one_appliance(items: Any, expected: set[float | None]) -> None:
    """They are added or unknown; the later one alone is neither."""
    rows = [{"appliance": name, "value": value} for name, value in items]
    wanted = "heatPump" if "heatPump" in dict(items) else "oven"
    bodies: list[tuple[str, Any, Any]] = [
        ("totals", {"total": 9, "appliances": rows}, lambda f: f.appliances),
        (
            "distribution",
            [{"month": "2026-01", "appliances": rows}],
            lambda f: f[0].split,
        ),
        (
            "distribution",
            [{"month": "2026-01", **row} for row in rows],
            lambda f: f[0].split,
        ),
        (
            "consumption",
            [{"timestamp": T0, "total": 9, "appliances": rows}],
            lambda f: f[0].appliances,
        ),
    ]
    for key, data, split in bodies:
        found = split(read(key, data))
        assert found.get(wanted) in expected, key
        assert len(found) == len({name.casefold() for name in found})


def test_an_item_of_a_split_that_is_bad_costs_itself() -> None:
    refused: Counter[str] = Counter()
    good = {"appliance": "fridge", "value": 5}
    for bad in ({"appliance": "oven"}, {"value": 1}, None, 5, {"appliance": 7}):
        found = read("totals", {"total": 9, "appliances": [good, bad]}, refused)
        assert found.total == 9
        assert found.appliances["fridge"] == 5
    assert refused.total() >= 5


@pytest.mark.parametrize(
    "extra",
    [
        *({"year": 2026}, {"days": 31}, {"count": 3}, {"unit": "Wh"}, {"total": 99}),
        *({"month": 1}, {"cost": 3.5}, {"percentage": 40}, {"version": 2}),
    ],
)
def test_members_beside_appliances_are_none(extra: dict[str, Any]) -> None:
    month, total = body_of("distribution"), body_of("totals")
    month["months"][0]["appliances"].update(extra)
    total["appliances"] = {"fridge": 1450, **extra}
    assert read("distribution", month)[0].split == {"fridge": 31000}
    assert read("totals", total).appliances == {"fridge": 1450}


# Habits


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(h, h * 10) for h in range(24)], {h: h * 10 for h in range(24)}),
        ([(h, h * 10) for h in range(1, 25)], {h: (h + 1) * 10 for h in range(24)}),
        ([(24, 5)], {23: 5}),
        ([(0, 5)], {0: 5}),
        # Which is the first hour nobody knows.
        ([(5, 1), (6, 2)], {}),
        ([(h, h) for h in range(25)], {}),
        # Of two values of one hour neither is taken.
        ([(0, 1), (3, 2), (3, 4)], {0: 1}),
        ([(0, 1), (3, 2), (3, 2)], {0: 1, 3: 2}),
    ],
)
def test_hours_of_habits(rows: Any, expected: dict[int, float]) -> None:
    assert (
        read("habits", [{"hour": hour, "value": value} for hour, value in rows])
        == expected
    )
    if len(dict(rows)) == len(rows):
        assert read("habits", {f"{hour}": value for hour, value in rows}) == expected


@pytest.mark.parametrize("name", ["date", "day", "weekday", "dayOfWeek"])
def test_habits_of_several_days_are_none(name: str) -> None:
    rows = [
        {"hour": hour, name: day, "value": 10 * hour + n}
        for hour in range(24)
        for n, day in enumerate(("2026-01-15", "2026-01-16"))
    ]
    assert refused_or("habits", rows, {}) == {}
    # One of the two days lacks hours: what is left is of one of the days.
    known = refused_or("habits", [*rows[::2], rows[1]], {})
    assert not set(known) - set(range(1, 24))


def test_habits_of_times_on_several_days_are_none() -> None:
    rows = [
        {"timestamp": text(hour), "value": hour % 24 + hour // 24} for hour in range(48)
    ]
    assert refused_or("habits", rows, {}) == {}


def test_habits_by_appliance_are_not_those_of_the_home() -> None:
    rows = [
        {"hour": hour, "appliance": name, "value": 10}
        for hour in range(24)
        for name in ("oven", "fridge")
    ]
    assert refused_or("habits", rows, {}) == {}
    assert refused_or("habits", rows[::2], {}) == {}


# The trend

BANDS = {"F1": 61200, "F2": 48100, "F3": 70300, "F23": 118400}


@pytest.mark.parametrize(
    "extra",
    [
        *({"year": 2026}, {"days": 31}, {"count": 3}, {"F4": 5}, {"total": 99}),
        *({"peak": 3}, {"cost": 12.5}, {"id": 7}, {"F0": 4}, {"quality": "good"}),
    ],
)
def test_a_trend_has_bands_and_nothing_else(extra: dict[str, Any]) -> None:
    for row in (
        {"month": "2026-01", **BANDS, **extra},
        {"month": "2026-01", "bands": {**BANDS, **extra}},
        {"month": "2026-01", "bands": BANDS, **extra},
    ):
        (found,) = read("trend", [row])
        assert found.split == BANDS


@pytest.mark.parametrize("names", [["F1", "F23"], ["F1"], ["F1", "F2", "F3"], ["F23"]])
def test_a_trend_may_have_fewer_bands(names: list[str]) -> None:
    bands = {name: BANDS[name] for name in names}
    (found,) = read("trend", [{"month": "2026-01", "year": 2026, **bands}])
    assert found.split == bands


def test_a_month_and_its_year_may_stand_apart() -> None:
    (found,) = read("trend", [{"year": 2026, "month": 1, **BANDS}])
    assert (found.month, found.split) == ("2026-01", BANDS)
    with pytest.raises(UnexpectedResponse):
        read("trend", [{"month": 1, **BANDS}])


@pytest.mark.parametrize("name", ["band", "tariff", "fascia", "name"])
def test_a_trend_with_a_row_per_band(name: str) -> None:
    rows = [{"month": "2026-01", name: band, "value": wh} for band, wh in BANDS.items()]
    (found,) = read("trend", rows)
    assert found.split == BANDS
    (twice,) = read("trend", [*rows, {"month": "2026-01", name: "F1", "value": 5}])
    assert twice.split == {**BANDS, "F1": None}
