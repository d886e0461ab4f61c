"""What a planner goes by, from an entry's data."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.planner.client import PlannerClient


def test_all() -> None:
    sources = {"price": "a", "green": "b", "co2": "d", "caps": "c"}
    data = {**sources, "currency": "NOK", "limit": 7, "base_load": 1}
    client = PlannerClient(
        **sources, currency="NOK", limit=7, base_load=1, is_base_told=True
    )
    assert PlannerClient.of(data) == client


def test_what_is_of_another_type_is_not_taken() -> None:
    data = {"price": 1, "limit": "7", "base_load": None}
    assert PlannerClient.of(data) == PlannerClient()


@pytest.mark.parametrize(
    ("data", "room"),
    [
        ({"base_load": 0.7}, None),
        ({"limit": 5, "base_load": 0.7}, 4.3),
        # Nobody said.
        ({"limit": 5, "base_load": None}, 4.6),
        ({"limit": 5, "base_load": 0}, 5),
        # The rest of the home takes all there is.
        ({"limit": 0.3, "base_load": None}, 0),
        # As an earlier release has set it up.
        ({"limit": 5}, 5),
    ],
)
def test_what_the_limit_leaves(data: dict[str, Any], room: float | None) -> None:
    assert PlannerClient.of(data).room == room


def test_what_a_home_shares() -> None:
    """Its sun, what is paid for feeding in, and a peak fee; a wrong one is none."""
    data: dict[str, Any] = {
        "price": "a",
        "sun": "roof",
        "feed_in": 0.08,
        "feed_in_price": "b",
        "peak_fee": "flanders",
        "peak_rate": 48.0,
    }
    client = PlannerClient.of(data)
    assert (client.sun, client.feed_in, client.feed_in_price) == ("roof", 0.08, "b")
    assert client.peak is not None
    assert client.peak.rate == 48.0
    assert PlannerClient.of({**data, "peak_rate": None}).peak is None
    assert PlannerClient.of({}).peak is None
