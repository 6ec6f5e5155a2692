"""The command line below the board: words instead of the mouse, with completion, history and an answer beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from app import theme
from app.charge.queue_choice import choices
from app.commandline.completion import complete
from app.commandline.deeds import (
    IN_A_ROOM,
    Cover,
    Deed,
    DrawClosure,
    GoTo,
    Hand,
    Imagine,
    Send,
    SetWeather,
    ShowQueue,
    Take,
    Unclear,
)
from app.commandline.words import understand
from app.desk import Desk
from app.parts.queues import ALL, MINE, NOBODY, OF_SEAT
from app.parts.seats import receiver_named, receivers
from app.weather import weather_named, weathers_of
from app.wording import sentence
from app.wording.plain import one_line, tooltip
from app.wording.screen import say
from dispatch.commands import Command, ReportWeather
from dispatch.desk_commands import HandOverAll, HandOverIncident
from dispatch.refused import Refused

HISTORY_LENGTH = 500


class CommandBar(QFrame):
    """Take one line, do it, and say what came of it; errors stand beside the line and keep it for mending."""

    look_up = Signal(str)  # words of a place: the window searches and answers with `found` or `not_found`
    draw_closure = Signal(str)  # reason
    cover_wanted = Signal(str)  # the department, "off", or nothing for what is hit worst
    imagine_wanted = Signal(object)  # Imagine
    queue_wanted = Signal(str)  # whose, as `app.parts.queues` calls it

    def __init__(self, desk: Desk, history_file: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._history_file = history_file
        self._pending: dict[str, str] = {}
        self.setObjectName("command")
        self.line = CommandLine(lambda words: complete(words, desk.state, self._seats()))
        self.line.setPlaceholderText(say("command_hint", desk.language))
        self.line.setAccessibleName(say("command_name", desk.language))
        self.line.history = _read_history(history_file)
        self.prompt = QLabel("›")
        self.prompt.setTextFormat(Qt.TextFormat.PlainText)
        self.prompt.setProperty("role", "title")
        self.answer = QLabel()
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setAccessibleName(say("command_name", desk.language))
        self.answer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.prompt)
        row.addWidget(self.line, 1)
        row.addWidget(self.answer, 1)
        self.line.returnPressed.connect(self._on_return)
        self.line.textEdited.connect(lambda words: self._tell("", "muted"))
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)
        desk.failed.connect(self._on_failed)

    def run(self, words: str) -> bool:
        """Do what `words` ask for, as if typed; return whether they were understood."""
        try:
            desk = self._desk
            deed = self._in_room(understand(words, desk.state, desk.clock(), desk.recommendation), words)
        except Unclear as problem:
            self._tell(self._word(problem), "warning")
            return False
        if isinstance(deed, SetWeather):
            found = weather_named(deed.word, self._desk.city) if deed.word else ""
            if found is None:
                choices = ", ".join(weathers_of(self._desk.city))
                self._tell(self._word(Unclear("unclear_weather", word=deed.word, choices=choices)), "warning")
                return False
            deed = Send((ReportWeather(found, deed.until),))
        self._do(deed, " ".join(words.split()))
        return True

    def _seats(self) -> tuple[str, ...] | None:
        """Return the names that something can be handed to; None at a desk that is in no room."""
        if self._desk.seats is None:
            return None
        return tuple(one.to_seat or one.to_actor for one in receivers(self._desk))

    def _in_room(self, deed: Deed, words: str) -> Deed:
        """Find the seat or the person that a deed names. Raises Unclear, also where there is no room."""
        if self._desk.seats is None and words.split(" ")[0].casefold() in IN_A_ROOM:
            raise Unclear("unclear_alone")
        if isinstance(deed, ShowQueue):
            return ShowQueue(self._queue_named(deed.whose))
        if not isinstance(deed, Hand):
            return deed
        to = receiver_named(self._desk, deed.to)
        if to is None:
            choices = ", ".join(self._seats() or ()) or "–"
            raise Unclear("unclear_receiver", word=deed.to, choices=choices)
        if deed.incident_id is None:
            return Send((HandOverAll(to.to_seat, to.to_actor, deed.note),))
        return Send((HandOverIncident(deed.incident_id, to.to_seat, to.to_actor, deed.note),))

    def _queue_named(self, words: str) -> str:
        offered = dict.fromkeys(key for _, key in choices(self._desk))
        spoken = words.casefold()
        key = {"all": ALL, "mine": MINE, "my": MINE, "nobody": NOBODY, "nobodys": NOBODY}.get(spoken)
        if key is None:
            named = [one for one in offered if one.removeprefix(OF_SEAT).casefold() == spoken]
            key = MINE if spoken == self._desk.who.seat.casefold() else next(iter(named), None)
        if key is None:
            seats = (one.removeprefix(OF_SEAT) for one in offered if one.startswith(OF_SEAT))
            raise Unclear("unclear_queue", word=words, choices=", ".join(("mine", "all", "nobody", *seats)))
        return key

    def found(self, label: str) -> None:
        """Say which place is shown."""
        self._tell(one_line(label), "good")

    def tell(self, words: str) -> None:
        """Say what came of a line that was not carried out at once."""
        self._tell(one_line(words, 160), "warning")

    def not_found(self, words: str) -> None:
        """Say that no place is called so."""
        self._tell(say("unclear_place_unknown", self._desk.language, word=one_line(words, 60)), "warning")

    def _on_return(self) -> None:
        words = self.line.text()
        if self.run(words):
            self.line.keep(words)
            _write_history(self._history_file, self.line.history)

    def _do(self, deed: Deed, words: str) -> None:
        if isinstance(deed, Send):
            for body in deed.bodies:
                self._tell(say("command_sent", self._desk.language, what=one_line(words, 80)), "muted")
                # An engine in this thread answers before `send` returns, so the words must be known before.
                self._pending[""] = words
                command = self._desk.send(body, at=deed.at)
                if "" in self._pending:
                    self._pending[command.id] = self._pending.pop("")
        elif isinstance(deed, ShowQueue):
            self.queue_wanted.emit(deed.whose)
            self._tell(say("command_done", self._desk.language, what=one_line(words, 80)), "good")
        elif isinstance(deed, GoTo):
            self.look_up.emit(deed.text)
        elif isinstance(deed, Take):
            self._desk.select(
                incident_id=deed.incident_id if deed.incident_id is not None else self._desk.selection.incident_id,
                unit_id=deed.unit_id,
            )
            self._tell(say("command_done", self._desk.language, what=one_line(words, 80)), "good")
        elif isinstance(deed, DrawClosure):
            self.draw_closure.emit(deed.reason)
        elif isinstance(deed, Cover):
            self.cover_wanted.emit(deed.words)
        elif isinstance(deed, Imagine):
            self.imagine_wanted.emit(deed)

    def _on_state(self, entry: object, state: object) -> None:
        words = self._take_pending(getattr(entry, "command_id", ""))
        if words:
            self._tell(say("command_done", self._desk.language, what=one_line(words, 80)), "good")

    def _on_refused(self, command: Command, refused: Refused) -> None:
        words = self._take_pending(command.id)
        if words:
            self._tell(sentence(refused.code, refused.parameters, self._desk.language), "warning")
            if not self.line.text():
                self.line.setText(words)

    def _on_failed(self, command: Command, reason: str) -> None:
        if self._take_pending(command.id):
            self._tell(one_line(reason), "alarm")

    def _take_pending(self, command_id: str) -> str:
        return self._pending.pop(command_id, "") or self._pending.pop("", "")

    def _word(self, problem: Unclear) -> str:
        language = self._desk.language
        parameters = {name: one_line(value, 200) for name, value in problem.parameters.items()}
        if "hint" in parameters and problem.code != "unclear_verb":
            parameters["hint"] = say("maybe", language, name=parameters["hint"]) if parameters["hint"] else ""
        return say(problem.code, language, **parameters)

    def _tell(self, words: str, level: str) -> None:
        self.answer.setText(words)
        self.answer.setToolTip(tooltip(words) if words else "")
        theme.mark(self.answer, "level", level)


class CommandLine(QLineEdit):
    """A line with a popup of whole commands and a history on Up and Down."""

    def __init__(self, candidates: Callable[[str], list[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.history: list[str] = []
        self._at: int | None = None
        self._typed = ""
        self._done = ""
        self._candidates = candidates
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(12)
        self.setCompleter(completer)
        self.textEdited.connect(self._on_edited)
        completer.activated.connect(self._on_completed)

    def keep(self, words: str) -> None:
        """Add a line that was done to the history, once, and empty the field for the next."""
        self._done = words
        self.clear()
        words = " ".join(words.split())
        if words:
            self.history = [*(one for one in self.history if one != words), words][-HISTORY_LENGTH:]
        self._at = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._recall(-1 if event.key() == Qt.Key.Key_Up else 1)
            return
        if event.key() == Qt.Key.Key_Tab and self._model.rowCount():
            self.setText(f"{self._model.stringList()[0]} ")
            self._on_edited(self.text())
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if forward and self.text() and self._model.rowCount():
            self.setText(f"{self._model.stringList()[0]} ")
            self._on_edited(self.text())
            return True
        return super().focusNextPrevChild(forward)

    def _on_completed(self, words: str) -> None:
        # Return in the popup reaches the field first: the line is done already when the popup writes it again.
        if words == self._done:
            QTimer.singleShot(0, self, self._clear_done)

    def _clear_done(self) -> None:
        if self.text() == self._done:
            self.clear()

    def _on_edited(self, words: str) -> None:
        self._done = ""
        self._at = None
        self._model.setStringList(self._candidates(words) if words.strip() else [])

    def _recall(self, by: int) -> None:
        if self._at is None:
            if by > 0 or not self.history:
                return
            self._typed = self.text()
            self._at = len(self.history)
        at = max(0, self._at + by)
        self._at = at if at < len(self.history) else None
        self.setText(self.history[at] if at < len(self.history) else self._typed)


def _read_history(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        lines = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(one) for one in lines if isinstance(one, str)][-HISTORY_LENGTH:] if isinstance(lines, list) else []


def _write_history(file: Path | None, lines: list[str]) -> None:
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
        file.chmod(0o600)
    except OSError:
        return  # a history that cannot be kept is no reason to refuse a command
