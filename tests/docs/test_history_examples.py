"""The examples that ask for imported hours, where there is a recorder."""

import logging
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.docs.answers import ask, differences
from tests.docs.pages import EXAMPLES, Example
from tests.docs.test_examples import RECORDED, action_of
from tests.history.accounts import NOW, add_esmart, imported
from tests.sandbox.server import Sandbox

ASKED: Final = [each for each in EXAMPLES if action_of(each) in RECORDED]


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: object, enable_custom_integrations: None
) -> None:
    """Have a recorder before Home Assistant is there, which then finds us."""


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live when the account has some days behind it."""
    freezer.move_to(NOW)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Spare the output every statement that the database is given."""
    for name in ("homeassistant", "sqlalchemy.engine", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.WARNING)


def test_all_are_tried() -> None:
    """Each of these actions has an example."""
    assert {action_of(each) for each in ASKED} == RECORDED


@pytest.mark.parametrize("example", ASKED, ids=str)
async def test_example(hass: HomeAssistant, sandbox: Sandbox, example: Example) -> None:
    """It answers in the shape that is promised."""
    await imported(hass, add_esmart(hass, sandbox))
    answer = await ask(hass, example)
    assert list(differences(example.answer, answer)) == []
