"""The attribute table: rows found and sorted, cells as plain text, formulas made harmless, picks both ways."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.layers.book import LayerBook
from app.layers.table_rows import cells_of, one_row, rows_of, safe_cell
from app.layers.table_window import TableWindow
from gis.city import City
from maps.user_layers import Condition, Look


def kinds(city: City, rows: object) -> list[str]:
    layer = city.layer("trees")
    return [one_row(layer, int(row))["kind"] for row in rows]  # type: ignore[attr-defined]


def test_rows_are_sorted_with_the_unknown_last(city: City, book: LayerBook) -> None:
    layer = city.layer("trees")

    def heights(is_falling: bool) -> list[str]:
        rows = rows_of(layer, Look(), only_drawn=False, words="", sort=("height", is_falling))
        return [one_row(layer, int(row))["height"] for row in rows]

    assert heights(False) == ["7", "12.5", "30", ""]
    assert heights(True) == ["30", "12.5", "7", ""]
    rows = rows_of(layer, Look(), only_drawn=False, words="", sort=("kind", False))
    assert kinds(city, rows) == ["lime", "oak", "oak", ""]


def test_rows_hold_every_word_in_some_field(city: City, book: LayerBook) -> None:
    layer = city.layer("trees")

    def found(words: str, look: Look = Look(), only_drawn: bool = False) -> int:  # noqa: B008
        return len(rows_of(layer, look, only_drawn=only_drawn, words=words, sort=None))

    assert (found("OAK"), found("oak 30"), found("中山"), found("pine")) == (2, 1, 1, 0)
    filtered = Look(conditions=(Condition("height", ">", "10"),))
    assert (found("", filtered, True), found("lime", filtered, True), found("lime", filtered)) == (2, 0, 1)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"), ("\u00a0=1", "'\u00a0=1"), ("fine\n=1", "fine\n'=1"), ("\t=1", "'\t=1"),
        ("-12.5", "-12.5"), ("+3", "+3"), ("oak", "oak"), ("a\x00b", "ab"), ("\ud800", "?"), ("", ""),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


def test_a_table_is_written_as_a_spreadsheet_reads_it(city: City, book: LayerBook) -> None:
    cells = cells_of(city.layer("trees"))
    rows = list(csv.reader(io.StringIO("".join(cells.csv(np.arange(4))), newline="")))
    assert len(rows) == 5 and set(rows[0]) >= {"kind", "height", "note"}
    notes = {row[rows[0].index("note")] for row in rows[1:]}
    assert notes == {"'=1+1", "", "<b>old</b>", "中山路"}


@pytest.fixture
def table(qtbot: QtBot, book: LayerBook, city: City) -> TableWindow:
    made = TableWindow(book, "trees", city.layer("trees"))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the test closes it
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.model.text(0, 0) != "·", timeout=3_000)
    return made


def test_rows_and_the_map_select_each_other(qtbot: QtBot, table: TableWindow, book: LayerBook) -> None:
    table._on_head(table.model.columns.index("height"))
    qtbot.waitUntil(lambda: table.model.rows.tolist() != [0, 1, 2, 3] or not table.said.text().startswith("Looking"))
    table.view.selectRow(0)
    first = int(table.model.rows[0])
    assert book.picked[0] == "trees" and book.picked[1].tolist() == [first]
    last = int(table.model.rows[3])
    book.pick("trees", [last, first])
    selected = sorted(index.row() for index in table.view.selectionModel().selectedRows())
    assert selected == [0, 3]
    boxes = []
    table.zoom_wanted.connect(boxes.append)
    table.zoom()
    west, _, east, _ = boxes[0]
    assert east - west > 20
    book.pick("", ())
    assert not table.view.selectionModel().hasSelection()


def test_what_is_found_copied_and_exported(qtbot: QtBot, table: TableWindow, tmp_path: Path) -> None:
    table.find.setText("oak")
    qtbot.waitUntil(lambda: table.model.rowCount() == 2, timeout=3_000)
    table.copy()
    assert QGuiApplication.clipboard().text().count("oak") == 2
    file = tmp_path / "out.csv"
    table.export(file)
    qtbot.waitUntil(file.exists, timeout=3_000)
    written = file.read_text("utf-8-sig")
    assert written.count("oak") == 2 and "'=1+1" in written and "lime" not in written
    assert not list(tmp_path.glob(".*.part"))


def test_cells_are_plain_text(table: TableWindow) -> None:
    model = table.model
    column = model.columns.index("note")
    shown = {model.data(model.index(row, column)) for row in range(model.rowCount())}
    assert "<b>old</b>" in shown
    assert model.data(model.index(0, 0), Qt.ItemDataRole.EditRole) is None


def test_the_table_goes_with_its_layer(qtbot: QtBot, table: TableWindow, book: LayerBook) -> None:
    with qtbot.waitSignal(table.closed):
        book.apply(book.listing.without("trees"))


def test_a_click_on_a_head_sorts_and_selects_nothing(qtbot: QtBot, table: TableWindow, book: LayerBook) -> None:
    header = table.view.horizontalHeader()
    place = table.model.columns.index("height")
    at = QPoint(header.sectionViewportPosition(place) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    column = table.model.columns.index("height")
    qtbot.waitUntil(lambda: table.model.text(0, column) == "7", timeout=3_000)
    assert book.picked[0] == "" and header.sortIndicatorSection() == place
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    qtbot.waitUntil(lambda: table.model.text(0, column) == "30", timeout=3_000)
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
