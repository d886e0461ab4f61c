"""The recorder that the tests of the history have."""

from tests.history.conftest import (
    _custom_integrations,
    _quiet,
    enable_event_loop_debug,
    pytest_generate_tests,
    recorder_db_url,
)

__all__ = [
    "_custom_integrations",
    "_quiet",
    "enable_event_loop_debug",
    "pytest_generate_tests",
    "recorder_db_url",
]
