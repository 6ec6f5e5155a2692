"""A desk in a room: what others hand out moves its map a few at a time, what arises here goes out, nothing echoes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from app.bootstrap import Desktop, build
from app.desk import Figures
from app.room.positions_link import BATCH, PositionsLink
from app.window.strip import Strip
from app.wording import text
from dispatch.commands import Who
from dispatch.events import LogKind
from dispatch.log import LiveLog, open_log
from dispatch.log_memory import MemoryLog
from dispatch.room.positions import PositionsPicture, PositionsReader, PositionsWriter, PracticeLog
from resources.position import Fix
from tests.app.rooms import room
from tests.dispatch.logs import opened
from tests.servers import PostgresServer

PATIENCE_MS = 40_000


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> PostgresServer:
    return postgres


def fix(unit_id: str, lat: float = 60.2, *, later_s: float = 0.0) -> Fix:
    at = datetime.now(UTC) + timedelta(seconds=later_s)
    return Fix(unit_id, 24.9, lat, at, at, 9.0, 90.0, "gateway")


def desk_on(city: Path, address: str, keys: Path, seat: str, *, kind: LogKind = LogKind.LIVE) -> Desktop:
    return build(city, log_place=address, key_folder=keys, kind=kind, who=Who("anna", seat=seat), planner=None)


def test_what_one_seat_hears_the_other_shows_and_nothing_comes_back(
    server: PostgresServer, helsinki: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    address = server.address(f"log_{uuid.uuid4().hex}")
    one = desk_on(helsinki, address, tmp_path / "keys", "one")
    two = desk_on(helsinki, address, tmp_path / "keys", "two")
    feed = open_log(address, key_folder=tmp_path / "keys")
    gateway = PositionsWriter(LiveLog(feed), "gateway", every_s=0.05)
    gateway.start()
    try:
        unit, other = list(one.desk.state.units)[:2]
        emitted: list[int] = []
        one.desk.fixes_changed.connect(lambda fixes: emitted.append(len(fixes)))
        qtbot.waitUntil(lambda: one.desk.positions.picture.is_connected, timeout=PATIENCE_MS)  # type: ignore[union-attr]
        one.take_fixes([fix(unit, 60.21)])
        assert len(emitted) == 1 and one.desk.fixes[unit].lat == 60.21  # here at once, whatever the server does
        qtbot.waitUntil(lambda: unit in two.desk.fixes, timeout=PATIENCE_MS)
        assert two.desk.fixes[unit].lat == 60.21
        gateway.give([fix(other, 60.22), fix("no unit of this city")])
        qtbot.waitUntil(lambda: other in one.desk.fixes and other in two.desk.fixes, timeout=PATIENCE_MS)
        assert one.desk.positions is not None and one.desk.positions._writer is not None
        assert one.desk.positions._writer.counts.given == 1  # what others gave is not given again
        assert two.desk.positions is not None and two.desk.positions._writer is not None
        assert two.desk.positions._writer.counts.given == 0
        counted = {
            desktop.pulse._fixes.counts[verdict] for desktop in (one, two) for verdict in ("duplicate", "out_of_order")
        }
        assert counted == {0}  # no seat was told twice
    finally:
        gateway.stop()
        feed.close()
        one.close()
        two.close()


def test_crews_of_a_drill_go_to_the_drills_own_store(
    server: PostgresServer, helsinki: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    address = server.address(f"log_{uuid.uuid4().hex}")
    desktop = desk_on(helsinki, address, tmp_path / "keys", "trainer", kind=LogKind.DRILL)
    watching = open_log(address, key_folder=tmp_path / "keys", read_only=True)
    heard: list[Fix] = []
    reader = PositionsReader(watching, heard.extend)
    reader.start()
    try:
        from app.desktop import make_drill

        drill = make_drill(desktop)
        drill.fixes_made.emit([replace(fix("E1"), source="simulated")])
        qtbot.waitUntil(lambda: any(one.source == "simulated" for one in heard), timeout=PATIENCE_MS)
        assert PracticeLog(watching).log is watching
    finally:
        reader.stop()
        watching.close()
        desktop.close()


class NoServer(MemoryLog):
    """A log that says it is on a server which never answers: what comes is put in by the test."""

    name = "postgresql://nowhere/city"

    def __init__(self, kind: LogKind = LogKind.LIVE) -> None:
        super().__init__()
        self.append(opened(kind))

    def connect(self, purpose: str) -> object:
        raise AssertionError("the window's thread asked the server")


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QObject]:
    found = QObject()
    yield found
    found.deleteLater()


def test_a_flood_reaches_the_window_in_small_lots_the_newest_of_each(parent: QObject, qtbot: QtBot) -> None:
    lots: list[list[Fix]] = []
    link = PositionsLink(parent, NoServer(), lots.append, seat="one")
    early = [fix(f"U{number}") for number in range(3 * BATCH)]
    late = [replace(one, lat=60.3, fixed_at=one.fixed_at + timedelta(seconds=1)) for one in early[:100]]
    link._hear(early)
    link._hear(late)
    link._hear(early[:100])  # and once more, too late
    assert lots == []
    qtbot.waitUntil(lambda: sum(map(len, lots)) == 3 * BATCH, timeout=PATIENCE_MS)
    assert max(map(len, lots)) <= BATCH and {one.lat for one in lots[0][:100]} == {60.3}


def test_fixes_come_in_the_windows_thread(parent: QObject, qtbot: QtBot) -> None:
    threads: list[object] = []
    link = PositionsLink(parent, NoServer(), lambda fixes: threads.append(QThread.currentThread()), seat="one")

    class Other(QThread):
        def run(self) -> None:
            link._hear([fix("E1")])

    other = Other()
    other.start()
    qtbot.waitUntil(lambda: bool(threads), timeout=PATIENCE_MS)
    other.wait()
    assert threads == [parent.thread()]


def test_a_log_of_ones_own_has_no_link(parent: QObject) -> None:
    assert PositionsLink.of(parent, MemoryLog(), lambda fixes: None, seat="one") is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_how_positions_come_is_said_where_it_is_not_as_it_should_be(
    parent: QObject, qtbot: QtBot, language: str
) -> None:
    link = PositionsLink(parent, NoServer(), lambda fixes: None, seat="one")
    assert link.words(language) == ""  # it has only begun
    said = set()
    for picture in (
        PositionsPicture(is_connected=True, code="", level_s=5, is_slow=True),
        PositionsPicture(code="connection_lost"),
        PositionsPicture(code="not_prepared"),
        PositionsPicture(code="not_allowed"),
    ):
        link._on_picture(picture)
        said.add(link.words(language))
    assert len(said) == 4 and "" not in said
    link._on_picture(PositionsPicture(is_connected=True, code=""))
    assert link.words(language) == ""


def test_the_strip_says_how_often_positions_come_on_a_slow_network(qtbot: QtBot) -> None:
    here = room()
    strip = Strip(here.desk)
    qtbot.addWidget(strip)
    words = text("positions.slow", "en", seconds=5)
    here.desk.figures_changed.emit(Figures(fix_age_s=4.0, extra={"positions": words, "positions_every_s": "5"}))
    assert strip.positions.value.text() == text("positions.every", "en", seconds=5)
    assert "the network is slow" in strip.positions.toolTip()
    here.desk.figures_changed.emit(Figures(fix_age_s=400.0, extra={"positions": words, "positions_every_s": "5"}))
    assert strip.positions.value.text() != text("positions.every", "en", seconds=5)  # how old they are counts more
    here.desk.figures_changed.emit(Figures(fix_age_s=4.0))
    assert strip.positions.toolTip() == ""
    here.bridge.close()
