"""What of a planner and its devices is on when it is first there."""

from typing import Final

from ...entities.shown import Shown
from ...portals.planner.sites import LoadSite, PlannerSite
from ...portals.planner.stores import BatterySite, TankSite

_OF_STORES: Final = frozenset(
    {
        "battery_mode",
        "store_power",
        "store_next_change",
        "plan_reason",
        "takes_part",
        "driven",
        "does_not_follow",
        "by_plan_again",
    }
)
SHOWN: Final[Shown] = {
    PlannerSite: {"loads_power", "saved_this_month", "runs"},
    LoadSite: {
        "load_status",
        "next_run_start",
        "next_run_end",
        "expected_cost",
        "expected_saving",
        "run_now",
        "takes_part",
        "window_end",
        "start_by_hand",
        "done_for_today",
    },
    BatterySite: _OF_STORES,
    TankSite: _OF_STORES,
}
