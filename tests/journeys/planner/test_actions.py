"""The actions that ask what is to come, and for the best time to run."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from tests.accounts import act, device, refused, set_up
from tests.faces.planner.home import NOW, dishwasher, planner_of
from tests.faces.planner.seen import prices_of, times

HOUR = timedelta(hours=1)


async def find(hass: HomeAssistant, **fields: Any) -> Any:
    """Return the best time."""
    return await act(hass, "find_window", **fields)


async def test_like_the_plan(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """Asked for the same, the action answers with the plan of the load."""
    start, end = times(hass, planner)
    found = await find(
        hass,
        duration={"hours": 2},
        power=1.2,
        earliest="2026-01-15T18:00:00",
        deadline="2026-01-16T07:00:00",
    )
    assert (found["start"], found["end"]) == (start.isoformat(), end.isoformat())
    assert found["runs"] == [
        {"start": start.isoformat(), "end": end.isoformat(), "power": 1.2}
    ]
    assert found["currency"] == "NOK"
    assert found["complete"] is True
    assert found["energy"] == pytest.approx(2.4)
    assert found["saving"] == pytest.approx(found["cost_now"] - found["cost"])
    assert found["forgone"]["cost"] == 0


async def test_by_hand(
    hass: HomeAssistant, planner: MockConfigEntry, prices: MockConfigEntry
) -> None:
    """The default is from now to the end of tomorrow; no hour of it is cheaper."""
    found = await find(hass, duration="01:00:00", power=1)
    shown = prices_of(prices).shown
    paid = []
    start = NOW
    while start + HOUR <= datetime.fromisoformat("2026-01-16T23:00:00+00:00"):
        slots = shown.within(start, start + HOUR).slots
        paid.append(sum(s.value.value * ((s.end - s.start) / HOUR) for s in slots))
        start += timedelta(minutes=15)
    assert found["cost"] == pytest.approx(min(paid))


async def test_shapes(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """What may be cut up costs no more than what may not."""
    usual = {"duration": "03:00:00", "power": 1}
    whole = await find(hass, **usual)
    pieces = await find(
        hass,
        **usual,
        shape="pieces",
        least_length="01:00:00",
        least_pause="00:30:00",
        starts=2,
    )
    slots = await find(hass, **usual, shape="slots")
    assert slots["cost"] <= pieces["cost"] <= whole["cost"]
    assert len(pieces["runs"]) <= 2
    assert whole["forgone"]["cost"] == 0


async def test_energy(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """An energy is had between two powers."""
    found = await find(hass, energy=10, power=11, least_power=2)
    total = sum(
        run["power"]
        * (
            (datetime.fromisoformat(run["end"]) - datetime.fromisoformat(run["start"]))
            / HOUR
        )
        for run in found["runs"]
    )
    assert total == pytest.approx(10, abs=1e-6)
    assert all(2 - 1e-6 <= run["power"] <= 11 for run in found["runs"])


async def test_green(
    hass: HomeAssistant, planner: MockConfigEntry, green: MockConfigEntry
) -> None:
    """By greenness it lies in a window, and tells what that costs more."""
    found = await find(
        hass,
        config_entry_id=planner.entry_id,
        duration="01:00:00",
        power=1,
        objective="green",
    )
    outlook = green.runtime_data.feeds["green_windows"].data["1234567890"]
    assert outlook.windows.at(datetime.fromisoformat(found["start"])) is not None
    assert found["share"] > 0
    assert found["forgone"]["cost"] >= 0
    assert found["forgone"]["share"] == 0
    alone = await find(
        hass,
        device_id=device(hass, green, "1234567890").id,
        duration="01:00:00",
        objective="green",
    )
    # Of equally green times it knows none that is cheaper.
    assert alone["share"] == found["share"]
    assert alone["start"] <= found["start"]
    assert alone["cost"] is None
    assert alone["currency"] is None


async def test_avoided(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """What is kept clear is not used."""
    found = await find(hass, duration="01:00:00")
    avoid = [{"start": found["start"], "end": found["end"]}]
    other = await find(hass, duration="01:00:00", avoid=avoid)
    assert other["end"] <= found["start"] or other["start"] >= found["end"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "duration_or_energy"),
        ({"duration": "01:00:00", "energy": 1, "power": 1}, "duration_or_energy"),
        ({"energy": 1}, "energy_needs_power"),
        ({"energy": 1, "power": 1, "least_power": 2}, "least_power_too_high"),
        (
            {"duration": "01:00:00", "deadline": "2026-01-15T12:00:00"},
            "span_is_empty",
        ),
        (
            {"duration": "01:00:00", "deadline": "2028-01-15T12:00:00"},
            "span_is_too_long",
        ),
        ({"duration": "01:00:00", "deadline": "2026-01-15T14:00:00"}, "no_room_for_it"),
        (
            {
                "duration": "01:00:00",
                "earliest": "2026-01-20T12:00:00",
                "deadline": "2026-01-21T12:00:00",
            },
            "too_little_known",
        ),
        (
            {
                "duration": "01:00:00",
                "avoid": [
                    {"start": "2026-01-15T14:00:00", "end": "2026-01-15T14:00:00"}
                ],
            },
            "span_is_empty",
        ),
    ],
)
@pytest.mark.usefixtures("planner")
async def test_refused(
    hass: HomeAssistant, fields: dict[str, Any], reason: str
) -> None:
    """What cannot be found is refused with the reason."""
    assert await refused(hass, "find_window", **fields) == reason


@pytest.mark.parametrize(
    "fields",
    [
        {"duration": "00:00:00"},
        {"energy": 0, "power": 1},
        {"energy": -1, "power": 1},
        {"duration": "01:00:00", "power": True},
        {"duration": "01:00:00", "starts": 1.5},
        {"duration": "01:00:00", "starts": 0},
        {"duration": "01:00:00", "worth": -1},
        {"duration": "01:00:00", "shape": "round"},
    ],
)
@pytest.mark.usefixtures("planner")
async def test_invalid(hass: HomeAssistant, fields: dict[str, Any]) -> None:
    """What is no demand at all does not get so far."""
    with pytest.raises(vol.Invalid):
        await find(hass, **fields)


async def test_which(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """Without a planner the account has to be clear."""
    usual = {"duration": "01:00:00"}
    assert await refused(hass, "find_window", **usual) == "choose_account"
    area = device(hass, prices, "area-NO1").id
    found = await find(hass, device_id=area, **usual)
    assert found["currency"] == "NOK"
    for unique_id in ("planner:one", "planner:two"):
        await set_up(hass, planner_of(hass, dishwasher(), unique_id=unique_id))
    assert await refused(hass, "find_window", **usual) == "choose_account"


@pytest.mark.parametrize(("kind", "unit"), [("price", "NOK/kWh"), ("green", "%")])
async def test_forecast(
    hass: HomeAssistant,
    prices: MockConfigEntry,
    green: MockConfigEntry,
    kind: str,
    unit: str,
) -> None:
    """Whatever is to come has one shape, from now on."""
    account = prices if kind == "price" else green
    site = "area-NO1" if kind == "price" else "1234567890"
    target = {"device_id": device(hass, account, site).id}
    found: Any = await act(hass, "get_forecast", kind=kind, **target)
    assert (found["kind"], found["unit"]) == (kind, unit)
    assert found["slots"]
    for slot in found["slots"]:
        assert set(slot) == {"start", "end", "value"}
        assert datetime.fromisoformat(slot["end"]) > NOW
    until: Any = await act(
        hass,
        "get_forecast",
        kind=kind,
        start="2026-01-15T14:00:00",
        end="2026-01-15T15:00:00",
        **target,
    )
    assert len(until["slots"]) <= 4


@pytest.mark.usefixtures("prices")
async def test_no_forecast(hass: HomeAssistant) -> None:
    """What no account has is refused."""
    assert await refused(hass, "get_forecast", kind="cap") == "no_account"
    assert await refused(hass, "get_forecast", kind="incentive") == "no_account"
