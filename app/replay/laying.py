"""Lays out what another moment changed before it is painted: a list laid out after its first paint is painted twice."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget


def lay_out(window: QWidget) -> None:
    """Give every widget of the window the place, and every list in sight the rows, that it is to be painted with."""
    _place()
    for view in window.findChildren(QAbstractItemView):
        if view.isVisible():
            view.doItemsLayout()
    _place()


def _place() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
