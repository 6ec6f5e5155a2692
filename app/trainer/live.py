"""Live play: a form for each kind of inject, and what became of what was let happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QScrollArea, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.parts.flow import Flow
from app.parts.forms import button, plain_label, show_words, small_button
from app.trainer.form import Form, NotYet, Wish
from app.trainer.picks import IncidentPick, UnitPick
from app.trainer.sitting import Sitting
from app.trainer.voice_forms import CallerForm, CallForm, CrewForm, RadioForm, RaisedForm
from app.trainer.when_field import NOW, WhenField
from app.trainer.world_forms import ClosureForm, FailureForm, WeatherForm
from app.wording import label, one_line, text
from dispatch import injects as i
from dispatch.commands import Body, Who
from dispatch.events import Entry
from dispatch.exercise.exercise import TRAINER_SEAT
from dispatch.injects import Inject
from dispatch.state import State

FORMS: dict[str, Callable[[Sitting], Form]] = {
    i.CALL: CallForm,
    i.CALLER: CallerForm,
    i.CREW: CrewForm,
    i.FAILURE: FailureForm,
    i.RADIO: RadioForm,
    i.RAISED: RaisedForm,
    i.CLOSURE: ClosureForm,
    i.WEATHER: WeatherForm,
}
SEND_KEY = "Ctrl+Return"
PATIENCE_MS = 4_000
AGAIN_MS = 400


@dataclass(slots=True)
class _Asked:
    """What was asked for and has not been answered; `deeds` are those of which nothing is known yet."""

    form: Form
    wish: Wish
    deeds: list[tuple[Body, Who]]


class LivePlay(QWidget):
    """Offer the kinds of injects and send what a form says; refused or failed, it stands there to be mended."""

    draw_wanted = Signal(bool)

    def __init__(self, sitting: Sitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sitting = sitting
        language = sitting.language
        self._asked: _Asked | None = None
        self.heading = plain_label(text("trainer.live", language), role="title", wraps=False)
        self.kinds = Flow()
        self.stack = QStackedWidget()
        self.forms: dict[str, Form] = {}
        self.tabs: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        for number, kind in enumerate(FORMS, start=1):
            tab = small_button(label("live_play", kind, language), partial(self.show_kind, kind), role="tab")
            tab.setCheckable(True)
            sitting.keys.give(tab, f"Alt+{number}")
            group.addButton(tab)
            self.kinds.add(tab)
            self.tabs[kind] = tab
        self.when = WhenField(sitting)
        self.send_button = button(text("trainer.send", language), self.send, role="primary")
        self.send_button.setToolTip(f"{text('trainer.send', language)} (Ctrl+Enter)")
        sitting.keys.on(SEND_KEY, self.send)
        self.said = plain_label()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.stack)
        for part in (scroll.viewport(), self.stack):
            part.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.heading)
        column.addWidget(self.kinds)
        column.addWidget(scroll, 1)
        column.addWidget(self.when)
        column.addWidget(self.said)
        column.addWidget(self.send_button)
        self._late = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._late.timeout.connect(self._on_late)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._refresh)
        sitting.begun.connect(self._begin)
        sitting.told.connect(self._on_told)
        sitting.stepped.connect(lambda at: None if self._again.isActive() else self._again.start())
        sitting.happened.connect(self._on_happened)
        sitting.planned.connect(self._on_planned)
        self.when.kind.currentIndexChanged.connect(lambda _: self._show_ready())
        sitting.not_happened.connect(self._on_not_happened)
        sitting.deed_failed.connect(self._on_deed_failed)
        sitting.ended.connect(self._show_ready)
        self.show_kind(i.CALL)

    @property
    def kind(self) -> str:
        """Return the kind of inject whose form is shown."""
        return next(kind for kind, form in self.forms.items() if form is self.stack.currentWidget())

    @property
    def form(self) -> Form:
        """Return the form that is shown."""
        return self.forms[self.kind]

    def show_kind(self, kind: str) -> None:
        """Show the form of a kind, as it was left, and go into it."""
        if kind not in self.forms:
            form = self.forms[kind] = FORMS[kind](self._sitting)
            if isinstance(form, ClosureForm):
                form.draw_wanted.connect(self._ask_drawing)
            self.stack.addWidget(form)
        self.forms[kind].refresh()
        self.stack.setCurrentWidget(self.forms[kind])
        self.tabs[kind].setChecked(True)
        if self._asked is None:
            show_words(self.said, "")
        self.forms[kind].setFocus()

    def take_drawing(self, kind: str, corners: list[tuple[float, float]]) -> None:
        """Give what was drawn on the map to the form of roads."""
        form = self.forms.get(i.CLOSURE)
        if isinstance(form, ClosureForm):
            form.take_drawing((kind, corners))
            self.show_kind(i.CLOSURE)

    def take_mark(self, kind: str, key: str) -> None:
        """Choose in the form that is shown what was clicked on the map: an incident or a unit."""
        form = self.form
        about, unit = getattr(form, "about", None), getattr(form, "unit", None)
        if kind == "incident" and key.isdigit() and isinstance(about, IncidentPick):
            about.take(int(key))
        elif kind == "unit" and isinstance(unit, UnitPick):
            unit.take(key)

    def send(self) -> None:
        """Let happen what the form says."""
        form, play = self.form, self._sitting.play
        if not self.send_button.isEnabled():
            return
        try:
            wish, when = form.wish(), self.when.conditions
            if when and wish.inject is None:
                raise NotYet(self.when.kind, text("trainer.plan_not_this", self._sitting.language))
        except NotYet as missing:
            show_words(self.said, str(missing), "warning")
            missing.field.setFocus()
            return
        self._asked = _Asked(form, wish, list(wish.deeds))
        show_words(self.said, text("trainer.sending", self._sitting.language))
        self._late.start()
        self._show_ready()
        if wish.inject is not None and when:
            play.plan(replace(wish.inject, when=when))
        elif wish.inject is not None:
            play.inject(wish.inject)
        for body, who in wish.deeds:
            play.act(body, who)

    def _ask_drawing(self, is_area: bool) -> None:
        show_words(self.said, text("trainer.drawing", self._sitting.language))
        self.draw_wanted.emit(is_area)

    def _begin(self) -> None:
        """Go on with another play: what was typed stays, what was asked of the last one is nobody's any more."""
        self._asked = None
        self._late.stop()
        show_words(self.said, "")
        self._refresh()

    def _refresh(self) -> None:
        self.form.refresh()
        self.when.refresh()
        self._show_ready()

    def _show_ready(self) -> None:
        code = "trainer.send" if self.when.kind.currentData() == NOW else "trainer.plan_it"
        words = text(code, self._sitting.language)
        if self.send_button.text() != words:
            self.send_button.setText(words)
            self.send_button.setAccessibleName(words)
            self.send_button.setToolTip(f"{words} (Ctrl+Enter)")
        self.send_button.setEnabled(self._asked is None and not self._sitting.play.is_over)

    def _on_told(self, entry: Entry, state: State) -> None:
        asked = self._asked
        if asked is not None and entry.seat == TRAINER_SEAT:
            mine = next((each for each in asked.deeds if each[1].actor == entry.actor), None)
            if mine is not None:
                asked.deeds.remove(mine)
                if not asked.deeds:
                    self._done(asked)
        if not self._again.isActive():
            self._again.start()

    def _on_happened(self, inject: Inject) -> None:
        asked = self._asked
        if asked is not None and asked.wish.inject is not None and asked.wish.inject.id == inject.id:
            self._done(asked)

    def _on_planned(self, inject: Inject) -> None:
        asked = self._asked
        if asked is not None and asked.wish.inject is not None and asked.wish.inject.id == inject.id:
            self.when.empty()
            self._done(asked, "trainer.planned")

    def _done(self, asked: _Asked, code: str = "trainer.happened") -> None:
        words = text(code, self._sitting.language, what=one_line(asked.wish.words, 160))
        asked.form.empty()
        self._answered(words, "good")

    def _on_not_happened(self, inject: Inject, why: str) -> None:
        asked = self._asked
        if asked is not None and asked.wish.inject is not None and asked.wish.inject.id == inject.id:
            self._fail(why)

    def _on_deed_failed(self, body: Body, why: str) -> None:
        asked = self._asked
        if asked is not None and any(each == body for each, _ in asked.deeds):
            self._fail(why)

    def _fail(self, why: str) -> None:
        self._answered(text("trainer.not_happened", self._sitting.language, reason=one_line(why, 300)), "warning")

    def _on_late(self) -> None:
        if self._asked is not None:  # a status that was so already changes nothing, and nobody tells of it
            self._answered(text("trainer.nothing_changed", self._sitting.language), "warning")

    def _answered(self, words: str, level: str) -> None:
        self._asked = None
        self._late.stop()
        show_words(self.said, words, level)
        self._refresh()
