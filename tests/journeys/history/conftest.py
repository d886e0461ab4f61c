"""The recorder that the tests of the history have."""

from tests.history.conftest import (
    _custom_integrations,
    _quiet,
    enable_event_loop_debug,
    esmart,
    home,
    published,
    pytest_generate_tests,
    recorder_db_url,
)
