"""Serve the sandbox on loopback until told to stop."""

import argparse
import asyncio
import json
from pathlib import Path
import signal

from tests.sandbox.server import PORTALS, Sandbox


def _portals(text: str) -> list[str]:
    names = text.split(",")
    if unknown := sorted(set(names) - set(PORTALS)):
        msg = f"unknown: {', '.join(unknown)}; known: {', '.join(PORTALS)}"
        raise argparse.ArgumentTypeError(msg)
    return names


def _told(sandbox: Sandbox, with_accounts: bool) -> dict[str, object]:
    """Return what a user types in, and what an account has once that is done."""
    facts = sandbox.facts()
    if with_accounts:
        facts["accounts"] = {
            key: portal.account(f"{sandbox.address}/{key}")
            for key, portal in sandbox.portals.items()
        }
    return facts


async def _serve(sandbox: Sandbox, port: int, with_accounts: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await sandbox.start(port)
    try:
        print(json.dumps(_told(sandbox, with_accounts)), flush=True)
        await stop.wait()
    finally:
        await sandbox.stop()


def main() -> None:
    """Print the facts as one JSON line, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox")
    parser.add_argument("--portals", type=_portals, help="comma-separated; all if left")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--accounts", action="store_true", help="print theirs as well")
    parser.add_argument("--logins", type=Path, help="kept there for the next run")
    options = parser.parse_args()
    sandbox = Sandbox(options.portals, options.seed)
    kept: Path | None = options.logins
    if kept is not None and kept.exists():
        sandbox.go_on(json.loads(kept.read_bytes()))
    asyncio.run(_serve(sandbox, options.port, options.accounts))
    if kept is not None:
        kept.write_text(json.dumps(sandbox.logins()))


if __name__ == "__main__":
    main()
