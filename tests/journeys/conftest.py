"""The recorder of a journey is quick; what ours is written by has Home Assistant's own.

See `tests/history` for that.
"""

from collections.abc import Iterator

import pytest

from tests.quick_recorder import quick_recorder


@pytest.fixture(autouse=True, scope="module")
def _quick_recorder() -> Iterator[None]:
    """Import as quickly as newer releases do."""
    with quick_recorder():
        yield
