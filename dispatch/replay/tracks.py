"""The positions that a room's server still keeps of a span: its tracks, which last a day."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg

from dispatch.log_interface import Log, NotSaved
from dispatch.room.position_line import Server
from resources.position import Fix
from resources.position_frames import BadFrame, unpack

LATE = timedelta(minutes=2)  # how long after it was received a position may have been written
MOST_FRAMES = 20_000
_READ = b"""
SELECT body FROM position_tracks WHERE written_at BETWEEN %s AND %s ORDER BY written_at, number LIMIT %s"""


def read_tracks(log: Log, since: datetime, until: datetime) -> list[Fix]:
    """Return the positions that were received in a span, the oldest first; none where the server keeps none.

    Nothing is made on the server, nothing is written. Raises NotSaved.
    """
    if not isinstance(log, Server):
        return []
    connection = log.connect("replay")
    try:
        connection.execute(b"SET default_transaction_read_only = on")
        rows = connection.execute(_READ, (since - LATE, until + LATE, MOST_FRAMES), binary=True).fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        return []
    except psycopg.Error as error:
        raise NotSaved("connection_lost", f"{log.name}: its positions cannot be read ({error})") from error
    finally:
        connection.close()
    found: list[Fix] = []
    for (body,) in rows:
        try:
            found += unpack(bytes(body))
        except BadFrame:  # a frame that nobody can read holds nobody up
            continue
    return sorted((fix for fix in found if since <= fix.received_at <= until), key=lambda fix: fix.received_at)
