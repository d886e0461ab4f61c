"""An answer of which nothing can be read is not taken for one that has nothing."""

import pytest

from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.reading.nothing import says_nothing
from tests.portals.asking import CALLS
from tests.portals.dialects import running
from tests.sandbox.faults import Fault
from tests.sandbox.spoiling import SPOILERS

SPOILT = [how for how in SPOILERS if how.startswith("types_") and how != "types_nulls"]
OPERATIONS = [(key, operation) for key, calls in CALLS.items() for operation in calls]


def _tells(read: object) -> bool:
    """Say whether something could be read, or is said to be missing."""
    is_whole = getattr(read, "is_whole", True)
    return not is_whole or not says_nothing(getattr(read, "rows", read))


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(
    ("key", "operation"), OPERATIONS, ids=[" ".join(each) for each in OPERATIONS]
)
async def test_nothing_read_is_not_nothing_there(key: str, operation: str) -> None:
    """It is an error, or tells something, or says that it is not the whole."""
    async with running(key) as portals:
        sandbox, client = portals[key].sandbox, portals[key].client
        ask = portals[key].calls[operation]
        assert _tells(await ask(client))
        for how in SPOILT:
            fault = Fault(kind="spoilt", how=how, times=None)
            sandbox.fail(operation.partition(" ")[0], fault)
            try:
                read = await ask(client)
            except PortalError:
                continue
            finally:
                sandbox.heal()
            assert _tells(read), how
