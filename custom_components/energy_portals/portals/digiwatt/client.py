"""Digiwatt's API, one method an operation.

Documented are the token call and the request fields. The paths are assumed, all but
the token's, and stand in one table.

Source: the portal's API reference: authentication, the fields of requests, and what it
says in prose of each operation.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import ClientSession

from ..http.client import HttpClient, Operation
from ..http.credentials import ClientCredentials
from ..http.exchange import Answer
from ..model.green import GreenOutlook
from ..model.periods import Period
from ..model.power import PowerNow
from ..reading.body import Body
from . import reads
from .fields import ASSUMED, Assumed
from .models import (
    Household,
    MonthlySplit,
    Performance,
    PowerRow,
    Saving,
    SupplyPoint,
    Totals,
)

# In seconds, as the portal's sample has it; holds where an answer has none.
TOKEN_LIFETIME: Final = 36000.0

ROUTES: Final[Mapping[str, str]] = {
    "token": "POST /auth/token",
    "user_create": "POST /user",
    "user_delete": "DELETE /user/{account_number}",
    "user_onboarding": "POST /user/{account_number}/onboarding",
    "consumption": "GET /consumption/{account_number}/{period}",
    "consumption_totals": "GET /consumption/{account_number}/totals/{period}",
    "consumption_realtime": "GET /consumption/{account_number}/realtime",
    "consumption_latest": "GET /consumption/{account_number}/latest",
    "consumption_performance": "GET /consumption/{account_number}/performance/{period}",
    "consumption_habits": "GET /consumption/{account_number}/habits/{period}",
    "analytics_trend": "GET /analytics/{account_number}/trend",
    "analytics_distribution": "GET /analytics/{account_number}/distribution",
    "analytics_compound": "GET /analytics/{account_number}/compound",
    "saving": "GET /saving/{account_number}",
    "greenness": "GET /greenness",
}


class DigiwattClient:
    """One account (supply point) of Digiwatt.

    Every method raises PortalError only. Source of the facts: the portal's page
    "Digiwatt API (1.0)".
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        api_url: str,
        client_id: str,
        client_secret: str,
        account_number: str,
        routes: Mapping[str, str] | None = None,
        assumed: Assumed = ASSUMED,
    ) -> None:
        """Take the account; `routes` replaces entries of the path table.

        `assumed` is what holds of numbers of which an answer says nothing.
        """
        self._assumed = assumed
        self.account_number = account_number
        self._operations = {
            key: Operation.of(key, route, repeatable=key == "token" or None)
            for key, route in {**ROUTES, **(routes or {})}.items()
        }
        self._refused: Counter[str] = Counter()
        self._http = HttpClient(
            session, api_url, secrets=(client_id, client_secret, account_number)
        )
        self._http.auth = ClientCredentials(
            self._http,
            self._operations["token"],
            client_id,
            client_secret,
            lifetime=TOKEN_LIFETIME,
        )

    def skeletons(self) -> dict[str, object]:
        """Return keys and types of the last answer to each operation."""
        return self._http.skeletons()

    def refused(self) -> dict[str, int]:
        """Return how many values could not be true, by operation and key."""
        return dict(self._refused)

    async def check_account(self) -> None:
        """Raise for refused credentials or an unknown account, not for odd fields."""
        await self._read("consumption_realtime", _nothing)

    async def create_user(self, supply_point: SupplyPoint) -> None:
        """Register a supply point."""
        await self._read("user_create", _nothing, json=supply_point)

    async def delete_user(self) -> None:
        """Remove the supply point and its data at the portal."""
        # The answer may be anything, an empty body included.
        await self._http.send(
            self._operations["user_delete"], lambda body: None, path=self._path()
        )

    async def set_household(self, household: Household) -> None:
        """Describe the home, so that the portal's analytics fit it."""
        await self._read("user_onboarding", _nothing, json=household)

    async def realtime(self) -> PowerNow:
        """Return the power of the whole home, W."""
        return await self._read("consumption_realtime", reads.realtime)

    async def latest(self) -> tuple[PowerRow, ...]:
        """Return the power of the whole home over the last six hours, W."""
        return await self._read("consumption_latest", reads.latest)

    async def consumption(self, period: Period) -> tuple[PowerRow, ...]:
        """Return power over a period, W, in the portal's own steps."""
        return await self._read("consumption", reads.consumption, period)

    async def totals(self, period: Period) -> Totals:
        """Return the energy of a period and of the one before it, Wh."""
        return await self._read("consumption_totals", reads.totals, period)

    async def performance(self, period: Period) -> Performance:
        """Return the energy of a period beside that of similar homes, Wh."""
        return await self._read("consumption_performance", reads.performance, period)

    async def habits(self, period: Period) -> dict[int, float]:
        """Return the energy used in each local hour of the day (0 to 23), Wh."""
        return await self._read("consumption_habits", reads.habits, period)

    async def trend(self) -> tuple[MonthlySplit, ...]:
        """Return the energy of the last 12 months by tariff band, Wh."""
        return await self._read("analytics_trend", reads.trend)

    async def distribution(self) -> tuple[MonthlySplit, ...]:
        """Return the energy of the last 12 months by appliance, Wh."""
        return await self._read("analytics_distribution", reads.distribution)

    async def compound(self) -> tuple[MonthlySplit, ...]:
        """Return the energy of the last 12 months by appliance, Wh.

        How it differs from `distribution` is not documented.
        """
        return await self._read("analytics_compound", reads.compound)

    async def saving(self) -> Saving:
        """Return what was used and saved in the last 30 days, Wh (assumed)."""
        return await self._read("saving", reads.saving)

    async def greenness(self) -> GreenOutlook:
        """Return the renewable share and the green windows, percent.

        The call names no account: one answer holds for the whole login.
        """
        return await self._read("greenness", reads.greenness)

    async def _read[ResultT](
        self,
        key: str,
        read: Callable[[Body, Assumed], ResultT],
        period: Period | None = None,
        *,
        json: object = None,
    ) -> ResultT:
        """Send one operation and read the `data` of its envelope."""

        def decode(told: Answer) -> ResultT:
            answer = Body.of_json(key, told.body, self._refused, told.headers)
            status = answer.member("status")
            if isinstance(status, int) and status >= HTTPStatus.BAD_REQUEST:
                raise answer.unexpected("the body says that the call failed")
            if not answer.has("data"):
                raise answer.unexpected("data is missing")
            return read(answer.child(answer.member("data")), self._assumed)

        return await self._http.ask(
            self._operations[key], decode, path=self._path(period), json=json
        )

    def _path(self, period: Period | None = None) -> dict[str, str]:
        """Return the path parameters; a call takes those that it names."""
        path = {"account_number": self.account_number}
        return path if period is None else {**path, "period": period.value}


def _nothing(data: Body, assumed: Assumed) -> None:
    """Take any data."""
