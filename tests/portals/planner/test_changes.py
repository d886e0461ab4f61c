"""A change from its order to its restoring, in what no whole night comes to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from custom_components.energy_portals.portals.devices import Touch
from custom_components.energy_portals.portals.planner.bindings import Control, Means
from custom_components.energy_portals.portals.planner.changes import (
    Change,
    Shown,
    set_to,
    undone,
)

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NUMBER = Control(entity="number.a", means=Means.NUMBER)
PRESS = Control(entity="button.a", means=Means.PRESS, stop="button.b")
SET = Change(control=NUMBER, before=6.0, to=16.0, at=NOW, is_sent=True)


def _shown(value: float | None, minutes: float = 1, **more: object) -> Shown:
    """Return what a number shows some minutes after the order."""
    return replace(Shown(NOW + minutes * MINUTE, value, step=1.0), **more)  # type: ignore[arg-type]


def test_another_value_that_is_there_already() -> None:
    """Nothing is called for what shows already; it is reached."""
    step = set_to(NUMBER, SET, 10.0, _shown(10.0))
    assert step.call is None
    assert step.change is not None
    assert (step.change.to, step.change.before) == (10.0, 6.0)
    assert step.change.is_reached


def test_what_a_device_makes_of_it_is_restored() -> None:
    """A charger that takes 13 A for 16 gives its 6 back."""
    step = undone(SET, _shown(13.0, 30))
    assert step.call == 6.0
    # What showed 16 and shows 13 now was set by somebody.
    assert undone(replace(SET, is_reached=True), _shown(13.0, 30)).change is None
    touch = Touch(NOW + 20 * MINUTE, is_called=True)
    assert undone(SET, _shown(13.0, 30, touch=touch)).change is None


def test_what_may_still_come_is_restored_all_the_same() -> None:
    """A run that is called off a moment after its order."""
    assert undone(SET, _shown(6.0, 0.5)).call == 6.0
    assert undone(SET, _shown(6.0, 3)).change is None
    assert undone(replace(SET, is_sent=False), _shown(6.0, 0.5)).change is None


def test_what_cannot_be_seen_is_waited_for() -> None:
    """Set or restored, it is done when the device is back."""
    assert set_to(NUMBER, SET, 16.0, _shown(None)).change is SET
    assert undone(SET, _shown(None)).change is SET
    assert undone(replace(SET, before=None), _shown(16.0)).change is None


def test_wanted_again_while_it_is_restored() -> None:
    """What did not go back yet is simply kept."""
    going = replace(SET, is_undone=True)
    step = set_to(NUMBER, going, 16.0, _shown(16.0))
    assert step.call is None
    assert step.change is not None
    assert not step.change.is_undone
    assert step.change.before == 6.0
    # What went back is ordered anew.
    assert set_to(NUMBER, going, 16.0, _shown(6.0)).call == 16.0


def test_a_press_is_no_state() -> None:
    """It is pressed once for a run, and what stops it once."""
    pressed = Change(control=PRESS, before=None, to=True, at=NOW)
    assert set_to(PRESS, pressed, True, _shown(None)).call is None
    failed = pressed.failed(NOW)
    assert set_to(PRESS, failed, True, _shown(None, 0.5)).call is None
    assert set_to(PRESS, failed, True, _shown(None, 1)).call is True
    stopping = undone(pressed, _shown(None))
    assert stopping.call is False
    assert stopping.change is not None
    assert undone(stopping.change.sent(), _shown(None)).change is None
    # Killed on the way: only a meter that says that it runs has it pressed again.
    assert undone(stopping.change, _shown(None)).change is None
    assert undone(stopping.change, _shown(None, is_running=True)).call is False
    again = undone(stopping.change.failed(NOW), _shown(None, 2))
    assert again.call is False
    assert undone(pressed, _shown(None, is_running=False)).change is None
    without = replace(pressed, control=replace(PRESS, stop=None))
    assert undone(without, _shown(None)).change is None


def test_pauses_between_tries() -> None:
    """One, two, five minutes, and five from then on."""
    change = SET
    for minutes in (1, 2, 5, 5):
        change = change.failed(NOW)
        assert change.again == NOW + minutes * MINUTE
    assert change.sent().failures == 0
    assert replace(change, is_undone=True).sent().failures == 4
