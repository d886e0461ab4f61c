"""Dashboards as Home Assistant holds them."""

from pathlib import Path
from typing import Any

from homeassistant.components.lovelace import LovelaceData
from homeassistant.components.lovelace.dashboard import LovelaceStorage, LovelaceYAML
from homeassistant.components.lovelace.resources import ResourceYAMLCollection
from homeassistant.core import HomeAssistant


def _held(dashboards: dict[str | None, Any]) -> LovelaceData:
    return LovelaceData("storage", dashboards, ResourceYAMLCollection([]), {})


async def dashboards_of(hass: HomeAssistant, card: dict[str, Any]) -> LovelaceData:
    """Return a dashboard with a card, beside one that lays itself out."""
    about = {"id": "mine", "url_path": "my-home"}
    mine = LovelaceStorage(hass, about)
    await mine.async_save({"views": [{"sections": [{"cards": [card]}]}]})
    return _held({None: LovelaceStorage(hass, None), "my-home": mine})


def unreadable(hass: HomeAssistant, path: Path) -> LovelaceData:
    """Return a dashboard of YAML that is none."""
    path.write_text("views: [")
    about = {"url_path": "broken", "filename": str(path)}
    return _held({"broken": LovelaceYAML(hass, "broken", about)})
