"""The household that the tests of its face have."""

from tests.faces.volue.conftest import (
    _no_setup,
    _now,
    _quiet,
    account,
    enable_event_loop_debug,
    entry,
    form,
    loaded,
    outside,
    volue,
)
