"""Sign in, or unlock the desk: one card for both, since whoever comes may be another than who locked it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout

from app.parts.forms import button, plain_label, show_words
from app.parts.word_entry import WordEntry
from app.signin.fields import Card, PasswordEntry, add_field
from app.wording import label, one_line, text
from app.wording.screen import say


class SignInCard(Card):
    """Ask for name and password, and for the role where there is a choice; Enter goes on."""

    asked = Signal(str, str, str)  # account, password, role: empty until it is known which there are
    unlock_asked = Signal(str)  # password
    alone_asked = Signal(str, str)  # account, empty for whoever locked the desk; password
    reopen_wanted = Signal()  # the log takes nothing, so that nobody can sign in
    changed = Signal()

    def __init__(self, language: str) -> None:
        super().__init__(text("signin.title", language))
        self._language = language
        self._locked: tuple[str, str] | None = None
        self.title = plain_label(text("signin.title", language), role="title", wraps=False)
        self.about = plain_label(role="muted")
        self.account = WordEntry()
        self.account.setMaxLength(80)
        self.account.setAccessibleName(text("signin.account", language))
        self.password = PasswordEntry(text("signin.password", language))
        self.role = QComboBox()
        self.role.setAccessibleName(text("signin.role", language))
        self.said = plain_label()
        self.go_button = button(text("signin.go", language), self._go, role="primary")
        self.other_button = button(text("signin.other", language), self._toggle)
        self.alone_button = button("", self._go_alone)
        self.alone_button.hide()
        self._about, self._is_alone_offered = "", False
        self.reopen_button = button(say("open_log_again", language), self.reopen_wanted.emit)
        self.reopen_button.hide()
        self._is_other = False
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        self._account_caption = add_field(grid, 0, text("signin.account", language), self.account)
        add_field(grid, 1, text("signin.password", language), self.password)
        self._role_caption = add_field(grid, 2, text("signin.role", language), self.role)
        grid.setColumnStretch(1, 1)
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        row.addStretch(0)
        row.addWidget(self.reopen_button)
        row.addWidget(self.alone_button)
        row.addWidget(self.other_button)
        row.addWidget(self.go_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        for each in (self.title, self.about):
            column.addWidget(each)
        column.addLayout(grid)
        column.addLayout(row)
        self.account.entered.connect(self._on_account)
        self.account.textEdited.connect(self._forget_roles)
        self.password.entered.connect(self._go)
        self.password.textEdited.connect(self._forget_roles)
        self._show_roles(False)

    @property
    def is_for_unlocking(self) -> bool:
        """Tell whether it asks for the password of whoever locked the desk."""
        return self._locked is not None and not self._is_other

    def ask(self, *, locked: tuple[str, str] | None = None, about: str = "") -> None:
        """Show it empty; `locked`: the account that locked the desk, and words for who that is."""
        self._locked, self._is_other = locked, False
        self._about = about
        self._arrange()
        self.refuse("")
        self.account.clear()
        self.wait(False)

    def offer_alone(self, on: bool) -> None:
        """Offer to come in by going on alone, and say what that is; or offer it no more."""
        if on != self._is_alone_offered:
            self._is_alone_offered = on
            self._arrange()
            self.changed.emit()

    def wait(self, on: bool) -> None:
        """Take nothing while a password is being checked."""
        buttons = (self.go_button, self.other_button, self.alone_button)
        for each in (self.account, self.password, self.role, *buttons):
            each.setEnabled(not on)
        if on:
            show_words(self.said, text("signin.checking", self._language), "notice")
            self.changed.emit()

    def refuse(self, words: str, level: str = "warning", *, can_reopen: bool = False) -> None:
        """Say why not; the password is to be typed again. `can_reopen`: the log itself takes nothing."""
        self.reopen_button.setVisible(can_reopen)
        show_words(self.said, words, level)
        self.password.clear()
        self._show_roles(False)
        self.changed.emit()

    def offer_roles(self, roles: tuple[str, ...], preset: str) -> None:
        """Let whoever gave the right password choose; the same Enter signs in as the role that is shown."""
        self.role.clear()
        for each in roles:
            self.role.addItem(label("role", each, self._language), each)
        self.role.setCurrentIndex(max(0, roles.index(preset) if preset in roles else 0))
        show_words(self.said, text("signin.choose_role", self._language), "notice")
        self._show_roles(True)
        self.role.setFocus()
        self.changed.emit()

    def take_focus(self) -> None:
        """Stand ready where the next letter belongs."""
        if self.role.isVisibleTo(self):
            self.role.setFocus()
        elif self.is_for_unlocking or self.account.text():
            self.password.setFocus()
        else:
            self.account.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.role.hasFocus():
            self._go()
            return
        super().keyPressEvent(event)

    def _go(self) -> None:
        password = self.password.text()
        if not self.go_button.isEnabled() or not password:
            return
        if self.is_for_unlocking:
            self.unlock_asked.emit(password)
        elif self.account.text().strip():
            role = str(self.role.currentData() or "") if self.role.isVisibleTo(self) else ""
            self.asked.emit(self.account.text().strip().casefold(), password, role)
        else:
            self.account.setFocus()

    def _go_alone(self) -> None:
        account, password = self.account.text().strip().casefold(), self.password.text()
        if not self.is_for_unlocking and not account:
            self.account.setFocus()
        elif not password:
            self.password.setFocus()
        else:
            self.alone_asked.emit("" if self.is_for_unlocking else account, password)

    def _on_account(self) -> None:
        self.password.setFocus()

    def _toggle(self) -> None:
        self._is_other = not self._is_other
        self._arrange()
        self.refuse("")
        self.take_focus()

    def _arrange(self) -> None:
        language, locked = self._language, self._locked
        is_unlocking = self.is_for_unlocking
        words = text("signin.title", language)
        if locked is not None:
            words = text("signin.locked", language, name=one_line(locked[1], 60))
        show_words(self.title, words)
        for each in (self.account, self._account_caption):
            each.setVisible(not is_unlocking)
        self.other_button.setVisible(locked is not None)
        self.other_button.setText(text("signin.other" if is_unlocking else "signin.same", language))
        self.go_button.setText(text("signin.unlock" if is_unlocking else "signin.go", language))
        alone = text("signin.unlock_alone" if is_unlocking else "signin.go_alone", language)
        self.alone_button.setText(alone)
        self.alone_button.setAccessibleName(alone)
        self.alone_button.setVisible(self._is_alone_offered)
        show_words(self.about, text("signin.alone_about", language) if self._is_alone_offered else self._about)

    def _forget_roles(self) -> None:
        if self.role.isVisibleTo(self):
            self._show_roles(False)
            show_words(self.said, "")

    def _show_roles(self, on: bool) -> None:
        for each in (self.role, self._role_caption):
            each.setVisible(on)
