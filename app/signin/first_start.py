"""The first start of a live log: who administers it. What is wrong is said while name and password are typed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from app.parts.forms import button, plain_label, show_words
from app.parts.word_entry import WordEntry
from app.signin.fields import Card, PasswordEntry, add_field
from app.wording import sentence, text
from dispatch.account_checks import LONGEST_ACCOUNT_ID, is_account_id
from dispatch.passwords import check_password
from dispatch.refused import Refused


class FirstStart(Card):
    """Ask for the first administrator's name to sign in with, name and password."""

    asked = Signal(str, str, str)  # account, name, password
    changed = Signal()

    def __init__(self, language: str) -> None:
        super().__init__(text("signin.first_title", language))
        self._language = language
        self.account, self.name = WordEntry(), WordEntry()
        self.password = PasswordEntry(text("signin.password", language))
        self.again = PasswordEntry(text("signin.again", language))
        self.said = plain_label()
        self.go_button = button(text("signin.first_go", language), self._go, role="primary")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        named = (
            ("signin.name", self.name),
            ("signin.account", self.account),
            ("signin.password", self.password),
            ("signin.again", self.again),
        )
        for row, (key, field) in enumerate(named):
            add_field(grid, row, text(key, language), field)
            field.setAccessibleName(text(key, language))
            field.textChanged.connect(self.check)
            field.entered.connect(self._go)
        self.account.setPlaceholderText(text("signin.account_hint", language))
        self.account.setMaxLength(80)
        self.name.setMaxLength(200)
        grid.setColumnStretch(1, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addStretch(0)
        foot.addWidget(self.go_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        column.addWidget(plain_label(text("signin.first_title", language), role="title", wraps=False))
        column.addWidget(plain_label(text("signin.first_about", language), role="muted"))
        column.addLayout(grid)
        column.addLayout(foot)
        self.check()

    def take_focus(self) -> None:
        """Stand ready for the name."""
        self.name.setFocus()

    def wait(self, on: bool) -> None:
        """Take nothing while the account is made."""
        for each in (self.account, self.name, self.password, self.again, self.go_button):
            each.setEnabled(not on)
        if on:
            show_words(self.said, text("signin.making", self._language), "notice")

    def refuse(self, words: str) -> None:
        """Say why the account was not made."""
        show_words(self.said, words, "warning")
        self.changed.emit()

    def check(self) -> None:
        """Say the first thing that is missing or wrong."""
        words, level = self._wrong()
        self.go_button.setEnabled(not words)
        show_words(self.said, words, level)
        self.changed.emit()

    def _wrong(self) -> tuple[str, str]:
        language, account = self._language, self.account.text().strip().casefold()
        if not self.name.text().strip():
            return text("signin.needs_name", language), ""
        if not account:
            return text("signin.needs_account", language), ""
        if not is_account_id(account):
            return sentence(
                "account_id_wrong", {"account_id": account, "limit": LONGEST_ACCOUNT_ID}, language
            ), "warning"
        if not self.password.text():
            return text("signin.needs_password", language), ""
        try:
            check_password(self.password.text(), account_id=account, name=self.name.text().strip())
        except Refused as refused:
            return sentence(refused.code, refused.parameters, language), "warning"
        if not self.again.text():
            return text("signin.needs_again", language), ""
        if self.again.text() != self.password.text():
            return text("signin.not_same", language), "warning"
        return "", ""

    def _go(self) -> None:
        if self.go_button.isEnabled():
            self.asked.emit(self.account.text().strip().casefold(), self.name.text().strip(), self.password.text())
            return
        empty = [each for each in (self.name, self.account, self.password, self.again) if not each.text()]
        if empty:
            empty[0].setFocus()
