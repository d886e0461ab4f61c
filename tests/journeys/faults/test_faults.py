"""No fault that passes leaves anything behind, and no person is needed for one.

A selection; all cases are run by `scripts/soak faults`.
"""

import pytest

from tests.journeys.faults.accounts import ACCOUNTS
from tests.journeys.faults.case import PHASES, Outcome, Phase, routes, run_case
from tests.journeys.faults.choosing import Wanted, selection
from tests.journeys.faults.scene import Scene

WANTED = Wanted.read()
SORTS = ACCOUNTS if WANTED is None else WANTED.accounts()
PARTS = range(1 if WANTED is None else WANTED.parts)


@pytest.mark.timeout(0 if WANTED else 240)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("scene", SORTS, indirect=True)
async def test_all_is_right_again(scene: Scene, phase: Phase, part: int) -> None:
    used = await routes(scene)
    assert used[phase]
    assert not await scene.differences()
    if phase == "start":
        await scene.end()
    if WANTED is None:
        cases = selection(scene.account, phase, used)
    else:
        cases = WANTED.cases(scene.account, phase, used, part)
    wrong: list[Outcome] = []
    for route, fault in cases:
        outcome = await run_case(scene, phase, route, fault)
        if outcome.problems:
            wrong.append(outcome)
            if phase == "later":
                # What is left may show in the next case, too.
                await scene.renew()
        if WANTED is not None:
            WANTED.note(outcome)
    told = "\n".join(f"{each.name}: {each.problems}" for each in wrong)
    assert WANTED is not None or not wrong, f"{len(wrong)} of {len(cases)}:\n{told}"
