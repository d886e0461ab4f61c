"""A planner in the browser: set up by hand, read back from the card, in trouble."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from driving import live_through
from enabled import LOOKED_AT, show
from planning import PAGE, set_page_up
from playwright.async_api import Locator, ViewportSize, expect

from accounts import add_account, add_car
from browser import INTEGRATION, Screen
from configuration import DOMAIN
from house import House, HouseError

WIDE: Final = ViewportSize(width=1280, height=1100)
PHONE: Final = ViewportSize(width=390, height=844)
ROME: Final = ZoneInfo("Europe/Rome")
_QUARTER: Final = timedelta(minutes=15)


async def planner(house: House, screen: Screen) -> None:
    """Plan a dishwasher; read the card's figures back, in trouble and in all sizes."""
    for portal in ("digiwatt", "esmart"):
        account = await add_account(house, portal)
        if "entry_id" not in account:
            raise HouseError(f"{portal}: {account}")
    await _set_up(screen)
    await set_page_up(house.home_assistant)

    await screen.page.set_viewport_size(WIDE)
    await screen.open("/")
    await screen.sees("Price area NO1")
    slots = await _same_prices(house, screen)
    await _same_plan(house, screen)
    await screen.picture("dashboard-light")
    await _read_out(screen)
    await screen.page.emulate_media(color_scheme="dark")
    await screen.picture("dashboard-dark")
    await screen.page.emulate_media(color_scheme="light")
    await screen.page.set_viewport_size(PHONE)
    await _fits(screen)
    await screen.picture("dashboard-phone")
    await screen.page.set_viewport_size(WIDE)
    await _portal_down(house, screen, slots)
    await _next_slot(screen)
    await _by_hand(house, screen)
    await _edit(house, screen)
    await _drive(house, screen)
    await _whole_home(house, screen)


async def _set_up(screen: Screen) -> None:
    """Add a planner and a load, as a person would."""
    await screen.begin_to_add()
    await screen.choose("Planner")
    await screen.sees("Plan flexible loads")
    # Of green windows there is one source, which is filled in; the first load follows.
    await screen.pick("Prices", "eSmart Home: Price area NO1")
    await screen.picture("planner")
    await screen.click("Submit")
    await screen.choose("Something else")
    await screen.sees("It becomes a device that says when to run.")
    await screen.fill(name="Dishwasher")
    await screen.enter("Power", "1.2")
    await screen.click("Submit")
    await screen.sees("Fill in either a duration or an energy.")
    await screen.picture("load-without-duration")
    await screen.enter("Duration", "120")
    await screen.click("Submit")
    await screen.click("Finish")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)
    await screen.open(INTEGRATION)
    await screen.choose("Dishwasher")
    await screen.sees_row("Status", re.compile("Planned|Time to run"))
    await screen.sees_row("Expected cost", re.compile(r"NOK.\d"))
    await screen.picture("load")


def _card(screen: Screen) -> Locator:
    """Return the first card on the page."""
    return screen.page.locator("energy-portals-card").first


async def _data(found: Locator) -> list[Mapping[str, str]]:
    """Return the data attributes of all that is found."""
    data: list[Mapping[str, str]] = await found.evaluate_all(
        "all => all.map(each => ({...each.dataset}))"
    )
    return data


def _moment(text: str) -> datetime:
    """Return a time as the page or an action tells it."""
    return datetime.fromisoformat(text)


async def _answer(house: House, action: str, **fields: Any) -> Any:
    """Return what an action responds."""
    path = f"/api/services/{DOMAIN}/{action}?return_response"
    return (await house.home_assistant.request("POST", path, fields))[
        "service_response"
    ]


async def _same_prices(house: House, screen: Screen) -> int:
    """Hold every bar to the action, to the bit; return how many there are."""
    await expect(_card(screen).locator(".now-line circle")).to_have_count(1)
    prices = await _answer(house, "get_prices")
    shown = [
        (_moment(bar["start"]), float(bar["value"]))
        for bar in await _data(_card(screen).locator(".bar"))
    ]
    wanted = [
        (_moment(slot["start"]), slot["value"])
        for slot in prices["slots"]
        if shown and shown[0][0] <= _moment(slot["start"]) <= shown[-1][0]
    ]
    if shown != wanted or not shown:
        raise AssertionError(f"the card shows {shown}, not {wanted}")
    if not shown[0][0] <= datetime.now(UTC) < shown[0][0] + 2 * _QUARTER:
        raise AssertionError(f"it begins at {shown[0][0]}")
    return len(wanted)


async def _runs(screen: Screen) -> Sequence[tuple[datetime, datetime]]:
    """Return the runs that the card shows."""
    data = await _data(_card(screen).locator(".load .run"))
    return [(_moment(run["start"]), _moment(run["end"])) for run in data]


async def _same_plan(house: House, screen: Screen) -> None:
    """Hold the load's block to the action and to the sensors."""
    (entry,) = [
        entry
        for entry in await house.home_assistant.accounts()
        if entry["title"] == "Planner"
    ]
    today = datetime.now(UTC)
    sources = await house.home_assistant.command(f"{DOMAIN}/sources")
    (load,) = sources["planners"][0]["loads"]
    states = {
        state["entity_id"]: state["state"]
        for state in await house.home_assistant.request("GET", "/api/states")
    }
    start = states["sensor.dishwasher_next_start"]
    end = states["sensor.dishwasher_next_end"]
    ((from_card, to_card),) = await _runs(screen)
    if load["name"] != "Dishwasher" or not today < to_card:
        raise AssertionError(f"{load}: until {to_card}")
    if start != "unknown" and (from_card, to_card) != (_moment(start), _moment(end)):
        raise AssertionError(f"card {from_card} to {to_card}, sensors {start} to {end}")
    found = await _answer(
        house,
        "find_window",
        config_entry_id=entry["entry_id"],
        duration="02:00:00",
        power=1.2,
        earliest=max(datetime.now(UTC), _midnight(from_card)).isoformat(),
        deadline=_midnight(from_card, days=1).isoformat(),
    )
    if start != "unknown" and _moment(found["start"]) != from_card:
        raise AssertionError(f"card {from_card}, action {found}")


def _midnight(when: datetime, days: int = 0) -> datetime:
    """Return when a day of the house, or one so many days later, begins."""
    day = when.astimezone(ROME).date() + timedelta(days=days)
    return datetime.combine(day, time(), ROME)


async def _read_out(screen: Screen) -> None:
    """Move through the chart by keyboard; what is read out is the slot's own price."""
    chart = _card(screen).locator("[tabindex='0'][aria-roledescription]").first
    await chart.focus()
    await screen.page.keyboard.press("Home")
    first = _card(screen).locator(".bar").first
    value = float(str(await first.get_attribute("data-value")))
    said = f"{100 * value:.1f}\u00a0øre/kWh"
    await expect(_card(screen).locator(".readout")).to_contain_text(said)
    await screen.page.keyboard.press("n")
    await screen.picture("read-out")


async def _fits(screen: Screen) -> None:
    """See that nothing on a phone's page is wider than the phone."""
    await expect(_card(screen).locator(".now-line circle")).to_have_count(1)
    wide = await screen.page.evaluate(
        "document.documentElement.scrollWidth > window.innerWidth"
    )
    box = await _card(screen).bounding_box()
    if wide or box is None or box["x"] + box["width"] > PHONE["width"]:
        raise AssertionError(f"wider than a phone: {box}")


async def _portal_down(house: House, screen: Screen, slots: int) -> None:
    """Let a portal refuse: the card says so and goes on showing what is known."""
    bars = _card(screen).locator(".bar")
    green = _card(screen).locator(".green[data-start]")
    # A quarter of an hour may have gone by.
    await expect(bars.nth(slots - 2)).to_be_attached()
    windows = await green.count()
    await house.fail("digiwatt", "greenness", kind="status", status=503, times=99)
    update = "/api/services/homeassistant/update_entity"
    entity = {"entity_id": "sensor.digiwatt_1234567890_renewable_share"}
    await house.home_assistant.request("POST", update, entity)
    await expect(_card(screen).locator(".notice")).to_contain_text("cannot be reached")
    await screen.picture("portal-down")
    await expect(bars.nth(slots - 3)).to_be_attached()
    await expect(green).to_have_count(windows)
    await house.heal()
    await house.home_assistant.request("POST", update, entity)
    await expect(_card(screen).locator(".notice")).to_be_hidden()


async def _next_slot(screen: Screen) -> None:
    """Let the browser's clock go on a quarter: the line and the bar of now follow."""
    page = screen.page
    await page.clock.install(time=datetime.now(UTC))
    await page.reload()
    current = _card(screen).locator(".bar").first
    await expect(current).to_be_attached()
    now = await page.evaluate("Date.now()")
    await page.clock.fast_forward(15 * 60 * 1000)
    expected = datetime.fromtimestamp(now / 1000, UTC) + _QUARTER
    start = expected - (expected - datetime(1970, 1, 1, tzinfo=UTC)) % _QUARTER
    wanted = start.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    await expect(current).to_have_attribute("data-start", wanted)
    await page.clock.resume()


async def _by_hand(house: House, screen: Screen) -> None:
    """Start the load from its lane: its time is now, and the card shows it."""
    await screen.open(f"/{PAGE}")
    start = re.compile("^(Now|Start)")
    await _card(screen).get_by_role("button", name=start).first.click()
    load = _card(screen).locator(".load[data-status='due']")
    await expect(load).to_have_count(1)
    await screen.picture("by-hand")
    state = await house.home_assistant.request(
        "GET", "/api/states/binary_sensor.dishwasher_time_to_run"
    )
    if state["state"] != "on":
        raise AssertionError(f"started by hand, it is {state['state']}")


async def _edit(house: House, screen: Screen) -> None:
    """Choose other prices in the card's own editor, on a page of one's own."""
    home_assistant, page = house.home_assistant, screen.page
    path = {"url_path": "own-page"}
    await home_assistant.command(
        "lovelace/dashboards/create", **path, title="Own page", mode="storage"
    )
    card = {"type": "custom:energy-portals-card"}
    views = [{"title": "One", "cards": [card]}]
    await home_assistant.command(
        "lovelace/config/save", **path, config={"views": views}
    )
    await screen.open("/own-page/0?edit=1")
    options = page.locator("hui-card-options, hui-card-edit-mode").first
    await options.get_by_text("Edit", exact=True).click()
    form = page.locator("hui-card-element-editor, hui-form-editor").first
    await form.get_by_text("Price", exact=True).click()
    await screen.choose("Home, eSmart Home")
    await screen.picture("editor")
    await screen.click("Save")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    config = await home_assistant.command("lovelace/config", **path, force=True)
    (saved,) = config["views"][0]["cards"]
    sources = await home_assistant.command(f"{DOMAIN}/sources")
    (home,) = (each for each in sources["prices"] if each["name"] == "Home")
    if saved != {**card, "price": home["id"]}:
        raise AssertionError(f"the editor saved {saved}")


async def _drive(house: House, screen: Screen) -> None:
    """Have a car charged through all that comes between, and take it back by hand."""
    (entry,) = [
        entry
        for entry in await house.home_assistant.accounts()
        if entry["title"] == "Planner"
    ]
    ready = datetime.now(ROME) + timedelta(hours=8)
    await add_car(house, entry["entry_id"], f"{ready:%H}:00:00")
    # Nothing is charged while its entities are awaited.
    cable = {"entity_id": "input_boolean.demo_cable"}
    await house.home_assistant.act("input_boolean", "turn_off", cable)
    again = "button.car_go_by_the_plan_again"
    of_car = (each for each in LOOKED_AT if ".car_" in each)
    await show(house.home_assistant, *of_car, again)
    await live_through(house)
    await screen.open(INTEGRATION)
    await screen.choose("Car")
    await screen.sees_row("Driven", re.compile("By hand"))
    await screen.picture("car")
    await screen.press_row("Go by the plan again")
    # The charger rests for five minutes after it was switched.
    await screen.sees_row("Driven", re.compile("By the plan"))


async def _whole_home(house: House, screen: Screen) -> None:
    """Add a battery and a tank: the Energy dashboard knows the battery already.

    Then all of it is planned in one.
    """
    battery = {
        "type": "battery",
        "stat_energy_from": "sensor.battery_discharged",
        "stat_energy_to": "sensor.battery_charged",
        "stat_soc": "input_number.demo_battery",
        "capacity": 10,
        "name": "Cellar battery",
    }
    await house.home_assistant.command("energy/save_prefs", energy_sources=[battery])
    await screen.open(INTEGRATION)
    await screen.click("Add home battery")
    await screen.sees("Charging power")
    await screen.enter("Charging power*", "5")
    await screen.picture("battery-form")
    await screen.click("Submit")
    await screen.sees("Its plan")
    await screen.picture("battery-plan")
    await screen.choose("Add")
    await screen.click("Finish")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)
    await screen.open(INTEGRATION)
    await screen.click("Add thermal store")
    await screen.fill(name="Water tank")
    await screen.pick_entity("Temperature", "Tank")
    await screen.enter("Litres*", "200")
    await screen.enter("Power*", "2")
    await screen.choose("More")
    await screen.enter("Never cooler than*", "45")
    await screen.enter("Never warmer than*", "75")
    await screen.picture("tank-form")
    await screen.click("Submit")
    await screen.click("Finish")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)
    await screen.open(INTEGRATION)
    await screen.choose("Cellar battery")
    await screen.sees_row("Planned mode", re.compile("By itself|Charge|Discharge|Hold"))
    await screen.picture("battery")
    plan = await _answer(house, "get_plan")
    names = {device["name"] for device in plan["devices"]}
    if plan["method"] != "optimum" or not {"Cellar battery", "Water tank"} <= names:
        raise AssertionError(f"the home is planned by {plan['method']}: {names}")
