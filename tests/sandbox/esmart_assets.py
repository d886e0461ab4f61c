"""The simulated eSmart's meters within devices: what chargers and heaters used."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import fsum
from typing import Final

from tests.sandbox.esmart_energy import EsmartEnergy, points, resolution_of
from tests.sandbox.esmart_home import EsmartHome
from tests.sandbox.esmart_periods import HOUR
from tests.sandbox.esmart_prices import slots
from tests.sandbox.esmart_wire import Ask, Data, Refused, at_clock, day_of
from tests.sandbox.periods import iso_span

_HOUR: Final = timedelta(hours=1)
# kW, and when on the clock a car that is plugged in begins.
_POWER: Final = 7.2
_BEGINS: Final = 1


class EsmartAssets:
    """Devices with a meter of their own, kWh."""

    def __init__(self, home: EsmartHome, energy: EsmartEnergy) -> None:
        """Take the home, and what is known of readings that have arrived."""
        self.home = home
        self._energy = energy
        # Whether the portal tells energies of assets at all.
        self.are_told = True

    def charged(self, asset: int, day: date) -> float:
        """Return what a charger delivers on a Norwegian day, from one o'clock on."""
        fraction = self.home.household.fraction
        plugged = fraction("plugged", asset, f"{day}") < 0.5
        return round(20 * fraction("charge", asset, f"{day}"), 1) * plugged

    # Controls

    def tell_devices(self, on: bool = True) -> dict[str, object]:
        """Let the portal know what devices use, or know nothing of it."""
        self.are_told = on
        return {"on": on}

    def published(self, asset_id: int, start: str, stop: str) -> dict[str, object]:
        """Return the sum of what is answered for the hours of an ISO span."""
        span = iso_span(start, stop)
        values = self._energy.metered(HOUR, span.start, span.stop, self._used(asset_id))
        return {"consumption": fsum(values.values()), "hours": len(values)}

    # Energy

    def consumption(self, ask: Ask) -> Data:
        """Return the energy of a device of the customer."""
        asset = ask.path_number("assetId")
        if asset not in self.home.devices(self.home.customer_id(ask)):
            raise Refused(404, "unknown asset")
        if not self.are_told:
            raise Refused(404, "the asset has no meter")
        ask.agrees("CustomerId", self.home.customer_id(ask))
        resolution, span = resolution_of(ask), ask.body_span()
        values = self._energy.metered(resolution, *span, self._used(asset))
        return {"Unit": "kWh", "Values": points(values)}

    def _used(self, asset: int) -> Callable[[datetime, datetime], float]:
        """Return what measures a device over whole hours."""
        is_charger = any(
            device.asset_id == asset and device.is_charger
            for customer in self.home.customers
            for device in self.home.devices(customer).values()
        )

        def heated(start: datetime, stop: datetime) -> float:
            # The heater is the household's boiler.
            return self.home.household.energy(start, stop).appliances["boiler"] / 1000

        def charged(start: datetime, stop: datetime) -> float:
            return sum(self._charged_in(asset, at) for at in slots(start, stop, _HOUR))

        return charged if is_charger else heated

    def _charged_in(self, asset: int, hour: datetime) -> float:
        day = day_of(hour)
        begun = (hour - at_clock(day, _BEGINS)) // _HOUR * _POWER
        return max(0.0, min(_POWER, self.charged(asset, day) - begun)) * (begun >= 0)
