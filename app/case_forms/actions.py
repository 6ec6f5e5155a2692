"""What can be done with the case in hand: the usual next step, the others, and the form that is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget

from app.case_forms.all_forms import FORMS
from app.case_forms.form import CaseForm
from app.case_forms.link_forms import MergeForm
from app.case_forms.shelf import Held, Shelf
from app.cases.due import instants_of
from app.desk import Desk
from app.parts.flow import Flow
from app.parts.forms import button, plain_label, show_words, small_button
from app.parts.own_commands import OwnCommands
from app.wording import label, sentence, text, tooltip
from dispatch import case_commands as k
from dispatch.case import Case
from dispatch.case_deeds import BACK, GROUPS
from dispatch.case_offers import NEXT, Offer, offered
from dispatch.commands import Body
from dispatch.events import Entry
from dispatch.state import State

# What stands in sight beside the usual next step; the rest waits behind "more".
_IN_SIGHT = frozenset({k.EscalateCase, k.AddCaseNote, k.AddEvidence, k.DeclineCase, k.DisownCase, k.ReturnCase})
_LAST = k.EscalateCase
_NEXT_KEYS = ("Alt+Return", "Alt+Enter")
_LEAST_PX = 56  # two lines of what waits behind "more"; the rest scrolls where the room is short


class CaseActions(QWidget):
    """Show what may be done with a case and do it: `show_case` at every change; commands go out by themselves.

    A form keeps what was typed until it is done or left: a refusal, or somebody else's step, takes nothing away.
    """

    working = Signal(bool)  # a form is open: the panel gives it the room of its reading side

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case: Case | None = None
        self._offers: tuple[Offer, ...] = ()
        self._forms: dict[type, CaseForm] = {}
        self._own = OwnCommands(desk, self)
        self._was_refused = False
        self._keeps_focus = False
        self.form: CaseForm | None = None
        self.buttons: dict[type, QAbstractButton] = {}
        self.said = plain_label()
        self.row = Flow()
        self._group_lines: list[QWidget] = []
        self.more_button = small_button(text("case_form.more", desk.language), self._toggle_more)
        self.more_button.setCheckable(True)
        self._groups = Held()
        self.groups = Shelf(self._groups, least_px=_LEAST_PX)
        self.why_not = plain_label(role="muted")
        self._form_place = QVBoxLayout()
        self._lay_out()
        self._connect()
        self.show_case(None)

    def show_case(self, case: Case | None) -> None:
        """Take the case as it stands now; None: there is none in hand."""
        before, self._case = self._case, case
        if before is None or case is None or before.id != case.id:
            self.close_form()
            self._own.forget()
            self._say("")
            self.more_button.setChecked(False)
        elif self.form is not None:
            self.form.show_case(case)
            if before.stage is not case.stage and not self._own.is_waiting:
                stage = label("case_stage", case.stage.value, self._desk.language)
                self._say(text("case_form.moved_meanwhile", self._desk.language, at_stage=stage), "warning")
        self._offer()

    def open(self, deed: str, *, into: int = 0) -> None:
        """Open the form of `merge`, with the case that is to go on for both."""
        if deed == "merge" and k.MergeCase in self.buttons:
            self.open_form(k.MergeCase)
            if isinstance(self.form, MergeForm) and into:
                self.form.begin_with(into)

    def open_form(self, command: type) -> None:
        """Open the form of a command for the case in hand."""
        if self._case is None or command not in FORMS:
            return
        self.close_form()
        self._say("")
        form = self._forms.get(command)
        if form is None:
            form = self._forms[command] = FORMS[command](self._desk)
            form.asked.connect(self._do)
            form.left.connect(self.close_form)
            self._form_place.addWidget(form)
        self.form = form
        form.show()
        form.open_for(self._case)
        self._show_buttons()
        self.working.emit(True)

    def do_next(self) -> None:
        """Open the form of the usual next step, where it can be done."""
        for offer in self._offers:
            if offer.is_next and offer.against is None and self.form is None:
                self.open_form(offer.command)

    def close_form(self) -> None:
        """Leave the form that is open; photographs in it stay where they are kept, the case does not get them."""
        form, self.form = self.form, None
        if form is None:
            return
        self._keeps_focus = self._has_focus()
        form.hide()
        form.let_go()
        self._show_buttons()
        self.working.emit(False)
        self._keep_focus()

    def _lay_out(self) -> None:
        self._groups_box = QVBoxLayout(self._groups)
        self._groups_box.setContentsMargins(0, 0, 0, 0)
        self._groups_box.setSpacing(3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for each in (self.row, self.why_not, self.groups, self.said):
            layout.addWidget(each)
        layout.addLayout(self._form_place)

    def _connect(self) -> None:
        desk = self._desk
        desk.state_changed.connect(self._on_state)
        self._own.not_done.connect(self._on_not_done)
        desk.who_changed.connect(self._on_who)
        desk.ticked.connect(self._on_tick)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.close_form)
        for keys in _NEXT_KEYS:
            QShortcut(QKeySequence(keys), self, self.do_next)

    def _on_who(self) -> None:
        if self.form is not None and self._case is not None:
            self.form.show_case(self._case)
        self._offer()

    def _on_tick(self, now: datetime) -> None:
        """Ask anew where an instant of the case went by: what was in time then is too late now."""
        case, before = self._case, self._offered_at
        if case is None or before is None or not any(before <= at < now for at in instants_of(case)):
            return
        self._offer()
        if self.form is not None:
            self.form.check()

    def _offer(self) -> None:
        """Ask anew what may be done, and build the buttons again only where that is other than before."""
        desk, case = self._desk, self._case
        self._offered_at = desk.clock()
        found = offered(case, desk.who, desk.state, self._offered_at) if case is not None else ()
        if [(each.command, each.is_next) for each in found] != [(each.command, each.is_next) for each in self._offers]:
            self._keeps_focus = self._has_focus()
            self._offers = found
            self._build()
        self._offers = found
        for each in found:
            self._tell(self.buttons[each.command], each)
        show_words(self.why_not, self._why_not())
        self._show_buttons()
        self._keep_focus()

    def _why_not(self) -> str:
        """Say in sight what holds up the usual step of the stage: a button that is off answers no key."""
        usual = NEXT[self._case.stage][:1] if self._case is not None else ()
        held = next((each.against for each in self._offers if each.command in usual and each.against), None)
        return self._sentence(held) if held is not None else ""

    def _build(self) -> None:
        self.buttons = {}
        self.row.empty(keeps=self.more_button)
        for line in self._group_lines:
            self._groups_box.removeWidget(line)
            line.hide()
            line.deleteLater()
        usual = NEXT[self._case.stage][:1] if self._case is not None else ()
        in_sight = _IN_SIGHT | set(usual)
        shown = sorted(self._offers, key=_place_in_row)
        hidden = [each for each in shown if not each.is_next and each.command not in in_sight]
        for offer in shown:
            if offer not in hidden:
                self.row.add(self._button(offer))
        self.row.add(self.more_button)
        some = {group: [each for each in hidden if each.group == group] for group in GROUPS}
        self._group_lines = [self._line(group, offers) for group, offers in some.items() if offers]
        for line in self._group_lines:
            self._groups_box.addWidget(line)
        self.more_button.setVisible(bool(hidden))

    def _line(self, group: str, offers: list[Offer]) -> QWidget:
        line = Flow()
        made = [self._button(each) for each in offers]
        name = plain_label(label("case_group", group, self._desk.language), role="muted", wraps=False)
        name.setFixedSize(8 * name.fontMetrics().averageCharWidth(), made[0].sizeHint().height())
        for each in (name, *made):
            line.add(each)
        return line

    def _button(self, offer: Offer) -> QAbstractButton:
        words = label("case_deed", offer.command.__name__, self._desk.language)

        def do() -> None:
            self.open_form(offer.command)

        made: QAbstractButton = button(words, do, role="primary") if offer.is_next else small_button(words, do)
        self.buttons[offer.command] = made
        return made

    def _tell(self, made: QAbstractButton, offer: Offer) -> None:
        """Enable a button, or let it say which rule stands in its way."""
        made.setEnabled(offer.against is None)
        title = label("case_deed_title", offer.command.__name__, self._desk.language)
        words = title if offer.against is None else self._sentence(offer.against)
        made.setToolTip(tooltip(f"{words} ({_NEXT_KEYS[-1]})" if offer.is_next else words))
        made.setAccessibleDescription(words)

    def _show_buttons(self) -> None:
        # A form needs the room: what else could be done stands aside while one is open.
        is_free = self.form is None
        self.row.setVisible(is_free and bool(self._offers))
        self.why_not.setVisible(is_free and bool(self.why_not.text()))
        self.groups.setVisible(is_free and self.more_button.isChecked() and bool(self._group_lines))

    def _toggle_more(self) -> None:
        self._show_buttons()

    def _has_focus(self) -> bool:
        held = QApplication.focusWidget()
        return held is not None and (held is self or self.isAncestorOf(held))

    def _keep_focus(self) -> None:
        """Keep the keys here when what had them is gone: Qt would give them to the first field of the window."""
        if not self._keeps_focus:
            return
        self._keeps_focus = False
        first = next((each for each in self._offers if each.is_next), None)
        made = self.buttons.get(first.command) if first is not None else None
        (made if made is not None and made.isVisible() and made.isEnabled() else self).setFocus()

    def _do(self, bodies: tuple[Body, ...]) -> None:
        self._say("")
        self._was_refused = False
        self._own.do(*bodies)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if self._own.take(entry) and not self._own.is_waiting and not self._was_refused:
            self.close_form()

    def _on_not_done(self, reason: str, level: str) -> None:
        self._was_refused = True
        if level == "alarm":
            reason = text("incident.refused", self._desk.language, reason=reason)
        self._say(reason, level)

    def _sentence(self, refused: Any) -> str:
        return sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.said, words, level)


def _place_in_row(offer: Offer) -> int:
    """Order the buttons in sight: the next step, the way back, words, and the emergency where the hand ends."""
    if offer.is_next:
        return 0
    return 3 if offer.command is _LAST else 1 if offer.group == BACK else 2
