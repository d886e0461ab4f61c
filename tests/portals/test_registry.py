"""The registry imports a portal when it is asked for, and not before."""

from pathlib import Path
from subprocess import run
import sys

from custom_components.energy_portals.portals import registry

# The integration's own package would import more than the library.
CODE = """
import sys
from types import ModuleType
package = ModuleType({package!r})
package.__path__ = [{path!r}]
sys.modules[package.__name__] = package
from {package}.portals.registry import PORTALS
def imported():
    return {{key for key in PORTALS if {package!r} + ".portals." + key in sys.modules}}
assert imported() == set(), imported()
PORTALS["planner"]()
assert imported() == {{"planner"}}, imported()
"""


def test_each_is_under_its_key() -> None:
    keys = {key: load().key for key, load in registry.PORTALS.items()}
    assert all(key == own for key, own in keys.items())


def test_one_is_imported_alone() -> None:
    package = registry.__name__.removesuffix(".portals.registry")
    path = Path(registry.__file__).parents[1]
    code = CODE.format(package=package, path=str(path))
    run([sys.executable, "-c", code], check=True, cwd=path.parents[1])
