"""Home Assistant's configuration folder for the demo and the browser's run."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
import json
from pathlib import Path
import re
import secrets
import socket
import tempfile
from typing import Any, Final

# A car, a charger and a dishwasher, which are templates of Home Assistant's own.
DEVICES: Final = Path(__file__).with_name("demo_devices.yaml")
ROOT: Final = Path(__file__).resolve().parent.parent
CACHE: Final = ROOT / ".cache"
DOMAIN: Final = "energy_portals"
CODE: Final = ROOT / "custom_components" / DOMAIN

# Without default_config, so that nothing looks for devices on the network.
COMPONENTS: Final = (
    "config",
    "energy",
    "frontend",
    "history",
    "logbook",
    "recorder",
    "system_health",
)
CORE_CONFIGURATION: Final = """\
homeassistant:
  name: Energy Portals
  latitude: 45.4642
  longitude: 9.1900
  elevation: 120
  unit_system: metric
  currency: EUR
  country: IT
  language: en
  time_zone: Europe/Rome
"""


def is_free(port: int) -> bool:
    """Say whether a loopback port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What stays the same when a configuration folder is used again."""

    host: str
    port: int
    sandbox_port: int
    password: str


class Configuration:
    """Home Assistant's configuration folder."""

    def __init__(
        self,
        folder: Path,
        database: str | None = None,
        more: str = "",
        components: Sequence[str] = COMPONENTS,
        code: Path = CODE,
    ) -> None:
        """Take a folder, which may hold an earlier run's configuration.

        `database` is where the recorder writes to, unless to a file in the folder,
        `more` what else is set up, as YAML, and `code` the integration's folder.
        """
        self.folder = folder
        self._database = database
        self._more = more
        self._components = components
        self._code = code
        self._notes = folder / "house.json"

    def recall(self, key: str) -> Any:
        """Return what an earlier run noted, or nothing."""
        return json.loads(self._notes.read_bytes()).get(key)

    def remember(self, **notes: Any) -> None:
        """Note something for a later run."""
        held = json.loads(self._notes.read_bytes())
        self._notes.write_text(json.dumps(held | notes, indent=2))

    def prepare(self, host: str, port: int | None) -> Settings:
        """Write what Home Assistant starts from; keep an earlier run's ports."""
        storage = self.folder / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        if not self._notes.exists():
            self._notes.write_text("{}")
        settings = Settings(
            host=host,
            port=port or _same_or_free(self.recall("port")),
            sandbox_port=_same_or_free(self.recall("sandbox_port")),
            password=self.recall("password") or secrets.token_urlsafe(9),
        )
        self.remember(**asdict(settings))
        # Simulated portals push to it from this machine.
        address = f"  external_url: http://127.0.0.1:{settings.port}\n"
        components = "".join(f"{name}:\n" for name in self._components)
        if self._database is not None:
            database = f"recorder:\n  db_url: {json.dumps(self._database)}\n"
            components = components.replace("recorder:\n", database)
        (self.folder / "configuration.yaml").write_text(
            CORE_CONFIGURATION + address + components + self._more
        )
        self._confirm_address(settings)
        if not (storage / "onboarding").exists():
            self._leave_only_the_user(storage / "onboarding")
        place = self.folder / "custom_components" / DOMAIN
        place.parent.mkdir(exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(self._code)
        return settings

    def _confirm_address(self, settings: Settings) -> None:
        """Store the address as one the user has confirmed."""
        # In YAML it would be a change on trial: a dialog over every page, and the
        # default again, on all interfaces, after five minutes. Version 1 of this
        # file holds one plain, confirmed configuration; every release that has the
        # later versions, with their trials, takes it over as such.
        address = {"server_host": [settings.host], "server_port": settings.port}
        store = {"version": 1, "minor_version": 1, "key": "http", "data": address}
        (self.folder / ".storage" / "http").write_text(json.dumps(store))

    @staticmethod
    def _leave_only_the_user(path: Path) -> None:
        """Mark all steps of the onboarding as done but the user's own."""
        # The core_config step would add integrations that call out to the internet.
        done = ["core_config", "analytics", "integration"]
        store = {"version": 4, "minor_version": 1, "key": "onboarding"}
        path.write_text(json.dumps({**store, "data": {"done": done}}))

    def log_errors(self) -> list[str]:
        """Return the warnings and errors that name the integration."""
        found = dict[str, None]()
        for name in ("home-assistant.log", "console.log"):
            with suppress(FileNotFoundError):
                found |= dict.fromkeys(complaints((self.folder / name).read_text()))
        return list(found)


@contextmanager
def open_configuration(
    folder: Path | None = None, more: str = ""
) -> Generator[Configuration]:
    """Use a folder; one that is not given is made, and removed at the end."""
    if folder:
        yield Configuration(folder.resolve(), more=more)
        return
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=CACHE, prefix="ha-", ignore_cleanup_errors=True
    ) as fresh:
        yield Configuration(Path(fresh), more=more)


def _same_or_free(port: int | None) -> int:
    """Return the port if it is still free, else another."""
    return port if port and is_free(port) else free_port()


_RECORD_START: Final = re.compile(
    r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\S+ [A-Z]+ )", re.MULTILINE
)
_EXPECTED: Final = re.compile(
    f"We found a custom integration {DOMAIN} which has not been tested"
    # Of the machine it says more than of the integration.
    "|is taking over [0-9]+ seconds|took longer than the scheduled update interval"
    "|Updating state for .* took [0-9.]+ seconds"
    # The solver, which ends by its own limit of ten seconds.
    r"|is still running at shutdown:(?s:.*)highs\.run\(\)"
)


def complaints(log: str) -> list[str]:
    """Return a log's warnings and errors that name the integration, a line each."""
    found = []
    for record in _RECORD_START.split(log)[1:]:
        first, *rest = record.strip().splitlines()
        level = first.split(maxsplit=3)[2]
        if level not in {"WARNING", "ERROR", "CRITICAL"}:
            continue
        if DOMAIN not in record or _EXPECTED.search(record):
            continue
        found.append(f"{first} | {rest[-1].strip()}" if rest else first)
    return found
