"""What may be ordered by voice: of what the user has exposed, and nothing else."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from tests.accounts import set_up
from tests.faces.planner.home import dishwasher, key_of, load, planner_of
from tests.faces.planner.seen import shown
from tests.journeys.assist.agent import expose, say
from tests.languages import SPOKEN

START = ("button", "start_by_hand")
DONE = ("button", "done_for_today")
END = ("time", "window_end")


@pytest.mark.parametrize("language", SPOKEN)
async def test_nothing_by_default(
    hass: HomeAssistant, planner: MockConfigEntry, language: str
) -> None:
    """Without being exposed, nothing is done; the load stays as it is."""
    for order in SPOKEN[language].orders:
        assert "Dishwasher" in await say(hass, order, language)
    assert shown(hass, planner, "load_status") == "planned"
    assert shown(hass, planner, "window_end", "time") == "07:00:00"


@pytest.mark.parametrize("language", SPOKEN)
async def test_what_is_exposed(
    hass: HomeAssistant, planner: MockConfigEntry, language: str
) -> None:
    """Each order is carried out, and said with what became of it."""
    run, skip, ready = SPOKEN[language].orders
    expose(hass, planner, START, DONE, END)
    assert "06:30" in await say(hass, ready, language)
    assert shown(hass, planner, "window_end", "time") == "06:30:00"
    # Two hours from half past one.
    assert "15:30" in await say(hass, run, language)
    assert shown(hass, planner, "load_status") == "due"
    await say(hass, skip, language)
    assert shown(hass, planner, "load_status") != "due"


async def test_each_by_its_own(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """To expose one is not to expose the others."""
    expose(hass, planner, DONE)
    assert "Expose it" in await say(hass, "start dishwasher now")
    assert shown(hass, planner, "load_status") == "planned"
    assert "left out" in await say(hass, "skip dishwasher today")


async def test_the_thing_itself(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """What a load moves may be exposed instead: it could be switched as well."""
    hass.states.async_set("switch.plug", "off")
    planner = planner_of(hass, dishwasher(drives="switch.plug"))
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    async_expose_entity(hass, "conversation", "switch.plug", should_expose=False)
    assert "Expose it" in await say(hass, "run the dishwasher now")
    async_expose_entity(hass, "conversation", "switch.plug", should_expose=True)
    assert "until" in await say(hass, "run the dishwasher now")


async def test_a_name_in_its_case(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """A load is found though the sentence gives its name another ending."""
    loads = (
        load("Pralka", duration=60, begin="18:00:00", end="07:00:00"),
        load("Bojler", duration=60, begin="18:00:00", end="07:00:00"),
    )
    planner = planner_of(hass, *loads)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    for title, said in (("Pralka", "pralkę"), ("Bojler", "bojlera")):
        expose(hass, planner, START, title=title)
        answer = await say(hass, f"Uruchom {said} teraz", "pl")
        assert title in answer
        assert shown(hass, planner, "load_status", title=title) == "due"
    assert "kota" in await say(hass, "Uruchom kota teraz", "pl")


async def test_which_one(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """Of two that may be meant neither is taken."""
    loads = (
        load("Pump cellar", duration=60, begin="18:00:00", end="07:00:00"),
        load("Pump garden", duration=60, begin="18:00:00", end="07:00:00"),
    )
    planner = planner_of(hass, *loads)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    for title in ("Pump cellar", "Pump garden"):
        expose(hass, planner, START, title=title)
    answer = await say(hass, "run the pump now")
    assert answer == "Say which one: Pump cellar and Pump garden."
    for title in ("Pump cellar", "Pump garden"):
        assert shown(hass, planner, "load_status", title=title) == "planned"


async def test_days_and_devices(
    hass: HomeAssistant, prices: MockConfigEntry, green: MockConfigEntry
) -> None:
    """A time of a day of the week is changed there; one that is told, not at all."""
    hass.states.async_set("input_datetime.ready", "07:00:00")
    by_day = dishwasher(ready_thu="05:00:00", ready_fri="05:00:00")
    told: Any = load("Boiler", duration=60, ready_by="input_datetime.ready")
    planner = planner_of(hass, by_day, told)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    expose(hass, planner, END)
    expose(hass, planner, END, title="Boiler")
    # It is half past one on a Thursday.
    answer = await say(hass, "have the dishwasher ready by 6 am")
    assert answer == "Dishwasher is to be ready by 06:00 from now on: Friday."
    data = planner.subentries[key_of(planner, "Dishwasher")].data
    assert (data["ready_thu"], data["ready_fri"]) == ("05:00:00", "06:00:00")
    assert data["end"] == "07:00:00"
    answer = await say(hass, "have the boiler ready by 6 am")
    assert answer == "Boiler is told by another entity when to be ready."
    assert "no such time" in await say(hass, "have the dishwasher ready by 13 am")
    assert "16:00" in await say(hass, "have the dishwasher ready by 4 pm")


async def test_what_cannot_be(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """What the load cannot be is refused in the words of the form."""
    expose(hass, planner, END)
    answer = await say(hass, "have the dishwasher ready by 19:00")
    assert answer == "The window of the day is shorter than the load runs."
    assert shown(hass, planner, "window_end", "time") == "07:00:00"


async def test_only_who_may(
    hass: HomeAssistant, planner: MockConfigEntry, hass_read_only_user: MockUser
) -> None:
    """To see a load is not to control it."""
    expose(hass, planner, START, END)
    user = hass_read_only_user
    assert "best" in await say(hass, "when should the dishwasher run", user=user)
    for order in ("run the dishwasher now", "have the dishwasher ready by 6 am"):
        assert await say(hass, order, user=user) == "Nothing is known of that."
    assert shown(hass, planner, "load_status") == "planned"
