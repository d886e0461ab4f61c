"""What every simulated portal has: operations, faults, a record of calls, actions."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
import json
from typing import ClassVar

from aiohttp import web

from tests.sandbox.faults import Fault, FaultPlan, Handler
from tests.sandbox.household import Household
from tests.sandbox.periods import iso_span

type Action = Callable[..., Mapping[str, object]]
# Another body for a true one, and headers beside it; the query is what was asked for.
type Transform = Callable[[object, Mapping[str, str]], tuple[object, Mapping[str, str]]]


@dataclass(frozen=True)
class Operation:
    """One operation of a portal: how it is reached and who answers."""

    method: str
    path: str
    handler: Handler


@dataclass(frozen=True)
class Call:
    """One request that reached a portal, and how it was answered.

    `operation` is `None` where no operation has this method and path; `status` is
    `None` where the connection was closed by either side.
    """

    operation: str | None
    method: str
    path: str
    query: Mapping[str, str]
    status: int | None
    time: str

    def as_dict(self) -> dict[str, object]:
        """Return the record as JSON members."""
        return asdict(self)


class PortalSandbox(ABC):
    """One simulated portal, served under `/<key>`."""

    key: ClassVar[str]

    def __init__(self, household: Household) -> None:
        """Report on a household."""
        self.household = household
        self.calls: list[Call] = []
        # By operation: how a true answer is said otherwise.
        self.transforms: dict[str, Transform] = {}
        self._faults = FaultPlan()

    @abstractmethod
    def operations(self) -> Mapping[str, Operation]:
        """Return the operations by name, in the order in which they are matched."""

    @abstractmethod
    def facts(self, address: str) -> dict[str, str]:
        """Return what a user would type in to reach this portal."""

    def account(self, address: str) -> dict[str, str | None]:
        """Return what an account has once it is added."""
        return {**self.facts(address)}

    def logins(self) -> list[str]:
        """Return the tokens that hold, and what else a later run is to know."""
        return []

    def go_on(self, logins: Sequence[str]) -> None:
        """Know the logins of an earlier run."""
        if logins:
            raise ValueError("nobody signs in here")

    @abstractmethod
    def refusal(self, status: int, message: str) -> web.Response:
        """Return an error in the portal's own form."""

    def actions(self) -> Mapping[str, Action]:
        """Return what can be done to the portal from outside its API."""
        return {
            "hold_back": self.hold_back,
            "correct": self.correct,
            "withhold": self.withhold,
            "publish": self.publish,
        }

    def hold_back(self, seconds: int) -> dict[str, object]:
        """Let the household's readings arrive late, at every portal."""
        self.household.hold_back(seconds)
        return {"metered_until": self.household.metered_until().isoformat()}

    def correct(self, start: str, stop: str, watts: int) -> dict[str, object]:
        """Correct the household's readings between two ISO times, at every portal."""
        span = iso_span(start, stop)
        self.household.correct(span.start, span.stop, watts)
        return {"start": start, "stop": stop, "watts": watts}

    def withhold(self, start: str, stop: str) -> dict[str, object]:
        """Publish no readings between two ISO times, at any portal."""
        span = iso_span(start, stop)
        self.household.withhold(span.start, span.stop)
        return {"start": start, "stop": stop}

    def publish(self, start: str, stop: str) -> dict[str, object]:
        """Publish what was withheld between two ISO times, at every portal."""
        span = iso_span(start, stop)
        self.household.publish(span.start, span.stop)
        return {"start": start, "stop": stop}

    def fail(self, operation: str, fault: Fault) -> None:
        """Let the next calls of an operation, or of all with `*`, meet a fault."""
        if operation != "*" and operation not in self.operations():
            msg = f"{self.key} has no operation {operation!r}"
            raise ValueError(msg)
        self._faults.add(operation, fault)

    def heal(self) -> None:
        """Forget every fault."""
        self._faults.clear()

    @property
    def on_delay(self) -> asyncio.Event:
        """Return what is set whenever a fault lets a call wait."""
        return self._faults.on_delay

    def record(
        self, operation: str | None, request: web.Request, status: int | None
    ) -> None:
        """Remember a call."""
        self.calls.append(
            Call(
                operation,
                request.method,
                request.rel_url.raw_path.removeprefix(f"/{self.key}"),
                dict(request.query),
                status,
                self.household.now().isoformat(),
            )
        )

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve the operations under the portal's prefix."""
        for name, operation in self.operations().items():
            router.add_route(
                operation.method,
                f"/{self.key}{operation.path}",
                self._served(name, operation.handler),
            )

    def _served(self, name: str, handler: Handler) -> Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            answer = None
            try:
                answer = await self._faults.answer(name, request, handler, self.refusal)
                if transform := self.transforms.get(name):
                    _transform(answer, request, transform)
            finally:
                self.record(name, request, answer.status if answer else None)
            # The connection is closed already; this goes nowhere.
            return answer or web.Response()

        return serve


def _transform(
    answer: web.StreamResponse | None, request: web.Request, transform: Transform
) -> None:
    """Say a true answer otherwise; a refusal stays as it is."""
    if not isinstance(answer, web.Response) or answer.status >= 400:
        return
    assert isinstance(answer.body, bytes)
    body, headers = transform(json.loads(answer.body), request.query)
    answer.body = json.dumps(body).encode()
    answer.headers.update(headers)
