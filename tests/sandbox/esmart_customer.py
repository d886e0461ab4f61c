"""What the simulated eSmart knows of a customer: profile, building, terms."""

from dataclasses import dataclass
import re
from typing import Final

from tests.sandbox.esmart_home import EsmartHome, address
from tests.sandbox.esmart_wire import NET, POWER, Ask, Data, Refused, flag, text, whole

APPS: Final = ("smartliv", "rknett", "florence")
_PHONE: Final = re.compile(r"\d{1,14}", re.ASCII)
_CONTACT: Final = {
    "PhoneNumber": _PHONE,
    "MobileNumber": _PHONE,
    "Email": re.compile(r"(?=.{1,100}$)[^@\s]+@[^@\s]+\.[^@\s]+"),
}


@dataclass
class _Agreed:
    """What a customer has agreed to in an app."""

    eula: bool = True
    general: bool = True
    additional: bool = True


class EsmartCustomer:
    """Profiles of all customers, and the buildings at their meters."""

    def __init__(self, home: EsmartHome) -> None:
        """Let every customer have agreed to everything."""
        self.home = home
        self._contacts = {
            customer: {
                "PhoneNumber": "00000000",
                "MobileNumber": "00000000",
                "Email": "sandbox@example.invalid",
            }
            for customer in home.customers
        }
        self._agreements = {
            (customer, app): _Agreed() for customer in home.customers for app in APPS
        }
        self._buildings: dict[str, dict[str, object]] = {}

    def reset_terms(self) -> dict[str, object]:
        """Let nobody have agreed to anything."""
        for key in self._agreements:
            self._agreements[key] = _Agreed(eula=False, general=False, additional=False)
        return {"accepted": False}

    # Profile

    def _profile(self, customer: int) -> Data:
        areas = {
            contract.area
            for contract in self.home.contracts_held
            if contract.customer_id == customer
        }
        return {
            "Address": address(),
            "BirthDate": "1900-01-01T00:00:00+00:00",
            "CustomerId": customer,
            "CustomerType": "Private",
            "FirstName": "Sandbox",
            "IsBroadbandCustomer": False,
            "IsDistrictHeatingCustomer": False,
            "IsNetCustomer": NET in areas,
            "IsPowerCustomer": POWER in areas,
            "LastName": "Customer",
            "OrganizationNo": None,
            "Pin": "0000",
            "RequiresProfileConfirmation": False,
            **self._contacts[customer],
        }

    def customer(self, ask: Ask) -> Data:
        """Return the CustomerResponse of a customer."""
        return self._profile(self.home.customer_id(ask))

    def associates(self, ask: Ask) -> list[Data]:
        """Return the other customers of the user."""
        customer = self.home.customer_id(ask)
        return [self._profile(row) for row in self.home.customers if row != customer]

    def customer_update(self, ask: Ask) -> None:
        """Change phone numbers and e-mail; what else is sent stays as it is."""
        changes = {
            key: text(value, key)
            for key, value in ask.body().items()
            if key in _CONTACT and value is not None
        }
        for key, value in changes.items():
            if not _CONTACT[key].fullmatch(value):
                raise Refused(400, f"{key} is not valid")
        if not changes:
            raise Refused(400, "nothing that can be changed")
        self._contacts[self.home.customer_id(ask)] |= changes

    # Buildings

    def _building(self, ask: Ask) -> dict[str, object]:
        return self._buildings.setdefault(
            self.home.metered(ask).meter_id,
            {"Name": "Home", "BuildingYear": 1985, "HeatingArea": 140, "Residents": 4},
        )

    def building(self, ask: Ask) -> Data:
        """Return what is known of the building at a meter."""
        return self._building(ask)

    def building_update(self, ask: Ask) -> None:
        """Set what is known of the building, any part of it."""
        building = self._building(ask)
        changes = {
            key: text(value, key) if key == "Name" else _count(value, key)
            for key, value in ask.body().items()
            if key in building and value is not None
        }
        if not changes:
            raise Refused(400, "nothing to change")
        building |= changes

    # Terms

    def _agreed(self, ask: Ask) -> _Agreed:
        app = ask.path["appshortname"]
        if app not in APPS:
            raise Refused(404, "unknown app")
        return self._agreements[self.home.customer_id(ask), app]

    def eula(self, ask: Ask) -> bool:
        """Return whether the licence agreement was accepted."""
        return self._agreed(ask).eula

    def eula_accept(self, ask: Ask) -> None:
        """Accept the licence agreement."""
        self._agreed(ask).eula = True

    def terms(self, ask: Ask) -> Data:
        """Return which terms were accepted."""
        agreed = self._agreed(ask)
        return {
            "AcceptGeneralTerms": agreed.general,
            "AcceptAdditionalTerms": agreed.additional,
        }

    def terms_accept(self, ask: Ask) -> None:
        """Set which terms are accepted."""
        agreed = self._agreed(ask)
        general = flag(ask.given("AcceptGeneralTerms"), "AcceptGeneralTerms")
        additional = flag(ask.given("AcceptAdditionalTerms"), "AcceptAdditionalTerms")
        agreed.general, agreed.additional = general, additional


def _count(value: object, name: str) -> int:
    count = whole(value, name)
    if count < 0:
        raise Refused(400, f"{name} must not be negative")
    return count
