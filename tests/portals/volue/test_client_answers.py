"""Bodies of all sorts that the portal's document allows: read as told, or refused."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

from aiohttp import ClientSession
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.volue import VOLUE
from custom_components.energy_portals.portals.volue.client import ROUTES, VolueClient
from tests.openapi import needs_specs
from tests.openapi_answers import PLAIN, WILD, Bodies, answers, bodies, known
from tests.portals.agreeing import differences
from tests.portals.answered import AnsweredPortal, answered

# Half of them are plain.
EXAMPLES: Final = 200

type Answered = AnsweredPortal[VolueClient]
type Ask = Callable[[VolueClient], Awaitable[object]]
type Say = Callable[[Any], object]


def _in(name: str) -> Say:
    """Return what stands under a name."""
    return lambda body: body.get(name)


def _all(body: object) -> object:
    """Return what is told by a body as a whole."""
    return body


async def _events(client: VolueClient) -> object:
    return [event async for page in client.events() for event in page]


CALLS: Final[Mapping[str, tuple[Ask, Say]]] = {
    "events": (_events, _in("events")),
    "event": (lambda client: client.event("e"), _all),
    "report_create": (lambda client: client.report([]), _all),
    "resource": (lambda client: client.resource("r"), _all),
    "simulate_price_curve": (
        lambda client: client.simulate_price_curve(),
        _in("simulatedEvent"),
    ),
    "simulate_eligibility": (
        lambda client: client.simulate_eligibility(),
        _in("simulatedEvent"),
    ),
    "simulate_location_cap": (
        lambda client: client.simulate_location_cap(),
        _in("simulatedEvent"),
    ),
    "simulate_resource_cap": (
        lambda client: client.simulate_resource_cap(),
        _in("simulatedEvent"),
    ),
    "users": (lambda client: client.users(), _in("users")),
    "user": (lambda client: client.user(), _all),
    "locations": (lambda client: client.locations(), _all),
    "location": (lambda client: client.location("l"), _all),
    "resources": (lambda client: client.resources(), _in("resources")),
    "enrollment": (lambda client: client.enrollment(), _all),
    "enrollment_create": (lambda client: client.enroll(), _all),
    "eligibility": (lambda client: client.eligibility(), _all),
    "compensation": (lambda client: client.compensation(), _all),
    "meter_eligibility": (lambda client: client.meter_eligibility("m"), _all),
    "webhooks": (lambda client: client.webhooks(), _in("webhooks")),
    "webhook": (lambda client: client.webhook("w"), _all),
    "webhook_logs": (
        lambda client: client.webhook_logs("w"),
        _in("webhookNotificationLogs"),
    ),
    "webhook_log": (lambda client: client.webhook_log("n"), _all),
}
# Of these nothing is read.
_SILENT: Final = frozenset(
    {
        *("resource_delete", "user_create", "user_delete", "location_create"),
        *("location_replace", "location_change", "location_delete", "vehicle_create"),
        *("location_resource_create", "enrollment_delete", "webhook_create"),
        *("webhook_replace", "webhook_delete"),
        *("legacy_meter_create", "legacy_resource_create"),
    }
)
_ONE_PAGE: Final = {"pageSize": 1000, "currentPage": 1, "totalPages": 1}


def _client(session: ClientSession, address: str) -> VolueClient:
    """Return a client that needs no login."""
    texts = ("client_id", "client_secret", "user_id", "webhook_id", "webhook_secret")
    account: dict[str, Any] = dict.fromkeys(texts, "x")
    account |= {"environment": "sandbox", "api_url": address, "token_url": address}
    client = VOLUE.connect(session, account, {}, TokenStore())
    client._http.auth = None
    return client


@pytest.fixture
def portal(socket_enabled: None) -> Iterator[Answered]:
    """Run a portal for a test of many examples."""
    with answered(_client) as running:
        yield running


def _bodies(
    key: str, words: Mapping[str, Bodies], hints: Mapping[str, Bodies]
) -> Bodies:
    """Return answers to an operation, as many rows as a page says."""
    return bodies(known("volue")[key], words, hints).map(_on_one_page)


def _on_one_page(body: Any) -> Any:
    """Return a list that is whole: every answer is the same."""
    if not isinstance(body, dict) or "pagination" not in body:
        return body
    rows = next((len(each) for each in body.values() if isinstance(each, list)), 0)
    return {**body, "pagination": {**_ONE_PAGE, "totalRecords": rows}}


_PLAINLY: Final[Mapping[str, Bodies]] = {
    "latitude": st.floats(-90, 90),
    "longitude": st.floats(-180, 180),
    "responseStatusCode": st.integers(100, 599),
    **dict.fromkeys(
        ("locationId", "resourceId", "userId", "webhookId", "meterPointId", "id"),
        st.uuids(version=4).map(str),
    ),
}


@pytest.mark.parametrize("key", sorted(CALLS))
def test_whatever_is_allowed(portal: Answered, key: str) -> None:
    """Read as told, or not at all; nothing but the library's own errors comes out."""
    call, say = CALLS[key]

    @settings(max_examples=EXAMPLES // 2)
    @given(_bodies(key, WILD, {}))
    def check(body: Any) -> None:
        try:
            read = portal.ask(call, body)
        except PortalError:
            return
        assert [*differences(read, say(body))] == []

    check()


@pytest.mark.parametrize("key", sorted(CALLS))
def test_what_a_portal_may_really_say(portal: Answered, key: str) -> None:
    """Nearly all of it is read."""
    call, say = CALLS[key]
    came: list[bool] = []

    @settings(max_examples=EXAMPLES // 2)
    @given(_bodies(key, PLAIN, _PLAINLY))
    def check(body: Any) -> None:
        try:
            read = portal.ask(call, body)
        except PortalError:
            came.append(False)
            return
        came.append(True)
        assert [*differences(read, say(body))] == []

    check()
    assert sum(came) > len(came) / 2


def test_all_operations_are_called() -> None:
    assert {*CALLS} == ROUTES.keys() - _SILENT


@needs_specs
def test_what_is_known_is_what_the_document_says() -> None:
    """Made anew by `python -m tests.openapi_answers`."""
    assert known("volue") == answers("volue", ROUTES)
