"""Two pages that one key shows over the window and the same key or Esc takes away: the keys, and what was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.over_page import OverPage
from app.parts.tally import assignments
from app.wording import label
from app.wording.durations import clock
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.incident import Assignment, Incident

IN_A_ROOM = ("take", "hand", "queue")
COMMANDS = (
    "status", "send", "release", "close", "reopen", "note", "level", "select", "goto", "closeroad", "slow", "lift",
    "warn", "answer", "hold", "moveup", "weather", "coverage", "whatif",
)  # fmt: skip
Line = tuple[str, ...]
WIDE_PX = 1240


class Overlay(OverPage):
    """Show lines of words in columns, centred over a window; `lines` is asked anew each time it is shown."""

    def __init__(
        self,
        over: QWidget,
        title: str,
        lines: Callable[[], Sequence[Line]],
        close_words: str,
        *,
        beside: Callable[[], QWidget] | None = None,
    ) -> None:
        super().__init__(over, title)
        self._beside = beside
        self._legend: QWidget | None = None
        self._labels: list[QLabel] = []
        self._lines = lines
        self.title = _label(title, "title")
        self._body = QWidget()
        self._halves = QHBoxLayout(self._body)
        self._halves.setContentsMargins(0, 0, 12, 0)
        self._halves.setSpacing(40)
        self._grid = QGridLayout()
        self._halves.addLayout(self._grid, 1)
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(5)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._body)
        self._close = QPushButton(close_words)
        self._close.clicked.connect(self.hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(scroll, 1)
        column.addWidget(self._close, 0, Qt.AlignmentFlag.AlignRight)

    def toggle(self) -> None:
        """Show or hide the page."""
        if self.isVisible():
            self.hide()
            return
        self.fill()
        self.place()
        self.show()
        self.raise_()
        self._close.setFocus()
        if self._beside is not None:
            QTimer.singleShot(0, self, self._fill_beside)  # in a turn of its own: it paints many signs

    def fill(self) -> None:
        """Write the lines; a line of one word is a heading."""
        for gone in self._labels:
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._labels.clear()
        lines = list(self._lines())
        widest = max((len(line) for line in lines), default=1)
        for row, line in enumerate(lines):
            if len(line) == 1:
                self._add(_label(line[0], "title"), row, 0, widest)
                continue
            for place, words in enumerate(line):
                label = _label(words, "" if place == 0 else "muted")
                label.setWordWrap(self._beside is not None and place > 0)  # what stands beside keeps its room
                self._add(label, row, place)
        self._grid.setRowStretch(len(lines), 1)
        self._grid.setColumnStretch(widest - 1 if self._beside is not None else widest, 1)

    def _fill_beside(self) -> None:
        if self._beside is None or not self.isVisible():
            return
        if self._legend is not None:
            self._halves.removeWidget(self._legend)
            self._legend.hide()
            self._legend.deleteLater()
        self._legend = self._beside()
        self._halves.addWidget(self._legend)
        self._legend.show()
        self.place()

    def _add(self, label: QLabel, row: int, column: int, wide: int = 1) -> None:
        self._grid.addWidget(label, row, column, 1, wide)
        self._labels.append(label)

    def place(self) -> None:
        over = self.parentWidget()
        wanted = self._body.sizeHint()
        least = WIDE_PX if self._beside is not None else 560  # with a legend beside them words may wrap: not here
        width = min(max(least, wanted.width() + 80), over.width() - 60)
        height = min(wanted.height() + 130, over.height() - 60)
        self.setGeometry((over.width() - width) // 2, (over.height() - height) // 2, width, height)


def key_lines(desk: Desk, keys: Sequence[Line]) -> list[Line]:
    """Return the page of keys: each key with what it does, then what the command line understands."""
    language = desk.language
    lines: list[Line] = list(keys)
    lines.append((say("commands_title", language),))
    shown = COMMANDS if desk.seats is None else (*COMMANDS, *IN_A_ROOM)
    lines += [(say(f"help_{one}", language), say(f"help_{one}_text", language)) for one in shown]
    return lines


def sent_lines(desk: Desk) -> list[Line]:
    """Return what was sent for the incident in hand, else the latest orders of all; newest first."""
    state, language = desk.state, desk.language
    held = state.incidents.get(desk.selection.incident_id or 0)
    if held is not None:
        groups = [(held, assignments(state, held.id))]
    else:
        latest = sorted((state.assignments[one] for one in state.sent_lately), key=lambda one: one.assigned_at)
        numbers = list(dict.fromkeys(one.incident_id for one in reversed(latest)))
        groups = [(state.incidents[number], [one for one in latest if one.incident_id == number]) for number in numbers]
    lines: list[Line] = []
    for incident, sent in groups:
        if not sent:
            continue
        card = state.cards.get(incident.kind)
        kind = incident.kind
        if card is not None:
            kind = card.name_zh if language == "zh" and card.name_zh else card.name
        place = one_line(incident.location.text or incident.location.crossing, 80)
        lines.append((say("sent_head", language, number=incident.id, kind=one_line(kind), place=place),))
        lines += [_sent_line(desk, incident, one) for one in reversed(sent)]
    return lines or [(say("sent_none", language),)]


def _sent_line(desk: Desk, incident: Incident, one: Assignment) -> Line:
    state, language = desk.state, desk.language
    unit = state.units.get(one.unit_id)
    bound = unit is not None and unit.assignment_id == one.id
    status = label("status", unit.status.value, language) if unit is not None and bound else say("release", language)
    if one.override_reason:
        why = say("sent_override", language, reason=one_line(one.override_reason, 80))
    else:
        why = say("sent_by_recommendation", language) if one.recommendation else ""
    hazards = ", ".join(one_line(hazard) for hazard in one.order.hazards)
    return (
        one_line(one.unit_id, 20),
        clock(one.assigned_at, state.time_zone, seconds=True),
        label("order_state", one.order_state.value, language),
        status,
        one_line(" · ".join(part for part in (one.order.place, one.order.crossing, hazards) if part), 120),
        why,
    )


def _label(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label
