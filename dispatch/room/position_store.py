"""The positions' tables seen from a seat: frames written and read, the newest of each unit, what is past its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from dispatch.server_positions import POSITION_TABLES, position_statements
from resources.position import Fix
from resources.position_thinning import COARSEST_S, LEVELS_S

CHANNEL = "opsroom_positions"
PAGE = 250  # units: short answers come through a slow wire before anybody loses patience
_LOCK = 0x4F70506D  # of pg_advisory_xact_lock: two that make the tables at once

Connection = psycopg.Connection[tuple[Any, ...]]


class NotPrepared(RuntimeError):
    """The database has no tables for positions, and whoever asks may not make them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it is stored: who wrote it, at which level, its number among theirs, and its bytes."""

    writer: str
    level_s: int
    number: int
    body: bytes


_WRITE = b"""
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::smallint[], %s::bigint[], %s::bytea[]) AS g(writer, level, number, body)
), fine AS (
    INSERT INTO position_frames (writer, level, number, size, body)
    SELECT writer, level, number, octet_length(body), body FROM given WHERE level < %s
), coarse AS (
    INSERT INTO position_tracks (writer, level, number, size, body)
    SELECT writer, level, number, octet_length(body), body FROM given WHERE level >= %s
)
SELECT pg_notify(%s || '_' || level, '') FROM (SELECT DISTINCT level FROM given) AS levels"""

_WRITE_LATEST = b"""
INSERT INTO position_latest AS old (unit_id, lon, lat, fixed_at, received_at, speed_mps, heading_deg, source)
SELECT * FROM unnest(%s::text[], %s::float8[], %s::float8[], %s::timestamptz[], %s::timestamptz[],
    %s::real[], %s::real[], %s::text[]) AS given
ON CONFLICT (unit_id) DO UPDATE SET lon = excluded.lon, lat = excluded.lat, fixed_at = excluded.fixed_at,
    received_at = excluded.received_at, speed_mps = excluded.speed_mps, heading_deg = excluded.heading_deg,
    source = excluded.source
WHERE excluded.fixed_at > old.fixed_at OR old.fixed_at > clock_timestamp() + interval '1 minute'"""

# By each writer's own numbers: they grow whoever commits first, and whatever a crash does to the table.
_READ = """
SELECT writer, level, number, body FROM {table}
WHERE level = %s AND written_at > clock_timestamp() - make_interval(secs => %s) AND writer <> %s
    AND number > coalesce((%s::jsonb ->> writer)::bigint, 0)
ORDER BY written_at, number LIMIT %s"""

_DEMAND = b"""
SELECT level, sum(size) / %s::float8 FROM (
    SELECT level, size FROM position_frames WHERE level = ANY(%s) AND written_at > %s
    UNION ALL SELECT level, size FROM position_tracks WHERE level = ANY(%s) AND written_at > %s
) AS late GROUP BY level"""

_READ_LATEST = b"""
SELECT unit_id, lon, lat, fixed_at, received_at, speed_mps, heading_deg, source FROM position_latest
WHERE unit_id > %s ORDER BY unit_id LIMIT %s"""


def make_ready(connection: Connection) -> None:
    """See that the tables are there, and make them where whoever asks owns the database. Raises NotPrepared."""
    if _are_there(connection):
        return
    try:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            if _are_there(connection):
                return
            row = connection.execute("SELECT current_schema()").fetchone()
            schema = str(row[0]) if row and row[0] else "public"
            for name, columns in POSITION_TABLES.items():
                made = sql.SQL("CREATE TABLE IF NOT EXISTS {} " + columns).format(sql.Identifier(schema, name))
                connection.execute(made)
            for statement in position_statements(schema):
                connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        raise NotPrepared(
            "this database has no tables for positions yet: opsroom server init --upgrade makes them"
        ) from None


def write_frames(connection: Connection, frames: Sequence[Frame]) -> None:
    """Write frames, all or none, and give notice to who reads their levels. Raises psycopg.Error."""
    columns: tuple[list[Any], ...] = (
        [frame.writer for frame in frames],
        [frame.level_s for frame in frames],
        [frame.number for frame in frames],
        [frame.body for frame in frames],
    )
    connection.execute(_WRITE, (*columns, COARSEST_S, COARSEST_S, CHANNEL))


def write_latest(connection: Connection, fixes: Sequence[Fix]) -> None:
    """Write the newest position of units, each once, where it is newer than what is there. Raises psycopg.Error."""
    ordered = sorted(fixes, key=lambda fix: fix.unit_id)  # two writers that lock rows in one order never deadlock
    connection.execute(
        _WRITE_LATEST,
        (
            [fix.unit_id for fix in ordered],
            [fix.lon for fix in ordered],
            [fix.lat for fix in ordered],
            [fix.fixed_at for fix in ordered],
            [fix.received_at for fix in ordered],
            [fix.speed_mps for fix in ordered],
            [fix.heading_deg for fix in ordered],
            [fix.source for fix in ordered],
        ),
    )


def read_frames(
    connection: Connection, level_s: int, *, known: Mapping[str, int], but: str, within_s: float, most: int
) -> list[Frame]:
    """Read the frames of a level behind the numbers that are `known` by writer, the oldest first, `most` at most.

    None that is older than `within_s`, and none by the writer `but`. Raises psycopg.Error.
    """
    asked = sql.SQL(_READ).format(table=sql.Identifier(_table_of(level_s)))
    rows = connection.execute(asked, (level_s, within_s, but, Jsonb(dict(known)), most), binary=True)
    return [Frame(str(writer), int(level), int(number), bytes(body)) for writer, level, number, body in rows]


def read_demand(connection: Connection, *, over_s: float = 10.0) -> dict[int, float]:
    """Read the bytes a second that each level brings, as of the last `over_s`. Raises psycopg.Error."""
    levels = list(LEVELS_S)
    [(since,)] = connection.execute("SELECT clock_timestamp() - make_interval(secs => %s)", (over_s,)).fetchall()
    rows = connection.execute(_DEMAND, (over_s, levels, since, levels, since), binary=True)
    return {int(level): float(size) for level, size in rows}


def read_latest(connection: Connection, *, behind: str = "", most: int = PAGE) -> list[Fix]:
    """Read the newest positions of the units behind one, in the order of their ids. Raises psycopg.Error."""
    return [Fix(*row) for row in connection.execute(_READ_LATEST, (behind, most), binary=True)]


def listen(connection: Connection, level_s: int) -> None:
    """Hear of this level's frames, and of no other's. Raises psycopg.Error."""
    connection.execute("UNLISTEN *")
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(f"{CHANNEL}_{level_s}")))


def let_go_of_old(connection: Connection) -> int | None:
    """Let go of what is past its time; return how many rows, None where another does it now. Raises psycopg.Error."""
    [(count,)] = connection.execute("SELECT positions_keep()").fetchall()
    return None if count < 0 else int(count)


def _table_of(level_s: int) -> str:
    return "position_tracks" if level_s >= COARSEST_S else "position_frames"


def _are_there(connection: Connection) -> bool:
    found = connection.execute("SELECT to_regclass('position_latest') IS NOT NULL").fetchone()
    return bool(found and found[0])
