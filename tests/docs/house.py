"""A house with the accounts that an example is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.notify.const import NOTIFY_SERVICE_SCHEMA
from homeassistant.components.number import ATTR_VALUE
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.accounts import pass_time, refresh, set_up
from tests.faces.autarc import company
from tests.faces.planner.home import load, planner_of
from tests.faces.volue import home
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox

# Past two in Oslo, Berlin and Rome, when the prices of tomorrow are known.
NOW: Final = datetime(2026, 10, 20, 12, 0, 30, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)

# What examples call of others, with the fields that it takes.
OTHERS: Final[Mapping[str, vol.Schema]] = {
    "notify.notify": NOTIFY_SERVICE_SCHEMA,
    "number.set_value": cv.make_entity_service_schema(
        {vol.Required(ATTR_VALUE): vol.Coerce(float)}
    ),
    "evcc_intg.set_vehicle_plan": vol.Schema(
        {
            vol.Required("vehicle"): str,
            vol.Required("soc"): int,
            vol.Required("startdate"): str,
        }
    ),
    "time.set_value": cv.make_entity_service_schema({vol.Required("time"): cv.time}),
    "switch.turn_on": cv.make_entity_service_schema({}),
}

type Calls = list[tuple[str, dict[str, Any]]]


def _added(
    hass: HomeAssistant, portal: str, data: Mapping[str, Any], title: str, account: str
) -> MockConfigEntry:
    """Add an account that has no parts."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=title,
        data={CONF_VENDOR: portal, **data},
        unique_id=f"{portal}:{account}",
    )
    entry.add_to_hass(hass)
    return entry


def _digiwatt(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    facts: Any = sandbox.facts()["digiwatt"]
    number = facts["account_number"]
    return _added(hass, "digiwatt", facts, f"Digiwatt {number}", number)


def _esmart(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    facts: Any = sandbox.facts()["esmart"]
    data = {**facts, "price_area": None}
    return _added(hass, "esmart", data, "eSmart 42", "127.0.0.1:42:power")


def _epilot(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    epilot = sandbox.portal(EpilotSandbox)
    data = epilot.account(f"{sandbox.address}/epilot")
    account = f"{data['portal_id']}:{epilot.home.user_id}"
    return _added(hass, "epilot", data, f"epilot {data['domain']}", account)


def _volue(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    facts = sandbox.portal(VolueSandbox).account(f"{sandbox.address}/volue")
    data = {CONF_VENDOR: "volue", **facts}
    parts = (home.location(), home.tank(), home.charger(), home.vehicle())
    return home.account_of(hass, data, *parts)


def _autarc(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    facts = sandbox.portal(AutarcSandbox).account(f"{sandbox.address}/autarc")
    data = {CONF_VENDOR: "autarc", **facts}
    return company.account_of(hass, data, company.part(0))


def _planner(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    """Return a planner on the prices of the account that is there before it."""
    car = load(
        "Car",
        energy=14,
        power=7.4,
        least_power=1.4,
        shape="slots",
        ready_sun="09:00:00",
    )
    return planner_of(hass, car, price="esmart:127.0.0.1:42:power:area-NO1")


ACCOUNTS: Final[Mapping[str, Callable[[HomeAssistant, Sandbox], MockConfigEntry]]] = {
    "autarc": _autarc,
    "digiwatt": _digiwatt,
    "epilot": _epilot,
    "esmart": _esmart,
    "planner": _planner,
    "volue": _volue,
}


@dataclass
class House:
    """A running Home Assistant, what is simulated, and what was called."""

    hass: HomeAssistant
    sandbox: Sandbox
    freezer: FrozenDateTimeFactory
    entries: dict[str, MockConfigEntry]
    calls: list[ServiceCall]

    async def add(self, *accounts: str) -> None:
        """Set accounts up that are not there yet."""
        for account in accounts:
            if account not in self.entries:
                entry = ACCOUNTS[account](self.hass, self.sandbox)
                await set_up(self.hass, entry)
                await self.hass.async_block_till_done(wait_background_tasks=True)
                assert entry.state is ConfigEntryState.LOADED, account
                self.entries[account] = entry

    def listen(self) -> None:
        """Write down what is called of others from now on."""

        @callback
        def note(call: ServiceCall) -> None:
            self.calls.append(call)

        for name, schema in OTHERS.items():
            self.hass.services.async_register(*name.split("."), note, schema)

    def is_own(self, entity_id: str) -> bool:
        """Say whether an entity is one of the accounts'."""
        registered = er.async_get(self.hass).async_get(entity_id)
        return registered is not None and registered.platform == DOMAIN

    async def shows(self, entity_id: str, *states: str) -> None:
        """Let an entity show one state after the other; its attributes stay."""
        for state in states:
            before = self.hass.states.get(entity_id)
            attributes = {} if before is None else before.attributes
            self.hass.states.async_set(entity_id, state, attributes)
            await self.hass.async_block_till_done()

    async def misses(self, entity_id: str, gap: str) -> None:
        """Let an entity go, and come back as it was."""
        before = self.hass.states.get(entity_id)
        assert before is not None
        # Without a value it has none of its attributes either.
        self.hass.states.async_set(entity_id, gap)
        await self.hass.async_block_till_done()
        self.hass.states.async_set(entity_id, before.state, before.attributes)
        await self.hass.async_block_till_done()

    async def waits(self, step: timedelta) -> None:
        """Let time go by."""
        await pass_time(self.hass, self.freezer, step)

    async def refresh(self, account: str, feed: str) -> None:
        """Have an account look now."""
        await refresh(self.hass, self.entries[account], feed)

    def take(self) -> Calls:
        """Return what was called of others since the last time."""
        taken = [
            (f"{call.domain}.{call.service}", dict(call.data)) for call in self.calls
        ]
        self.calls.clear()
        return taken
