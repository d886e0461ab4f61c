"""The customer that the tests of the portal's face have."""

from tests.faces.epilot.conftest import (
    _no_setup,
    _now,
    account,
    enable_event_loop_debug,
    entry,
    epilot,
    form,
    loaded,
)
