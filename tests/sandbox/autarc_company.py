"""An installer's company: its projects, their rooms, its customers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final
import uuid

COMPANY: Final = "8bb73d03-06b4-47c7-80c7-59301f770eda"
_SPACE: Final = uuid.UUID("6f1d2c3b-0000-4000-8000-000000000000")
_NAMES: Final = (
    *("Ahrens", "Brandt", "Conrad", "Dietz", "Engel", "Förster", "Graf", "Huber"),
    *("Jansen", "Köhler", "Lorenz", "Möller"),
)
_STREETS: Final = ("Lindenweg", "Am Mühlbach", "Kirchgasse", "Gartenstraße")
_STATUSES: Final = ("inProgress", "inProgress", "completed", "archived")
# Days from today on which heat pumps are installed, None where there is no date yet.
_DAYS: Final = (3, 10, -20, -90, 0, None, -5, None, 35, None, -2, -400)


def record_id(kind: str, number: int) -> str:
    """Return the id of the n-th record of a kind, always the same."""
    return str(uuid.uuid5(_SPACE, f"{kind} {number}"))


class Company:
    """What one company has; records are JSON as the portal keeps them."""

    def __init__(self, seed: int, now: datetime) -> None:
        """Found the company: twelve projects for nine customers."""
        self._random = Random(seed)
        self._now = now
        self._made = 0
        self.projects: dict[str, dict[str, Any]] = {}
        self.customers: dict[str, dict[str, Any]] = {}
        self.rooms: dict[str, list[dict[str, Any]]] = {}
        for number in range(9):
            customer = self._customer(number)
            self.customers[customer["id"]] = customer
        for number in range(12):
            self._add_project(number)

    def grow(self, count: int) -> None:
        """Have so many projects and customers in all."""
        for number in range(len(self.customers), count):
            customer = self._customer(number)
            self.customers[customer["id"]] = customer
        for number in range(len(self.projects), count):
            self._add_project(number)

    def empty(self) -> None:
        """Have nothing yet."""
        self.projects.clear()
        self.customers.clear()
        self.rooms.clear()

    def stamp(self, now: datetime) -> str:
        """Return a moment as the portal writes it."""
        return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_id(self) -> str:
        """Return an id for something that is created."""
        self._made += 1
        return record_id("made", self._made)

    def _customer(self, number: int) -> dict[str, Any]:
        name = _NAMES[number % len(_NAMES)]
        is_company = number % 4 == 3
        return {
            "id": record_id("customer", number),
            "companyId": COMPANY,
            "createdAt": self.stamp(self._now - timedelta(days=200)),
            "updatedAt": self.stamp(self._now - timedelta(days=number % 90)),
            "firstName": "Kim",
            "lastName": name if number < len(_NAMES) else f"{name} {number}",
            "email": f"kunde{number}@example.com",
            "invoiceEmail": None,
            "phoneNumber": f"+49 30 5550{number:04d}",
            "companyName": f"Hausverwaltung {name}" if is_company else None,
            "isCompany": is_company,
            "address": _address(number),
        }

    def _add_project(self, number: int) -> None:
        key = record_id("project", number)
        self.projects[key] = self._project(key, number)
        self.rooms[key] = [
            {
                "id": record_id(f"room of {number}", place),
                "name": name,
                "floor": "ground" if place < 3 else "first",
                "temperature": temperature,
            }
            for place, (name, temperature) in enumerate(
                (("Wohnzimmer", 20), ("Küche", 20), ("Flur", None), ("Bad", 24))
            )
        ]

    def _project(self, key: str, number: int) -> dict[str, Any]:
        name = _NAMES[number % len(_NAMES)]
        days = _DAYS[number % len(_DAYS)]
        return {
            "id": key,
            "companyId": COMPANY,
            "name": f"Wärmepumpe {name}" + (f" {number}" if number > 11 else ""),
            "createdAt": self.stamp(self._now - timedelta(days=100)),
            "updatedAt": self.stamp(self._now - timedelta(days=number % 60)),
            "customerId": record_id("customer", number % 9),
            "status": _STATUSES[number % len(_STATUSES)],
            "isLead": number % 6 == 5,
            "humanId": f"P-{number + 1:03d}",
            "projectValue": None if number % 6 == 5 else 24_000 + 512.25 * number,
            "installationDate": self._day(days),
            "buildingType": "singleOrDoubleFamilyHouse",
            "buildingAge": "from1979To1983",
            "isMonumentProtected": False,
            "numberOfResidents": 3,
            "numberOfFloors": 2,
            # The portal has been seen to write numbers as strings.
            "heatedLivingAreaM2": f"{120 + number % 80}",
            "address": _address(number),
            **_building(number),
        }

    def _day(self, days: int | None) -> str | None:
        if days is None:
            return None
        day: date = self._now.date() + timedelta(days=days)
        return day.isoformat()


def _building(number: int) -> dict[str, Any]:
    """Return the newer members of a project; every third is not calculated yet."""
    is_calculated = number % 3 != 2
    return {
        "currentHeatingSystemType": "condensingGas",
        "currentHeatingSystemConstructionYear": "after1995",
        "drinkingWaterHeatingSystemType": "withCirculation",
        "heatingCircuits": [
            {
                "id": record_id(f"circuit of {number}", index),
                "name": f"Heizkreis {index}",
                "flowTemperature": 55 - 20 * (index - 1),
                "returnTemperature": 45 - 17 * (index - 1),
                "index": index,
            }
            for index in (1, 2)
        ],
        "technicalFeasibilityAssesment": "feasible" if is_calculated else None,
        "averageEnergyConsumptionLast3Years": 18_500,
        "isFacadeInsulated": number % 2 == 0,
        "isRoofInsulated": True,
        "hasFireplace": False,
        "hasSolarThermalSystem": False,
        "pipeSystemType": "twoPipeHeating",
        "windowGlazingType": "double",
        "roomHeatingType": "radiator",
        "buildingHeatLoadKw": round(7.5 + number % 9 / 4, 2) if is_calculated else 0,
        "consumptionBasedHeatload": 8.1 if is_calculated else None,
        "avgHeatload": 7.9 if is_calculated else None,
        "yearlyEnergyConsumption": 18_200 if is_calculated else None,
        "heatPumpSizing": {"heatPumpStandardOutputKw": 9.0, "bivalencePoint": -7}
        if is_calculated
        else None,
    }


def _address(number: int) -> Mapping[str, Any]:
    """Return an address, with a member that no client knows."""
    return {
        "addressLine1": f"{_STREETS[number % len(_STREETS)]} {number + 1}",
        "addressLine2": None,
        "postalCode": "94032",
        "city": "Passau",
        "country": "Deutschland",
        "countryCode": "DE",
    }
