"""The recorder of a journey is quick, as that of most tests of the history."""

from tests.history.conftest import _quick_recorder

__all__ = ["_quick_recorder"]
