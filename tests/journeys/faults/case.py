"""One fault at one route, at set-up or later, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

from tests.journeys.faults.catalogue import NAMES, faults
from tests.journeys.faults.scene import Scene
from tests.journeys.faults.seen import listened

type Phase = Literal["start", "later"]
PHASES: Final[tuple[Phase, ...]] = ("start", "later")

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
# Until a fault was met so often, however seldom its route is used. Steps grow, since
# each takes as long as all that is due in it.
_MEETINGS: Final = 2
_MEANWHILE: Final = (
    *(_MINUTE, _MINUTE, 31 * _MINUTE, 31 * _MINUTE, 61 * _MINUTE, 61 * _MINUTE),
    *(2 * _HOUR, 4 * _HOUR, 8 * _HOUR, 10 * _HOUR, _HOUR),
)
# In hours: whatever is fetched daily comes in it, however late.
_A_DAY: Final = (1, 1, 2, 4, 6, 6, 6)
# The longest rhythm of those that grow is of six hours, and some come late.
BOUND: Final = timedelta(hours=13)
# A portal may ask for a pause of a day, after which that begins.
BOUND_OF_PAUSES: Final = timedelta(hours=24) + BOUND
# This says that there is none of what is listed, and may be shown so.
_SAYS_NONE: Final = "body_list"
# And this, where a number is all that is asked for, that it is zero.
_SAYS_ZERO: Final = ("messages_count", "body_number")
# And these may be taken to say that there is nothing, or nothing that can be read.
_SAY_NOTHING: Final = {
    *(_SAYS_NONE, "body_null", "body_empty", "body_blank", "status_204", "status_205"),
    *("body_object", "spoilt_keys_missing"),
    *(name for name in NAMES if name.startswith("spoilt_types")),
}
_AFTERWARDS: Final = (
    *(1 * _MINUTE, 4 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
    # Up to the bound, and to that of pauses.
    *(_HOUR, 2 * _HOUR, 4 * _HOUR, 4 * _HOUR, _HOUR),
    *(11 * _HOUR, _HOUR, 4 * _HOUR, 7 * _HOUR, _HOUR),
)


@dataclass
class Outcome:
    """What became of a case; `problems` are by kind, `minutes` until all was right."""

    account: str
    phase: str
    route: str
    fault: str
    problems: dict[str, list[str]] = field(default_factory=dict)
    minutes: float | None = None
    lines: list[str] = field(default_factory=list)
    met: int = 0

    @property
    def is_said(self) -> bool:
        """Say whether the fault is an answer, which is believed until the next."""
        is_zero = (self.route, self.fault) == _SAYS_ZERO
        return is_zero or self.fault == _SAYS_NONE

    @property
    def name(self) -> str:
        """Return which case it is."""
        return f"{self.account} {self.phase} {self.route} {self.fault}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON members."""
        return asdict(self)

    def add(self, kind: str, found: list[str]) -> None:
        """Note what is wrong, if anything."""
        if found:
            known = self.problems.setdefault(kind, [])
            known += [each for each in found if each not in known]


@contextmanager
def _spoilt(scene: Scene, route: str, fault: str) -> Iterator[None]:
    """Let a route fail for a while."""
    known = faults(scene.sandbox.household.now())
    scene.portal.fail(route, known[fault])
    yield
    scene.portal.heal()


def _meetings(scene: Scene, route: str, since: int) -> int:
    """Return how often a route was used since then."""
    return sum(each.operation == route for each in scene.portal.calls[since:])


async def run_case(scene: Scene, phase: Phase, route: str, fault: str) -> Outcome:
    """Let an account meet a fault, end it, and see whether all comes right again."""
    outcome = Outcome(scene.account, phase, route, fault)
    scene.portal.calls.clear()
    scene.is_new = phase == "start"
    if scene.is_new:
        scene.begin()
    scene.forget()
    with listened(scene.entry) as lines:
        with _spoilt(scene, route, fault):
            if phase == "start":
                await scene.set_up()
                if not outcome.is_said:
                    outcome.add("wrong value", await scene.wrong_values())
            for number, step in enumerate(_MEANWHILE):
                await scene.step(step)
                if not outcome.is_said:
                    outcome.add("wrong value", await scene.wrong_values())
                outcome.met = _meetings(scene, route, 0)
                if number >= 2 and outcome.met >= _MEETINGS:
                    break
        if not outcome.met:
            outcome.add("never met", [route])
        await _heal(scene, outcome)
        outcome.lines = lines.said()
        outcome.add("log lines", list(lines.wrong()))
    outcome.add("left", await scene.differences())
    if phase == "start":
        await scene.end()
    return outcome


async def _heal(scene: Scene, outcome: Outcome) -> None:
    """Let time go by until all is right again, or for as long as that may take."""
    is_pause = outcome.fault.startswith("retry_after")
    # What says no more than that is asked for again in its own rhythm, daily.
    is_answer = outcome.fault in _SAY_NOTHING
    bound = BOUND_OF_PAUSES if is_pause or is_answer else BOUND
    passed = timedelta()
    for each in _AFTERWARDS:
        # Nothing is asked for while a pause lasts.
        step = max(each, scene.pause())
        if passed + step > bound:
            break
        await scene.step(step)
        passed += step
        values = await scene.wrong_values()
        wrong = scene.not_right()
        if outcome.is_said:
            # What was said is believed until it is asked for again.
            wrong += values
        else:
            outcome.add("wrong value", values)
        if not wrong:
            outcome.minutes = passed / _MINUTE
            return
    outcome.add("not healed", wrong)


async def routes(scene: Scene) -> dict[Phase, list[str]]:
    """Return which routes a new account uses: at its set-up, and on the day after."""
    scene.begin()
    scene.portal.calls.clear()
    await scene.set_up()
    used = {each.operation for each in scene.portal.calls if each.operation}
    scene.portal.calls.clear()
    for hours in _A_DAY:
        await scene.step(hours * _HOUR)
    later = {each.operation for each in scene.portal.calls if each.operation}
    # Those that are fetched at once come in any order.
    return {"start": sorted(used), "later": sorted(later)}
