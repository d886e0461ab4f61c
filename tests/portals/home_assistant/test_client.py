"""What a source asks with, before and after it is given the house."""

import pytest

from custom_components.energy_portals.portals.home_assistant import HouseClient
from custom_components.energy_portals.portals.http.errors import Unavailable
from tests.portals.home_assistant.given import GivenHouse


def test_without_a_house() -> None:
    """It says so, and never that the source is empty."""
    client = HouseClient({})
    with pytest.raises(Unavailable):
        _ = client.house
    house = GivenHouse()
    client.attach(house)
    assert client.house is house
    assert (client.skeletons(), client.refused()) == ({}, {})
