"""The Energy dashboard by a click: what is offered there, and what it is then."""

import re
from typing import Any, Final

from playwright.async_api import expect

from browser import Screen
from history import all_series, wait_until_imported
from house import HomeAssistant, House, HouseError

_OFFER: Final = "energy_dashboard"
# What of a meter the dashboard counts, and what it tells in money.
_METERED: Final = frozenset(
    {"grid_consumption", "return_to_grid", "gas_or_water_consumption"}
)
_MONEY: Final = ("stat_cost", "stat_compensation")


async def all_meters_in_energy(house: House, screen: Screen) -> None:
    """14. Add every meter by its repair: all are there, and none has a foreign cost."""
    home_assistant = house.home_assistant
    if late := await wait_until_imported(home_assistant, ["epilot", "esmart"]):
        raise HouseError("\n".join(late))
    for offer in await _offers(home_assistant):
        about = offer["translation_placeholders"]
        await screen.open("/config/repairs")
        await screen.choose(
            f"Add {about['count']} meters of {about['account']} to the Energy dashboard"
        )
        await screen.click("Submit")
        await screen.sees("The issue is repaired!")
    await screen.picture("meters-added")
    if left := await _offers(home_assistant):
        raise AssertionError(f"offered still: {left}")
    await _hold(home_assistant)
    await screen.open("/energy")
    table = screen.page.locator("hui-energy-sources-table-card")
    await expect(table).to_contain_text(re.compile(r"\d\s?kWh"))
    await screen.picture("energy-dashboard")


async def _offers(home_assistant: HomeAssistant) -> list[dict[str, Any]]:
    """Return what of the Energy dashboard is asked."""
    told = await home_assistant.command("repairs/list_issues")
    return [each for each in told["issues"] if each["translation_key"] == _OFFER]


async def _hold(home_assistant: HomeAssistant) -> None:
    """Hold the dashboard to the meters there are, and to what it says of itself."""
    series = await all_series(home_assistant)
    meters = {each.site for each in series if each.use_as in _METERED}
    kept = await home_assistant.command("energy/get_prefs")
    sources = kept["energy_sources"]
    if not meters or len(sources) != len(meters):
        raise AssertionError(f"of the meters {meters} are there {sources}")
    found = await home_assistant.command("energy/validate")
    if wrong := [issue for lists in found.values() for each in lists for issue in each]:
        raise AssertionError(f"the Energy dashboard says {wrong}")
    named = {each.get(key) for each in sources for key in _MONEY} - {None}
    if not named:
        raise AssertionError(f"nothing has a cost: {sources}")
    currency = (await home_assistant.request("GET", "/api/config"))["currency"]
    units = {
        each["statistic_id"]: each["statistics_unit_of_measurement"]
        for each in await home_assistant.command(
            "recorder/get_statistics_metadata", statistic_ids=sorted(named)
        )
    }
    if units.keys() != named or {*units.values()} != {currency}:
        raise AssertionError(f"costs in {units}, the house has {currency}")
