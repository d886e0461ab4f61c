"""A house to try the integration in: the simulated portals and a Home Assistant.

Everything is a process of its own and is spoken to from outside, as a user's would
be. The demo and the browser's run both start one.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
import json
import os
from pathlib import Path
import signal
import sys
from types import MappingProxyType
from typing import Any, Final

import aiohttp
import psutil

from configuration import DOMAIN, ROOT, Configuration, Settings, is_free

HOME_ASSISTANT: Final = ROOT / "scripts" / "home_assistant.py"
USER: Final = "demo"
START_SECONDS: Final = 180
STOP_SECONDS: Final = 40

type Json = dict[str, Any]
# What few need of a form is folded up under this name.
_FURTHER: Final = "further"


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
async def run_sandbox(
    port: int = 0, logins: Path | None = None, *, accounts: bool = False
) -> AsyncGenerator[Json]:
    """Run the simulated portals; yields the facts they print.

    `logins` is the file in which they keep who has signed in. With `accounts`, what
    each portal's account has once it is added is among the facts.
    """
    command = [sys.executable, "-m", "tests.sandbox", "--port", str(port)]
    if accounts:
        command.append("--accounts")
    if logins is not None:
        command += ["--logins", str(logins)]
    async with _running(*command, stdout=asyncio.subprocess.PIPE) as process:
        line = b""
        if process.stdout:
            async with asyncio.timeout(START_SECONDS):
                line = await process.stdout.readline()
        if not line:
            raise HouseError("the sandbox did not start; its words stand above")
        facts: Json = json.loads(line)
        yield facts


# --- Home Assistant -------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class HomeAssistant:
    """A running Home Assistant with a signed-in user."""

    session: aiohttp.ClientSession
    url: str
    password: str
    tokens: Json
    version: str
    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """End it at once, whatever it is at."""
        self.process.kill()
        await self.process.wait()

    async def request(self, method: str, path: str, data: Json | None = None) -> Any:
        """Call the REST interface as the user's browser."""
        headers = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "HA-Frontend-Base": self.url,
        }
        return await _request(self.session, method, self.url + path, data, headers)

    async def act(self, domain: str, action: str, data: Json) -> None:
        """Have an action done."""
        await self.request("POST", f"/api/services/{domain}/{action}", data)

    async def state(self, entity: str) -> str:
        """Return what an entity shows."""
        answer = await self.request("GET", f"/api/states/{entity}")
        shown: str = answer["state"]
        return shown

    async def restart(self) -> None:
        """Restart it, and wait until all is set up again."""
        await self.act("homeassistant", "restart", {})
        async with asyncio.timeout(START_SECONDS):
            with suppress(aiohttp.ClientError, HouseError):
                while True:
                    # Until it does not answer any more.
                    await self.request("GET", "/api/config")
                    await asyncio.sleep(0.1)
            await _answering(self.session, self.url, self.process)
            await _started(self.session, self.url, self.tokens)

    async def command(self, kind: str, **data: Any) -> Any:
        """Send one websocket command and return its result."""
        # Years of hours are more than a message may have by default.
        async with self.session.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=0
        ) as socket_:
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
        """Answer our config flow step by step; returns its last result.

        It stops early at a step that finds an answer wrong, and the result then
        carries `errors`.
        """
        return await self._flow("/api/config/config_entries/flow", DOMAIN, answers)

    async def subentry_flow(
        self, entry_id: str, kind: str, answers: Sequence[Json]
    ) -> Json:
        """Answer the flow of a part beneath an account, in the same way."""
        path = "/api/config/config_entries/subentries/flow"
        return await self._flow(path, [entry_id, kind], answers)

    async def _flow(self, path: str, handler: Any, answers: Sequence[Json]) -> Json:
        """Answer a flow step by step."""
        result: Json = await self.request("POST", path, {"handler": handler})
        for answer in answers:
            flow = f"{path}/{result['flow_id']}"
            result = await self.request("POST", flow, _placed(result, answer))
            if result["type"] not in {"form", "menu"}:
                break
            if result.get("errors"):
                await self.request("DELETE", flow)
                break
        return result

    async def accounts(self, domain: str | None = DOMAIN) -> list[Json]:
        """Return the config entries of ours, of another integration, or of all."""
        query = "" if domain is None else f"?domain={domain}"
        path = f"/api/config/config_entries/entry{query}"
        entries: list[Json] = await self.request("GET", path)
        return entries


def _placed(form: Json, answer: Json) -> Json:
    """Return an answer with what the form has folded up where it has it."""
    parts = [each for each in form.get("data_schema") or () if "schema" in each]
    folded = {
        inner["name"]
        for each in parts
        if each["name"] == _FURTHER
        for inner in each["schema"]
    }
    within = {key: each for key, each in answer.items() if key in folded}
    plain = {key: each for key, each in answer.items() if key not in folded}
    # The frontend gives what is folded up, opened or not.
    closed: Json = {each["name"]: {} for each in parts if each["type"] == "expandable"}
    return {**closed, **plain, **({_FURTHER: within} if within else {})}


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
    configuration: Configuration,
    settings: Settings,
    python: Path,
    hosts: Mapping[str, str] = MappingProxyType({}),
    *,
    installs: bool = False,
) -> AsyncGenerator[HomeAssistant]:
    """Run Home Assistant and sign a user in, who is made at the first start.

    `hosts` says which addresses stand for which real hosts. Unless it `installs` what
    its components need, as it does for a user, scripts/setup has done so.
    """
    command = (python, HOME_ASSISTANT, "--config", configuration.folder)
    options = ("--log-no-color", *(() if installs else ("--skip-pip",)))
    url = f"http://{_as_seen_from_here(settings.host)}:{settings.port}"
    console = configuration.folder / "console.log"
    with console.open("wb") as output:
        async with (
            _running(
                *command,
                *options,
                stdout=output,
                stderr=output,
                env=_environment(hosts),
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
                process=process,
            )


def _environment(hosts: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what changes where Home Assistant listens.

    What is in FRONTEND comes before the frontend that Home Assistant has.
    """
    names = {"SETUP_PORT", "SUPERVISOR", "HA_DISABLE_LOG_FILE", "PYTHONPATH"}
    kept = {key: value for key, value in os.environ.items() if key not in names}
    if frontend := os.environ.get("FRONTEND"):
        kept["PYTHONPATH"] = frontend
    return {**kept, "SANDBOX_HOSTS": json.dumps(dict(hosts))}


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

    async def steer(self, portal: str, action: str, **arguments: Any) -> Json:
        """Have a simulated portal do something, such as replace its secret."""
        session = self.home_assistant.session
        return await _steer(session, self.sandbox, portal, action, arguments)

    async def fail(self, portal: str, operation: str, **fault: Any) -> None:
        """Have an operation of a simulated portal go wrong until it is healed."""
        wanted = {"vendor": portal, "operation": operation, "fault": fault}
        await self._faults("POST", wanted)

    async def heal(self) -> None:
        """Let nothing go wrong any more."""
        await self._faults("DELETE")

    async def _faults(self, method: str, wanted: Json | None = None) -> None:
        """Steer what goes wrong."""
        url = f"{self.sandbox['control']}/faults"
        await _request(self.home_assistant.session, method, url, wanted)


async def _steer(
    session: aiohttp.ClientSession,
    sandbox: Json,
    portal: str,
    action: str,
    arguments: Json,
) -> Json:
    """Have a simulated portal do something."""
    url = f"{sandbox['control']}/{portal}/{action}"
    answer: Json = await _request(session, "POST", url, arguments)
    return answer


@asynccontextmanager
async def open_house(
    configuration: Configuration,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    python: Path = Path(sys.executable),
    before: Sequence[tuple[str, str, Json]] = (),
    installs: bool = False,
) -> AsyncGenerator[House]:
    """Start the portals and Home Assistant, on a free port unless one is given.

    `before` is what the portals do before Home Assistant starts: portal, action and
    arguments of each; `installs` as of `run_home_assistant`.
    """
    if port and not is_free(port):
        raise HouseError(f"something else listens on port {port} already")
    settings = configuration.prepare(host, port)
    logins = configuration.folder / "logins.json"
    async with run_sandbox(settings.sandbox_port, logins) as sandbox:
        async with aiohttp.ClientSession() as session:
            for step in before:
                await _steer(session, sandbox, *step)
        async with run_home_assistant(
            configuration, settings, python, sandbox["hosts"], installs=installs
        ) as home_assistant:
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
