"""The bar: every deed has a key and a name, dragging asks for moments, bookmarks are set, kept and jumped to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from app import theme
from app.replay.bar import ReplayBar
from app.replay.kept_marks import KeptMarks
from dispatch.replay.bookmarks import Bookmark, read_bookmarks
from tests.app.replay.conftest import Played

K, SHIFT, CTRL = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.db.bookmarks.json"


@pytest.fixture
def bar(played: Played, file: Path, qtbot: QtBot) -> Iterator[ReplayBar]:
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    made = ReplayBar(played.player, KeptMarks(file), "en")
    qtbot.addWidget(made)
    made.resize(1400, 80)
    made.show()
    qtbot.waitExposed(made)
    made.timeline.setFocus()
    yield made


def press(bar: ReplayBar, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(bar.timeline, key, held)


def test_keys_do_what_a_video_does(bar: ReplayBar, played: Played) -> None:
    player = played.player
    press(bar, K.Key_Space)
    assert player.is_playing and bar.play_button.accessibleName() == "Pause"
    press(bar, K.Key_Space)
    assert not player.is_playing and bar.play_button.accessibleName() == "Play"
    first = player.sequence
    press(bar, K.Key_Right)
    press(bar, K.Key_Right)
    assert player.sequence == first + 2
    press(bar, K.Key_Left)
    assert player.sequence == first + 1
    press(bar, K.Key_End)
    assert player.is_at_end
    press(bar, K.Key_Home)
    assert player.clock() == player.begins_at
    press(bar, K.Key_Right, SHIFT)
    press(bar, K.Key_Right, SHIFT)
    assert len(played.desk.state.incidents) == 2
    press(bar, K.Key_Left, SHIFT)
    assert len(played.desk.state.incidents) == 1
    press(bar, K.Key_Right, CTRL)
    alarm = player.sequence
    press(bar, K.Key_Right, CTRL)
    press(bar, K.Key_Left, CTRL)
    assert player.sequence == alarm
    at = player.clock()
    press(bar, K.Key_PageDown)
    assert player.clock() == at + timedelta(hours=1)
    press(bar, K.Key_PageUp)
    assert player.clock() == at


def test_brackets_change_the_speed_on_any_keyboard(bar: ReplayBar, played: Played) -> None:
    QTest.keyClicks(bar.timeline, "]]]")
    assert played.player.speed == 10 and bar.speed.value() == 10
    QTest.keyClicks(bar.timeline, "[")
    assert played.player.speed == 5
    bar.speed.setValue(333)
    assert played.player.speed == 333
    assert (bar.speed.minimum(), bar.speed.maximum()) == (1, 1000)


def test_a_step_stops_the_play_and_says_where_there_is_none(bar: ReplayBar, played: Played) -> None:
    press(bar, K.Key_End)
    press(bar, K.Key_Right)
    assert "after" in bar.said.accessibleName()
    press(bar, K.Key_Home)
    played.player.play()
    press(bar, K.Key_Right)
    assert not played.player.is_playing


def test_a_button_takes_the_bars_keys_and_its_own_space(bar: ReplayBar, played: Played) -> None:
    bar.end_button.setFocus()
    first = played.player.sequence
    QTest.keyClick(bar.end_button, K.Key_Right)
    assert played.player.sequence == first + 1
    QTest.keyClick(bar.end_button, K.Key_Space)
    assert played.player.is_at_end


def test_dragging_asks_for_moments(bar: ReplayBar, played: Played, qtbot: QtBot) -> None:
    line, player = bar.timeline, played.player
    middle = line.rect().center()
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: player.sequence > 10)
    wanted = line.moment_at(middle.x())
    assert player.clock() == wanted and player.sequence == player.tape.find(wanted)
    QTest.mouseMove(line, QPoint(line.width() - 2, middle.y()))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=QPoint(line.width() - 2, middle.y()))
    qtbot.waitUntil(lambda: player.is_at_end)


def test_points_and_moments_agree(bar: ReplayBar, played: Played) -> None:
    line, player = bar.timeline, played.player
    span = player.ends_at - player.begins_at
    for share in (0.0, 0.1, 0.5, 0.99, 1.0):
        at = player.begins_at + span * share
        assert abs(line.moment_at(line.x_of(at)) - at) < timedelta(milliseconds=10)
    assert line.moment_at(-50) == player.begins_at
    assert line.moment_at(99_999) == player.ends_at


def test_the_whole_bar_can_be_heard(bar: ReplayBar) -> None:
    for part in bar.findChildren(QAbstractButton):
        assert part.accessibleName() or part.text(), part
    for part in (*bar.findChildren(QLineEdit), *bar.findChildren(QSpinBox), bar.timeline):
        if part.objectName() != "qt_spinbox_lineedit":
            assert part.accessibleName()
    assert bar.timeline.accessibleDescription().count("entry") == 1
    heard = QAccessible.queryAccessibleInterface(bar.timeline)
    assert heard is not None and heard.role() == QAccessible.Role.Slider
    bar.timeline.triggerAction(bar.timeline.SliderAction.SliderPageStepAdd)  # what an aid to reading does


def test_a_bookmark_is_named_kept_and_jumped_to(bar: ReplayBar, played: Played, file: Path, qtbot: QtBot) -> None:
    player = played.player
    player.jump_to(60)
    press(bar, K.Key_B)
    assert bar.bookmarks.name.hasFocus()
    QTest.keyClicks(bar.bookmarks.name, "The roof falls")
    QTest.keyClick(bar.bookmarks.name, K.Key_Return)
    assert bar.timeline.hasFocus()
    assert "The roof falls" in bar.said.accessibleName()
    qtbot.waitUntil(file.is_file)
    [kept] = read_bookmarks(file)
    assert (kept.sequence, kept.at, kept.name) == (60, player.tape.moment(60), "The roof falls")
    player.to_end()
    bar.bookmarks.take(kept)
    assert player.sequence == 60
    bar.bookmarks.menu.aboutToShow.emit()
    assert any("The roof falls" in action.text() for action in bar.bookmarks.menu.actions())
    bar.bookmarks.delete_here()
    qtbot.waitUntil(lambda: read_bookmarks(file) == ())


def test_escape_names_nothing_and_enter_that_commits_a_word_neither(bar: ReplayBar, played: Played) -> None:
    press(bar, K.Key_B)
    QTest.keyClick(bar.bookmarks.name, K.Key_Escape)
    assert not bar.bookmarks.name.isVisible() and bar._marks.all == ()
    press(bar, K.Key_B)
    QApplication.sendEvent(bar.bookmarks.name, QInputMethodEvent("huo", []))
    QTest.keyClick(bar.bookmarks.name, K.Key_Return)
    assert bar.bookmarks.name.isVisible() and bar._marks.all == ()


def test_a_bookmark_of_another_log_goes_to_its_instant(bar: ReplayBar, played: Played) -> None:
    player = played.player
    at = player.tape.moment(50)
    bar.bookmarks.take(Bookmark(at, 10**9, "moved log"))
    assert player.clock() == at
    bar.bookmarks.take(Bookmark(player.ends_at + timedelta(days=9), 3, "later than all"))
    assert player.is_at_end


def test_a_broken_file_of_bookmarks_is_said_and_stays(played: Played, file: Path, qtbot: QtBot) -> None:
    file.write_text("not a list")
    marks = KeptMarks(file)
    bar = ReplayBar(played.player, marks, "en")
    qtbot.addWidget(bar)
    with qtbot.waitSignal(marks.bad):
        marks.read()
    assert "left as they are" in bar.said.accessibleName()
    played.player.jump_to(9)
    bar.bookmarks.ask_name()
    bar.bookmarks.set_here()
    assert "not kept" in bar.said.accessibleName()
    assert file.read_text() == "not a list"


def test_the_bar_stands_in_a_narrow_window_in_both_looks_and_languages(
    played: Played, file: Path, qtbot: QtBot
) -> None:
    app = QApplication.instance()
    for look in theme.THEMES:
        theme.put_on(app, look)  # type: ignore[arg-type]
        for language in ("en", "zh"):
            bar = ReplayBar(played.player, KeptMarks(file), language)
            qtbot.addWidget(bar)
            bar.show()
            assert bar.minimumSizeHint().width() <= 950
            bar.resize(950, bar.sizeHint().height())
            picture = bar.grab().toImage()
            assert picture.width() >= 950
            for part in bar.findChildren(QAbstractButton):
                assert part.width() >= part.minimumSizeHint().width()
