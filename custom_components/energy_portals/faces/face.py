"""What of a portal is Home Assistant's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..entities.tables import Tables
from ..services.action import AnyAction


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a portal is set up, what it shows and what can be asked of it.

    `parts` are the flows of what can be set up beneath an account, by type.
    """

    flow: type[Any]
    options: type[Any] | None = None
    parts: Mapping[str, type[Any]] = field(default_factory=dict)
    tables: Tables = field(default_factory=Tables)
    actions: tuple[AnyAction, ...] = ()
