"""Serve the sandbox on loopback until told to stop."""

import argparse
import asyncio
from collections.abc import Sequence
import json
import signal

from tests.sandbox.server import PORTALS, Sandbox


def _portals(text: str) -> list[str]:
    names = text.split(",")
    if unknown := sorted(set(names) - set(PORTALS)):
        msg = f"unknown: {', '.join(unknown)}; known: {', '.join(PORTALS)}"
        raise argparse.ArgumentTypeError(msg)
    return names


async def _serve(portals: Sequence[str] | None, seed: int, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    sandbox = Sandbox(portals, seed)
    await sandbox.start(port)
    try:
        print(json.dumps(sandbox.facts()), flush=True)
        await stop.wait()
    finally:
        await sandbox.stop()


def main() -> None:
    """Print the facts as one JSON line, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox")
    parser.add_argument("--portals", type=_portals, help="comma-separated; all if left")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(_serve(options.portals, options.seed, options.port))


if __name__ == "__main__":
    main()
