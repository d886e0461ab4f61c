"""Show the integration in a real Home Assistant, with every portal's account added."""

import argparse
import asyncio
from collections.abc import Mapping
from contextlib import suppress
import json
from pathlib import Path
import sys
from typing import Final

from answers import check_answers
from driving import check_driving, check_home
from enabled import LOOKED_AT, check_enabled, enable
from flexibility import PORTAL, PROGRAMME, check_flexibility, check_usage_plan
from integrations import ANSWERS as INTEGRATIONS, add_integration, add_source
from planning import check_plans, set_page_up

from accounts import ANSWERS, LONG_SINCE, PLANNER, add_account
from configuration import DEVICES, DOMAIN, Configuration, open_configuration
from history import (
    check_history,
    check_meters,
    has_dashboard,
    set_dashboard_up,
    wait_until_imported,
)
from house import (
    USER,
    HomeAssistant,
    House,
    HouseError,
    Json,
    cancel_on_signals,
    open_house,
)

SETTLE_SECONDS: Final = 60
# What the sandbox says of itself beside its portals.
BESIDE: Final = frozenset({"control", "hosts", "sources"})
# Nobody has taken a device in hand, no time is set by which it has to be ready, nor
# a price or a rate; what has nothing to do, as a tank that is warm, has no reason and
# no change.
WITHOUT_VALUE: Final = (
    *("_by_hand_until", "_ready_by", "_exchange_rate"),
    *("_more_below", "_never_above"),
    *("_why_then", "_next_change"),
)
# What an earlier run has had done for the day is planned for the next, whose prices may
# not be known.
OF_PLANS: Final = ("_expected_cost", "_saving")
# A button, an event and a scene have no state until they are used.
WITHOUT_STATE: Final = frozenset({"button", "event", "scene"})


# --- accounts ---------------------------------------------------------------------


async def _add_accounts(house: House, configuration: Configuration) -> dict[str, Json]:
    """Add an account of every portal that has none from an earlier run."""
    held = configuration.recall("accounts") or {}
    present = {entry["entry_id"] for entry in await house.home_assistant.accounts()}
    accounts = {
        portal: {"entry_id": held[portal], "earlier": True}
        if held.get(portal) in present
        else await add_account(house, portal)
        for portal in (*sorted({*ANSWERS, *house.sandbox} - BESIDE), PLANNER)
    }
    configuration.remember(accounts=_entries_of(accounts))
    return accounts


async def _add_sources(house: House, configuration: Configuration) -> dict[str, Json]:
    """Make sources of the house of what Home Assistant itself has."""
    held = configuration.recall("sources") or {}
    present = {entry["entry_id"] for entry in await house.home_assistant.accounts()}
    sources = {
        domain: {"entry_id": held[domain]}
        if held.get(domain) in present
        else await add_source(house, domain)
        for domain in INTEGRATIONS
    }
    configuration.remember(sources=_entries_of(sources))
    return sources


def _entries_of(accounts: Mapping[str, Json]) -> Json:
    """Return the ids of those that could be added."""
    return {
        key: account["entry_id"]
        for key, account in accounts.items()
        if "entry_id" in account
    }


async def _look(home_assistant: HomeAssistant, accounts: dict[str, Json]) -> None:
    """Write into each account its state, its entities and those without a value."""
    entries = {
        entry["entry_id"]: entry for entry in await home_assistant.accounts(None)
    }
    registry = await home_assistant.command("config/entity_registry/list")
    states = {
        state["entity_id"]: state["state"]
        for state in await home_assistant.request("GET", "/api/states")
    }
    for account in accounts.values():
        if (entry := entries.get(account.get("entry_id"))) is None:
            continue
        entities = {
            entity["entity_id"]: entity["platform"]
            for entity in registry
            if entity["config_entry_id"] == entry["entry_id"]
            and entity["disabled_by"] is None
        }
        account |= {
            "state": entry["state"],
            "entities": len(entities),
            # What others leave open is theirs: an hour at night, the next one's price.
            "without_value": sorted(
                entity
                for entity, platform in entities.items()
                if platform == DOMAIN
                and entity.partition(".")[0] not in WITHOUT_STATE
                and not entity.endswith(WITHOUT_VALUE)
                and not (account.get("earlier") and entity.endswith(OF_PLANS))
                and states.get(entity) in {None, "unknown", "unavailable"}
            ),
        }
        if entry["reason"]:
            account["reason"] = entry["reason"]


def _failures(accounts: Mapping[str, Json]) -> list[str]:
    """Return what is wrong with the accounts, a line each."""
    found = []
    for portal, account in accounts.items():
        if account.get("state") != "loaded":
            why = account.get("errors") or account.get("reason") or "no reason given"
            found.append(f"{portal}: {account.get('state', 'gone')}: {why}")
        elif not account["entities"]:
            found.append(f"{portal}: loaded, but without an entity")
        found += [
            f"{portal}: {entity} has no value"
            for entity in account.get("without_value", [])
        ]
    return found


async def _settle(home_assistant: HomeAssistant, accounts: dict[str, Json]) -> None:
    """Wait until all is well and no entity is still being added, or time is up."""
    before: object = None
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_SECONDS):
            while True:
                await _look(home_assistant, accounts)
                now = {portal: acc.get("entities") for portal, acc in accounts.items()}
                if now == before and not _failures(accounts):
                    return
                if all(acc.get("state") == "flow_failed" for acc in accounts.values()):
                    return
                before = now
                await asyncio.sleep(1)


# --- the two ways to run ------------------------------------------------------------


def _greet(house: House, accounts: Mapping[str, Json]) -> None:
    """Tell the person where to look."""
    home_assistant = house.home_assistant
    print(f"\nHome Assistant {home_assistant.version} with Energy Portals\n")
    print(f"  address   {home_assistant.url}")
    print(f"  user      {USER}")
    print(f"  password  {home_assistant.password}\n")
    for portal, account in accounts.items():
        entities = account.get("entities", 0)
        print(f"  {portal}: {account.get('state')}, {entities} entities")
    for failure in _failures(accounts):
        print(f"  {failure}")
    print(f"\nAll servers are simulated; {house.sandbox['control']} steers them.")
    print("Their history is being imported. Ctrl-C stops it all.", flush=True)


async def _show(house: House, accounts: Mapping[str, Json]) -> None:
    """Let a person look, also at the history, until interrupted."""
    home_assistant = house.home_assistant
    for failure in await wait_until_imported(home_assistant, _loaded(accounts)):
        print(f"  {failure}", flush=True)
    if not await has_dashboard(home_assistant):
        await set_dashboard_up(home_assistant, await _roof(home_assistant))
    print(f"The history is imported: {home_assistant.url}/energy", flush=True)
    await asyncio.Event().wait()


async def _roof(home_assistant: HomeAssistant) -> str | None:
    """Return what forecasts the sun on the roof."""
    entries = await home_assistant.accounts("forecast_solar")
    return entries[0]["entry_id"] if entries else None


def _loaded(accounts: Mapping[str, Json]) -> list[str]:
    """Return the portals whose accounts are there."""
    return [
        portal
        for portal, account in accounts.items()
        if account.get("state") == "loaded"
    ]


async def _run(
    options: argparse.Namespace, configuration: Configuration
) -> tuple[Json, list[str]]:
    """Start the house, show or check it, stop it; returns what was found, and wrong."""
    async with open_house(
        configuration,
        host=options.host,
        port=options.port,
        before=(*LONG_SINCE, *PROGRAMME),
    ) as house:
        # What Home Assistant itself has of prices and sun.
        integrations = {
            domain: await add_integration(house, domain) for domain in INTEGRATIONS
        }
        accounts = await _add_accounts(house, configuration)
        sources = await _add_sources(house, configuration)
        everything = {
            **integrations,
            **{f"source {domain}": source for domain, source in sources.items()},
            **accounts,
        }
        if options.check:
            await enable(house.home_assistant, *LOOKED_AT)
        await _settle(house.home_assistant, everything)
        await set_page_up(house.home_assistant)
        if not options.check:
            _greet(house, everything)
            await _show(house, accounts)
        statistics, wrong = await check_history(house, _loaded(accounts))
        roof = await _roof(house.home_assistant)
        wrong += await set_dashboard_up(house.home_assistant, roof)
        of_volue = accounts.get(PORTAL, {}).get("entry_id")
        wrong += await check_flexibility(house, _loaded(accounts), of_volue)
        wrong += await check_answers(house.home_assistant, _entries_of(accounts))
        # With the history, entities have come.
        await _settle(house.home_assistant, everything)
        wrong += await check_meters(house.home_assistant)
        enabled, too_much = await check_enabled(
            house.home_assistant, _entries_of(accounts)
        )
        wrong += too_much
        plans, not_planned = await check_plans(house.home_assistant)
        wrong += not_planned
        wrong += await check_usage_plan(house, _loaded(accounts), of_volue)
        wrong += await check_driving(house.home_assistant)
        wrong += await check_home(house.home_assistant, accounts[PLANNER])
        version = house.home_assistant.version
    for account in everything.values():
        account.pop("entry_id", None)
    # Read when Home Assistant has stopped, so that stopping counts too.
    report = {
        "home_assistant": version,
        "integrations": integrations,
        "sources": sources,
        "accounts": accounts,
        "enabled": enabled,
        "plans": plans,
        "statistics": {key: each.as_dict() for key, each in statistics.items()},
        "log_errors": configuration.log_errors(),
    }
    return report, _failures(everything) + wrong


async def _main(options: argparse.Namespace) -> int:
    """Run until done or interrupted; returns the exit code."""
    if task := asyncio.current_task():
        cancel_on_signals(task)
    with open_configuration(options.config, DEVICES.read_text()) as configuration:
        try:
            report, failures = await _run(options, configuration)
        except asyncio.CancelledError:
            return 130 if options.check else 0
        except HouseError as error:
            print(error, file=sys.stderr)
            return 1
    for line in (*failures, *report["log_errors"]):
        print(line, file=sys.stderr)
    print(json.dumps(report))
    return 1 if failures or report["log_errors"] else 0


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="check, report and stop")
    parser.add_argument(
        "--port", type=int, help="of Home Assistant; a free one if left"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--config", type=Path, help="configuration folder to keep; a fresh one if left"
    )
    sys.exit(asyncio.run(_main(parser.parse_args())))


if __name__ == "__main__":
    main()
