"""The tables in which a room's seats hand each other the positions of units: beside the log, with an end of their own.

Frames hold up to a thousand positions each (see `resources.position_frames`), once for each level. Those of the
coarsest level are the tracks, which are kept for a day; the others are let go within the hour and stand in no
write-ahead log, so that 5,000 units a second cost the server little; a crash of it empties them.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

_FRAMES = """(
    writer TEXT NOT NULL, level SMALLINT NOT NULL, number BIGINT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    size INTEGER NOT NULL, body BYTEA NOT NULL CHECK (octet_length(body) <= 1000000),
    PRIMARY KEY (writer, level, number)
)"""
POSITION_TABLES = {
    "position_frames": _FRAMES,
    "position_tracks": _FRAMES,
    "position_latest": """(
        unit_id TEXT PRIMARY KEY CHECK (length(unit_id) BETWEEN 1 AND 64),
        lon DOUBLE PRECISION NOT NULL, lat DOUBLE PRECISION NOT NULL,
        fixed_at TIMESTAMPTZ NOT NULL, received_at TIMESTAMPTZ NOT NULL,
        speed_mps REAL, heading_deg REAL, source TEXT NOT NULL
    ) WITH (fillfactor = 70)""",
}
UNLOGGED = ("position_frames", "position_latest")
VIEW = "unit_positions"

# Positions pass between seats; nobody but the function below lets go of any, and only of what is past its time.
SEAT_GRANTS = {
    "position_frames": "SELECT, INSERT",
    "position_tracks": "SELECT, INSERT",
    "position_latest": "SELECT, INSERT, UPDATE",
    VIEW: "SELECT",
}
ADMIN_GRANTS = {**dict.fromkeys(POSITION_TABLES, "SELECT, DELETE"), VIEW: "SELECT"}
READER_GRANTS = {VIEW: "SELECT"}

MINUTES_KEPT = {1: 60, 2: 10, 5: 10, 10: 24 * 60}  # by level
MOST_BYTES = {"position_frames": 512_000_000, "position_tracks": 1_024_000_000}
DAYS_LATEST = 7
_ONE_AT_A_TIME = 0x4F70506F  # of pg_try_advisory_xact_lock, beside the schema's own number

_INDEX = "CREATE INDEX IF NOT EXISTS {name} ON {table} (level, written_at)"
_CASES = " ".join(f"WHEN {level} THEN {minutes}" for level, minutes in MINUTES_KEPT.items())
_LET_GO_OLD = """
    DELETE FROM {table} WHERE written_at < clock_timestamp() - make_interval(mins => CASE level {cases} ELSE 10 END)
        OR written_at > clock_timestamp() + interval '1 hour';
    GET DIAGNOSTICS part = ROW_COUNT;
    gone := gone + part;
    DELETE FROM {table} WHERE ctid IN (
        SELECT ctid FROM (SELECT ctid, sum(size) OVER (ORDER BY written_at DESC) AS so_far FROM {table}) AS newest
        WHERE so_far > {most});
    GET DIAGNOSTICS part = ROW_COUNT;
    gone := gone + part;"""
# With the owner's rights, so that a seat can let go of what is past its time and of nothing else. No arguments: what
# is past its time is not the caller's to say.
_KEEP = """CREATE OR REPLACE FUNCTION {schema}.positions_keep() RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE gone BIGINT := 0; part BIGINT;
BEGIN
    IF NOT pg_try_advisory_xact_lock({lock}, {schema_name}::regnamespace::oid::bigint::bit(32)::integer) THEN
        RETURN -1;
    END IF;{work}
    DELETE FROM position_latest WHERE received_at < clock_timestamp() - interval '{days} days';
    GET DIAGNOSTICS part = ROW_COUNT;
    RETURN gone + part;
END $$"""

_POINT = ", {postgis}.ST_SetSRID({postgis}.ST_MakePoint(p.lon, p.lat), 4326)::{postgis}.geometry(Point, 4326) AS geom"
_VIEW = """CREATE VIEW {view} AS SELECT p.unit_id, u.kind, u.department, u.station, u.status, u.incident_id,
    p.lon, p.lat, p.fixed_at, p.received_at,
    greatest(0, extract(epoch FROM clock_timestamp() - p.fixed_at))::double precision AS age_s,
    p.speed_mps, p.heading_deg, p.source{point}
FROM {latest} p LEFT JOIN {units} u ON u.id = p.unit_id"""


def position_statements(schema: str) -> Iterator[sql.Composed]:
    """Yield what makes the rest once the tables stand: their indexes, and what lets go of old positions."""
    for table in POSITION_TABLES:
        if table in UNLOGGED:
            yield sql.SQL("ALTER TABLE {} SET UNLOGGED").format(sql.Identifier(schema, table))
        if table != "position_latest":
            yield sql.SQL(_INDEX).format(name=sql.Identifier(f"{table}_new"), table=sql.Identifier(schema, table))
            packed = "ALTER TABLE {} ALTER COLUMN body SET STORAGE EXTERNAL"  # frames are packed already
            yield sql.SQL(packed).format(sql.Identifier(schema, table))
    work = sql.SQL("").join(
        sql.SQL(_LET_GO_OLD).format(table=sql.Identifier(table), cases=sql.SQL(_CASES), most=sql.Literal(most))
        for table, most in MOST_BYTES.items()
    )
    yield sql.SQL(_KEEP).format(
        schema=sql.Identifier(schema),
        schema_name=sql.Literal(sql.Identifier(schema).as_string(None)),
        lock=sql.Literal(_ONE_AT_A_TIME),
        days=sql.SQL(str(DAYS_LATEST)),
        work=work,
    )
    yield sql.SQL("REVOKE ALL ON FUNCTION {}.positions_keep() FROM PUBLIC").format(sql.Identifier(schema))


def position_view_statements(schema: str, *, postgis: str | None) -> Iterator[sql.Composed]:
    """Yield what makes the view of the newest positions; `postgis` is its schema, None where there is no geometry.

    Kind, department and status of a unit stand beside its position where somebody projects the log.
    """
    yield sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(schema, VIEW))
    point = sql.SQL(_POINT).format(postgis=sql.Identifier(postgis)) if postgis is not None else sql.SQL("")
    yield sql.SQL(_VIEW).format(
        view=sql.Identifier(schema, VIEW),
        point=point,
        latest=sql.Identifier(schema, "position_latest"),
        units=sql.Identifier(schema, "shared_units"),
    )


def position_grants(schema: str, *roles: str) -> Iterator[sql.Composed]:
    """Yield what lets roles call the function that lets go of old positions."""
    for role in roles:
        yield sql.SQL("GRANT EXECUTE ON FUNCTION {}.positions_keep() TO {}").format(
            sql.Identifier(schema), sql.Identifier(role)
        )
