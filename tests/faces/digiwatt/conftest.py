"""A Digiwatt account as a user types it in."""

from typing import Any

import pytest


@pytest.fixture
def form(account: dict[str, Any]) -> dict[str, Any]:
    """Return the account as a user would type it in."""
    return {
        "client_id": account["client_id"],
        "client_secret": account["client_secret"],
        "account_number": account["account_number"],
        "advanced": {"api_url": account["api_url"]},
    }
