"""The board of cases and the case in hand in the window: raised when asked for, and never in the way of an incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app import theme
from app.desk import Desk, Selection
from app.window.later import Later, panel_in, when_made
from app.window.status_line import StatusLine
from app.wording import text
from app.wording.plain import one_line
from dispatch.case_events import CaseOverdue, MakeSafeOverdue, StageOverdue
from dispatch.events import Entry

if TYPE_CHECKING:
    from app.panels.cases import CasesPanel

LOUD = ("alarm", "warning")
_BY_TAB = Qt.FocusPolicy.TabFocus
_OVERDUE = (StageOverdue, CaseOverdue, MakeSafeOverdue)


class CaseDocks(QObject):
    """Show the panel of what was taken in hand, case or incident, where both share a place; say softly what is late."""

    def __init__(
        self,
        window: QMainWindow,
        desk: Desk,
        board: Later,
        docks: Mapping[str, QDockWidget],
        status_line: StatusLine,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._board = board
        self._docks = docks
        self._status_line = status_line
        self._desk = desk
        self._held = desk.selection
        when_made(board, self._join)
        desk.state_changed.connect(self._on_state)
        desk.selection_changed.connect(self._on_selection)

    def panel_keys(self) -> list[tuple[str, str]]:
        """Return the keys of the case in hand with what they do, for the page of keys."""
        language = self._desk.language
        return [("Alt+Enter", text("case.key_next", language)), ("Ctrl+Enter", text("case.key_do", language))]

    def show_board(self) -> None:
        """Bring the board to the front with the keys on it; where it has them already, bring back what it covers."""
        dock = self._docks.get("cases")
        if dock is None:
            return
        if is_in_front(dock) and dock.isAncestorOf(self._window.focusWidget() or self._window):
            self._raise("incidents")
            return
        self._raise("cases")
        self._panel.focus_list()

    def find(self) -> None:
        """Put the cursor where a case is found by its number or a word."""
        self._raise("cases")
        self._panel.find_case()

    def show_case(self) -> None:
        """Bring the case in hand to the front, with the keys on it."""
        self._raise("case")
        dock = self._docks.get("case")
        content = dock.widget() if dock is not None else None
        if isinstance(content, QWidget):
            first = content.nextInFocusChain()
            while first is not None and first is not content:
                if content.isAncestorOf(first) and first.isVisible() and first.focusPolicy() & _BY_TAB:
                    first.setFocus()
                    return
                first = first.nextInFocusChain()

    @property
    def _panel(self) -> CasesPanel:
        return panel_in(self._board)

    def _join(self, panel: CasesPanel) -> None:
        panel.opened.connect(lambda number: self.show_case())

    def _on_state(self, entry: Entry | None) -> None:
        for event in entry.events if entry is not None else ():
            if isinstance(event, _OVERDUE):
                self._say_due(event.case_id)

    def _on_selection(self, selection: Selection) -> None:
        before, self._held = self._held, selection
        case, incident = self._docks.get("case"), self._docks.get("incident")
        if case is None:
            return
        if selection.case_id is not None and selection.case_id != before.case_id:
            if not is_in_front(case):
                case.show()
                case.raise_()
        elif (
            selection.incident_id is not None
            and selection.incident_id != before.incident_id
            and incident is not None
            and is_in_front(case)
            and incident in self._window.tabifiedDockWidgets(case)
        ):
            incident.raise_()

    def _say_due(self, case_id: int) -> None:
        from app.cases.words import class_name, place_words

        desk = self._desk
        case = desk.state.cases.get(case_id)
        if case is None or self._status_line.message.property("level") in LOUD:
            return  # an emergency's word stays
        kind, where = class_name(desk.state, case.standard_id, desk.language), place_words(case.place)
        words = text("cases.fell_due", desk.language, number=case_id, kind=kind, place=where)
        self._status_line.message.setText(one_line(words, 160))
        theme.mark(self._status_line.message, "level", "notice")

    def _raise(self, key: str) -> None:
        dock = self._docks.get(key)
        if dock is not None:
            dock.show()
            dock.raise_()
            dock.activateWindow()


def is_in_front(dock: QDockWidget) -> bool:
    """Tell whether a dock is seen, and no other tab of its place covers it."""
    return dock.isVisible() and not dock.visibleRegion().isEmpty()
