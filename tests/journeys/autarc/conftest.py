"""The company that the tests of its face have."""

from tests.faces.autarc.conftest import (
    _no_setup,
    _now,
    account,
    autarc,
    enable_event_loop_debug,
    entry,
    facts,
    loaded,
)
