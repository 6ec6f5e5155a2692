"""Action cards: who holds a role, and what of it is done, line by line."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from app.desk import Desk
from app.major.page import Page, Sheet
from app.parts.forms import plain_label
from app.parts.reason_line import ReasonLine
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, one_line, plain, text
from dispatch.action_cards import ActionCard
from dispatch.commands import Body
from dispatch.major import ROLES
from dispatch.major_commands import AssignRole, TickAction, UntickAction
from dispatch.major_now import roles_now, ticked


class _HolderSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.give_role", desk.language), has_cancel=False)
        self.number, self.role_id, self.shown = 0, "", ""
        self.holder = self.line("major.holder")
        self.holder.entered.connect(self.ask)

    def take(self, number: int, role_id: str, holder: str) -> None:
        """Take a role in hand; what is typed for the same one stays."""
        is_same = (number, role_id) == (self.number, self.role_id)
        if not is_same or self.holder.text() == self.shown:
            self.number, self.role_id, self.shown = number, role_id, holder
            self.holder.setText(holder)
            self.filled_at = self._desk.state.sequence

    def body(self) -> Body | None:
        """Return who holds the role."""
        return AssignRole(self.number, self.role_id, self.holder.text().strip())


class CardsPage(Page):
    """One card at a time: its holder, its lines; a tick is taken back with a reason."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.role = QComboBox()
        self.role.setAccessibleName(self.words("major.role"))
        self.role.setMinimumContentsLength(16)
        self.role.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sheet = _HolderSheet(desk)
        self.lines = RowList(self.words("major.card_lines"))
        self.no_card = plain_label(self.words("major.no_card"), role="muted")
        self.why = ReasonLine(desk.language)
        self.column.addWidget(self.role)
        self.keep(self.sheet, AssignRole, is_open=True)
        self.column.addWidget(self.no_card)
        self.column.addWidget(self.why)
        self.column.addWidget(self.lines, 1)
        self.column.addStretch(0)
        self.role.currentIndexChanged.connect(lambda _: self._show_role())
        self.lines.ticked.connect(self._on_ticked)

    @property
    def role_id(self) -> str:
        """Return the role in hand."""
        return self.role.currentData() or ""

    def begin(self) -> None:
        """Ask for no reason about another incident."""
        self.why.hide()
        self.role.setCurrentIndex(0)

    def take_role(self, role_id: str) -> None:
        """Take a role in hand."""
        self.role.setCurrentIndex(max(0, self.role.findData(role_id)))

    def refresh(self) -> None:
        """List the roles with who holds them and how far their cards are."""
        major = self.major
        assert major is not None
        holders = roles_now(major)
        cards = {card.id: card for card in major.cards}
        wanted = [*cards, *(each for each in ROLES if each not in cards)]
        kept = self.role_id
        entries = [(self._named(each, cards.get(each), holders.get(each, "")), each) for each in wanted]
        self.role.blockSignals(True)
        if [self.role.itemData(at) for at in range(self.role.count())] != wanted:
            self.role.clear()
            for words, each in entries:
                self.role.addItem(words, each)
            self.role.setCurrentIndex(max(0, self.role.findData(kept)))
        else:
            for at, (words, _) in enumerate(entries):
                if self.role.itemText(at) != words:
                    self.role.setItemText(at, words)
        self.role.blockSignals(False)
        self._show_role()

    def badge(self) -> tuple[str, str]:
        """Return how many lines are done of all."""
        if self.major is None or not self.major.cards:
            return "", ""
        lines = sum(len(card.lines) for card in self.major.cards)
        return f"{len(self.major.ticks)}/{lines}", ""

    def sheet_done(self, sheet: Sheet) -> None:
        """The holder stands in the list of roles now."""
        sheet.filled_at = self._desk.state.sequence
        self.sheet.shown = self.sheet.holder.text()

    def _named(self, role_id: str, card: ActionCard | None, holder: str) -> str:
        parts = [self._title(role_id, card)]
        if holder:
            parts.append(one_line(holder, 30))
        if card is not None and self.major is not None:
            done = sum(ticked(self.major, card.id, line.id) is not None for line in card.lines)
            parts.append(f"{done}/{len(card.lines)}")
        return " · ".join(parts)

    def _title(self, role_id: str, card: ActionCard | None) -> str:
        if card is None:
            return label("ics_role", role_id, self._desk.language)
        return one_line(card.title_zh if self._desk.language == "zh" and card.title_zh else card.title, 60)

    def _card(self) -> ActionCard | None:
        cards = self.major.cards if self.major is not None else ()
        return next((card for card in cards if card.id == self.role_id), None)

    def _show_role(self) -> None:
        major, card = self.major, self._card()
        if major is None:
            return
        self.sheet.take(self.number, self.role_id, roles_now(major).get(self.role_id, ""))
        rows = []
        for line in card.lines if card is not None else ():
            done = ticked(major, self.role_id, line.id)
            words = line.text_zh if self._desk.language == "zh" and line.text_zh else line.text
            by = " ".join(
                part for part in (self.when(done.ticked_at), one_line(done.ticked_by, 20)) if part
            ) if done is not None else ""  # fmt: skip
            rows.append(
                Row(
                    line.id,
                    plain(words),
                    right=by,
                    detail=one_line(done.text, 200) if done is not None else "",
                    tone="muted" if done is not None else "normal",
                    check=done is not None,
                    is_quiet=True,
                )
            )
        self.lines.set_rows(rows)
        self.lines.setVisible(bool(rows))
        self.no_card.setVisible(card is None)

    def _on_ticked(self, line_id: str, on: bool) -> None:
        if on:
            self.ask(TickAction(self.number, self.role_id, line_id))
            return
        number, role_id = self.number, self.role_id
        question = next((row.title for row in self.lines.rows if row.key == line_id), "")
        self.why.ask(
            self.words("major.why_not_done", line=one_line(question, 80)),
            lambda reason: self.ask(UntickAction(number, role_id, line_id, reason)),
        )
