"""The server all simulated vendors share, and the controls beside them."""

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
from tests.sandbox.vendor import VendorSandbox
from tests.sandbox.volue import VolueSandbox

type Observer = Callable[[web.Request, web.Response], Awaitable[None]]

VENDORS: Final[Mapping[str, type[VendorSandbox]]] = {
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
    """The simulated vendors on one loopback address."""

    def __init__(
        self,
        vendors: Sequence[str] | None = None,
        seed: int = 1,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Choose the vendors (all, unless named), the household and its clock."""
        self.household = Household(seed, clock)
        self.vendors: dict[str, VendorSandbox] = {
            key: VENDORS[key](self.household) for key in vendors or VENDORS
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

    def vendor[VendorT: VendorSandbox](self, kind: type[VendorT]) -> VendorT:
        """Return a vendor under its own type."""
        vendor = self.vendors[kind.key]
        assert isinstance(vendor, kind)
        return vendor

    def facts(self) -> dict[str, object]:
        """Return all that is needed to use the sandbox."""
        return {
            "control": f"{self.address}/_control",
            **{
                key: vendor.facts(f"{self.address}/{key}")
                for key, vendor in self.vendors.items()
            },
        }

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; a stopped sandbox can be started again."""
        app = web.Application(middlewares=[self._observed, self._refuse_unknown])
        app.router.add_post("/_control/faults", self._add_fault)
        app.router.add_delete("/_control/faults", self._clear_faults)
        app.router.add_get("/_control/calls", self._list_calls)
        app.router.add_delete("/_control/calls", self._clear_calls)
        app.router.add_post("/_control/{vendor}/{action}", self._act)
        for vendor in self.vendors.values():
            vendor.add_routes(app.router)
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
        """Show the observers what a vendor is about to answer as a whole."""
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
        """Let the vendor itself refuse what none of its operations answers."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            vendor = self.vendors.get(request.path.split("/")[1])
            if vendor is None:
                return web.json_response({"error": error.reason}, status=error.status)
            vendor.record(None, request, error.status)
            refusal = vendor.refusal(error.status, error.reason)
            if allow := error.headers.get("Allow"):
                refusal.headers["Allow"] = allow
            return refusal

    def _asked(self, request: web.Request) -> list[VendorSandbox]:
        """Return the vendor a control names, or all of them."""
        name = request.query.get("vendor")
        return list(self.vendors.values()) if name is None else [self._named(name)]

    def _named(self, name: object) -> VendorSandbox:
        if not isinstance(name, str) or name not in self.vendors:
            raise web.HTTPNotFound(reason=f"no vendor {name!r}")
        return self.vendors[name]

    async def _add_fault(self, request: web.Request) -> web.Response:
        wanted = await _body(request)
        vendor = self._named(wanted.get("vendor"))
        try:
            fault = Fault(**wanted["fault"])
            vendor.fail(wanted["operation"], fault)
        except (KeyError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(reason=str(error)) from error
        return web.json_response({})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        for vendor in self._asked(request):
            vendor.heal()
        return web.json_response({})

    async def _list_calls(self, request: web.Request) -> web.Response:
        calls = [
            {"vendor": vendor.key, **call.as_dict()}
            for vendor in self._asked(request)
            for call in vendor.calls
        ]
        return web.json_response({"calls": calls})

    async def _clear_calls(self, request: web.Request) -> web.Response:
        for vendor in self._asked(request):
            vendor.calls.clear()
        return web.json_response({})

    async def _act(self, request: web.Request) -> web.Response:
        vendor = self._named(request.match_info["vendor"])
        action = vendor.actions().get(request.match_info["action"])
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
