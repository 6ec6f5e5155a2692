"""Whose queue a list shows: everything, this seat's, what is nobody's, and for who watches over them another seat's."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.desk import Desk
from app.parts.queues import ALL, MINE, NOBODY, OF_SEAT, Queues
from app.parts.seats import known_seats, oversees
from app.wording import one_line, text

SETTLE_MS = 300
MOST_ASKED = 2_000  # at some 20 µs each


def choices(desk: Desk) -> list[tuple[str, str]]:
    """Return the words and the key of each choice that who sits here has."""
    language = desk.language
    found = [
        (text("room.queue_all", language), ALL),
        (text("room.queue_mine", language), MINE),
        (text("room.queue_nobodys", language), NOBODY),
    ]
    if oversees(desk):
        others = (seat for seat in known_seats(desk) if seat != desk.who.seat)
        found += [(text("room.queue_of", language, seat=one_line(seat, 40)), f"{OF_SEAT}{seat}") for seat in others]
    return found


class QueueChoice(QComboBox):
    """Choose for the incidents; each line says how many stand there. Hidden at a desk that has its log to itself."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._queues = desk, Queues.of(desk)
        self._wanted = self._shown = ALL
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        self.setAccessibleName(text("room.queue", desk.language))
        self.view().setAccessibleName(self.accessibleName())
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(lambda _: self.choose(str(self.currentData())))
        desk.who_changed.connect(self.refresh)
        desk.seats_changed.connect(self.refresh_soon)
        desk.looked.connect(self.refresh_soon)
        self._queues.changed.connect(self.refresh)
        self.refresh()

    @property
    def choice(self) -> str:
        """Return what is shown; what who sits here may not choose counts as everything."""
        return self._shown

    @property
    def wanted(self) -> str:
        """Return what was chosen, though it cannot be shown now: who else sits here may not watch it."""
        return self._wanted

    def choose(self, key: str) -> None:
        """Show this queue from now on; one that cannot be shown yet is shown as soon as it can."""
        self._wanted = key
        self.refresh()

    def refresh_soon(self, _: object = None) -> None:
        """Count anew in a moment: entries may come twenty a second."""
        if not self._soon.isActive():
            self._soon.start()

    def refresh(self, _: object = None) -> None:
        """Offer what there is now, with how many incidents stand in those that are looked at."""
        desk = self._desk
        self.setVisible(desk.seats is not None)
        if desk.seats is not None and not self.view().isVisible():
            self._fill(choices(desk), counted=(ALL, MINE, NOBODY, self._wanted))
        is_offered = desk.seats is not None and self.findData(self._wanted) >= 0
        shown = self._wanted if is_offered else ALL
        if shown != self._shown:
            self._shown = shown
            self.chosen.emit(shown)

    def showPopup(self) -> None:
        """Count every queue where all of them are seen, as far as that takes no time that anybody feels."""
        found = choices(self._desk)
        if len(found) * len(self._desk.state.open_incidents) <= MOST_ASKED:
            self._fill(found, counted=tuple(key for _, key in found))
        super().showPopup()

    def _fill(self, found: list[tuple[str, str]], *, counted: tuple[str, ...]) -> None:
        if oversees(self._desk) and self._wanted.startswith(OF_SEAT) and self._wanted not in (key for _, key in found):
            words = text("room.queue_of", self._desk.language, seat=one_line(self._wanted.removeprefix(OF_SEAT), 40))
            found = [*found, (words, self._wanted)]  # a seat that is not known yet, or no more
        rows = [(self._counted(words, key) if key in counted else words, key) for words, key in found]
        with QSignalBlocker(self):
            if [self.itemData(n) for n in range(self.count())] != [key for _, key in rows]:
                self.clear()
                for words, key in rows:
                    self.addItem(words, key)
            for number, (words, _) in enumerate(rows):
                if self.itemText(number) != words:
                    self.setItemText(number, words)
            self.setCurrentIndex(max(0, self.findData(self._wanted)))

    def _counted(self, words: str, key: str) -> str:
        state = self._desk.state
        shown = sum(bool(self._queues.why(key, state.incidents[one])) for one in state.open_incidents)
        return text("room.queue_count", self._desk.language, name=words, count=shown)
