"""The one door: decide, write, fold, tell. Nobody else writes to a log or calls `apply`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from dispatch.access import is_distress
from dispatch.commands import Command, Tick
from dispatch.decide import decide
from dispatch.erasure import carry_out, carry_out_all
from dispatch.events import Entry, Event
from dispatch.log import CommandAnswered, Log, LogDamaged, NotSaved, SequenceTaken
from dispatch.permission import is_kept, refusal_entry, refusal_id, refused_before
from dispatch.refused import Refused
from dispatch.shelf import Shelf
from dispatch.shown import Show
from dispatch.state import FOLD_VERSION, State, apply, fold
from dispatch.uncollected import leave_out_of_collections, uncollected

T = TypeVar("T")
Listener = Callable[[Entry, State], None]
SavedListener = Callable[[bool], None]
RebasedListener = Callable[[State], None]

MOST_TRIES = 50
CHECKPOINT_EVERY = 20_000
CHECKPOINT_AT_STOP = 1_000
LOST = frozenset({"away", "connection_lost"})  # of NotSaved: over as soon as the store answers again

_logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Engine:
    """Take commands for one log, one at a time, from any thread.

    Opens from the log's checkpoint where there is one and reads what follows. `clock` gives the instant at which
    entries are recorded (aware UTC). Listeners are told each entry once, after it was written durably, in order, on
    the thread that did the work (after `start`, the engine's own); they never send commands by `do`.
    """

    def __init__(self, log: Log, *, clock: Callable[[], datetime] = _now) -> None:
        self.log = log
        self._clock = clock
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._saved_listeners: list[SavedListener] = []
        self._rebased_listeners: list[RebasedListener] = []
        self._is_telling = False
        self._is_saved = True
        self._trouble = ""  # how the store failed, as the code of NotSaved
        self._is_away = False
        self._shelf = Shelf(log)
        self._kept_listeners: list[SavedListener] = []
        self._is_kept = True
        self._queue: SimpleQueue[tuple[Command, Future[Entry | None]] | Show | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        with uncollected():
            start = log.load_checkpoint(FOLD_VERSION) or State()
            self._state = fold(start, log.read(after=start.sequence))
        leave_out_of_collections(self._state.sequence)
        if self._state.erased_people and not log.is_read_only:
            self._erase(partial(carry_out_all, log, self._state))
        self._checkpoint = start.sequence
        self._checkpointing: threading.Thread | None = None

    @property
    def state(self) -> State:
        """Return the present state; safe from any thread."""
        return self._state

    @property
    def is_saved(self) -> bool:
        """Tell whether the store took what was last given to it; False until a later command is written."""
        return self._is_saved

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` every entry from now on, with the state after it; return how to stop that."""
        return _join(self._listeners, listener)

    def subscribe_saved(self, listener: SavedListener) -> Callable[[], None]:
        """Tell `listener` when `is_saved` changes; return how to stop that."""
        return _join(self._saved_listeners, listener)

    def subscribe_rebased(self, listener: RebasedListener) -> Callable[[], None]:
        """Tell `listener` when the engine goes on with another log, and the state then; return how to stop that.

        Numbers of entries that were told before may come again afterwards, and then mean other entries.
        """
        return _join(self._rebased_listeners, listener)

    @property
    def is_kept(self) -> bool:
        """Tell whether what operators are shown can be kept; where it cannot, work goes on all the same."""
        return self._is_kept

    def subscribe_kept(self, listener: SavedListener) -> Callable[[], None]:
        """Tell `listener` when `is_kept` changes; return how to stop that."""
        return _join(self._kept_listeners, listener)

    def show(self, make: Show) -> None:
        """Keep what an operator is shown, on the engine's thread (`make` is called there); see `Shelf` for how much.

        A command that is submitted later waits for it, some milliseconds; before `start` it is done at once.
        """
        if self._thread is None:
            self._keep(partial(self._shelf.take, make))
        else:
            self._queue.put(make)

    def do(self, command: Command) -> Entry | None:
        """Answer a command with its entry, None where it changes nothing, and the first answer where it is known.

        Raises Refused, and where a permission lacks keeps that as an entry; NotSaved where the store failed: the state
        is untouched, and the same command may be given again. Where another seat was quicker, what it wrote is folded
        and the command decided again.
        """
        with self._lock:
            if self._is_telling:
                raise RuntimeError("a listener may not send commands: what follows is an event of the same decision")
            try:
                return self._answer(command)
            except (NotSaved, LogDamaged) as problem:
                self._trouble = problem.code
                self._say_saved(False)
                raise

    def together(self) -> AbstractContextManager[object]:
        """Let nobody else's command come between those that this thread gives during the block."""
        return self._lock

    def catch_up(self) -> int:
        """Fold and tell what other seats have written; return how many entries that were. Raises NotSaved."""
        with self._lock, uncollected():
            missed = 0
            for entry in self.log.read(after=self._state.sequence):
                self._take(entry)
                missed += 1
            if missed:
                self._keep_checkpoint_where_due()
            return missed

    @property
    def trouble(self) -> str:
        """Return how the store last failed, as the code of NotSaved or LogDamaged; empty where it never did."""
        return self._trouble

    def hear(self, *, is_there: bool) -> None:
        """Hear from whoever follows the store whether it answers; from any thread, and without waiting.

        While it does not, nothing is saved, and what is submitted is answered at once by NotSaved(`away`): nobody waits
        behind a server that is gone. Once it is there again, only a trouble of its own (a full disk) is still said.
        """
        if self.log.is_island:
            return  # what is followed is the room's store, which this seat does without
        self._is_away = not is_there
        if not is_there:
            if self._is_saved:
                self._trouble = "away"
            self._say_saved(False)
        elif self._trouble in LOST:
            self._trouble = ""
            self._say_saved(True)

    def rebase(self, choose: Callable[[State], tuple[Log, State]]) -> int:
        """Go on with another log, from a state that it held; return how many entries it holds behind that.

        `choose` is given the present state, which stands still meanwhile, and says both. What the log holds behind its
        state is not told entry by entry: listeners hear once of the state at the end (`subscribe_rebased`), then of
        what comes. The log before stays open. Where anything fails nothing has changed: raises what `choose` does,
        NotSaved, LogDamaged.
        """
        with self._lock:
            if self._is_telling:
                raise RuntimeError("a listener may not exchange the log that it hears of")
            log, state = choose(self._state)
            now = fold(state, log.read(after=state.sequence))
            self.log, self._state, self._checkpoint = log, now, state.sequence
            self._shelf.move(log)
            self._is_away, self._trouble = False, ""
            self._say_saved(True)
            _say(self._rebased_listeners, now)
            return now.sequence - state.sequence

    def reopen(self) -> int:
        """Open the log again after an I/O error, and go on; return how many entries it held that were not yet folded.

        Those were given up as not saved although the disk had taken them. Raises NotSaved or LogDamaged where it
        cannot be opened, or lacks an entry that was acknowledged.
        """
        with self._lock:
            self.log.reopen()
            if self.log.head < self._state.sequence:
                raise LogDamaged(
                    "shorter_than_head",
                    f"{self.log.name} ends at entry {self.log.head}, but {self._state.sequence} were acknowledged",
                )
            return self.catch_up()

    def _answer(self, command: Command) -> Entry | None:
        is_new = command.id not in self._state.answered
        if isinstance(command.body, Tick) and is_new and not self._decide(command):
            return None  # each seat asks each second: the store is asked only where something may be due
        self.catch_up()
        for _ in range(MOST_TRIES):
            if command.id in self._state.answered:
                return self.log.entry_of(command.id)
            events = self._decide(command)
            if not events:
                return None
            now = self._now()
            entry = Entry(
                sequence=self._state.sequence + 1,
                command_id=command.id,
                occurred_at=command.at.astimezone(UTC) if command.at.tzinfo else now,
                recorded_at=now,
                actor=command.who.actor,
                role=command.who.role,
                department=command.who.department,
                seat=command.who.seat,
                events=events,
            )
            try:
                kept = self.log.append_for(entry, command)
            except (SequenceTaken, CommandAnswered):
                self.catch_up()
                continue
            self._say_saved(True)
            self._take(kept)
            self._keep_checkpoint_where_due()
            self._erase(partial(carry_out, self.log, kept))
            self._keep(partial(self._shelf.note, kept))
            return kept
        raise NotSaved("conflict", f"other seats were quicker {MOST_TRIES} times")

    def _decide(self, command: Command) -> tuple[Event, ...]:
        """Decide, and keep that a permission was refused; what was once refused so stays refused under its id."""
        kept_as = refusal_id(command.id)
        was_refused = kept_as in self._state.answered
        try:
            events = decide(self._state, command)
        except Refused as refused:
            if is_kept(self._state, refused) and not was_refused:
                self._keep_refusal(command, refused)
            raise
        before = refused_before(self.log.entry_of(kept_as)) if was_refused and not is_distress(command.body) else None
        if before is not None:
            raise before
        return events

    def _keep_refusal(self, command: Command, refused: Refused) -> None:
        """Write that a permission was refused; whatever goes wrong with it, the answer stays no."""
        try:
            for _ in range(MOST_TRIES):
                try:
                    kept = self.log.append(refusal_entry(self._state, command, refused, now=self._now()))
                except SequenceTaken:
                    self.catch_up()
                    continue
                except CommandAnswered:
                    self.catch_up()
                    return
                self._say_saved(True)
                self._take(kept)
                self._keep_checkpoint_where_due()
                return
        except Exception as error:
            _logger.exception("it is not kept that %s was refused", type(command.body).__name__)
            if isinstance(error, NotSaved | LogDamaged):
                self._say_saved(False)

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def _take(self, entry: Entry) -> None:
        self._state = apply(self._state, entry)
        self._tell(entry)

    def _erase(self, erase: Callable[[], int]) -> None:
        """Erase what entries say is erased. What cannot be now is said, and erased when the log is next opened."""
        try:
            erase()
        except NotSaved:
            _logger.exception("what the log says is erased is not erased yet")

    def _tell(self, entry: Entry) -> None:
        self._is_telling = True
        try:
            for listener in tuple(self._listeners):
                try:
                    listener(entry, self._state)
                except Exception:
                    _logger.exception("a listener failed on entry %d", entry.sequence)
        finally:
            self._is_telling = False

    def _keep(self, work: Callable[[], None]) -> None:
        """Write to the shelf; whatever goes wrong there is said, and never costs a command."""
        try:
            with self._lock:
                work()
        except Exception:
            if self._is_kept:  # said once, however often it is tried again
                _logger.exception("what operators are shown cannot be kept")
            is_kept = False
        else:
            is_kept = True
        if is_kept is not self._is_kept:
            self._is_kept = is_kept
            _say(self._kept_listeners, is_kept)

    def _say_saved(self, is_saved: bool) -> None:
        if is_saved is not self._is_saved:
            self._is_saved = is_saved
            _say(self._saved_listeners, is_saved)

    def _keep_checkpoint_where_due(self) -> None:
        """Write a checkpoint beside the work; one at a time, and none before a seat that comes back is level."""
        if self._state.sequence - self._checkpoint < CHECKPOINT_EVERY or self._is_away:
            return
        if self._checkpointing is not None and self._checkpointing.is_alive():
            return
        self._checkpoint = self._state.sequence
        self._checkpointing = threading.Thread(
            target=self._write_checkpoint, args=(self.log, self._state), name="checkpoint", daemon=True
        )
        self._checkpointing.start()

    def _write_checkpoint(self, log: Log, state: State) -> None:
        try:
            log.save_checkpoint(state, FOLD_VERSION)
        except Exception:
            _logger.exception("no checkpoint was written at entry %d", state.sequence)

    def start(self) -> None:
        """Begin to take submitted commands on the engine's own thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish what was submitted, end the thread and keep a checkpoint. The log stays open."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        if self._state.sequence - self._checkpoint >= CHECKPOINT_AT_STOP:
            self._checkpoint = self._state.sequence
            self._write_checkpoint(self.log, self._state)
        if self._checkpointing is not None:
            self._checkpointing.join()

    def submit(self, command: Command) -> Future[Entry | None]:
        """Ask for a command without waiting; the future answers as `do` does. Done at once before `start`."""
        future: Future[Entry | None] = Future()
        if self._thread is None or self._is_away:
            self._settle(command, future)
        else:
            self._queue.put((command, future))
        return future

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, tuple):
                self._settle(*item)
            else:
                self._keep(partial(self._shelf.take, item))

    def _settle(self, command: Command, future: Future[Entry | None]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            if self._is_away:
                raise NotSaved("away", f"{self.log.name} does not answer; nothing was sent")
            answer = self.do(command)
        except (Refused, NotSaved) as answered:
            future.set_exception(answered)
        except Exception as error:  # a bug: the thread lives on, and the future carries it to whoever asked
            _logger.exception("command %s (%s) failed", command.id, type(command.body).__name__)
            future.set_exception(error)
        else:
            future.set_result(answer)


def _join(listeners: list[T], listener: T) -> Callable[[], None]:
    listeners.append(listener)

    def leave() -> None:
        if listener in listeners:
            listeners.remove(listener)

    return leave


def _say(listeners: list[Callable[[T], None]], what: T) -> None:
    for listener in tuple(listeners):
        try:
            listener(what)
        except Exception:
            _logger.exception("a listener failed on what became of the log")
