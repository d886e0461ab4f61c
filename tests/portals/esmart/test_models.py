"""What a value's status says of it."""

import pytest

from custom_components.energy_portals.portals.esmart.models import Reading


@pytest.mark.parametrize("status", [None, 0, 3999])
def test_a_value_is_good_up_to_a_status(status: int | None) -> None:
    assert Reading(-3.5, status).good == -3.5
    assert Reading(None, status).good is None


def test_a_value_of_a_bad_status_is_none() -> None:
    assert Reading(0.0, 4000).good is None
