"""Events: each happening is told once, in order, over restarts as well."""

from datetime import date, datetime, timedelta
from statistics import fmean

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, State, callback
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

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
