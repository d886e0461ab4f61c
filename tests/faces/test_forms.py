"""How what is typed into a form is read."""

import pytest

from custom_components.energy_portals.faces.forms import addresses, filled
from custom_components.energy_portals.portals.http.errors import InvalidInput

HELD = {"api_url": "https://api.example", "token_url": "https://token.example"}


def test_white_space_around_a_text_is_none_of_it() -> None:
    assert filled(" key ") == "key"
    with pytest.raises(InvalidInput) as raised:
        filled(" ")
    assert raised.value.key == "empty"


def test_addresses_that_are_left_out_stay() -> None:
    assert addresses({}, HELD) == HELD
    given = {"advanced": {"api_url": " https://Other.example/ ", "token_url": " "}}
    assert addresses(given, HELD) == {**HELD, "api_url": "https://other.example"}


def test_no_address() -> None:
    with pytest.raises(InvalidInput) as raised:
        addresses({"advanced": {"api_url": "ftp://other.example"}}, HELD)
    assert raised.value.key == "invalid_address"
