"""The finder's box over a map: what is typed on top, what was found below, grouped."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app import theme
from app.finder.found import BOOKMARK, COORDINATES, INCIDENT, LABEL, UNIT, Found
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.wording import department_letter, label, text
from app.wording.durations import distance
from app.wording.plain import one_line

LEFT_PX, TOP_PX, WIDTH_PX = 56, 10, 520
MOST_ROWS = 16
MARKS = {
    "address": "⌂", "block": "▭", "street": "═", "crossing": "┼", "place": "◆", "camera": "◉",
    BOOKMARK: "★", LABEL: "▦", COORDINATES: "⌖",
}  # fmt: skip
GROUPS = {
    UNIT: "finder.group.unit", INCIDENT: "finder.group.incident", BOOKMARK: "finder.group.bookmark",
    LABEL: "finder.group.label",
}  # fmt: skip
PLACES = "finder.group.place"


class FinderBox(QFrame):
    """Ask for words and offer what is found; Up, Down, Enter and Esc work while typing."""

    edited = Signal(str)
    chosen = Signal(object)  # Found
    closed = Signal()

    def __init__(self, over: QWidget, language: str) -> None:
        super().__init__(over)
        self._language = language
        self._found: tuple[Found, ...] = ()
        self._wants_first = False
        self.setObjectName("overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAccessibleName(text("finder.name", language))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.entry = WordEntry()
        self.entry.setPlaceholderText(text("finder.hint", language))
        self.entry.setAccessibleName(text("finder.name", language))
        self.entry.setMaxLength(200)
        self.entry.setClearButtonEnabled(True)
        self.results = RowList(text("finder.here", language), grows=True, most_rows=MOST_ROWS, least_rows=3)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setProperty("role", "muted")
        self.said.setWordWrap(True)
        self.said.hide()
        self.results.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        for part in (self.entry, self.results, self.said):
            column.addWidget(part)
        self.setFocusProxy(self.entry)
        self.entry.takes_tab = lambda: self.results.isVisible() and bool(self.results.current_key)
        self.entry.textEdited.connect(self._on_edited)
        self.entry.textChanged.connect(lambda words: None if words else self._on_edited(""))
        self.entry.moved.connect(self.results.move)
        self.entry.entered.connect(self._on_entered)
        self.results.chosen.connect(self._take)
        over.installEventFilter(self)
        self.hide()

    @property
    def found(self) -> tuple[Found, ...]:
        """Return what is offered, in its order."""
        return self._found

    def open(self) -> None:
        """Show the box and let the next letters go into it; what was typed before stands there, selected."""
        self.show()
        self._arrange()
        self.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.entry.selectAll()

    def dismiss(self) -> None:
        """Close the box and give the focus back to the map."""
        had_focus = self.entry.hasFocus()
        self.hide()
        if had_focus:
            self.parentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def show_found(self, found: tuple[Found, ...]) -> None:
        """Offer what was found; take the first where Enter was pressed before it came."""
        self._found = found
        rows: list[Row] = []
        for group, members in groupby(enumerate(found), key=lambda one: GROUPS.get(one[1].kind, PLACES)):
            rows.append(Row(f"head {group}", text(group, self._language), is_heading=True))
            rows += [self._row(number, one) for number, one in members]
        self.results.set_rows(rows)
        self.results.setVisible(bool(rows))
        if rows:
            self.results.take_key("0")
            self.results.scrollToTop()  # the first heading too
        self.say("" if rows or not self.entry.text().strip() else text("finder.none", self._language))
        self._arrange()
        if self._wants_first and found:
            self._take("0")
        self._wants_first = False

    def say(self, words: str) -> None:
        """Show a sentence below the box."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()  # no letter that the field did not want is a key of the map

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._arrange()
        return False

    def _on_edited(self, words: str) -> None:
        self._wants_first = False
        if words.strip():
            self.edited.emit(words)
        else:
            self.show_found(())

    def _on_entered(self) -> None:
        if self.results.isVisible() and self.results.current_key:
            self._take(self.results.current_key)
        else:
            self._wants_first = bool(self.entry.text().strip())

    def _take(self, key: str) -> None:
        if key.isdigit() and int(key) < len(self._found):
            found = self._found[int(key)]
            self.dismiss()
            self.chosen.emit(found)

    def _row(self, number: int, one: Found) -> Row:
        worn, language = theme.look(), self._language
        far = distance(one.distance_m) if one.distance_m is not None else ""
        title, mark, colour = one_line(one.title, 90), MARKS.get(one.kind, "·"), worn.raised
        detail = [one_line(one.detail, 60), label("place_kind", one.kind, language)]
        if one.kind == UNIT:
            mark, colour = department_letter(one.kind_of), worn.departments.get(one.kind_of, worn.neutral)
            detail = [label("status", one.detail, language)]
        elif one.kind == INCIDENT:
            mark, colour = str(one.rank), worn.priorities.get(one.rank, worn.neutral)
            title, detail = f"{one.key}  {one_line(one.detail, 60)}", [title]
        elif one.kind == COORDINATES:
            detail = [text("finder.near", language, place=one_line(one.detail, 80))] if one.detail else []
        elif one.kind in (BOOKMARK, LABEL):
            detail = detail[:1]
        return Row(
            str(number),
            title,
            right=far,
            detail=" · ".join(part for part in detail if part),
            mark=mark,
            mark_colour=colour,
        )

    def _arrange(self) -> None:
        """Stand beside the tools at the top of the map, below notices that stand there."""
        over = self.parentWidget()
        top = TOP_PX
        notices = over.window().findChild(QFrame, "notices")
        if notices is not None and notices.isVisible():
            top = max(top, over.mapFromGlobal(notices.mapToGlobal(notices.rect().bottomLeft())).y() + 8)
        width = max(180, min(WIDTH_PX, over.width() - LEFT_PX - 12))
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()
        self.setFixedWidth(width)
        self.layout().invalidate()
        self.layout().activate()
        self.results.doItemsLayout()
        self.layout().invalidate()
        room = max(60, over.height() - top - 40)
        self.resize(width, min(self.sizeHint().height(), room))
        self.move(LEFT_PX if over.width() > LEFT_PX + width else 6, top)
        self.raise_()
