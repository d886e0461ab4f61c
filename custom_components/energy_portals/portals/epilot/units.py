"""What a portal's units mean, as far as energy, volume and power go."""

from dataclasses import dataclass
from typing import Final

from ..model.ledger import CUBIC_METRES, KWH

_ENERGY: Final = {"wh": 0.001, "kwh": 1.0}
_VOLUME: Final = frozenset({"m³", "m3", "cubic-meter", "cbm"})
_POWER: Final = {"w": 1.0, "kw": 1000.0}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value counts: in `name` after it was multiplied by `factor`."""

    name: str
    factor: float
    is_power: bool = False


def unit_of(text: str | None) -> Unit | None:
    """Return what a unit means; only of mega does case tell the kind."""
    plain = (text or "").strip()
    if plain == "MWh":
        return Unit(KWH, 1000.0)
    if plain == "MW":
        return Unit("W", 1_000_000.0, is_power=True)
    folded = plain.casefold()
    if folded in _ENERGY:
        return Unit(KWH, _ENERGY[folded])
    if folded in _POWER:
        return Unit("W", _POWER[folded], is_power=True)
    return Unit(CUBIC_METRES, 1.0) if folded in _VOLUME else None
