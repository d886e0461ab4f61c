"""Names the whole integration shares."""

from typing import Final

DOMAIN: Final = "energy_portals"
CONF_VENDOR: Final = "vendor"

# The feed of imported history, and the options that are its.
HISTORY: Final = "history"
