"""The page on tariffs: its schemes, taxes and examples are those of the model."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
import json
from math import fsum
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.model.ledger import costs
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import (
    HOUR,
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_clock import ClockTariff
from custom_components.energy_portals.portals.model.tariff_presets import (
    LEGAL_VAT,
    PRESETS,
    begun,
)
from custom_components.energy_portals.portals.model.tariff_reductions import (
    Counted,
    costs_with_limits,
)
from custom_components.energy_portals.portals.model.tariff_standing import (
    standing_cost,
    with_standing,
)
from tests.rules.source import INTEGRATION, ROOT

PAGE: Final = (ROOT / "docs/tariffs.md").read_text(encoding="utf-8")
OSLO: Final = ZoneInfo("Europe/Oslo")
NOON: Final = datetime(2026, 11, 23, 11, tzinfo=UTC)
HOLIDAY: Final = datetime(2026, 12, 8, 11, tzinfo=UTC)
NIGHT: Final = datetime(2026, 11, 23, 23, tzinfo=UTC)


def _rows(heading: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this heading."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()[2:]
    ]


def test_every_scheme_has_its_source() -> None:
    english = json.loads((INTEGRATION / "translations/en.json").read_text())
    words = english["selector"]["tariff_preset"]["options"]
    rows = _rows("scheme")
    # A table names what its rows say; the choice in a form says it in brackets.
    shown = [re.sub(r" \(.*\)$", "", words[key]) for key in PRESETS]
    named = [re.sub(r" \(.*\)$", "", row[0]) for row in rows]
    assert sorted(named) == sorted(shown)
    assert all(row[3] for row in rows)


def test_every_tax_has_its_law() -> None:
    rows = {row[0]: row for row in _rows("country")}
    taxes = {country: float(row[1].strip(" %")) for country, row in rows.items()}
    assert taxes == LEGAL_VAT
    assert all(row[2] and row[3] for row in rows.values())


def _paid(options: dict[str, Any], raw: float, now: datetime, tax: Tax) -> str:
    """Return what a price becomes, as the page writes it."""
    prices = PriceSeries("EUR", tax, Series((Slot(now, now + HOUR, Price(raw)),)))
    slot = Tariff.of(options).shown(prices, OSLO).slots.at(now)
    assert slot is not None
    return f"{slot.value.value:.10g}"


def _filled(preset: str, field: str, **amounts: float) -> dict[str, Any]:
    """Return a scheme with its amounts."""
    options: dict[str, Any] = begun({"preset": preset}, field)
    for row in options[field]:
        row["amount"] = amounts[row["name"]]
    return options


def test_examples_are_right() -> None:
    norway = _filled("no_day_night", "grid_fees", dag=0.4, natt=0.25) | {"fixed": 0.04}
    day = _paid(norway, 0.8, NOON, Tax.EXCLUDED)
    night = _paid(norway, 0.8, NIGHT, Tax.EXCLUDED)
    assert f"= {day} by day and {night} by night" in PAGE

    germany = _filled("de_module_3", "grid_fees", HT=0.12, NT=0.01, ST=0.05)
    germany["grid_fees"][0] |= {"start": "06:00", "end": "22:00"}
    germany["grid_fees"][1] |= {"start": "22:00", "end": "06:00"}
    germany["included"] = ["vat", "surcharges"]
    high = _paid(germany, 0.3, NOON, Tax.UNKNOWN)
    low = _paid(germany, 0.3, NIGHT, Tax.UNKNOWN)
    assert f"{high} in the high and {low} in\nthe low" in PAGE

    italy = _filled("it_f1_f2_f3", "bands", F1=0.16, F2=0.14, F3=0.12)
    for now, said in (
        (NOON, "a Monday at noon costs {};"),
        (
            HOLIDAY,
            "8 December, a holiday, costs {} all day",
        ),
    ):
        raw = ClockTariff.of(italy).prices(OSLO, now, now + HOUR, currency="EUR")
        (slot,) = Tariff(vat=LEGAL_VAT["IT"]).shown(raw, OSLO).slots
        assert said.format(f"{slot.value.value:.10g}") in PAGE

    charge = {"vat": 19, "standing": [{"amount": 9.9, "per": "month"}]}
    standing = Tariff.of(charge).standing
    start, end = midnight(date(2026, 10, 1), OSLO), midnight(date(2026, 11, 1), OSLO)
    month = standing_cost(standing, OSLO, start, end)
    hour = standing_cost(standing, OSLO, start, start + timedelta(hours=1))
    assert f"make {float(month):.10g} a month" in PAGE
    assert f"has {(end - start) // HOUR} of them, costs {float(hour):.4f}," in PAGE


# --- bills ----------------------------------------------------------------------------


def _bill(
    options: dict[str, Any],
    months: tuple[date, date],
    zone: ZoneInfo,
    hourly: float,
    raw: PriceSeries,
    before: float = 0.0,
) -> str:
    """Return what a month costs, reckoned as the ledger does it."""
    tariff = Tariff.of({"counted": "sensor.meter", **options})
    start, end = (midnight(day, zone) for day in months)
    hours = (end - start) // HOUR
    drawn = [
        Slot(start + n * HOUR, start + (n + 1) * HOUR, hourly) for n in range(hours)
    ]
    earlier = [Slot(start - HOUR, start, before)]
    shown = tariff.shown(raw, zone)
    made = costs_with_limits(
        costs, drawn, shown, tariff.limits, Counted([*earlier, *drawn], zone)
    )
    paid = [slot.value for slot in with_standing(made, tariff.standing, zone)]
    assert None not in paid
    return f"{fsum(each or 0.0 for each in paid):,.2f}"


def _raw(
    currency: str,
    months: tuple[date, date],
    zone: ZoneInfo,
    price: Callable[[int], float],
) -> PriceSeries:
    """Return prices by the hour of the day."""
    start, end = (midnight(day, zone) for day in months)
    slots = []
    while start < end:
        at = price(start.astimezone(zone).hour)
        slots.append(Slot(start, start + HOUR, Price(at)))
        start += HOUR
    return PriceSeries(currency, Tax.EXCLUDED, Series(tuple(slots)))


JANUARY: Final = date(2027, 1, 1), date(2027, 2, 1)
NOVEMBER: Final = date(2026, 11, 1), date(2026, 12, 1)
DECEMBER: Final = date(2026, 12, 1), date(2027, 1, 1)


def _stands(country: str, total: str) -> None:
    """Check that a total is the one on the page, and that its rows make it."""
    section = PAGE.partition("## Bills")[2].partition(f"**{country}, ")[2]
    said = re.match(r"[^:]*: ([\d.,]+) ", section)
    assert said is not None
    assert total == said[1]
    table = section.partition("|---|---|---|\n")[2].partition("\n\n")[0]
    amounts = [
        float(
            line.rstrip("| ")
            .rpartition("|")[2]
            .replace("\N{MINUS SIGN}", "-")
            .replace(",", "")
        )
        for line in table.splitlines()
    ]
    assert f"{fsum(amounts):,.2f}" == total


def test_a_norwegian_bill() -> None:
    options = _filled("no_day_night", "grid_fees", dag=0.4, natt=0.25) | {
        "vat": 25,
        "fixed": 0.04,
        "standing": [{"amount": 49}],
        "reductions": [{"share": 90, "above": 0.77, "up_to": 5000, "each": "month"}],
    }
    raw = _raw("NOK", JANUARY, OSLO, lambda hour: 1.2 if 6 <= hour < 22 else 0.6)
    _stands("Norway", _bill(options, JANUARY, OSLO, 7.0, raw))


def test_a_danish_bill() -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    options: dict[str, Any] = begun({"preset": "dk_c"}, "grid_fees")
    amounts = {"lav": 0.1, "høj": 0.3, "spids": 0.9}
    for row in options["grid_fees"]:
        row["amount"] = next(amounts[key] for key in amounts if key in row["name"])
    options |= {
        "vat": 25,
        "fixed": 0.108,
        "standing": [{"amount": 30}, {"amount": 25}],
    }
    raw = _raw("DKK", JANUARY, zone, lambda hour: 0.55)
    _stands("Denmark", _bill(options, JANUARY, zone, 0.5, raw))


def test_a_german_bill() -> None:
    zone = ZoneInfo("Europe/Berlin")
    options = _filled("de_module_3", "grid_fees", HT=0.12, NT=0.01, ST=0.07)
    options["grid_fees"][0] |= {"start": "17:00", "end": "20:00"}
    options["grid_fees"][1] |= {"start": "00:00", "end": "06:00"}
    options |= {"vat": 19, "standing": [{"amount": 18.7}, {"amount": -9.8}]}
    raw = _raw("EUR", NOVEMBER, zone, lambda hour: 0.22)
    _stands("Germany", _bill(options, NOVEMBER, zone, 0.4, raw))


def test_a_dutch_bill() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    options = {
        "vat": 21,
        "fixed": 0.08937,
        "standing": [
            {"amount": 5.99},
            {"amount": 1.2, "per": "day"},
            {"amount": -1.42, "per": "day"},
        ],
        "reductions": [{"amount": -0.02224, "up_to": 10000, "each": "year"}],
    }
    raw = _raw("EUR", DECEMBER, zone, lambda hour: 0.09)
    _stands("Netherlands", _bill(options, DECEMBER, zone, 1.0, raw, before=9500.0))


def test_an_italian_bill() -> None:
    zone = ZoneInfo("Europe/Rome")
    clock = _filled("it_f1_f2_f3", "bands", F1=0.16, F2=0.14, F3=0.12)
    start, end = (midnight(day, zone) for day in NOVEMBER)
    raw = ClockTariff.of(clock).prices(zone, start, end, currency="EUR")
    options = {
        "vat": 10,
        "fixed": 0.0638,
        "standing": [{"amount": 12}],
        "reductions": [{"amount": 0.0227, "up_to": 150, "each": "month"}],
    }
    _stands("Italy", _bill(options, NOVEMBER, zone, 0.3, raw))
