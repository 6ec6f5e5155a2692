"""Keep a room's shared tables true: rows made from the state, by sequence, for the views that others read.

The tables are nothing but a copy: begun anew they come out the same, and a second projector beside the first does no
harm. What goes into them holds no words of callers and no names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg
from psycopg import sql

from dispatch.case import Case
from dispatch.incident import Closure, Incident
from dispatch.log_interface import NotSaved
from dispatch.server_settings import complete
from dispatch.state import State
from dispatch.unit_state import UnitState

Row = tuple[Any, ...]
Rows = dict[str, dict[int | str, Row | None]]
T = TypeVar("T")


def rows_changed(before: State, after: State) -> Rows:
    """Return by table and key the rows that differ between two states; None for one that is there no more.

    Compares records by identity first: 10,000 that did not change cost about a millisecond.
    """
    incidents = _changed(before.incidents, after.incidents, lambda each: _incident(after, each))
    moved = () if before.assignments is after.assignments else after.incidents
    for incident_id in moved:  # who works there stands elsewhere
        if incident_id not in incidents and _units_of(before, incident_id) != _units_of(after, incident_id):
            incidents[incident_id] = _incident(after, after.incidents[incident_id])
    return {
        "shared_incidents": incidents,
        "shared_cases": _changed(before.cases, after.cases, _case),
        "shared_units": _changed(before.units, after.units, lambda each: _unit(after, each)),
        "shared_closures": _changed(before.closures, after.closures, _closure),
    }


class Projector:
    """Write what a state says into the shared tables of one schema, each time all or nothing."""

    def __init__(self, address: str) -> None:
        _, self._address = complete(address, defaults={"connect_timeout": "5", "application_name": "opsroom project"})
        self._connection: psycopg.Connection[Any] | None = None
        self._written: State | None = None

    def write(self, state: State) -> int:
        """Bring the tables to `state`; return how many rows that changed. Raises NotSaved.

        The first time, and after a lost connection, everything is written anew. Tables that are ahead of `state`
        are left alone: another projector is further.
        """
        if self._written is not None and self._written.sequence == state.sequence:
            return 0
        try:
            with self._connected().transaction():
                return self._write(state)
        except psycopg.Error as error:
            self.close()
            code = "read_only" if isinstance(error, psycopg.errors.InsufficientPrivilege) else "connection_lost"
            raise NotSaved(code, f"the shared tables: {(str(error).splitlines() or ['failed'])[0]}") from error

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._written = None

    def _write(self, state: State) -> int:
        connection = self._connected()
        connection.execute("LOCK TABLE shared_at IN SHARE ROW EXCLUSIVE MODE")
        row = connection.execute("SELECT sequence FROM shared_at").fetchone()
        stands_at = int(row[0]) if row else None
        if stands_at is not None and stands_at > state.sequence:
            return 0
        before = self._written
        if before is None or stands_at != before.sequence:
            before = State()
            for table in rows_changed(before, before):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        count = 0
        with connection.cursor() as cursor:
            for table, rows in rows_changed(before, state).items():
                name = sql.Identifier(table)
                gone = [(key,) for key in rows]
                fresh = [row for row in rows.values() if row is not None]
                if gone:
                    cursor.executemany(sql.SQL("DELETE FROM {} WHERE id = %s").format(name), gone)
                if fresh:
                    marks = sql.SQL(", ").join([sql.Placeholder()] * len(fresh[0]))
                    cursor.executemany(sql.SQL("INSERT INTO {} VALUES ({})").format(name, marks), fresh)
                count += len(rows)
        connection.execute(
            "INSERT INTO shared_at (sequence, recorded_at) VALUES (%s, %s) "
            "ON CONFLICT (one) DO UPDATE SET sequence = excluded.sequence, recorded_at = excluded.recorded_at",
            (state.sequence, state.at),
        )
        self._written = state
        return count

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._address, autocommit=True)
        return self._connection


def _changed(before: Mapping[Any, T], after: Mapping[Any, T], row: Callable[[T], Row]) -> dict[int | str, Row | None]:
    if before is after:
        return {}
    found: dict[int | str, Row | None] = {
        key: row(record) for key, record in after.items() if before.get(key) is not record
    }
    found.update(dict.fromkeys(key for key in before if key not in after))
    return found


def _units_of(state: State, incident_id: int) -> list[str]:
    bound = (state.assignments[each] for each in state.assignments_of.get(incident_id, ()))
    return sorted(each.unit_id for each in bound if each.is_open)


def _incident(state: State, incident: Incident) -> Row:
    place = incident.location
    return (
        incident.id,
        incident.kind,
        incident.priority,
        incident.alarm_level,
        incident.stage.value,
        incident.lead,
        place.text,
        place.municipality,
        place.precision.value,
        place.lon,
        place.lat,
        incident.reported_at,
        incident.first_assigned_at,
        incident.first_on_scene_at,
        incident.closed_at,
        incident.disposition,
        _units_of(state, incident.id),
    )


def _case(case: Case) -> Row:
    place = case.place.location
    return (
        case.id,
        case.standard_id,
        case.degree,
        case.source,
        case.stage.value,
        case.department,
        case.answerable,
        case.place.cell,
        place.lon,
        place.lat,
        case.reported_at,
        case.filed_at,
        case.close_due_at,
        case.closed_at,
        case.outcome,
        case.rework,
        case.incident_id,
    )


def _unit(state: State, unit: UnitState) -> Row:
    bound = state.assignments.get(unit.assignment_id)
    lon, lat = unit.home
    return (
        unit.unit.id,
        unit.unit.kind,
        unit.unit.department,
        unit.station,
        unit.status.value,
        unit.since,
        bound.incident_id if bound is not None else None,
        lon,
        lat,
    )


def _closure(closure: Closure) -> Row:
    return (
        closure.id,
        closure.kind,
        closure.speed_factor,
        closure.closed_at,
        closure.until,
        list(closure.way_ids),
        _wkt(closure),
    )


def _wkt(closure: Closure) -> str:
    """Return a closure's geometry as text (OGC 06-103r4): lon lat, rings closed."""
    points = closure.coordinates
    if closure.geometry_type == "Point" and points:
        return f"POINT ({points[0][0]!r} {points[0][1]!r})"
    if closure.geometry_type == "Polygon" and len(points) > 2:
        rings = (points, *closure.holes)
        return "POLYGON (" + ", ".join(_ring(ring) for ring in rings) + ")"
    return "LINESTRING (" + _listed(points) + ")" if len(points) > 1 else "GEOMETRYCOLLECTION EMPTY"


def _ring(points: tuple[tuple[float, float], ...]) -> str:
    return "(" + _listed(points if points[0] == points[-1] else (*points, points[0])) + ")"


def _listed(points: tuple[tuple[float, float], ...]) -> str:
    return ", ".join(f"{lon!r} {lat!r}" for lon, lat in points)
