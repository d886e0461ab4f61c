"""What an error tells of itself."""

from typing import Any

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import (
    InvalidInput,
    NotFound,
    PortalError,
    Rejected,
    Unavailable,
    UnexpectedResponse,
    shortened,
)
from custom_components.energy_portals.portals.reading.skeletons import skeleton
from tests.portals.anything import ANYTHING


def test_errors_say_what_a_message_needs() -> None:
    assert str(NotFound("op")) == "op"
    assert str(NotFound("op", "HTTP 404")) == "op: HTTP 404"
    assert NotFound("op").placeholders() == {"operation": "op", "detail": "-"}
    error = UnexpectedResponse("op", "x is missing", {"a": "string"})
    assert error.placeholders() == {
        "operation": "op",
        "detail": "x is missing",
        "skeleton": "{'a': 'string'}",
    }
    assert InvalidInput("no_residents").key == "no_residents"


@given(st.text(), st.integers(3, 40))
@example("ø" * 100, 20)
@example("\ud800" * 100, 20)
def test_a_text_is_cut_with_a_sign(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut.encode()) <= most
    if len(text.encode(errors="replace")) <= most:
        assert cut == text.encode(errors="replace").decode()
    else:
        assert cut.endswith("...")
        assert text.encode(errors="replace").decode().startswith(cut[:-3])


@pytest.mark.parametrize("kind", [NotFound, Rejected, Unavailable, UnexpectedResponse])
@given(detail=st.text(), times=st.sampled_from([1, 1000]), body=ANYTHING)
def test_what_may_be_logged_is_short(
    kind: type[PortalError], detail: str, times: int, body: Any
) -> None:
    error = kind("operation", detail * times)
    if isinstance(error, UnexpectedResponse):
        wide = {f"{chr(97 + n % 26) * 30}{n}": body for n in range(100)}
        error.skeleton = skeleton(wide)
    told = "".join(error.placeholders().values())
    for text in (told, str(error), error.brief, error.detail):
        assert len(text.encode(errors="replace")) < 1700
