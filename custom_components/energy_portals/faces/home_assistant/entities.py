"""What is on of a source of the house: it has one kind, or a price beside another."""

from typing import Final

from ...entities import shown
from ...entities.tables import Tables
from ...portals.home_assistant.sites import HouseSite

TABLES: Final = Tables(
    shown={
        HouseSite: {
            *shown.PRICES,
            *shown.GREEN,
            *shown.CARBON,
            *shown.GREEN_INDEX,
            *shown.SUN,
            *shown.POWER,
            *shown.USED,
            *shown.PAID,
            *shown.FED_IN,
        }
    }
)
