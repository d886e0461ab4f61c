"""Home Assistant's own conversation agent, with the sentences of the documentation."""

from pathlib import Path
import shutil

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from tests.accounts import entity_id
from tests.faces.planner.home import key_of
from tests.rules.source import ROOT

SENTENCES = ROOT / "docs" / "custom_sentences"


async def agent_in(hass: HomeAssistant, folder: Path) -> None:
    """Set the agent up in a house that has the sentences."""
    shutil.copytree(SENTENCES, folder / "custom_sentences")
    hass.config.config_dir = str(folder)
    for name in ("homeassistant", "conversation", "intent"):
        assert await async_setup_component(hass, name, {})


async def say(
    hass: HomeAssistant, text: str, language: str = "en", user: MockUser | None = None
) -> str:
    """Say something to the agent, and return its answer."""
    context = Context(user_id=None if user is None else user.id)
    result = await conversation.async_converse(
        hass, text, None, context, language=language
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    answer: str = result.response.speech["plain"]["speech"]
    return answer


def expose(
    hass: HomeAssistant,
    planner: MockConfigEntry,
    *entities: tuple[str, str],
    title: str = "Dishwasher",
) -> None:
    """Expose entities of a load to the assistant, by platform and key."""
    for platform, key in entities:
        name = entity_id(hass, planner, key_of(planner, title), key, platform)
        assert name is not None
        async_expose_entity(hass, "conversation", name, should_expose=True)
