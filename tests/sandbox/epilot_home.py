"""What the utility knows of the household: customer, contracts, meters, counters."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_DNS, UUID, uuid5

from tests.sandbox.epilot_wire import ZONE, Ask, Offer, Refused, fields
from tests.sandbox.household import Household

type Entity = dict[str, Any]

_READABLE: Final = frozenset(
    {
        *("contact", "contract", "meter", "meter_counter", "file", "billing_account"),
        *("order", "opportunity", "portal_user"),
    }
)
_SEARCH: Final[Mapping[str, type]] = {
    "from": int,
    "size": int,
    "sort": str,
    "hydrate": bool,
    "fields": list,
    "filters": list,
    "filters_context": list,
    "q": str,
    "q_fields": list,
    "targets": list,
    "include": list,
}
_MOST: Final = 1000
_YEAR: Final = timedelta(days=365)


def iso(moment: datetime) -> str:
    """Return a moment as the portal writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class EpilotHome:
    """One customer with two running contracts, an old one, and three meters."""

    def __init__(self, household: Household, email: str) -> None:
        """Open the books."""
        self.household = household
        self.email = email
        self.organization_id = "12345"
        self.portal_id = self.id_of("portal")
        self.user_id = self.id_of("user")
        self.contact_id = self.id_of("contact")
        self.billing_account_id = self.id_of("billing account")
        self.power_contract = self.id_of("power contract")
        self.gas_contract = self.id_of("gas contract")
        self.old_contract = self.id_of("old contract")
        self.power_meter = self.id_of("power meter")
        self.gas_meter = self.id_of("gas meter")
        self.water_meter = self.id_of("water meter")
        self.writes: list[dict[str, object]] = []
        self.files: list[Entity] = []
        self.decommissioned: set[str] = set()
        self.more = 0
        # A register that is read anew brings its counter up to date.
        self.read: Callable[[str], tuple[float, str]] = lambda counter: (0.0, "")

    def id_of(self, what: str) -> str:
        """Return the id of a thing, always the same."""
        return str(uuid5(NAMESPACE_DNS, f"{self.household.seed}/{what}"))

    def today(self) -> date:
        """Return the day in Germany."""
        return self.household.now().astimezone(ZONE).date()

    def entity(self, slug: str, entity_id: str, title: str, **more: object) -> Entity:
        """Return an entity with what each has."""
        return {
            "_id": entity_id,
            "_schema": slug,
            "_title": title,
            "_org": self.organization_id,
            "_created_at": "2023-02-01T09:00:00.000Z",
            "_updated_at": "2026-01-01T09:00:00.000Z",
            **more,
        }

    def check_context(self, pairs: list[tuple[str, str]]) -> None:
        """Refuse what is not the customer's."""
        for slug, entity_id in pairs:
            if not any(each["_id"] == entity_id for each in self.entities(slug)):
                raise Refused(403, f"no access to this {slug}")

    # --- entities

    def entities(self, slug: str) -> list[Entity]:
        """Return the customer's entities of a sort."""
        if slug not in _READABLE:
            raise Refused(403, f"no access to {slug}")
        made: dict[str, Callable[[], list[Entity]]] = {
            "contract": self.contracts,
            "meter": self.meters,
            "meter_counter": self.counters,
            "file": lambda: self.files,
            "contact": lambda: [self._contact()],
            "billing_account": lambda: [self.billing_account()],
            "portal_user": lambda: [self._user()],
        }
        return made[slug]() if slug in made else []

    def contracts(self) -> list[Entity]:
        """Return the contracts."""
        today = self.today()
        power = self.entity(
            "contract",
            self.power_contract,
            "Strom Zuhause",
            contract_name="Strom Zuhause",
            contract_number="V-100200",
            account_number="K-4711",
            status="active",
            branch="power",
            start_date="2023-02-01",
            billing_period="monthly",
            billing_due_day=1,
            installment_amount=9450,
            installment_amount_decimal="94.50",
            installment_amount_currency="EUR",
            balance=1250,
            balance_decimal="12.50",
            balance_currency="EUR",
            notice_time_amount=4,
            notice_time_unit="weeks",
            renewal_duration_amount=12,
            renewal_duration_unit="months",
            delivery_address="Sandgasse 1, 00000 Musterstadt",
            meters=_relation(self.power_meter, "meter"),
            customer=_relation(self.contact_id, "contact"),
            billing_account=_relation(self.billing_account_id, "billing_account"),
        )
        gas = self.entity(
            "contract",
            self.gas_contract,
            "Erdgas Zuhause",
            contract_number="V-100201",
            status="active",
            branch="gas",
            start_date="2023-02-01",
            end_date=(today + timedelta(days=200)).isoformat(),
            billing_period="yearly",
            installment_amount=6000,
            installment_amount_currency="eur",
            balance=-430,
            balance_currency="EUR",
            meters=_relation(self.gas_meter, "meter"),
            customer=_relation(self.contact_id, "contact"),
        )
        old = self.entity(
            "contract",
            self.old_contract,
            "Alter Stromvertrag",
            contract_name="Alter Stromvertrag",
            status="terminated",
            branch="power",
            start_date="2019-05-01",
            termination_date="2023-01-31",
        )
        more = [
            self.entity(
                "contract",
                self.id_of(f"contract {n}"),
                f"Vertrag {n}",
                status="terminated",
                branch="water",
            )
            for n in range(self.more)
        ]
        return [power, gas, old, *more]

    def meters(self) -> list[Entity]:
        """Return the meters; the water's belongs to no contract."""
        return [
            self._meter(
                self.power_meter,
                "1ESY0001",
                "power",
                "intelligent-measuring-system",
                contract=_relation(self.power_contract, "contract"),
            ),
            self._meter(
                self.gas_meter,
                "7GMT0002",
                "gas",
                "bellow-gas-meter",
                contract=_relation(self.gas_contract, "contract"),
            ),
            self._meter(self.water_meter, "8WZ0003", "water", "turbine-gas-meter"),
        ]

    def _meter(
        self, meter_id: str, number: str, sector: str, kind: str, **more: object
    ) -> Entity:
        is_gone = meter_id in self.decommissioned
        return self.entity(
            "meter",
            meter_id,
            f"Zähler {number}",
            meter_number=number,
            ma_lo_id=f"5{self.household.seed:010}",
            sector=sector,
            meter_type=kind,
            status="decommissioned" if is_gone else "active",
            **more,
        )

    def counters(self, meter_id: str | None = None) -> list[Entity]:
        """Return the counters, of one meter or of all."""
        rows = (
            (self.power_meter, "1-1:1.8.0", "feed-out", "ht", "kWh"),
            (self.power_meter, "1-1:2.8.0", "feed-in", None, "kWh"),
            (self.gas_meter, "7-20:3.0.0", "feed-out", None, "cubic-meter"),
            (self.water_meter, "8-1:1.0.0", "feed-out", None, "cubic-meter"),
        )
        found = []
        for owner, obis, direction, tariff, unit in rows:
            if meter_id in {None, owner}:
                counter = self.id_of(f"counter {obis}")
                value, read_on = self.read(counter)
                more = {} if tariff is None else {"tariff_type": tariff}
                found.append(
                    self.entity(
                        "meter_counter",
                        counter,
                        obis,
                        obis_number=obis,
                        direction=direction,
                        unit=unit,
                        current_consumption=value,
                        last_reading=read_on,
                        transformer_ratio=1,
                        meter=_relation(owner, "meter"),
                        **more,
                    )
                )
        return found

    def billing_account(self) -> Entity:
        """Return the account of the utility's books."""
        return self.entity(
            "billing_account",
            self.billing_account_id,
            "Abrechnungskonto",
            billing_account_number="A-900",
            balance=820,
            balance_decimal="8.20",
            balance_currency="EUR",
        )

    def _contact(self) -> Entity:
        return self.entity(
            "contact",
            self.contact_id,
            "Muster Haushalt",
            customer_number="KD-55501",
        )

    def _user(self) -> Entity:
        return self.entity(
            "portal_user",
            self.user_id,
            self.email,
            email=[{"email": self.email, "_tags": ["Primary"]}],
            access_status="Enabled",
            mapping_status="Mapped",
            registration_status="Registered",
            portal_id=self.portal_id,
            last_login=iso(self.household.now()),
            mapped_contact=_relation(self.contact_id, "contact"),
        )

    # --- operations

    def offers(self) -> dict[str, Offer]:
        """Return what can be asked."""
        return {
            "getPortalUser": Offer(
                "portal", "GET /v2/portal/user", lambda ask: {"data": self._user()}
            ),
            "getContact": Offer(
                "portal",
                "GET /v2/portal/contact",
                lambda ask: {"entity": self._contact(), "files": [], "relations": []},
            ),
            "searchPortalUserEntities": Offer(
                "portal", "POST /v2/portal/entity:search", self._search
            ),
            "getPortalUserEntity": Offer(
                "portal", "POST /v2/portal/entity:get", self._get
            ),
        }

    def actions(self) -> Mapping[str, Callable[..., Mapping[str, object]]]:
        """Return what can be done from outside."""
        return {"more_contracts": self.more_contracts}

    def more_contracts(self, count: int) -> dict[str, object]:
        """Have so many contracts more, all of them ended."""
        self.more = count
        return {}

    def _search(self, ask: Ask) -> object:
        """Return a page of entities."""
        body = dict(ask.body)
        slugs = _slugs(body.pop("slug", None))
        fields(body, {}, _SEARCH)
        found = [entity for slug in slugs for entity in self.entities(slug)]
        for each in body.get("filters", []):
            (term,) = each.get("term", {}).items() or [("", "")]
            name = term[0].removesuffix(".keyword")
            found = [entity for entity in found if entity.get(name) == term[1]]
        if sort := body.get("sort"):
            name, _, order = sort.partition(":")
            found = sorted(
                found, key=lambda entity: str(entity.get(name)), reverse=order == "desc"
            )
        start, size = body.get("from", 0), min(body.get("size", 100), _MOST)
        page = found[start : start + size]
        if wanted := body.get("fields"):
            page = [{k: v for k, v in each.items() if k in wanted} for each in page]
        return {
            "results": page,
            "hits": len(page),
            "pagination": {
                "from": start,
                "size": size,
                "total": len(found),
                "has_more": start + len(page) < len(found),
            },
        }

    def _get(self, ask: Ask) -> object:
        """Return one entity."""
        fields(ask.body, {"slug": str, "entity_id": str}, {"hydrate": bool})
        for entity in self.entities(ask.body["slug"]):
            if entity["_id"] == ask.body["entity_id"]:
                return {"result": entity}
        raise Refused(404, "no such entity")


def _slugs(slug: object) -> list[str]:
    """Return the sorts that a search names."""
    each = slug if isinstance(slug, list) else [slug]
    found = [one.get("slug") if isinstance(one, dict) else one for one in each]
    if not found or not all(isinstance(one, str) for one in found):
        raise Refused(400, "slug is required")
    return [str(one) for one in found]


def _relation(entity_id: str, slug: str) -> Entity:
    """Return a relation to another entity."""
    return {"$relation": [{"entity_id": entity_id, "_slug": slug}]}


def checked_id(text: object) -> str:
    """Return an id; refuse what is none."""
    try:
        return str(UUID(str(text)))
    except ValueError:
        raise Refused(400, "not an id") from None
