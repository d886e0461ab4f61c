"""A house as an earlier version left it: files of JSON, and the portals of that day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any, Final

from homeassistant.components.recorder.statistics import (
    get_metadata,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_dumps
from homeassistant.helpers.recorder import get_instance

from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox

DOMAIN: Final = "energy_portals"
FOLDER: Final = Path(__file__).parent / "stored"
TIME_ZONE: Final = "Europe/Rome"
# A Wednesday, seven past three in Rome, when the prices of tomorrow are known.
BEGIN: Final = datetime(2026, 11, 18, 14, 7, tzinfo=UTC)
# What was done on that day ends so long after.
END: Final = BEGIN + timedelta(minutes=2)
_DAYS: Final = 2
_BEFORE_ALL: Final = datetime(2000, 1, 1, tzinfo=UTC)
# Stands for the sandbox's address, whose port differs from run to run.
_ADDRESS: Final = "http://sandbox"

type Row = dict[str, Any]


# --- files ------------------------------------------------------------------------


def read(name: str, sandbox: Sandbox) -> Any:
    """Return what a file holds."""
    text = (FOLDER / f"{name}.json").read_text()
    return json.loads(text.replace(_ADDRESS, sandbox.address))


def write(name: str, data: Any, sandbox: Sandbox, depth: int = 2) -> None:
    """Write a file, with a line for each member down to a depth."""
    FOLDER.mkdir(exist_ok=True)
    text = _lines(data, depth).replace(sandbox.address, _ADDRESS)
    (FOLDER / f"{name}.json").write_text(f"{text}\n")


def _lines(data: Any, depth: int) -> str:
    if isinstance(data, Iterator):
        data = list(data)
    if not depth or not data or not isinstance(data, dict | list):
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if isinstance(data, list):
        return "[\n" + ",\n".join(_lines(each, depth - 1) for each in data) + "\n]"
    members = (f"{json.dumps(k)}:{_lines(v, depth - 1)}" for k, v in data.items())
    return "{\n" + ",\n".join(members) + "\n}"


def folded(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield what of each row differs from the row above."""
    above: Row = {}
    for row in rows:
        yield {k: v for k, v in row.items() if k not in above or v != above[k]}
        above = row


def unfolded(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the whole rows."""
    above: Row = {}
    for row in rows:
        above = {**above, **row}
        yield above


def shortened(entity: Row) -> Row:
    """Return an entity with `=` for what follows from the rest of it."""
    site, _, key = entity["unique_id"].rpartition(":")
    likely = _likely(entity["object_id_base"], key)
    same = {name: "=" for name, text in likely.items() if entity[name] == text}
    return {**entity, **same, "unique_id": key, "site": site}


def whole(row: Row) -> Row:
    """Return a shortened entity as it was."""
    likely = _likely(row["object_id_base"], row["unique_id"])
    own = {k: likely[k] if v == "=" else v for k, v in row.items() if k != "site"}
    return {**own, "unique_id": f"{row['site']}:{row['unique_id']}"}


def _likely(name: str, key: str) -> dict[str, str]:
    return {"original_name": name, "translation_key": key}


def marks(storage: Row) -> Row:
    """Return what was restored: each last state, and what was kept beside it."""
    return {
        each["state"]["entity_id"]: [each["state"]["state"], each["extra_data"]]
        for each in storage["core.restore_state"]["data"]
    }


# --- what a house shows -----------------------------------------------------------

# They follow from what is in the entity registry, which is compared for itself.
_STATIC: Final = frozenset(
    {
        "device_class",
        "event_types",
        "friendly_name",
        "icon",
        "options",
        "state_class",
        "supported_features",
        "unit_of_measurement",
    }
)


def entities(hass: HomeAssistant) -> dict[str, er.RegistryEntry]:
    """Return the integration's entities by entity id."""
    ours = (e for e in er.async_get(hass).entities.values() if e.platform == DOMAIN)
    return {entry.entity_id: entry for entry in sorted(ours, key=lambda e: e.entity_id)}


def shown(state: str, attributes: Mapping[str, Any]) -> Any:
    """Return a state and its own attributes as JSON has them."""
    own = {key: each for key, each in attributes.items() if key not in _STATIC}
    return json.loads(json_dumps([state, own] if own else [state]))


async def statistics(hass: HomeAssistant) -> dict[str, Row]:
    """Return the integration's statistics: what each is, and its hours."""
    types: set[Any] = {"state", "sum"}

    def read_all() -> dict[str, Row]:
        metas = get_metadata(hass, statistic_source=DOMAIN)
        hours = statistics_during_period(
            hass, _BEFORE_ALL, None, {*metas}, "hour", None, types
        )
        return {
            key: {
                "metadata": {**meta, "mean_type": int(meta["mean_type"])},
                "hours": [
                    [int(row["start"]), row["state"], row["sum"]] for row in hours[key]
                ],
            }
            for key, (_, meta) in sorted(metas.items())
        }

    return await get_instance(hass).async_add_executor_job(read_all)


# --- the portals ------------------------------------------------------------------


def begin(sandbox: Sandbox) -> None:
    """Have the portals know a household of a few days."""
    midnight = BEGIN.replace(hour=23, minute=0) - timedelta(days=_DAYS + 1)
    sandbox.household.withhold(midnight - timedelta(days=400), midnight)
    sandbox.portal(EsmartSandbox).home.opened = midnight
    sandbox.portal(EpilotSandbox).series.hooks.data_range(_DAYS)
    # It is founded when somebody first asks for it.
    assert sandbox.portal(AutarcSandbox).company.projects


def send(sandbox: Sandbox) -> None:
    """Have incentives and caps on power sent."""
    sandbox.portal(VolueSandbox).send_programme()
