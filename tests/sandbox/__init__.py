"""The simulated portals: real HTTP servers on loopback over one simulated household."""

from tests.sandbox.faults import Fault
from tests.sandbox.household import Household
from tests.sandbox.server import Sandbox

__all__ = ["Fault", "Household", "Sandbox"]
