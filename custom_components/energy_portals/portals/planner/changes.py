"""What was set for a run: each change from the order to its restoring."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..devices import Touch
from ..model.plain import Moment
from .bindings import Control, Means, Value

# What stands for pressing what stops.
_STOP: Final[Value] = False
# Until then a device that has not moved may still be on its way.
PATIENCE: Final = timedelta(minutes=2)
_PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that was set to `to`, and is to be `before` again after the run.

    `at` is when that was ordered, or with `is_undone` when it was ordered back. It is
    kept on disk before it is done, so that whoever finds it does not know whether it
    was, unless `is_sent` says so. `is_reached` says that the device showed it.
    """

    control: Control
    before: Value | None
    to: Value
    at: Moment
    is_sent: bool = False
    is_reached: bool = False
    is_undone: bool = False
    failures: int = 0
    again: Moment | None = None

    def sent(self) -> Change:
        """Return it done; what does not get back is counted until it is."""
        failures = self.failures if self.is_undone else 0
        return replace(self, is_sent=True, failures=failures, again=None)

    def failed(self, now: datetime) -> Change:
        """Return it failed, to be tried again after 1, 2 and then 5 minutes."""
        pause = _PAUSES[min(self.failures, len(_PAUSES) - 1)]
        return replace(self, failures=self.failures + 1, again=now + pause)

    def ordered(self, to: Value, now: datetime) -> Change:
        """Return it with another value ordered; what was before is still restored."""
        return Change(control=self.control, before=self.before, to=to, at=now)

    def is_late(self, now: datetime) -> bool:
        """Say whether the device had its time to do it and has not."""
        return not self.is_reached and now >= self.at + PATIENCE


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a change: None is nothing left to restore.

    `call` is what to set now, and `due` when to look again.
    """

    change: Change | None = None
    call: Value | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a control shows at `now`, None where that cannot be seen.

    `step` is by what a number changes at least, in its own unit. `touch` is the last
    change of it that was not made here. `is_running` is what the device or its meter
    says.
    """

    now: datetime
    value: Value | None
    step: float = 0.0
    touch: Touch | None = None
    is_running: bool | None = None

    def is_at(self, value: Value | None) -> bool:
        """Say whether it shows a value."""
        shown = self.value
        if isinstance(shown, float) and isinstance(value, float):
            return abs(shown - value) <= self.step / 2
        return shown is not None and shown == value

    @property
    def is_called(self) -> bool:
        """Say whether somebody else has asked for a change of it."""
        return self.touch is not None and self.touch.is_called

    def touched_after(self, moment: datetime) -> bool:
        """Say whether it was changed since by somebody else."""
        return self.touch is not None and self.touch.at > moment


def set_to(control: Control, change: Change | None, to: Value, shown: Shown) -> Step:
    """Return how a control comes to what a run needs."""
    if change is not None and change.is_undone and shown.is_at(change.to):
        change = change.ordered(to, shown.now).sent()
    if change is None or change.is_undone:
        return _begun(control, to, shown)
    if control.means is Means.PRESS:
        return _again(change, shown) if change.again else Step(change)
    if to != change.to:
        change = change.ordered(to, shown.now)
        if not shown.is_at(to):
            return _call(change, shown)
    if shown.value is None:
        return Step(change)
    if shown.is_at(change.to):
        return Step(replace(change, is_reached=True, failures=0, again=None))
    if change.again is not None:
        return _again(change, shown)
    is_lost = change.is_reached and not shown.touched_after(change.at)
    if is_lost or not change.is_sent:
        # The device forgot it, or nobody came to do it: both are no hand's.
        return _call(change.ordered(change.to, shown.now), shown)
    change = replace(change, is_reached=False)
    due = None if change.is_late(shown.now) else change.at + PATIENCE
    return Step(change, due=due)


def _begun(control: Control, to: Value, shown: Shown) -> Step:
    """Return the first order of a run; what is as it should be stays another's."""
    is_pressed = control.means is Means.PRESS
    if not is_pressed and (shown.value is None or shown.is_at(to)):
        return Step()
    change = Change(control=control, before=shown.value, to=to, at=shown.now)
    return _call(change, shown)


def _call(change: Change, shown: Shown) -> Step:
    """Return a change that is to be made now."""
    return Step(change, change.to, shown.now + PATIENCE)


def _again(change: Change, shown: Shown) -> Step:
    """Return a change that failed, tried again when it is time."""
    to = change.before if change.is_undone else change.to
    if change.again is None or shown.now < change.again:
        return Step(change, due=change.again)
    return Step(change, to, shown.now + PATIENCE)


def undone(change: Change, shown: Shown) -> Step:
    """Return how a control comes to what it was before the run."""
    if change.control.means is Means.PRESS:
        return _stopped(change, shown)
    if change.before is None:
        return Step()
    if shown.value is None:
        return Step(change)
    if shown.is_at(change.before):
        is_coming = change.is_sent and not change.is_undone
        if not is_coming or change.is_reached or change.is_late(shown.now):
            return Step()
    elif change.is_undone:
        return _restored_late(change, shown)
    elif not shown.is_at(change.to) and (change.is_reached or shown.is_called):
        # Neither what it was nor what was made of it here.
        return Step()
    return Step(_undoing(change, shown), change.before, shown.now + PATIENCE)


def _undoing(change: Change, shown: Shown) -> Change:
    """Return a change that is to be restored now."""
    fresh = Change(
        control=change.control, before=change.before, to=change.to, at=shown.now
    )
    return replace(fresh, is_undone=True)


def _restored_late(change: Change, shown: Shown) -> Step:
    """Return a change whose restoring the device does not show yet."""
    if change.again is not None:
        return _again(change, shown)
    if not change.is_sent:
        return Step(_undoing(change, shown), change.before, shown.now + PATIENCE)
    if change.is_late(shown.now):
        # It is tried for as long as it stays on.
        again = replace(_undoing(change, shown), failures=change.failures + 1)
        return Step(again, change.before, shown.now + PATIENCE)
    return Step(change, due=change.at + PATIENCE)


def _stopped(change: Change, shown: Shown) -> Step:
    """Return what is pressed to stop what was pressed to start.

    Once, because to press twice may start it again, unless its meter says that it runs.
    """
    if change.control.stop is None or shown.is_running is False:
        return Step()
    if not change.is_undone:
        return Step(_undoing(change, shown), _STOP, shown.now + PATIENCE)
    if change.again is not None:
        return _again(replace(change, before=_STOP), shown)
    if change.is_sent or not shown.is_running:
        return Step()
    return Step(_undoing(change, shown), _STOP, shown.now + PATIENCE)
