"""Known schemes: their shape is theirs, their figures are the user's."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_clock import ClockTariff
from custom_components.energy_portals.portals.model.tariff_options import InvalidTariff
from custom_components.energy_portals.portals.model.tariff_presets import (
    LEGAL_VAT,
    PRESETS,
    begun,
    is_begun,
)

DAY = timedelta(days=1)
MADRID = ZoneInfo("Europe/Madrid")


def filled(key: str, **amounts: float) -> dict[str, Any]:
    """Fill in the amounts of a scheme by name, each in the first of its rows alone."""
    options: dict[str, Any] = begun({"preset": key}, "bands")
    left = dict(amounts)
    for row in options["bands"]:
        if row["name"] in left:
            row["amount"] = left.pop(row["name"])
        if row["name"] in PRESETS[key].asks:
            row |= {"start": "22:00:00", "end": "06:00:00"}
    return options


def whole(key: str) -> dict[str, Any]:
    names = sorted(map(str, PRESETS[key].names))
    return filled(key, **{name: 1.0 + place for place, name in enumerate(names)})


def at(options: dict[str, Any], text: str, zone: ZoneInfo) -> float:
    """Return the price at a wall time."""
    now = datetime.fromisoformat(text).replace(tzinfo=zone)
    start = midnight(now.date(), zone)
    prices = ClockTariff.of(options).prices(zone, start, start + DAY, currency="EUR")
    slot = prices.slots.at(now.astimezone(prices.slots.slots[0].start.tzinfo))
    assert slot is not None
    return slot.value.value


@pytest.mark.parametrize("key", PRESETS)
def test_a_scheme_has_a_price_at_any_time(key: str) -> None:
    tariff = ClockTariff.of(whole(key))
    assert tariff.gap() is None
    tariff.prepare()


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("field", ["bands", "grid_fees"])
def test_a_scheme_without_its_figures_is_refused(key: str, field: str) -> None:
    options = begun({"preset": key}, field)
    for row in options[field]:  # type: ignore[attr-defined]
        row |= {"start": "01:00", "end": "02:00"}
    reader = ClockTariff.of if field == "bands" else Tariff.of
    with pytest.raises(InvalidTariff) as caught:
        reader(options)
    first = PRESETS[key].rows[0]["name"]
    assert (caught.value.key, caught.value.field) == ("missing_amount", field)
    assert caught.value.row == f"1 ({first})"


@pytest.mark.parametrize("key", PRESETS)
def test_each_figure_is_asked_once_and_none_is_nought(key: str) -> None:
    for name in PRESETS[key].names:
        options = whole(key)
        for row in options["bands"]:
            if row["name"] == name:
                row.pop("amount", None)
        with pytest.raises(InvalidTariff) as caught:
            ClockTariff.of(options)
        assert caught.value.key == "missing_amount"
        assert str(name) in caught.value.row


@pytest.mark.parametrize("key", PRESETS)
def test_a_row_that_is_taken_out_is_named(key: str) -> None:
    for name in PRESETS[key].names:
        options = whole(key)
        options["bands"] = [row for row in options["bands"] if row["name"] != name]
        with pytest.raises(InvalidTariff) as caught:
            ClockTariff.of(options)
        assert (caught.value.key, caught.value.row) == ("missing_row", name)


@pytest.mark.parametrize("key", [key for key in PRESETS if PRESETS[key].asks])
def test_hours_that_a_company_sets_are_asked(key: str) -> None:
    options = whole(key)
    for row in options["bands"]:
        row.pop("start", None)
        row.pop("end", None)
    with pytest.raises(InvalidTariff) as caught:
        ClockTariff.of(options)
    assert caught.value.key == "missing_hours"
    assert any(name in caught.value.row for name in PRESETS[key].asks)


def test_what_is_law_comes_along_and_what_was_entered_stays() -> None:
    assert begun({"preset": "it_f1_f2_f3"}, "bands")["vat"] == LEGAL_VAT["IT"] == 10
    options = begun({"preset": "it_f1_f2_f3", "vat": 22, "fixed": 1}, "grid_fees")
    assert (options["vat"], options["fixed"], options["country"]) == (22, 1, "IT")
    assert "vat" not in begun({"preset": "two_rates"}, "bands")
    assert begun({"vat": 3}, "bands") == {"vat": 3}


def test_a_scheme_is_begun_once_it_has_a_row() -> None:
    assert not is_begun({"preset": "two_rates"}, "bands")
    assert not is_begun({"preset": "two_rates", "bands": [{"amount": 1}]}, "bands")
    assert is_begun(begun({"preset": "two_rates"}, "bands"), "bands")
    assert not is_begun({"bands": [{"name": "HT"}]}, "bands")


def test_rows_of_a_scheme_are_nobody_elses() -> None:
    rows: Any = begun({"preset": "dk_c"}, "bands")["bands"]
    rows[0]["amount"] = 1
    again: Any = begun({"preset": "dk_c"}, "bands")["bands"]
    assert "amount" not in again[0]


@pytest.mark.parametrize("preset", ["none", 3, ["two_rates"]])
def test_no_other_scheme_is_known(preset: object) -> None:
    with pytest.raises(InvalidTariff) as caught:
        Tariff.of({"preset": preset})
    assert (caught.value.key, caught.value.field) == ("invalid_choice", "preset")


SPAIN = filled("es_2_0td", P1=1, P2=2, P3=3)
CEUTA = filled("es_2_0td_ceuta_melilla", P1=1, P2=2, P3=3)


@pytest.mark.parametrize(
    ("when", "expected", "in_ceuta"),
    [
        ("2026-11-23T07:59", 3, 3),
        ("2026-11-23T08:00", 2, 2),
        ("2026-11-23T10:00", 1, 2),
        ("2026-11-23T11:00", 1, 1),
        ("2026-11-23T14:00", 2, 1),
        ("2026-11-23T15:00", 2, 2),
        ("2026-11-23T18:00", 1, 2),
        ("2026-11-23T22:00", 2, 1),
        ("2026-11-23T23:00", 2, 2),
        ("2026-11-24T00:00", 3, 3),
        ("2026-11-28T12:00", 3, 3),
        # Fixed national holidays, and Epiphany.
        *((f"{day}T12:00", 3, 3) for day in ("2026-12-08", "2026-10-12", "2026-01-06")),
        # Good Friday is a holiday, and not a fixed one.
        ("2026-04-03T12:00", 1, 1),
        # A region's.
        ("2026-09-11T12:00", 1, 1),
    ],
)
def test_spanish_periods(when: str, expected: float, in_ceuta: float) -> None:
    assert at(SPAIN, when, MADRID) == expected
    assert at(CEUTA, when, MADRID) == in_ceuta


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-23T07:00", 2),
        ("2026-11-23T08:00", 1),
        ("2026-11-23T19:00", 2),
        ("2026-11-23T23:00", 3),
        ("2026-11-28T07:00", 2),
        ("2026-11-28T12:00", 2),
        ("2026-11-29T12:00", 3),
        ("2026-04-06T12:00", 3),
        ("2026-12-26T12:00", 3),
    ],
)
def test_italian_bands(when: str, expected: float) -> None:
    italy = filled("it_f1_f2_f3", F1=1, F2=2, F3=3)
    assert at(italy, when, ZoneInfo("Europe/Rome")) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-29T05:59", 1),
        ("2026-11-29T06:00", 2),
        ("2026-11-29T17:00", 3),
        ("2026-11-29T21:00", 2),
        ("2026-03-31T18:00", 3),
        ("2026-04-01T18:00", 6),
        ("2026-09-30T05:00", 4),
        ("2026-10-01T00:00", 1),
        ("2026-07-01T12:00", 5),
    ],
)
def test_danish_hours_and_seasons(when: str, expected: float) -> None:
    options = begun({"preset": "dk_c"}, "bands")
    rows: Any = options["bands"]
    by_name = {"lav vinter": 1, "høj vinter": 2, "spids vinter": 3}
    by_name |= {"lav sommer": 4, "høj sommer": 5, "spids sommer": 6}
    for row in rows:
        row["amount"] = by_name[row["name"]]
    assert at(options, when, ZoneInfo("Europe/Copenhagen")) == expected


@pytest.mark.parametrize(
    ("key", "when", "expected"),
    [
        ("no_day_night", "2026-11-28T12:00", "dag"),
        ("no_day_night", "2026-11-28T22:00", "natt"),
        ("no_day_night_weekend", "2026-11-27T12:00", "dag"),
        ("no_day_night_weekend", "2026-11-28T12:00", "natt"),
        ("no_day_night_weekend", "2026-05-14T12:00", "natt"),
    ],
)
def test_norwegian_nights(key: str, when: str, expected: str) -> None:
    options = filled(key, dag=1, natt=2)
    assert at(options, when, ZoneInfo("Europe/Oslo")) == {"dag": 1, "natt": 2}[expected]


def test_three_levels_of_some_quarters() -> None:
    options = begun({"preset": "de_module_3", "vat": 19}, "grid_fees")
    rows: Any = options["grid_fees"]
    rows[0] |= {"amount": 0.2, "start": "17:00", "end": "21:00"}
    rows[0] |= {"months": ["1", "2", "3", "10", "11", "12"]}
    rows[1] |= {"amount": 0.02, "start": "23:00", "end": "05:00"}
    rows[1] |= {"months": ["1", "2", "3", "10", "11", "12"]}
    rows[2] |= {"amount": 0.1}
    fees = Tariff.of(options).grid_fees
    berlin = ZoneInfo("Europe/Berlin")
    tariff = ClockTariff(fees)
    assert tariff.gap() is None
    for day, expected in (
        (date(2026, 6, 30), {0.1}),
        (date(2026, 12, 1), {0.02, 0.1, 0.2}),
    ):
        span = midnight(day, berlin), midnight(day + DAY, berlin)
        prices = tariff.prices(berlin, *span, currency="EUR")
        assert {slot.value.value for slot in prices.slots} == expected


def test_hours_that_cannot_be_read_are_said_to_be_so() -> None:
    options = whole("two_rates")
    options["bands"][0]["start"] = "late"
    with pytest.raises(InvalidTariff) as caught:
        ClockTariff.of(options)
    assert caught.value.key == "invalid_time"
