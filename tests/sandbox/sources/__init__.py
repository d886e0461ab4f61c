"""The simulated servers that Home Assistant's own integrations fetch from.

They answer as the integrations' libraries read, with numbers of our own, and agree with
each other and with the portals on what a quarter-hour costs.
"""

from collections.abc import Mapping
from typing import Final

from tests.sandbox.sources.easyenergy import EasyEnergySandbox
from tests.sandbox.sources.energyzero import EnergyZeroSandbox
from tests.sandbox.sources.forecast_solar import ForecastSolarSandbox
from tests.sandbox.sources.green_planet import GreenPlanetSandbox
from tests.sandbox.sources.nordpool import NordPoolSandbox
from tests.sandbox.sources.omie import OmieSandbox
from tests.sandbox.sources.source import SourceSandbox
from tests.sandbox.sources.tibber import TibberSandbox

# By the domain of the integration.
SOURCES: Final[Mapping[str, type[SourceSandbox]]] = {
    kind.key: kind
    for kind in (
        EasyEnergySandbox,
        EnergyZeroSandbox,
        ForecastSolarSandbox,
        GreenPlanetSandbox,
        NordPoolSandbox,
        OmieSandbox,
        TibberSandbox,
    )
}
