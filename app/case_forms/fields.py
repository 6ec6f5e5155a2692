"""Fields of the forms of a case: words on several lines, choices that say what they mean, people, an instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QDate, QDateTime, QSize, Qt, QTime, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.cases.words import limit_words
from app.desk import Desk
from app.parts.flow import Flow
from app.parts.forms import plain_label, show_words
from app.parts.names import department_name
from app.wording import label, one_line, text
from dispatch.collectors import collector_for
from dispatch.standards import Standard
from dispatch.state import State

_MOST_WORDS = 10_000
_LEAST_LINES, _MOST_LINES = 2, 6


class WordsField(QPlainTextEdit):
    """Take words on as many lines as are needed: Enter begins a new one, Tab goes on to the next field."""

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint or name)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self.updateGeometry())

    @property
    def words(self) -> str:
        """Return what was written, without space around it, no longer than the log takes."""
        return self.toPlainText().strip()[:_MOST_WORDS]

    def sizeHint(self) -> QSize:
        """Grow with the words, up to a few lines."""
        line, lines = self._lines()
        frame = 2 * self.frameWidth() + round(2 * self.document().documentMargin()) + 6  # the style sheet's padding
        return QSize(120, round(line * min(_MOST_LINES, max(_LEAST_LINES, lines))) + frame)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _lines(self) -> tuple[float, int]:
        """Return how high a line is, which Chinese makes higher than the font says, and how many there are."""
        plain = self.document().documentLayout()
        first = self.document().firstBlock()
        lines = round(plain.documentSize().height())  # a plain document counts lines, not pixels
        height = plain.blockBoundingRect(first).height() / max(1, first.lineCount())
        return max(height, float(self.fontMetrics().lineSpacing())), lines


class ChoiceField(Flow):
    """Choose one of a few, all of them in sight."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for key, words in choices:
            made = QPushButton(words.replace("&", "&&"))
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setAccessibleName(f"{name}: {words}")
            made.toggled.connect(lambda on, key=key: self.chosen.emit(key) if on else None)
            self.buttons[key] = made
            self._group.addButton(made)
            self.add(made)

    @property
    def choice(self) -> str:
        """Return the key of what is chosen, empty where nothing is."""
        return next((key for key, made in self.buttons.items() if made.isChecked()), "")

    def choose(self, key: str) -> None:
        """Choose one; an unknown key chooses none."""
        self._group.setExclusive(False)
        for each, made in self.buttons.items():
            made.setChecked(each == key)
        self._group.setExclusive(True)
        first = self.buttons.get(key) or next(iter(self.buttons.values()), None)
        self.setFocusProxy(first)


class DegreeField(QWidget):
    """Choose the degree of a class; the limit stands beside it and below by what it is known."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._standard: Standard | None = None
        self.list = QComboBox()
        self.list.setAccessibleName(text("case_form.degree", desk.language))
        self.when = plain_label(role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.list)
        layout.addWidget(self.when)
        self.setFocusProxy(self.list)
        self.list.currentIndexChanged.connect(lambda _: self._on_changed())

    @property
    def degree(self) -> str:
        """Return the degree that is chosen."""
        return self.list.currentData() or "usual"

    def show_standard(self, standard: Standard | None, degree: str) -> None:
        """Offer the degrees that a class tells apart."""
        self._standard = standard
        language = self._desk.language
        self.list.blockSignals(True)
        self.list.clear()
        for each in standard.handling if standard is not None else ():
            words = text(
                "case_form.degree_limit",
                language,
                degree_name=label("case_form_degree", each.degree, language),
                allowed=limit_words(each.limit, language),
            )
            self.list.addItem(words, each.degree)
        self.list.setCurrentIndex(max(0, self.list.findData(degree)))
        self.list.blockSignals(False)
        self._on_changed()

    def _on_changed(self) -> None:
        found = next(
            (each for each in (self._standard.handling if self._standard else ()) if each.degree == self.degree), None
        )
        is_zh = self._desk.language == "zh"
        words = (found.when_zh if is_zh and found.when_zh else found.when) if found is not None else ""
        show_words(self.when, one_line(words, 300))
        self.changed.emit()


class DepartmentField(QComboBox):
    """Choose a department of the roster; whoever answers stands first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName(text("case_form.department", desk.language))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    @property
    def department(self) -> str:
        """Return the id of the department that is chosen, empty where none is."""
        return self.currentData() or ""

    def show_departments(self, usual: str, *, only: str = "") -> None:
        """List all, or `only` one; `usual` is chosen and marked, nothing where nobody answers."""
        state, language = self._desk.state, self._desk.language
        self.clear()
        names = sorted((department_name(state, each, language), each) for each in state.departments)
        for name, each in sorted(names, key=lambda one: (one[1] != usual, one[0])):
            if only and each != only:
                continue
            words = text("case_form.answers", language, name=name) if each == usual else name
            self.addItem(words, each)
        self.setCurrentIndex(self.findData(only or usual))
        if self.currentIndex() < 0:
            self.setPlaceholderText(text("case_form.choose_department", language))


class CollectorField(QComboBox):
    """Choose or write who goes there: the areas' collectors of the cell first, then whoever collects by account."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName(text("case_form.collector", desk.language))
        self.setEditable(True)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        line = self.lineEdit()
        if line is not None:
            line.setMaxLength(100)
            line.setPlaceholderText(text("case_form.anybody", desk.language))
            line.setAccessibleName(self.accessibleName())

    @property
    def collector(self) -> str:
        """Return who was chosen, empty for whoever comes by."""
        return self.currentText().strip()

    def show_cell(self, state: State, cell: str, at: datetime, *, without: tuple[str, ...] = ()) -> None:
        """Offer the collectors of a cell; those who handled the case are not asked to judge it."""
        preset = collector_for(state, cell, at, without=without)
        known = [one.id for one in state.accounts.values() if "collector" in one.roles and not one.is_disabled]
        named = [each for each in (*state.areas.collectors_of(cell), *sorted(known)) if each not in without]
        self.clear()
        for each in dict.fromkeys((*((preset,) if preset else ()), *named)):
            self.addItem(one_line(each, 100))
        self.setCurrentIndex(0 if preset else -1)
        if not preset:
            self.setEditText("")


class UntilField(QWidget):
    """Say until when, on the city's clock; nothing ticked: until somebody ends it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.has_end = QCheckBox(text("case_form.until", desk.language))
        self.when = QDateTimeEdit()
        self.when.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.when.setCalendarPopup(True)
        self.when.setAccessibleName(text("case_form.until", desk.language))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.has_end)
        layout.addWidget(self.when, 1)
        self.has_end.toggled.connect(self.when.setEnabled)

    @property
    def until(self) -> datetime | None:
        """Return the instant in UTC, None where there is no end."""
        if not self.has_end.isChecked():
            return None
        day, clock = self.when.date(), self.when.time()
        local = datetime(day.year(), day.month(), day.day(), clock.hour(), clock.minute(), tzinfo=self._zone())
        return local.astimezone(UTC)

    def begin(self, now: datetime) -> None:
        """Begin without an end; who ticks it finds tomorrow morning."""
        local = now.astimezone(self._zone()) + timedelta(days=1)
        self.when.setDateTime(QDateTime(QDate(local.year, local.month, local.day), QTime(9, 0)))
        self.has_end.setChecked(False)
        self.when.setEnabled(False)

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self._desk.state.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")
