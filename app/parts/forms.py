"""Small parts that every panel uses: plain labels, captions, buttons with a role. Text from outside stays plain."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

NUMBER_INSET_PX = 7  # where the words of a line begin by the style sheet


class WrappedLabel(QLabel):
    """Wrap words at the width that there is; Qt alone would ask for the height of a column one word wide."""

    def minimumSizeHint(self) -> QSize:
        return QSize(1, self.heightForWidth(self.width() if self.width() > 100 else 360))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


def plain_label(words: str = "", *, role: str = "", wraps: bool = True) -> QLabel:
    """Return a label that never reads its words as HTML; `role` is the style sheet's."""
    label = WrappedLabel(words) if wraps else QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if wraps:
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if role:
        label.setProperty("role", role)
    if not words:
        label.hide()  # a label without words takes no room; `show_words` brings it back
    return label


def caption(words: str, buddy: QWidget) -> QLabel:
    """Return the caption of a field."""
    label = plain_label(words, role="muted", wraps=False)
    label.setBuddy(buddy)
    label.setMinimumHeight(buddy.sizeHint().height())
    return label


def button(words: str, do: Callable[[], object], *, role: str = "", tip: str = "") -> QPushButton:
    """Return a push button that Enter in a field never presses."""
    made = QPushButton(words)
    made.setAutoDefault(False)
    made.setAccessibleName(tip or words)
    if tip:
        made.setToolTip(tip)
    if role:
        made.setProperty("role", role)
    made.clicked.connect(lambda _=False: do())
    return made


def small_button(words: str, do: Callable[[], object], *, tip: str = "", role: str = "") -> QToolButton:
    """Return a small button for a row of them."""
    made = QToolButton()
    made.setText(words)
    made.setAccessibleName(tip or words)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if tip:
        made.setToolTip(tip)
    if role:
        made.setProperty("role", role)
    made.clicked.connect(lambda _=False: do())
    return made


def number_field() -> QSpinBox:
    """Return a field for a whole number."""
    made = QSpinBox()
    _inset(made)
    return made


def decimal_field() -> QDoubleSpinBox:
    """Return a field for a number with decimals."""
    made = QDoubleSpinBox()
    _inset(made)
    return made


def _inset(made: QAbstractSpinBox) -> None:
    """Keep the digits off the frame: Qt heeds no padding at the left where a style sheet paints the arrows."""
    made.lineEdit().setTextMargins(NUMBER_INSET_PX, 0, 0, 0)


def at_right(*parts: QWidget) -> QHBoxLayout:
    """Return a line at whose right end parts stand: the buttons of a form."""
    line = QHBoxLayout()
    line.addStretch(1)
    for part in parts:
        line.addWidget(part)
    return line


def give_key(made: QAbstractButton, keys: str) -> None:
    """Give a button a key, and say so where the mouse rests on it."""
    QShortcut(QKeySequence(keys), made, made.click)  # the button's own shortcut is lost at every new text
    made.setToolTip(f"{made.toolTip() or made.text()} ({keys})")


def show_words(label: QLabel, words: str, level: str = "") -> None:
    """Put words into a label that is seen only while it has some; `level` colours it by the style sheet."""
    if label.text() != words:
        label.setText(words)
    label.setVisible(bool(words))
    if label.property("level") != level:
        label.setProperty("level", level)
        label.style().unpolish(label)
        label.style().polish(label)
