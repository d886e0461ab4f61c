"""What an error tells of itself."""

from custom_components.energy_portals.portals.http.errors import (
    InvalidInput,
    NotFound,
    UnexpectedResponse,
)


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
