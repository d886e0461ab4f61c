"""Print what a home imports for one account, the dearest first.

    .venv/bin/python scripts/imports.py esmart

`own` is a module's time of CPU, `whole` that with what it imports in turn, `by` who
imports it first: what is dear as a whole is cut there. An account of ours is set up for
real, its portal simulated; of nordpool, opower and tibber all platforms are imported.
"""

import argparse
import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
import gc
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
from homeassistant.config_entries import (
    ConfigEntries,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryData,
)
from homeassistant.const import BASE_PLATFORMS
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.recorder import async_initialize_recorder
from homeassistant.loader import async_get_integration, async_setup
from homeassistant.setup import async_setup_component
from homeassistant.util import slugify

from configuration import DOMAIN, ROOT
from home_assistant import stay_on_loopback
from house import Json, run_sandbox

PORTALS: Final = ("autarc", "digiwatt", "epilot", "esmart", "volue")
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


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whose imports are measured: what the sandbox says of it, and its options."""

    name: str
    facts: Json
    options: Json


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


def _parts(facts: Json) -> tuple[ConfigSubentryData]:
    """Return what a household sets up beneath its account: where it lives."""
    location = facts["location_id"]
    return (
        {
            "data": {
                "location_id": location,
                "location_type": "Residential",
                "meter_point_ids": [facts["meter_point"]],
            },
            "subentry_type": "location",
            "title": "Home",
            "unique_id": f"location:{location}",
        },
    )


async def _import_portal(hass: HomeAssistant, account: Account) -> Imports:
    """Set an account up, which imports what it needs when it needs it."""
    name, facts = account.name, account.facts
    entry = ConfigEntry(
        data={"vendor": name, **facts["accounts"][name]},
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        # As this version adds one.
        minor_version=2,
        # Years of hours would take their time and import nothing more.
        options={"history": {"years": 0}, **account.options},
        source="user",
        subentries_data=_parts(facts[name]) if name == "volue" else (),
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


async def _imports(account: Account, folder: str) -> Imports:
    """Return what a portal or a peer imports."""
    hass = await _begin(folder)
    try:
        if account.name in PEERS:
            return await _import_peer(hass, account.name)
        return await _import_portal(hass, account)
    finally:
        await hass.async_stop(force=True)


def _run(account: Account, is_compiled: bool) -> Imports:
    """Return what is imported, with or without what is kept of compiled modules."""
    with tempfile.TemporaryDirectory() as folder:
        sys.pycache_prefix = None if is_compiled else folder
        sys.dont_write_bytecode = not is_compiled
        return asyncio.run(_imports(account, folder))


def _runs(
    account: Account, is_compiled: bool, runs_to_make: int = RUNS
) -> list[Imports]:
    """Import in processes that have what every home has, each for the first time."""
    runs = []
    for _ in range(runs_to_make):
        with get_context("fork").Pool(1) as pool:
            runs.append(pool.apply(_run, (account, is_compiled)))
    return runs


def _spent(runs: list[Imports]) -> float:
    """Return the seconds of CPU of one of these runs."""
    return median(sum(each.own for each in imports.values()) for imports in runs)


def _modules(account: Account) -> dict[str, bool]:
    """Return which modules are imported, and whether in the event loop."""
    (imports,) = _runs(account, True, 1)
    return {each.name: each.is_in_loop for each in imports.values()}


def _import_home() -> None:
    """Import what every home has before it has an account."""
    early = (domains for _, domains, _ in bootstrap.STAGE_0_INTEGRATIONS)
    for domain in {*BASE_PLATFORMS, *bootstrap.DEFAULT_INTEGRATIONS}.union(*early):
        # What comes with the first entity of a platform, whosever it is, counts as the
        # platform: of the peers nothing is set up.
        for name in (domain, f"{domain}.trigger", f"{domain}.condition"):
            # Some stand on what is not installed here; nobody measured needs them.
            with suppress(ImportError):
                import_module(f"homeassistant.components.{name}")
    # The first name with an umlaut has it import what spells it.
    slugify("ä")
    # The collector looks through all that a home has: the module in whose import it
    # happens to begin would be said to take twice as long as a portal.
    gc.collect()
    gc.freeze()


def _show(imports: Imports) -> None:
    """Print the modules, the dearest first."""
    print(f"{'own ms':>8} {'whole ms':>8}  module  by")
    for each in sorted(imports.values(), key=lambda each: -each.own):
        print(f"{each.own * 1e3:8.2f} {each.whole * 1e3:8.2f}  {each.name}  {each.by}")


@contextmanager
def _sandbox(names: Iterable[str]) -> Iterator[Json]:
    """Run the portals, for all accounts; yield what they say of them.

    No event loop runs meanwhile: whoever is forked begins one of its own.
    """
    if not {*names} & {*PORTALS}:
        yield {}
        return
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            yield runner.run(stack.enter_async_context(run_sandbox(accounts=True)))
        finally:
            runner.run(stack.aclose())


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="scripts/imports.py")
    parser.add_argument("name", nargs="+", choices=PORTALS + PEERS)
    parser.add_argument("--json", action="store_true", help="the bench's figures alone")
    parser.add_argument(
        "--modules", action="store_true", help="modules alone, and if the loop waited"
    )
    parser.add_argument(
        "--options", type=json.loads, default={}, help="the account's, as JSON"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    sys.path.insert(0, str(ROOT))
    stay_on_loopback()
    _import_home()
    with _sandbox(arguments.name) as facts:
        accounts = [
            Account(name=name, facts=facts, options=arguments.options)
            for name in arguments.name
        ]
        if arguments.modules:
            print(json.dumps({each.name: _modules(each) for each in accounts}))
            return
        figures = {}
        for each in accounts:
            compiled, source = _runs(each, True), _runs(each, False)
            cpu, to_compile = _spent(compiled), _spent(source)
            count = len(compiled[-1])
            figures[each.name] = cpu, to_compile, count
            if not arguments.json:
                print(f"{each.name}: {count} modules, {cpu:.3f} s, ", end="")
                print(f"{to_compile:.3f} to compile")
                _show(compiled[-1])
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
