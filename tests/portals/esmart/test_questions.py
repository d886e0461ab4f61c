"""Terms are asked about once it is known that they are not accepted."""

from datetime import UTC, datetime

import pytest

from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.esmart.feeds_customer import Acceptance
from custom_components.energy_portals.portals.esmart.questions import TERMS_QUESTION

SITE = Site(key="customer", name="Customer")


@pytest.mark.parametrize(
    ("accepted", "is_asked"),
    [
        ((None, None, None), False),
        ((True, None, True), False),
        ((True, False, None), True),
        ((False, False, False), True),
    ],
)
def test_asked(
    accepted: tuple[bool | None, bool | None, bool | None], is_asked: bool
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    licence, general, additional = accepted
    terms = Acceptance(licence=licence, general=general, additional=additional)
    asked = TERMS_QUESTION.asked(SITE, terms, now)
    assert bool(list(asked)) is is_asked
