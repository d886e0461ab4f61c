"""Tools for language models: the questions that can be asked by voice."""

from typing import Final

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    IntentTool,
    LLMContext,
    Tool,
    ToolAnnotations,
)

from .const import DOMAIN
from .services.asked import QUESTIONS
from .services.exposed import can_order

_READS: Final = ToolAnnotations(
    read_only=True, destructive=False, idempotent=True, open_world=False
)
# To start, to leave out or to set a time again changes nothing more.
_ACTS: Final = ToolAnnotations(destructive=False, idempotent=True, open_world=False)


@callback
def async_get_tools(
    hass: HomeAssistant, llm_context: LLMContext, api_id: str
) -> LLMTools | None:
    """Return the tools: those that act once a load is exposed to the assistant."""
    loaded = hass.config_entries.async_loaded_entries(DOMAIN)
    if api_id != LLM_API_ASSIST or not loaded:
        return None
    handlers = {each.intent_type: each for each in intent.async_get(hass)}
    acts = can_order(hass, llm_context.assistant)
    tools: list[Tool] = [
        IntentTool(
            f"{DOMAIN}__{each.key}",
            handlers[each.intent],
            title=each.title,
            integration=DOMAIN,
            annotations=_ACTS if each.acts else _READS,
        )
        for each in QUESTIONS
        if each.intent in handlers and (acts or not each.acts)
    ]
    return LLMTools(tools=tools) if tools else None
