"""The rows of a layer's attribute table: which features, in which order. Pure, and quick for millions of them."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from csv import writer as csv_writer
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.field_values import UNKNOWN, coded, is_text, numbers, written
from maps.user_layers import Look

CSV_ROWS = 2_000
_FORMULA = re.compile(r"^[\s\u00a0\ufeff]*[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?$")


def rows_of(
    layer: LayerColumns, look: Look, *, only_drawn: bool, words: str, sort: tuple[str, bool] | None
) -> NDArray[np.int64]:
    """Find the features of a table: those that hold every word in some field, sorted by a column (True: falling).

    only_drawn: leave out what the look's conditions and classes leave out. Unknown values stand last either way.
    """
    keep = np.ones(layer.count, bool)
    if only_drawn:
        from maps.user_style import drawn

        keep &= drawn(layer, look).classes >= 0
    for word in words.casefold().split():
        keep &= _holding(layer, word)
    rows = np.flatnonzero(keep)
    if sort is None:
        return rows
    column, is_falling = sort
    keys = _keys(layer, column)[rows]
    known = np.isfinite(keys)
    order = np.argsort(-keys[known] if is_falling else keys[known], kind="stable")
    return np.concatenate((rows[known][order], rows[~known]))


def _holding(layer: LayerColumns, word: str) -> NDArray[np.bool_]:
    found = np.zeros(layer.count, bool)
    for column in layer.columns():  # numbers are looked through as they are written
        codes, texts = coded(layer, column)
        holds = np.array([*(word in text.casefold() for text in texts), False])
        found |= holds[codes]
    return found


def _keys(layer: LayerColumns, column: str) -> NDArray[np.float64]:
    """Return a number a feature by which a column sorts: numbers by size, texts by the alphabet, case aside."""
    if not is_text(layer, column):
        return numbers(layer, column)
    codes, texts = coded(layer, column)
    order = sorted(range(len(texts)), key=lambda i: (texts[i].casefold(), texts[i]))
    rank = np.empty(len(texts) + 1)
    rank[np.array(order, dtype=np.int64)] = np.arange(len(texts))
    rank[UNKNOWN] = np.nan
    return rank[codes]


@dataclass(frozen=True, slots=True)
class Cells:
    """A layer's attributes as they stand in its file, read whole: a million rows take a third of a second."""

    columns: tuple[str, ...]
    values: tuple[Any, ...]  # arrays of pyarrow

    @classmethod
    def read(cls, layer: LayerColumns) -> Cells:
        """Read all columns. Raises LayerError or OSError for a file that is gone or broken."""
        import pyarrow.parquet as parquet

        columns = layer.columns()
        with parquet.ParquetFile(layer.folder / "attributes.parquet") as file:
            table = file.read(columns=list(columns)).combine_chunks()
        return cls(columns, tuple(table.column(name) for name in columns))

    def text(self, feature: int, column: int) -> str:
        """Return a cell's text, "" where nothing is known."""
        return worded(self.values[column][feature].as_py())

    def csv(self, rows: NDArray[np.int64]) -> Iterator[str]:
        """Write rows as CSV, the head first. A cell that a spreadsheet would run gets a quote before it."""
        out = io.StringIO()
        write = csv_writer(out, lineterminator="\r\n").writerow
        write([safe_cell(name) for name in self.columns])
        for first in range(0, len(rows), CSV_ROWS):
            some = rows[first : first + CSV_ROWS]
            lists = [column.take(some).to_pylist() for column in self.values]
            for row in zip(*lists, strict=True):
                write([safe_cell(worded(value)) for value in row])
            yield out.getvalue()
            out.seek(0)
            out.truncate()
        yield out.getvalue()


def cells_of(layer: LayerColumns) -> Cells:
    """Return a layer's cells, read once and kept. Raises as `Cells.read`."""
    if "cells" not in layer._cache:
        layer._cache["cells"] = Cells.read(layer)
    cells: Cells = layer._cache["cells"]
    return cells


def one_row(layer: LayerColumns, feature: int) -> dict[str, str]:
    """Return one feature's attributes as texts, by field."""
    cells = cells_of(layer)
    return {name: cells.text(feature, place) for place, name in enumerate(cells.columns)}


def worded(value: object) -> str:
    """Word a value of a cell as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return written(value) if math.isfinite(value) else ""
    return str(value)


def safe_cell(text: str) -> str:
    """Make a cell's text harmless for spreadsheets: no formula, also after a line break; plain numbers stay."""
    text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if _NUMBER.match(text):
        return text
    lines = re.split(r"(\r\n|\r|\n)", text)
    return "".join("'" + line if _FORMULA.match(line) and line.strip() else line for line in lines)
