"""Terms are asked about once it is known that they are not accepted, each by itself."""

from datetime import UTC, datetime

import pytest

from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.esmart.feeds_customer import Acceptance
from custom_components.energy_portals.portals.esmart.questions import QUESTIONS

SITE = Site(key="customer", name="Customer")
LICENCE, GENERAL, ADDITIONAL = (question.key for question in QUESTIONS)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ((None, None, None), []),
        ((True, None, True), []),
        ((True, True, True), []),
        ((True, False, None), [GENERAL]),
        ((False, False, False), [LICENCE, GENERAL]),
        ((False, None, None), [LICENCE]),
        ((None, True, False), [ADDITIONAL]),
        # Accepting them would say something of the general terms.
        ((None, None, False), []),
    ],
)
def test_asked(
    accepted: tuple[bool | None, bool | None, bool | None], expected: list[str]
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    licence, general, additional = accepted
    terms = Acceptance(licence=licence, general=general, additional=additional)
    asked = [each.key for each in QUESTIONS if list(each.asked(SITE, terms, now))]
    assert asked == expected
