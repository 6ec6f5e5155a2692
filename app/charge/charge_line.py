"""Who is in charge of the incident in hand and where else it is open, with what may be done about it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.charge.hand_over_form import HandOverForm
from app.desk import Desk
from app.parts.allow import allow
from app.parts.deed_line import DeedLine
from app.parts.forms import give_key, plain_label, show_words, small_button
from app.parts.own_commands import OwnCommands
from app.parts.seats import Receiver, is_held_there, is_receiver_there, open_at, oversees, who_words
from app.wording import text
from app.wording.durations import clock
from dispatch.charge import Charge
from dispatch.charges import is_in_charge, is_there
from dispatch.commands import Body
from dispatch.desk_commands import (
    DeclineHandOver,
    GiveUpIncident,
    HandOverIncident,
    TakeIncident,
    WithdrawHandOver,
)
from dispatch.events import Entry
from dispatch.incident import Incident, Stage
from dispatch.state import State

TAKE_KEY, HAND_KEY = "Alt+Q", "Alt+Y"


class ChargeLine(QWidget):
    """Stand in the incident's panel; at a desk that has its log to itself it is not there."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._own = OwnCommands(desk, self)
        self._incident: Incident | None = None
        self._has_keys = False
        language = desk.language
        self.words = plain_label()
        self.take_button = small_button(text("room.take", language), self.take)
        self.decline_button = small_button(text("room.decline", language), self.decline)
        self.hand_button = small_button(text("room.hand", language), self.hand)
        self.back_button = small_button(text("room.take_back", language), self.take_back)
        self.give_up_button = small_button(text("room.give_up", language), self.give_up)
        self.deed = DeedLine(desk)
        self.form = HandOverForm(desk)
        for made, command in (
            (self.take_button, TakeIncident),
            (self.decline_button, DeclineHandOver),
            (self.hand_button, HandOverIncident),
            (self.back_button, WithdrawHandOver),
            (self.give_up_button, GiveUpIncident),
        ):
            allow(made, desk, command)
            made.setMinimumWidth(made.fontMetrics().horizontalAdvance(made.text()) + 18)
        self._lay_out()
        self.form.asked.connect(self._hand)
        self._own.not_done.connect(self._say_not_done)
        desk.state_changed.connect(self._on_state)
        desk.seats_changed.connect(self._refresh)
        self.show_incident(None)

    def show_incident(self, incident: Incident | None) -> None:
        """Take the incident as it stands now; None: there is none in hand."""
        before, self._incident = self._incident, incident
        if (before.id if before is not None else 0) != (incident.id if incident is not None else 0):
            self.put_away()
        self._refresh()

    def put_away(self) -> None:
        """Ask nothing any more."""
        self._own.forget()
        self.deed.put_away()
        self.form.hide()
        show_words(self.said, "")

    def take(self) -> None:
        """Take charge: at once of what nobody has or is offered here; of somebody else's the reason is asked first."""
        incident, charge = self._incident, self._charge
        if incident is None:
            return
        self.put_away()
        if charge is not None and self._must_say_why:
            question = self._words("room.take_over_why", number=incident.id, name=self._holder(charge))
            self.deed.ask_deed(
                question,
                lambda reason: TakeIncident(incident.id, reason),
                do_words=self._words("room.do_take_over"),
            )
        else:
            self._do(TakeIncident(incident.id))

    def decline(self) -> None:
        """Ask why what is offered is not taken."""
        incident = self._incident
        if incident is not None:
            self.put_away()
            self.deed.ask_deed(
                self._words("room.decline_why", number=incident.id),
                lambda reason: DeclineHandOver(incident.id, reason),
                do_words=self._words("room.do_decline"),
            )

    def hand(self) -> None:
        """Ask to whom it is handed over."""
        incident, charge = self._incident, self._charge
        if incident is not None:
            self.put_away()
            but = charge.seat if charge is not None and charge.is_held else ""
            self.form.ask(self._words("room.hand_to", number=incident.id), but=but)

    def take_back(self) -> None:
        """Offer it to nobody any more."""
        if self._incident is not None:
            self.put_away()
            self._do(WithdrawHandOver(self._incident.id))

    def give_up(self) -> None:
        """Ask why nobody is to be in charge."""
        incident = self._incident
        if incident is not None:
            self.put_away()
            self.deed.ask_deed(
                self._words("room.give_up_why", number=incident.id),
                lambda reason: GiveUpIncident(incident.id, reason),
                do_words=self._words("room.do_give_up"),
            )

    @property
    def _charge(self) -> Charge | None:
        return self._desk.state.charges.get(self._incident.id) if self._incident is not None else None

    @property
    def _is_offered(self) -> bool:
        charge = self._charge
        return charge is not None and charge.offer is not None and charge.offer.is_for(self._desk.who)

    @property
    def _is_others(self) -> bool:
        charge = self._charge
        return charge is not None and charge.is_held and not is_in_charge(self._desk.state, charge, self._desk.who)

    @property
    def _must_say_why(self) -> bool:
        """Tell whether the rules ask for a reason: they know who signed out, and not whose program is silent."""
        charge = self._charge
        return charge is not None and self._is_others and not self._is_offered and is_there(self._desk.state, charge)

    def _holder(self, charge: Charge) -> str:
        return who_words(self._desk, charge.actor, charge.seat)

    def _lay_out(self) -> None:
        self.said = plain_label()
        line = QHBoxLayout()
        line.setSpacing(3)
        line.addWidget(self.words, 1)
        for made in (
            self.take_button,
            self.decline_button,
            self.hand_button,
            self.back_button,
            self.give_up_button,
        ):
            line.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(line)
        column.addWidget(self.form)
        column.addWidget(self.deed)
        column.addWidget(self.deed.said)
        column.addWidget(self.said)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if self._own.take(entry):
            show_words(self.said, "")

    def _refresh(self, _: object = None) -> None:
        incident = self._incident
        is_shown = self._desk.seats is not None and incident is not None and incident.stage is not Stage.CLOSED
        self.setVisible(is_shown)
        if not is_shown:
            return
        if not self._has_keys:  # a desk alone has no keys for it either
            self._has_keys = True
            give_key(self.take_button, TAKE_KEY)
            give_key(self.hand_button, HAND_KEY)
        charge, is_offered, is_others = self._charge, self._is_offered, self._is_others
        is_held = charge is not None and charge.is_held
        is_mine = is_held and not is_others
        offer = charge.offer if charge is not None else None
        since = clock(charge.since, self._desk.state.time_zone) if charge is not None and charge.is_held else ""
        self.words.setToolTip(self._words("room.since", clock=since) if since else "")
        show_words(self.words, self._told(charge), "notice" if is_offered else "" if is_held else "muted")
        self.take_button.setText(self._words("room.take_over" if self._must_say_why else "room.take"))
        self.take_button.setAccessibleName(self.take_button.text())
        self.take_button.setMinimumWidth(self.take_button.fontMetrics().horizontalAdvance(self.take_button.text()) + 18)
        self.take_button.setVisible(not is_mine)
        self.decline_button.setVisible(is_offered)
        made_it = offer is not None and (offer.actor, offer.seat) == (self._desk.who.actor, self._desk.who.seat)
        may_move = is_mine or oversees(self._desk)
        self.back_button.setVisible(offer is not None and not is_offered and (made_it or may_move))
        self.hand_button.setVisible(offer is None and (not is_held or may_move))
        self.give_up_button.setVisible(is_mine and offer is None)

    def _told(self, charge: Charge | None) -> str:
        """Say who has it, to whom it is offered, and where else it is open."""
        desk = self._desk
        parts = []
        if charge is None or not charge.is_held:
            parts.append(self._words("room.nobody_in_charge"))
        elif not self._is_others:
            parts.append(self._words("room.you_in_charge"))
        else:
            key = "room.in_charge" if is_held_there(desk, charge) else "room.in_charge_gone"
            parts.append(self._words(key, name=self._holder(charge)))
        offer = charge.offer if charge is not None else None
        if offer is not None and self._is_offered:
            name = who_words(desk, offer.actor, offer.seat)
            parts.append(self._words("room.offered_you", name=name, note=offer.note))
        elif offer is not None:
            key = "room.offered_to" if is_receiver_there(desk, offer.to_seat, offer.to_actor) else "room.offered_away"
            parts.append(self._words(key, name=who_words(desk, offer.to_actor, offer.to_seat)))
        assert self._incident is not None
        holder = charge.seat if charge is not None and charge.is_held else ""
        seats = [each.seat for each in open_at(desk, incident_id=self._incident.id) if each.seat != holder]
        if seats:
            parts.append(self._words("room.open_at", seats=seats))
        return " · ".join(parts)

    def _hand(self, to: Receiver, note: str) -> None:
        if self._incident is not None:
            self._do(HandOverIncident(self._incident.id, to.to_seat, to.to_actor, note))

    def _do(self, body: Body) -> None:
        show_words(self.said, "")
        self._own.do(body)

    def _say_not_done(self, reason: str, level: str) -> None:
        show_words(self.said, self._words("incident.refused", reason=reason), level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
