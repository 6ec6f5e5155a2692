"""The room on the strip: calm, an old picture, a clock that is off; the worst of them is said."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.room.told import RoomTold, failure_words
from app.window.room_cell import RoomCell, age_words, signed
from dispatch.follower import Picture
from dispatch.log import NotSaved
from tests.app.rooms import room


class Link(QObject):
    """A link to a server that a test speaks for."""

    picture_changed = Signal(object, float)
    drift_changed = Signal(float)
    caught_up = Signal(int)
    is_room = True
    head = 0

    def __init__(self) -> None:
        super().__init__()
        self.picture, self.age_s, self.drift_s = Picture(is_connected=True), 0.0, None

    def lose(self, age_s: float, code: str = "timeout") -> None:
        self.picture, self.age_s = Picture(is_connected=False, code=code), age_s
        self.picture_changed.emit(self.picture, age_s)

    def find(self) -> None:
        self.picture = Picture(is_connected=True)
        self.picture_changed.emit(self.picture, 0.0)

    def drift(self, ahead_s: float) -> None:
        self.drift_s = ahead_s
        self.drift_changed.emit(ahead_s)


def test_a_desk_on_a_log_of_its_own_has_no_room(qtbot: QtBot) -> None:
    cell = RoomCell(room().desk)
    qtbot.addWidget(cell)
    assert cell.isHidden()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_worst_that_there_is_to_say_is_said(qtbot: QtBot, language: str) -> None:
    desk, link = room().desk, Link()
    desk.language, desk.room = language, link
    cell = RoomCell(desk)
    qtbot.addWidget(cell)

    def shown() -> tuple[str, str, str]:
        return cell.caption.text(), cell.value.text(), cell.value.property("level")

    calm = shown()
    assert calm[2] == "good"
    cell.show_calm("3 seats", "anna, bela, carla")
    assert shown()[1] == "3 seats"
    link.drift(0.9)
    assert shown()[1] == "3 seats"
    link.drift(3.24)
    assert "+3.2" in shown()[1] and shown()[2] == "warning"
    assert "3.2" in cell.toolTip()
    link.drift(-12.4)
    assert "−12" in shown()[1]
    link.lose(12.2)
    assert "12" in shown()[1] and "+" not in shown()[1] and shown()[2] == "alarm"
    assert shown()[0] in cell.accessibleName() and shown()[1] in cell.accessibleName()
    link.head = desk.state.sequence + 1_204
    link.find()
    assert "1,204" in shown()[1] and shown()[2] == "alarm" and "1,204" in cell.toolTip()
    link.head = desk.state.sequence
    desk.ticked.emit(None)
    assert "+" not in shown()[1] and "12" in shown()[1] and shown()[2] == "warning"
    link.lose(72.0)
    assert "1:12" in shown()[1]
    link.find()
    link.drift(0.1)
    assert shown() == (calm[0], "3 seats", "good")


def test_ages_and_drifts_are_worded() -> None:
    assert [age_words(age, "en") for age in (0.4, 12, 59.4, 59.6, 3723)] == ["0 s", "12 s", "59 s", "1:00", "1:02:03"]
    assert [signed(drift) for drift in (1.04, -2.5, 90, -4000)] == ["+1.0", "−2.5", "+90", "−4,000"]


def test_what_was_sent_and_what_was_not_are_told_apart() -> None:
    words = [failure_words(NotSaved(code, "raw"), language="en") for code in ("away", "connection_lost", "disk_full")]
    assert "nothing was sent" in words[0] and "fell silent" in words[1] and words[2] == "raw"
    assert failure_words(ZeroDivisionError(), language="zh") == "ZeroDivisionError"


def test_whatever_a_store_fails_with_is_said_in_the_language_of_the_desk() -> None:
    codes = set(re.findall(r"`(\w+)`", NotSaved.__doc__ or "")) - {"code"}
    assert len(codes) > 12
    for code in codes:
        words = failure_words(NotSaved(code, "raw words"), language="zh")
        assert re.search("[\u4e00-\u9fff]", words), code
    assert "raw words" in failure_words(NotSaved("disk_full", "raw words"), language="zh")  # nothing is lost of it


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("timeout", "does not answer"),
        ("altered", "cannot be read: altered"),
        ("unknown_event", "Update this seat"),
        ("newer_schema", "Update this seat"),
    ],
)
def test_an_older_seat_says_that_it_must_be_updated(code: str, told: str) -> None:
    one, link = room(), Link()
    said: list[str] = []
    one.desk.said.connect(lambda level, words: said.append(words))
    watching = RoomTold(one.desk, link, one.bridge)  # type: ignore[arg-type]
    link.lose(1.0, code)
    assert [told in words for words in said] == [True], said
    assert watching.parent() is link
