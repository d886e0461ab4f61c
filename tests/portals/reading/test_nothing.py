"""What is known of nothing."""

from collections.abc import Mapping

import msgspec
import pytest

from custom_components.energy_portals.portals.reading.nothing import says_nothing


class _Home(msgspec.Struct):
    name: str | None = None
    rooms: tuple[str | None, ...] = ()
    areas: Mapping[str, float | None] = {}
    inner: _Home | None = None


@pytest.mark.parametrize(
    "read",
    [
        *(None, "", (), [], {}, _Home(), (None, [_Home()]), {"a": None}),
        _Home(name="", rooms=(None,), areas={"a": None}, inner=_Home()),
    ],
)
def test_nothing(read: object) -> None:
    assert says_nothing(read)


@pytest.mark.parametrize(
    "read",
    [
        *(0, 0.0, False, "x", (None, 0), {"a": 0}),
        *(_Home(name="x"), _Home(inner=_Home(rooms=("x",))), _Home(areas={"a": 0.0})),
    ],
)
def test_something(read: object) -> None:
    assert not says_nothing(read)
