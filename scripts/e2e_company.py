"""An installer's company in the browser: by key and by login, a project, a tick."""

import re

from enabled import show
from playwright.async_api import expect

from browser import INTEGRATION, Screen
from configuration import DOMAIN
from house import House, HouseError

WRONG = "not the key"


async def _menu(screen: Screen, way: str) -> None:
    """Go to one of the two ways to sign in."""
    await screen.begin_to_add()
    await screen.choose("autarc")
    await screen.sees("How does your company sign in to autarc?")
    await screen.picture("ways-to-sign-in")
    await screen.choose(way)


async def autarc(house: House, screen: Screen) -> None:
    """Add a company by key, create a project, tick one off, sign in by OAuth2."""
    facts = house.sandbox["autarc"]
    await _menu(screen, "With an API key")
    await screen.fill(api_key=WRONG)
    await screen.choose("Advanced")
    await screen.fill(api_url=facts["api_url"])
    await screen.click("Submit")
    await screen.sees("The credentials are refused.")
    await screen.picture("wrong-key")
    await screen.fill(api_key=facts["api_key"])
    await screen.click("Submit")
    await screen.sees("Choose projects")
    await screen.picture("projects")
    await screen.click("Submit")
    await screen.click("Skip and finish")

    company = "autarc"
    await screen.open(INTEGRATION)
    await screen.choose(company)
    count = "sensor.autarc_projects"
    await show(house.home_assistant, count)
    await screen.sees_row("Projects", re.compile(r"\b12\b"))
    await screen.sees_row("Open project value", re.compile(r"€\d"))
    await screen.picture("company")
    await screen.act("create_project", name="Neubau Ring", project_value=31000.5)
    await screen.picture("created")
    await screen.open(INTEGRATION)
    await screen.choose(company)
    await screen.sees_row("Projects", re.compile(r"\b13\b"))

    await screen.act("get_customers", search="Ahrens")
    answer = screen.page.locator(".cm-content").last
    await expect(answer).to_contain_text("is_complete")
    await expect(answer).to_contain_text("Ahrens")
    await screen.picture("customers")

    await screen.open(INTEGRATION)
    await screen.click("Add project")
    await screen.sees("It becomes a device of its own.")
    await screen.pick("Project", "Wärmepumpe Ahrens (P-001)")
    await screen.picture("add-project")
    await screen.click("Submit")
    await screen.click("Finish")
    await screen.open(INTEGRATION)
    await screen.choose("Wärmepumpe Ahrens (P-001)")
    await screen.sees_row("Heat load", re.compile(r"7\.50?\skW"))
    await screen.sees_row("Feasibility", re.compile(r"\w"))
    await screen.picture("project")

    await screen.open("/todo?entity_id=todo.autarc_open_projects")
    await screen.sees("Neubau Ring")
    await screen.tick("Neubau Ring")
    await screen.misses("Neubau Ring")
    await screen.picture("ticked-off")

    await _sign_in(house, screen)


async def _sign_in(house: House, screen: Screen) -> None:
    """Add the company again by its login, once the account by key is removed."""
    facts, home_assistant = house.sandbox["autarc"], house.home_assistant
    (entry,) = await home_assistant.accounts()
    path = f"/api/config/config_entries/entry/{entry['entry_id']}"
    await home_assistant.request("DELETE", path)
    await home_assistant.command(
        "application_credentials/create",
        domain=DOMAIN,
        client_id=facts["client_id"],
        client_secret=facts["client_secret"],
    )
    await _menu(screen, "With OAuth 2.0")
    await screen.choose("Advanced")
    await screen.fill(api_url=facts["api_url"], auth_url=facts["auth_url"])
    await screen.picture("login")
    await screen.click("Submit")
    # The portal's page opens beside this one, agrees, and closes again.
    await screen.sees("Choose projects")
    await screen.click("Submit")
    await screen.click("Skip and finish")
    (entry,) = await home_assistant.accounts()
    if entry["state"] != "loaded":
        raise HouseError(f"the login does not work: {entry}")
