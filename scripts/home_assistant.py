"""Run Home Assistant as its own command does, without a socket on the network.

Of the environment, `SANDBOX_HOSTS` says which addresses stand for which real hosts.
"""

import json
import os
import sys
from typing import Any

from homeassistant.__main__ import main
from homeassistant.const import RESTART_EXIT_CODE
from redirecting import redirect
import zeroconf

_init = zeroconf.Zeroconf.__init__


def _init_on_loopback(self: zeroconf.Zeroconf, *_: Any, **__: Any) -> None:
    """Look for devices on this machine alone, whatever the arguments ask for."""
    _init(self, interfaces=["127.0.0.1"], unicast=True)


def stay_on_loopback() -> None:
    """Keep zeroconf, which Home Assistant's first HTTP client brings, off the network.

    It would listen on all interfaces, whether or not the configuration names it.
    """
    zeroconf.Zeroconf.__init__ = _init_on_loopback  # type: ignore[method-assign]


if __name__ == "__main__":
    stay_on_loopback()
    hosts = os.environ.pop("SANDBOX_HOSTS", "{}")
    redirect(json.loads(hosts))
    code = main()
    if code == RESTART_EXIT_CODE:
        # As those do who run it: the same command once more.
        os.environ["SANDBOX_HOSTS"] = hosts
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
    sys.exit(code)
