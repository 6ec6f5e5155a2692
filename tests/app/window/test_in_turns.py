"""What is large is made in parts, one a turn; whoever stops it leaves nothing behind."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.window.in_turns import DRESSED_A_TURN, InTurns, Parts, at_once, dressed

PARTS = 6


class Made:
    """Parts that say what became of them."""

    def __init__(self, fails_at: int = -1) -> None:
        self.done: list[int] = []
        self.was_put_away = False
        self._fails_at = fails_at

    def parts(self) -> Parts[str]:
        try:
            for number in range(PARTS):
                if number == self._fails_at:
                    raise ValueError("a part")
                self.done.append(number)
                yield
        except BaseException:
            self.was_put_away = True
            raise
        return "whole"


def test_all_at_once_gives_what_was_made() -> None:
    assert at_once(Made().parts()) == "whole"


def test_between_two_parts_others_have_their_turn(qtbot: QtBot) -> None:
    made, parent, seen = Made(), QObject(), list[int]()
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: seen.append(len(made.done)))
    beat.start()
    in_turns = InTurns(made.parts(), parent)
    assert not made.done  # the first comes in the next turn
    qtbot.waitUntil(lambda: len(made.done) == PARTS)
    beat.stop()
    assert set(range(1, PARTS)) <= set(seen)
    qtbot.waitUntil(lambda: not parent.children())  # nothing of it stays
    in_turns.stop()  # and nothing is wrong with that
    assert not made.was_put_away


def test_what_is_stopped_is_put_away_and_makes_no_more(qtbot: QtBot) -> None:
    made, parent = Made(), QObject()
    in_turns = InTurns(made.parts(), parent)
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: in_turns.stop() if len(made.done) == 2 else None)
    beat.start()
    qtbot.waitUntil(lambda: not parent.children())
    assert made.was_put_away and len(made.done) == 2


def test_a_part_that_fails_ends_it_and_is_told(qtbot: QtBot) -> None:
    made, parent = Made(fails_at=3), QObject()
    with qtbot.captureExceptions() as told:
        InTurns(made.parts(), parent)
        qtbot.waitUntil(lambda: not parent.children())
    assert [str(each[1]) for each in told] == ["a part"] and made.done == [0, 1, 2]


@pytest.mark.parametrize("count", [0, DRESSED_A_TURN - 1, 3 * DRESSED_A_TURN])
def test_many_widgets_are_dressed_over_several_turns(qtbot: QtBot, count: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    for _ in range(count):
        QWidget(window)
    assert len(list(dressed(window))) == count // DRESSED_A_TURN
