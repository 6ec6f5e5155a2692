"""A line that asks why, sends one command with the answer, and says in place where the log refused it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.parts.own_commands import OwnCommands
from app.parts.reason_line import ReasonLine
from app.wording import text
from dispatch.commands import Body
from dispatch.events import Entry
from dispatch.state import State


class DeedLine(ReasonLine):
    """Ask for words and send what is made of them; `said` goes below it. Refused words stand there to be mended."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.language)
        self._desk = desk
        self._own = OwnCommands(desk, self)
        self.reason.setAccessibleName(self.reason.placeholderText())  # until it is asked
        self.said = plain_label()
        desk.state_changed.connect(self._on_state)
        self._own.not_done.connect(self._give_back)

    def ask_deed(self, question: str, make: Callable[[str], Body], *, do_words: str = "") -> None:
        """Show the question and take the focus: the operator has just asked for it."""
        self.ask(question, lambda reason: self._own.do(make(reason)), do_words=do_words)

    def ask(self, *args: Any, **more: Any) -> None:
        """Show the question, and nothing of what was said before."""
        show_words(self.said, "")
        super().ask(*args, **more)

    def put_away(self) -> None:
        """Ask nothing any more: something else is in hand."""
        self._own.forget()
        self.hide()
        show_words(self.said, "")

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self._own.take(entry)

    def _give_back(self, reason: str, level: str) -> None:
        show_words(self.said, text("case.refused", self._desk.language, reason=reason), level)
        self.show()
