"""Fields of every quantity, as portals would have them."""

from typing import Final

from custom_components.energy_portals.portals.reading.quantities import (
    ENERGY,
    POWER,
    SHARE,
    TEMPERATURE,
    Field,
    money,
    price,
)

OF_PRICE: Final = price("NOK/kWh", "NOK")
FIELDS: Final[dict[str, Field]] = {
    "energy": Field(ENERGY, ("Consumption", "Energy"), ("Value", "Amount"), high=1e3),
    "power": Field(POWER, ("power", "watt"), ("value", "total"), low=-1e5, high=1e5),
    "share": Field(SHARE, ("percentage", "greenness"), ("value",)),
    "temperature": Field(TEMPERATURE, ("Temperature", "Temp"), ("Value",)),
    "money": Field(money("NOK"), ("Cost", "Costs"), ("Value", "Amount")),
    "price": Field(
        OF_PRICE,
        ("Price", "SpotPrice", "HourPrice"),
        ("Value", "Amount"),
        usual=OF_PRICE.unit(frozenset()),
    ),
}
