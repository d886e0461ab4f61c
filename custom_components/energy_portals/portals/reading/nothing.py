"""Whether anything is known by what was read of an answer."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import msgspec


def says_nothing(read: object) -> bool:
    """Say whether neither a member nor a row of it could be read."""
    if isinstance(read, msgspec.Struct):
        members = read.__struct_fields__
        return all(says_nothing(getattr(read, name)) for name in members)
    if is_dataclass(read):
        return all(says_nothing(getattr(read, each.name)) for each in fields(read))
    if isinstance(read, Mapping):
        return all(map(says_nothing, read.values()))
    if isinstance(read, list | tuple):
        return all(map(says_nothing, read))
    return read is None or read == ""
