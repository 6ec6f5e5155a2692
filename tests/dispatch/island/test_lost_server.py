"""A real server behind a wire that is cut: the seat goes on alone, comes back without a restart, all counts once."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.commands import AddNote, AssignUnits, Choice, ReportIncident, ReportStatus
from dispatch.engine import Engine
from dispatch.follower import Follower
from dispatch.island.conflicts import conflicts
from dispatch.island.decisions import leave, see
from dispatch.island.seat import Islands
from dispatch.log import NotSaved
from dispatch.log_postgres import PostgresLog
from resources.status import Status
from tests.dispatch.island.parted import bound_twice
from tests.dispatch.island_story import DISPATCHER
from tests.dispatch.lossy_proxy import LossyProxy
from tests.dispatch.test_follower import PATIENCE_S, until
from tests.dispatch.town import OPERATOR, OTHER_OPERATOR, START, command, crew, crossing, opening
from tests.servers import PostgresServer


class Cut:
    """Seat 1 behind a wire, seat 2 beside the server."""

    def __init__(self, postgres: PostgresServer, folder: Path) -> None:
        address = postgres.address(f"log_{uuid.uuid4().hex}")
        self.proxy = LossyProxy(postgres.port)
        self.other = Engine(PostgresLog(address, key_folder=folder / "other"))
        for one in opening():
            self.other.do(one)
        shutil.copytree(folder / "other", folder / "seat")
        there = address.replace(f":{postgres.port}/", f":{self.proxy.port}/") + "&connect_timeout=2"
        self.log = PostgresLog(there, key_folder=folder / "seat")
        self.log.answer_timeout_s = 0.5
        self.seat = Engine(self.log)
        self.seat.start()
        self.follower = Follower(self.seat, poll_s=0.2)
        self.follower.start()
        self.islands = Islands(self.seat, folder=folder / "islands", key_folder=folder / "seat")

    def close(self) -> None:
        self.proxy.mend()
        self.follower.stop()
        self.seat.stop()
        self.seat.log.close()
        self.log.close()
        self.other.log.close()
        self.proxy.close()


@pytest.fixture
def cut(postgres: PostgresServer, tmp_path: Path) -> Iterator[Cut]:
    made = Cut(postgres, tmp_path)
    yield made
    made.close()


def test_a_seat_goes_on_without_its_server_and_comes_back_without_a_restart(cut: Cut) -> None:
    until(lambda: cut.seat.state.sequence == 3)
    cut.proxy.cut()
    lost = command(ReportIncident("structure_fire", crossing(0, 0)), id="lost")
    with pytest.raises(NotSaved):
        cut.seat.submit(lost).result(timeout=PATIENCE_S)
    until(lambda: not cut.follower.picture.is_connected)
    picture = cut.seat.state

    cut.islands.go(OPERATOR, reason="the server is gone")
    assert cut.islands.is_island and cut.seat.is_saved
    assert cut.seat.submit(lost).result(timeout=PATIENCE_S) is not None  # at once: nobody waits for the server
    send = command(AssignUnits(1, (Choice("E1"), Choice("A1"))))
    assert cut.seat.submit(send).result(timeout=PATIENCE_S) is not None
    reported = command(ReportStatus("E1", Status.EN_ROUTE, source="crew"), who=crew("E1"), at=START)
    assert cut.seat.submit(reported).result(timeout=PATIENCE_S) is not None
    assert cut.seat.is_saved and cut.follower.age_s > 0 and not cut.follower.picture.is_connected
    with pytest.raises(NotSaved):
        cut.islands.come_back()
    assert cut.islands.is_island

    cut.other.do(command(ReportIncident("structure_fire", crossing(2, 2)), who=OTHER_OPERATOR))
    cut.other.do(command(AssignUnits(1, (Choice("E1"),)), who=OTHER_OPERATOR))

    cut.proxy.mend()
    until(lambda: cut.follower.picture.is_connected)
    assert cut.islands.is_room_there() and cut.islands.is_island
    assert cut.seat.state.incidents[1].location == crossing(0, 0)  # found, and nothing folded of it
    assert len(picture.incidents) == 0
    merge = cut.islands.come_back()
    assert cut.seat.state.incidents[1].location == crossing(2, 2) and cut.seat.log is cut.log
    report = merge.run()
    assert (report.conflicts, report.waiting) == (1, 1)
    assert cut.seat.submit(command(AddNote(2, "in the room again"))).result(timeout=PATIENCE_S) is not None
    [conflict] = conflicts(merge)
    assert conflict.why == "unit_elsewhere"
    leave(merge, [conflict.sequence], who=DISPATCHER, at=START, reason="E1 is there", with_behind=True)
    assert see(merge).is_over and merge.finish()

    until(lambda: cut.other.catch_up() == 0)
    assert cut.other.state == cut.seat.state
    assert cut.seat.state.answered["lost"] > 3 and len(cut.seat.state.incidents) == 2
    assert bound_twice(cut.other.log.read()) == [] and cut.other.log.verify().is_intact
    island = cut.other.state.islands[merge.island.base.island_id]
    assert island.seat == "seat-1" and island.merged_at is not None
