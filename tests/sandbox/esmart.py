"""eSmart's customer API as its help pages and our assumed contract describe it."""

from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Final, override

from aiohttp import web

from tests.sandbox.esmart_assets import EsmartAssets
from tests.sandbox.esmart_charging import EsmartCharging
from tests.sandbox.esmart_control import EsmartControl
from tests.sandbox.esmart_customer import EsmartCustomer
from tests.sandbox.esmart_energy import EsmartEnergy
from tests.sandbox.esmart_home import EsmartHome
from tests.sandbox.esmart_operations import Answer, table
from tests.sandbox.esmart_post import EsmartPost
from tests.sandbox.esmart_prices import EsmartPrices
from tests.sandbox.esmart_readings import EsmartReadings
from tests.sandbox.esmart_wire import (
    NET,
    POWER,
    Ask,
    Data,
    Refused,
    encoded,
    text,
    whole,
)
from tests.sandbox.faults import Handler
from tests.sandbox.household import Household
from tests.sandbox.portal import Action, Operation, PortalSandbox

_CONTENT_TYPES: Final = ("application/json; charset=utf-8", "text/html; charset=utf-8")


class EsmartSandbox(PortalSandbox):
    """One user's access to one utility, with two customers in both areas."""

    key = "esmart"

    def __init__(self, household: Household) -> None:
        """Put the household into the utility's books."""
        super().__init__(household)
        self.user_name = "sandbox-user"
        self.customer_id = "42"
        self.areas = {NET, POWER}
        self.home = EsmartHome(household)
        self.prices = EsmartPrices(self.home)
        self.energy = EsmartEnergy(self.home, self.prices)
        self.customer = EsmartCustomer(self.home)
        self.post = EsmartPost(self.home)
        self.readings = EsmartReadings(self.home)
        self.assets = EsmartAssets(self.home, self.energy)
        self.charging = EsmartCharging(self.home, self.assets)
        self.control = EsmartControl(self.home)
        self._rotations = 0
        self._denied: dict[str, int] = {}
        self._answered: Counter[str] = Counter()
        self._operations = self._all_operations()

    @property
    def password(self) -> str:
        """Return the password that is valid now."""
        what = f"{self.household.seed}/password/{self._rotations}"
        return f"sandbox-password-{sha256(what.encode()).hexdigest()[:24]}"

    @override
    def facts(self, address: str) -> dict[str, str]:
        return {
            "api_url": address,
            "user_name": self.user_name,
            "password": self.password,
            "area": "power",
            "customer_id": self.customer_id,
            "app_name": "smartliv",
        }

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response({"Message": message}, status=status)

    @override
    def operations(self) -> Mapping[str, Operation]:
        return self._operations

    def _all_operations(self) -> dict[str, Operation]:
        served = {
            name: Operation(method, f"/api/{path}", self._guarded(name, answer))
            for name, (method, path, answer) in table(self).items()
        }
        c = "customers/{customerId}"
        traps = {
            "tracking": ("POST", f"{c}/tracking"),
            "import": ("GET", f"{c}/import"),
            "invoice_pdf": ("GET", f"{c}/invoices/{{invoiceNo}}/pdf"),
        }
        # Whoever knows where it is may have it: it asks nobody who he is.
        published = Operation("GET", "/published/{document}", self._published)
        return {
            **served,
            "invoice_document": published,
            **{
                name: Operation(method, f"/api/{path}", _trapped)
                for name, (method, path) in traps.items()
            },
        }

    async def _published(self, request: web.Request) -> web.StreamResponse:
        """Return a document that is published."""
        body = self.post.document(request.match_info["document"])
        if body is None:
            return web.Response(status=404, text="no such document")
        return web.Response(body=body, content_type="application/pdf")

    # Controls

    @override
    def actions(self) -> Mapping[str, Action]:
        return {
            **super().actions(),
            "change_password": self.change_password,
            "leave_area": self.leave_area,
            "deny": self.deny,
            "allow": self.allow,
            "drop_meter_ids": self.home.drop_meter_ids,
            "add_contract": self.home.add_contract,
            "add_water_meters": self.home.add_water_meters,
            "replace_contract": self.home.replace_contract,
            "open_since": self.home.open_since,
            "read_by_quarters": self.energy.read_by_quarters,
            "set_longest_span": self.energy.set_longest_span,
            "tell_units": self.energy.tell_units,
            "published": self.energy.published,
            "tell_devices": self.assets.tell_devices,
            "published_of_device": self.assets.published,
            "set_resolution": self.prices.set_resolution,
            "set_contract_resolution": self.prices.set_contract_resolution,
            "correct_price": self.prices.correct_price,
            "tell_all_areas": self.prices.tell_all_areas,
            "delay_publication": self.prices.delay_publication,
            "add_message": self.post.add_message,
            "add_invoice": self.post.add_invoice,
            "restrict": self.control.restrict,
            "set_battery": self.charging.set_battery,
            "reset_terms": self.customer.reset_terms,
        }

    def change_password(self) -> dict[str, object]:
        """Replace the password; the old one is refused."""
        self._rotations += 1
        return {"password": self.password}

    def leave_area(self, area: int) -> dict[str, object]:
        """Let the user hold an area no longer."""
        self.areas.remove(area)
        return {"areas": sorted(self.areas)}

    def deny(self, operation: str, status: int) -> dict[str, object]:
        """Answer an operation with a status until it is allowed again."""
        if operation not in self._operations or not 400 <= status < 600:
            raise ValueError("no such operation, or a status that is no refusal")
        if self._operations[operation].handler is _trapped:
            raise ValueError("a trap refuses nobody")
        self._denied[operation] = status
        return {"denied": sorted(self._denied)}

    def allow(self, operation: str) -> dict[str, object]:
        """Answer an operation again."""
        del self._denied[operation]
        return {"denied": sorted(self._denied)}

    # Access

    def _guarded(self, name: str, answer: Answer) -> Handler:
        """Ask who it is before anything else, and refuse in the portal's form."""

        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                self._check_user(request)
                self._check_denied(name)
                area = self._area(request, checked=name != "authenticate")
                ask = Ask(
                    request.match_info,
                    request.query,
                    request.headers,
                    area,
                    await request.read(),
                    request.content_type,
                    f"{request.scheme}://{request.host}/{self.key}",
                )
                self._check_customer(ask)
                body = answer(ask)
            except Refused as refused:
                return self.refusal(refused.status, str(refused))
            # The portal labels good JSON now this way, now that.
            label = _CONTENT_TYPES[self._answered[name] % len(_CONTENT_TYPES)]
            self._answered[name] += 1
            content = b"" if body is None else encoded(body).encode()
            return web.Response(body=content, headers={"Content-Type": label})

        return serve

    def _check_user(self, request: web.Request) -> None:
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        try:
            pair = b64decode(sent, validate=True).decode()
        except ValueError:
            pair = ""
        if scheme.lower() != "basic" or pair != f"{self.user_name}:{self.password}":
            raise Refused(401, "Authorization has been denied for this request.")

    def _check_denied(self, operation: str) -> None:
        if (status := self._denied.get(operation)) is not None:
            raise Refused(status, "the sandbox was told to deny")

    def _area(self, request: web.Request, *, checked: bool) -> int:
        header = request.headers.get("X-Area", f"{POWER}")
        if header not in (f"{NET}", f"{POWER}"):
            raise Refused(400, "X-Area must be 1 or 2")
        if checked and int(header) not in self.areas:
            raise Refused(403, "the user does not hold this area")
        return int(header)

    def _check_customer(self, ask: Ask) -> None:
        for name in ("customerId", "custId"):
            if name in ask.path and ask.path_number(name) not in self.home.customers:
                raise Refused(403, "another user's customer")

    def authenticate(self, ask: Ask) -> Data:
        """Return which customers a login is."""
        name = text(ask.given("UserName"), "UserName")
        password = text(ask.given("Password"), "Password")
        area = whole(ask.given("Area"), "Area")
        if area not in (NET, POWER):
            raise Refused(400, "Area must be 1 or 2")
        if (name, password) != (self.user_name, self.password):
            raise Refused(401, "wrong user name or password")
        if area not in self.areas:
            raise Refused(410, "the user does not exist in this area")
        return {
            "CustomerIds": list(self.home.customers),
            "AuthProvider": "Sandbox",
            "RegistrationStatus": "Registered",
            "UserAuthId": f"{self.home.user_id}",
        }


async def _trapped(request: web.Request) -> web.StreamResponse:
    """Answer what must never be called; the record of calls tells on who does."""
    del request
    return web.json_response({})
