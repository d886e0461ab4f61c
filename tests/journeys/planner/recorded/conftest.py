"""The planner of the planner's tests, with a recorder."""

from datetime import timedelta

import pytest

from tests.faces.planner.conftest import _now, enable_event_loop_debug, prices
from tests.faces.planner.home import NOW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated utility, of a contract with little past to import."""
    found = sandbox.portal(EsmartSandbox)
    found.home.opened = NOW - timedelta(days=1)
    return found


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: object, enable_custom_integrations: None
) -> None:
    """Have a recorder before Home Assistant is there, which then finds us."""
