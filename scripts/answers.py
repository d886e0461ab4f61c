"""What portals tell by an action alone: asked for, and held against themselves."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from configuration import DOMAIN
from house import HomeAssistant, HouseError, Json

_MONTHS: Final = 12
_HOURS: Final = 24
_FOLDER: Final = "invoices"


def _compared(answer: Json) -> bool:
    return bool(answer["lowest"] <= answer["own"] <= answer["highest"])


def _months(answer: Json) -> bool:
    return len(answer["months"]) == _MONTHS


def _hours(answer: Json) -> bool:
    return len(answer["hours"]) == _HOURS


def _told(key: str) -> Callable[[Json], bool]:
    """Return what says whether an answer has something under a name."""
    return lambda answer: bool(answer[key])


def _saved(answer: Json) -> bool:
    return Path(answer["path"]).read_bytes().startswith(b"%PDF-")


# By portal: the action, what it is given, and what its answer has to be.
_ASKED: Final[Mapping[str, tuple[tuple[str, Json, Callable[[Json], bool]], ...]]] = {
    "autarc": (("get_customers", {"search": "a"}, _told("customers")),),
    "digiwatt": (
        ("get_comparison", {"period": "last-week"}, _compared),
        ("get_consumption_profile", {}, _hours),
        ("get_consumption_trend", {}, _months),
        ("get_consumption_by_appliance", {}, _months),
    ),
    "epilot": (
        ("get_links", {}, _told("links")),
        ("get_documents", {}, _told("documents")),
    ),
    "esmart": (
        ("get_charging_statistics", {}, lambda answer: answer["unit"] == "kWh"),
        ("get_control_plan_requests", {}, _told("requests")),
    ),
    "volue": (("get_webhook_deliveries", {"limit": 5}, _told("deliveries")),),
}


# The same of a meter.
_OF_METER: Final[tuple[tuple[str, Json, Callable[[Json], bool]], ...]] = (
    ("get_meter_readings", {}, lambda answer: bool(answer["counters"][0]["readings"])),
    ("get_energy_by_period", {}, _told("periods")),
    ("get_energy_by_period", {"period": "billing_period"}, _told("periods")),
)


async def check_answers(
    home_assistant: HomeAssistant, entries: Mapping[str, str]
) -> list[str]:
    """Ask for all of it, by the entries of portals; returns what is wrong."""
    wrong = []
    for portal, entry_id in entries.items():
        for action, fields, is_right in _ASKED.get(portal, ()):
            about = {"config_entry_id": entry_id, **fields}
            try:
                answer = await _ask(home_assistant, action, about)
                if not is_right(answer):
                    wrong.append(f"{portal}: {action} answers {answer}")
            except (HouseError, KeyError, TypeError) as error:
                wrong.append(f"{portal}: {action}: {error!r}")
    if "epilot" in entries:
        wrong += await _check_meter(home_assistant, entries["epilot"])
    if "esmart" in entries:
        wrong += await _check_invoice(home_assistant)
    return wrong


async def _ask(home_assistant: HomeAssistant, action: str, fields: Json) -> Json:
    """Perform an action, and return what it answers."""
    path = f"/api/services/{DOMAIN}/{action}?return_response"
    answer: Json = await home_assistant.request("POST", path, fields)
    response: Json = answer["service_response"]
    return response


async def _check_meter(home_assistant: HomeAssistant, entry_id: str) -> list[str]:
    """Ask meters for readings, months and billing periods: one of them has each."""
    registry = await home_assistant.command("config/entity_registry/list")
    meters = {
        each["device_id"]
        for each in registry
        if each["config_entry_id"] == entry_id
        and (each["translation_key"] or "").startswith("last_reading")
    }
    wrong = []
    for action, fields, is_right in _OF_METER:
        told: list[str] = []
        for meter in sorted(meters):
            try:
                about = {"device_id": meter, **fields}
                if is_right(await _ask(home_assistant, action, about)):
                    break
                told.append("nothing")
            except (HouseError, KeyError, TypeError, IndexError) as error:
                told.append(repr(error))
        else:
            wrong.append(f"epilot: {action} {fields}: {told}")
    return wrong


async def _check_invoice(home_assistant: HomeAssistant) -> list[str]:
    """Have the newest invoice saved among the media."""
    try:
        invoices = (await _ask(home_assistant, "get_invoices", {}))["invoices"]
        fields = {"number": invoices[0]["number"], "folder": _FOLDER}
        answer = await _ask(home_assistant, "download_invoice", fields)
        return [] if _saved(answer) else [f"esmart: {answer} is no PDF"]
    except (HouseError, KeyError, IndexError, OSError) as error:
        return [f"esmart: no invoice is saved: {error!r}"]
