"""Whether what was read of an answer is the truth, less than it, or something else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import msgspec

# What a result says about itself, and not of the home.
_ABOUT = frozenset(
    {"refused", "reasons", "reason", "is_whole", "complete", "incomplete", "decimals"}
)
# By what elements of a list are told apart, in this order.
_KEYS = (
    *("id", "number", "contract_no", "asset_id", "resource_id", "user_id"),
    *("start", "time", "month", "date", "on", "name"),
)
# Less than any unit is away from another; ids and counts have none.
_NEAR = 1e-3
# Less than a time may lose when it is written in another form.
_SOON = timedelta(seconds=1)
_BASES: Mapping[str, tuple[str, float]] = {
    "wh": ("kwh", 0.001),
    "mwh": ("kwh", 1000),
    "w": ("kw", 0.001),
    "mw": ("kw", 1000),
    "øre": ("nok", 0.01),
    "ore": ("nok", 0.01),
    "nok øre": ("nok", 0.01),
    "kr": ("nok", 1),
    "cent": ("eur", 0.01),
}


@dataclass
class Verdict:
    """What came of comparing: how much there is, what of it is known, and faults."""

    all: int = 0
    known: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Return the share that is known."""
        return self.known / self.all if self.all else 1.0


def judged(truth: object, got: object) -> Verdict:
    """Compare what was read with the truth."""
    verdict = Verdict()
    plain_truth, plain_got = _plain(truth), _plain(got)
    verdict.all = _count(plain_truth)
    _compare(plain_truth, plain_got, "", verdict)
    return verdict


class Object(dict[str, Any]):
    """What has members of its own names."""


def _plain(value: object) -> Any:
    """Return a result as objects, maps, lists and values."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, str) and value in {"", "unknown"}:
        return None
    if value is None or isinstance(value, bool | int | float | str | datetime | date):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, msgspec.Struct):
        names = value.__struct_fields__
        return _object({name: getattr(value, name) for name in names})
    if is_dataclass(value):
        names = tuple(each.name for each in fields(value))
        if names[:1] == ("slots",):
            return [_plain(slot) for slot in value.slots]  # type: ignore[union-attr]
        return _object({name: getattr(value, name) for name in names})
    if isinstance(value, Iterable):
        return [_plain(each) for each in value]
    return repr(value)


def _object(members: Mapping[str, object]) -> Object:
    """Return an object, its numbers in the base of the unit that it names."""
    found = Object(
        {
            name: _plain(each)
            for name, each in members.items()
            if name not in _ABOUT and name[0] != "_"
        }
    )
    # A status beyond this says that the value is none.
    if isinstance(found.get("status"), int) and found["status"] > 3999:
        if "value" in found:
            found = Object({**found, "value": None, "status": None})
    unit = found.get("unit")
    base = _BASES.get(unit.strip().casefold()) if isinstance(unit, str) else None
    if base is not None:
        found = _scaled(found, base[1])
        found["unit"] = base[0]
    elif isinstance(unit, str):
        found["unit"] = unit.strip().casefold()
    return found


def _scaled(node: Any, by: float) -> Any:
    if isinstance(node, bool):
        return node
    if isinstance(node, float):
        return node * by
    if isinstance(node, Object):
        return Object(
            {k: v if k == "status" else _scaled(v, by) for k, v in node.items()}
        )
    if isinstance(node, dict):
        return {key: _scaled(each, by) for key, each in node.items()}
    if isinstance(node, list):
        return [_scaled(each, by) for each in node]
    return node


def _count(node: Any) -> int:
    """Return how many values there are."""
    if isinstance(node, dict):
        return sum(map(_count, node.values()))
    if isinstance(node, list):
        return sum(map(_count, node))
    return node is not None


def _compare(truth: Any, got: Any, where: str, verdict: Verdict) -> None:
    if got is None:
        return
    if isinstance(truth, dict):
        if not isinstance(got, dict):
            if not _count(got):
                return
            verdict.wrong.append(f"{where}: {_short(got)} for an object")
            return
        for key, each in got.items():
            if key in truth:
                _compare(truth[key], each, f"{where}.{key}", verdict)
            elif _count(each):
                verdict.wrong.append(f"{where}.{key}: extra {_short(each)}")
        return
    if isinstance(truth, list):
        if not isinstance(got, list):
            if not _count(got):
                return
            verdict.wrong.append(f"{where}: {_short(got)} for a list")
            return
        _compare_lists(truth, got, where, verdict)
        return
    if _same(truth, got):
        verdict.known += 1
    elif _count(got):
        verdict.wrong.append(f"{where}: {_short(got)}, not {_short(truth)}")


def _same(truth: Any, got: Any) -> bool:
    if truth is None or isinstance(truth, bool) or isinstance(got, bool):
        return truth is got
    if isinstance(truth, int) and isinstance(got, int):
        return truth == got
    if isinstance(truth, datetime) and isinstance(got, datetime):
        # One without an offset is no moment.
        if (truth.tzinfo is None) is not (got.tzinfo is None):
            return False
        return abs(truth - got) < _SOON
    if isinstance(truth, int | float) and isinstance(got, int | float):
        return abs(truth - got) <= _NEAR * max(abs(truth), 1e-3)
    return bool(truth == got)


def _compare_lists(
    truth: Sequence[Any], got: Sequence[Any], where: str, verdict: Verdict
) -> None:
    """Find for each element the true one that it is, each of which is there once."""
    if len(truth) == len(got) and not any(map(_key, truth)):
        for place, (true, each) in enumerate(zip(truth, got, strict=True)):
            _compare(true, each, f"{where}[{place}]", verdict)
        return
    left = list(truth)
    by_key = {key: each for each in truth if (key := _key(each)) is not None}
    for place, each in enumerate(got):
        here = f"{where}[{place}]"
        own = by_key.get(_key(each)) if _key(each) is not None else None
        if own is not None:
            if not any(own is held for held in left):
                verdict.wrong.append(f"{here}: again {_short(_key(each))}")
                continue
            left = [held for held in left if held is not own]
            _compare(own, each, here, verdict)
            continue
        fitting = next((held for held in left if _fits(held, each)), None)
        if fitting is None:
            if _count(each):
                verdict.wrong.append(f"{here}: extra {_short(each)}")
            continue
        left = [held for held in left if held is not fitting]
        _compare(fitting, each, here, verdict)


def _fits(truth: Any, got: Any) -> bool:
    verdict = Verdict()
    _compare(truth, got, "", verdict)
    return not verdict.wrong


def _key(element: Any) -> Any:
    if isinstance(element, Object):
        found = tuple(element[name] for name in _KEYS if element.get(name) is not None)
        return found[:1] if found else None
    return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 90 else f"{text[:87]}..."
