"""The planner in the demo: its page, and what there has to be of it."""

from typing import Any, Final

from configuration import DOMAIN
from house import HomeAssistant, Json

PAGE: Final = "energy-portals"
_TITLE: Final = "Energy Portals"
_PLANNED: Final = {"planned", "due", "running", "paused"}


async def set_page_up(home_assistant: HomeAssistant) -> None:
    """Make the dashboard that lays itself out the first page."""
    held = await home_assistant.command("lovelace/dashboards/list")
    if not any(each["url_path"] == PAGE for each in held):
        await home_assistant.command(
            "lovelace/dashboards/create",
            url_path=PAGE,
            title=_TITLE,
            icon="mdi:transmission-tower",
            mode="storage",
        )
    await home_assistant.command(
        "lovelace/config/save",
        url_path=PAGE,
        config={"strategy": {"type": f"custom:{PAGE}"}},
    )
    first = {"key": "core", "value": {"default_panel": PAGE}}
    await home_assistant.command("frontend/set_system_data", **first)


async def check_plans(home_assistant: HomeAssistant) -> tuple[Json, list[str]]:
    """Look at every load's plan; returns what is planned, and what is wrong."""
    registry = await home_assistant.command("config/entity_registry/list")
    states = {
        state["entity_id"]: state
        for state in await home_assistant.request("GET", "/api/states")
    }
    of_loads = {
        each["entity_id"]: each["device_id"]
        for each in registry
        if each["platform"] == DOMAIN and each["translation_key"] == "load_status"
    }
    plans = {entity: states[entity]["state"] for entity in sorted(of_loads)}
    wrong = []
    if not _PLANNED.intersection(plans.values()):
        wrong.append(f"planner: no load has a plan: {plans}")
    wrong += await _check_automations(home_assistant, registry)
    return plans, wrong


async def _check_automations(
    home_assistant: HomeAssistant, registry: list[dict[str, Any]]
) -> list[str]:
    """Have this release look at a trigger and a condition of each sort."""

    def target(key: str) -> Json:
        entities = (
            each["entity_id"]
            for each in registry
            if each["platform"] == DOMAIN
            and each["translation_key"] == key
            and each["disabled_by"] is None
        )
        return {"target": {"entity_id": next(entities)}}

    level, below = {"options": {"level": ["cheap"]}}, {"options": {"threshold": 99.0}}
    triggers: list[Json] = [
        {"trigger": f"{DOMAIN}.price_level_becomes", **target("price_level"), **level},
        {"trigger": f"{DOMAIN}.price_falls_below", **target("price"), **below},
        {"trigger": f"{DOMAIN}.green_window_started", **target("green_window")},
        {"trigger": f"{DOMAIN}.load_started", **target("run_now")},
        {"trigger": f"{DOMAIN}.power_cap_ended", **target("power_capped")},
    ]
    conditions: list[Json] = [
        {"condition": f"{DOMAIN}.price_level_is", **target("price_level"), **level},
        {"condition": f"{DOMAIN}.price_is_below", **target("price"), **below},
        {"condition": f"{DOMAIN}.load_is_running", **target("run_now")},
    ]
    found = await home_assistant.command(
        "validate_config", triggers=triggers, conditions=conditions
    )
    wrong = [
        f"{part}: {verdict['error']}"
        for part, verdict in found.items()
        if not verdict["valid"]
    ]
    answer = await home_assistant.command("test_condition", condition=conditions[1])
    if answer != {"result": True}:
        wrong.append(f"a price is not below 99: {answer}")
    return wrong
