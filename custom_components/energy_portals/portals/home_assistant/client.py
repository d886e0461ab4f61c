"""What a source of the house asks with: what the user chose, and the house.

Source: the public actions, states and the energy hook of Home Assistant 2026.11.
"""

from ..contract import AccountData
from ..house import House
from ..http.errors import Unavailable


class HouseClient:
    """What an account is to read; the house is given to it afterwards."""

    def __init__(self, account: AccountData) -> None:
        """Take the account's data."""
        self.account = account
        self._house: House | None = None

    @property
    def house(self) -> House:
        """Return the house; raises Unavailable before it is given."""
        if self._house is None:
            raise Unavailable("house", "not given yet")
        return self._house

    def attach(self, house: House) -> None:
        """Take the house."""
        self._house = house

    def skeletons(self) -> dict[str, object]:
        """Return nothing: states and answers of actions are there to be looked at."""
        return {}

    def refused(self) -> dict[str, int]:
        """Return nothing: what does not fit is refused as a whole."""
        return {}
