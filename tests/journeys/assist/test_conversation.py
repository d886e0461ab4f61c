"""What Home Assistant's conversation agent answers, in every language."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import yaml

from custom_components.energy_portals.services.asked import QUESTIONS
from tests.accounts import act, device, set_up
from tests.faces.planner.home import dishwasher, load, planner_of
from tests.faces.planner.seen import prices_of, shown, times, to
from tests.journeys.assist.agent import SENTENCES, say
from tests.languages import SPOKEN
from tests.rules.source import LANGUAGES

HOUR = timedelta(hours=1)


def test_every_language_has_every_sentence() -> None:
    """Each language of the texts has a file, with all questions and no other."""
    assert sorted(path.name for path in SENTENCES.iterdir()) == LANGUAGES
    for language in LANGUAGES:
        path = SENTENCES / language / "energy_portals.yaml"
        told: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert told["language"] == language
        assert sorted(told["intents"]) == sorted(each.intent for each in QUESTIONS)
        # Lists and rules of other files are left alone.
        own = (*told["lists"], *told["expansion_rules"])
        assert all(name.startswith("energy_portals_") for name in own)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_cheapest_of_each_source(
    hass: HomeAssistant, prices: MockConfigEntry, language: str
) -> None:
    """Of two sources of prices each is answered for, by its name."""
    spoken = SPOKEN[language]
    question, unit = spoken.cheapest
    answer = await say(hass, question, language)
    found: Any = await act(
        hass,
        "find_window",
        duration="01:00:00",
        power=1,
        device_id=device(hass, prices, "area-NO1").id,
    )
    start = datetime.fromisoformat(found["start"]) + HOUR
    assert f"{start:%H:%M}" in answer
    assert f"{spoken.number(100 * found['cost'], 1)} {unit}" in answer
    assert answer.index("Price area NO1") < answer.index("Home")


async def test_cheapest_by_name_and_day(
    hass: HomeAssistant, prices: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """A day that is asked for is that day; one without prices is said to be."""
    answer = await say(hass, "when is electricity cheapest today")
    assert "tomorrow" not in answer
    assert "tomorrow" in await say(hass, "when is electricity cheapest tomorrow")
    freezer.move_to("2026-01-16T12:00:00+00:00")
    answer = await say(hass, "when is electricity cheapest tomorrow")
    assert answer.count("These prices are not known yet.") == 2


@pytest.mark.parametrize("language", LANGUAGES)
async def test_when_a_load_runs(
    hass: HomeAssistant, planner: MockConfigEntry, language: str
) -> None:
    """The plan is told, in the zone of the house, with what it costs."""
    spoken = SPOKEN[language]
    question, words = spoken.runs
    start, end = times(hass, planner)
    answer = await say(hass, question, language)
    cost = float(str(shown(hass, planner, "expected_cost")))
    assert words in answer
    assert f"{start + HOUR:%H:%M}" in answer and f"{end + HOUR:%H:%M}" in answer
    assert spoken.number(cost, 2) in answer
    assert f"{end + HOUR:%H:%M}" in await say(hass, spoken.ready, language)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_green_and_due(
    hass: HomeAssistant, planner: MockConfigEntry, language: str
) -> None:
    """Whether it is green, and what is to be paid."""
    question, answer = SPOKEN[language].green
    assert (await say(hass, question, language)).startswith(answer)
    question, answer = SPOKEN[language].due
    assert await say(hass, question, language) == answer


async def test_what_a_load_does(
    hass: HomeAssistant, planner: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    """It is told while it is its time, and once it is done."""
    start, end = times(hass, planner)
    await to(hass, freezer, start + timedelta(minutes=15))
    ends = f"It is time for Dishwasher to run: until {end + HOUR:%H:%M}."
    assert await say(hass, "when does the dishwasher run") == ends


async def test_nothing_is_guessed(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """What is not there is said not to be."""
    assert await say(hass, "when should the boiler run") == (
        "Nothing is called boiler; there is Dishwasher."
    )
    unknown = "Nothing is known of that."
    assert await say(hass, "when will the car be ready") == unknown
    assert await say(hass, "what did electricity cost yesterday") == unknown


async def test_names(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """A name is the user's; a part of it means all that have it."""
    evening = {"begin": "18:00:00", "end": "07:00:00"}
    loads = (
        dishwasher(),
        load("Pump cellar", duration=60, takes_part=False, **evening),
        load("Pump", duration=60, **evening),
        load("Cargo heater", duration=60, **evening),
        load("Pump garden", duration=60, **evening),
    )
    planner = planner_of(hass, *loads)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    answer = await say(hass, "when should the pump run")
    assert answer.startswith("Pump runs best") and "garden" not in answer
    answer = await say(hass, "when should the cellar pump run")
    assert answer == "Pump cellar is not planned, because it does not take part."
    assert "Nothing is called cargo boiler" in await say(
        hass, "when should the cargo boiler run"
    )
    assert "Nothing is called car;" in await say(hass, "when should the car run")
    every = await say(hass, "what is planned to run")
    assert all(name in every for name in ("Dishwasher runs", "Pump garden runs"))
    site = next(
        each
        for each in dr.async_entries_for_config_entry(
            dr.async_get(hass), planner.entry_id
        )
        if each.name == "Dishwasher"
    )
    dr.async_get(hass).async_update_device(site.id, name_by_user="Bosch")
    assert (await say(hass, "when should the bosch run")).startswith("Bosch runs best")
    # What a language puts before a name, or hangs on it, is no part of it.
    dr.async_get(hass).async_update_device(site.id, name_by_user="Acquario")
    for question in ("Quando parte l'acquario?", "Quando parte l\u2019acquario?"):
        assert (await say(hass, question, "it")).startswith("Acquario: ")
    assert "Nothing is called" in await say(hass, "when should the acquarioen run")


async def test_car(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """The car is what was set up as one; what it lacks is told."""
    hass.states.async_set("sensor.soc", "20", {"unit_of_measurement": "%"})
    car: Any = load(
        "Leaf",
        soc="sensor.soc",
        capacity=50,
        target_percent=80,
        power=3.68,
        least_power=1.38,
        end="16:00:00",
    )
    car["subentry_type"] = "electric_vehicle"
    planner = planner_of(hass, dishwasher(), car)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    answer = await say(hass, "When will the car be ready?")
    assert answer.startswith("Leaf will")
    assert "Dishwasher" not in answer


async def test_only_who_may(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    hass_read_only_user: MockUser,
) -> None:
    """Whoever may see nothing is told nothing."""
    hass_read_only_user.mock_policy({})
    question = "when should the dishwasher run"
    assert "best" in await say(hass, question)
    answer = await say(hass, question, user=hass_read_only_user)
    assert answer == "Nothing is known of that."


def test_prices_are_the_sandboxes(prices: MockConfigEntry) -> None:
    """The answers above are about these prices."""
    assert prices_of(prices).shown.currency == "NOK"
