"""Print what a home imports for one account, the dearest first.

    .venv/bin/python scripts/imports.py esmart

`own` is a module's time of CPU, `whole` that with what it imports in turn, `by` who
imports it first: what is dear as a whole is cut there. An account of esmart, digiwatt
or autarc is set up for real, its portal simulated; of nordpool, opower and tibber all
platforms are imported.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import _bootstrap, import_module
import json
import logging
from multiprocessing import get_context
from statistics import median
import sys
import tempfile
import threading
import time
from types import MappingProxyType, ModuleType
from typing import Final
from unittest.mock import patch

from homeassistant import bootstrap
from homeassistant.auth import auth_manager_from_config
from homeassistant.config_entries import ConfigEntries, ConfigEntry, ConfigEntryState
from homeassistant.const import BASE_PLATFORMS
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.recorder import async_initialize_recorder
from homeassistant.loader import async_get_integration, async_setup
from homeassistant.setup import async_setup_component

from configuration import DOMAIN, ROOT
from home_assistant import stay_on_loopback
from house import run_sandbox

PORTALS: Final = ("autarc", "digiwatt", "esmart")
PEERS: Final = ("nordpool", "opower", "tibber")
RUNS: Final = 3
# What ours or a peer stands on.
_BENEATH: Final = ("http", "recorder", "webhook", "application_credentials")


@dataclass(kw_only=True)
class Import:
    """A module's import, in seconds of CPU.

    `is_in_loop` says that the event loop stood still meanwhile.
    """

    name: str = ""
    by: str = ""
    whole: float = 0
    inner: float = 0
    is_in_loop: bool = False

    @property
    def own(self) -> float:
        """Return what it takes without what it imports in turn."""
        return self.whole - self.inner


type Imports = Mapping[str, Import]


class _Thread(threading.local):
    """What a thread is importing; the first stands for all that is not an import."""

    def __init__(self) -> None:
        self.stack = [Import()]


@contextmanager
def _timed() -> Iterator[Imports]:
    """Time the import of each new module, in whatever thread.

    The time of the process would not do: setting an account up takes more than its
    imports. All imports but repeated ones come by `_find_and_load`.
    """
    load = vars(_bootstrap)["_find_and_load"]
    imports: dict[str, Import] = {}
    before = set(sys.modules)
    thread = _Thread()

    def timed(name: str, import_: object) -> ModuleType:
        outer = thread.stack[-1]
        each = imports.setdefault(name, Import(name=name, by=outer.name))
        each.is_in_loop = threading.current_thread() is threading.main_thread()
        thread.stack.append(each)
        begun = time.thread_time()
        try:
            module: ModuleType = load(name, import_)
        finally:
            spent = time.thread_time() - begun
            thread.stack.pop()
            each.whole += spent
            outer.inner += spent
        return module

    with patch.object(_bootstrap, "_find_and_load", timed):
        yield imports
    for name in imports.keys() - (sys.modules.keys() - before):
        del imports[name]


async def _begin(folder: str) -> HomeAssistant:
    """Return a Home Assistant that has no account yet."""
    hass = HomeAssistant(folder)
    async_setup(hass)
    hass.config.skip_pip = True
    hass.config_entries = ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth_manager_from_config(hass, [], [])
    # The recorder waits for it. Nothing listens, because there is no frontend.
    hass.set_state(CoreState.running)
    async_initialize_recorder(hass)
    for component in _BENEATH:
        if not await async_setup_component(hass, component, {}):
            raise RuntimeError(f"{component} cannot be set up")
    return hass


async def _import_peer(hass: HomeAssistant, name: str) -> Imports:
    """Import a peer as Home Assistant does before it sets an account up."""
    with _timed() as imports:
        integration = await async_get_integration(hass, name)
        component = await integration.async_get_component()
        await integration.async_get_platforms(vars(component)["PLATFORMS"])
    return imports


async def _import_portal(hass: HomeAssistant, name: str) -> Imports:
    """Set an account up, which imports what it needs when it needs it."""
    async with run_sandbox() as facts:
        entry = ConfigEntry(
            data={"vendor": name, **facts[name]},
            discovery_keys=MappingProxyType({}),
            domain=DOMAIN,
            minor_version=1,
            # Years of hours would take their time and import nothing more.
            options={"history": {"years": 0}},
            source="user",
            subentries_data=(),
            title=name,
            unique_id=f"{name}:bench",
            version=1,
        )
        with _timed() as imports:
            await hass.config_entries.async_add(entry)
            await hass.async_block_till_done(wait_background_tasks=True)
        if entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"{name}: {entry.state.value}")
        await hass.config_entries.async_unload(entry.entry_id)
    return imports


async def _imports(name: str, folder: str) -> Imports:
    """Return what a portal or a peer imports."""
    hass = await _begin(folder)
    try:
        return await (_import_peer if name in PEERS else _import_portal)(hass, name)
    finally:
        await hass.async_stop(force=True)


def _run(name: str, is_compiled: bool) -> Imports:
    """Return what is imported, with or without what is kept of compiled modules."""
    with tempfile.TemporaryDirectory() as folder:
        sys.pycache_prefix = None if is_compiled else folder
        sys.dont_write_bytecode = not is_compiled
        return asyncio.run(_imports(name, folder))


def _runs(name: str, is_compiled: bool, runs_to_make: int = RUNS) -> list[Imports]:
    """Import in processes that have what every home has, each for the first time."""
    runs = []
    for _ in range(runs_to_make):
        with get_context("fork").Pool(1) as pool:
            runs.append(pool.apply(_run, (name, is_compiled)))
    return runs


def _spent(runs: list[Imports]) -> float:
    """Return the seconds of CPU of one of these runs."""
    return median(sum(each.own for each in imports.values()) for imports in runs)


def _modules(name: str) -> dict[str, bool]:
    """Return which modules are imported, and whether in the event loop."""
    (imports,) = _runs(name, True, 1)
    return {each.name: each.is_in_loop for each in imports.values()}


def _import_home() -> None:
    """Import what every home has before it has an account."""
    early = (domains for _, domains, _ in bootstrap.STAGE_0_INTEGRATIONS)
    for domain in {*BASE_PLATFORMS, *bootstrap.DEFAULT_INTEGRATIONS}.union(*early):
        # Some stand on what is not installed here; nobody measured needs them.
        with suppress(ImportError):
            import_module(f"homeassistant.components.{domain}")


def _show(imports: Imports) -> None:
    """Print the modules, the dearest first."""
    print(f"{'own ms':>8} {'whole ms':>8}  module  by")
    for each in sorted(imports.values(), key=lambda each: -each.own):
        print(f"{each.own * 1e3:8.2f} {each.whole * 1e3:8.2f}  {each.name}  {each.by}")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="scripts/imports.py")
    parser.add_argument("name", nargs="+", choices=PORTALS + PEERS)
    parser.add_argument("--json", action="store_true", help="the bench's figures alone")
    parser.add_argument(
        "--modules", action="store_true", help="modules alone, and if the loop waited"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    sys.path.insert(0, str(ROOT))
    stay_on_loopback()
    _import_home()
    if arguments.modules:
        print(json.dumps({name: _modules(name) for name in arguments.name}))
        return
    figures = {}
    for name in arguments.name:
        compiled, source = _runs(name, True), _runs(name, False)
        figures[name] = _spent(compiled), _spent(source), len(compiled[-1])
        if not arguments.json:
            cpu, to_compile, count = figures[name]
            print(f"{name}: {count} modules, {cpu:.3f} s, {to_compile:.3f} to compile")
            _show(compiled[-1])
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
