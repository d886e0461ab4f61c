"""What a car's and a charger's devices offer: by integration, then by classes."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.faces.planner.detecting import KNOWN, detected

type Given = tuple[str, str, str | None, str | None]


def device_of(hass: HomeAssistant, integration: str, *entities: Given) -> str:
    """Return a device: each entity's domain, own name, translation key and class.

    Their ids are in another language, as people have them.
    """
    entry = MockConfigEntry(domain=integration, title=integration)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(integration, "1")}
    )
    for number, (domain, unique_id, key, device_class) in enumerate(entities):
        er.async_get(hass).async_get_or_create(
            domain,
            integration,
            unique_id,
            suggested_object_id=f"bil_{integration}_{number}",
            device_id=device.id,
            config_entry=entry,
            translation_key=key,
            original_device_class=device_class,
        )
    return device.id


def test_the_table() -> None:
    """Each key says its domain, and each field is one of the form."""
    fields = {"soc", "target", "plugged", "drives", "stops", "setpoint", "capacity"}
    for known in KNOWN.values():
        assert known.keys() <= fields
        for keys in known.values():
            assert all(len(key.split(":", 1)) == 2 for key in keys)


@pytest.mark.parametrize("integration", sorted(KNOWN))
def test_a_known_integration(hass: HomeAssistant, integration: str) -> None:
    """By its translation keys, or by the end of its unique ids."""
    known = KNOWN[integration]
    named = [keys[0].split(":", 1) for keys in known.values()]
    by_key = [(domain, f"x{n}", key, None) for n, (domain, key) in enumerate(named)]
    by_id = [(domain, f"vin-{key}", None, None) for domain, key in named]
    for n, entities in enumerate((by_key, by_id)):
        device = device_of(hass, integration, *entities)
        offered = detected(hass, [device])
        for field, (domain, _) in zip(known, named, strict=True):
            assert offered[field].startswith(f"{domain}.bil_")
        dr.async_get(hass).async_remove_device(device)
        assert n < 2


async def test_by_classes(hass: HomeAssistant) -> None:
    """A battery of a device that also has a range is a car's; of two none is taken."""
    car = device_of(
        hass,
        "unheard_of",
        ("sensor", "a", None, "battery"),
        ("sensor", "b", None, "distance"),
        ("sensor", "c", None, "energy_storage"),
        ("binary_sensor", "d", None, "plug"),
        ("number", "e", None, "battery"),
        ("sensor", "f", None, "power"),
    )
    assert detected(hass, [car]) == {
        "soc": "sensor.bil_unheard_of_0",
        "capacity": "sensor.bil_unheard_of_2",
        "plugged": "binary_sensor.bil_unheard_of_3",
        "target": "number.bil_unheard_of_4",
        "meter": "sensor.bil_unheard_of_5",
    }
    phone = device_of(hass, "phone", ("sensor", "a", None, "battery"))
    assert detected(hass, [phone, "no such device"]) == {}
    with_key = device_of(
        hass,
        "another",
        ("sensor", "a", None, "battery"),
        ("sensor", "b", None, "battery"),
        ("sensor", "c", None, "distance"),
    )
    assert detected(hass, [with_key]) == {}


async def test_what_is_disabled_is_not_offered(hass: HomeAssistant) -> None:
    """Nothing can be read of it."""
    device = device_of(hass, "renault", ("sensor", "a", "battery_level", None))
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id("sensor", "renault", "a")
    assert detected(hass, [device]) == {"soc": entity_id}
    registry.async_update_entity(
        str(entity_id), disabled_by=er.RegistryEntryDisabler.USER
    )
    assert detected(hass, [device]) == {}


async def test_the_charger_goes_first(hass: HomeAssistant) -> None:
    """Of two devices the first has the word; a known one offers its meter too."""
    charger = device_of(
        hass,
        "wallbox",
        ("switch", "s", "pause_resume", None),
        ("sensor", "p", None, "power"),
        ("binary_sensor", "x", None, "plug"),
    )
    car = device_of(
        hass,
        "renault",
        ("sensor", "a", "battery_level", None),
        ("button", "b", "start_charge", None),
    )
    assert detected(hass, [charger, car]) == {
        "drives": "switch.bil_wallbox_0",
        "meter": "sensor.bil_wallbox_1",
        "soc": "sensor.bil_renault_0",
    }
