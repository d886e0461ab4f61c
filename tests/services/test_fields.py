"""Fields that several actions have."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
import voluptuous as vol

from custom_components.energy_portals.services.fields import TEXT, moment, number, whole


@pytest.mark.parametrize("value", [True, "x", None, float("nan"), float("inf"), [1]])
def test_no_number(value: Any) -> None:
    with pytest.raises(vol.Invalid):
        number(value)
    with pytest.raises(vol.Invalid):
        whole(value)


def test_numbers() -> None:
    assert number("2.5") == 2.5
    assert whole(2.0) == 2
    assert isinstance(whole(2.0), int)
    with pytest.raises(vol.Invalid):
        whole(2.5)


async def test_moments_are_local_without_an_offset(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Oslo")
    expected = datetime(2026, 10, 20, 10, tzinfo=UTC)
    assert moment("2026-10-20 12:00:00") == expected
    assert moment("2026-10-20T10:00:00+00:00") == expected


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_moments_at_an_end_of_the_calendar(year: str) -> None:
    with pytest.raises(vol.Invalid):
        moment(f"{year}-06-01 12:00:00")


def test_texts() -> None:
    text = vol.Schema(TEXT)
    assert text(" a ") == "a"
    with pytest.raises(vol.Invalid):
        text("  ")
