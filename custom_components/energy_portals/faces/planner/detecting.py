"""What of a car's or a charger's device is what: by its integration, then by classes.

Entities are known by what their integration calls them and never by their ids, which
people and languages rename. The keys are those of the releases named in the docs.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

type _Keys = tuple[str, ...]

_TESLA: Final[Mapping[str, _Keys]] = {
    "soc": (
        "sensor:charge_state_usable_battery_level",
        "sensor:charge_state_battery_level",
    ),
    "target": ("number:charge_state_charge_limit_soc",),
    "plugged": (
        "binary_sensor:charge_state_conn_charge_cable",
        "sensor:charge_state_charging_state",
    ),
    "drives": ("switch:charge_state_charging_state",),
    "setpoint": ("number:charge_state_charge_current_request",),
}

# By integration: for each field what it calls its entities, the best first.
KNOWN: Final[Mapping[str, Mapping[str, _Keys]]] = {
    **dict.fromkeys(("tesla_fleet", "teslemetry", "tessie"), _TESLA),
    "volvo": {
        "soc": ("sensor:battery_charge_level",),
        "target": ("sensor:target_battery_charge_level",),
        "plugged": ("sensor:charger_connection_status",),
        "capacity": ("sensor:battery_capacity",),
    },
    "renault": {
        "soc": ("sensor:battery_level",),
        "target": ("number:charge_limit_target",),
        "plugged": ("binary_sensor:plugged_in",),
        "drives": ("button:start_charge",),
        "stops": ("button:stop_charge",),
    },
    "kia_uvo": {
        "soc": ("sensor:ev_battery_percentage",),
        "target": ("number:ev_charge_limits_ac",),
        "plugged": ("binary_sensor:ev_battery_is_plugged_in",),
        "drives": ("switch:ev_battery_is_charging",),
        "capacity": ("sensor:ev_battery_capacity",),
    },
    "skoda": {"soc": ("sensor:battery_percentage",)},
    "subaru": {"soc": ("sensor:ev_battery_level",)},
    "abrp": {"soc": ("sensor:soc",), "capacity": ("sensor:battery_capacity",)},
    "wallbox": {
        "drives": ("switch:pause_resume",),
        "setpoint": ("number:maximum_charging_current",),
        "plugged": ("sensor:status_description",),
    },
    "peblar": {
        "drives": ("switch:charge",),
        "setpoint": ("number:charge_current_limit",),
        "plugged": ("sensor:cp_state",),
    },
    "openevse": {
        "drives": ("switch:manual_override",),
        "setpoint": ("number:charge_rate",),
        "plugged": ("sensor:status",),
    },
    "v2c": {"setpoint": ("number:intensity",)},
    "technove": {
        "drives": ("switch:session_active",),
        "setpoint": ("number:max_current",),
        "plugged": ("sensor:status",),
    },
    "lektrico": {
        "drives": ("button:charge_start",),
        "stops": ("button:charge_stop",),
        "setpoint": ("number:dynamic_limit",),
        "plugged": ("sensor:state",),
    },
    "nrgkick": {"setpoint": ("number:current_set",), "plugged": ("sensor:status",)},
    "easee": {"drives": ("switch:is_enabled",), "plugged": ("sensor:status",)},
    "zaptec": {
        "drives": ("switch:charger_operation_mode",),
        "plugged": ("sensor:charger_operation_mode",),
    },
    "ocpp": {
        "drives": ("switch:charge_control",),
        "setpoint": ("number:maximum_current",),
        "plugged": ("sensor:Status.Connector",),
    },
    "goecharger_api2": {"setpoint": ("number:amp",), "plugged": ("binary_sensor:car",)},
}

# By class, where the integration is not known: field, domain, device class.
_CLASSES: Final = (
    ("target", "number", "battery"),
    ("capacity", "sensor", "energy_storage"),
    ("plugged", "binary_sensor", "plug"),
    ("meter", "sensor", "power"),
)
# A class says it of the devices of any integration.
_FOR_ALL: Final = frozenset({"meter"})
# What else a car's device has that tells of a battery: without one it may be a phone.
_OF_CARS: Final = frozenset(
    {
        ("sensor", "distance"),
        ("binary_sensor", "battery_charging"),
        ("number", "battery"),
    }
)


def detected(hass: HomeAssistant, device_ids: Iterable[str]) -> dict[str, str]:
    """Return the entities that devices have for the fields of a car, by field.

    What can be read in two ways is left to the user.
    """
    by_field: dict[str, str] = {}
    for device_id in device_ids:
        device = dr.async_get(hass).async_get(device_id)
        if device is None:
            continue
        entries = [
            each
            for each in er.async_entries_for_device(er.async_get(hass), device_id)
            if each.disabled_by is None
        ]
        known = KNOWN.get(entries[0].platform) if entries else None
        read = _by_class(entries)
        if known is not None:
            read = {key: read[key] for key in _FOR_ALL & read.keys()}
            read |= _by_key(entries, known)
        for field, entity_id in read.items():
            by_field.setdefault(field, entity_id)
    return by_field


def _by_key(
    entries: list[er.RegistryEntry], known: Mapping[str, _Keys]
) -> dict[str, str]:
    """Return what a known integration has: of each field the best that is there."""
    by_field: dict[str, str] = {}
    for field, keys in known.items():
        for key in keys:
            if field not in by_field and (entity_id := _called(entries, key)):
                by_field[field] = entity_id
    return by_field


def _by_class(entries: list[er.RegistryEntry]) -> dict[str, str]:
    """Return what the classes of entities on one device say; of several nothing."""
    classes = {(each.domain, _class_of(each)) for each in entries}
    of_car = (("soc", "sensor", "battery"),) if classes & _OF_CARS else ()
    by_field: dict[str, str] = {}
    for field, domain, device_class in (*of_car, *_CLASSES):
        fitting = [
            each
            for each in entries
            if each.domain == domain and _class_of(each) == device_class
        ]
        if len(fitting) == 1:
            by_field[field] = fitting[0].entity_id
    return by_field


def _called(entries: list[er.RegistryEntry], key: str) -> str | None:
    """Return the one entity that its integration calls so: a domain, and what it is.

    Unique ids begin with what all of a device share; the shortest ends with nothing
    but the name.
    """
    domain, _, name = key.partition(":")
    of_domain = [each for each in entries if each.domain == domain]
    named = [each for each in of_domain if each.translation_key == name]
    ending = [each for each in of_domain if each.unique_id.endswith(name)]
    shortest = min((len(each.unique_id) for each in ending), default=0)
    fitting = named or [each for each in ending if len(each.unique_id) == shortest]
    return fitting[0].entity_id if len(fitting) == 1 else None


def _class_of(entry: er.RegistryEntry) -> str | None:
    """Return the class of an entity."""
    return entry.device_class or entry.original_device_class
