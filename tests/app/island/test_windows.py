"""Two real windows on one server: the wire to one is cut, it goes on alone, comes back, and both show the same."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.island.panel import IslandPanel
from app.island.stage import Stage
from app.room.joining import JoiningWindow, join
from app.wording import label
from dispatch import case_commands as k
from dispatch.case import BEFORE, CasePlace, Evidence
from dispatch.commands import Who
from dispatch.evidence_standing import Where
from dispatch.evidence_store import EvidenceAway
from dispatch.incident import Location
from dispatch.server_init import add_user, prepare
from tests import photographs as p
from tests.app.room.test_two_windows import number_of, queue, units_of
from tests.app.room.two_windows import Seat, copy_key, wait
from tests.dispatch.island.parted import bound_twice
from tests.dispatch.lossy_proxy import LossyProxy
from tests.servers import PostgresServer, running_postgres

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as started:
        yield started


class Windows:
    """Anna beside the server, bela behind a wire that can be cut; both may decide."""

    def __init__(self, server: PostgresServer, city: Path, folder: Path) -> None:
        base, schema = server.address().partition("?")[0], f"room_{uuid.uuid4().hex[:12]}"
        prepare(base, schema=schema, key_folder=folder / "keys")
        self.city, self.folder, self.wire = city, folder, LossyProxy(server.port)
        near, far = f"127.0.0.1:{server.port}", f"127.0.0.1:{self.wire.port}"
        users = [add_user(base, f"{name}-{schema}", kind="seat", schema=schema)[0] for name in ("anna", "bela")]
        database = base.rpartition("/")[2]
        self.addresses = [
            f"postgresql://{user}@{place}/{database}?connect_timeout=2"
            for user, place in zip(users, (near, far), strict=True)
        ]
        for name in ("anna", "bela"):
            copy_key(folder / "keys", folder / name)
        self.anna = self.sit("anna")
        self.bela = self.anna  # until she sits down

    def sit(self, name: str, **more: object) -> Seat:
        """Open the window of a seat."""
        address = self.addresses[("anna", "bela").index(name)]
        made = Seat(self.city, address, self.folder / name, name, keep_in=self.folder / name / "desk", **more)  # type: ignore[arg-type]
        made.desk.set_who(Who(name, "dispatcher", seat=f"seat-{name}"))
        return made

    def close(self) -> None:
        self.anna.close()
        self.wire.close()


@pytest.fixture(scope="module")
def shared(
    server: PostgresServer, helsinki: Path, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[Windows]:
    """Open anna's window once."""
    folder = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.bootstrap.data_folder", lambda: folder / "data")
        patch.setattr("app.island.alone.OFFERED_AFTER_S", 0.2)  # that it is not offered sooner is told in `test_alone`
        made = Windows(server, helsinki, folder)
        yield made
        made.close()


@pytest.fixture
def windows(shared: Windows) -> Iterator[Windows]:
    """Let bela sit down, and leave at the end."""
    shared.bela = shared.sit("bela")
    yield shared
    shared.wire.mend()
    shared.bela.close()


def go_alone(windows: Windows) -> None:
    """Cut bela's wire and let her go on alone, by the keys' own way."""
    bela = windows.bela
    alone, island_room = bela.desktop.alone, bela.shown.island_room
    assert alone is not None and island_room is not None
    wait(lambda: bela.desk.state.sequence == windows.anna.desk.state.sequence)
    windows.wire.cut()
    wait(lambda: alone.stage is Stage.LOST)
    wait(lambda: not island_room.bar.isHidden())  # at the next second
    assert bela.strip.saved.value.text() == "NOT SAVED"
    bela.window.menus.actions["island_deed"].trigger()
    island_room.bar.reason.setText("a digger")
    island_room.bar.go_button.click()
    wait(lambda: alone.is_island and not alone.is_working)


def report_with_photograph(seat: Seat) -> str:
    """Report a case of urban management with a photograph; return its name."""
    album = seat.desk.album
    assert album is not None
    name = album.store.add_bytes(p.jpeg(64)).file.id
    lon, lat = seat.desktop.city.center
    standard = next(iter(seat.desk.state.standards.small)).id
    place = CasePlace(Location(lon, lat, "the corner"))
    seat.desk.send(k.ReportCase("patrol", standard, place, evidence=(Evidence(name, BEFORE),)))
    wait(lambda: name in seat.desk.state.cases_of_evidence, f"{seat.refused} {seat.failed}")
    return name


def is_seen(seat: Seat, name: str) -> bool:
    """Tell whether a photograph can be shown at a seat; where not, it is fetched."""
    try:
        return bool(seat.desk.album is not None and seat.desk.album.store.read(name))
    except EvidenceAway:
        return False


def test_alone_and_back(windows: Windows) -> None:
    anna, bela = windows.anna, windows.bela
    alone = bela.desktop.alone
    assert alone is not None
    anna.report("the yard")
    wait(lambda: number_of(bela, "the yard"))
    go_alone(windows)
    assert "ISLAND" in bela.strip.kind.text() and bela.strip.saved.value.text() == "Saved here"
    assert bela.window.frame.is_alone and "ISLAND" in bela.window.windowTitle()
    unit, other = units_of(bela, "available")[:2]
    bela.report("the harbour")
    wait(lambda: number_of(bela, "the harbour"))
    bela.assign(number_of(bela, "the harbour"), unit, other)
    wait(lambda: len(bela.desk.state.open_assignments) == 2)
    photograph = report_with_photograph(bela)
    bela.shown.print_state()
    printed = windows.folder / "bela" / "desk" / "printed" / "present-state.txt"
    wait(lambda: printed.is_file() and "ISLAND" in printed.read_text("utf-8") and unit in printed.read_text("utf-8"))

    anna.report("the harbour office")
    wait(lambda: number_of(anna, "the harbour office"))
    there = number_of(anna, "the harbour office")
    anna.assign(there, unit)
    wait(lambda: len(anna.desk.state.open_assignments) == 1)
    assert not number_of(anna, "the harbour") and there == number_of(bela, "the harbour")

    windows.wire.mend()
    wait(lambda: alone.stage is Stage.THERE)
    wait(lambda: anna.desk.seats is not None and any(each.is_island for each in anna.desk.seats.others))
    bela.window.menus.actions["island_deed"].trigger()
    wait(lambda: alone.stage is Stage.DECIDING)
    assert bela.strip.saved.value.text() == "Saved" and "ISLAND" not in bela.strip.kind.text()
    wait(lambda: bela.strip.room.value.text() == "In step")
    assert not bela.window.frame.is_alone
    assert not any("NOT SAVED" in words for words in bela.window.notices.words())

    bela.shown.island_room.show_page()  # type: ignore[union-attr]
    page = bela.window.panels["island"].panel  # type: ignore[attr-defined]
    assert isinstance(page, IslandPanel) and unit in page.rows.rows[1].detail and "anna" in page.rows.rows[1].detail
    choices = {each.text(): each for each in page.choices.children() if hasattr(each, "click")}
    choices[label("island_how", "rest")].click()
    page.why.reason.setText(f"{other} is on its way")
    page.why.do_button.click()
    wait(lambda: not alone.is_working and alone.look is not None and not alone.look.conflicts)
    wait(page.seen_all_button.isEnabled)
    page.seen_all_button.click()
    wait(lambda: alone.over is not None)
    assert alone.over is not None and alone.over.file.is_file() and alone.stage is Stage.ROOM
    bela.shown.island_room.write_report()  # type: ignore[union-attr]
    wait(lambda: list((windows.folder / "bela" / "desk" / "reports").glob("merge-*.pdf")))

    wait(lambda: anna.desk.state == bela.desk.state)
    wait(lambda: queue(anna) == queue(bela))
    state, harbour = anna.desk.state, number_of(anna, "the harbour")
    sent = {state.assignments[one].unit_id: state.assignments[one].incident_id for one in state.open_assignments}
    assert sent == {unit: there, other: harbour} and harbour != there
    assert bound_twice(anna.desktop.log.read()) == [] and anna.desktop.log.verify().is_intact
    wait(lambda: bela.desk.album.standing(photograph).where is Where.HERE, "it is not in the room")  # type: ignore[union-attr]
    wait(lambda: is_seen(anna, photograph), "the other seat cannot show it")


def test_killed_while_alone_and_started_again_without_the_server(windows: Windows, qapp: QApplication) -> None:
    go_alone(windows)
    bela = windows.bela
    bela.report("alone")
    wait(lambda: number_of(bela, "alone"))
    photograph = report_with_photograph(bela)
    last = bela.desk.state.sequence  # time may pass between
    bela.close()  # nothing is kept at an end that is not kept at once: a kill leaves the same files

    def press() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, JoiningWindow) and not window.alone_button.isHidden():
                window.alone_button.click()
                return
        QTimer.singleShot(50, press)

    press()
    folder = windows.folder / "bela"
    joined = join(windows.addresses[1], key_folder=folder, island_folder=folder / "islands")
    assert joined is not None and joined.engine.log.is_island and joined.room_place == windows.addresses[1]
    bela = windows.bela = windows.sit("bela", engine=joined.engine)
    alone = bela.desktop.alone
    assert alone is not None and alone.stage is Stage.ALONE and number_of(bela, "alone")
    assert bela.desk.state.sequence >= last
    assert bela.desk.room is None and bela.strip.room.isHidden()
    assert bela.desk.album is not None and bela.desk.album.store.read(photograph)
    bela.report("alone again")
    wait(lambda: number_of(bela, "alone again"))
    windows.anna.report("in the room")
    windows.wire.mend()
    wait(lambda: alone.stage is Stage.THERE)
    alone.come_back()
    wait(lambda: not alone.is_working and not alone.is_island)
    assert bela.desk.room is not None and not bela.strip.room.isHidden()
    wait(lambda: number_of(bela, "in the room"))
    bela.report("back")
    wait(lambda: number_of(windows.anna, "back"))
    windows.anna.report("and answered")
    wait(lambda: number_of(bela, "and answered"))  # the room is followed again
    if alone.merge is not None:
        alone.see()
    wait(lambda: alone.over is not None)
    wait(lambda: windows.anna.desk.state == bela.desk.state)
    wait(lambda: bela.desk.album.standing(photograph).where is Where.HERE, "it is not in the room")  # type: ignore[union-attr]
    assert bela.desk.seats is not None and bela.desk.positions is not None
