from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyleOptionHeader, QTableView, QWidget
from pytestqt.qtbot import QtBot

import app as house
from app import theme
from app.parts.forms import decimal_field, number_field

CELL_BEGINS_PX = 3  # where Qt lays the words of a cell


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    theme.put_on(qapp, "night")
    return qapp


def _begins_px(line: QLineEdit, field: QWidget) -> int:
    line.setCursorPosition(0)
    return line.mapTo(field, line.cursorRect().center()).x()


@pytest.mark.parametrize("make", [number_field, decimal_field])
def test_digits_begin_where_the_words_of_a_line_begin(dressed: QApplication, qtbot: QtBot, make: type[QWidget]) -> None:
    number, line = make(), QLineEdit("words")
    for each in (number, line):
        qtbot.addWidget(each)
        each.resize(120, each.sizeHint().height())
        each.show()
    inner = number.findChild(QLineEdit)
    assert isinstance(inner, QLineEdit)
    assert abs(_begins_px(inner, number) - _begins_px(line, line)) <= 1


def test_no_number_field_is_made_elsewhere() -> None:
    [place] = house.__path__
    made = [
        file.relative_to(place).as_posix()
        for file in Path(place).rglob("*.py")
        if re.search(r"\bQ(Double)?SpinBox\(", file.read_text(encoding="utf-8"))
    ]
    assert made == ["parts/forms.py"]


def test_a_heading_stands_right_over_its_cells(dressed: QApplication, qtbot: QtBot) -> None:
    model = QStandardItemModel(1, 1)
    model.setHorizontalHeaderLabels(["Name"])
    model.setItem(0, 0, QStandardItem("cell"))
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    across = table.horizontalHeader()
    table.show()
    option = QStyleOptionHeader()
    across.initStyleOptionForIndex(option, 0)
    option.rect.setWidth(100)
    words = across.style().subElementRect(QStyle.SubElement.SE_HeaderLabel, option, across)
    assert words.left() - option.rect.left() == CELL_BEGINS_PX
