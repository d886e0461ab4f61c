"""How data is kept: as msgspec reads it, or as it says itself."""

from collections.abc import Mapping
from typing import Protocol, Self

import msgspec

from .contract import Kept
from .model.plain import looked_up, plain


def kept_as[DataT](kind: type[DataT]) -> Kept[DataT]:
    """Return how data of one class is kept."""
    looked_up(kind)

    def load(data: object, options: Mapping[str, object]) -> DataT:
        return msgspec.convert(data, kind)

    return Kept(dump=plain, load=load)


class Storable(Protocol):
    """What says by itself how it is kept."""

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return what `as_dict` made; ValueError for anything else."""


def kept_as_it_says[DataT: Storable](kind: type[DataT]) -> Kept[DataT]:
    """Return how data is kept that says so itself, such as an outlook."""
    return Kept(dump=kind.as_dict, load=lambda data, options: kind.from_dict(data))


def kept_by_sort[DataT](sorts: Mapping[str, type[DataT]]) -> Kept[DataT]:
    """Return how data of several classes is kept, each with the name of its sort."""
    names = {looked_up(sort): name for name, sort in sorts.items()}

    def dump(data: DataT) -> object:
        fields = plain(data)
        return {"sort": names[type(data)], **fields} if isinstance(fields, dict) else {}

    def load(data: object, options: Mapping[str, object]) -> DataT:
        sort = data.get("sort") if isinstance(data, dict) else None
        if not isinstance(sort, str) or sort not in sorts:
            raise ValueError("of no sort")
        # What the class does not know, as `sort` itself, msgspec passes over.
        return msgspec.convert(data, sorts[sort])

    return Kept(dump=dump, load=load)
