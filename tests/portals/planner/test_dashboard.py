"""What of the Energy dashboard's preferences is known of a home."""

from typing import Any, Final

from custom_components.energy_portals.portals.planner.dashboard import (
    Dashboard,
    DashboardBattery,
)

# As Home Assistant 2026.11 keeps it; 2026.10 has the same but for `home`.
PREFERENCES: Final[dict[str, Any]] = {
    "energy_sources": [
        {
            "type": "grid",
            "stat_energy_from": "sensor.grid_in",
            "stat_energy_to": "sensor.grid_out",
            "stat_cost": None,
            "entity_energy_price": None,
            "number_energy_price": 0.3,
            "stat_compensation": None,
            "entity_energy_price_export": None,
            "number_energy_price_export": 0.08,
            "stat_rate": "sensor.grid_power",
            "cost_adjustment_day": 0.0,
        },
        {
            "type": "grid",
            "stat_energy_from": None,
            "stat_energy_to": "esmart:second_out",
            "number_energy_price_export": None,
        },
        {
            "type": "solar",
            "stat_energy_from": "sensor.roof",
            "config_entry_solar_forecast": ["one", "two"],
        },
        {
            "type": "solar",
            "stat_energy_from": "sensor.carport",
            "config_entry_solar_forecast": ["two", "three"],
        },
        {
            "type": "battery",
            "stat_energy_from": "sensor.out",
            "stat_energy_to": "sensor.in",
            "stat_rate": "sensor.battery_power",
            "stat_soc": "sensor.battery_soc",
            "capacity": 10,
            "name": "Cellar",
        },
        {
            "type": "battery",
            "stat_energy_from": "sensor.o",
            "stat_energy_to": "sensor.i",
        },
        {"type": "gas", "stat_energy_from": "sensor.gas"},
        {"type": "home", "stat_energy_to": "sensor.home"},
    ],
    "device_consumption": [{"stat_consumption": "sensor.oven"}],
}


def test_everything() -> None:
    """Whatever flows in or out, with what else is told."""
    dashboard = Dashboard.of(PREFERENCES)
    assert dashboard.drawn == ("sensor.grid_in",)
    assert dashboard.fed_in == ("sensor.grid_out", "esmart:second_out")
    assert dashboard.sun == ("sensor.roof", "sensor.carport")
    assert dashboard.power == ("sensor.grid_power",)
    assert dashboard.forecasts == ("one", "two", "three")
    assert dashboard.feed_in_price == 0.08
    assert dashboard.batteries == (
        DashboardBattery(
            discharged="sensor.out",
            charged="sensor.in",
            rate="sensor.battery_power",
            soc="sensor.battery_soc",
            capacity=10.0,
            name="Cellar",
        ),
        DashboardBattery(discharged="sensor.o", charged="sensor.i"),
    )
    assert dashboard.statistics[-2:] == ("sensor.o", "sensor.i")
    assert len(dashboard.statistics) == 9


def test_nothing() -> None:
    """Whoever has no dashboard, or one of another shape."""
    for preferences in (
        {},
        {"energy_sources": None},
        {"energy_sources": [None, 3, {"type": "grid"}, {"type": "battery"}]},
        {"energy_sources": [{"type": "solar", "config_entry_solar_forecast": None}]},
        {"energy_sources": [{"type": "grid", "number_energy_price_export": True}]},
    ):
        assert Dashboard.of(preferences) == Dashboard()
