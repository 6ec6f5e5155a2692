"""How many people of each triage class are where: a table with its sums, and the next count below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.case_forms.fields import ChoiceField
from app.desk import Desk
from app.major.fields import NumberField
from app.major.page import Page, Sheet
from app.parts import tints
from app.parts.forms import plain_label
from app.wording import label, one_line, text
from dispatch.commands import Body
from dispatch.major import PLACE_KINDS, SCENE, TRIAGE, Count, Triage
from dispatch.major_checks import LARGEST_COUNT
from dispatch.major_commands import CountCasualties
from dispatch.major_now import counts_now, total

PAD_PX = 12
_TONES = {"immediate": "alarm", "urgent": "warn", "delayed": "good", "missing": "alarm", "dead": "muted"}


class _CountSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.record_count", desk.language), has_cancel=False)
        self.number = 0
        self.place = QComboBox()
        self.place.setEditable(True)
        self.place.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.place.setMinimumContentsLength(12)
        line = self.place.lineEdit()
        assert line is not None
        line.setMaxLength(200)
        line.setAccessibleName(text("major.counted_place", desk.language))
        self.add("major.counted_place", self.place)
        self.kind = ChoiceField(
            text("major.place_kind", desk.language),
            [(each, label("casualty_place", each, desk.language)) for each in PLACE_KINDS],
        )
        self.kind.choose(SCENE)
        self.fields.addWidget(self.kind)
        self.counts: dict[str, NumberField] = {}
        grid_of = QWidget()
        grid = QGridLayout(grid_of)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for place, name in enumerate(TRIAGE):
            words = label("triage", name, desk.language)
            box = self.counts[name] = NumberField(words, LARGEST_COUNT)
            box.meant.connect(self.ask)
            named = plain_label(words, role="muted", wraps=False)
            named.setBuddy(box)
            row, across = divmod(place, 3)
            grid.addWidget(named, 2 * row, across)
            grid.addWidget(box, 2 * row + 1, across)
        for across in range(3):
            grid.setColumnStretch(across, 1)
        self.fields.addWidget(grid_of)
        self.do_button.setToolTip("Ctrl+Enter")

    def offer(self, number: int, counts: tuple[Count, ...]) -> None:
        """Offer the places that were counted; what is typed stays."""
        if number != self.number:
            self.number = number
            self.take(None)
        places = [one_line(each.place, 200) for each in counts]
        if [self.place.itemText(at) for at in range(self.place.count())] != places:
            typed = self.place.currentText()
            self.place.clear()
            self.place.addItems(places)
            self.place.setEditText(typed)

    def take(self, count: Count | None) -> None:
        """Begin with the last count of a place, or with nothing."""
        self.place.setEditText(count.place if count is not None else "")
        self.kind.choose(count.place_kind if count is not None else SCENE)
        for name, box in self.counts.items():
            box.show_number(getattr(count.counts, name) if count is not None else 0)
        self.filled_at = self._desk.state.sequence

    def body(self) -> Body | None:
        """Return the count."""
        counts = Triage(**{name: box.number or 0 for name, box in self.counts.items()})
        return CountCasualties(self.number, self.place.currentText().strip(), counts, self.kind.choice or SCENE)


class CasualtiesPage(Page):
    """The latest count of each place with its time, and the sums of scene and destinations."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._counts: list[Count] = []
        self._shown: object = None
        self.none = plain_label(self.words("major.no_counts"), role="muted")
        self.table = QTableWidget(0, len(TRIAGE) + 2)
        self.table.setAccessibleName(self.words("major.casualties"))
        names = [self.words("major.counted_place"), *(label("triage_short", each, desk.language) for each in TRIAGE)]
        self.table.setHorizontalHeaderLabels([*names, self.words("major.counted_at")])
        for place, name in enumerate(TRIAGE, start=1):
            item = self.table.horizontalHeaderItem(place)
            if item is not None:
                item.setToolTip(label("triage", name, desk.language))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setShowGrid(False)
        head = self.table.horizontalHeader()
        head.setMinimumSectionSize(24)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.sheet = _CountSheet(desk)
        self.column.addWidget(self.none)
        self.column.addWidget(self.table, 1)
        self.keep(self.sheet, CountCasualties, is_open=True)
        self.column.addStretch(0)
        self.table.cellClicked.connect(lambda row, _: self._on_row(row))

    def begin(self) -> None:
        """Leave the sheet open."""

    def refresh(self) -> None:
        """Show the counts and their sums."""
        assert self.major is not None
        language = self._desk.language
        day = self._desk.clock().date()
        if (self.major.counts, day) == self._shown and self.number == self.sheet.number:
            return
        self._shown = (self.major.counts, day)
        counts = counts_now(self.major)
        rows: list[tuple[str, Triage, str, bool]] = []
        for kind in PLACE_KINDS:
            of_kind = [each for each in counts if each.place_kind == kind]
            rows += [(one_line(each.place, 60), each.counts, self.when(each.counted_at), False) for each in of_kind]
            if len(of_kind) > 1 or (of_kind and len(of_kind) < len(counts)):
                rows.append((label("casualty_total", kind, language), total(of_kind), "", True))
        self._counts = [each for kind in PLACE_KINDS for each in counts if each.place_kind == kind]
        if len({each.place_kind for each in counts}) > 1:
            rows.append((self.words("major.everybody"), total(counts), "", True))
        self.table.setRowCount(len(rows))
        for row, (name, triage, at, is_sum) in enumerate(rows):
            self._cell(row, 0, name, "normal", is_sum, tip=name)
            for column, each in enumerate(TRIAGE, start=1):
                number = getattr(triage, each)
                tone = _TONES.get(each, "normal") if number else "faint"
                self._cell(row, column, str(number), tone, is_sum)
            self._cell(row, len(TRIAGE) + 1, at, "muted", is_sum)
        self.table.resizeRowsToContents()
        self._fit_columns()
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.sheet.offer(self.number, counts)

    def badge(self) -> tuple[str, str]:
        """Return how many are hurt or dead."""
        everybody = total(counts_now(self.major)) if self.major is not None else Triage()
        count = everybody.hurt + everybody.dead
        return (str(count) if count else "", "")

    def sheet_done(self, sheet: Sheet) -> None:
        """Stand ready for the next place."""
        self.sheet.take(None)

    def _fit_columns(self) -> None:
        """Give figures no more room than they need: the names of places want it."""
        head = self.table.horizontalHeader()
        small, usual = head.fontMetrics(), self.table.fontMetrics()
        for column in range(1, self.table.columnCount()):
            named = self.table.horizontalHeaderItem(column)
            cells = [self.table.item(row, column) for row in range(self.table.rowCount())]
            needed = [usual.horizontalAdvance(each.text()) for each in cells if each is not None]
            needed.append(small.horizontalAdvance(named.text()) if named is not None else 0)
            head.resizeSection(column, max(needed) + PAD_PX)

    def _cell(self, row: int, column: int, words: str, tone: str, is_sum: bool, tip: str = "") -> None:
        item = QTableWidgetItem(words)
        item.setForeground(tints.tone(tone))
        if column:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = item.font()
        font.setBold(is_sum)
        item.setFont(font)
        self.table.setItem(row, column, item)

    def _on_row(self, row: int) -> None:
        item = self.table.item(row, 0)
        name = item.text() if item is not None else ""
        count = next((each for each in self._counts if one_line(each.place, 60) == name), None)
        if count is not None and not (item is not None and item.font().bold()):
            self.sheet.take(count)
            self.sheet.counts["immediate"].setFocus()
            self.sheet.counts["immediate"].selectAll()
