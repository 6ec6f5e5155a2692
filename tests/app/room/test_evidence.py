"""Photographs between the seats of a room, on the screen: said where they are, and shown once they are here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from app.cases.evidence_strip import EvidenceStrip, caption_of
from app.cases.picture_view import PictureView
from app.cases.standing_words import away_words
from app.cases.thumbnails import Thumbnails
from app.desk import Desk
from app.evidence.album import Album
from app.room.evidence import NamedPhotographs, share_photographs
from app.wording import one_line
from dispatch import case_commands as k
from dispatch.case import BEFORE, Evidence
from dispatch.commands import Who
from dispatch.engine import Engine
from dispatch.evidence_standing import Standing, Where
from dispatch.evidence_store import EvidenceAway, EvidenceStore
from tests import photographs as p
from tests.app.cases.case_seat import CaseSeat
from tests.app.evidence.test_album import Pictures
from tests.dispatch import case_town as t
from tests.dispatch.room.blob_room import open_room
from tests.dispatch.town import command
from tests.servers import PostgresServer


class Shared(EvidenceStore):
    """A store whose photographs are where the test says."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.away: dict[str, Standing] = {}
        self.own: dict[str, Standing] = {}
        self.listeners: list[Callable[[str], None]] = []
        self.named: list[tuple[tuple[str, ...], str]] = []

    def read(self, evidence_id: str) -> bytes:
        if evidence_id in self.away:
            raise EvidenceAway(evidence_id, self.away[evidence_id])
        return super().read(evidence_id)

    def standing(self, evidence_id: str) -> Standing:
        return self.away.get(evidence_id) or self.own.get(evidence_id) or Standing(Where.HERE)

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: None

    def name(self, names: object, seat: str = "") -> None:
        self.named.append((tuple(names), seat))  # type: ignore[arg-type]

    def tell(self, evidence_id: str) -> None:
        for each in self.listeners:
            each(evidence_id)


@pytest.fixture
def store(tmp_path: Path) -> Shared:
    return Shared(tmp_path / "e")


@pytest.fixture
def seat(qtbot: QtBot, store: Shared, tmp_path: Path) -> CaseSeat:
    made = CaseSeat(t.SUPERVISOR)
    made.desk.album = Album(store, tmp_path / "t", pictures=Pictures())  # type: ignore[arg-type]
    yield made  # type: ignore[misc]
    made.bridge.close()


def test_a_photograph_at_another_seat_is_said_to_be_on_its_way_and_shows_by_itself(
    seat: CaseSeat, store: Shared, qtbot: QtBot
) -> None:
    shown = Evidence(store.add_bytes(p.jpeg(64)).file.id, BEFORE)
    store.away[shown.id] = Standing(Where.AWAITED, seat="cad-2")
    seat.report_case(evidence=(shown,))
    thumbnails = Thumbnails(seat.desk)
    view = PictureView(seat.desk, thumbnails)
    qtbot.addWidget(view)
    view.show_exhibit(1, seat.case().evidence[0])
    qtbot.waitUntil(lambda: "cad-2" in view.said.text() and isinstance(thumbnails.find(shown.id), str))
    assert "Not yet here" in view.said.text() and "cad-2" in str(thumbnails.find(shown.id))

    store.away[shown.id] = Standing(Where.COMING, 0.4, "cad-2")
    store.tell(shown.id)
    qtbot.waitUntil(lambda: "40 %" in view.said.text())
    assert thumbnails.find(shown.id) == "On its way from cad-2"

    del store.away[shown.id]
    store.tell(shown.id)
    qtbot.waitUntil(lambda: view.picture.pixmap is not None and not view.said.text())
    assert isinstance(thumbnails.find(shown.id), QPixmap)


def test_what_the_other_seats_do_not_have_yet_is_marked(seat: CaseSeat, store: Shared, qtbot: QtBot) -> None:
    shown = Evidence(store.add_bytes(p.jpeg(64)).file.id, BEFORE)
    seat.report_case(evidence=(shown,))
    thumbnails = Thumbnails(seat.desk)
    strip = EvidenceStrip(seat.desk, thumbnails)
    qtbot.addWidget(strip)
    strip.show_case(seat.case())
    qtbot.waitUntil(lambda: isinstance(thumbnails.find(shown.id), QPixmap))
    strip.resize(220, strip.height())
    plain = strip.grab().toImage()
    assert "alone" not in caption_of(seat.desk, 1, seat.case().evidence[0])
    store.own[shown.id] = Standing(Where.ONLY_HERE)
    assert "on this seat alone yet" in caption_of(seat.desk, 1, seat.case().evidence[0])
    assert strip.grab().toImage() != plain
    store.own[shown.id] = Standing(Where.SENDING, 0.25)
    assert "25 %" in caption_of(seat.desk, 1, seat.case().evidence[0])


def test_the_store_hears_which_photographs_an_entry_names_and_from_which_seat(seat: CaseSeat, store: Shared) -> None:
    named = NamedPhotographs(seat.desk, store)  # type: ignore[arg-type]
    shown = t.photo(BEFORE)
    seat.report_case(evidence=(shown,))
    assert ((shown.id,), t.ACCEPTOR.seat) in store.named
    seat.desk.state_changed.emit(None, seat.desk.state)
    assert store.named[-1] == ((shown.id,), "")
    assert named.parent() is seat.desk


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("where", [each for each in Where if not Standing(each).is_here])
def test_every_standing_has_words_that_fit_a_tile(where: Where, language: str) -> None:
    standing = Standing(where, 0.5, "cad-2", "disk full")
    short = away_words(standing, language, is_short=True)
    assert short and not short.startswith("case.") and one_line(short, 40) == short
    assert len(away_words(standing, language)) > len(short)


def test_two_desks_of_a_room_share_what_their_log_names(qtbot: QtBot, tmp_path: Path, postgres: PostgresServer) -> None:
    room = open_room(postgres, tmp_path / "keys")
    data = p.jpeg(72)
    desks, albums, logs = [], [], [room.log(), room.log()]
    earlier = tmp_path / "a" / hashlib.sha256(logs[0].name.encode()).hexdigest()[:16]
    shown = EvidenceStore(earlier).add_bytes(data).file.id  # from before photographs were shared
    for seat, log in zip("ab", logs, strict=True):
        desk = Desk(Who("operator", seat=seat))
        desk.state = Engine(log).state
        desks.append(desk)
        albums.append(share_photographs(log, desk, tmp_path / seat, tmp_path / f"{seat}-small"))
    first, second = albums
    entry = room.engine.do(
        command(k.ReportCase("patrol", "rubbish", t.PLACE, evidence=(Evidence(shown, BEFORE),)), who=t.ACCEPTOR)
    )
    for desk in desks:
        desk.state_changed.emit(entry, room.engine.state)
    thumbnails = Thumbnails(desks[1])
    desks[1].album = second
    qtbot.waitUntil(lambda: isinstance(thumbnails.find(shown), QPixmap), timeout=20_000)
    assert second.store.read(shown) == data and not earlier.exists()
    qtbot.waitUntil(lambda: first.standing(shown) == Standing(Where.HERE), timeout=20_000)
    for each in (*albums, *logs, room):
        each.close()
