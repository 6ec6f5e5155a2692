"""The administrator's page: accounts, and the list of who signed in, was refused, forced or exported."""

from __future__ import annotations

import secrets
from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.forms import button, plain_label, show_words
from app.parts.names import department_name
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.signin.account_form import AccountForm
from app.signin.asking import ask
from app.signin.audit_view import AuditView
from app.signin.page import Page
from app.wording import label, listed, one_line, sentence, text
from app.wording.durations import clock, day_and_clock
from dispatch.account import Account
from dispatch.account_commands import ChangeAccount, DisableAccount, EnableAccount
from dispatch.commands import Body, Command
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.refused import Refused
from dispatch.signing_in import add_account, reset_password
from dispatch.state import State

# Neither 0 and o nor 1, i and l: it is read out or copied by hand once.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class AccountsPage(Page):
    """List accounts with their state and change the one in hand; every rule is the log's, and is said in place."""

    def __init__(self, desk: Desk, over: QWidget, engine: Engine) -> None:
        super().__init__(over, text("signin.accounts_title", desk.language), QSize(1120, 680))
        self._desk, self._engine = desk, engine
        self._mine: set[str] = set()
        self._shown: object = None
        self._is_waiting = False
        language = desk.language
        self.rows = RowList(text("signin.accounts_title", language))
        self.form = AccountForm(desk)
        self.new_button = button(text("signin.account_new", language), self.begin_new)
        self.save_button = button(text("signin.account_save", language), self.save, role="primary")
        self.password_button = button(text("signin.account_password", language), self.give_password)
        self.enable_button = button(text("signin.account_enable", language), self.enable)
        self.disable_button = button(text("signin.account_disable", language), self.disable, role="danger")
        self.reason = WordEntry()
        self.reason.setPlaceholderText(text("signin.account_reason", language))
        self.reason.setAccessibleName(text("signin.account_reason", language))
        self.reason.setMaxLength(300)
        self.said = plain_label()
        self.secret = plain_label(role="title")
        self.secret.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.audit = AuditView(desk, engine)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._accounts(), text("signin.accounts", language))
        self.tabs.addTab(self.audit, text("signin.audit", language))
        self.tabs.currentChanged.connect(self._on_tab)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(text("signin.put_away", language), self.hide))
        self.column.addWidget(self.tabs, 1)
        self.column.addLayout(foot)
        self.rows.pointed.connect(self._on_row)
        self.form.changed.connect(self._check)
        self.form.entered.connect(self.save)
        self.reason.textChanged.connect(self._check)
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)

    def come(self) -> None:
        """Show accounts as they stand."""
        self._say("")
        show_words(self.secret, "")
        self._shown = None
        self.refresh()
        self._on_tab()
        super().come()
        self.rows.setFocus()

    def refresh(self) -> None:
        """List the accounts anew where any has changed."""
        state = self._desk.state
        shown = (state.accounts, state.sessions)
        if self._shown is not None and all(a is b for a, b in zip(shown, self._shown, strict=True)):  # type: ignore[call-overload]
            return
        self._shown = shown
        accounts = sorted(state.accounts.values(), key=lambda one: (one.is_disabled, one.name.casefold(), one.id))
        self.rows.set_rows([self._row(one) for one in accounts], take_first=True)
        if self.form.account is None and self.form.account_id in state.accounts:
            self.rows.take_key(self.form.account_id)
        held = state.accounts.get(self.rows.current_key)
        if held is not None and held is not self.form.account and (self.form.account is not None or not self._is_new):
            self.form.show_account(held)
        self._check()

    def begin_new(self) -> None:
        """Empty the form for a new account."""
        self.rows.clearSelection()
        self._say("")
        show_words(self.secret, "")
        self.form.show_account(None)
        self.form.id.setFocus()

    def save(self) -> None:
        """Add the account of the form with a temporary password, or change the one in hand."""
        form = self.form
        if not self.save_button.isEnabled():
            return
        if form.account is None:
            password, account_id, name = temporary_password(), form.account_id, form.name.text().strip()
            engine, who, at = self._engine, self._desk.who, self._desk.clock()
            roles, department = form.chosen_roles, form.chosen_department
            self._ask(
                lambda: add_account(
                    engine, who, account_id, password, name=name, roles=roles, department=department, at=at
                ),
                account_id,
                password,
            )
        else:
            self._send(
                ChangeAccount(form.account.id, form.name.text().strip(), form.chosen_roles, form.chosen_department)
            )

    def give_password(self) -> None:
        """Set a temporary password for the account in hand, and show it once."""
        account = self.form.account
        if account is not None:
            password, engine, who, at = temporary_password(), self._engine, self._desk.who, self._desk.clock()
            self._ask(lambda: reset_password(engine, who, account.id, password, at=at), account.id, password)

    def enable(self) -> None:
        """Let the account in hand sign in again."""
        if self.form.account is not None:
            self._send(EnableAccount(self.form.account.id))

    def disable(self) -> None:
        """Let nobody sign in with the account in hand."""
        if self.form.account is not None and self.reason.text().strip():
            self._send(DisableAccount(self.form.account.id, self.reason.text().strip()))

    def _accounts(self) -> QWidget:
        left, right, page = QVBoxLayout(), QVBoxLayout(), QWidget()
        left.addWidget(self.rows, 1)
        left.addWidget(self.new_button, 0, Qt.AlignmentFlag.AlignLeft)
        save = QHBoxLayout()
        save.addWidget(self.password_button)
        save.addWidget(self.enable_button)
        save.addStretch(1)
        save.addWidget(self.save_button)
        stop = QHBoxLayout()
        stop.addWidget(self.reason, 1)
        stop.addWidget(self.disable_button)
        right.addWidget(self.form)
        right.addLayout(save)
        right.addLayout(stop)
        right.addWidget(self.said)
        right.addWidget(self.secret)
        right.addStretch(1)
        halves = QHBoxLayout(page)
        halves.setSpacing(18)
        halves.addLayout(left, 1)
        halves.addLayout(right, 1)
        return page

    def _row(self, one: Account) -> Row:
        state, language, at = self._desk.state, self._desk.language, self._desk.clock()
        roles = listed((label("role", role, language) for role in one.roles), language)
        parts = [roles]
        if one.department:
            parts.append(department_name(state, one.department, language))
        if one.last_signed_in_at is not None:
            when = day_and_clock(one.last_signed_in_at, state.time_zone)
            parts.append(text("signin.last", language, when=when, seat=one_line(one.last_seat, 30)))
        words, tone = self._standing(one, at)
        return Row(
            one.id,
            f"{one_line(one.name, 60)}  ({one.id})",
            right=words,
            detail=" · ".join(parts),
            tone=tone,
        )

    def _standing(self, one: Account, at: datetime) -> tuple[str, str]:
        language = self._desk.language
        if one.is_disabled:
            return text("signin.is_disabled", language), "faint"
        if one.is_locked(at):
            return text("signin.is_locked", language, when=clock(one.locked_until, self._desk.state.time_zone)), "warn"
        if not one.secret_id:
            return text("signin.is_bare", language), "warn"
        is_here = any(session.account_id == one.id for session in self._desk.state.sessions.values())
        if one.must_change and not one.is_demo:
            words = [text("signin.is_here", language)] if is_here else []
            return " · ".join((*words, text("signin.is_temporary", language))), "normal"
        if is_here:
            return text("signin.is_here", language), "normal"
        return (text("signin.is_demo", language) if one.is_demo else ""), "normal"

    @property
    def _is_new(self) -> bool:
        return self.form.account is None and bool(self.form.id.text() or self.form.name.text())

    def _on_row(self, account_id: str) -> None:
        account = self._desk.state.accounts.get(account_id)
        if account is not None and account is not self.form.account:
            if self.form.account is None or self.form.account.id != account.id:
                self._say("")
                show_words(self.secret, "")
            self.reason.clear()
            self.form.show_account(account)

    def _on_tab(self) -> None:
        if self.tabs.currentWidget() is self.audit:
            self.audit.read()

    def _check(self) -> None:
        form, account = self.form, self.form.account
        language, is_free = self._desk.language, not self._is_waiting
        self.save_button.setText(text("signin.account_add" if account is None else "signin.account_save", language))
        self.save_button.setEnabled(is_free and form.is_complete and form.is_other)
        self.password_button.setEnabled(is_free and account is not None)
        is_held = account is not None and (account.is_disabled or account.is_locked(self._desk.clock()))
        self.enable_button.setVisible(is_held)
        can_stop = account is not None and not account.is_disabled
        self.reason.setVisible(can_stop)
        self.disable_button.setVisible(can_stop)
        self.disable_button.setEnabled(is_free and can_stop and bool(self.reason.text().strip()))

    def _ask(self, work, account_id: str, password: str) -> None:  # type: ignore[no-untyped-def]
        def done(_: object) -> None:
            self._wait(False)
            self._shown = None
            self.refresh()
            self.rows.take_key(account_id)
            self._say(text("signin.secret_said", self._desk.language, name=account_id), "good")
            show_words(self.secret, password)

        def refuse(words: str) -> None:
            self._wait(False)
            self._say(words, "warning")

        self._wait(True)
        self._say(text("signin.checking", self._desk.language), "notice")
        show_words(self.secret, "")
        words, language = self._words, self._desk.language
        ask(work, done=done, refused=lambda problem: refuse(words(problem)), failed=refuse, language=language)

    def _send(self, body: Body) -> None:
        self._say("")
        self._mine.add(self._desk.send(body).id)

    def _wait(self, on: bool) -> None:
        self._is_waiting = on
        self._check()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is not None and entry.command_id in self._mine:
            self._mine.discard(entry.command_id)
            self.reason.clear()
            self._say(text("signin.account_done", self._desk.language), "good")
        if self.isVisible():
            self.refresh()

    def _on_refused(self, command: Command, refused: Refused) -> None:
        # An answer may come before `send` has returned the command: the page asks for nothing else of these kinds.
        if isinstance(command.body, (ChangeAccount, EnableAccount, DisableAccount)) and command.who == self._desk.who:
            self._mine.discard(command.id)
            self._say(self._words(refused), "warning")

    def _words(self, refused: Refused) -> str:
        return sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.said, words, level)


def temporary_password() -> str:
    """Return a password for the first sign-in, in groups that are easy to copy by hand; about 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
