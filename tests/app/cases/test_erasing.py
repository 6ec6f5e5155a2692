"""What the log erases goes from the store of photographs: at once, at the next start, and told where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.cases.erasing import Erasing
from app.evidence.album import Album
from dispatch import case_commands as k
from dispatch.case import AFTER, BEFORE, Evidence
from dispatch.evidence_store import EvidenceMissing, EvidenceStore
from tests import photographs as p
from tests.app.cases.case_seat import CaseSeat
from tests.app.evidence.test_album import Pictures
from tests.dispatch import case_town as t


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    made = CaseSeat(t.SUPERVISOR)
    yield made
    made.bridge.close()


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(EvidenceStore(tmp_path / "e"), tmp_path / "t", pictures=Pictures())  # type: ignore[arg-type]


def kept(album: Album, folder: Path, kind: str, width: int) -> Evidence:
    file = folder / "a.jpg"
    file.write_bytes(p.jpeg(width))
    return Evidence(album.take(file).file.id, kind)


def is_there(album: Album, evidence: Evidence) -> bool:
    try:
        album.store.read(evidence.id)
    except EvidenceMissing:
        return False
    return True


def test_a_photograph_goes_as_soon_as_the_log_says_so(
    seat: CaseSeat, album: Album, tmp_path: Path, qtbot: QtBot
) -> None:
    gone, stays = kept(album, tmp_path, BEFORE, 64), kept(album, tmp_path, AFTER, 80)
    seat.report_case(evidence=(gone, stays))
    erasing = Erasing(seat.desk, album)
    seat.act(k.ErasePhotograph(gone.id, "a face"), t.SUPERVISOR)
    erasing.close()
    assert (is_there(album, gone), is_there(album, stays)) == (False, True)
    assert [file.stem for file in (tmp_path / "t").iterdir()] == [stays.id]  # its thumbnail went with it


def test_what_was_left_goes_at_the_next_start(seat: CaseSeat, album: Album, tmp_path: Path) -> None:
    gone = kept(album, tmp_path, BEFORE, 64)
    seat.report_case(evidence=(gone,))
    seat.act(k.ErasePhotograph(gone.id, "a face"), t.SUPERVISOR)  # and the machine stops here
    assert is_there(album, gone)
    Erasing(seat.desk, album).close()
    assert not is_there(album, gone)


def test_what_cannot_be_erased_is_said(
    seat: CaseSeat, album: Album, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = kept(album, tmp_path, BEFORE, 64)
    seat.report_case(evidence=(gone,))

    def refuse(evidence_id: str) -> bool:
        raise OSError("the disk is locked")

    monkeypatch.setattr(album, "erase", refuse)
    Erasing(seat.desk, album)
    seat.act(k.ErasePhotograph(gone.id, "a face"), t.SUPERVISOR)
    qtbot.waitUntil(lambda: bool(seat.said), timeout=2000)
    assert seat.said[0][0] == "warning" and "the disk is locked" in seat.said[0][1]
