"""How data is kept that is made of structs and dataclasses: as msgspec reads them."""

from collections.abc import Mapping

import msgspec

from .contract import Kept
from .model.plain import looked_up, plain


def kept_as[DataT](kind: type[DataT]) -> Kept[DataT]:
    """Return how data of one class is kept."""
    looked_up(kind)

    def load(data: object, options: Mapping[str, object]) -> DataT:
        return msgspec.convert(data, kind)

    return Kept(dump=plain, load=load)


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
