"""Dresses the tables whose rows are records: one is taken at a time, nothing is edited, and Tab goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QTableView

AIR_PX = 7


def dress_records(table: QTableView, name: str) -> None:
    """Let a table show one record a row, under the name by which a screen reader calls it."""
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + AIR_PX)
    table.horizontalHeader().setHighlightSections(False)
