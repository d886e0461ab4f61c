"""What was used and what it cost, asked by voice, against what is imported."""

from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.faces.esmart.home import CONTRACT, NOW
from tests.journeys.assist.agent import agent_in, say
from tests.journeys.history.test_entities import imported, number
from tests.languages import SPOKEN


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day of winter."""
    freezer.move_to(NOW)


async def test_spent(
    hass: HomeAssistant, home: MockConfigEntry, tmp_path: Path
) -> None:
    """It is what the sensors show, of each site by its name."""
    await hass.config.async_set_time_zone("Europe/Oslo")
    await agent_in(hass, tmp_path)
    await imported(hass, home)
    for language, spoken in SPOKEN.items():
        yesterday, month = spoken.spent
        figures = {
            "cost": spoken.number(number(hass, home, "cost_yesterday", CONTRACT), 2),
            "used": spoken.number(
                number(hass, home, "consumption_yesterday", CONTRACT), 1
            ),
        }
        answer = await say(hass, yesterday, language)
        assert spoken.yesterday.format(**figures) in answer
        cost = f"{number(hass, home, 'cost_this_month', CONTRACT):.2f}"
        answer = await say(hass, month, language)
        assert cost in answer.replace(",", ".")
