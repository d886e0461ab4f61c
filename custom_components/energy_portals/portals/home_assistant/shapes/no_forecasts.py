"""Integrations that know the price of now alone, and who has those of their market."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NoForecast:
    """An integration that knows what is charged now, and not what will be.

    `neighbours` are domains with the prices of the same market, if any.
    """

    domain: str
    neighbours: tuple[str, ...] = ()


NO_FORECASTS: Final[Mapping[str, NoForecast]] = {
    row.domain: row
    for row in (
        NoForecast("essent", ("nordpool", "energyzero", "easyenergy", "epex_spot")),
        NoForecast("zonneplan", ("nordpool", "energyzero", "easyenergy", "epex_spot")),
        NoForecast("engie_be", ("nordpool", "epex_spot")),
        NoForecast("comed_hourly_pricing"),
        NoForecast("electric_kiwi", ("ecosmart",)),
        NoForecast("hydroquebec_peak"),
        NoForecast("srp_energy"),
        NoForecast("ohme", ("octopus_energy",)),
        NoForecast("teslemetry"),
    )
}
