"""The trainer's window: the script, live play, what was decided, and time; one calm screen, all of it by keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.parts.forms import button, plain_label, show_words
from app.trainer.branching import Branching
from app.trainer.decisions import Decisions
from app.trainer.face import Session
from app.trainer.live import LivePlay
from app.trainer.marking import Marking
from app.trainer.really import Really
from app.trainer.script_view import ScriptView
from app.trainer.sitting import Sitting
from app.trainer.transport import Transport
from app.window.frame import Frame
from app.window.in_turns import Parts, at_once, dressed
from app.wording import one_line, text

if TYPE_CHECKING:
    from app.trainer.small_map import SmallMap

SIZE = (1500, 920)
LEAST = (1100, 640)
SHARES = (4, 5, 5)
HALVES = (400, 330)
DEBRIEF_KEY = "Ctrl+D"


class TrainerWindow(QMainWindow):
    """Follow a session through all its branches. `debriefing_wanted` asks for the debriefing of what is played now."""

    debriefing_wanted = Signal()
    left = Signal()  # it was closed: nobody has a hand on time any more

    def __init__(self, session: Session) -> None:
        super().__init__(None, Qt.WindowType.Window)
        at_once(self._build(session))

    @classmethod
    def in_parts(cls, session: Session) -> Parts[TrainerWindow]:
        """Make the window in parts, none of which holds up the trainee's; where that is stopped, nothing is left."""
        window = cls.__new__(cls)
        QMainWindow.__init__(window, None, Qt.WindowType.Window)
        try:
            yield from window._build(session)
            yield from dressed(window)
            yield
        except BaseException:
            window._let_go()
            window.deleteLater()
            raise
        return window

    def _build(self, session: Session) -> Parts[None]:
        self.setObjectName("trainer_window")
        self.setContentsMargins(Frame.WIDTH, Frame.WIDTH, Frame.WIDTH, Frame.WIDTH)
        self.setMinimumSize(*LEAST)
        self._is_gone = False
        self.sitting = sitting = Sitting(session)
        language = sitting.language
        self.script = ScriptView(sitting)
        yield
        self.live = LivePlay(sitting)
        yield
        self.map: SmallMap | None = None
        self.decisions = Decisions(sitting)
        self.really = Really(sitting)
        self.marking = Marking(sitting)
        self.branching = Branching(sitting)
        yield
        self.transport = Transport(sitting)
        self.debrief_button = button(
            text("trainer.debrief", language), self.debriefing_wanted.emit, tip=text("trainer.debrief_tip", language)
        )
        sitting.keys.give(self.debrief_button, DEBRIEF_KEY)
        self.transport.row.addWidget(self.debrief_button)
        self.debrief_button.hide()
        self.said = plain_label()
        self.keys = plain_label(text("trainer.keys", language), role="caption", wraps=False)
        self.keys.setMinimumWidth(1)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.really, text("trainer.really", language))
        self.tabs.addTab(self.marking, text("trainer.marks", language))
        self.tabs.addTab(self.branching, text("trainer.branches", language))
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.frame = Frame(self)
        yield
        yield from self._arrange()
        yield
        self._give_keys()
        self.decisions.pointed.connect(self.really.show_incident)
        self.marking.wanted.connect(partial(self.tabs.setCurrentWidget, self.marking))
        sitting.begun.connect(self._show_title)
        sitting.bad.connect(lambda why: self.say(text("trainer.went_wrong", language, reason=one_line(why, 200))))
        self._show_title()
        self.resize(*SIZE)

    def say(self, words: str, level: str = "warning") -> None:
        """Say something at the foot."""
        show_words(self.said, words, level)

    def go_to(self, number: int) -> None:
        """Go to a part of the window, counted from 1."""
        part = self._parts()[number - 1]
        place = self.tabs.indexOf(part)
        if place >= 0:
            self.tabs.setCurrentIndex(place)
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def offer_debriefing(self) -> None:
        """Offer the debriefing: there is one who shows it."""
        self.debrief_button.show()

    def event(self, event: QEvent) -> bool:
        """Keep every key of this window here: those of the trainee's window hold for the whole program."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
            writer = self.focusWidget()
            if writer is not None and self.sitting.keys.has(event):
                writer.installEventFilter(self)  # a field would write the digit of Alt+3
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            watched.removeEventFilter(self)
            return self.sitting.keys.press(event)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.sitting.keys.press(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.map is None and self.sitting.desk.city is not None:
            QTimer.singleShot(0, self, self._make_map)  # the window is seen before

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._is_gone:
            self._let_go()
            self.left.emit()

    def end(self) -> None:
        """Put the window away for good."""
        self.close()
        self.deleteLater()

    def _let_go(self) -> None:
        """Follow the session no more."""
        self._is_gone = True
        if hasattr(self, "sitting"):
            self.sitting.close()
        if getattr(self, "map", None) is not None:
            self.map.close_map()

    def _arrange(self) -> Parts[None]:
        right = QSplitter(Qt.Orientation.Vertical)
        for part in (self.decisions, self.tabs):
            right.addWidget(part)
        right.setSizes([460, 300])
        self.middle.addWidget(self.live)
        for part in (self.script, self.middle, right):
            self.split.addWidget(part)
            yield
        for place, share in enumerate(SHARES):
            self.split.setStretchFactor(place, share)
        self.split.setSizes([100 * share for share in SHARES])
        for splitter in (self.split, self.middle, right):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(12)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 10, 4)
        foot.addWidget(self.keys)
        foot.addWidget(self.said, 1)
        body = QVBoxLayout()
        body.setContentsMargins(12, 10, 12, 0)
        body.addWidget(self.split)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(body, 1)
        column.addWidget(self.transport)
        column.addLayout(foot)
        self.setCentralWidget(holder)

    def _parts(self) -> tuple[QWidget, ...]:
        return self.script, self.live.form, self.decisions, self.really, self.marking, self.branching

    def _give_keys(self) -> None:
        for number in range(1, 7):
            self.sitting.keys.on(f"Ctrl+{number}", partial(self.go_to, number))

    def _make_map(self) -> None:
        from app.trainer.small_map import SmallMap

        if self.map is not None or self._is_gone:
            return
        self.map = SmallMap(self.sitting)
        self.middle.addWidget(self.map)
        self.middle.setSizes(list(HALVES))
        self.live.draw_wanted.connect(self._draw)
        self.map.drawn.connect(self.live.take_drawing)
        self.map.canvas.picked.connect(self.live.take_mark)

    def _draw(self, is_area: bool) -> None:
        if self.map is not None:
            self.map.draw(is_area)

    def _show_title(self) -> None:
        sitting, language = self.sitting, self.sitting.language
        kind = sitting.state.kind
        self.frame.show_kind(kind.value if kind is not None else "")
        name, log = one_line(sitting.exercise.called(language), 80), Path(sitting.play.log_file).name
        branch = next((each for each in sitting.play.tree().branches if each.log == log), None)
        words = one_line(branch.label, 60) if branch is not None else ""
        if branch is not None and not words:
            words = text("trainer.unnamed", language)
        key = "trainer.title_branch" if words else "trainer.title"
        self.setWindowTitle(text(key, language, exercise=name, branch=words))
