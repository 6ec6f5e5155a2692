"""What the forms of the trainer's window share: what is wished for, what is not said yet, and a grid of fields."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from itertools import count

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QSpinBox, QWidget

from app.parts.forms import caption, number_field
from app.trainer.sitting import HAPPENED, Sitting
from app.wording import plain, text
from dispatch.commands import Body, Who
from dispatch.exercise.due import own_key
from dispatch.exercise.exercise import TRAINER_SEAT
from dispatch.exercise.fleet import key_of
from dispatch.injects import Inject

LONGEST_TEXT = 2_000
MOST_MIN = 14_400
NOTE_LINES = 3
LAST_LINE = 30  # takes the room that is left over


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to happen: an inject, or things that are said in somebody's voice; `words` tell of it."""

    words: str
    inject: Inject | None = None
    deeds: tuple[tuple[Body, Who], ...] = ()


class NotYet(ValueError):
    """Something is missing or cannot be; `field` is where it is to be mended."""

    def __init__(self, field: QWidget, words: str) -> None:
        super().__init__(words)
        self.field = field


class Form(QWidget):
    """Hold the fields of one kind of inject; a subclass gives `wish`. What was typed stays until it has happened."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._numbers, self._lines = count(1), count()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(5)
        self.grid.setColumnStretch(1, 1)
        self.grid.setRowStretch(LAST_LINE, 1)

    @abstractmethod
    def wish(self) -> Wish:
        """Return what is asked for. Raises NotYet."""

    def refresh(self) -> None:
        """Offer what there is now; what was chosen stays."""

    def empty(self) -> None:
        """Forget what was said, once it has happened; choices stay."""

    def words(self, key: str, **values: object) -> str:
        """Return words in the language of the window."""
        return text(key, self._sitting.language, **values)

    def row(self, key: str, field: QWidget | QHBoxLayout, buddy: QWidget | None = None) -> None:
        """Stand a field in the next line, under its caption's name."""
        line, words = next(self._lines), self.words(key)
        widget = buddy if buddy is not None else field
        assert isinstance(widget, QWidget)
        name = caption(words, widget)
        if isinstance(widget, Note):
            name.setMinimumHeight(self.fontMetrics().height() + 10)
        if not widget.accessibleName():
            widget.setAccessibleName(words)
        self.grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
        if isinstance(field, QHBoxLayout):
            self.grid.addLayout(field, line, 1)
        else:
            self.grid.addWidget(field, line, 1)

    def line(self, field: QWidget) -> None:
        """Stand a field without a caption in the next line."""
        self.grid.addWidget(field, next(self._lines), 1)

    def new_id(self) -> str:
        """Return an id that no inject of this exercise bears."""
        known = {each.id for each in self._sitting.exercise.injects}
        known |= {each.inject.id for each in self._sitting.play.planned}
        answered = self._sitting.state.answered
        kind = type(self).__name__.removesuffix("Form").lower()
        return next(
            name
            for number in self._numbers
            if (name := f"trainer-{kind}-{number}") not in known and f"{HAPPENED}{name}" not in answered
        )

    def key_of(self, incident_id: int) -> str:
        """Return how an inject names an incident: by the exercise's key, by its number where trainees opened it."""
        keys = {call_id: key for key, call_id in self._sitting.exercise.call_ids.items()}
        return key_of(self._sitting.state, incident_id, keys) or own_key(incident_id)


class Note(QPlainTextEdit):
    """Some lines of words; Tab goes on to the next field."""

    def __init__(self, hint: str, lines: int = NOTE_LINES) -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setTabChangesFocus(True)
        height = self.fontMetrics().lineSpacing() * lines + 2 * (round(self.document().documentMargin()) + 3)
        self.setFixedHeight(height)

    @property
    def words(self) -> str:
        """Return what is written, safe to show."""
        return plain(self.toPlainText().strip(), LONGEST_TEXT).strip()


def minutes_field(language: str, value: int) -> QSpinBox:
    """Return a field for how long something lasts; 0 stands for as long as nobody ends it."""
    field = number_field()
    field.setRange(0, MOST_MIN)
    field.setValue(value)
    field.setSuffix(" " + text("trainer.minutes", language))
    field.setSpecialValueText(text("trainer.until_ended", language))
    field.setMaximumWidth(220)
    return field


def voice(actor: str) -> Who:
    """Return a caller or a crew that the trainer plays: who may say something, and decide nothing."""
    return Who(actor, "crew", "", TRAINER_SEAT)
