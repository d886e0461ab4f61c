"""The tools that language models are given, in Home Assistant's own API."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.llm import async_get_tools
from custom_components.energy_portals.services.asked import QUESTIONS
from tests.accounts import entity_id
from tests.faces.planner.home import key_of
from tests.faces.planner.seen import shown

READ = {f"{DOMAIN}__{each.key}" for each in QUESTIONS if not each.acts}
ACT = {f"{DOMAIN}__{each.key}" for each in QUESTIONS if each.acts}


@pytest.fixture(autouse=True)
async def _api(hass: HomeAssistant) -> None:
    """Have what gives language models their tools."""
    assert await async_setup_component(hass, "llm", {})


async def api(hass: HomeAssistant, language: str = "en") -> llm.APIInstance:
    """Return what a language model may use."""
    context = llm.LLMContext(
        platform="test",
        context=Context(),
        language=language,
        assistant="conversation",
        device_id=None,
    )
    return await llm.async_get_api(hass, llm.LLM_API_ASSIST, context)


async def ours(hass: HomeAssistant) -> dict[str, llm.Tool]:
    """Return the tools that are ours."""
    instance = await api(hass)
    return {each.name: each for each in instance.tools if each.integration == DOMAIN}


async def use(
    hass: HomeAssistant, tool: str, language: str = "en", /, **args: Any
) -> dict[str, Any]:
    """Use a tool, and return what it says."""
    call = llm.ToolInput(tool_name=f"{DOMAIN}__{tool}", tool_args=args)
    result = await (await api(hass, language)).async_call_tool(call)
    told: dict[str, Any] = result.data
    return told


async def test_without_an_account(hass: HomeAssistant) -> None:
    """A house without an account has no tools of ours."""
    assert await async_setup_component(hass, DOMAIN, {})
    assert not await ours(hass)


async def test_reading_by_default(
    hass: HomeAssistant, planner: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """What only reads is there, and says so; what acts is not."""
    tools = await ours(hass)
    assert set(tools) == READ
    assert all(each.annotations.read_only for each in tools.values())
    assert not any(each.annotations.open_world for each in tools.values())
    assert "tools that are not prefixed" not in caplog.text


async def test_acting_once_exposed(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """What acts is there once a load is exposed, and does it."""
    key = key_of(planner, "Dishwasher")
    start = entity_id(hass, planner, key, "start_by_hand", "button")
    assert start is not None
    async_expose_entity(hass, "conversation", start, should_expose=True)
    tools = await ours(hass)
    assert set(tools) == READ | ACT
    assert not any(tools[name].annotations.read_only for name in ACT)
    told = await use(hass, "run_now", name="Dishwasher")
    said = "It is time for Dishwasher to run: until 15:30."
    assert told["speech"]["plain"]["speech"] == said
    assert shown(hass, planner, "load_status") == "due"
    told = await use(hass, "skip_today", name="Dishwasher")
    assert told["response_type"] == "error"


async def test_answers(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """A tool answers as the agent does, in the language of the one who asks."""
    told = await use(hass, "run_time", name="dishwasher")
    assert told["response_type"] == "query_answer"
    assert told["speech"]["plain"]["speech"].startswith("Dishwasher runs best")
    told = await use(hass, "green_now", "de")
    assert told["speech"]["plain"]["speech"].startswith("Ja, der Strom ist grün")
    told = await use(hass, "cheapest_time", minutes=15, name="Home")
    assert told["speech"]["plain"]["speech"].startswith("Electricity is cheapest")


async def test_other_apis(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """An API that is not about the house has none of them."""
    instance = await api(hass)
    assert async_get_tools(hass, instance.llm_context, "other") is None
