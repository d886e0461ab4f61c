"""How every call to eSmart is made.

The paths stand in one table, spelt as the portal does; only what is used is in it.

Source: the portal's list of 195 endpoints.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from ..http.client import HttpClient, Operation
from ..http.errors import UnexpectedResponse
from ..http.exchange import Answer
from ..model.prices import price_unit
from ..reading.body import Body
from . import wire
from .fields import MINOR

_CUSTOMER: Final = "/api/customers/{customer_id}"
_CONTRACT: Final = f"{_CUSTOMER}/contracts/{{contract_no}}"
_METER: Final = f"{_CONTRACT}/meters/{{meter_id}}"
_APP: Final = f"{_CUSTOMER}/apps/{{app_name}}"
_EV: Final = "/api/evinfo/customers/{customer_id}"
_PLANS: Final = "/api/controlplanrequests"
_SITES: Final = "/api/demandandcontrol/customers/{customer_id}/sites"
_RESTRICTED: Final = "/api/componentinforestricted"

ROUTES: Final[Mapping[str, str]] = {
    "authenticate": "POST /api/Authenticate",
    "contractdeliverypoints": f"GET {_CUSTOMER}/contractdeliverypoints",
    "contracts": f"GET {_CUSTOMER}/contracts",
    "contract": f"GET {_CONTRACT}",
    "meter_exists": f"GET {_METER}/exists",
    "customer": f"GET {_CUSTOMER}",
    "customer_update": f"PATCH {_CUSTOMER}",
    "wattmeter": f"GET {_METER}/wattmeter",
    "wattmeter_v2": f"GET {_METER}/wattmeter/v2",
    "spotprices": "GET /api/spotprices",
    "contract_prices": f"GET {_CONTRACT}/hourprices",
    "meter_prices": f"GET {_CONTRACT}/meter/{{meter_id}}/hourprices",
    "consumption": f"POST {_METER}/consumption",
    "asset_consumption": f"POST {_CUSTOMER}/asset/{{asset_id}}/consumption",
    "costs": f"POST {_METER}/costs",
    "comparedwithothers": f"POST {_METER}/comparedwithothers",
    "temperatures": "POST /api/meters/{meter_id}/temperatures",
    "expenseoverview": f"POST {_CONTRACT}/expenseoverview",
    "invoices": f"GET {_CUSTOMER}/invoices",
    "contract_invoices": f"GET {_CONTRACT}/invoices/{{year}}",
    "invoice": f"GET {_CUSTOMER}/invoices/{{invoice_no}}",
    "invoice_pdfs": f"GET {_CUSTOMER}/invoices/{{year}}/invoicepdfs",
    "messages": f"GET {_CUSTOMER}/messages",
    "messages_count": f"GET {_CUSTOMER}/messages/count",
    "message_update": f"PATCH {_CUSTOMER}/messages/{{message_id}}",
    "messages_state": f"POST {_CUSTOMER}/messages/state",
    "readings": f"GET {_CUSTOMER}/deliverypoints/{{delivery_point_id}}/readings",
    "reading_submit": f"POST {_CUSTOMER}/deliverypoints/{{delivery_point_id}}/readings",
    "building": f"GET {_METER}/settings",
    "building_update": f"POST {_METER}/settings/building",
    "charging_requests": f"GET {_CUSTOMER}/evchargingrequests",
    "charging_request": f"GET {_CUSTOMER}/evchargingrequests/{{request_id}}",
    "charging_request_create": f"POST {_CUSTOMER}/evchargingrequests",
    "charging_request_update": f"PATCH {_CUSTOMER}/evchargingrequests/{{request_id}}",
    "charging_request_cancel": f"DELETE {_CUSTOMER}/evchargingrequests/{{request_id}}",
    "charger_statistics": (
        f"GET {_EV}/contracts/{{contract_no}}/chargers/{{asset_id}}/statistics"
    ),
    "chargers_and_cars": f"GET {_EV}/gateways/{{gateway_id}}/evchargingdevicesandcars",
    "cars": f"GET {_EV}/cars",
    "car": f"GET {_EV}/cars/{{car_id}}",
    "car_add": f"POST {_EV}/cars/{{car_id}}",
    "car_update": f"PATCH {_EV}/cars/{{car_id}}",
    "car_remove": f"DELETE {_EV}/cars/{{car_id}}",
    "control_types": f"GET {_PLANS}/tstypes",
    "control_zones": f"GET {_PLANS}/zones",
    "control_requested": f"GET {_PLANS}/zones/{{zone_id}}/tstypes/{{type_id}}",
    "control_request": f"POST {_PLANS}",
    "control_plans": f"GET {_CUSTOMER}/devices/{{asset_id}}/controlplans",
    "control_plan_decline": (
        f"POST {_CUSTOMER}/devices/{{asset_id}}/controlplans/{{plan_id}}/decline"
    ),
    "control_sites": f"GET {_SITES}",
    "control_devices": f"GET {_SITES}/{{site_id}}/devices",
    "control_settings": f"GET {_SITES}/{{site_id}}/settings",
    "control_settings_set": f"PUT {_SITES}/{{site_id}}/settings",
    "control_settings_delete": f"DELETE {_SITES}/{{site_id}}/settings",
    "restriction_events": f"GET {_RESTRICTED}/events",
    "restricted_meters": f"GET {_RESTRICTED}/meters/event/{{event}}",
    "eula": f"GET {_APP}/eula",
    "eula_accept": f"POST {_APP}/eula",
    "terms": f"GET {_APP}/terms",
    "terms_accept": f"POST {_APP}/terms",
    "ping": "GET /api/ping",
    "ping_checks": "GET /api/ping/checks",
}

# These only read; their parameters do not fit into a query.
READING_POSTS: Final = frozenset(
    {
        *("authenticate", "consumption", "asset_consumption", "costs"),
        *("comparedwithothers", "expenseoverview", "temperatures"),
    }
)


def _operations(routes: Mapping[str, str]) -> dict[str, Operation]:
    """Return the operations of a path table."""
    return {
        key: Operation.of(key, route, repeatable=True if key in READING_POSTS else None)
        for key, route in routes.items()
    }


_OPERATIONS: Final = _operations(ROUTES)


class EsmartCalls:
    """The calls of one account, as one customer."""

    _price_unit: str

    def __init__(
        self,
        http: HttpClient,
        *,
        customer_id: str,
        app_name: str,
        routes: Mapping[str, str],
    ) -> None:
        """Take the request path; `routes` replaces entries of the path table."""
        self.customer_id = customer_id
        self._http = http
        self._app_name = app_name
        self._operations = {**_OPERATIONS, **_operations(routes)}
        self._refused: Counter[str] = Counter()

    @property
    def currency(self) -> str:
        """Return the currency of amounts that name none: that of the prices."""
        unit = price_unit(self._price_unit, minor=MINOR)
        return "" if unit is None else unit.currency

    def skeletons(self) -> dict[str, object]:
        """Return keys and types of the last answer to each operation."""
        return self._http.skeletons()

    def refused(self) -> dict[str, int]:
        """Return how many values could not be true, by operation and key."""
        return dict(self._refused)

    async def _read[ResultT](
        self,
        key: str,
        read: Callable[[Body], ResultT],
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        **path: str,
    ) -> ResultT:
        """Send one operation, with its path's parameters, and read its answer."""
        return await self._send(
            key,
            self._decode(key, read),
            path,
            query=query,
            json=json,
            headers=headers,
        )

    async def _write[ResultT](
        self,
        key: str,
        read: Callable[[Body], ResultT] | None = None,
        *,
        json: object = None,
        **path: str,
    ) -> ResultT | None:
        """Send what changes something; return what the answer says, if anything.

        The change is made whatever a good answer looks like, so that an odd one is no
        failure.
        """

        def taken(answer: Body) -> ResultT | None:
            return None if read is None or answer.value is None else read(answer)

        decode = self._decode(key, taken)

        def decode_if_possible(answer: Answer) -> ResultT | None:
            try:
                return decode(answer)
            except UnexpectedResponse:
                return None

        return await self._send(key, decode_if_possible, path, json=json)

    def _decode[ResultT](
        self, key: str, read: Callable[[Body], ResultT]
    ) -> Callable[[Answer], ResultT]:
        """Return how an answer is read."""

        def decode(answer: Answer) -> ResultT:
            value = wire.decoded(key, answer.body, self._http.redact)
            headers = answer.headers
            try:
                return read(Body(key, value, refused=self._refused, headers=headers))
            except RecursionError:
                raise UnexpectedResponse(key, "the body is too deep") from None

        return decode

    async def _send[ResultT](
        self,
        key: str,
        decode: Callable[[Answer], ResultT],
        path: Mapping[str, str],
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> ResultT:
        """Send one operation; of the path's parameters it takes those it names."""
        return await self._http.ask(
            self._operations[key],
            decode,
            path={
                "customer_id": self.customer_id,
                "app_name": self._app_name,
                **path,
            },
            query=query,
            json=json,
            headers=headers,
        )


def span(start: datetime, end: datetime) -> dict[str, str]:
    """Return the bounds of a span, the end not in it, as bodies have them."""
    return {"FromTime": wire.sent(start), "ToTime": wire.sent(end)}
