"""The maths runs without Home Assistant, and so do its tests."""

from hypothesis import settings
import pytest

settings.register_profile("model", deadline=None, database=None, derandomize=True)
settings.load_profile("model")


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Start no Home Assistant for these."""
