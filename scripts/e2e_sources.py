"""A house without any portal: from nothing to a planned dishwasher, by hand."""

from collections.abc import Awaitable, Callable
import re
from typing import Final

from driving import shows
from enabled import enable
from integrations import add_integration
from playwright.async_api import expect

from browser import INTEGRATION, Screen
from house import House, HouseError

# What a person does at most until a dishwasher is planned.
MOST_CLICKS: Final = 15
MOST_ANSWERS: Final = 12
# Prices by the hour, as many have made it for themselves; those to come are published
# by hand.
PUBLISHED: Final = "input_boolean.published"
TEMPLATE: Final = """
input_boolean:
  published:
    name: Published
template:
  - sensor:
      - name: My prices
        unique_id: my_prices
        unit_of_measurement: EUR/kWh
        state: "{{ 0.2 + now().hour / 100 }}"
        attributes:
          prices: >
            {% set ns = namespace(rows=[]) %}
            {% set out = is_state("input_boolean.published", "on") %}
            {% set last = 48 if out else now().hour + 1 %}
            {% for n in range(-24, last) %}
            {% set start = today_at("00:00") + timedelta(hours=n) %}
            {% set row = {"start": start.isoformat(), "price": 0.2 + n % 24 / 100} %}
            {% set ns.rows = ns.rows + [row] %}
            {% endfor %}
            {{ ns.rows }}
"""


class Counted:
    """A screen that counts what a person does on it."""

    def __init__(self, screen: Screen) -> None:
        """Begin with nothing done."""
        self.screen = screen
        self.clicks = 0
        self.answers = 0

    async def begin(self) -> None:
        """Begin to add what is called so."""
        await self.screen.begin_to_add()
        # Add integration, a name that is typed, and what is found by it.
        self.clicks += 2
        self.answers += 1

    async def click(self, name: str) -> None:
        """Press a button."""
        await self.screen.click(name)
        self.clicks += 1

    async def choose(self, text: str) -> None:
        """Pick an entry of a list or menu."""
        dialog = self.screen.page.locator("dialog-data-entry-flow")
        await dialog.get_by_text(text, exact=True).last.click()
        self.clicks += 1

    async def enter(self, label: str, number: str) -> None:
        """Fill in a number."""
        await self.screen.enter(label, number)
        self.answers += 1

    async def fill(self, **fields: str) -> None:
        """Fill in texts."""
        await self.screen.fill(**fields)
        self.answers += len(fields)


async def sources(house: House, screen: Screen) -> None:
    """Plan a dishwasher by Nord Pool, by a template sensor and by two rates."""
    added = await add_integration(house, "nordpool")
    if "entry_id" not in added:
        raise HouseError(f"nordpool: {added}")
    ways: dict[str, Callable[[Counted], Awaitable[None]]] = {
        "Nord Pool": _nordpool,
        "Template": _template,
        "Two rates": _two_rates,
    }
    for name, way in ways.items():
        counted = Counted(screen)
        await counted.begin()
        await counted.choose("Home Assistant")
        await way(counted)
        await _plan(counted)
        if name == "Template":
            await _prices_arrive(house)
        if counted.clicks > MOST_CLICKS or counted.answers > MOST_ANSWERS:
            raise HouseError(
                f"{name}: {counted.clicks} clicks and {counted.answers} answers"
            )
        print(f"{name}: {counted.clicks} clicks, {counted.answers} answers")
        await _is_planned(screen, name)
        await _forget(house)


async def _nordpool(counted: Counted) -> None:
    """Take the first area, as it is offered, with VAT on top."""
    await counted.choose("Prices")
    await counted.screen.sees("Nord Pool")
    await counted.screen.picture("offers")
    await counted.click("Submit")
    await counted.screen.sees("Is this your price?")
    await counted.screen.picture("prices-read")
    await counted.click("Submit")
    await counted.enter("VAT", "25")
    await counted.screen.picture("on-top")
    await counted.click("Submit")
    await counted.screen.sees("Is this what you pay?")
    await counted.screen.picture("what-is-paid")
    await counted.choose("Yes")


async def _template(counted: Counted) -> None:
    """Name a template sensor."""
    await counted.choose("Prices")
    await counted.choose("My prices")
    await counted.click("Submit")
    await counted.screen.sees("what does it mean?")
    await counted.choose("Included")
    await counted.click("Submit")
    await counted.screen.sees("Is this your price?")
    await counted.screen.picture("template-read")
    await counted.click("Submit")


async def _two_rates(counted: Counted) -> None:
    """Enter two prices by the clock."""
    await counted.choose("A tariff by the clock")
    await counted.choose("Hours, days, seasons and holidays")
    await counted.screen.sees("Prices by the clock")
    await counted.fill(name="Two rates")
    await _band(counted, "0.31", "7", "20")
    await _band(counted, "0.22")
    await counted.screen.picture("bands")
    await counted.click("Submit")


async def _band(counted: Counted, amount: str, *hours: str) -> None:
    """Add a row: what a kWh costs, and from and until which hour."""
    page = counted.screen.page
    rows = page.locator("ha-selector-object")
    await rows.get_by_role("button", name="Add", exact=True).click()
    dialog = page.locator("dialog-form")
    price = dialog.get_by_role("spinbutton", name="Price per kWh")
    await price.fill(amount)
    times = dialog.locator("ha-time-input")
    for place, hour in enumerate(hours):
        await times.nth(place).locator("input").first.fill(hour)
    if hours:
        await counted.screen.picture("band")
    await dialog.get_by_role("button", name="Add", exact=True).last.click()
    await expect(price).to_be_hidden()
    counted.clicks += 2
    counted.answers += 1 + len(hours)


async def _plan(counted: Counted) -> None:
    """Go on to a planner and a dishwasher, which follow by themselves."""
    await counted.screen.sees("Plan flexible loads")
    await counted.click("Submit")
    await counted.choose("Dishwasher")
    await counted.screen.sees("What drives it")
    await counted.screen.picture("load")
    await counted.click("Submit")
    await counted.screen.sees("Its plan")
    await counted.screen.picture("plan")
    await counted.choose("Add")
    await counted.click("Finish")


async def _prices_arrive(house: House) -> None:
    """Have the rest of the prices published: until then plans go by expected ones."""
    home_assistant = house.home_assistant
    complete = "binary_sensor.dishwasher_planned_with_all_prices"
    await enable(home_assistant, complete)
    await shows(home_assistant, complete, "off")
    await home_assistant.act("input_boolean", "turn_on", {"entity_id": PUBLISHED})
    await shows(home_assistant, complete, "on")


async def _is_planned(screen: Screen, name: str) -> None:
    """See on the dishwasher's page that it is planned, and what it costs."""
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)
    await screen.open(INTEGRATION)
    await screen.choose("Dishwasher")
    await screen.sees_row("Status", re.compile("Planned|Time to run"))
    if name != "Nord Pool":
        # Of its prices those of tomorrow are not out before the afternoon.
        await screen.sees_row("Expected cost", re.compile(r"\d"))
    await screen.picture(f"planned-{name.casefold().replace(' ', '-')}")


async def _forget(house: House) -> None:
    """Remove all accounts of ours: the next begins from nothing."""
    for entry in await house.home_assistant.accounts():
        path = f"/api/config/config_entries/entry/{entry['entry_id']}"
        await house.home_assistant.request("DELETE", path)
