"""The simulated eSmart's day and sites, as its tests name them."""

from datetime import UTC, datetime

# 13:30 in Oslo, when the prices of tomorrow are known.
NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
# 00:00 in Oslo, the next time.
MIDNIGHT = datetime(2026, 1, 15, 23, tzinfo=UTC)

CUSTOMER = "customer"
AREA = "area-NO1"
CONTRACT = "contract-1001-3001"
CHARGER = "device-601"
HEATER = "device-611"
