"""The benchmark's measures as tests of the harness, for `bench.py` alone."""

from collections.abc import Iterator
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from bench_accounts import Account, Subject, prices_only
import bench_prices
from bench_rows import Measure

__all__ = ["bench_prices"]  # registers what it measures when it is imported

_LOGGERS = ("", "homeassistant", "asyncio", "custom_components.energy_portals")


@pytest.fixture(autouse=True)
def _surroundings(enable_custom_integrations: None) -> Iterator[None]:
    """Keep the logs short and our vendor to its prices."""
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    with prices_only():
        yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give each measure a folder of its own."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Store in real files; the harness would copy what is loaded object by object."""
    return {}


async def test_measure(
    measure: Measure,
    subject: Subject,
    figures: dict[tuple[str, str], float],
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    aioclient_mock: AiohttpClientMocker,
) -> None:
    """Take the figures of one measure of one subject."""
    account = Account(hass=hass, clock=freezer, http=aioclient_mock, subject=subject)
    taken = await measure.take(account)
    for row, figure in zip(measure.rows, taken, strict=True):
        figures[row.name, subject.name] = figure
    await account.unload()
