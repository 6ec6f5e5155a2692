"""The line above the page: which files are read together and which is which, one of them shown below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from app.history_in.sources import MOST, Source
from app.parts.forms import small_button
from app.wording import one_line, text, tooltip

LONGEST_NAME = 40


class FilesBar(QWidget):
    """Show the files; `chosen` and `dropped` carry the place of one, `add_wanted` asks for another."""

    chosen = Signal(int)
    dropped = Signal(int)
    add_wanted = Signal()

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._group = QButtonGroup(self)
        self.files: list[QToolButton] = []
        self.crosses: list[QToolButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for place in range(MOST):
            file = small_button("", lambda place=place: self.chosen.emit(place), role="tab")
            file.setCheckable(True)
            cross = small_button("✕", lambda place=place: self.dropped.emit(place), role="flat")
            self._group.addButton(file)
            self.files.append(file)
            self.crosses.append(cross)
            row.addWidget(file)
            row.addWidget(cross)
            row.addSpacing(8)
        self.add = small_button(
            text("history.add", language), self.add_wanted.emit, tip=text("history.add_tip", language)
        )
        row.addWidget(self.add)

    def show_files(self, sources: Sequence[Source], current: int) -> None:
        """Show the files that were looked at, what each of them is, and which of them stands below."""
        for place, (file, cross) in enumerate(zip(self.files, self.crosses, strict=True)):
            is_there = place < len(sources)
            file.setVisible(is_there)
            cross.setVisible(is_there and len(sources) > 1)
            if not is_there:
                continue
            source = sources[place]
            name = one_line(source.file.name, LONGEST_NAME)
            key = "history.is_units" if source.tells_units else "history.is_incidents"
            words = text(key, self._language, file=name)
            file.setText(f"{place + 1} · {words}" if len(sources) > 1 else words)
            file.setAccessibleName(file.text())
            file.setToolTip(tooltip(str(source.file)))
            file.setChecked(place == current)
            cross.setToolTip(text("history.drop_file", self._language, file=tooltip(source.file.name)))
            cross.setAccessibleName(text("history.drop_file", self._language, file=name))
        self.add.setVisible(len(sources) == 1)
