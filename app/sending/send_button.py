"""The button that sends what is ticked, by name; while something is imagined it imagines, and looks like it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from app import theme
from app.desk import Desk
from app.parts.forms import give_key
from app.sending.choosing import Choosing
from app.sending.sending import Sending
from app.wording import listed, text

MOST_NAMED = 6


class SendButton(QPushButton):
    """Name the units that would go. Alt+S presses it; Enter in a field never does."""

    def __init__(self, desk: Desk, choosing: Choosing) -> None:
        super().__init__(text("rec.send", desk.language))
        self._desk = desk
        self._choosing = choosing
        self._sending = Sending.of(desk)
        self.setAutoDefault(False)
        self.setProperty("role", "primary")
        give_key(self, "Alt+S")
        self.clicked.connect(lambda _=False: self.press())
        self._sending.instead_changed.connect(self.refresh)

    def press(self) -> None:
        """Send what is ticked here, whatever else is open, or do what is done instead."""
        if self._sending.instead is not None:
            self._sending.instead()
        else:
            self._sending.send_shown()

    def refresh(self) -> None:
        """Name what is ticked now."""
        choices = self._choosing.choices()
        is_imagining = self._sending.instead is not None
        units = listed((choice.unit_id for choice in choices[:MOST_NAMED]), self._desk.language)
        units += " …" if len(choices) > MOST_NAMED else ""
        key = "rec.send_units" if choices else "rec.send_none" if self._choosing.draft is not None else "rec.send"
        if is_imagining:
            key = "whatif.imagine_units" if choices else "whatif.imagine_none"
        words = text(key, self._desk.language, units=units)
        self.setText(words.replace("&", "&&"))
        self.setAccessibleName(words)
        may_send = bool(choices) or self._choosing.draft is not None
        self.setEnabled(may_send and not self._sending.is_busy)
        role = "imagine" if is_imagining else "primary"
        if self.property("role") != role:
            theme.mark(self, "role", role)
