"""Every test here that asks for the recorder runs on each database it supports."""

from collections.abc import Iterator
import os
from uuid import uuid4

import pytest
import pytest_socket
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool


@pytest.fixture(params=["sqlite", "mariadb", "postgresql"])
def recorder_db_url(
    request: pytest.FixtureRequest,
    hass_fixture_setup: list[bool],
    socket_enabled: None,
) -> Iterator[str]:
    """Return a new database of the recorder's, as the harness' fixture of this name."""
    assert not hass_fixture_setup, "the recorder comes before hass"
    if request.param == "sqlite":
        yield "sqlite://"
        return
    server = os.environ.get(f"TEST_{request.param.upper()}_URL")
    if server is None:
        pytest.skip(f"no {request.param}: scripts/databases scripts/test starts one")
    # The harness lets a test connect to loopback, but to no Unix socket.
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    name = f"test_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find the integration, and the recorder come before it."""
    if "async_test_recorder" in request.fixturenames:
        request.getfixturevalue("async_test_recorder")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")
