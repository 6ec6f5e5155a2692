"""Notices over the map: late orders, and what the program has to say. They take no focus and move nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.desk import Desk
from app.window.sound import Sounds
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.events import Entry, OrderOverdue
from dispatch.incident import OrderState
from dispatch.state import State

SHOWN_MS = {"warning": 15_000, "alarm": 30_000}
MOST_SHOWN = 5


class Notices(QFrame):
    """Stand at the top of `over`; late orders stay until acknowledged, the rest goes by itself or by its cross."""

    def __init__(self, desk: Desk, sounds: Sounds, over: QWidget) -> None:
        super().__init__(over)
        self._desk = desk
        self._sounds = sounds
        self._orders: dict[str, QWidget] = {}
        self._said: list[QWidget] = []
        self.setObjectName("notices")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        over.installEventFilter(self)
        desk.looked.connect(self._on_state)
        desk.said.connect(self.say)
        self.hide()
        self._on_state(None, desk.state)

    def say(self, level: str, words: str) -> None:
        """Show a warning or an alarm for a while, once; what is only information stands in the status line."""
        if level == "info":
            return
        words = one_line(words, 300)
        if any(one.property("words") == words for one in self._said):
            return
        notice = self._notice(level, words)
        self._said.append(notice)
        QTimer.singleShot(SHOWN_MS.get(level, 15_000), notice, lambda: self._drop(notice))
        while len(self._said) > MOST_SHOWN:
            self._drop(self._said[0])
        self._arrange()

    def take_back(self, words: str) -> None:
        """Take away what was said and holds no more."""
        words = one_line(words, 300)
        for one in [one for one in self._said if one.property("words") == words]:
            self._drop(one)

    def words(self) -> list[str]:
        """Return what is shown now, late orders first."""
        return [str(one.property("words")) for one in [*self._orders.values(), *self._said]]

    def _on_state(self, entry: Entry | None, state: State) -> None:
        late = [
            one
            for one in (state.assignments[key] for key in state.open_assignments)
            if one.order_overdue and one.order_state is not OrderState.ACKNOWLEDGED
        ]
        wanted = {one.id for one in late}
        for key in [key for key in self._orders if key not in wanted]:
            self._remove(self._orders.pop(key))
        for one in late[:MOST_SHOWN]:
            if one.id not in self._orders:
                words = say(
                    "order_overdue_said", self._desk.language, unit=one_line(one.unit_id, 20), number=one.incident_id
                )
                self._orders[one.id] = self._notice("alarm", words, has_cross=False)
        if entry is not None and any(isinstance(event, OrderOverdue) for event in entry.events):
            self._sounds.order()
        self._arrange()

    def _notice(self, level: str, words: str, *, has_cross: bool = True) -> QWidget:
        box = QFrame()
        box.setObjectName("overlay")
        box.setProperty("words", words)
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 6, 8, 6)
        label = QLabel({"alarm": "▲ ", "warning": "● "}.get(level, "") + words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        theme.mark(label, "level", level)
        row.addWidget(label, 1)
        if has_cross:
            cross = QToolButton()
            cross.setText("✕")
            cross.setProperty("role", "flat")
            cross.setAccessibleName(say("close", self._desk.language))
            cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            cross.clicked.connect(lambda checked=False: self._drop(box))
            row.addWidget(cross)
        self._column.addWidget(box)
        return box

    def _drop(self, notice: QWidget) -> None:
        if notice in self._said:
            self._said.remove(notice)
            self._remove(notice)
            self._arrange()

    def _remove(self, notice: QWidget) -> None:
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()

    def _arrange(self) -> None:
        self.setVisible(bool(self._orders or self._said))
        over = self.parentWidget()
        width = min(560, max(200, over.width() - 24))
        self.setFixedWidth(width)
        for one in [*self._orders.values(), *self._said]:
            one.show()  # Qt would show it only later, and a hidden one is given no room
            # A box that was never shown does not know its fonts yet, and would be given too little height.
            for part in (one, *one.findChildren(QWidget)):
                part.ensurePolished()
            layout = one.layout()
            if layout is not None:
                layout.invalidate()
                one.setMinimumHeight(layout.totalHeightForWidth(width))
        self._column.invalidate()
        self._column.activate()
        self.resize(width, max(self._column.totalHeightForWidth(width), self._column.totalMinimumSize().height()))
        self.move((over.width() - width) // 2, 10)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return False
