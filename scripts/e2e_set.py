"""What a portal is told in the browser: a threshold, and what is planned."""

import asyncio

from flexibility import wait_for_plan

from accounts import add_account
from browser import INTEGRATION, Screen
from configuration import DOMAIN
from house import House, HouseError


async def set_threshold(house: House, screen: Screen, power: str) -> None:
    """Enter from what power on load control is to hold back; the portal keeps it."""
    await screen.open(INTEGRATION)
    await screen.choose("eSmart 42")
    rows = screen.page.locator("hui-number-entity-row")
    row = rows.filter(has_text="load control threshold").first
    await row.locator("input").fill(power)
    await row.locator("input").press("Enter")
    await screen.picture("threshold")
    held: list[str] = []
    for _ in range(50):
        states = await house.home_assistant.request("GET", "/api/states")
        held = [
            each["state"]
            for each in states
            if each["entity_id"].endswith("load_control_threshold")
        ]
        # The number, and the sensor that shows what the portal holds.
        if held and {float(each) for each in held} == {float(power)}:
            return
        await asyncio.sleep(0.2)
    raise HouseError(f"the threshold is {held}, not {power}")


async def report_plan(house: House, screen: Screen) -> None:
    """Have what is planned for the location reported, once that is switched on."""
    home_assistant, place = house.home_assistant, house.sandbox["volue"]["location_id"]
    # A planner needs something to choose by.
    await add_account(house, "digiwatt")
    sources = await home_assistant.command(f"{DOMAIN}/sources")
    caps = next(each["id"] for each in sources["caps"] if each["id"].endswith(place))
    goes_by = {"green": sources["green"][0]["id"], "caps": caps, "base_load": 0.5}
    added = await home_assistant.config_flow([{"next_step_id": "planner"}, goes_by])
    if added["type"] != "create_entry":
        raise HouseError(f"no planner: {added}")
    if (await house.steer("volue", "plans"))["plans"]:
        raise HouseError("a plan was told that nobody wanted")
    await screen.open(INTEGRATION)
    await screen.click("Change location")
    await screen.page.locator("ha-selector-boolean ha-switch").click()
    await screen.picture("report-plan")
    await screen.click("Submit")
    await screen.sees("Reconfiguration was successful")
    plan = await wait_for_plan(house)
    if plan is None or {each["kiloWattHours"] for each in plan["baseline"]} != {0.5}:
        raise HouseError(f"the plan is {plan}")
