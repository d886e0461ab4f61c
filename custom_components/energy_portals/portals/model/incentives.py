"""Incentives: changes on top of the price, which are no prices themselves."""

from dataclasses import dataclass

from .price_days import PriceOutlook


@dataclass(frozen=True, slots=True)
class IncentiveOutlook(PriceOutlook):
    """What is known of changes on top of the price, per kWh; below zero is cheaper."""
