"""Fixtures: a recorder, quiet."""

import logging

import pytest


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: object, enable_custom_integrations: None
) -> None:
    """Have a recorder before Home Assistant is there, which then finds us."""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Spare the output every statement that the database is given."""
    for name in ("homeassistant", "sqlalchemy.engine", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""
