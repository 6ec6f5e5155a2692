"""Widgets that wrap: where they stand, how high that is, and that nothing of Qt's layouts is held in Python."""

from __future__ import annotations

import ast
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.parts.flow import Flow

HOUSE = Path(__file__).resolve().parents[3]


class Block(QWidget):
    """A widget of a known size."""

    def __init__(self, width: int = 100) -> None:
        super().__init__()
        self._width = width

    def sizeHint(self) -> QSize:
        return QSize(self._width, 20)


def flow(qtbot: QtBot, *blocks: QWidget, width: int = 220) -> Flow:
    made = Flow(spacing=4)
    qtbot.addWidget(made)
    for block in blocks:
        made.add(block)
    made.resize(width, 200)
    made.show()
    return made


def places(*blocks: QWidget) -> list[tuple[int, int]]:
    return [(block.x(), block.y()) for block in blocks]


def test_what_has_no_room_goes_on_in_the_next_line(qtbot: QtBot) -> None:
    blocks = [Block() for _ in range(3)]
    made = flow(qtbot, *blocks)
    assert places(*blocks) == [(0, 0), (104, 0), (0, 24)]
    assert (made.heightForWidth(220), made.heightForWidth(400), made.heightForWidth(100)) == (44, 20, 68)
    made.resize(400, 200)
    assert places(*blocks) == [(0, 0), (104, 0), (208, 0)]


def test_one_wider_than_the_room_is_cut_to_it(qtbot: QtBot) -> None:
    block = Block(500)
    made = flow(qtbot, block)
    assert (made.width(), block.width()) == (220, 220)


def test_what_is_hidden_takes_no_room_and_comes_back(qtbot: QtBot) -> None:
    blocks = [Block() for _ in range(3)]
    made = flow(qtbot, *blocks)
    blocks[0].hide()
    qtbot.waitUntil(lambda: blocks[1].x() == 0)
    assert made.heightForWidth(220) == 20
    blocks[0].show()
    qtbot.waitUntil(lambda: blocks[1].x() == 104)


def test_one_that_is_added_later_is_seen(qtbot: QtBot) -> None:
    made = flow(qtbot, Block())
    late, hidden = Block(), Block()
    hidden.hide()
    made.add(late)
    made.add(hidden)
    assert late.isVisible() and late.x() == 104 and hidden.isHidden()


def test_the_place_round_it_grows_with_its_lines(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    made = Flow()
    column.addWidget(made)
    column.addStretch(1)
    holder.resize(220, 300)
    holder.show()
    for _ in range(5):
        made.add(Block())
    qtbot.waitUntil(lambda: made.height() == 68)


def test_what_is_let_go_leaves_and_what_is_kept_comes_again(qtbot: QtBot) -> None:
    blocks = [Block() for _ in range(3)]
    made = flow(qtbot, *blocks)
    made.drop(blocks[0])
    assert blocks[1].x() == 0
    made.empty(keeps=blocks[2])
    assert made.heightForWidth(220) == 0 and not blocks[2].isHidden()
    made.add(blocks[2])
    assert places(blocks[2]) == [(0, 0)]


def test_no_layout_and_no_item_of_one_is_held_in_python() -> None:
    """Their wrappers outlive them: Qt for Python then gives out one thing for another."""
    found = []
    for file in [*(HOUSE / "app").rglob("*.py"), *(HOUSE / "maps").rglob("*.py")]:
        words = file.read_text(encoding="utf-8")
        if "takeAt" not in words and "QLayout" not in words:
            continue
        for node in ast.walk(ast.parse(words)):
            name = getattr(node, "attr", getattr(node, "id", ""))
            if name in ("takeAt", "QLayout", "QLayoutItem"):
                found.append(f"{file.relative_to(HOUSE)}:{node.lineno}")
    assert not found
