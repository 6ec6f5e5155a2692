"""A standby by PostgreSQL's own replication: the server dies, the standby is promoted, the seats go on."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg

from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.follower import Follower
from dispatch.log_postgres import PostgresLog
from tests.dispatch import town
from tests.dispatch.test_follower import saved, until
from tests.servers import running_postgres, running_standby


def test_seats_go_on_at_the_promoted_standby_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    with running_postgres() as server, running_standby(server) as standby:
        # What a room's seats are given: both servers, the standby first; that the one that writes is meant goes unsaid.
        address = f"postgresql://opsroom@127.0.0.1:{standby.port},127.0.0.1:{server.port}/postgres?connect_timeout=2"
        first = Engine(PostgresLog(address, key_folder=tmp_path / "one"))
        for command in town.opening():
            first.do(command)
        first.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
        until(lambda: _is_synchronous(server.address()))
        shutil.copytree(tmp_path / "one", tmp_path / "two")
        second = Engine(PostgresLog(address, key_folder=tmp_path / "two"))
        follower = Follower(second, poll_s=0.5)
        follower.start()
        for number in range(20):
            first.do(town.command(AddNote(1, f"word {number}")))
        acknowledged = first.state.sequence

        server.crash()
        standby.promote()
        saved(first, town.command(AddNote(1, "said at the standby")))
        until(lambda: second.state.sequence == first.state.sequence)
        assert first.state.sequence == acknowledged + 1 and first.state == second.state
        assert first.log.verify().is_intact
        follower.stop()
        for engine in (first, second):
            engine.log.close()


def _is_synchronous(address: str) -> bool:
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
    return [row[0] for row in rows] == ["sync"]
