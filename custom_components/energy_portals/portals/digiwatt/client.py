"""Digiwatt's API, one method an operation.

Documented are the token call and the request fields. The paths are assumed, all but
the token's, and stand in one table.

Source: the portal's API reference: authentication, the fields of requests, and what it
says in prose of each operation.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
import re
from typing import Final

from aiohttp import ClientSession

from ..http.client import HttpClient, Operation
from ..http.credentials import ClientCredentials
from ..http.errors import Forbidden, NotFound, PathNotFound, PortalError, Rejected
from ..http.exchange import Answer
from ..model.green import GreenOutlook
from ..model.periods import Period
from ..model.power import PowerNow
from ..reading.body import Body
from . import reads, reads_months
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

WRITES: Final = frozenset({"user_create", "user_delete", "user_onboarding"})

# What is not known is the account, where an answer says so; a path is in no sentence.
_OF_ACCOUNT: Final = re.compile(
    r"[^/]*\b(account|customer|meter|pod|supply|user|client[ei]|conto|contatore"
    r"|fornitura|utente|utenza)\b[^/]*",
    re.IGNORECASE,
)
# How Amazon's API gateway answers where it has no such path (403).
_NO_ROUTE: Final = "missing authentication token"


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
        """Take the account; `routes` replaces entries of the path table `ROUTES`.

        They are method and path, with the same `{names}`; `routes.replaced` checks
        what a user enters. `assumed` is what holds of numbers of which an answer says
        nothing.
        """
        self._assumed = assumed
        # Whether the latest readings were last seen to agree with those of periods.
        self.latest_is_proven = False
        self.account_number = account_number
        self._operations = {
            key: Operation.of(key, route, repeatable=key not in WRITES)
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
        """Raise for refused credentials or an unknown account, not for odd fields.

        NotFound: the portal says that it does not know the account. PathNotFound:
        nothing is found, and the path is sure to be wrong if `is_sure`.
        """
        try:
            await self._read("consumption_realtime", _nothing)
        except (PathNotFound, Rejected) as err:
            # Where it is not at this path, that may be taken for the path of a period.
            if not await self._is_known_elsewhere(err):
                raise
            route = self._operations[err.operation].route
            raise PathNotFound(err.operation, err.wordless, route) from None

    async def create_user(self, supply_point: SupplyPoint) -> None:
        """Register a supply point."""
        await self._read("user_create", _nothing, json=supply_point)

    async def delete_user(self) -> None:
        """Remove the supply point and its data at the portal."""
        # The answer may be anything, an empty body included.
        await self._send("user_delete", lambda body: None)

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
        return await self._read("analytics_trend", reads_months.trend)

    async def distribution(self) -> tuple[MonthlySplit, ...]:
        """Return the energy of the last 12 months by appliance, Wh."""
        return await self._read("analytics_distribution", reads_months.distribution)

    async def compound(self) -> tuple[MonthlySplit, ...]:
        """Return the energy of the last 12 months by appliance, Wh.

        How it differs from `distribution` is not documented.
        """
        return await self._read("analytics_compound", reads_months.compound)

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

        return await self._send(key, decode, period, json=json)

    async def _send[ResultT](
        self,
        key: str,
        decode: Callable[[Answer], ResultT],
        period: Period | None = None,
        *,
        json: object = None,
    ) -> ResultT:
        """Send one operation; a path that may not be the portal's is told."""
        try:
            return await self._http.ask(
                self._operations[key], decode, path=self._path(period), json=json
            )
        except (Forbidden, NotFound, Rejected) as err:
            raise self._told(err) from None

    def _told(self, err: Forbidden | NotFound | Rejected) -> PortalError:
        """Return an error that names the path, as one of the path where it may be."""
        route = self._operations[err.operation].route
        place, _, said = err.detail.partition(":")
        place = f"{place} at {route}"
        match err:
            case NotFound() if not _OF_ACCOUNT.fullmatch(said):
                is_sure = "{account_number}" not in route
            case Rejected() if err.status == HTTPStatus.METHOD_NOT_ALLOWED:
                is_sure = True
            case Forbidden() if _NO_ROUTE in said.casefold():
                is_sure = True
            case Rejected():
                detail = f"{place}:{said}" if said else place
                return Rejected(
                    err.operation, detail, status=err.status, reason=err.reason
                )
            case _:
                return err
        return PathNotFound(err.operation, place, route, is_sure=is_sure)

    async def _is_known_elsewhere(self, err: PathNotFound | Rejected) -> bool:
        """Say whether it is the path alone that an error is about.

        Other paths know the account, or not even the one without an account is there.
        """
        if isinstance(err, PathNotFound) and err.is_sure:
            return False
        others = sorted(ROUTES.keys() - WRITES - {"token", "consumption_realtime"})
        answers = await asyncio.gather(*map(self._is_there, others))
        there = dict(zip(others, answers, strict=True))
        nothing = there.pop("greenness") is False and isinstance(err, PathNotFound)
        return nothing or True in there.values()

    async def _is_there(self, key: str) -> bool | None:
        """Say whether a reading operation is where it is asked for, None: not known."""
        try:
            await self._read(key, _nothing, Period.YESTERDAY)
        except NotFound, PathNotFound:
            return False
        except PortalError:
            return None
        return True

    def _path(self, period: Period | None = None) -> dict[str, str]:
        """Return the path parameters; a call takes those that it names."""
        path = {"account_number": self.account_number}
        return path if period is None else {**path, "period": period.value}


def _nothing(data: Body, assumed: Assumed) -> None:
    """Take any data."""
