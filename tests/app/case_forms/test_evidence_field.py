"""Photographs of a form: many, none, bad ones, where they were taken, and left out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.case_forms.evidence_field import MOST_FILES, EvidenceField
from tests import photographs as p
from tests.app.case_forms.conftest import CaseSeat
from tests.dispatch.case_town import PLACE

Picture = Callable[..., Path]
NEAR = (PLACE.location.lon, PLACE.location.lat)
FAR = (PLACE.location.lon + 0.02, PLACE.location.lat)


@pytest.fixture
def field(seat: CaseSeat, qtbot: QtBot) -> EvidenceField:
    made = EvidenceField(seat.desk, kinds=("after", "before", "other"), place=lambda: NEAR)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def _take(field: EvidenceField, qtbot: QtBot, *files: Path) -> None:
    field.take(files)
    qtbot.waitUntil(lambda: not field.is_busy)


def test_photographs_are_taken_in_order_and_shown(field: EvidenceField, qtbot: QtBot, picture: Picture) -> None:
    told: list[int] = []
    field.changed.connect(lambda: told.append(len(field.evidence())))
    _take(field, qtbot, picture(), picture(), picture())
    assert told[-1] == 3
    assert [tile.name for tile in field.tiles] == ["IMG_0001.jpg", "IMG_0002.jpg", "IMG_0003.jpg"]
    assert [each.kind for each in field.evidence()] == ["after"] * 3
    assert all(tile.picture.pixmap().width() > 0 for tile in field.tiles)
    field.tiles[1].kind.setCurrentIndex(1)
    assert [each.kind for each in field.evidence()] == ["after", "before", "after"]


def test_it_is_busy_until_all_are_in(field: EvidenceField, qtbot: QtBot, picture: Picture) -> None:
    field.take([picture(), picture()])
    assert field.is_busy
    assert "of 2" in field.progress.text()
    qtbot.waitUntil(lambda: not field.is_busy)
    assert field.progress.isHidden()


def test_where_it_was_taken_is_held_against_the_place(field: EvidenceField, qtbot: QtBot, picture: Picture) -> None:
    _take(field, qtbot, picture(position=NEAR), picture(position=FAR), picture())
    words = [tile.position.text() for tile in field.tiles]
    assert words == ["Taken near the place", "Taken elsewhere, 1.1 km off", "No position"]
    near, far, none = field.evidence()
    assert (near.near, far.near, none.near) == (True, False, None)
    assert far.distance_m is not None and 1000 < far.distance_m < 1300
    assert none.distance_m is None


def test_a_place_that_is_known_later_is_held_against_them(seat: CaseSeat, qtbot: QtBot, picture: Picture) -> None:
    places: list[tuple[float, float]] = []
    field = EvidenceField(seat.desk, kinds=("before",), place=lambda: places[-1] if places else None)
    qtbot.addWidget(field)
    _take(field, qtbot, picture(position=NEAR))
    assert field.tiles[0].position.text() == ""
    assert field.evidence()[0].near is None
    places.append(FAR)
    field.check_places()
    assert "elsewhere" in field.tiles[0].position.text()


def test_bad_files_are_said_and_the_good_ones_kept(
    field: EvidenceField, qtbot: QtBot, picture: Picture, tmp_path: Path
) -> None:
    text, empty, huge, cut = (tmp_path / name for name in ("note.jpg", "empty.jpg", "huge.jpg", "cut.jpg"))
    text.write_text("bring milk and bread, and come home early")
    empty.write_bytes(b"")
    with huge.open("wb") as file:
        file.write(p.jpeg())
        file.truncate(60_000_000)
    cut.write_bytes(p.jpeg()[:-40])
    _take(field, qtbot, text, picture(), empty, huge, cut, tmp_path / "gone.jpg", tmp_path)
    assert len(field.evidence()) == 1
    said = field.problems.text()
    assert "note.jpg: This is something unknown" in said
    assert "empty.jpg: The file is empty" in said
    assert "huge.jpg: The file has 60 MB" in said
    assert "cut.jpg: The photograph is cut short" in said
    assert "2 more" in said
    assert "Taken in: 1 of 7." in said
    _take(field, qtbot, picture())
    assert field.problems.isHidden()


def test_the_same_photograph_is_taken_once(field: EvidenceField, qtbot: QtBot, picture: Picture) -> None:
    one, other = picture(), picture()
    _take(field, qtbot, one, one)
    assert len(field.evidence()) == 1
    assert "twice" in field.problems.text()
    _take(field, qtbot, other)
    field.on_case = frozenset({field.evidence()[1].id})
    field.clear()
    _take(field, qtbot, other)
    assert field.evidence() == ()


def test_one_is_left_out_again(field: EvidenceField, qtbot: QtBot, picture: Picture) -> None:
    _take(field, qtbot, picture(), picture())
    second = field.evidence()[1]
    field.tiles[0].remove_button.click()
    assert field.evidence() == (second,)
    _take(field, qtbot, picture())
    assert len(field.evidence()) == 2


def test_what_is_let_go_comes_no_more(field: EvidenceField, qtbot: QtBot, picture: Picture) -> None:
    field.take([picture(), picture()])
    field.clear()
    assert not field.is_busy
    qtbot.wait(60)
    assert field.evidence() == ()


def test_files_are_dropped(field: EvidenceField, qtbot: QtBot, picture: Picture) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture())), QUrl("https://example.org/x.jpg")])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    field.dropEvent(event)
    qtbot.waitUntil(lambda: not field.is_busy)
    assert len(field.evidence()) == 1


def test_no_more_than_a_case_carries(field: EvidenceField, tmp_path: Path) -> None:
    field.take([tmp_path / f"{number}.jpg" for number in range(MOST_FILES + 50)])
    assert field._asked == MOST_FILES
    field.clear()


def test_without_an_album_nothing_is_chosen(seat: CaseSeat, qtbot: QtBot, picture: Picture) -> None:
    seat.desk.album = None
    field = EvidenceField(seat.desk, kinds=("after",), place=lambda: None)
    qtbot.addWidget(field)
    assert not field.choose_button.isEnabled()
    assert "cannot be kept" in field.hint.text()
    field.take([picture()])
    assert not field.is_busy
