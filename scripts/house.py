"""A house to try the integration in: the simulated vendors and a Home Assistant.

Everything is a process of its own and is spoken to from outside, as a user's would
be. The demo and the browser's run both start one.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from ipaddress import ip_address
import json
import os
from pathlib import Path
import re
import secrets
import signal
import socket
import sys
import tempfile
from typing import Any, Final

import aiohttp
import psutil

ROOT: Final = Path(__file__).resolve().parent.parent
CACHE: Final = ROOT / ".cache"
HOME_ASSISTANT: Final = ROOT / "scripts" / "home_assistant.py"
DOMAIN: Final = "energy_portals"
USER: Final = "demo"

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

START_SECONDS: Final = 180
STOP_SECONDS: Final = 40

type Json = dict[str, Any]


class HouseError(Exception):
    """The house could not be started, or answered a request with a refusal."""


# --- processes ----------------------------------------------------------------


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Ask a process to stop, and end it when it does not."""
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            print(f"{process.pid} does not stop and is killed", file=sys.stderr)
            process.kill()
    await process.wait()


@asynccontextmanager
async def _running(
    *command: str | Path, **options: Any
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a process for as long as the context lasts."""
    # In a session of its own, a Ctrl-C at the terminal reaches only this program,
    # which then stops the processes in order.
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, start_new_session=True, **options
    )
    try:
        yield process
    finally:
        await _stop(process)


@asynccontextmanager
async def run_sandbox(port: int = 0) -> AsyncGenerator[Json]:
    """Run the simulated vendors; yields the facts they print."""
    command = (sys.executable, "-m", "tests.sandbox", "--port", str(port))
    async with _running(*command, stdout=asyncio.subprocess.PIPE) as process:
        line = b""
        if process.stdout:
            async with asyncio.timeout(START_SECONDS):
                line = await process.stdout.readline()
        if not line:
            raise HouseError("the sandbox did not start; its words stand above")
        facts: Json = json.loads(line)
        yield facts


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


# --- the configuration --------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What stays the same when a configuration folder is used again."""

    host: str
    port: int
    sandbox_port: int
    password: str


class Configuration:
    """Home Assistant's configuration folder."""

    def __init__(self, folder: Path) -> None:
        """Take a folder, which may hold an earlier run's configuration."""
        self.folder = folder
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
        (self.folder / "configuration.yaml").write_text(
            CORE_CONFIGURATION + "".join(f"{name}:\n" for name in COMPONENTS)
        )
        self._confirm_address(settings)
        if not (storage / "onboarding").exists():
            self._leave_only_the_user(storage / "onboarding")
        place = self.folder / "custom_components" / DOMAIN
        place.parent.mkdir(exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(ROOT / "custom_components" / DOMAIN)
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
                found |= dict.fromkeys(_complaints((self.folder / name).read_text()))
        return list(found)


@contextmanager
def open_configuration(folder: Path | None = None) -> Generator[Configuration]:
    """Use a folder; one that is not given is made, and removed at the end."""
    if folder:
        yield Configuration(folder.resolve())
        return
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=CACHE, prefix="ha-", ignore_cleanup_errors=True
    ) as fresh:
        yield Configuration(Path(fresh))


def _same_or_free(port: int | None) -> int:
    """Return the port if it is still free, else another."""
    return port if port and is_free(port) else free_port()


_RECORD_START: Final = re.compile(
    r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\S+ [A-Z]+ )", re.MULTILINE
)
_EXPECTED: Final = f"We found a custom integration {DOMAIN} which has not been tested"


def _complaints(log: str) -> list[str]:
    """Return a log's warnings and errors that name the integration, a line each."""
    found = []
    for record in _RECORD_START.split(log)[1:]:
        first, *rest = record.strip().splitlines()
        level = first.split(maxsplit=3)[2]
        if level not in {"WARNING", "ERROR", "CRITICAL"}:
            continue
        if DOMAIN not in record or _EXPECTED in record:
            continue
        found.append(f"{first} | {rest[-1].strip()}" if rest else first)
    return found


# --- Home Assistant -------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class HomeAssistant:
    """A running Home Assistant with a signed-in user."""

    session: aiohttp.ClientSession
    url: str
    password: str
    tokens: Json
    version: str

    async def request(self, method: str, path: str, data: Json | None = None) -> Any:
        """Call the REST interface as the user."""
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return await _request(self.session, method, self.url + path, data, headers)

    async def command(self, kind: str, **data: Any) -> Any:
        """Send one websocket command and return its result."""
        async with self.session.ws_connect(f"{self.url}/api/websocket") as socket_:
            await socket_.receive_json()
            token = self.tokens["access_token"]
            await socket_.send_json({"type": "auth", "access_token": token})
            await socket_.receive_json()
            await socket_.send_json({"id": 1, "type": kind, **data})
            answer = await socket_.receive_json()
        if not answer.get("success"):
            raise HouseError(f"{kind}: {answer.get('error')}")
        return answer["result"]

    async def config_flow(self, answers: Sequence[Json]) -> Json:
        """Answer the config flow step by step; returns its last result.

        It stops early at a step that finds an answer wrong, and the result then
        carries `errors`.
        """
        path = "/api/config/config_entries/flow"
        result: Json = await self.request("POST", path, {"handler": DOMAIN})
        for answer in answers:
            flow = f"{path}/{result['flow_id']}"
            result = await self.request("POST", flow, answer)
            if result["type"] not in {"form", "menu"}:
                break
            if result.get("errors"):
                await self.request("DELETE", flow)
                break
        return result

    async def accounts(self) -> list[Json]:
        """Return the integration's config entries."""
        path = f"/api/config/config_entries/entry?domain={DOMAIN}"
        entries: list[Json] = await self.request("GET", path)
        return entries


async def _request(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    data: Json | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Send JSON and return JSON; a refusal raises with the answer's own words."""
    async with session.request(method, url, json=data, headers=headers) as response:
        if not response.ok:
            words = (await response.text())[:500]
            raise HouseError(f"{method} {url}: {response.status} {words}")
        return await response.json()


@asynccontextmanager
async def run_home_assistant(
    configuration: Configuration, settings: Settings, python: Path
) -> AsyncGenerator[HomeAssistant]:
    """Run Home Assistant and sign a user in, who is made at the first start."""
    command = (python, HOME_ASSISTANT, "--config", configuration.folder)
    # Its requirements are installed by scripts/setup; see there.
    options = ("--skip-pip", "--log-no-color")
    url = f"http://{_as_seen_from_here(settings.host)}:{settings.port}"
    console = configuration.folder / "console.log"
    with console.open("wb") as output:
        async with (
            _running(
                *command, *options, stdout=output, stderr=output, env=_environment()
            ) as process,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as session,
        ):
            try:
                async with asyncio.timeout(START_SECONDS):
                    await _answering(session, url, process)
                    _check_reach(process.pid, settings)
                    tokens = await _sign_in(session, url, settings.password)
                    version = await _started(session, url, tokens)
            except (TimeoutError, HouseError) as error:
                words = "\n".join(console.read_text().splitlines()[-25:])
                raise HouseError(
                    f"Home Assistant did not start: {error}\n{words}"
                ) from error
            yield HomeAssistant(
                session=session,
                url=url,
                password=settings.password,
                tokens=tokens,
                version=version,
            )


def _environment() -> dict[str, str]:
    """Return the environment without what changes where Home Assistant listens."""
    names = {"SETUP_PORT", "SUPERVISOR", "HA_DISABLE_LOG_FILE", "PYTHONPATH"}
    return {key: value for key, value in os.environ.items() if key not in names}


def _as_seen_from_here(host: str) -> str:
    """Return an address to connect to for one that is listened on."""
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104


async def _answering(
    session: aiohttp.ClientSession, url: str, process: asyncio.subprocess.Process
) -> None:
    """Wait until the web server answers."""
    while True:
        if process.returncode is not None:
            raise HouseError(f"it ended by itself with {process.returncode}")
        with suppress(aiohttp.ClientConnectionError):
            async with session.get(f"{url}/manifest.json") as response:
                if response.ok:
                    return
        await asyncio.sleep(0.2)


async def _started(session: aiohttp.ClientSession, url: str, tokens: Json) -> str:
    """Wait until all is set up; returns the version."""
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    while True:
        config = await _request(session, "GET", f"{url}/api/config", None, headers)
        if config["recovery_mode"]:
            raise HouseError("it started in recovery mode")
        if config["state"] == "RUNNING":
            version: str = config["version"]
            return version
        await asyncio.sleep(0.2)


def _check_reach(pid: int, settings: Settings) -> None:
    """Refuse a Home Assistant that can be reached from beyond what was asked for."""
    # It falls back to its default, all interfaces, where an address cannot be had.
    open_sockets = psutil.Process(pid).net_connections("inet")
    waiting = {socket_.laddr for socket_ in open_sockets if not socket_.raddr}
    beyond = [
        f"{ip}:{port}"
        for ip, port in waiting
        if not ip_address(ip).is_loopback and ip != settings.host
    ]
    if beyond:
        raise HouseError(f"it listens beyond {settings.host}: {', '.join(beyond)}")


async def _sign_in(session: aiohttp.ClientSession, url: str, password: str) -> Json:
    """Sign the user in, by the onboarding at the first start; returns the tokens."""
    client = {"client_id": f"{url}/"}
    user = {"username": USER, "password": password}
    async with session.get(f"{url}/api/onboarding") as response:
        # The path is gone in a configuration that is used again.
        is_first_start = response.ok
    if is_first_start:
        person = {**client, **user, "name": "Demo", "language": "en"}
        made = await _request(session, "POST", f"{url}/api/onboarding/users", person)
        code = made["auth_code"]
    else:
        login = {**client, "handler": ["homeassistant", None], "redirect_uri": url}
        flow = await _request(session, "POST", f"{url}/auth/login_flow", login)
        done = await _request(
            session, "POST", f"{url}/auth/login_flow/{flow['flow_id']}", client | user
        )
        code = done["result"]
    form = {**client, "grant_type": "authorization_code", "code": code}
    async with session.post(f"{url}/auth/token", data=form) as response:
        response.raise_for_status()
        tokens: Json = await response.json()
        return tokens


# --- the house --------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class House:
    """The running whole."""

    home_assistant: HomeAssistant
    sandbox: Json

    async def steer(self, vendor: str, action: str, **arguments: Any) -> Json:
        """Have a simulated vendor do something, such as replace its secret."""
        url = f"{self.sandbox['control']}/{vendor}/{action}"
        session = self.home_assistant.session
        answer: Json = await _request(session, "POST", url, arguments)
        return answer


@asynccontextmanager
async def open_house(
    configuration: Configuration,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    python: Path = Path(sys.executable),
) -> AsyncGenerator[House]:
    """Start the vendors and Home Assistant, on a free port unless one is given."""
    if port and not is_free(port):
        raise HouseError(f"something else listens on port {port} already")
    settings = configuration.prepare(host, port)
    async with (
        run_sandbox(settings.sandbox_port) as sandbox,
        run_home_assistant(configuration, settings, python) as home_assistant,
    ):
        yield House(home_assistant=home_assistant, sandbox=sandbox)


def cancel_on_signals(task: asyncio.Task[Any]) -> None:
    """Cancel a task on the first Ctrl-C or SIGTERM, kill everything on the second."""
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        if task.cancelling():
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            os._exit(130)
        print("stopping; once more to kill", file=sys.stderr)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt)
