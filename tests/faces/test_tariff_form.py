"""The forms of tariffs: errors at their fields, and schemes that are filled in."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectSelector
import pytest
import voluptuous as vol

from custom_components.energy_portals.faces.forms import unfolded
from custom_components.energy_portals.faces.tariff_form import (
    TariffForm,
    checked_clock,
    checked_tariff,
    clock_schema,
    shown_tariff,
    tariff_schema,
)
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_clock import ClockTariff
from custom_components.energy_portals.portals.model.tariff_presets import PRESETS

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
WHOLE = {
    "vat": 25,
    "percent": 2,
    "fixed": 0.01,
    "grid_fees": [
        {"name": "day", "amount": 0.3, "start": "06:00:00", "end": "22:00:00"}
        | {"days": [*WORKDAYS, "holiday"], "months": ["1", "12"]},
        {"amount": 0.2},
    ],
    "included": ["vat"],
    "standing": [{"amount": 39, "per": "month"}, {"amount": 0.5}],
    "hourly": True,
    "export": -0.04,
    "country": "DE",
    "subdivision": "BY",
    "holidays": ["12-24"],
    "holidays_as": "holiday",
    "clock": "standard",
}


def _regions(schema: vol.Schema) -> list[str]:
    fields = schema.schema
    folded = fields["further"].schema.schema if "further" in fields else {}
    selector = {**fields, **folded}["subdivision"]
    assert isinstance(selector, SelectSelector)
    return [str(each) for each in selector.config["options"]]


async def test_a_whole_tariff_goes_through_the_form(hass: HomeAssistant) -> None:
    fields = tariff_schema()(WHOLE)
    form = await checked_tariff(hass, fields)
    assert form == TariffForm(fields=WHOLE, is_done=True)
    assert Tariff.of(form.fields).grid_fees[0].days == frozenset({0, 1, 2, 3, 4, 7})


async def test_nothing_is_a_tariff_as_well(hass: HomeAssistant) -> None:
    assert await checked_tariff(hass, tariff_schema()({})) == TariffForm(
        fields={}, is_done=True
    )


@pytest.mark.parametrize(
    ("given", "errors", "row"),
    [
        ({"fixed": float("nan")}, {"fixed": "invalid_number"}, "-"),
        ({"grid_fees": [{"amount": 1}, {}]}, {"grid_fees": "missing_amount"}, "2"),
        (
            {"grid_fees": [{"name": "night", "start": "22:00:00"}]},
            {"grid_fees": "missing_amount"},
            "1 (night)",
        ),
        ({"standing": [{}]}, {"standing": "missing_amount"}, "1"),
        ({"holidays": ["24.12."]}, {"holidays": "invalid_date"}, "-"),
        ({"subdivision": "BY"}, {"country": "missing_country"}, "-"),
        (
            {"country": "ZZ", "grid_fees": [{"amount": 1, "days": ["mon"]}]},
            {"country": "unknown_country"},
            "-",
        ),
        (
            {"country": "DE", "subdivision": "XX"}
            | {"grid_fees": [{"amount": 1, "days": ["mon"]}]},
            {"subdivision": "unknown_subdivision"},
            "-",
        ),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    hass: HomeAssistant, given: dict[str, Any], errors: Mapping[str, str], row: str
) -> None:
    form = await checked_tariff(hass, tariff_schema()(given))
    assert (form.errors, form.row, form.is_done) == (errors, row, False)
    # What was entered is still there.
    assert form.fields == given


async def test_regions_are_those_of_the_country(hass: HomeAssistant) -> None:
    assert _regions(tariff_schema()) == []
    assert (await shown_tariff(hass, {})).regions == ()
    form = await shown_tariff(hass, {"country": "DE"})
    assert "BY" in _regions(tariff_schema(form.regions))
    assert "BY" in _regions(clock_schema(form.regions))
    assert (await shown_tariff(hass, {"country": "XX"})).regions == ()
    wrong = {"country": "AT", "subdivision": "BY"}
    row = {"amount": 1, "days": ["mon"]}
    form = await checked_tariff(hass, {**wrong, "grid_fees": [row]})
    assert form.errors == {"subdivision": "unknown_subdivision"}
    assert "9" in form.regions


@pytest.mark.parametrize("preset", PRESETS)
async def test_a_scheme_is_filled_in_and_shown_before_it_is_taken(
    hass: HomeAssistant, preset: str
) -> None:
    form = await checked_tariff(hass, tariff_schema()({"preset": preset, "fixed": 1}))
    assert not form.is_done
    assert not form.errors
    assert form.fields["fixed"] == 1
    # What is shown can be sent as it is, and lacks its figures.
    again = await checked_tariff(hass, tariff_schema()(form.fields))
    (key,) = again.errors.values()
    assert again.errors.keys() == {"grid_fees"}
    assert key in ("missing_amount", "missing_hours")
    rows = [
        {"start": "22:00:00", "end": "06:00:00", **row, "amount": number}
        if row["name"] in PRESETS[preset].asks
        else {**row, "amount": number}
        for number, row in enumerate(form.fields["grid_fees"], 1)
    ]
    done = await checked_tariff(
        hass, tariff_schema()({**form.fields, "grid_fees": rows})
    )
    assert done.is_done
    assert len(Tariff.of(done.fields).grid_fees) == len(rows)


async def test_another_scheme_takes_the_place_of_one(hass: HomeAssistant) -> None:
    rows = [{"name": "P1", "amount": 1}]
    form = await checked_tariff(hass, {"preset": "two_rates", "grid_fees": rows})
    assert [row["name"] for row in form.fields["grid_fees"]] == ["HT", "NT"]


async def test_no_other_scheme_is_offered(hass: HomeAssistant) -> None:
    with pytest.raises(vol.Invalid):
        tariff_schema()({"preset": "none"})
    form = await checked_tariff(hass, {"preset": "none"})
    assert form.errors == {"preset": "invalid_choice"}


async def test_two_rates_by_the_clock(hass: HomeAssistant) -> None:
    chosen = clock_schema()({"further": {"preset": "two_rates"}} | NONE)
    form = await checked_clock(hass, unfolded(chosen))
    rows = form.fields["bands"]
    rows[0] |= {"amount": 0.32, "start": "07:00:00", "end": "22:00:00"}
    rows[0] |= {"days": WORKDAYS}
    rows[1] |= {"amount": 0.24}
    fields = {key: each for key, each in form.fields.items() if key != "preset"}
    again = clock_schema()({**fields, "further": {"preset": "two_rates"}})
    done = await checked_clock(hass, unfolded(again))
    assert done.is_done
    assert [band.amount for band in ClockTariff.of(done.fields).bands] == [0.32, 0.24]


NONE: dict[str, Any] = {"bands": []}


@pytest.mark.parametrize(
    ("given", "key", "row"),
    [
        (NONE, "missing_band", "-"),
        ({"bands": [{}]}, "missing_amount", "1"),
        (
            {"bands": [{"amount": 1, "start": "06:00:00", "end": "22:00:00"}]},
            "time_without_price",
            "mon 00:00",
        ),
    ],
)
async def test_prices_by_the_clock_know_each_time(
    hass: HomeAssistant, given: dict[str, Any], key: str, row: str
) -> None:
    form = await checked_clock(hass, unfolded(clock_schema()({"further": {}} | given)))
    assert (form.errors, form.row) == ({"bands": key}, row)
    assert not form.is_done
