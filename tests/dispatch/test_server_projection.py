"""The shared tables: true to the state, whatever way they came there, and without what others must not read."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from dispatch.case import CaseStage
from dispatch.commands import AssignUnits, Choice, CloseRoad, OpenRoad, ReportIncident
from dispatch.engine import Engine
from dispatch.incident import Closure
from dispatch.log_interface import NotSaved
from dispatch.log_postgres import PostgresLog
from dispatch.server_init import prepare
from dispatch.server_projection import Projector, rows_changed
from dispatch.server_roles import SHARED
from dispatch.server_tables import TABLES, view_statements
from dispatch.state import State
from tests.dispatch import town
from tests.dispatch.case_town import CaseStory
from tests.dispatch.story import Story
from tests.servers import PostgresServer

RING = ((24.1, 60.1), (24.2, 60.1), (24.2, 60.2), (24.1, 60.1))
SECRET = "my neighbour Anna, 555 0199"


@pytest.fixture
def address(postgres: PostgresServer, tmp_path: Path) -> str:
    found = postgres.address(f"log_{uuid.uuid4().hex}")
    prepare(found, key_folder=tmp_path / "keys")
    return found


@pytest.fixture
def projector(address: str) -> Iterator[Projector]:
    made = Projector(address)
    yield made
    made.close()


def shown(address: str, name: str) -> list[dict[str, Any]]:
    with psycopg.connect(address, row_factory=dict_row) as connection:
        return connection.execute(f"SELECT * FROM {name} ORDER BY 1".encode()).fetchall()


def everything(address: str) -> dict[str, list[dict[str, Any]]]:
    return {name: shown(address, name) for name in (*SHARED, "shared_at")}


def busy() -> Story:
    story = Story()
    story.fire("E1", "L1")
    story.do(ReportIncident("traffic_collision", town.crossing(0, 1), text=SECRET))
    return story


def test_the_views_show_what_the_state_says(address: str, projector: Projector) -> None:
    story = busy()
    projector.write(story.state)
    first, second = shown(address, "incidents")
    assert first["units"] == ["E1", "L1"] and second["units"] == []
    assert (first["lon"], first["lat"]) == (story.incident(1).location.lon, story.incident(1).location.lat)
    units = {row["id"]: row for row in shown(address, "units")}
    assert units["E1"]["incident_id"] == 1 and units["E2"]["incident_id"] is None
    assert len(units) == len(story.state.units)
    assert [row["sequence"] for row in shown(address, "shared_at")] == [story.state.sequence]


def test_step_by_step_comes_out_as_all_at_once(address: str, projector: Projector, postgres: PostgresServer) -> None:
    story = busy()
    projector.write(story.state)
    for number, shape in enumerate((RING, RING[:3])):
        story.do(CloseRoad(Closure(f"C{number}", ("Polygon", "LineString")[number], shape, (7, 8), "flood")))
    projector.write(story.state)
    assert [row["wkt"].split(" ")[0] for row in shown(address, "closures")] == ["POLYGON", "LINESTRING"]
    story.do(AssignUnits(2, (Choice("P1"),)))
    story.do(OpenRoad("C0"))
    assert projector.write(story.state) == 3  # the incident, the unit, and the road that is open again
    step_by_step = everything(address)
    anew = Projector(address)
    anew.write(story.state)
    anew.close()
    assert everything(address) == step_by_step


def test_another_that_is_behind_changes_nothing(address: str, projector: Projector) -> None:
    story = busy()
    earlier = story.state
    story.do(AssignUnits(2, (Choice("P1"),)))
    projector.write(story.state)
    before = everything(address)
    late = Projector(address)
    assert late.write(earlier) == 0
    late.close()
    assert everything(address) == before


def test_cases_are_shown_with_their_stage_and_deadline(address: str, projector: Projector) -> None:
    story = CaseStory()
    story.report()
    story.walk(CaseStage.HANDLE)
    projector.write(story.state)
    [row] = shown(address, "cases")
    [case] = story.state.cases.values()
    assert (row["stage"], row["close_due_at"]) == (case.stage.value, case.close_due_at)


def test_no_words_of_a_caller_leave_the_log(address: str, projector: Projector) -> None:
    projector.write(busy().state)
    assert SECRET not in repr(everything(address))
    names = {word for columns in TABLES.values() for word in columns.replace("(", " ").split()}
    assert not {"text", "notes", "person_id", "call_ids"} & names


def test_a_lost_connection_is_said_and_everything_written_anew(address: str, projector: Projector) -> None:
    story = busy()
    projector.write(story.state)
    assert projector._connection is not None
    pid = projector._connection.info.backend_pid
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        story.do(AssignUnits(2, (Choice("P1"),)))
        with pytest.raises(NotSaved):
            projector.write(story.state)
        other.execute("DELETE FROM shared_units")  # whatever went wrong meanwhile
    projector.write(story.state)
    assert len(shown(address, "units")) == len(story.state.units)


def test_what_did_not_change_costs_no_row() -> None:
    state = busy().state
    assert not any(rows_changed(state, state).values())
    assert set(rows_changed(State(), state)) == set(TABLES) - {"shared_at"}


def test_a_log_is_projected_by_following_it(address: str, projector: Projector, tmp_path: Path) -> None:
    engine = Engine(PostgresLog(address, key_folder=tmp_path / "keys"))
    for command in town.opening():
        engine.do(command)
    projector.write(engine.state)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    assert projector.write(engine.state) == 1
    assert projector.write(engine.state) == 0
    engine.log.close()


def test_with_postgis_the_views_name_its_schema() -> None:
    texts = [each.as_string(None) for each in view_statements("city", postgis="gis")]
    point = '"gis".ST_SetSRID("gis".ST_MakePoint(lon, lat), 4326)::"gis".geometry(Point, 4326)'
    assert any(point in text for text in texts)
    assert all("geom" not in each.as_string(None) for each in view_statements("city", postgis=None))


def test_postgis_reads_what_is_written(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres.address(f"log_{uuid.uuid4().hex}", database="gis")  # whose views have one column more
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'").fetchone()
        if found is None:
            pytest.skip("PostGIS is not on this machine: install the package postgresql-postgis")
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
    assert prepare(address, key_folder=tmp_path / "keys").postgis is not None
    projector = Projector(address)
    projector.write(busy().state)
    projector.close()
    with psycopg.connect(address) as connection:
        [(wkt,)] = connection.execute("SELECT public.ST_AsText(geom) FROM incidents WHERE id = 1").fetchall()
    assert wkt.startswith("POINT(")
