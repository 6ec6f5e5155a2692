"""Who is signed in at this desk, in which role; a demonstration account says so plainly."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.desk import Desk
from app.parts.names import department_name
from app.window.strip_cells import Cell
from app.wording import label, text
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.events import LogKind

WIDE_PX = 118
_RIGHT = Qt.TextElideMode.ElideRight


class WhoCell(Cell):
    """Show the name over the role; not there while the log knows no accounts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("who_here", desk.language))
        self._desk = desk
        self._shown: object = None
        self.is_short = False
        self.words = ""  # who sits here in one line, empty while the log knows no accounts
        desk.looked.connect(self.refresh)
        desk.who_changed.connect(self.refresh)
        self.hide()
        self.refresh()

    @property
    def room_px(self) -> int:
        """Return the width that it takes from the other cells."""
        return 0 if self.isHidden() else WIDE_PX

    def set_short(self, on: bool) -> None:
        """Leave the room to others: somebody else shows `words`."""
        if on != self.is_short:
            self.is_short = on
            self.setVisible(bool(self.words) and not on)

    def refresh(self, *_: object) -> None:
        """Show who sits here now."""
        desk, language = self._desk, self._desk.language
        accounts, who = desk.state.accounts, desk.who
        account = accounts.get(who.actor)
        if (who, account, len(accounts) > 0) == self._shown:
            return
        self._shown = (who, account, len(accounts) > 0)
        if not len(accounts):
            self.words = ""
            self.hide()
            return
        if account is None:
            self.words = text("signin.strip_nobody", language)
            self.setVisible(not self.is_short)
            self.caption.setText(say("who_here", language))
            self.show_value(text("signin.strip_nobody", language), "warning")
            self.setToolTip(tooltip(text("signin.strip_none_tip", language)))
            return
        role = label("role", who.role, language).split(" (")[0]
        role = role[:1].upper() + role[1:]
        name = text("signin.strip_demo", language) if account.is_demo else one_line(account.name, 40)
        self.words = f"{name} · {role}"
        self.setVisible(not self.is_short)
        self.caption.setText(self.caption.fontMetrics().elidedText(name, _RIGHT, WIDE_PX))
        # In a drill the frame says what it is: the colour of what nobody may miss stays with what happens.
        is_odd = account.is_demo and desk.state.kind is not LogKind.DRILL
        self.show_value(self.value.fontMetrics().elidedText(role, _RIGHT, WIDE_PX), "warning" if is_odd else "calm")
        department = department_name(desk.state, who.department, language) if who.department else None
        words = text("signin.strip_tip", language, name=name, role=role, department=department)
        if account.is_demo:
            words += "\n" + text("signin.strip_demo_tip", language)
        self.setToolTip(tooltip(words))
        self.setAccessibleName(words)
