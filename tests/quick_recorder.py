"""A recorder that imports quickly: what it has of a statistic is asked for once a job.

Home Assistant asks the database for each hour, and writes down the hour before first.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch
from weakref import WeakKeyDictionary

from homeassistant.components.recorder import statistics
from homeassistant.components.recorder.db_schema import StatisticsBase
from sqlalchemy import select
from sqlalchemy.orm import Session, SessionTransaction


@contextmanager
def quick_recorder() -> Generator[None]:
    """Have rows that are there looked up once in a transaction, which a job is."""
    known: WeakKeyDictionary[SessionTransaction, dict[float, int]] = WeakKeyDictionary()

    def exists(
        session: Session,
        table: type[StatisticsBase],
        metadata_id: int,
        start: datetime,
    ) -> int | None:
        begun = session.get_transaction()
        if begun is None or begun not in known:
            rows = select(table.start_ts, table.id).filter_by(metadata_id=metadata_id)
            found = {row[0]: row[1] for row in session.execute(rows)}
            begun = session.get_transaction()
            assert begun is not None
            known[begun] = found
        return known[begun].get(start.timestamp())

    with patch.object(statistics, "_statistics_exists", exists):
        yield
