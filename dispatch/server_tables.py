"""The tables and views that a room's database shows to others, with real geometry where PostGIS is there."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from dispatch.old_entries import ARCHIVE_TABLES
from dispatch.server_blobs import BLOB_TABLES
from dispatch.server_checkpoints import CHECKPOINT_TABLES
from dispatch.server_positions import POSITION_TABLES
from dispatch.server_presence import PRESENCE_TABLES

# What seats share beside the log: each room of it adds its own tables (name, columns), its grants in `server_roles`.
_ARCHIVES = {name: columns.format(integer="BIGINT", blob="BYTEA") for name, columns in ARCHIVE_TABLES.items()}
ROOM_TABLES = {**_ARCHIVES, **BLOB_TABLES, **CHECKPOINT_TABLES, **POSITION_TABLES, **PRESENCE_TABLES}

# Rows made from the state by whoever projects (see `dispatch.server_projection`). Positions are lon/lat, WGS 84.
# No caller's words and no names: this is read by other departments.
TABLES = {
    "shared_at": """(
        one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
        sequence BIGINT NOT NULL,
        recorded_at TIMESTAMPTZ
    )""",
    "shared_incidents": """(
        id BIGINT PRIMARY KEY, kind TEXT NOT NULL, priority INTEGER NOT NULL, alarm_level INTEGER NOT NULL,
        stage TEXT NOT NULL, lead TEXT NOT NULL, place TEXT NOT NULL, municipality TEXT NOT NULL,
        precision TEXT NOT NULL, lon DOUBLE PRECISION NOT NULL, lat DOUBLE PRECISION NOT NULL,
        reported_at TIMESTAMPTZ, first_assigned_at TIMESTAMPTZ, first_on_scene_at TIMESTAMPTZ,
        closed_at TIMESTAMPTZ, disposition TEXT NOT NULL, units TEXT[] NOT NULL
    )""",
    "shared_cases": """(
        id BIGINT PRIMARY KEY, standard_id TEXT NOT NULL, degree TEXT NOT NULL, source TEXT NOT NULL,
        stage TEXT NOT NULL, department TEXT NOT NULL, answerable TEXT NOT NULL, cell TEXT NOT NULL,
        lon DOUBLE PRECISION NOT NULL, lat DOUBLE PRECISION NOT NULL,
        reported_at TIMESTAMPTZ, filed_at TIMESTAMPTZ, close_due_at TIMESTAMPTZ, closed_at TIMESTAMPTZ,
        outcome TEXT NOT NULL, rework INTEGER NOT NULL, incident_id BIGINT
    )""",
    "shared_units": """(
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, department TEXT NOT NULL, station TEXT NOT NULL,
        status TEXT NOT NULL, since TIMESTAMPTZ, incident_id BIGINT,
        home_lon DOUBLE PRECISION NOT NULL, home_lat DOUBLE PRECISION NOT NULL
    )""",
    "shared_closures": """(
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, speed_factor DOUBLE PRECISION NOT NULL,
        closed_at TIMESTAMPTZ, until TIMESTAMPTZ, way_ids BIGINT[] NOT NULL, wkt TEXT NOT NULL
    )""",
}
KEYS = {name: "id" for name in TABLES if name != "shared_at"}

_POINT = "ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)::geometry(Point, 4326) AS geom"
_GEOMETRY = {
    "shared_incidents": _POINT.format(lon="lon", lat="lat"),
    "shared_cases": _POINT.format(lon="lon", lat="lat"),
    "shared_units": _POINT.format(lon="home_lon", lat="home_lat"),
    "shared_closures": "ST_SetSRID(ST_GeomFromText(wkt), 4326)::geometry(Geometry, 4326) AS geom",
}
POSTGIS = "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'postgis'"


def table_statements(schema: str) -> Iterator[sql.Composed]:
    """Yield what makes the shared tables where they are not there."""
    for name, columns in (TABLES | ROOM_TABLES).items():
        yield sql.SQL("CREATE TABLE IF NOT EXISTS {} " + columns).format(sql.Identifier(schema, name))


def view_statements(schema: str, *, postgis: str | None) -> Iterator[sql.Composed]:
    """Yield what makes the views anew; `postgis` is the schema of PostGIS, None where it is not installed.

    With it every view has a column `geom` (EPSG:4326); without it there are longitudes and latitudes, and WKT.
    """
    for table, geometry in _GEOMETRY.items():
        view = sql.Identifier(schema, table.removeprefix("shared_"))
        yield sql.SQL("DROP VIEW IF EXISTS {}").format(view)
        columns: sql.Composable = sql.SQL("*")
        if postgis is not None:
            columns = sql.SQL("*, " + _qualified(geometry)).format(postgis=sql.Identifier(postgis))
        yield sql.SQL("CREATE VIEW {} AS SELECT {} FROM {}").format(view, columns, sql.Identifier(schema, table))


def _qualified(geometry: str) -> str:
    """Name PostGIS's functions and type by their schema, which may be on nobody's search path."""
    return geometry.replace("ST_", "{postgis}.ST_").replace("::geometry", "::{postgis}.geometry")
