"""The benchmark's measures as tests of the harness, for `bench.py` alone."""

from collections.abc import Iterator
import logging

import bench_answers
import bench_companies
import bench_house
import bench_planner
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from bench_accounts import Account, Subject, prices_only
from bench_importers import House, Importer
import bench_imports
import bench_ledger
import bench_optimum
import bench_prices
from bench_rows import YARDSTICK, Measure, yardstick_ms
from tests.quick_clock import quick_clock

# They register what they measure when they are imported.
__all__ = [
    "bench_answers",
    "bench_companies",
    "bench_house",
    "bench_imports",
    "bench_ledger",
    "bench_optimum",
    "bench_planner",
    "bench_prices",
]

_LOGGERS = (
    *("", "homeassistant", "asyncio", "custom_components.energy_portals"),
    # The harness has every statement logged.
    *("sqlalchemy.engine", "sqlalchemy.engine.Engine", "sqlalchemy.pool"),
)


@pytest.fixture(autouse=True)
def _short_logs() -> Iterator[None]:
    """Keep the logs short."""
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
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


@pytest.fixture
def persistent_database() -> bool:
    """Give the recorder a file, as it has in a household."""
    return True


@pytest.fixture
def recorder_config() -> dict[str, object]:
    """Let the recorder commit states as seldom as it does in a household."""
    return {"commit_interval": 5}


async def test_account(
    measure: Measure,
    subject: Subject,
    figures: dict[tuple[str, str], list[float]],
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    aioclient_mock: AiohttpClientMocker,
    enable_custom_integrations: None,
) -> None:
    """Take the figures of one measure of prices of one subject."""
    account = Account(hass=hass, clock=freezer, http=aioclient_mock, subject=subject)
    # What is calculated from a moment takes as long as in a home.
    with quick_clock(), prices_only():
        await _take(figures, measure, subject.name, account)
        await account.unload()


@pytest.mark.timeout(0)  # a first import of a hundred sites takes its time
async def test_importer(
    measure: Measure,
    subject: Importer,
    figures: dict[tuple[str, str], list[float]],
    recorder_mock: object,  # wants to be there before Home Assistant
    hass: HomeAssistant,
    enable_custom_integrations: None,
) -> None:
    """Take the figures of one measure of statistics of one subject."""
    house = House(hass=hass, importer=subject)
    await _take(figures, measure, subject.name, house)


@pytest.mark.timeout(0)
async def test_company(
    measure: Measure,
    subject: bench_companies.Company,
    figures: dict[tuple[str, str], list[float]],
    socket_enabled: None,
    hass: HomeAssistant,
    enable_custom_integrations: None,
) -> None:
    """Take the figures of one measure of companies."""
    await _take(figures, measure, subject.name, hass)


@pytest.mark.timeout(0)
async def test_answers(
    measure: Measure,
    subject: bench_answers.Answers,
    figures: dict[tuple[str, str], list[float]],
    socket_enabled: None,
    hass: HomeAssistant,
    enable_custom_integrations: None,
) -> None:
    """Take the figures of one measure of large answers."""
    await _take(figures, measure, subject.name, hass)


async def test_reckoner(
    measure: Measure,
    subject: bench_planner.Reckoner,
    figures: dict[tuple[str, str], list[float]],
) -> None:
    """Take the figures of one measure of plans."""
    await _take(figures, measure, subject.name, subject)


async def test_newcomer(
    measure: Measure,
    subject: bench_imports.Newcomer,
    figures: dict[tuple[str, str], list[float]],
) -> None:
    """Take the figures of one measure of what is imported."""
    await _take(figures, measure, subject.name, subject)


async def _take(
    figures: dict[tuple[str, str], list[float]],
    measure: Measure,
    subject: str,
    what: object,
) -> None:
    """Take and note the figures of one round, and the yardstick around ours."""
    before = yardstick_ms()
    taken = await measure.take(what)
    yard = (before + yardstick_ms()) / 2
    for row, figure in zip(measure.rows, taken, strict=True):
        figures.setdefault((row.name, subject), []).append(figure)
        if subject == "ours":
            figures.setdefault((row.name, YARDSTICK), []).append(yard)
