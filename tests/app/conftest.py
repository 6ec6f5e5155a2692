"""What tests of the program share: a finished test leaves neither windows nor a look to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget


def windows() -> dict[int, QWidget]:
    """Return every window that hangs on no other, by the address of its object."""
    return {
        shiboken6.getCppPointer(one)[0]: one for one in QApplication.topLevelWidgets() if one.parentWidget() is None
    }


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Destroy the windows that a test opened, and take off the look that it put on.

    What is deleted later, outside any loop of events, is deleted in the next loop that runs; few tests run one. Whoever
    then puts on a look or a font pays for every widget that is left: seconds in each test, after some windows.
    """
    before = set(windows())  # those of a module's fixtures live on
    theme, style_sheet, palette, font = qapp.property("theme"), qapp.styleSheet(), qapp.palette(), qapp.font()
    yield
    for address, window in windows().items():
        if address not in before:
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if qapp.styleSheet() != style_sheet:
        qapp.setProperty("theme", theme)
        qapp.setStyleSheet(style_sheet)
        qapp.setPalette(palette)
        qapp.setFont(font)
