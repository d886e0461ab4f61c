"""Small homes against all that could be done in them."""

from random import Random

import pytest

from tests.portals.small_homes import made
from tests.portals.small_homes_judged import problems


@pytest.mark.parametrize("seed", range(10))
def test_nothing_better_can_be_done(seed: int) -> None:
    """A hundred homes each: every kind of load, mixed slots, negative prices, ties.

    None is planned worse, later than as well, or against what it asks for.
    """
    random = Random(seed)
    for _ in range(100):
        home = made(random)
        assert not problems(home), home
