"""One account as a form: name, roles, department. It makes commands and sends none."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.forms import plain_label
from app.parts.names import department_name
from app.parts.word_entry import WordEntry
from app.signin.fields import add_field
from app.wording import label, text
from dispatch.account import ACCOUNT_ROLES, Account


class AccountForm(QWidget):
    """Hold what is typed; `account` is the one that is changed, None for a new one."""

    changed = Signal()
    entered = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.account: Account | None = None
        language = desk.language
        self.id, self.name = WordEntry(), WordEntry()
        self.id.setMaxLength(80)
        self.id.setPlaceholderText(text("signin.account_hint", language))
        self.name.setMaxLength(200)
        self.department = QComboBox()
        self.roles = {role: QCheckBox(label("role", role, language)) for role in ACCOUNT_ROLES}
        fields = QGridLayout()
        fields.setHorizontalSpacing(12)
        named = (("signin.account", self.id), ("signin.name", self.name), ("signin.department", self.department))
        for row, (key, field) in enumerate(named):
            add_field(fields, row, text(key, language), field)
            field.setAccessibleName(text(key, language))
        fields.setColumnStretch(1, 1)
        boxes = QGridLayout()
        for place, box in enumerate(self.roles.values()):
            boxes.addWidget(box, place // 2, place % 2)
            box.toggled.connect(lambda _: self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(fields)
        column.addWidget(plain_label(text("signin.roles", language), role="muted", wraps=False))
        column.addLayout(boxes)
        for field in (self.id, self.name):
            field.textChanged.connect(lambda _: self.changed.emit())
            field.entered.connect(self.entered)
        self.department.currentIndexChanged.connect(lambda _: self.changed.emit())

    def show_account(self, account: Account | None) -> None:
        """Fill the form from an account, or empty it for a new one."""
        self.account = account
        state, language = self._desk.state, self._desk.language
        self.department.clear()
        self.department.addItem(text("signin.no_department", language), "")
        for each in sorted(state.departments):
            self.department.addItem(department_name(state, each, language), each)
        self.id.setEnabled(account is None)
        self.id.setText(account.id if account is not None else "")
        self.name.setText(account.name if account is not None else "")
        found = self.department.findData(account.department) if account is not None else 0
        self.department.setCurrentIndex(max(0, found))
        for role, box in self.roles.items():
            box.setChecked(account is not None and role in account.roles)
        self.changed.emit()

    @property
    def account_id(self) -> str:
        """Return the name to sign in with."""
        return self.id.text().strip().casefold()

    @property
    def chosen_roles(self) -> tuple[str, ...]:
        """Return the roles that are ticked; whoever signs in without choosing takes the first."""
        return tuple(role for role, box in self.roles.items() if box.isChecked())

    @property
    def chosen_department(self) -> str:
        """Return the department's id, empty for none."""
        return str(self.department.currentData() or "")

    @property
    def is_complete(self) -> bool:
        """Tell whether there is enough to ask for it; the rules look at the rest."""
        return bool(self.account_id and self.name.text().strip() and self.chosen_roles)

    @property
    def is_other(self) -> bool:
        """Tell whether something is other than the account has it."""
        one = self.account
        mine = (self.name.text().strip(), set(self.chosen_roles), self.chosen_department)
        return one is None or mine != (one.name, set(one.roles), one.department)
