"""What Digiwatt's numbers are called, and what is assumed where it does not say.

Only prose tells the units: power in W, energy in Wh, shares in percent. In each field
the first name is the assumed one; a real account that shows another one changes the
names here and nothing else.

Source: what the portal's API reference says in prose of each operation's `data`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal
from zoneinfo import ZoneInfo

from ..reading.quantities import ENERGY, POWER, SHARE, Field, Quantity, Unit
from ..reading.rows import Times
from ..reading.said import Position

# The supply points are Italian; the portal names no zone.
ZONE: Final = ZoneInfo("Europe/Rome")
WH: Final = Unit(divisor=1000.0)
# In Wh: a home draws less than a megawatt, and a month has 745 hours at most.
_HOUR_LIMIT: Final = 1e6
_MONTH_LIMIT: Final = 745 * _HOUR_LIMIT

TIME: Final = ("timestamp", "time", "datetime", "date", "ts")
START: Final = (
    *("start", "start_time", "from", "begin", "from_time", "interval_start"),
    *("period_start", "begin_time", "valid_from"),
)
STOP: Final = (
    *("stop", "stop_time", "end", "end_time", "to", "to_time", "interval_end"),
    *("period_end", "until", "valid_to"),
)
MONTH: Final = ("month", "year_month", "date", "period")
SPLIT: Final = ("appliances", "devices", "distribution", "breakdown")
ITEM_NAME: Final = ("appliance", "name", "type", "id")
BANDS: Final = ("F1", "F2", "F3", "F23")


@dataclass(frozen=True)
class Assumed:
    """What the user says of numbers of which the portal says nothing.

    `share` None takes fractions for such where all shares are at most one.
    """

    position: Position = Position.START
    power: Literal["W", "kW"] = "W"
    energy: Literal["Wh", "kWh"] = "Wh"
    share: Literal["percent", "fraction"] | None = None

    @cached_property
    def times(self) -> Times:
        """Return how rows tell their times."""
        return Times(TIME, START, STOP, ZONE, self.position, apart=True)

    @cached_property
    def realtime(self) -> Field:
        """Return the power of the whole home."""
        return self._power(
            *("realtime", "realtime_consumption", "power", "watt"),
            weak=("consumption", "total", "value"),
        )

    @cached_property
    def row(self) -> Field:
        """Return the power of a row that has one."""
        return self._power("value", "watt", "power", weak=("total", "consumption"))

    @cached_property
    def total_row(self) -> Field:
        """Return the power of the home in a row that may be split."""
        return self._power(
            "total", "global", "power", "watt", weak=("value", "consumption")
        )

    @cached_property
    def item_power(self) -> Field:
        """Return the power of one appliance."""
        return self._power("value", "power", weak=("total", "consumption"))

    @cached_property
    def item_energy(self) -> Field:
        """Return the energy of one appliance."""
        return self._energy("value", "energy", weak=("total", "consumption"))

    @cached_property
    def total(self) -> Field:
        """Return the energy of a period."""
        return self._energy(
            "total", "total_consumption", weak=("consumption", "value", "energy")
        )

    @cached_property
    def previous(self) -> Field:
        """Return the energy of the period before."""
        return self._energy(
            *("previous_total", "total_previous", "previous"),
            *("previous_consumption", "previous_period"),
        )

    @cached_property
    def variation(self) -> Field:
        """Return the change from one period to the next, which may be a fall."""
        names = ("variation", "variation_percentage", "variation_percent", "percentage")
        field = self._share(SHARE, *names)
        return replace(field, low=-1e9, high=1e9, beside=ENERGY)

    @cached_property
    def lowest(self) -> Field:
        """Return the energy of the most frugal of similar homes."""
        return self._energy("min", "minimum", "min_consumption")

    @cached_property
    def highest(self) -> Field:
        """Return the energy of the hungriest of similar homes."""
        return self._energy("max", "maximum", "max_consumption")

    @cached_property
    def user(self) -> Field:
        """Return the energy of this home beside them."""
        return self._energy("user", "user_consumption", weak=("consumption", "value"))

    @cached_property
    def hour_energy(self) -> Field:
        """Return the energy used in an hour of the day, which may be of a week."""
        field = self._energy("value", "energy", "consumption", weak=("total",))
        return replace(field, high=7 * _HOUR_LIMIT)

    @cached_property
    def used(self) -> Field:
        """Return the energy used in the last 30 days."""
        return self._energy("consumption", "total_consumption", "total")

    @cached_property
    def saved(self) -> Field:
        """Return the energy saved in the last 30 days."""
        return self._energy("saving", "savings", "saved")

    @cached_property
    def green_share(self) -> Field:
        """Return the renewable share."""
        return self._share(
            SHARE,
            *("percentage", "greenness", "green_percentage"),
            *("renewable_percentage", "renewable"),
            weak=("value",),
        )

    @cached_property
    def bands(self) -> Mapping[str, Field]:
        """Return the energy of a month in each tariff band."""
        return {name: self._energy(name) for name in BANDS}

    def _power(self, *own: str, weak: tuple[str, ...] = ()) -> Field:
        usual = Unit() if self.power == "W" else Unit(1000.0)
        return Field(POWER, own, weak, usual)

    def _energy(self, *own: str, weak: tuple[str, ...] = ()) -> Field:
        usual = WH if self.energy == "Wh" else Unit()
        return Field(ENERGY, own, weak, usual, WH, high=_MONTH_LIMIT)

    def _share(
        self, quantity: Quantity, *own: str, weak: tuple[str, ...] = ()
    ) -> Field:
        usual = Unit(100.0) if self.share == "fraction" else Unit()
        return Field(quantity, own, weak, usual)


ASSUMED: Final = Assumed()
