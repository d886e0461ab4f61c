"""Names the whole integration shares."""

from typing import Final

DOMAIN: Final = "energy_portals"
CONF_VENDOR: Final = "vendor"
