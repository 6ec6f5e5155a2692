"""A seat of the town with cases, and an album that decodes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.case_forms.actions import CaseActions
from app.evidence.album import Album
from dispatch import case_commands as k
from dispatch.case import Case, CaseStage
from dispatch.commands import Body, Command, Who
from dispatch.evidence_store import EvidenceStore
from dispatch.photograph import Photograph
from dispatch.refused import Refused
from tests import photographs as p
from tests.app.panels.seat import Seat
from tests.dispatch.case_town import ACCEPTOR, PLACE, CaseStory, case_opening


class Pictures:
    """Make thumbnails in this process; what says `broken` breaks."""

    def thumbnail(self, data: bytes, photograph: Photograph, orientation: int) -> bytes:
        if b"broken" in data:
            raise Refused("evidence_undecodable", photograph_why="breaks_off")
        return p.jpeg(32, 24)

    def copy(self, data: bytes, photograph: Photograph, orientation: int) -> bytes:
        return data

    def close(self) -> None:
        """Nothing is open."""


class CaseSeat(Seat):
    """Drive a desk with cases; `sent` are the commands of this desk."""

    def __init__(self, album: Album) -> None:
        super().__init__()
        self.desk.state = self.engine.state
        for opened in case_opening():
            self.other(opened.body, who=opened.who)
        self.desk.album = album
        self.sent: list[Body] = []
        submit = self.desk.submit

        def keep(command: Command) -> object:
            self.sent.append(command.body)
            return submit(command)

        self.desk.submit = keep

    def case(self, case_id: int = 1) -> Case:
        return self.state.cases[case_id]

    def report_case(self, standard_id: str = "rubbish", source: str = "hotline", **more: object) -> int:
        number = self.state.next_case
        self.other(k.ReportCase(source, standard_id, PLACE, **more), who=ACCEPTOR)  # type: ignore[arg-type]
        return number

    def walk(self, to: CaseStage, case_id: int = 1) -> None:
        """Take a case forward, everybody doing their part at another desk."""
        while self.case(case_id).stage is not to:
            body, who = CaseStory.next_step(self, case_id)  # type: ignore[arg-type]
            self.other(body, who=replace(who, seat=f"other-{who.seat}"))

    def sit(self, who: Who) -> None:
        self.desk.set_who(who)


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(EvidenceStore(tmp_path / "evidence"), tmp_path / "small", pictures=Pictures())  # type: ignore[arg-type]


@pytest.fixture
def seat(qtbot: QtBot, album: Album) -> Iterator[CaseSeat]:
    made = CaseSeat(album)
    yield made
    made.bridge.close()


Shown = Callable[[CaseSeat], CaseActions]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    """Show the actions of the first case as its panel does."""

    def show(seat: CaseSeat) -> CaseActions:
        actions = CaseActions(seat.desk)
        qtbot.addWidget(actions)
        actions.resize(400, 500)
        actions.show()
        actions.activateWindow()
        qtbot.waitUntil(actions.isActiveWindow)
        seat.desk.state_changed.connect(lambda *_: actions.show_case(seat.state.cases.get(1)))
        actions.show_case(seat.state.cases.get(1))
        return actions

    return show


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Write a photograph that nobody has seen before and return its file."""
    made = iter(range(1, 1000))

    def write(name: str = "", position: tuple[float, float] | None = None) -> Path:
        number = next(made)
        file = tmp_path / (name or f"IMG_{number:04}.jpg")
        exif = p.exif_block(position=position) if position is not None else b""
        file.write_bytes(p.jpeg(64 + number, 48, exif=exif))
        return file

    return write
