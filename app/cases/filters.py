"""What stands over the board: how many cases there are, whose are shown, and a chip for each stage with its count."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QSignalBlocker, QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.cases.board_rows import STAGES
from app.cases.docket import Wanted
from app.cases.mine import has_own
from app.desk import Desk
from app.parts.forms import plain_label, show_words, small_button
from app.parts.names import department_name
from app.parts.queues import MINE as OWN_QUEUE
from app.parts.queues import NOBODY, OF_SEAT
from app.parts.seats import known_seats, oversees
from app.wording import label, text
from dispatch.case import CaseStage

ALL, MINE = "", "mine"
QUEUE = "queue:"  # with a choice of `app.parts.queues` behind it
_SETTLE_MS = 150
_GAP_PX = 3


class Filters(QWidget):
    """Let the operator choose what the board shows; `changed` carries the whole of it."""

    changed = Signal(object)  # Wanted

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        language = desk.language
        self.summary = plain_label(wraps=False)
        self.late = plain_label(wraps=False)
        self.scope = QComboBox()
        self.scope.setAccessibleName(text("cases.scope", language))
        self.scope.setMinimumContentsLength(8)
        self.find = QLineEdit()
        self.find.setPlaceholderText(text("cases.find", language))
        self.find.setAccessibleName(text("cases.find", language))
        self.find.setClearButtonEnabled(True)
        self.overdue = self._chip()
        self.closed = self._chip()
        self.closed.setText(text("cases.closed", language))
        self.closed.setToolTip(text("cases.closed_tip", language))
        self.stages: dict[CaseStage, QToolButton] = {stage: self._chip() for stage in STAGES}
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.late)
        first.addWidget(self.summary, 1)
        second = QHBoxLayout()
        second.setSpacing(6)
        second.addWidget(self.scope, 2)
        second.addWidget(self.find, 3)
        self.more = small_button(text("cases.stages", language), self._fold)
        self.more.setCheckable(True)
        self.more.hide()
        second.addWidget(self.more)
        self.chips = QWidget()
        self._lines = QVBoxLayout(self.chips)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(_GAP_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.chips)
        self._chips = (self.overdue, *self.stages.values(), self.closed)
        self._arranged: list[list[QToolButton]] = []
        self._rows: list[QHBoxLayout] = []
        self._hidden: QToolButton | None = None
        self._is_low = False
        self._typed = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._typed.timeout.connect(self._tell)
        self.find.textChanged.connect(lambda _: self._typed.start())
        self.find.returnPressed.connect(self._tell)
        self.scope.activated.connect(lambda _: self._tell())
        for chip in self._chips:
            chip.clicked.connect(self._tell)
        self.fill_scope({})

    @property
    def wanted(self) -> Wanted:
        """Return what is chosen."""
        scope = self.scope.currentData() or ALL
        return Wanted(
            mine=scope == MINE,
            department=scope.removeprefix("of:") if scope.startswith("of:") else "",
            stages=frozenset(stage for stage, chip in self.stages.items() if chip.isChecked()),
            overdue=self.overdue.isChecked(),
            closed=self.closed.isChecked(),
            words=self.find.text().strip().casefold(),
            queue=scope.removeprefix(QUEUE) if scope.startswith(QUEUE) else "",
        )

    def choose_queue(self, queue: str) -> None:
        """Show the cases of a queue, where who sits here may watch it."""
        place = self.scope.findData(f"{QUEUE}{queue}") if queue else -1
        if place >= 0:
            self.scope.setCurrentIndex(place)
            self._tell()

    def fill_scope(self, departments: Counter[str] | dict[str, int]) -> None:
        """Offer all, those of whoever sits here, and each department that has any; keep what is chosen."""
        desk, held = self._desk, self.scope.currentData()
        rows = [(text("cases.all", desk.language), ALL)]
        if has_own(desk.who.role):
            rows.append((text("cases.mine", desk.language, role=desk.who.role), MINE))
        rows += self._queues()
        known = [each for each, count in departments.items() if each and count > 0]
        if isinstance(held, str) and held.startswith("of:") and held[3:] not in known:
            known.append(held[3:])
        named = sorted((department_name(desk.state, each, desk.language), each) for each in known)
        rows += [
            (text("cases.department_count", desk.language, name=name, count=departments.get(each, 0)), f"of:{each}")
            for name, each in named
        ]
        if [(self.scope.itemText(n), self.scope.itemData(n)) for n in range(self.scope.count())] == rows:
            return
        if self.scope.view().isVisible():
            return  # nothing changes under the hand that chooses
        with QSignalBlocker(self.scope):
            self.scope.clear()
            for words, key in rows:
                self.scope.addItem(words, key)
            self.scope.setCurrentIndex(max(0, self.scope.findData(held)))

    def _queues(self) -> list[tuple[str, str]]:
        """Return the queues that may be chosen; at a desk that has its log to itself there are none."""
        desk = self._desk
        if desk.seats is None:
            return []
        named = [("room.cases_mine", OWN_QUEUE, ""), ("room.cases_nobodys", NOBODY, "")]
        if oversees(desk):
            others = [seat for seat in known_seats(desk) if seat != desk.who.seat]
            held = str(self.scope.currentData() or "").removeprefix(QUEUE)
            if held.startswith(OF_SEAT) and held.removeprefix(OF_SEAT) not in others:
                others.append(held.removeprefix(OF_SEAT))
            named += [("room.cases_of", f"{OF_SEAT}{seat}", seat) for seat in others]
        return [(text(key, desk.language, seat=seat), f"{QUEUE}{choice}") for key, choice, seat in named]

    def show_counts(self, counts: dict[str, int], by_stage: Counter[CaseStage]) -> None:
        """Say how many cases there are, and how many at each stage."""
        language = self._desk.language
        late = text("cases.late_count", language, count=counts["overdue"]) if counts["overdue"] else ""
        show_words(self.late, late, "alarm")
        show_words(
            self.summary,
            text(
                "cases.summary",
                language,
                open=counts["open"],
                today=counts["today"] or None,
                paused=counts["paused"] or None,
            ),
        )
        _word(self.overdue, text("cases.overdue_only", language))
        for stage, chip in self.stages.items():
            name = label("case_stage_short", stage.value, language)
            _word(chip, text("cases.chip", language, name=name, count=by_stage.get(stage, 0)))
            if stage is CaseStage.EMERGENCY:  # beside the loop: a chip only where there are any
                is_hidden = not by_stage.get(stage, 0) and not chip.isChecked()
                self._hidden = chip if is_hidden else None
                chip.setHidden(is_hidden)
            tip = label("case_stage", stage.value, language)
            if chip.toolTip() != tip:
                chip.setToolTip(tip)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def set_low(self, is_low: bool) -> None:
        """Fold the chips away behind a button where the board is low: rows need the room more."""
        if is_low != self._is_low:
            self._is_low = is_low
            self._fold()

    def _fold(self) -> None:
        # What is chosen is never out of sight.
        is_chosen = any(chip.isChecked() for chip in self._chips)
        self.more.setVisible(self._is_low)
        self.more.setEnabled(not is_chosen)
        self.chips.setVisible(not self._is_low or self.more.isChecked() or is_chosen)

    def minimumSizeHint(self) -> QSize:
        """Give way to a narrow dock: the chips stand in more lines then."""
        return QSize(260, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        """Put the chips that are seen into as few lines as their words allow."""
        seen = [chip for chip in self._chips if chip is not self._hidden]
        room, used = self.width() - 16, 0
        lines: list[list[QToolButton]] = [[]]
        for chip in seen:
            width = chip.fontMetrics().horizontalAdvance(chip.text()) + 18
            chip.setMinimumWidth(width)
            if lines[-1] and used + width > room:
                lines.append([])
                used = 0
            lines[-1].append(chip)
            used += width + _GAP_PX
        if lines == self._arranged:
            return
        self._arranged = lines
        while len(self._rows) < len(lines):
            self._rows.append(QHBoxLayout())
            self._rows[-1].setSpacing(_GAP_PX)
            self._lines.addLayout(self._rows[-1])
        for row in self._rows:  # one that stays empty takes no room
            for chip in self._chips:
                row.removeWidget(chip)
        for row, chips in zip(self._rows, lines, strict=False):
            for chip in chips:
                row.addWidget(chip)
                chip.show()
        self.updateGeometry()

    def _chip(self) -> QToolButton:
        chip = small_button("", lambda: None)
        chip.setCheckable(True)
        chip.setSizePolicy(chip.sizePolicy().Policy.Expanding, chip.sizePolicy().Policy.Fixed)
        return chip

    def _tell(self) -> None:
        self._typed.stop()
        self._fold()
        self.changed.emit(self.wanted)


def _word(chip: QToolButton, words: str) -> None:
    if chip.text() != words:
        chip.setText(words)
        chip.setAccessibleName(words)
