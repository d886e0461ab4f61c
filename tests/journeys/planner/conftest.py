"""The planner that the tests of its face have."""

from tests.faces.planner.conftest import (
    _now,
    enable_event_loop_debug,
    esmart,
    green,
    planner,
    prices,
)
