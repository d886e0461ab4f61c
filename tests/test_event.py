"""Events: each happening is told once, in order, over restarts as well."""

from copy import deepcopy
from datetime import date, datetime, timedelta
from importlib import import_module
from statistics import fmean
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    CoreState,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er, restore_state
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.energy_portals import PLATFORMS
from custom_components.energy_portals.account.store import PortalStore
from custom_components.energy_portals.portals.http.errors import Unavailable
from tests.market import DAY, HOUR, MINUTE, ORDINARY, OSLO, Market, local
from tests.priced import Priced, entry_of, esmart_entry, set_up, use
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

PUBLISHED = "event.home_prices_published"
MORNING = local(ORDINARY, OSLO, 9)


class Told:
    """Writes down what an event entity tells."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen."""
        self.states: list[State] = []
        self._last: dict[str, str] = {}
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note)

    @callback
    def _note(self, event: Event) -> None:
        new = event.data["new_state"]
        if new is None or new.domain != "event":
            return
        # The state is the moment of the last one, and comes back after a restart.
        if new.state in ("unknown", "unavailable", self._last.get(new.entity_id)):
            return
        self._last[new.entity_id] = new.state
        self.states.append(new)

    def take(self, attribute: str) -> list[str]:
        """Return an attribute of what was told since the last time."""
        taken = [state.attributes[attribute] for state in self.states]
        self.states.clear()
        return taken


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one morning."""
    freezer.move_to(MORNING)


@pytest.fixture
def told(hass: HomeAssistant) -> Told:
    """Return what is told."""
    return Told(hass)


async def _at(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, now: datetime
) -> None:
    """Let it be a moment, and what was due happen."""
    freezer.move_to(now)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


async def _unload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Take the account down."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


# Prices published


@pytest.fixture
def market() -> Market:
    """Return a market in Norway."""
    return Market()


@pytest.fixture
def entry(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, market: Market
) -> MockConfigEntry:
    """Return an account that is not set up yet."""
    use(monkeypatch, Priced((market.feed(),)).portal())
    return entry_of(hass)


def _days(*days: date) -> list[str]:
    return [day.isoformat() for day in days]


async def test_every_new_day_is_told_once(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    told: Told,
) -> None:
    await set_up(hass, entry)
    state = hass.states.get(PUBLISHED)
    assert state is not None and state.state == "unknown"
    assert told.take("day") == []
    for n in range(3):
        for hour in range(10, 24):
            await _at(hass, freezer, local(ORDINARY + n * DAY, OSLO, hour, 1))
            if hour < 13:
                assert told.take("day") == []
        assert told.take("day") == _days(ORDINARY + (n + 1) * DAY)
    state = hass.states.get(PUBLISHED)
    assert state is not None
    prices = [market.value(at) for at in market.day(ORDINARY + 3 * DAY)]
    assert state.attributes["event_type"] == "published"
    assert state.attributes["lowest"] == min(prices)
    assert state.attributes["highest"] == max(prices)
    assert state.attributes["mean"] == pytest.approx(fmean(prices))
    assert state.attributes["unit"] == "NOK/kWh"


@pytest.mark.parametrize("is_down", [False, True])
async def test_it_is_told_once_all_is_shown_that_came_with_it(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    is_down: bool,
) -> None:
    """An automation that it starts reads what else the account shows."""
    await set_up(hass, entry)
    shown: list[dict[str, str]] = []

    def now() -> dict[str, str]:
        others = set(hass.states.async_entity_ids()) - {PUBLISHED}
        states = map(hass.states.get, sorted(others))
        return {each.entity_id: each.state for each in states if each is not None}

    @callback
    def note(changed: Event[EventStateChangedData]) -> None:
        state = changed.data["new_state"]
        if state is not None and state.attributes.get("event_type"):
            shown.append(now())

    async_track_state_change_event(hass, PUBLISHED, note)
    if is_down:
        await _unload(hass, entry)
    await _at(hass, freezer, local(ORDINARY, OSLO, 14, 1))
    if is_down:
        await set_up(hass, entry)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert shown == [now()]


async def test_a_restart_tells_nothing_again(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    told: Told,
) -> None:
    await set_up(hass, entry)
    for n in range(2):
        await _at(hass, freezer, local(ORDINARY + n * DAY, OSLO, 14, 1))
    assert told.take("day") == _days(ORDINARY + DAY, ORDINARY + 2 * DAY)
    for minutes in (10, 20, 30):
        await _unload(hass, entry)
        freezer.move_to(local(ORDINARY + DAY, OSLO, 15) + minutes * MINUTE)
        await set_up(hass, entry)
        assert told.take("day") == []
    await _at(hass, freezer, local(ORDINARY + 2 * DAY, OSLO, 14, 1))
    assert told.take("day") == _days(ORDINARY + 3 * DAY)


@pytest.mark.parametrize("hour", [9, 15])
async def test_what_came_while_down_is_told_after_a_restart(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    told: Told,
    hour: int,
) -> None:
    """Whether or not anything was told before."""
    freezer.move_to(local(ORDINARY, OSLO, hour))
    await set_up(hass, entry)
    await _unload(hass, entry)
    freezer.move_to(local(ORDINARY + DAY, OSLO, 15))
    await set_up(hass, entry)
    # The running day may be told where it was not known before.
    assert told.take("day")[-1:] == _days(ORDINARY + 2 * DAY)


async def test_what_is_there_first_is_no_news_when_the_portal_was_down(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    told: Told,
) -> None:
    market.errors["home"] = Unavailable("spotprices")
    await set_up(hass, entry)
    assert hass.states.get(PUBLISHED) is not None
    market.errors.clear()
    await _at(hass, freezer, MORNING + HOUR)
    assert entry.runtime_data.feeds["spot_prices"].data["home"].known(ORDINARY)
    assert told.take("day") == []
    await _at(hass, freezer, local(ORDINARY, OSLO, 14, 1))
    assert told.take("day") == _days(ORDINARY + DAY)


async def test_a_preliminary_day_is_told_when_it_is_final(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    told: Told,
) -> None:
    market.preliminary_until = 3 * HOUR
    await set_up(hass, entry)
    await _at(hass, freezer, local(ORDINARY, OSLO, 14, 1))
    assert told.take("day") == []
    await _at(hass, freezer, local(ORDINARY, OSLO, 18, 1))
    assert told.take("day") == _days(ORDINARY + DAY)


# Messages


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart."""
    return sandbox.portal(EsmartSandbox)


@pytest.fixture
def mail(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> MockConfigEntry:
    """Return an account that gets messages."""
    return esmart_entry(hass, sandbox)


async def _look(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Fetch the messages now."""
    await entry.runtime_data.feeds["messages"].async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)


def _message_entity(hass: HomeAssistant) -> str:
    """Return the id of the one message event."""
    (found,) = [
        each for each in hass.states.async_entity_ids("event") if "mess" in each
    ]
    return found


async def test_each_message_is_told_once_and_in_order(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    await set_up(hass, mail)
    await _look(hass, mail)
    assert told.take("subject") == []
    for n in range(3):
        esmart.post.add_message(f"Number {n}", f"Text {n}")
        freezer.tick(timedelta(minutes=1))
    await _look(hass, mail)
    assert [state.attributes["text"] for state in told.states] == [
        *("Text 0", "Text 1", "Text 2")
    ]
    assert told.take("subject") == ["Number 0", "Number 1", "Number 2"]
    await _look(hass, mail)
    assert told.take("subject") == []
    state = hass.states.get(_message_entity(hass))
    assert state is not None
    assert state.attributes["event_type"] == "received"


async def test_messages_of_one_moment_are_all_told(
    hass: HomeAssistant, esmart: EsmartSandbox, mail: MockConfigEntry, told: Told
) -> None:
    await set_up(hass, mail)
    for n in range(3):
        esmart.post.add_message(f"Number {n}", "")
    await _look(hass, mail)
    assert sorted(told.take("subject")) == ["Number 0", "Number 1", "Number 2"]
    # One more, of the same moment, that the portal shows later.
    esmart.post.add_message("Number 3", "")
    await _look(hass, mail)
    assert told.take("subject") == ["Number 3"]


@pytest.mark.parametrize("before", [0, 1])
async def test_messages_are_not_lost_over_a_restart(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
    before: int,
) -> None:
    """Whether or not one was told before."""
    await set_up(hass, mail)
    for n in range(before):
        freezer.tick(timedelta(minutes=1))
        esmart.post.add_message(f"Before {n}", "")
        await _look(hass, mail)
    assert len(told.take("subject")) == before
    await _unload(hass, mail)
    freezer.tick(timedelta(minutes=1))
    esmart.post.add_message("While down", "")
    await set_up(hass, mail)
    await _look(hass, mail)
    assert told.take("subject") == ["While down"]
    freezer.tick(timedelta(minutes=1))
    esmart.post.add_message("After", "")
    await _look(hass, mail)
    assert told.take("subject") == ["After"]
    await _unload(hass, mail)
    await set_up(hass, mail)
    await _look(hass, mail)
    assert told.take("subject") == []


async def test_old_messages_are_no_news_when_the_portal_was_down(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    esmart.fail("messages", Fault(kind="status", status=500, times=None))
    await set_up(hass, mail)
    esmart.heal()
    await _look(hass, mail)
    assert mail.runtime_data.feeds["messages"].last_update_success
    assert told.take("subject") == []
    freezer.tick(timedelta(minutes=1))
    esmart.post.add_message("New", "")
    await _look(hass, mail)
    assert told.take("subject") == ["New"]


# Automations


MARKS = "energy_portals.esmart.told"


async def _arrive(
    freezer: FrozenDateTimeFactory, esmart: EsmartSandbox, *subjects: str
) -> None:
    """Let messages come, a minute apart."""
    for subject in subjects:
        freezer.tick(timedelta(minutes=1))
        esmart.post.add_message(subject, "")


def _forget_states(hass: HomeAssistant) -> None:
    """Lose what Home Assistant restores, as a crash does, or a week."""
    restore_state.async_get(hass).last_states.clear()


async def test_waits_until_automations_listen(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """What came while down and during the start is told in order, each by itself."""
    await set_up(hass, mail)
    await _look(hass, mail)
    await _unload(hass, mail)
    hass.set_state(CoreState.not_running)
    await _arrive(freezer, esmart, "Down 1", "Down 2")
    await set_up(hass, mail)
    await _look(hass, mail)
    assert hass.states.get(_message_entity(hass)) is not None
    await _arrive(freezer, esmart, "Starting")
    await _look(hass, mail)
    assert told.take("subject") == []
    await hass.async_start()
    await hass.async_block_till_done()
    assert told.take("subject") == ["Down 1", "Down 2", "Starting"]
    await _look(hass, mail)
    assert told.take("subject") == []


async def test_first_answer_during_the_start_is_no_news(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """But what comes after it is, before automations listen as well."""
    hass.set_state(CoreState.not_running)
    await _arrive(freezer, esmart, "Old")
    await set_up(hass, mail)
    await _look(hass, mail)
    await _arrive(freezer, esmart, "New")
    await _look(hass, mail)
    await hass.async_start()
    await hass.async_block_till_done()
    assert told.take("subject") == ["New"]


async def test_a_crash_neither_repeats_nor_loses(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """How far was told is on the disk at once."""
    await set_up(hass, mail)
    await _look(hass, mail)
    for subject in ("One", "Two"):
        await _arrive(freezer, esmart, subject)
        await _look(hass, mail)
        assert told.take("subject") == [subject]
        kept = deepcopy(hass_storage[MARKS])
        await _unload(hass, mail)
        hass_storage[MARKS] = kept
        _forget_states(hass)
        await set_up(hass, mail)
        await _look(hass, mail)
        assert told.take("subject") == []
    await _unload(hass, mail)
    _forget_states(hass)
    await _arrive(freezer, esmart, "Three")
    await set_up(hass, mail)
    await _look(hass, mail)
    assert told.take("subject") == ["Three"]


async def test_a_mark_of_an_earlier_release(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """It was kept with the state of the entity."""
    await set_up(hass, mail)
    await _look(hass, mail)
    await _arrive(freezer, esmart, "One")
    await _look(hass, mail)
    await _unload(hass, mail)
    await PortalStore(hass, mail.entry_id).marks.remove()
    await _arrive(freezer, esmart, "Two")
    await set_up(hass, mail)
    await _look(hass, mail)
    assert told.take("subject") == ["One", "Two"]


async def test_disabled_for_a_while(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """What came while the entity was disabled is told when it is back, once."""
    await set_up(hass, mail)
    await _look(hass, mail)
    await _arrive(freezer, esmart, "Before")
    await _look(hass, mail)
    entity, registry = _message_entity(hass), er.async_get(hass)
    registry.async_update_entity(entity, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    _forget_states(hass)
    await _arrive(freezer, esmart, "Meanwhile")
    registry.async_update_entity(entity, disabled_by=None)
    for _ in range(2):
        assert await hass.config_entries.async_reload(mail.entry_id)
        await _look(hass, mail)
    assert told.take("subject") == ["Before", "Meanwhile"]


async def test_the_state_of_before_comes_first(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """An automation that ignores what comes back hears of what is new."""
    await set_up(hass, mail)
    await _look(hass, mail)
    await _arrive(freezer, esmart, "Before")
    await _look(hass, mail)
    calls = async_mock_service(hass, "test", "run")
    entity = _message_entity(hass)
    trigger = {
        "trigger": "event.received",
        "target": {"entity_id": entity},
        "options": {"event_type": "received"},
    }
    data = {"subject": "{{ trigger.to_state.attributes.subject }}"}
    automation = {
        "triggers": trigger,
        "actions": [{"action": "test.run", "data": data}],
    }
    automation["mode"] = "queued"
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    await _unload(hass, mail)
    await _arrive(freezer, esmart, "One", "Two")
    await set_up(hass, mail)
    await _look(hass, mail)
    assert [call.data["subject"] for call in calls] == ["One", "Two"]


async def test_told_during_an_outage(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """What is known is told although the portal cannot be reached by now."""
    await set_up(hass, mail)
    await _look(hass, mail)
    await _unload(hass, mail)
    hass.set_state(CoreState.not_running)
    await _arrive(freezer, esmart, "Known")
    await set_up(hass, mail)
    await _look(hass, mail)
    esmart.fail("messages", Fault(kind="status", status=500, times=None))
    await _look(hass, mail)
    states: list[str] = []

    @callback
    def note(event: Event) -> None:
        if event.data["entity_id"] == _message_entity(hass):
            states.append(event.data["new_state"].state)

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    await hass.async_start()
    await hass.async_block_till_done()
    assert told.take("subject") == ["Known"]
    # To automations that ignore what comes back after an outage it is news as well.
    before, known, after = states
    assert (before, after) == ("unknown", "unavailable")
    assert known not in states[::2]
    state = hass.states.get(_message_entity(hass))
    assert state is not None and state.state == "unavailable"


async def test_renamed(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    mail: MockConfigEntry,
    told: Told,
) -> None:
    """Under the id that the user gives it, it goes on where it was."""
    await set_up(hass, mail)
    await _look(hass, mail)
    await _arrive(freezer, esmart, "Before")
    await _look(hass, mail)
    before = hass.states.get(_message_entity(hass))
    assert before is not None
    renamed = "event.mess_of_the_flat"
    er.async_get(hass).async_update_entity(before.entity_id, new_entity_id=renamed)
    await hass.async_block_till_done()
    now = hass.states.get(renamed)
    assert now is not None and hass.states.get(before.entity_id) is None
    assert (now.state, now.attributes) == (before.state, before.attributes)
    told.states.clear()
    for again in (False, True):
        await _arrive(freezer, esmart, f"After {again}")
        if again:
            await _unload(hass, mail)
            await set_up(hass, mail)
        await _look(hass, mail)
        assert told.take("subject") == [f"After {again}"]


def test_renamed_in_place() -> None:
    """An entity that sets anything up when it is added follows a new id by itself.

    Else Home Assistant removes and adds it again, which it does until 2027.11 only.
    """
    added = {
        *("async_prepare_to_add_to_hass", "async_added_to_hass"),
        "async_will_remove_from_hass",
    }
    for platform in PLATFORMS:
        import_module(f"custom_components.energy_portals.{platform}")
    ours = {
        each
        for each in _subclasses(Entity)
        if each.__module__.startswith("custom_components.energy_portals")
    }
    assert len(ours) > 5
    for each in ours:
        if added & each.__dict__.keys():
            assert "async_entity_id_changed" in each.__dict__, each


def _subclasses(kind: type) -> set[type]:
    """Return all classes that are made of one."""
    return {kind}.union(*map(_subclasses, kind.__subclasses__()))
