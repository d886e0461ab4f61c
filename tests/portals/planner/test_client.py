"""What a planner goes by, from an entry's data."""

from custom_components.energy_portals.portals.planner.client import PlannerClient


def test_all() -> None:
    data = {"price": "a", "green": "b", "caps": "c", "currency": "NOK", "limit": 7}
    assert PlannerClient.of(data) == PlannerClient(
        price="a", green="b", caps="c", currency="NOK", limit=7
    )


def test_what_is_of_another_type_is_not_taken() -> None:
    assert PlannerClient.of({"price": 1, "limit": "7"}) == PlannerClient()
