"""Exceptions: every message has its words, with just what the code fills in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import Any, Final
from unittest.mock import MagicMock

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.coordinator import FeedCoordinator
from custom_components.energy_portals.account.store import PortalStore
from custom_components.energy_portals.button import ImportButton
from custom_components.energy_portals.const import (
    CONF_VENDOR,
    DOMAIN,
    ENERGY_DASHBOARD,
    HISTORY,
)
from custom_components.energy_portals.history.questions import (
    questions as questions_of_history,
)
from custom_components.energy_portals.portals.contract import Feed, Site
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.questions import AnyQuestion, Question
from custom_components.energy_portals.portals.rhythms import Every
from custom_components.energy_portals.services import registry, standard
from custom_components.energy_portals.services.action import Action, Request
from custom_components.energy_portals.services.call import Call as ActionCall
from custom_components.energy_portals.services.listed import ListedAction
from tests.rules.calls import Call, calls, reads_for_its_flow
from tests.rules.source import (
    FACES,
    MODULES,
    PORTALS,
    error_kinds,
    placeholders,
    strings,
)

KINDS: Final = sorted(error_kinds(), key=lambda kind: kind.__name__)
# Everything that takes a translation key and is raised. Errors of Home Assistant's are
# known by where they come from, so that a new kind is seen too.
RAISED: Final = frozenset(
    name
    for module in MODULES
    for name, value in vars(module.module).items()
    if isinstance(value, type)
    and issubclass(value, HomeAssistantError)
    # What nobody may do has Home Assistant's own words.
    and not issubclass(value, Unauthorized)
)


def _check(error: BaseException | None) -> None:
    """Hold a raised error to its words."""
    assert isinstance(error, HomeAssistantError)
    assert error.translation_domain == DOMAIN
    message = strings()["exceptions"][error.translation_key]["message"]
    passed = error.translation_placeholders or {}
    assert placeholders(message) == set(passed)
    assert all(isinstance(value, str) for value in passed.values())


@pytest.fixture
def account(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> MockConfigEntry:
    """Return a loaded account of the first portal, without a client."""
    monkeypatch.setattr(MockConfigEntry, "async_start_reauth", lambda *_: None)
    entry = MockConfigEntry(domain=DOMAIN, data={CONF_VENDOR: next(iter(PORTALS))})
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.LOADED)
    entry.runtime_data = MagicMock(portal=PORTALS[entry.data[CONF_VENDOR]], feeds={})
    entry.runtime_data.sites.data = {"s": Site(key="s", name="Home")}
    return entry


@pytest.mark.parametrize("kind", KINDS)
async def test_error_of_a_feed(
    hass: HomeAssistant, account: MockConfigEntry, kind: type[PortalError]
) -> None:
    """What a feed's failure says has words."""

    async def fail(*_: object) -> Any:
        raise kind("operation", "detail")

    feed = Feed(key="feed", fetch=fail, rhythm=Every(interval=timedelta(hours=1)))
    coordinator = FeedCoordinator(
        hass, account, MagicMock(), PortalStore(hass, "id"), feed
    )
    await coordinator.async_refresh()
    _check(coordinator.last_exception)


@dataclass(frozen=True)
class _Account:
    """What the probes are about."""

    entry: MockConfigEntry

    def find(self, call: ActionCall) -> Request:
        """Return it, whatever is named."""
        return Request(hass=call.hass, entry=self.entry, fields=call.fields)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_standard", [False, True])
async def test_error_of_an_action(
    hass: HomeAssistant,
    account: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[PortalError],
    is_standard: bool,
) -> None:
    """What an action's failure says has words."""

    async def fail(request: Request) -> Any:
        raise kind("operation", "detail")

    probe = Action(name="probe", target=_Account(account), handle=fail)
    monkeypatch.setattr(registry, "STANDARD", (probe,) if is_standard else ())
    monkeypatch.setattr(standard, "ACTIONS", (probe,))
    key = next(iter(PORTALS))
    listed = () if is_standard else (ListedAction(name="probe"),)
    face = replace(FACES[key], actions=lambda: (probe,), listed=listed)
    registry.async_setup_actions(hass, {key: face})
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call(DOMAIN, "probe", blocking=True)
    _check(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_error_of_a_button(
    hass: HomeAssistant, account: MockConfigEntry, kind: type[PortalError]
) -> None:
    """What pressing a button says has words."""
    site = account.runtime_data.sites.data["s"]
    account.runtime_data.feeds[HISTORY] = MagicMock(sites=(site,))
    account.runtime_data.importer.import_span.side_effect = kind("operation", "detail")
    button = ImportButton(account, site)
    button.hass = hass
    with pytest.raises(HomeAssistantError) as caught:
        await button.async_press()
    _check(caught.value)


def _raised() -> Iterator[tuple[str, set[str]]]:
    """Return the keys that the code names, with the placeholders passed."""
    for call in calls(*RAISED):
        key = call.argument("translation_key")
        assert key is not None, f"{call} has no translation key"
        # An error's own `key` is held to its words by the two tests above.
        if not str(key).endswith(".key") and not _passes_own_key(call):
            for each in key.values():
                yield each, call.keys("translation_placeholders")
    for call in calls("InvalidInput"):
        module = call.place.module
        if not module.is_flow and not reads_for_its_flow(module):
            key = call.argument("key", 0)
            assert key is not None
            for each in key.values():
                yield each, call.keys("placeholders")


def _passes_own_key(call: Call) -> bool:
    """Say whether the caller passes an error's own `key` on."""
    key = call.argument("translation_key")
    return key is not None and any(
        str(passed).endswith(".key")
        for name, passed in key.passed.items()
        if name == str(key)
    )


def test_messages() -> None:
    """Every key that is raised has words with what is passed, and no other has."""
    words = strings()["exceptions"]
    raised = list(_raised())
    assert {key for key, _ in raised} | {kind.key for kind in KINDS} == set(words)
    for key, passed in raised:
        assert placeholders(words[key]) == passed, key


@cache
def questions() -> tuple[AnyQuestion, ...]:
    """Return what the portals and their histories may ask."""
    of_portals = (portal.every(Question) for portal in PORTALS.values())
    asked = (*chain.from_iterable(of_portals), *questions_of_history(MagicMock()))
    assert len({question.key for question in asked}) == len(asked)
    return asked


@cache
def issues() -> dict[str, set[str]]:
    """Return the issues that may be raised, with the placeholders passed."""
    # What is asked says is held to `asked` where each is tested.
    asked = {question.key: set(question.says) for question in questions()}
    return {**asked, **{key: says for key, says, _ in told()}}


@cache
def told() -> tuple[tuple[str, set[str], bool], ...]:
    """Return the other issues: key, placeholders, whether they have a dialog."""
    found = []
    for call in calls("async_create_issue"):
        key, fixable = call.argument("translation_key"), call.argument("is_fixable")
        assert key is not None and fixable is not None
        if str(key) != "question.key":
            says = call.keys("translation_placeholders")
            found += [(each, says, fixable.values() == [True]) for each in key.values()]
    return tuple(found)


def test_issues() -> None:
    """Every issue that is raised has words with what is passed, and no other has."""
    words = strings()["issues"]
    assert set(issues()) == set(words)
    for key, passed in issues().items():
        said = dict(words[key])
        if key == ENERGY_DASHBOARD:
            # What its dialog says is held to what that passes where it is tested.
            del said["fix_flow"]
        assert placeholders(said) == passed, key


def test_fixable_issues_have_a_dialog() -> None:
    """What can be mended has words for how, and what only tells has a text."""
    asked = {question.key for question in questions()}
    asked |= {key for key, _, is_fixable in told() if is_fixable}
    for key, words in strings()["issues"].items():
        assert ("fix_flow" in words) is (key in asked), key
