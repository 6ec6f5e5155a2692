"""What departments were told to do: of the incident or case in hand, or all that a department owes, by deadline."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.cases.words import when_words
from app.desk import Desk
from app.duties.form_place import FormPlace
from app.duties.forms import DutyForm
from app.duties.in_hand import InHand
from app.duties.offers import MOVES, offered, speaks_for
from app.duties.rows import DRAFT, by_deadline, by_department, step_rows, usual_rows
from app.duties.usual import Usual, without
from app.duties.whose import EVERYBODY, WhoseDuties
from app.duties.words import about_words
from app.parts.flow import Flow
from app.parts.forms import give_key, plain_label, show_words, small_button
from app.parts.names import department_name
from app.parts.own_commands import OwnCommands
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, text
from dispatch import duty_commands as d
from dispatch.commands import Body
from dispatch.duty import Duty
from dispatch.events import Entry
from dispatch.state import State

LOW_PX = 480  # a dock this low has no room for what happened to a duty before
HAND, ALL = "hand", "all"
_PAGES = {HAND: "duties.page_hand", ALL: "duties.page_all"}
_NOTHING_TO_ASK = frozenset({d.AcceptDuty, d.StartDuty, d.ConfirmDuty})


class DutiesPanel(QWidget):
    """Follow the desk's selection; every button sends one command and says where it was refused."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._own = OwnCommands(desk, self)
        self._left_out: frozenset[str] = frozenset()
        self._hand = InHand(desk)
        self.usual = Usual(desk, self)
        self.pages: dict[str, QToolButton] = {}
        self.department = WhoseDuties(desk)
        self.about = plain_label(role="title")
        self.lead = plain_label(role="muted")
        self.lead_button = small_button(self._words("duties.change_lead"), self.change_lead, role="flat")
        self.list = RowList(self._words("duties.list"))
        self.steps = RowList(self._words("duties.steps"), grows=True, most_rows=3, least_rows=1)
        self.buttons: dict[type, QToolButton] = {}
        self.usual_button = small_button("", self.give_usual)
        self.give_button = small_button(self._words("duties.give"), self.give)
        self.said = plain_label()
        self._lay_out()
        self._connect()
        self._on_who()
        self._refresh()

    @property
    def page(self) -> str:
        """Return what is shown: of what is in hand, or all that is open."""
        return next((key for key, made in self.pages.items() if made.isChecked()), HAND)

    @property
    def duty(self) -> Duty | None:
        """Return the duty of the row in hand as it stands."""
        kind, _, number = self.list.current_key.partition(":")
        return self._desk.state.duties.get(int(number)) if kind == "duty" else None

    def open_page(self, page: str) -> None:
        """Show what is in hand, or all that is open."""
        self.pages[page].setChecked(True)
        self._close_forms()
        self._refresh()

    def focus_list(self) -> None:
        """Put the keys on the list."""
        self.list.setFocus()

    def take_duty(self, duty_id: int) -> None:
        """Make one duty the current one, where it is shown."""
        self.list.take_key(f"duty:{duty_id}")

    def give_usual(self) -> None:
        """Give at once what is usual for the kind and is ticked."""
        drafts = without(self.usual.drafts(), {}, self._left_out)
        if drafts:
            incident_id, case_id = self._hand.ids
            self._do(d.GiveDuties(drafts, incident_id, case_id))

    def give(self) -> None:
        """Open the form for a duty by hand."""
        incident_id, case_id = self._hand.ids
        if incident_id is None and case_id is None:
            return
        incident = self._hand.incident
        self._open(self.give_form)
        self.give_form.open_for(incident_id, case_id, incident.lead if incident else "", self._hand.duties)

    def change_lead(self) -> None:
        """Open the form for the lead department."""
        incident = self._hand.incident
        if incident is not None:
            self._open(self.lead_form)
            self.lead_form.open_for(incident)

    def act(self, command: type) -> None:
        """Do something with the duty in hand: at once where there is nothing to ask."""
        duty = self.duty
        if duty is None or command not in offered(duty, self._desk.who):
            return
        is_centre = command is d.ConfirmDuty
        if command in _NOTHING_TO_ASK and (is_centre or speaks_for(duty, self._desk.who)):
            self._do(command(duty.id))
            return
        self._open(self.forms.move(command))
        self.forms.fill_move(command, duty, self._hand.siblings(duty))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().height() < LOW_PX) != (event.oldSize().height() < LOW_PX):
            self._show_deeds()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        self._group = QButtonGroup(self)
        for key in _PAGES:
            made = small_button(self._words(_PAGES[key]), partial(self.open_page, key), role="flat")
            made.setCheckable(True)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(made)
            self.pages[key] = made
            top.addWidget(made)
        top.addWidget(self.department)
        leads = QHBoxLayout()
        leads.addWidget(self.lead, 1)
        leads.addWidget(self.lead_button)
        self.lead_line = QWidget()
        leads.setContentsMargins(0, 0, 0, 0)
        self.lead_line.setLayout(leads)
        self.deeds = Flow()
        for command in (*MOVES, d.LinkDuty, d.SetDutyDeadline):
            words = label("duty_deed", command.__name__, self._desk.language)
            self.buttons[command] = small_button(words, partial(self.act, command))
            self.deeds.add(self.buttons[command])
        self.foot = QWidget()
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.usual_button)
        foot.addStretch(1)
        foot.addWidget(self.give_button)
        forms = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(5)
        layout.addLayout(top)
        layout.addWidget(self.about)
        layout.addWidget(self.lead_line)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.steps)
        layout.addWidget(self.deeds)
        layout.addLayout(forms)
        layout.addWidget(self.said)
        layout.addWidget(self.foot)
        self.forms = FormPlace(self._desk, forms)
        self.give_form, self.lead_form, self.move_forms = self.forms.give, self.forms.lead, self.forms.moves
        give_key(self.buttons[d.AcceptDuty], "Alt+T")
        give_key(self.give_button, "Alt+G")
        give_key(self.usual_button, "Alt+U")

    def _connect(self) -> None:
        desk = self._desk
        desk.selection_changed.connect(self._on_selection)
        desk.state_changed.connect(self._on_state)
        desk.who_changed.connect(self._on_who)
        self._own.not_done.connect(self._say)
        desk.ticked.connect(self._on_tick)
        self.list.pointed.connect(lambda _: self._show_deeds())
        self.list.chosen.connect(self._on_chosen)
        self.list.ticked.connect(self._on_ticked)
        self.department.currentIndexChanged.connect(lambda _: self._refresh())
        self.usual.changed.connect(self._refresh)
        self.forms.asked.connect(self._do)
        self.forms.left.connect(self._close_forms)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._close_forms)

    def _on_selection(self) -> None:
        if self.page == HAND:
            self._left_out = frozenset()
            self._close_forms()
            self._say("")
            self._refresh(take_first=True)

    def _on_who(self, *_: object) -> None:
        """Begin with what somebody of a department owes, at the desk with what is in hand."""
        who = self._desk.who
        self.department.list_departments(who.department)
        self.pages[ALL if who.role == "department_officer" else HAND].setChecked(True)
        self._close_forms()
        self._refresh()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if self._own.take(entry):
            self._say("")
            if not self._own.is_waiting:
                self._close_forms()
        if entry is None or not self.department.is_complete:
            self.department.list_departments(self.department.department)
        self._refresh()

    def _on_tick(self) -> None:
        if self.isVisible():
            self._fill()

    def _on_chosen(self, key: str) -> None:
        duty = self.duty
        if duty is not None and self.page == ALL:
            self._desk.select(incident_id=duty.incident_id, case_id=duty.case_id)

    def _on_ticked(self, key: str, is_on: bool) -> None:
        code = key.removeprefix(DRAFT)
        self._left_out = self._left_out - {code} if is_on else self._left_out | {code}
        self._refresh()

    def _refresh(self, *, take_first: bool = False) -> None:
        is_hand = self.page == HAND
        incident = self._hand.incident
        incident_id, case_id = self._hand.ids
        if is_hand:
            self.usual.read()
            self.usual.prepare(self._hand.kind, incident.lead if incident else "", tuple(self._hand.duties))
        about = about_words(self._desk, incident_id=incident_id, case_id=case_id)
        show_words(self.about, (about or self._words("duties.nothing_in_hand")) if is_hand else "")
        self.department.setVisible(not is_hand)
        self.lead_line.setVisible(is_hand and incident is not None)
        if incident is not None:
            name = department_name(self._desk.state, incident.lead, self._desk.language) if incident.lead else "–"
            show_words(self.lead, self._words("duties.leads", name=name))
        is_open = self._hand.is_open
        self.lead_button.setVisible(is_open and self._desk.may(d.NameLead))
        self.foot.setVisible(is_hand and is_open and self._desk.may(d.GiveDuties))
        ticked = [draft for draft in self.usual.drafts() if draft.code not in self._left_out]
        self.usual_button.setText(self._words("duties.give_usual", count=len(ticked)))
        self.usual_button.setAccessibleName(self.usual_button.text())
        self.usual_button.setVisible(is_hand and bool(ticked))
        self._fill(take_first=take_first)

    def _fill(self, *, take_first: bool = False) -> None:
        desk, now = self._desk, self._desk.clock()
        if self.page == HAND:
            rows = by_department(desk, self._hand.duties, now)
            if self._hand.is_open and desk.may(d.GiveDuties):
                rows += usual_rows(desk, self.usual, self._left_out)
            none = "duties.none_here"
        else:
            of = self.department.department
            held = (desk.state.duties[each] for each in desk.state.open_duties)
            rows = by_deadline(desk, [duty for duty in held if of in (EVERYBODY, duty.department)], now)
            none = "duties.none_open"
        if not rows and (self.page == ALL or self._hand.ids != (None, None)):
            rows = [Row("none", self._words(none), tone="muted", is_quiet=True)]
        self.list.set_rows(rows, take_first=take_first)
        self._show_deeds()

    def _show_deeds(self) -> None:
        duty, desk = self.duty, self._desk
        offers = offered(duty, desk.who) if duty is not None else ()
        has_form = self.forms.shown is not None
        for command, made in self.buttons.items():
            made.setVisible(command in offers)
        self.deeds.setVisible(bool(offers) and not has_form)
        when = partial(when_words, now=desk.clock(), zone=desk.state.time_zone, language=desk.language)
        self.steps.set_rows(step_rows(desk, duty, when) if duty is not None else [])
        is_roomy = self.height() >= LOW_PX
        self.steps.setVisible(duty is not None and bool(duty.steps) and is_roomy and not has_form)

    def _open(self, form: DutyForm) -> None:
        self._close_forms()
        self._say("")
        form.show()
        self.foot.hide()
        self._show_deeds()

    def _close_forms(self) -> None:
        form = self.forms.shown
        if form is None:
            return
        had_keys = form.isAncestorOf(self.focusWidget() or self)
        form.hide()
        if had_keys:
            self.list.setFocus()
        self._refresh()

    def _do(self, body: Body) -> None:
        self._say("")
        self._own.do(body)

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.said, words, level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
