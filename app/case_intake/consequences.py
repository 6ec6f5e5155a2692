"""What a report would mean, said while it is written: danger or emergency, who answers, when due, when it is filed."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.case_ground.advice import Advice, answer_words
from app.case_ground.on_ground import OnGround
from app.cases.words import limit_words, when_words
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.wording import one_line, text
from dispatch.standards import Standard


class Consequences(QWidget):
    """Show it in a few quiet lines; what happens at once stands first and is loud."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.at_once = plain_label()
        self.answers = plain_label()
        self.due = plain_label()
        self.filed = plain_label(role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for each in (self.at_once, self.answers, self.due, self.filed):
            layout.addWidget(each)

    def show_class(self, standard: Standard | None, advice: Advice | None, at: datetime) -> None:
        """Say what follows from a class at a place; None: no class is known yet, or the place is not."""
        show_words(self.at_once, *self._at_once(standard))
        show_words(self.filed, self._filed(standard))
        if advice is None or standard is None:
            show_words(self.answers, "")
            show_words(self.due, "")
            return
        show_words(self.answers, *answer_words(self._desk.state, advice.answer, self._desk.language))
        zone, language = self._desk.state.time_zone, self._desk.language
        limit = limit_words(advice.limit, language)
        if standard.emergency:
            show_words(self.due, "")
        elif advice.due_at is None:
            show_words(self.due, text("case_intake.due_unknown", language, limit=limit), "warning")
        else:
            when = when_words(advice.due_at, at, zone, language)
            show_words(self.due, text("case_intake.due", language, limit=limit, when=when))

    def _at_once(self, standard: Standard | None) -> tuple[str, str]:
        language = self._desk.language
        if standard is None:
            return "", ""
        if standard.emergency:
            card = self._desk.state.cards.get(standard.emergency)
            kind = standard.emergency
            if card is not None:
                kind = card.name_zh if language == "zh" and card.name_zh else card.name
            return text("case_intake.emergency", language, kind=one_line(kind, 60)), "alarm"
        if standard.make_safe is not None:
            limit = limit_words(standard.make_safe, language)
            return text("case_intake.danger", language, limit=limit), "alarm"
        return "", ""

    def _filed(self, standard: Standard | None) -> str:
        if standard is None:
            return ""
        is_zh = self._desk.language == "zh" and standard.file_when_zh
        when = standard.file_when_zh if is_zh else standard.file_when
        return text("case_intake.file_when", self._desk.language, when=one_line(when, 300))


def cell_words(ground: OnGround, language: str) -> str:
    """Say in which cell a place lies."""
    if ground.cell:
        return text("case_intake.cell", language, cell=ground.cell)
    return text("case_intake.outside" if ground.has_grid else "case_intake.no_grid", language)
