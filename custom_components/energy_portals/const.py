"""Names the whole integration shares."""

from typing import Final

DOMAIN: Final = "energy_portals"
# Of what is stored of an account: since 2, few entities are on by default.
MINOR_VERSION: Final = 2
CONF_VENDOR: Final = "vendor"
CONF_WEBHOOK_SECRET: Final = "webhook_secret"  # noqa: S105  # the key of it

# The feed of imported history, its options, and how far back it goes without them.
HISTORY: Final = "history"
DEFAULT_YEARS: Final = 3

# The address of an OAuth2 login, where it is not the portal's own.
CONF_AUTH_URL: Final = "auth_url"

# Where sources lead to: who plans by them.
PLANNER: Final = "planner"
# The repair that offers to add meters to the Energy dashboard.
ENERGY_DASHBOARD: Final = "energy_dashboard"
