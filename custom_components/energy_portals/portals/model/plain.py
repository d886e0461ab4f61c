"""What is kept as JSON, beside msgspec's own types."""

from datetime import date, datetime
import sys
from typing import Annotated

import msgspec

# A number, and neither NaN nor infinite: JSON has no word for those.
type Finite = Annotated[
    float, msgspec.Meta(ge=-sys.float_info.max, le=sys.float_info.max)
]
type Moment = Annotated[datetime, msgspec.Meta(tz=True)]
msgspec.json.Decoder(Moment)


def looked_up[KindT](kind: type[KindT]) -> type[KindT]:
    """Have a class's annotations read at once, and not in the event loop."""
    msgspec.json.Decoder(kind)
    return kind


def plain(data: object) -> object:
    """Return structs and dataclasses as plain data, times in ISO 8601."""
    return msgspec.to_builtins(data, enc_hook=_iso)


def _iso(when: object) -> str:
    """Return a time as text that a clock has made of a class of its own."""
    if isinstance(when, date):
        return when.isoformat()
    raise TypeError(f"{type(when).__name__} is not plain")
