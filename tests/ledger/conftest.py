import logging
import pytest
@pytest.fixture(autouse=True)
def _quiet():
    for n in ("homeassistant","sqlalchemy.engine","sqlalchemy.engine.Engine", "sqlalchemy.pool"):
        logging.getLogger(n).setLevel(logging.WARNING)
@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare."""
