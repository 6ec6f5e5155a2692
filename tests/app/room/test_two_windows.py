"""Two real windows on one server, driven by one test: what one does the other shows, whatever the server does."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.desk import Draft
from app.sending.sending import Sending
from dispatch.commands import AddNote, CloseIncident
from dispatch.incident import Location
from dispatch.log_door import Door
from dispatch.server_watch import Watch
from tests.app.room.two_windows import Seat, click_about, copy_key, wait
from tests.dispatch.lossy_proxy import LossyProxy
from tests.servers import PostgresServer

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def server(mortal_server: PostgresServer) -> PostgresServer:
    return mortal_server


@pytest.fixture(scope="module")
def wire(server: PostgresServer) -> Iterator[LossyProxy]:
    """The wire between bela's window and the server."""
    proxy = LossyProxy(server.port)
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def seats(
    server: PostgresServer, wire: LossyProxy, helsinki: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Seat]]:
    folder = tmp_path_factory.mktemp("room")
    address = server.address(f"room_{uuid.uuid4().hex}")
    anna = Seat(helsinki, address, folder / "anna", "anna")
    far = address.replace(f":{server.port}/", f":{wire.port}/")
    bela = Seat(helsinki, far, copy_key(folder / "anna", folder / "bela"), "bela")
    yield [anna, bela]
    bela.close()
    anna.close()


@pytest.fixture
def windows(seats: list[Seat]) -> tuple[Seat, Seat]:
    for seat in seats:
        seat.said.clear(), seat.refused.clear(), seat.failed.clear()
    anna, bela = seats
    return anna, bela


def units_of(seat: Seat, status: str) -> list[str]:
    """Return the units of a status, as this window has them."""
    return [key for key, one in sorted(seat.desk.state.units.items()) if one.status.value == status]


def board(seat: Seat) -> dict[str, list[str]]:
    """Return what the list of units shows, by unit."""
    shown: dict[str, list[str]] = {}
    for table in seat.window.units.tables():
        model = table.model()
        for row in range(model.rowCount()):
            words = [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            shown[words[0]] = words
    return shown


def queue(seat: Seat) -> list[str]:
    """Return the numbers that the queue shows."""
    rows = seat.window.incidents.rows
    return [str(rows.index(row, 0).data(Qt.ItemDataRole.DisplayRole)) for row in range(rows.rowCount())]


def number_of(seat: Seat, text: str) -> int:
    """Return the incident whose place reads so, 0 where there is none."""
    return next((key for key, one in seat.desk.state.incidents.items() if one.location.text == text), 0)


def not_saved(seat: Seat) -> bool:
    """Tell whether the window says in front that nothing is saved."""
    return any(words.startswith("NOT SAVED: the server") for words in seat.window.notices.words())


def test_what_one_window_does_the_other_shows(windows: tuple[Seat, Seat]) -> None:
    anna, bela = windows
    assert bela.strip.room.value.text() == "In step"
    assert not bela.strip.room.isHidden()
    before = int(bela.strip.unassigned.value.text())
    anna.report("the yard")
    wait(lambda: number_of(bela, "the yard"))
    number = number_of(bela, "the yard")
    wait(lambda: int(bela.strip.unassigned.value.text()) == before + 1)
    wait(lambda: queue(bela) == queue(anna) and any(str(number) in words for words in queue(bela)))
    unit = units_of(anna, "available")[0]
    free = board(bela)[unit]
    anna.assign(number, unit)
    wait(lambda: board(anna)[unit] == board(bela)[unit] != free)
    wait(lambda: int(bela.strip.unassigned.value.text()) == before)
    bela.desk.send(CloseIncident(number, "extinguished", release_units=True))
    wait(lambda: not any(str(number) in words for words in queue(anna)))
    wait(lambda: anna.desk.state == bela.desk.state)


def test_two_windows_send_one_unit_in_the_same_moment(windows: tuple[Seat, Seat]) -> None:
    anna, bela = windows
    anna.report("first fire")
    bela.report("second fire")
    wait(lambda: all(number_of(one, text) for one in windows for text in ("first fire", "second fire")))
    unit = units_of(anna, "available")[0]
    anna.assign(number_of(anna, "first fire"), unit)
    bela.assign(number_of(bela, "second fire"), unit)  # neither window has heard of the other's
    wait(lambda: anna.refused or bela.refused)
    loser, winner = (anna, bela) if anna.refused else (bela, anna)
    assert not winner.refused
    assert len(loser.desk.state.open_assignments) == 1
    words = [said for level, said in loser.said if level == "warning" and unit in said]
    assert words and winner.desk.who.actor in words[0], "the operator is told who was first"
    assert re.search(r"\d\d:\d\d", words[0]), "and when"
    wait(lambda: anna.desk.state == bela.desk.state)


def is_doubted_no_more(seat: Seat) -> bool:
    """Tell whether the window has said of what was on its way that it is not saved."""
    return any("was not saved" in words or "nothing was sent" in words for _, words in seat.said)


def test_the_server_is_killed_and_comes_back(windows: tuple[Seat, Seat], server: PostgresServer) -> None:
    anna, bela = windows
    shown = queue(anna)
    anna.report("on its way")
    server.crash()
    wait(lambda: anna.strip.saved.value.text() == "NOT SAVED" and bela.strip.saved.value.text() == "NOT SAVED")
    assert anna.strip.saved.value.property("level") == "alarm"
    assert anna.strip.room.caption.text() == "Picture"
    assert any(level == "alarm" and "server" in words for level, words in bela.said), "told to who sent nothing, too"
    wait(lambda: anna.desk.room.age_s > 1 and anna.strip.room.value.text() != "0 s old")
    first = anna.strip.room.value.text()
    wait(lambda: anna.strip.room.value.text() != first)  # the picture ages
    assert anna.strip.room.value.text().endswith(" s old")
    assert set(shown) <= set(queue(anna)), "the picture stays"
    assert not_saved(bela)

    desk = anna.desk
    draft = Draft(Location(*anna.desktop.city.center, "in vain"), "structure_fire")
    desk.set_draft(draft)
    anna.failed.clear()
    Sending.of(desk).send()
    bela.desk.send(AddNote(1, "said into the void"))
    wait(lambda: anna.failed and bela.failed)
    assert "nothing was sent" in anna.failed[-1] and "nothing was sent" in bela.failed[-1]
    assert desk.draft == draft, "what he wrote is kept"

    server.start()
    wait(lambda: not not_saved(bela), "it is saved again, and said to be not")
    wait(lambda: all(one.strip.saved.value.text() == "Saved" for one in windows))
    wait(lambda: all(any(words.startswith("Saved again") for _, words in one.said) for one in windows))
    assert anna.strip.room.value.text() == "In step"
    bela.report("after it")
    wait(lambda: number_of(anna, "after it"))
    Sending.of(desk).send()  # the same again, under its own id
    wait(lambda: desk.draft is None and number_of(bela, "in vain"))
    texts = [one.location.text for one in bela.desk.state.incidents.values()]
    assert texts.count("in vain") == texts.count("after it") == 1
    assert texts.count("on its way") <= 1
    if "on its way" not in texts:  # then it was told so, at once or when the server came back
        wait(lambda: is_doubted_no_more(anna))
    assert not any(note.text == "said into the void" for note in bela.desk.state.incidents[1].notes)
    wait(lambda: anna.desk.state == bela.desk.state)
    assert anna.desktop.log.verify().is_intact


def noted_threads(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Note from now on which threads wait for a server: for its answer, for a connection or behind another thread."""
    noted: set[int] = set()
    over, connect, enter = Watch.over, psycopg.connect, Door.__enter__

    def note(of: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any, **how: Any) -> Any:
            noted.add(threading.get_ident())
            return of(*given, **how)

        return noting

    def entered(door: Door) -> None:
        door.check()
        noted.add(threading.get_ident())
        enter(door)

    monkeypatch.setattr(Watch, "over", note(over))
    monkeypatch.setattr(psycopg, "connect", note(connect))
    monkeypatch.setattr(Door, "__enter__", entered)
    return noted


def test_a_server_that_stalls_is_noticed_and_holds_up_no_window(
    windows: tuple[Seat, Seat], wire: LossyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bela = windows
    for turn in range(10):  # what is made when it is first wanted is made
        click_about(bela, turn)
        QApplication.processEvents()
    wait(lambda: bela.desk.state.sequence == anna.desk.state.sequence)
    asking = noted_threads(monkeypatch)
    wire.cut()
    clicks = iter(range(100_000))
    anna.report("while bela is cut off")

    def go_on() -> bool:
        click_about(bela, next(clicks))
        return bela.strip.saved.value.text() == "NOT SAVED"

    wait(go_on)  # by the heartbeat: the connections still look whole
    bela.failed.clear()
    bela.desk.send(AddNote(1, "said into the stall"))
    wait(lambda: any("nothing was sent" in reason for reason in bela.failed))
    assert asking and threading.get_ident() not in asking, "the window's own thread waits for no server"
    assert not number_of(bela, "while bela is cut off")
    wire.mend()
    wait(lambda: number_of(bela, "while bela is cut off") and bela.strip.saved.value.text() == "Saved")
    bela.report("bela is back")
    wait(lambda: number_of(anna, "bela is back"))
    assert not any(note.text == "said into the stall" for note in anna.desk.state.incidents[1].notes)
    ids = [row.columns[1] for row in anna.desktop.log.rows()]
    assert len(ids) == len(set(ids))
