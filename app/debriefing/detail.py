"""What is said of the decision in hand: the verdict, the three columns side by side, and the reasons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.debriefing.decision_parts import HEADINGS, columns_told, decision_rows
from app.debriefing.names import Names, is_bad
from app.debriefing.words import breach_words, cover_words, reasons, verdict_words, where_words
from app.parts.forms import plain_label, show_words
from app.wording import label, text
from dispatch.exercise import score_records as r

FIRST_PX = 124  # what is told in a row, on one line
LEVELS = {r.AS_BEST: "good", r.AS_QUICK: "good", r.QUICKER: "good"}


class Detail(QScrollArea):
    """Tell of one decision in words."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(text("debrief.decision", language))
        self.title = plain_label(text("debrief.pick", language), role="title")
        self.where = plain_label(role="muted")
        self.verdict = plain_label()
        self.reasons = plain_label()
        self.cover = plain_label(role="muted")
        self._cells: list[QLabel] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(7)
        for made in (self.title, self.where, self.verdict):
            column.addWidget(made)
        column.addLayout(self._grid)
        for made in (self.reasons, self.cover):
            column.addWidget(made)
        column.addStretch(1)
        self.setWidget(inner)

    def show_decision(self, names: Names, place: int) -> None:
        """Tell of the decision at a place of the score."""
        language = self._language
        decision = names.material.debriefing.score.decisions[place]
        kind = label("debrief_kind", decision.kind, language)
        show_words(self.title, f"{names.clock(decision.at_s)} · {names.incident(decision.incident)} · {kind}")
        show_words(self.where, where_words(decision, names) if decision.incident else names.trainee(decision.trainee))
        level = "alarm" if is_bad(decision) else LEVELS.get(decision.verdict, "")
        show_words(self.verdict, verdict_words(decision, language), level)
        self._fill(names, place)
        said = [*(breach_words(each, names) for each in decision.breaches), *reasons(decision, names)]
        show_words(self.reasons, "\n".join(f"•  {words}" for words in said))
        show_words(self.cover, "\n".join(cover_words(decision, names)))
        self.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Tell of nothing."""
        self._empty()
        show_words(self.title, text("debrief.pick", self._language))
        for made in (self.where, self.verdict, self.reasons, self.cover):
            show_words(made, "")

    def cells(self) -> list[str]:
        """Return the words of the three columns, row by row."""
        return [each.text() for each in self._cells]

    def _fill(self, names: Names, place: int) -> None:
        self._empty()
        decision = names.material.debriefing.score.decisions[place]
        rows = decision_rows(decision, names)
        for across, column in enumerate(columns_told(names), start=1):
            self._put(plain_label(text(HEADINGS[column], self._language), role="muted"), 0, across)
            self._grid.setColumnStretch(across, 1)
        for down, cells in enumerate(rows, start=1):
            for across, words in enumerate(cells):
                made = plain_label(words or " ", role="muted" if across == 0 else "")
                made.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                self._put(made, down, across)
        self._grid.setColumnMinimumWidth(0, FIRST_PX)

    def _put(self, cell: QLabel, down: int, across: int) -> None:
        self._grid.addWidget(cell, down, across)
        self._cells.append(cell)

    def _empty(self) -> None:
        cells, self._cells = self._cells, []
        for each in cells:
            self._grid.removeWidget(each)
            each.hide()
            each.deleteLater()
