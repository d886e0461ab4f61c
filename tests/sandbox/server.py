"""The server all simulated portals share, and the controls beside them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
import inspect
import json
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault, Handler
from tests.sandbox.household import Household
from tests.sandbox.portal import PortalSandbox
from tests.sandbox.sources import SOURCES
from tests.sandbox.sources.source import SourceSandbox
from tests.sandbox.volue import VolueSandbox

type Observer = Callable[[web.Request, web.Response], Awaitable[None]]

PORTALS: Final[Mapping[str, type[PortalSandbox]]] = {
    kind.key: kind
    for kind in (
        DigiwattSandbox,
        EsmartSandbox,
        EpilotSandbox,
        VolueSandbox,
        AutarcSandbox,
    )
}


class Sandbox:
    """The simulated portals, and the sources beside them, on one loopback address."""

    def __init__(
        self,
        portals: Sequence[str] | None = None,
        seed: int = 1,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Choose the portals (all, unless named), the household and its clock."""
        self.household = Household(seed, clock)
        self.portals: dict[str, PortalSandbox] = {
            key: PORTALS[key](self.household) for key in portals or PORTALS
        }
        # What Home Assistant's own integrations fetch from.
        self.sources: dict[str, SourceSandbox] = {
            key: kind(self.household) for key, kind in SOURCES.items()
        }
        self.observers: list[Observer] = []
        self._runner: web.AppRunner | None = None
        self._address: str | None = None

    async def __aenter__(self) -> Self:
        """Start on a free port."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()

    @property
    def address(self) -> str:
        """Return where the sandbox listens, without a trailing slash."""
        if self._address is None:
            msg = "the sandbox is not running"
            raise RuntimeError(msg)
        return self._address

    def portal[PortalT: PortalSandbox](self, kind: type[PortalT]) -> PortalT:
        """Return a portal under its own type."""
        portal = self._all[kind.key]
        assert isinstance(portal, kind)
        return portal

    @property
    def _all(self) -> Mapping[str, PortalSandbox]:
        return {**self.portals, **self.sources}

    def hosts(self) -> dict[str, str]:
        """Return the address here that stands for each real host."""
        return {
            host: f"{self.address}/{key}"
            for key, source in self.sources.items()
            for host in source.hosts
        }

    def facts(self) -> dict[str, object]:
        """Return all that is needed to use the sandbox."""
        return {
            "control": f"{self.address}/_control",
            "hosts": self.hosts(),
            "sources": {
                key: source.facts(f"{self.address}/{key}")
                for key, source in self.sources.items()
            },
            **{
                key: portal.facts(f"{self.address}/{key}")
                for key, portal in self.portals.items()
            },
        }

    def logins(self) -> dict[str, list[str]]:
        """Return the logins of each portal that hold."""
        return {key: portal.logins() for key, portal in self._all.items()}

    def go_on(self, logins: Mapping[str, Sequence[str]]) -> None:
        """Know the logins of an earlier run, as the portals would."""
        for key in self._all.keys() & logins.keys():
            self._all[key].go_on(logins[key])

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; a stopped sandbox can be started again."""
        app = web.Application(middlewares=[self._observed, self._refuse_unknown])
        app.router.add_post("/_control/faults", self._add_fault)
        app.router.add_delete("/_control/faults", self._clear_faults)
        app.router.add_get("/_control/calls", self._list_calls)
        app.router.add_delete("/_control/calls", self._clear_calls)
        app.router.add_post("/_control/{vendor}/{action}", self._act)
        for portal in self._all.values():
            portal.add_routes(app.router)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            # The event loop follows a frozen clock, which a test may move by months.
            keepalive_timeout=timedelta(days=3650).total_seconds(),
            shutdown_timeout=0.1,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close every connection and the port."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = self._address = None

    @web.middleware
    async def _observed(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Show the observers what a portal is about to answer as a whole."""
        response = await handler(request)
        # After a reset or a cut there is a response still, but nobody to get it.
        is_open = request.transport is not None and not request.transport.is_closing()
        if (
            is_open
            and isinstance(response, web.Response)
            and not request.path.startswith("/_control/")
        ):
            for observer in self.observers:
                await observer(request, response)
        return response

    @web.middleware
    async def _refuse_unknown(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Let the portal itself refuse what none of its operations answers."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            portal = self._all.get(request.path.split("/")[1])
            if portal is None:
                return web.json_response({"error": error.reason}, status=error.status)
            portal.record(None, request, error.status)
            refusal = portal.refusal(error.status, error.reason)
            if allow := error.headers.get("Allow"):
                refusal.headers["Allow"] = allow
            return refusal

    def _asked(self, request: web.Request) -> list[PortalSandbox]:
        """Return the portal a control names, or all of them."""
        name = request.query.get("vendor")
        return list(self._all.values()) if name is None else [self._named(name)]

    def _named(self, name: object) -> PortalSandbox:
        if not isinstance(name, str) or name not in self._all:
            raise web.HTTPNotFound(reason=f"no vendor {name!r}")
        return self._all[name]

    async def _add_fault(self, request: web.Request) -> web.Response:
        wanted = await _body(request)
        portal = self._named(wanted.get("vendor"))
        try:
            fault = Fault(**wanted["fault"])
            portal.fail(wanted["operation"], fault)
        except (KeyError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(reason=str(error)) from error
        return web.json_response({})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        for portal in self._asked(request):
            portal.heal()
        return web.json_response({})

    async def _list_calls(self, request: web.Request) -> web.Response:
        calls = [
            {"vendor": portal.key, **call.as_dict()}
            for portal in self._asked(request)
            for call in portal.calls
        ]
        return web.json_response({"calls": calls})

    async def _clear_calls(self, request: web.Request) -> web.Response:
        for portal in self._asked(request):
            portal.calls.clear()
        return web.json_response({})

    async def _act(self, request: web.Request) -> web.Response:
        portal = self._named(request.match_info["vendor"])
        action = portal.actions().get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound(reason="no such action")
        arguments = await _body(request)
        try:
            inspect.signature(action).bind(**arguments)
            return web.json_response(action(**arguments))
        except (LookupError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(reason=str(error)) from error


async def _body(request: web.Request) -> dict[str, Any]:
    """Return the JSON object a control was sent; no body is an empty one."""
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise web.HTTPBadRequest(reason="not JSON") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(reason="not a JSON object")
    return body
