"""Use the integration as a person does: in a browser, in a real Home Assistant."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
import re
import shutil
import sys
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

from e2e_company import autarc
from e2e_page import page
from e2e_planner import planner
from e2e_prices import prices
from e2e_set import report_plan, set_threshold
from e2e_sources import TEMPLATE, sources
from enabled import show
from playwright.async_api import Error as BrowserError

from accounts import add_account
from browser import INTEGRATION, PICTURES, Screen, chromium, open_browser
from configuration import DEVICES, open_configuration
from history import all_series, published, wait_until_imported
from house import House, HouseError, cancel_on_signals, open_house

WRONG: Final = "not the secret"
# What an eSmart account has beside what is on.
CHARGING: Final = "calendar.esmart_42_charging_requests"
THRESHOLDS: Final = (
    "number.esmart_42_home_load_control_threshold",
    "sensor.esmart_42_home_load_control_threshold",
)
# From the moment it is sent until it can be read on the page.
CAP_SECONDS: Final = 2.0
# What the scenarios do on purpose is to be in the log.
PROVOKED: Final = re.compile("The credentials are refused|HTTP 503")

type Scenario = Callable[[House, Screen], Awaitable[None]]


async def digiwatt(house: House, screen: Screen) -> None:
    """Add a Digiwatt account, look at its device, sign in with a new secret."""
    facts = house.sandbox["digiwatt"]
    account = f"Digiwatt {facts['account_number']}"

    await screen.begin_to_add()
    await screen.sees("Choose your energy portal")
    await screen.picture("menu")
    await screen.choose("Digiwatt")
    await screen.fill(
        client_id=facts["client_id"],
        client_secret=WRONG,
        account_number=facts["account_number"],
        api_url=facts["api_url"],
    )
    await screen.click("Submit")
    await screen.sees("The credentials are refused.")
    await screen.picture("wrong-secret")
    await screen.fill(client_secret=facts["client_secret"])
    await screen.click("Submit")
    await screen.click("Skip and finish")

    await screen.open(INTEGRATION)
    await screen.choose(account)
    await screen.sees_row("Power", re.compile(r"\d\sW"))
    await screen.sees_row("Renewable share", re.compile(r"\d\s?%"))
    await screen.sees_row("Green hours now", re.compile("On|Off"))
    await screen.picture("device")

    secret = (await house.steer("digiwatt", "rotate_secret"))["client_secret"]
    # Rather than wait for the next regular look at the live power.
    power = {"entity_id": f"sensor.digiwatt_{facts['account_number']}_power"}
    update = "/api/services/homeassistant/update_entity"
    await house.home_assistant.request("POST", update, power)
    await screen.open(INTEGRATION)
    await screen.sees("Attention required")
    await screen.picture("secret-revoked")
    await screen.click("Reconfigure")
    await screen.sees("Sign in to Digiwatt again")
    await screen.fill(client_secret=WRONG)
    await screen.click("Submit")
    await screen.sees("The credentials are refused.")
    await screen.fill(client_secret=secret)
    await screen.picture("new-secret")
    await screen.click("Submit")
    await screen.sees("Re-authentication was successful")
    await screen.click("Close")
    await screen.choose(account)
    await screen.sees_row("Power", re.compile(r"\d\sW"))


async def esmart(house: House, screen: Screen) -> None:
    """Add an eSmart customer, look at prices, have the car charged, add the VAT."""
    facts = house.sandbox["esmart"]

    await screen.begin_to_add()
    await screen.choose("eSmart Systems")
    await screen.fill(
        api_url=facts["api_url"], user_name=facts["user_name"], password=WRONG
    )
    await screen.click("Submit")
    await screen.sees("The credentials are refused.")
    await screen.fill(password=facts["password"])
    await screen.click("Submit")
    await screen.sees("Choose the customer")
    await screen.picture("customers")
    await screen.choose(facts["customer_id"])
    await screen.click("Submit")
    await screen.sees("What do you really pay?")
    await screen.choose("Later")
    await screen.click("Skip and finish")

    # Beside a contract's own prices those of its area are off, as much else is.
    area = [f"sensor.price_area_no1_{key}" for key in ("price", "price_level")]
    names = ("planned_charging_requests", "next_charging_energy")
    own = [f"sensor.esmart_42_{name}" for name in names]
    await show(house.home_assistant, *area, *own, CHARGING, *THRESHOLDS)
    await screen.open(INTEGRATION)
    await screen.sees("Price area NO1")
    await screen.picture("devices")
    await screen.choose("Price area NO1")
    await screen.sees_row("Price", re.compile(r"\d\sNOK/kWh"))
    await screen.sees_row("Price level", re.compile("cheap|Cheap|Normal|xpensive"))
    await screen.picture("prices")

    await screen.open(INTEGRATION)
    await screen.choose("eSmart 42")
    await screen.sees_row("Planned charging requests", re.compile("1"))
    now = datetime.now(UTC)
    await screen.act(
        "create_charging_request",
        start=now + timedelta(minutes=10),
        end=now + timedelta(hours=3),
        energy=7.5,
    )
    await screen.picture("charging-requested")
    await screen.open(INTEGRATION)
    await screen.choose("eSmart 42")
    await screen.sees_row("Planned charging requests", re.compile("2"))
    await screen.sees_row("Next charging energy", re.compile(r"\d\skWh"))
    await screen.picture("customer")
    # By night the next is the one that the utility has planned itself.
    calendar = f"/api/calendars/{CHARGING}"
    span = (
        f"?start={now:%Y-%m-%dT%H:%M:%SZ}&end={now + timedelta(1):%Y-%m-%dT%H:%M:%SZ}"
    )
    events = await house.home_assistant.request("GET", calendar + span)
    if not any("7.5" in str(event) for event in events):
        raise HouseError(f"the request is in no calendar: {events}")

    await set_threshold(house, screen, "4.5")

    raw = re.compile(r"\d\sNOK/kWh")
    await screen.open(INTEGRATION)
    await screen.click("Configure")
    await screen.choose("Spot prices")
    await screen.enter("VAT", "25")
    await screen.enter("Feed-in payment on top of the price", "-0.01")
    await screen.picture("options")
    await screen.click("Submit")
    await screen.sees("Options successfully saved")
    await screen.click("Close")
    await screen.choose("Price area NO1")
    await screen.sees_row("Price", raw)
    await screen.picture("prices-with-vat")


async def epilot(house: House, screen: Screen) -> None:
    """Add a portal's customer with a code, hand in a reading, sign in again."""
    facts = house.sandbox["epilot"]
    await house.steer("epilot", "require_code", challenge="EMAIL_OTP")
    await house.steer("epilot", "rotate_refresh_tokens", on=True)

    await screen.begin_to_add()
    await screen.choose("epilot")
    await screen.fill(
        domain=f"https://{facts['domain']}/login",
        email=facts["email"],
        password=WRONG,
    )
    await screen.choose("Advanced")
    await screen.fill(
        api_url=facts["api_url"],
        metering_url=facts["metering_url"],
        identity_url=facts["identity_url"],
    )
    await screen.picture("portal")
    await screen.click("Submit")
    await screen.sees("The credentials are refused.")
    await screen.fill(password=facts["password"])
    await screen.click("Submit")
    await screen.sees("Enter the code")
    await screen.fill(code="000000")
    await screen.click("Submit")
    await screen.sees("The code is wrong or too old.")
    await screen.picture("wrong-code")
    code = (await house.steer("epilot", "code"))["code"]
    await screen.fill(code=code)
    await screen.click("Submit")
    await screen.click("Skip and finish")

    await screen.open(INTEGRATION)
    await screen.sees("Strom Zuhause: Dynamischer Preis")
    await screen.picture("devices")
    await screen.choose("Strom Zuhause: Dynamischer Preis")
    await screen.sees_row("Price", re.compile(r"\d\sEUR/kWh"))
    await screen.sees_row("Average price today", re.compile(r"\d\sEUR/kWh"))
    await screen.picture("prices")

    await screen.open(INTEGRATION)
    await screen.choose("Zähler 7GMT0002")
    await screen.sees_row("Reading", re.compile(r"\d\sm³"))
    await screen.picture("meter")
    await screen.open(INTEGRATION)
    await screen.choose("Kundenportal der Stadtwerke")
    await screen.sees_row("Next instalment", re.compile("€94.50"))
    await screen.picture("portal-device")

    await house.steer("epilot", "revoke_refresh_tokens")
    await house.steer("epilot", "expire_tokens")
    documents = {"entity_id": "sensor.kundenportal_der_stadtwerke_newest_document"}
    update = "/api/services/homeassistant/update_entity"
    await house.home_assistant.request("POST", update, documents)
    await screen.open(INTEGRATION)
    await screen.sees("Attention required")
    await screen.click("Reconfigure")
    await screen.sees("Sign in to the portal again")
    await screen.fill(password=facts["password"])
    await screen.click("Submit")
    await screen.sees("Enter the code")
    code = (await house.steer("epilot", "code"))["code"]
    await screen.fill(code=code)
    await screen.click("Submit")
    await screen.sees("Re-authentication was successful")
    await screen.picture("signed-in-again")
    await screen.click("Close")


async def volue(house: House, screen: Screen) -> None:
    """Take over what a partner has registered, see a cap come, and answer it."""
    facts = house.sandbox["volue"]
    await house.steer("volue", "remove_record", record_id=facts["neighbour_id"])
    await house.steer("volue", "send_programme")

    await screen.begin_to_add()
    await screen.choose("Volue")
    await screen.fill(client_id=facts["client_id"], client_secret=WRONG)
    await screen.choose("Sandbox (for trying out)")
    await screen.choose("Advanced")
    await screen.fill(api_url=facts["api_url"], token_url=facts["token_url"])
    await screen.picture("login")
    await screen.click("Submit")
    await screen.sees("The credentials are refused.")
    await screen.fill(client_secret=facts["client_secret"])
    await screen.click("Submit")
    await screen.sees("Choose the user")
    await screen.picture("user")
    await screen.click("Submit")
    await screen.sees("Take over what is registered")
    await screen.picture("records")
    await screen.click("Submit")
    await screen.click("Skip and finish")

    await screen.open(INTEGRATION)
    tank = "Hot water"
    await screen.sees(tank)
    await screen.picture("devices")
    await screen.choose(tank)
    await screen.sees_row("Grid limit", re.compile(r"4\.00?\skW"))
    await screen.picture("tank")
    started = monotonic()
    sent = await house.steer(
        "volue", "send_cap", resource_id=facts["tank_id"], values=[1.5, 1.5]
    )
    await screen.sees_row("Grid limit", re.compile(r"1\.50?\skW"))
    seconds = monotonic() - started
    if seconds > CAP_SECONDS:
        raise HouseError(f"the cap was seen after {seconds:.1f} s")
    print(f"volue: a cap was seen after {seconds:.2f} s")
    await screen.picture("capped")

    await screen.open(INTEGRATION)
    await screen.click("Add vehicle")
    await screen.sees("It is registered with Volue under an id of its own.")
    await screen.fill(name="Scooter")
    await screen.picture("new-vehicle")
    await screen.click("Submit")
    await screen.click("Finish")
    await screen.open(INTEGRATION)
    await screen.sees("Scooter")

    await screen.open("/config/repairs")
    await screen.choose(f"{tank}: power cap to answer")
    await screen.sees("Keep to the cap?")
    await screen.choose("Acknowledge")
    await screen.picture("cap-to-answer")
    await screen.click("Submit")
    await screen.sees("The issue is repaired!")
    told = await house.steer("volue", "told_of", event_id=sent["event_id"])
    if len(told["acknowledged"]) != 1:
        raise HouseError(f"the cap was not acknowledged: {told}")
    await report_plan(house, screen)


async def history(house: House, screen: Screen) -> None:
    """Choose the imported history in the Energy dashboard, and find a day in it."""
    home_assistant = house.home_assistant
    zone = ZoneInfo((await home_assistant.request("GET", "/api/config"))["time_zone"])
    yesterday = datetime.now(zone).date() - timedelta(days=1)
    account = await add_account(house, "esmart")
    if "entry_id" not in account:
        raise HouseError(f"no account: {account}")

    await show(home_assistant, "sensor.home_history_imported")
    await screen.open(INTEGRATION)
    await screen.choose("Home")
    await screen.sees_row("History imported", re.compile(r"\d\s?%"))
    await screen.picture("import-progress")
    if late := await wait_until_imported(home_assistant, ["esmart"]):
        raise HouseError("\n".join(late))
    await screen.sees_row("History imported", re.compile(r"100\s?%"))
    await screen.picture("imported")

    await screen.open("/config/energy/electricity")
    await screen.click("Add grid connection")
    source = "Energy Portals"
    await screen.pick_statistic(
        "Energy imported from grid", source, "Home: Consumption"
    )
    await screen.choose("Use an entity tracking the total costs")
    await screen.pick_statistic("Entity with the total costs", source, "Home: Cost")
    await screen.picture_of_dialog("grid-connection")
    await screen.save()

    await screen.open("/energy")
    await screen.show_day(yesterday)
    amounts = [
        (await published(house, series, *_bounds(yesterday, zone))).total
        for key in ("consumption", "cost")
        for series in await all_series(home_assistant)
        if series.key == key
    ]
    # Two places are shown, and those that are zero left out.
    await screen.sees_totals(amounts, within=0.005)
    await screen.picture("energy-dashboard")


def _bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a local day begins and ends, 23 to 25 hours later."""
    first, last = (datetime.combine(day + timedelta(days=n), time.min) for n in (0, 1))
    return first.replace(tzinfo=zone), last.replace(tzinfo=zone)


SCENARIOS: Final = (
    *(digiwatt, esmart, epilot, volue, autarc, history, planner),
    *(sources, prices, page),
)
# What of Home Assistant's own a scenario lives on.
SET_UP: Final[Mapping[str, str]] = {
    "page": DEVICES.read_text(),
    "planner": DEVICES.read_text(),
    "sources": TEMPLATE,
}


async def _play(scenario: Scenario, home_assistant: Path) -> None:
    """Go through a scenario in a house of its own; its log must be clean, too."""
    more = SET_UP.get(scenario.__name__, "")
    with open_configuration(more=more) as configuration:
        async with (
            open_house(configuration, python=home_assistant) as house,
            open_browser(house.home_assistant) as screen,
        ):
            await scenario(house, screen)
        if errors := [
            line for line in configuration.log_errors() if not PROVOKED.search(line)
        ]:
            raise HouseError("\n".join(errors))


async def _play_in_turn(waiting: list[Scenario], home_assistant: Path) -> None:
    """Play scenarios until none waits."""
    while waiting:
        scenario = waiting.pop()
        started = monotonic()
        await _play(scenario, home_assistant)
        print(f"{scenario.__name__}: passed in {monotonic() - started:.0f} s")


async def _main(names: Sequence[str], home_assistant: Path) -> int:
    """Play the named scenarios, or all, three at a time; returns the exit code."""
    if task := asyncio.current_task():
        cancel_on_signals(task)
    code = 0
    try:
        chromium()
        shutil.rmtree(PICTURES, ignore_errors=True)
        # The last is the longest, and taken first.
        scenarios: Sequence[Scenario] = SCENARIOS
        waiting = [each for each in scenarios if not names or each.__name__ in names]
        async with asyncio.TaskGroup() as group:
            # Much of each is waiting.
            for _ in range(3):
                group.create_task(_play_in_turn(waiting, home_assistant))
    except* asyncio.CancelledError:
        code = 130
    except* (HouseError, BrowserError, AssertionError) as errors:
        code = 1
        for error in errors.exceptions:
            print(error, file=sys.stderr)
        if PICTURES.exists():
            print(f"The pictures are in {PICTURES}", file=sys.stderr)
    return code


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/e2e", description=__doc__)
    known = [scenario.__name__ for scenario in SCENARIOS]
    parser.add_argument("scenario", nargs="*", help=f"all if left: {', '.join(known)}")
    parser.add_argument(
        "--home-assistant", type=Path, required=True, help="its environment's python"
    )
    options = parser.parse_args()
    if unknown := {*options.scenario} - {*known}:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    sys.exit(asyncio.run(_main(options.scenario, options.home_assistant)))


if __name__ == "__main__":
    main()
