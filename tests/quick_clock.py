"""A frozen clock that is quick: what is calculated from it are ordinary moments.

Freezegun makes each result a moment of its own class again, which takes ten times as
long as the calculation, and is of use only to who asks that moment for the time.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from freezegun import api
from pytest_homeassistant_custom_component import patch_time

_CALCULATE = ("__add__", "__radd__", "__sub__", "astimezone", "date")


def _same(moment: Any) -> Any:
    return moment


@contextmanager
def quick_clock() -> Generator[None]:
    """Leave it to the frozen clock to say what time it is, and no more."""
    own = {name: getattr(api.real_datetime, name) for name in _CALCULATE}
    with (
        patch.multiple(patch_time.HAFakeDatetime, **own),
        patch.object(patch_time, "ha_datetime_to_fakedatetime", _same),
        patch.object(api, "datetime_to_fakedatetime", _same),
    ):
        yield
