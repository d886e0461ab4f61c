"""What a planner can be asked."""

from datetime import datetime
from typing import Final

from homeassistant.core import SupportsResponse
from homeassistant.util.json import JsonObjectType, JsonValueType

from ...portals.model.load_plan import LoadPlan
from ...portals.model.planner import Runs
from ...portals.model.why import Explanation
from ...portals.planner.client import PlannerClient
from ...portals.planner.feeds import PLANS, Overview, Planned
from ...portals.planner.sites import PlannerSite
from ...portals.planner.stores import StorePlan
from ...services.action import Action, AnyAction
from ...services.targets import OneSite, SiteRequest

type _Request = SiteRequest[PlannerClient, PlannerSite]


async def _get_plan(request: _Request) -> JsonObjectType:
    """Return what is planned, what it costs and saves, and why it is so."""
    held, overview = request.held(PLANS).data, None
    planned = held.get(request.site.key)
    if isinstance(planned, Overview):
        overview = planned
    sites = request.entry.runtime_data.sites.data
    told = None if overview is None else overview.told
    answer: JsonObjectType = {
        "currency": request.client.currency,
        "baseline": "at_once",
        "devices": [
            {"name": site.name, **_device(held[key])}
            for key, site in sites.items()
            if key in held and key != request.site.key
        ],
    }
    if told is None:
        return {**answer, "method": None, "cost": None, "saving": None}
    bill = told.bill
    return {
        **answer,
        "method": told.method,
        "proven": told.is_proven,
        "held": told.is_held,
        "cost": {
            "total": bill.paid + bill.cycles,
            "known": bill.drawn - bill.expected,
            "expected": bill.expected,
            "fed_in": bill.fed_in,
            "peak_fee": bill.fee,
            "wear": bill.cycles,
        },
        "saving": {"total": told.saving.total, "together": told.saving.together},
        "given_up": [
            {
                "name": sites[each.key].name if each.key in sites else each.key,
                "kind": each.kind,
                "energy": each.energy,
            }
            for each in told.given_up
        ],
    }


def _device(planned: Planned) -> JsonObjectType:
    """Return what is planned for a device, and why."""
    if isinstance(planned, StorePlan):
        return {"runs": _runs(planned.powers), **_why(planned.why)}
    if isinstance(planned, LoadPlan):
        return {
            "status": planned.status.value,
            "runs": _runs(planned.runs),
            **_why(planned.why),
        }
    return {}


def _runs(runs: Runs) -> list[JsonValueType]:
    """Return runs as response data."""

    def moment(when: datetime) -> str:
        return when.isoformat()

    return [
        {"start": moment(run.start), "end": moment(run.end), "power": run.value}
        for run in runs
    ]


def _why(why: Explanation | None) -> JsonObjectType:
    """Return a reason with its figures, None of what is not known."""
    if why is None:
        return {"reason": None}
    return {
        "reason": why.why.value,
        "rank": why.rank,
        "of": why.of,
        "energy": why.energy,
        "own_energy": why.own,
        "cost": {"known": why.known, "expected": why.expected},
        "saving": why.saving,
        "peak_fee_saved": why.saves,
    }


ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="get_plan",
        reads=True,
        response=SupportsResponse.ONLY,
        target=OneSite(PlannerClient, PlannerSite),
        handle=_get_plan,
    ),
)
