"""The account that the tests of eSmart's face have."""

from tests.faces.esmart.conftest import (
    _no_setup,
    _now,
    account,
    enable_event_loop_debug,
    entry,
    esmart,
    form,
)
