"""Where Home Assistant is not installed: an empty package in the integration's place.

`scripts/test portals` has pytest load it. The integration's own package would import
Home Assistant; the library beneath it has the same module names in both.
"""

from datetime import datetime
import gc
from importlib.util import find_spec
from pathlib import Path
import sys
from types import ModuleType
from typing import Final

from freezegun import api as freezegun
import pytest

ABSENT: Final = ("homeassistant", "probatio", "voluptuous")
INTEGRATION: Final = Path(__file__).parents[1] / "custom_components/energy_portals"

# What is loaded after this module.
pytest_plugins = ["tests.fixtures"]

if any(map(find_spec, ABSENT)):
    raise pytest.UsageError("this is for an environment without Home Assistant")
package = ModuleType("custom_components.energy_portals")
package.__path__ = [str(INTEGRATION)]
sys.modules[package.__name__] = package


def _frozen(when: datetime) -> datetime:
    """Keep which of a repeated hour's two times is meant, as the harness does."""
    plain = (when.year, when.month, when.day, when.hour, when.minute, when.second)
    return freezegun.FakeDatetime(*plain, when.microsecond, when.tzinfo, fold=when.fold)


# See https://github.com/spulec/freezegun/pull/424.
freezegun.datetime_to_fakedatetime = _frozen


def pytest_unconfigure() -> None:
    """Leave nothing to collect: a worker that takes long to end is interrupted."""
    gc.freeze()
