"""How prices, sun and greenness look that other integrations have, and what they mean.

- `actions`: actions that answer with prices, a row each: `ACTIONS`, `read_reply`
- `sources`: integrations with prices in attributes, a row each: `SOURCES`, `companions`
- `recognising`: what an entity says of prices, and what is to be asked: `recognised`
- `reading`: what is kept of that: `Reading`; `attributes`: reading by it
- `no_forecasts`: integrations that know the price of now alone: `NO_FORECASTS`
- `scanning`: lists of prices in any attributes; `listed`: their items
- `slots`, `switching`: when items are, where ends lack or clocks are changed
- `values`, `units`: single values, times and units
- `sun`, `green`, `blocks`: solar forecasts, greenness, a week of blocks on the clock
- `prices`: what a payload says of prices: `PriceReading`
"""

from .actions import ACTIONS, BY_DOMAIN, Asked, PriceAction, parts_of, read_reply
from .attributes import read_attributes
from .blocks import Block, block_prices, read_blocks
from .green import (
    GREEN_SOURCES,
    GreenReading,
    GreenSource,
    Measure,
    green_source,
    read_green,
    read_green_reply,
)
from .no_forecasts import NO_FORECASTS, NoForecast
from .prices import PriceReading
from .reading import Reading, Shape
from .recognising import Guard, Question, Recognised, recognised
from .sources import SOURCES, Source, companions
from .sun import by_start, has_sun, read_energies, read_sun
from .units import MoneyPerEnergy, common_unit, told_unit

__all__ = [
    "ACTIONS",
    "BY_DOMAIN",
    "GREEN_SOURCES",
    "NO_FORECASTS",
    "SOURCES",
    "Asked",
    "Block",
    "GreenReading",
    "GreenSource",
    "Guard",
    "Measure",
    "MoneyPerEnergy",
    "NoForecast",
    "PriceAction",
    "PriceReading",
    "Question",
    "Reading",
    "Recognised",
    "Shape",
    "Source",
    "block_prices",
    "by_start",
    "common_unit",
    "companions",
    "green_source",
    "has_sun",
    "parts_of",
    "read_attributes",
    "read_blocks",
    "read_energies",
    "read_green",
    "read_green_reply",
    "read_reply",
    "read_sun",
    "recognised",
    "told_unit",
]
