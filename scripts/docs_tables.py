"""What there is to refer to: the integration's tables and texts, as plain rows.

Where the tables are, only `facts` knows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
import json
from typing import Any, Final

from homeassistant.const import EntityCategory
from homeassistant.core import SupportsResponse
from homeassistant.util.yaml import load_yaml_dict

from configuration import ROOT

INTEGRATION: Final = ROOT / "custom_components" / "energy_portals"
# Entities that a kind of the model brings, by the name of its class.
KINDS: Final[Mapping[str, str]] = {
    "PowerNow": "Live power",
    "GreenOutlook": "Green windows",
    "PriceOutlook": "Prices",
    "IncentiveOutlook": "Incentives",
    "PowerCaps": "Power caps",
    "CarbonOutlook": "CO2 intensity",
    "GreenIndexOutlook": "Green index",
    "SolarOutlook": "Solar forecast",
    "Ledger": "Imported history",
}
HISTORY: Final = "Ledger"
# What no table describes, by its key; all else of that sort is of the history.
SINGLES: Final[Mapping[str, str]] = {"fetch_prices": "PriceOutlook"}

type Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """What the table of an action says: whose it is, who may call it, what it returns.

    Without portals it is any portal's that has what it is about.
    """

    portals: tuple[str, ...] = ()
    is_for_admins: bool = False
    is_for_readers: bool = False
    response: SupportsResponse = SupportsResponse.ONLY


@dataclass(frozen=True, kw_only=True)
class EntityFacts:
    """One entity, or all that have one name; `group` is its portal or its kind."""

    group: str
    platform: str
    key: str
    unit: str
    is_diagnostic: bool
    is_off: bool


@dataclass(frozen=True, kw_only=True)
class TriggerFacts:
    """The translation key of the entities that a trigger or condition is about."""

    key: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is in tables; portals by key and kinds by the portals that have them."""

    portals: Mapping[str, str]
    kinds: Mapping[str, tuple[str, ...]]
    actions: Mapping[str, ActionFacts]
    entities: Sequence[EntityFacts]
    triggers: Mapping[str, TriggerFacts]
    conditions: Mapping[str, TriggerFacts]


@cache
def facts() -> Facts:
    """Gather what the tables say, each from where it stands."""
    package = "custom_components.energy_portals"

    def has(module: str, name: str) -> Any:
        return getattr(import_module(f"{package}.{module}"), name)

    portals = {key: load() for key, load in has("portals.registry", "PORTALS").items()}
    faces = has("faces.registry", "FACES").items()
    rows: Callable[[], list[tuple[str, str, Any]]] = import_module(
        "tests.rules.test_entities"
    ).rows
    return Facts(
        portals={key: portal.name for key, portal in portals.items()},
        kinds=_kinds(portals),
        actions=_actions(
            {key: face.actions() for key, face in faces},
            has("services.standard", "ACTIONS"),
        ),
        entities=_entities(
            rows(), {key: _on(face.tables().shown) for key, face in faces}
        ),
        triggers=_triggers(has("trigger", "TRIGGERS")),
        conditions=_triggers(has("condition", "CONDITIONS")),
    )


def _kinds(portals: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the portals that have each kind."""
    having: dict[str, tuple[str, ...]] = dict.fromkeys(KINDS, ())
    for key, portal in portals.items():
        kinds = {kind.__name__ for feed in portal.feeds for kind in feed.kinds}
        if any(type(each).__name__ == "History" for each in portal.capabilities):
            kinds.add(HISTORY)
        for kind in kinds & having.keys():
            having[kind] += (key,)
    return having


def _actions(
    by_portal: Mapping[str, Iterable[Any]], standard: Iterable[Any]
) -> dict[str, ActionFacts]:
    """Return what portals' actions are, and the standard ones."""
    told: dict[str, ActionFacts] = {}
    for portal, actions in by_portal.items():
        for each in actions:
            held = told.get(each.name, ActionFacts())
            told[each.name] = ActionFacts(
                portals=(*held.portals, portal),
                is_for_admins=each.admin,
                is_for_readers=each.reads,
                response=each.response,
            )
    told |= {
        each.name: ActionFacts(response=each.response, is_for_readers=each.reads)
        for each in standard
    }
    return told


def _on(shown: Mapping[Any, Iterable[str]]) -> frozenset[str]:
    """Return what is on at any sort of a portal's sites, by translation keys."""
    return frozenset(key for keys in shown.values() for key in keys)


def _entities(
    rows: Iterable[tuple[str, str, Any]], on: Mapping[str, frozenset[str]]
) -> list[EntityFacts]:
    """Return the entities of tables; such as differ in what they are about are one.

    What of a kind is off is so at every portal.
    """
    of_kinds = frozenset[str]().union(*on.values())
    told: dict[tuple[str, str, str], list[EntityFacts]] = {}
    for platform, owner, description in rows:
        source = getattr(description, "source", None)
        kind = getattr(source, "__name__", "")
        if source is None:
            kind = SINGLES.get(description.translation_key, HISTORY)
        each = EntityFacts(
            group=kind if owner == "model" else owner,
            platform=str(platform),
            key=description.translation_key,
            unit=_unit(description),
            is_diagnostic=getattr(description, "entity_category", None)
            is EntityCategory.DIAGNOSTIC,
            is_off=description.translation_key not in on.get(owner, of_kinds),
        )
        alike = told.setdefault((each.group, each.platform, each.key), [])
        alike.append(each)
    return [_one_of(alike) for alike in told.values()]


def _unit(description: Any) -> str:
    """Return the unit of an entity; `…` is one that the data brings."""
    if getattr(description, "unit_fn", None) is not None:
        return "…"
    unit = getattr(description, "native_unit_of_measurement", None)
    return "" if unit is None else str(unit)


def _one_of(alike: Sequence[EntityFacts]) -> EntityFacts:
    """Return what is true of all of these."""
    first = alike[0]
    units = dict.fromkeys(each.unit for each in alike)
    return EntityFacts(
        group=first.group,
        platform=first.platform,
        key=first.key,
        unit=" or ".join(units),
        is_diagnostic=first.is_diagnostic,
        is_off=all(each.is_off for each in alike),
    )


def _triggers(offered: Mapping[str, Any]) -> dict[str, TriggerFacts]:
    """Return what triggers or conditions are about."""
    return {
        # Home Assistant's bases have only such members, and so have ours.
        key: TriggerFacts(key=kind._key)  # noqa: SLF001
        for key, kind in offered.items()
    }


# Texts


@cache
def texts() -> Json:
    """Return what everything is called in English."""
    path = INTEGRATION / "translations" / "en.json"
    english: Json = json.loads(path.read_text(encoding="utf-8"))
    return english


@cache
def forms(name: str) -> Json:
    """Return the form of all services, triggers or conditions."""
    return load_yaml_dict(str(INTEGRATION / f"{name}.yaml"))


def fields_of(form: Json) -> Iterator[tuple[str, Json]]:
    """Yield the fields of a form, those inside sections as well."""
    for name, field in form.get("fields", {}).items():
        if "fields" in field:
            yield from fields_of(field)
        else:
            yield name, field
