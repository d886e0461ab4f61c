"""Feeds of what is read anew when it changes, and kept when it goes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Kept, Surroundings
from ..http.errors import Unavailable
from ..model.series import Outlook
from ..rhythms import Every
from .client import HouseClient
from .sites import SOURCE_KEY, HouseSite

# What nobody tells of changing is looked at now and then.
LOOK: Final = timedelta(minutes=15)

type Reread[DataT, GivenT] = Callable[
    [HouseClient, DataT | None, datetime, GivenT], Awaitable[DataT]
]
type RereadFeed[DataT, GivenT] = Feed[HouseClient, DataT, HouseSite, GivenT]


def reread_feed[DataT: Outlook, GivenT](
    key: str,
    kind: type[DataT],
    read: Reread[DataT, GivenT],
    *,
    kept: Kept[DataT],
    needs: Callable[[Surroundings], GivenT],
    every: timedelta = LOOK,
    prepare: Callable[[Mapping[str, object]], None] | None = None,
) -> RereadFeed[DataT, GivenT]:
    """Return the feed of a kind.

    `read` takes what is held, the time and what the feed `needs`. It raises Unavailable
    where the source is not there: what is held goes on counting then.
    """

    async def fetch(
        client: HouseClient, request: FeedRequest[DataT, HouseSite, GivenT]
    ) -> Fetched[DataT]:
        held = request.held.get(SOURCE_KEY)
        try:
            data = await read(client, held, request.now, request.given)
        except Unavailable as err:
            if held is None:
                raise
            return Fetched({}, (err,))
        # Whoever lives on it is not told of what is as it was.
        return Fetched({SOURCE_KEY: held if held == data else data})

    return Feed(
        key=key,
        fetch=fetch,
        at=HouseSite,
        rhythm=Every(interval=every),
        needs=needs,
        kinds={kind: lambda data: data},
        kept=kept,
        prepare=prepare,
    )


def chosen(surroundings: Surroundings) -> Mapping[str, object]:
    """Return what the user chose for a feed."""
    return surroundings.options
