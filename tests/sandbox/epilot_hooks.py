"""The apps that the simulated utility has installed, and what they say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from tests.sandbox.epilot_home import EpilotHome, iso
from tests.sandbox.epilot_wire import ZONE, Ask, Refused, fields, pairs_of

KINDS: Final = (
    *("consumptionDataRetrieval", "priceDataRetrieval"),
    *("costDataRetrieval", "dataExport"),
)
_MOST: Final = 3
INTERVALS: Final = ("PT15M", "PT1H", "P1D", "P1M")

# Of each scenario its types: id, label, method and unit.
SCENARIOS: Final[Mapping[str, tuple[tuple[str, str, str, str], ...]]] = {
    "prosumer": (
        ("feed-out", "Bezug", "sum", "kWh"),
        ("feed-in", "Einspeisung", "sum", "kWh"),
    ),
    "single": (("default", "Verbrauch", "sum", "kWh"),),
    "dual": (("ht", "Hochtarif", "sum", "kWh"), ("nt", "Niedertarif", "sum", "kWh")),
    "registers": (
        ("ht", "Hochtarif", "sum", "kWh"),
        ("nt", "Niedertarif", "sum", "kWh"),
    ),
    "typeless": (),
    "load": (
        ("min", "Mindestlast", "min", "kW"),
        ("average", "Mittlere Last", "average", "kW"),
        ("max", "Höchstlast", "max", "kW"),
    ),
    "mixed": (
        ("consumption", "Verbrauch", "sum", "kWh"),
        ("average-load", "Mittlere Last", "average", "kW"),
    ),
    "wh": (("feed-out", "Bezug", "sum", "Wh"),),
    "heat": (
        ("feed-out", "Bezug", "sum", "kWh"),
        ("Wärme-Strom", "Wärmestrom", "sum", "kWh"),
    ),
}


@dataclass
class EpilotHooks:
    """Which hooks there are; everything can be switched."""

    home: EpilotHome
    domain: str = "kundenportal.sandbox.example"
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 1))
    has_metadata: bool = True
    intervals: tuple[str, ...] = INTERVALS
    scenario: str = "prosumer"
    days: int = 1095
    mode: str = "check"
    fails: bool = False
    chosen: dict[str, int] = field(default_factory=dict)

    def actions(self) -> Mapping[str, Callable[..., Mapping[str, object]]]:
        """Return what can be done from outside."""
        return {
            "set_hooks": self.set_hooks,
            "metadata": self.metadata,
            "set_intervals": self.set_intervals,
            "set_scenario": self.set_scenario,
            "data_range": self.data_range,
            "choose": self.choose,
        }

    def set_hooks(self, kind: str, count: int) -> dict[str, object]:
        """Have so many hooks of a kind: two on one extension, a third on another."""
        if kind not in KINDS or not 0 <= count <= _MOST:
            raise ValueError(f"{count} of {kind}")
        self.counts[kind] = count
        return {}

    def metadata(self, on: bool) -> dict[str, object]:
        """Say something of the series, or nothing."""
        self.has_metadata = on
        return {}

    def set_intervals(self, names: list[str]) -> dict[str, object]:
        """Offer these intervals."""
        self.intervals = tuple(names)
        return {}

    def set_scenario(self, name: str) -> dict[str, object]:
        """Have the power meter tell of other types."""
        if name not in SCENARIOS:
            raise ValueError(name)
        self.scenario = name
        return {}

    def choose(self, kind: str, place: int) -> dict[str, object]:
        """Choose one of several hooks for the portal."""
        self.chosen[kind] = place
        return {}

    def choices(self, ask: Ask) -> object:
        """Return the portal's configuration, as its customers may see it."""
        if ask.path["portal_id"] != self.home.portal_id:
            raise Refused(403, "another portal")
        return {
            "portal_id": self.home.portal_id,
            "organization_id": self.home.organization_id,
            "name": "Kundenportal der Stadtwerke",
            "enabled": True,
            "extension_hooks": {
                kind: dict(
                    zip(
                        ("app_id", "extension_id", "hook_id"),
                        _ids(kind, place),
                        strict=True,
                    )
                )
                for kind, place in self.chosen.items()
            },
        }

    def data_range(self, days: int) -> dict[str, object]:
        """Have data of so many days."""
        self.days = days
        return {}

    def span(self) -> tuple[datetime, datetime]:
        """Return from when to when there is data."""
        now = self.home.household.now()
        first = self.home.today() - timedelta(days=self.days)
        return datetime.combine(first, time(), ZONE), now

    def details(self, ask: Ask) -> object:
        """Return what discovery tells."""
        if "domain" not in ask.query and not {"org_id", "portal_id"} <= set(ask.query):
            raise Refused(400, "domain, or org_id and portal_id")
        if ask.query.get("domain", self.domain) != self.domain:
            raise Refused(404, "no portal is found for this domain")
        answer: dict[str, Any] = {
            kind: [self._hook(kind, n) for n in range(count)]
            for kind, count in self.counts.items()
            if count
        }
        if self.mode:
            names = {"de": "Ablesung", "en": "Reading"}
            answer["meterReadingPlausibilityCheck"] = {
                "app": {"app_id": "app-0", "name": names},
                "extension": {"id": "ext-plausibility", "name": names},
                "hook": {"id": "hook-plausibility", "plausibility_mode": self.mode},
            }
        return answer

    def _hook(self, kind: str, n: int) -> dict[str, Any]:
        """Return one hook."""
        app, extension, hook = _ids(kind, n)
        names = {
            "priceDataRetrieval": ("Dynamischer Preis", "Festpreis", "Vergütung")
        }.get(kind, ("Messwerte", "Messwerte 2", "Messwerte 3"))
        more = {"intervals": list(self.intervals)} if kind != KINDS[3] else {}
        return {
            "app": {"app_id": app, "name": {"de": "Energiedaten", "en": "Energy"}},
            "extension": {"id": extension, "name": {"de": "Daten", "en": "Data"}},
            "hook": {
                "id": hook,
                "name": {"de": names[n], "en": names[n]},
                **more,
            },
        }

    def asked(self, kind: str, query: Mapping[str, Any]) -> int:
        """Return which of the hooks of a kind a question is for."""
        extension = query.get("extensionId", query.get("extension_id"))
        hook = query.get("hookId", query.get("hook_id"))
        if not isinstance(extension, str):
            raise Refused(400, "extensionId is required")
        found = [
            n
            for n in range(self.counts[kind])
            if _ids(kind, n)[1] == extension
            and query.get("app_id", _ids(kind, n)[0]) == _ids(kind, n)[0]
            and hook in {None, _ids(kind, n)[2]}
        ]
        if not found:
            raise Refused(404, "no such hook")
        if len(found) > 1:
            raise Refused(400, "hookId is required: the extension has several")
        return found[0]

    def export(self, ask: Ask) -> object:
        """Make a file."""
        optional: Mapping[str, type] = {
            "hook_id": str,
            "from": str,
            "to": str,
            "context_entities": list,
        }
        fields(ask.body, {"app_id": str, "extension_id": str}, optional)
        self.asked("dataExport", ask.body)
        self.home.check_context(pairs_of(ask.body.get("context_entities", [])))
        if self.fails:
            raise Refused(500, "the app does not answer")
        self.home.writes.append({"what": "export", **ask.body})
        expires = self.home.household.now() + timedelta(hours=1)
        return {
            "download_url": "https://files.sandbox.example/export.csv",
            "filename": "export.csv",
            "content_type": "text/csv",
            "expires_at": iso(expires),
        }

    def described(self, ask: Ask) -> object:
        """Return what an extension says of its series."""
        extension, app = ask.required("extensionId"), ask.required("app_id")
        places = [_ids(kind, n) for kind in KINDS for n in range(self.counts[kind])]
        if (app, extension) not in {(place[0], place[1]) for place in places}:
            raise Refused(404, "no such extension")
        context = ask.context()
        self.home.check_context(context)
        meters = [entity for slug, entity in context if slug == "meter"]
        if not self.has_metadata:
            raise Refused(404, "the extension has no such hook")
        if not meters and not any(slug == "contract" for slug, _ in context):
            raise Refused(400, "no meter in the context")
        start, end = self.span()
        answer: dict[str, Any] = {
            "intervals": list(self.offered(meters[0] if meters else None)),
            "data_range": {"from": iso(start.astimezone(UTC)), "to": iso(end)},
            "type_options": [
                {
                    "id": kind,
                    "label": {"de": label, "en": label},
                    "statistical_method": method,
                    "unit": unit,
                    "precision": 2,
                }
                for kind, label, method, unit in self.types(
                    meters[0] if meters else None
                )
            ],
        }
        return answer

    def types(self, meter: str | None) -> tuple[tuple[str, str, str, str], ...]:
        """Return what a meter tells of."""
        if meter == self.home.gas_meter:
            return (("default", "Verbrauch", "sum", "m³"),)
        return SCENARIOS[self.scenario]

    def offered(self, meter: str | None) -> tuple[str, ...]:
        """Return the intervals of a meter; gas is not counted by the quarter."""
        if meter == self.home.gas_meter:
            return tuple(each for each in self.intervals if each != "PT15M")
        return self.intervals


def _ids(kind: str, n: int) -> tuple[str, str, str]:
    """Return app, extension and hook of the n-th hook of a kind."""
    place = 0 if n < _MOST - 1 else 1
    return f"app-{place}", f"ext-{kind}-{place}", f"hook-{kind}-{n}"
