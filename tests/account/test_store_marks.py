"""How far events have been told: a file of its own that goes with the account."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.account.store import PortalMarks, PortalStore

KEY = "energy_portals.entry.told"


async def test_kept(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    marks = PortalStore(hass, "entry").marks
    await marks.load()
    assert marks.get("home:message") is None
    await marks.write()
    assert KEY not in hass_storage
    marks.note("home:message", "1")
    await marks.write()
    assert hass_storage[KEY]["data"] == {"home:message": "1"}
    store = PortalStore(hass, "entry")
    # By other options answers are read otherwise, and told no second time.
    await store.load({"unit": "MWh"})
    assert store.marks.get("home:message") == "1"
    store.marks.note("home:message", "2")
    await store.close()
    assert hass_storage[KEY]["data"] == {"home:message": "2"}
    await store.remove()
    assert KEY not in hass_storage


@pytest.mark.parametrize(
    "odd", [{"version": 9, "data": {"a": "1"}}, {"version": 1, "data": []}]
)
async def test_a_file_of_another_release(
    hass: HomeAssistant, hass_storage: dict[str, Any], odd: dict[str, Any]
) -> None:
    hass_storage[KEY] = {"minor_version": 1, "key": KEY, **odd}
    marks = PortalMarks(hass, "entry")
    await marks.load()
    assert marks.get("a") is None


async def test_what_cannot_be_written_is_written_later(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    marks = PortalMarks(hass, "entry")

    async def full(_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as broken:
        broken.setattr(marks._store, "async_save", full)
        marks.note("home:message", "1")
        await marks.write()
    assert "cannot be kept: OSError" in caplog.text
    assert KEY not in hass_storage
    await marks.write()
    assert hass_storage[KEY]["data"] == {"home:message": "1"}
