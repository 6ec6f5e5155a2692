"""The column beside the maps: the plan in hand with its changes, tools, demand, the search for posts, a perimeter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.parts.forms import button, decimal_field, number_field, plain_label, show_words, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.siting import drafting
from app.siting.drafts import A, B, Drafts
from app.siting.hands import CHOOSE, MODES
from app.siting.words import area_name, change_words
from app.wording import label, text
from dispatch.demand.areas import Area
from dispatch.siting.place import AIMS, COVER, FEWEST, MEAN

WIDTH_PX = 312
LEAST_PERCENT, MOST_PERCENT, USUAL_PERCENT = -95.0, 900.0, 30.0
MOST_POSTS = 40
CELLS, STATIONS = "cells", "stations"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SIGNS = {drafting.CLOSED: "×", drafting.JOINED: "⇢", drafting.MOVED: "→", drafting.OPENED: "+", drafting.BROKEN: "⊘",
         drafting.GROWN: "±", drafting.STAFFED: "#"}  # fmt: skip


class SidePanel(QWidget):
    """Show and change the plan in hand, under choosers of how maps `look`.

    `mode_wanted` (a tool), `seek_wanted`, `area_wiped` ask for more.
    """

    mode_wanted = Signal(str)
    seek_wanted = Signal()
    area_wiped = Signal()

    def __init__(self, desk: Desk, drafts: Drafts, look: Sequence[QWidget] = ()) -> None:
        super().__init__()
        self._desk, self._drafts = desk, drafts
        self._language = desk.language
        self._areas: tuple[Area, ...] = ()
        self.setFixedWidth(WIDTH_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 6, 8, 6)
        self._column.setSpacing(5)
        self._make_tools()
        for chooser in look:
            self._column.addWidget(chooser)
        self._make_plan()
        self._make_growth()
        self._make_seek()
        self._make_area()
        self._column.addStretch(1)
        drafts.changed.connect(self.refresh)
        drafts.chosen_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the plan in hand."""
        drafts, language = self._drafts, self._language
        changes = drafts.changes(drafts.hand)
        for which, made in self.letters.items():
            made.setChecked(which == drafts.hand)
        show_words(self.changes_title, text("siting.changes", language, plan=self._plan_name(drafts.hand)))
        rows = [
            Row(key, change_words(key, drafts.base, changes, language, self._areas), mark=SIGNS[key.partition(":")[0]])
            for key in drafting.keys(changes)
        ]
        self.list.set_rows(rows, take_first=True)
        self.list.setVisible(bool(rows))
        show_words(self.changes_none, "" if rows else text("siting.changes_none", language))
        self.back_button.setEnabled(bool(rows))
        self.clear_button.setEnabled(bool(rows))
        self.undo_button.setEnabled(drafts.can_undo)
        other = A if drafts.hand == B else B
        self.copy_button.setText(text("siting.copy", language, plan=self._plan_name(other)))
        self.copy_button.setEnabled(changes != drafts.changes(other))

    def offer_areas(self, areas: Sequence[Area]) -> None:
        """Offer the parts of the city for a growth of demand."""
        if tuple(areas) == self._areas:
            return
        self._areas = tuple(areas)
        names = sorted((area_name(each, self._language), each.name) for each in self._areas)
        _fill(self.area, [(text("siting.everywhere", self._language), ""), *names])
        self.refresh()

    def show_mode(self, mode: str) -> None:
        """Mark the tool in hand."""
        self.tools[mode].setChecked(True)

    def say_area(self, words: str, level: str = "") -> None:
        """Say what a perimeter holds."""
        show_words(self.area_words, words, level)
        self.wipe_button.setVisible(bool(words))

    def take_back(self) -> None:
        """Take the change that is marked back."""
        drafts, key = self._drafts, self.list.current_key
        if key:
            drafts.put(drafts.hand, drafting.take_back(drafts.changes(drafts.hand), key))

    def grow(self) -> None:
        """Let demand be more or less in the plan in hand."""
        drafts = self._drafts
        factor = round(1.0 + self.percent.value() / 100, 6)
        area = str(self.area.currentData() or "")
        drafts.put(drafts.hand, drafting.grow(drafts.changes(drafts.hand), factor, area))

    def _plan_name(self, which: str) -> str:
        return text("siting.plan_a" if which == A else "siting.plan_b", self._language)

    def _make_tools(self) -> None:
        language = self._language
        self._title("siting.tools")
        grid = QGridLayout()
        grid.setSpacing(4)
        group = QButtonGroup(self)
        self.tools = {}
        for place, mode in enumerate(MODES):
            name, tip = label("siting_tool", mode, language), label("siting_tool_tip", mode, language)
            made = small_button(name, self._wanting(mode), tip=tip)
            made.setAccessibleName(name)
            made.setCheckable(True)
            made.setSizePolicy(made.sizePolicy().Policy.Expanding, made.sizePolicy().Policy.Fixed)
            group.addButton(made)
            grid.addWidget(made, place // 3, place % 3)
            self.tools[mode] = made
        self.units = number_field()
        self.units.setRange(1, drafting.MOST_UNITS)
        self.units.setAccessibleName(text("siting.units_each", language))
        self.units.setToolTip(text("siting.units_each_tip", language))
        grid.addWidget(plain_label(text("siting.units_each", language), role="muted", wraps=False), 2, 1, _RIGHT)
        grid.addWidget(self.units, 2, 2)
        self.tools[CHOOSE].setChecked(True)
        self._column.addLayout(grid)

    def _wanting(self, mode: str) -> Callable[[], None]:
        return lambda: self.mode_wanted.emit(mode)

    def _make_plan(self) -> None:
        language, drafts = self._language, self._drafts
        self._title("siting.in_hand")
        row = QHBoxLayout()
        row.setSpacing(4)
        self.letters = {}
        for which in (A, B):
            made = small_button(self._plan_name(which), lambda which=which: drafts.take(which), role="tab")
            made.setCheckable(True)
            made.setToolTip(text("siting.in_hand_tip", language))
            row.addWidget(made)
            self.letters[which] = made
        row.addStretch(1)
        self.undo_button = small_button(
            text("siting.undo", language), drafts.undo, tip=text("siting.undo_tip", language)
        )
        QShortcut(QKeySequence.StandardKey.Undo, self.undo_button, self.undo_button.click)
        row.addWidget(self.undo_button)
        self._column.addLayout(row)
        self.changes_title = plain_label(role="muted")
        self.changes_none = plain_label()
        self.list = RowList(text("siting.report_changes", language), grows=True, most_rows=7, least_rows=1)
        QShortcut(QKeySequence.StandardKey.Delete, self.list, self.take_back, context=Qt.ShortcutContext.WidgetShortcut)
        for part in (self.changes_title, self.list, self.changes_none):
            self._column.addWidget(part)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        self.back_button = small_button(
            text("siting.back", language), self.take_back, tip=text("siting.back_tip", language)
        )
        self.clear_button = small_button(
            text("siting.clear", language), lambda: drafts.put(drafts.hand, drafting.NOTHING),
            tip=text("siting.clear_tip", language),
        )  # fmt: skip
        self.copy_button = small_button(
            text("siting.copy", language, plan=self._plan_name(A)), self._copy, tip=text("siting.copy_tip", language)
        )
        for made in (self.back_button, self.clear_button, self.copy_button):
            foot.addWidget(made)
        foot.addStretch(1)
        self._column.addLayout(foot)

    def _copy(self) -> None:
        drafts = self._drafts
        drafts.put(drafts.hand, drafts.changes(A if drafts.hand == B else B))

    def _make_growth(self) -> None:
        language = self._language
        self._title("siting.growth")
        self.percent = decimal_field()
        self.percent.setRange(LEAST_PERCENT, MOST_PERCENT)
        self.percent.setDecimals(0)
        self.percent.setSingleStep(5)
        self.percent.setValue(USUAL_PERCENT)
        self.percent.setSuffix(" %")
        self.percent.setPrefix("+")
        self.percent.valueChanged.connect(lambda value: self.percent.setPrefix("+" if value > 0 else ""))
        self.percent.setAccessibleName(text("siting.growth", language))
        self.area = _chooser([(text("siting.everywhere", language), "")], text("siting.growth_area", language))
        grow = small_button(text("siting.grow", language), self.grow, tip=text("siting.grow_tip", language))
        self._row(
            self.percent, plain_label(text("siting.growth_area", language), role="muted", wraps=False), self.area, grow
        )

    def _make_seek(self) -> None:
        language = self._language
        self._title("siting.seek")
        self.count = number_field()
        self.count.setRange(1, MOST_POSTS)
        self.count.setMinimumWidth(76)
        self.count.setAccessibleName(text("siting.count_tip", language))
        self.count.setToolTip(text("siting.count_tip", language))
        self.aim = _chooser(
            [(label("siting_aim", each, language), each) for each in (COVER, MEAN, FEWEST) if each in AIMS],
            text("siting.aim", language),
        )
        self.aim.setToolTip(text("siting.reached_tip", language))
        self.aim.activated.connect(lambda _: self.count.setEnabled(self.aim.currentData() != FEWEST))
        self.candidates = _chooser(
            [(label("siting_candidates", each, language), each) for each in (CELLS, STATIONS)],
            text("siting.candidates", language),
        )
        self.keep = QCheckBox(text("siting.keep", language))
        self.keep.setToolTip(text("siting.keep_tip", language))
        self.keep.setChecked(True)
        self.find_button = button(
            text("siting.find", language), self.seek_wanted.emit, role="primary", tip=text("siting.find_tip", language)
        )
        self.find_button.setAccessibleName(text("siting.find", language))
        self._row(self.count, self.aim)
        self._row(self.candidates)
        self._row(self.keep, self.find_button)

    def _make_area(self) -> None:
        self.area_words = plain_label()
        self.wipe_button = small_button(text("siting.enclosed_wipe", self._language), self.area_wiped.emit)
        self.wipe_button.hide()
        self._column.addSpacing(4)
        self._column.addWidget(self.area_words)
        self._row(self.wipe_button)

    def _title(self, key: str) -> None:
        if self._column.count():
            self._column.addSpacing(6)
        self._column.addWidget(plain_label(text(key, self._language), role="title", wraps=False))

    def _row(self, *parts: QWidget) -> None:
        row = QHBoxLayout()
        row.setSpacing(5)
        for part in parts:
            row.addWidget(part, 1 if isinstance(part, QComboBox | QCheckBox) else 0)
        if not any(isinstance(part, QComboBox | QCheckBox) for part in parts):
            row.addStretch(1)
        self._column.addLayout(row)


def _chooser(items: Iterable[tuple[str, str]], name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(6)
    _fill(made, items)
    return made


def _fill(box: QComboBox, items: Iterable[tuple[str, str]]) -> None:
    chosen = box.currentData()
    box.clear()
    for words, code in items:
        box.addItem(words, code)
    box.setCurrentIndex(max(0, box.findData(chosen)))
