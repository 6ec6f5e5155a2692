"""Somebody changes their own password: the one they have, and the new one twice."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.desk import Desk
from app.parts.forms import button, plain_label, show_words
from app.signin.asking import ask
from app.signin.fields import PasswordEntry, add_field
from app.signin.page import Page
from app.wording import sentence, text
from app.wording.screen import say
from dispatch.engine import Engine
from dispatch.passwords import check_password
from dispatch.refused import Refused
from dispatch.signing_in import change_password


class PasswordPage(Page):
    """Say what is wrong with the new password while it is typed; afterwards one signs in again with it.

    Held, it stays until the password was changed or its owner signs out. It bars nothing else on the desk.
    """

    sign_out_wanted = Signal()

    def __init__(self, desk: Desk, over: QWidget, engine: Engine) -> None:
        super().__init__(over, text("signin.password_title", desk.language), QSize(600, 290))
        self._desk, self._engine = desk, engine
        self.is_held = False
        language = desk.language
        self.old = PasswordEntry(text("signin.old", language))
        self.new = PasswordEntry(text("signin.new", language))
        self.again = PasswordEntry(text("signin.again", language))
        self.said = plain_label()
        self.do_button = button(text("signin.password_do", language), self._do, role="primary")
        grid = QGridLayout()
        named = (("signin.old", self.old), ("signin.new", self.new), ("signin.again", self.again))
        for row, (key, field) in enumerate(named):
            add_field(grid, row, text(key, language), field)
            field.textChanged.connect(self._check)
            field.entered.connect(self._do)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addStretch(0)
        self.away_button = button(text("signin.put_away", language), self.hide)
        self.sign_out_button = button(say("sign_out", language), self.sign_out_wanted.emit)
        for each in (self.sign_out_button, self.away_button, self.do_button):
            foot.addWidget(each)
        self.about = plain_label(role="muted")
        self.column.addWidget(self.about)
        self.column.addLayout(grid)
        self.column.addStretch(1)
        self.column.addLayout(foot)
        self.left.connect(self._forget)
        self.hold(False)

    def come(self) -> None:
        """Show the page empty."""
        self._forget()
        super().come()
        self.old.setFocus()

    def hold(self, on: bool) -> None:
        """Let the page stay, and say why; or let it be put away again."""
        self.is_held = on
        language = self._desk.language
        show_words(self.title, text("signin.password_held" if on else "signin.password_title", language))
        show_words(self.about, text("signin.password_held_about" if on else "signin.password_about", language))
        self.setAccessibleName(self.title.text())
        self.away_button.setVisible(not on)
        self.sign_out_button.setVisible(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_held and event.key() == Qt.Key.Key_Escape:
            return
        super().keyPressEvent(event)

    def _forget(self) -> None:
        for each in (self.old, self.new, self.again):
            each.clear()
        self._wait(False)
        self._check()

    def _check(self) -> None:
        words = self._wrong()
        self.do_button.setEnabled(not words and bool(self.old.text() and self.again.text()))
        show_words(self.said, words, "warning")

    def _wrong(self) -> str:
        language, who = self._desk.language, self._desk.who
        if not self.new.text():
            return ""
        account = self._desk.state.accounts.get(who.actor)
        try:
            check_password(self.new.text(), account_id=who.actor, name=account.name if account is not None else "")
        except Refused as refused:
            return sentence(refused.code, refused.parameters, language)
        if self.new.text() == self.old.text():
            return sentence("password_same", {}, language)
        is_other = bool(self.again.text()) and self.again.text() != self.new.text()
        return text("signin.not_same", language) if is_other else ""

    def _do(self) -> None:
        if not self.do_button.isEnabled():
            return
        desk, engine, old, new = self._desk, self._engine, self.old.text(), self.new.text()
        who, at = desk.who, desk.clock()

        def refuse(words: str) -> None:
            self._wait(False)
            show_words(self.said, words, "warning")
            self.old.setFocus()

        def done(_: object) -> None:
            self.hide()
            desk.said.emit("info", text("signin.password_changed", desk.language))

        self._wait(True)
        show_words(self.said, text("signin.checking", desk.language), "notice")
        ask(
            lambda: change_password(engine, who, old, new, at=at),
            done=done,
            refused=lambda problem: refuse(
                sentence(problem.code, problem.parameters, desk.language, zone=desk.state.time_zone)
            ),
            failed=refuse,
            language=desk.language,
        )

    def _wait(self, on: bool) -> None:
        for each in (self.old, self.new, self.again):
            each.setEnabled(not on)
        self.do_button.setEnabled(not on)
