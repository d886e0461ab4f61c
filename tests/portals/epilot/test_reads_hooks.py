"""Hooks and what an extension says of its series, row by row."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.epilot.hooks import (
    DataRange,
    HookChoice,
    HookChoices,
    Hooks,
    Metadata,
    TypeOption,
)
from custom_components.energy_portals.portals.epilot.reads_hooks import (
    choices,
    hooks,
    metadata,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body

HOOK = {"extension": {"id": "e"}, "app": {"app_id": "a"}, "hook": {"id": "h"}}


def test_hooks_of_a_sparse_answer() -> None:
    assert hooks(Body("call", {})) == Hooks()
    # Extensions that can do something else.
    assert hooks(Body("call", {"changeEmail": {}})) == Hooks()


@pytest.mark.parametrize(
    "bad", [None, {}, {"extension": None}, {"extension": {"id": []}}]
)
@pytest.mark.parametrize("kind", ["priceDataRetrieval", "costDataRetrieval"])
def test_one_bad_hook(bad: object, kind: str) -> None:
    top = Body("call", {kind: [bad, HOOK]})
    read = hooks(top)
    assert [each.hook_id for each in (*read.prices, *read.costs)] == ["h"]
    assert read.is_whole is (kind != "priceDataRetrieval")
    assert top.refused == {f"call.{kind}": 1}


@pytest.mark.parametrize(
    ("told", "intervals"),
    [(["PT1H", 5], ("PT1H",)), ([], ()), (None, None), ("PT1H", None)],
)
def test_intervals(told: object, intervals: tuple[str, ...] | None) -> None:
    row = {**HOOK, "hook": {"intervals": told}}
    assert hooks(Body("call", {"dataExport": [row]})).export[0].intervals == intervals


def test_choices() -> None:
    assert choices(Body("call", {})) == HookChoices()
    chosen = {"a": {"extension_id": "e", "hook_id": "h"}, "b": None, "c": 5}
    top = Body("call", {"extension_hooks": chosen})
    choice = HookChoice(extension_id="e", hook_id="h")
    assert choices(top).extension_hooks == {"a": choice, "b": None, "c": None}
    assert top.refused == {"call.extension_hooks": 1}
    for odd in ({"extension_hooks": []}, {"extension_hooks": "none"}):
        with pytest.raises(UnexpectedResponse):
            choices(Body("call", odd))


def test_metadata() -> None:
    told = {
        "type_options": [
            {"id": "ht", "unit": "kWh", "label": {"de": "HT", "en": None}}
        ],
        "intervals": ["PT1H"],
        "data_range": {"from": "2026-01-01T00:00:00Z"},
    }
    option = TypeOption("ht", {"de": "HT"}, None, "kWh")
    assert metadata(Body("call", told)) == Metadata(
        [option], ["PT1H"], DataRange("2026-01-01T00:00:00Z")
    )
    assert metadata(Body("call", {})) == Metadata()
    for odd in ({"error": "no"}, [], None):
        with pytest.raises(UnexpectedResponse):
            metadata(Body("call", odd))


@pytest.mark.parametrize(
    ("options", "known"),
    [
        ([None, {"id": "ht"}], ["ht"]),
        ([{"id": "ht", "unit": []}, {"id": "nt"}], ["nt"]),
        (
            [{"id": "ht", "unit": "Wh"}, {"id": "ht", "unit": "kWh"}, {"id": "nt"}],
            ["nt"],
        ),
        ({"ht": "kWh"}, []),
        ("none", []),
    ],
)
def test_types_of_which_one_is_not_clear(options: object, known: list[str]) -> None:
    top = Body("call", {"type_options": options})
    read: Any = metadata(top)
    assert [each.id for each in read.type_options] == known
    assert not read.is_whole
    assert top.refused


def test_a_type_that_is_told_twice_alike() -> None:
    options = [{"id": "ht", "unit": "kWh"}] * 2
    read = metadata(Body("call", {"type_options": options}))
    assert read.is_whole
