"""Fixtures: a recorder, quiet, on SQLite or on every database it supports."""

from collections.abc import Iterator
from datetime import UTC, datetime
import logging
import os
from typing import Any
from uuid import uuid4

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import pytest_socket
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.portals.model.ledger import COST
from tests.history.published import Published
from tests.quick_recorder import quick_recorder
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox

# 00:00 in Oslo, on the first of December.
LAST_MONTH = datetime(2025, 11, 30, 23, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the modules that say `EVERY_DATABASE = True` on each of them."""
    if getattr(metafunc.module, "EVERY_DATABASE", False):
        databases = ["sqlite", "mariadb", "postgresql"]
        metafunc.parametrize("recorder_db_url", databases, indirect=True)


@pytest.fixture
def recorder_db_url(
    request: pytest.FixtureRequest,
    hass_fixture_setup: list[bool],
    socket_enabled: None,
) -> Iterator[str]:
    """Return a new database of the recorder's, as the harness' fixture of this name."""
    assert not hass_fixture_setup, "the recorder comes before hass"
    database = getattr(request, "param", "sqlite")
    if database == "sqlite":
        yield "sqlite://"
        return
    server = os.environ.get(f"TEST_{database.upper()}_URL")
    if server is None:
        pytest.skip(f"no {database}: scripts/databases scripts/test starts one")
    # The harness lets a test connect to loopback, but to no Unix socket.
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    name = f"test_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))


@pytest.fixture(autouse=True, scope="module")
def _quick_recorder(request: pytest.FixtureRequest) -> Iterator[None]:
    """Import as quickly as newer releases do; `OWN_RECORDER = True` says how it is."""
    if getattr(request.module, "OWN_RECORDER", False):
        yield
        return
    with quick_recorder():
        yield


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: object, enable_custom_integrations: None
) -> None:
    """Have a recorder before Home Assistant is there, which then finds us."""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Spare the output every statement that the database is given."""
    for name in ("homeassistant", "sqlalchemy.engine", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the tests the harness' debug mode, which doubles the time they take."""


@pytest.fixture
def esmart(sandbox: Sandbox) -> EsmartSandbox:
    """Return the simulated eSmart, whose contract is that of two months."""
    found = sandbox.portal(EsmartSandbox)
    found.home.opened = LAST_MONTH
    return found


@pytest.fixture
def home(
    hass: HomeAssistant, sandbox: Sandbox, esmart: EsmartSandbox
) -> MockConfigEntry:
    """Return an eSmart account whose history is that of a year at most."""
    facts: Any = sandbox.facts()["esmart"]
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={CONF_VENDOR: "esmart", **facts, "price_area": None},
        options={"history": {"years": 1}},
        unique_id="esmart:127.0.0.1:42:power",
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def published() -> Published:
    """Return a portal with twenty days of hours, the night of autumn among them."""
    portal = Published()
    for number in range(20 * 24):
        portal.hour(number, number % 7 / 4)
        portal.hour(number, number % 5 / 10, COST)
    return portal
