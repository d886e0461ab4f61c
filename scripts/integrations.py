"""Home Assistant's own integrations of prices and sun: what a person types in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from yarl import URL

if TYPE_CHECKING:
    from house import House, Json

_OURS: Final = "energy_portals"
_FLOW: Final = "/api/config/config_entries/flow"

type Answers = Mapping[str, Any]

# By domain: what a form asks for, by name. A form is answered with what it asks for, so
# that the same answers do where a release asks in other steps. What has no fields is
# answered by sending it.
ANSWERS: Final[Mapping[str, Answers]] = {
    "nordpool": {"areas": ["NO1", "NL"], "currency": "EUR"},
    "energyzero": {},
    "easyenergy": {},
    "tibber": {},
    "omie": {},
    "forecast_solar": {
        # One form asks where the roof is, another whether it is at home.
        "latitude": 45.4642,
        "longitude": 9.19,
        "location": "home",
        "declination_source": "fixed",
        "azimuth_source": "fixed",
        "declination": 30,
        "azimuth": 170,
        "modules_power": 5600,
    },
}

# The same for the source that each becomes. Of a list, the first is taken whose value
# begins with the domain.
SOURCES: Final[Mapping[str, Answers]] = {
    "nordpool": {},
    "energyzero": {"tax": "included", "kind": "all_in", "step": "15"},
    "easyenergy": {"tax": "included", "kind": "invoice", "step": "15"},
    "tibber": {},
    "omie": {},
    "forecast_solar": {},
    # Not in the demo: it goes by the clock of the machine, and has no value for an hour
    # or two each night where that is another one.
    "green_planet_energy": {"tax": "included"},
}


def answer(domain: str, names: Iterable[str]) -> dict[str, Any]:
    """Return the answers to a form that asks for these."""
    return {name: ANSWERS[domain][name] for name in names if name in ANSWERS[domain]}


async def add_integration(house: House, domain: str) -> Json:
    """Take an integration's flow; returns it as it is reported."""
    home_assistant = house.home_assistant
    if entries := await home_assistant.accounts(domain):
        return {"entry_id": entries[0]["entry_id"]}
    if domain == "tibber":
        tibber = house.sandbox["sources"][domain]
        client = {key: tibber[key] for key in ("client_id", "client_secret")}
        await home_assistant.command(
            "application_credentials/create", domain=domain, **client
        )
    result = await home_assistant.request("POST", _FLOW, {"handler": domain})
    flow = f"{_FLOW}/{result['flow_id']}"
    while result["type"] == "form" and not result["errors"]:
        names = [field["name"] for field in result["data_schema"] or ()]
        result = await home_assistant.request("POST", flow, answer(domain, names))
    if result["type"] == "external":
        await _say_yes(house, URL(result["url"]))
        result = await home_assistant.request("GET", flow)
    return _reported(result)


async def _say_yes(house: House, url: URL) -> None:
    """Go where the browser is sent, and from there back to Home Assistant."""
    address = house.sandbox["hosts"][url.host]
    session = house.home_assistant.session
    async with session.get(URL(address + url.raw_path_qs, encoded=True)) as answered:
        answered.raise_for_status()


def source_answer(
    domain: str, form: Mapping[str, Sequence[str]], shown: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answers to a form of ours: its fields, with what each may be.

    What is not known here stays as it is `shown`; nothing is paid on top.
    """
    known = {**shown, **SOURCES[domain], "on_top": False}
    answers = {name: known[name] for name in form if name in known}
    if "source" in form:
        found = (each for each in form["source"] if each.startswith(f"{domain}:"))
        answers["source"] = next(found)
    return answers


async def add_source(house: House, domain: str) -> Json:
    """Add what an integration has to ours; returns it as it is reported."""
    home_assistant = house.home_assistant
    sort = "house_sun" if domain == "forecast_solar" else "house_prices"
    result = await home_assistant.request("POST", _FLOW, {"handler": _OURS})
    flow = f"{_FLOW}/{result['flow_id']}"
    for step in ("home_assistant", sort):
        result = await home_assistant.request("POST", flow, {"next_step_id": step})
    while result["type"] == "form" and not result["errors"]:
        form = {
            field["name"]: _options(field.get("selector", {}))
            for field in result["data_schema"]
        }
        shown = {
            field["name"]: field["description"]["suggested_value"]
            for field in result["data_schema"]
            if "suggested_value" in field.get("description", {})
        }
        answers = source_answer(domain, form, shown)
        result = await home_assistant.request("POST", flow, answers)
    return _reported(result)


def _options(selector: Json) -> list[str]:
    """Return what may be chosen of a list."""
    options = selector.get("select", {}).get("options", ())
    return [each if isinstance(each, str) else each["value"] for each in options]


def _reported(result: Json) -> Json:
    """Return what came of a flow."""
    if result["type"] == "create_entry":
        return {"entry_id": result["result"]["entry_id"]}
    wrong = result.get("errors") or result.get("reason") or result.get("step_id")
    return {"state": "flow_failed", "errors": wrong}
