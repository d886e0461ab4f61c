"""eSmart's customer API, one method an operation.

Source of the facts: the portal's list of 195 endpoints and its help pages. Bodies that
neither shows are assumed; what is read stands in the `reads` modules.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from aiohttp import ClientSession

from ..http.client import HttpClient, Operation
from ..http.credentials import BasicCredentials
from ..http.errors import AuthError, Forbidden
from ..reading.said import Position
from . import documents, reads_customer
from .client_calls import ROUTES
from .client_control import ControlCalls
from .client_customer import CustomerCalls
from .client_energy import EnergyCalls
from .models import Area

__all__ = ["ROUTES", "EsmartClient"]

_DOCUMENT: Final = Operation(documents.OPERATION, "GET", "/", repeatable=True)


class EsmartClient(EnergyCalls, CustomerCalls, ControlCalls):
    """One customer of eSmart, seen as one area.

    Every method raises PortalError only. `customer_id` may be empty until
    `authenticate` has told it. `price_unit`, `power_unit` (`kW` or `W`) and, of meters,
    `energy_unit` (`kWh`, `Wh` or `MWh`) hold where an answer names none; `interval`
    (`start` or `end`) is what a time stands for where it does not say. `meters` (by
    contract) and `price_area` are what the user entered where the portal does not tell.
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        api_url: str,
        user_name: str,
        password: str,
        area: Area,
        customer_id: str = "",
        app_name: str = "smartliv",
        price_unit: str = "NOK/kWh",
        power_unit: str = "kW",
        energy_unit: str = "kWh",
        interval: str = Position.START.value,
        meters: Mapping[str, str] | None = None,
        price_area: str | None = None,
        routes: Mapping[str, str] | None = None,
    ) -> None:
        """Take the account; `routes` replaces entries of the path table."""
        auth = BasicCredentials(user_name, password)
        http = HttpClient(
            session,
            api_url,
            secrets=(
                *(user_name, password, auth.token, customer_id),
                *(meters or {}).values(),
            ),
            auth=auth,
            headers={"X-Area": str(area.value)},
        )
        super().__init__(
            http, customer_id=customer_id, app_name=app_name, routes=routes or {}
        )
        self._session = session
        self._own = (user_name, password, auth.token)
        # The sites of which costs came.
        self.reckoned: set[str] = set()
        # Since when the hours of a device fail (monotonic), None once they came.
        self.untold: dict[str, float | None] = {}
        self.area = area
        self.meters = meters or {}
        self.price_area = price_area
        self._login = {"UserName": user_name, "Password": password, "Area": area}
        self._price_unit = price_unit
        self._power_unit = power_unit
        self._energy_unit = energy_unit
        self._position = Position(interval)

    @property
    def name(self) -> str:
        """Return what tells this account from others; most are of the power area."""
        net = " net" if self.area is Area.NET else ""
        return f"eSmart {self.customer_id}{net}"

    async def authenticate(self) -> tuple[str, ...]:
        """Return which customers the login is.

        AuthError: the credentials are wrong. NotFound: the user is unknown in this
        area, and may be known in the other.
        """
        return await self._read(
            "authenticate", reads_customer.customer_ids, json=self._login
        )

    async def document(self, link: str) -> bytes:
        """Return the PDF that is published under a link of an invoice.

        The login goes to the API's own address alone. Rejected for a link that has a
        login in it or is not safe to follow, Forbidden where there is no right to it.
        """
        documents.check_link(link, self._own)
        http = self._http
        operation = http.at(_DOCUMENT, None, link)
        if operation is None:
            address, path = documents.elsewhere(link)
            http = HttpClient(self._session, address, secrets=(link,))
            operation = replace(_DOCUMENT, path=path)
        headers = {"Accept": "application/pdf"}
        try:
            return await http.send(operation, documents.pdf, headers=headers)
        except AuthError as err:
            # Another server's refusal says nothing of this login.
            raise Forbidden(err.operation, err.detail) from None
