"""The one door: decide, write, fold, tell. Nobody else writes to a log or calls `apply`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial

from dispatch.access import is_distress
from dispatch.checkpoints import Checkpoints
from dispatch.commands import Command, Tick
from dispatch.decide import decide
from dispatch.erasure import carry_out, carry_out_all
from dispatch.events import Entry, Event
from dispatch.listeners import Listeners
from dispatch.log import CommandAnswered, Log, LogDamaged, NotSaved, SequenceTaken
from dispatch.one_by_one import OneByOne
from dispatch.permission import is_kept, refusal_entry, refusal_id, refused_before
from dispatch.refused import Refused
from dispatch.saved import Saved
from dispatch.shelf import Shelf
from dispatch.shown import Show
from dispatch.state import FOLD_VERSION, State, apply, fold
from dispatch.uncollected import CAUGHT_UP_FROM, leave_out_of_collections, uncollected

MOST_TRIES = 50

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
        self._listeners: Listeners[[Entry, State]] = Listeners()
        self._rebased_listeners: Listeners[[State]] = Listeners()
        self._is_telling = False
        self._saved = Saved()
        self._shelf = Shelf(log)
        self._line = OneByOne(self._do_unless_away, self._keep_shown)
        with uncollected():
            start = log.load_checkpoint(FOLD_VERSION) or State()
            self._state = fold(start, log.read(after=start.sequence))
        leave_out_of_collections(self._state.sequence)
        if self._state.erased_people and not log.is_read_only:
            self._erase(partial(carry_out_all, log, self._state))
        self._checkpoints = Checkpoints(start.sequence)

    @property
    def state(self) -> State:
        """Return the present state; safe from any thread."""
        return self._state

    @property
    def is_saved(self) -> bool:
        """Tell whether the store took what was last given to it; False until a later command is written."""
        return self._saved.is_saved

    def subscribe(self, listener: Callable[[Entry, State], None]) -> Callable[[], None]:
        """Tell `listener` every entry from now on, with the state after it; return how to stop that."""
        return self._listeners.join(listener)

    def subscribe_saved(self, listener: Callable[[bool], None]) -> Callable[[], None]:
        """Tell `listener` when `is_saved` changes; return how to stop that."""
        return self._saved.listeners.join(listener)

    def subscribe_rebased(self, listener: Callable[[State], None]) -> Callable[[], None]:
        """Tell `listener` when the engine goes on with another log, and the state then; return how to stop that.

        Numbers of entries that were told before may come again afterwards, and then mean other entries.
        """
        return self._rebased_listeners.join(listener)

    @property
    def is_kept(self) -> bool:
        """Tell whether what operators are shown can be kept; where it cannot, work goes on all the same."""
        return self._shelf.is_kept

    def subscribe_kept(self, listener: Callable[[bool], None]) -> Callable[[], None]:
        """Tell `listener` when `is_kept` changes; return how to stop that."""
        return self._shelf.listeners.join(listener)

    def show(self, make: Show) -> None:
        """Keep what an operator is shown, on the engine's thread (`make` is called there); see `Shelf` for how much.

        A command that is submitted later waits for it, some milliseconds; before `start` it is done at once.
        """
        self._line.show(make)

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
                self._saved.fail(problem.code)
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
            leave_out_of_collections(missed, least=CAUGHT_UP_FROM)
            return missed

    @property
    def trouble(self) -> str:
        """Return how the store last failed, as the code of NotSaved or LogDamaged; empty where it never did."""
        return self._saved.trouble

    def hear(self, *, is_there: bool) -> None:
        """Hear from whoever follows the store whether it answers; from any thread, and without waiting.

        While it does not, nothing is saved, and what is submitted is answered at once by NotSaved(`away`): nobody waits
        behind a server that is gone. Once it is there again, only a trouble of its own (a full disk) is still said.
        """
        if not self.log.is_island:  # else what is followed is the room's store, which this seat does without
            self._saved.hear(is_there=is_there)

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
            self.log, self._state, self._checkpoints.last = log, now, state.sequence
            self._shelf.move(log)
            self._saved.begin_anew()
            self._rebased_listeners.tell("another log", now)
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
            self._saved.take()
            self._take(kept)
            self._keep_checkpoint_where_due()
            self._erase(partial(carry_out, self.log, kept))
            self._shelf.note(kept)
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
                self._saved.take()
                self._take(kept)
                self._keep_checkpoint_where_due()
                return
        except Exception as error:
            _logger.exception("it is not kept that %s was refused", type(command.body).__name__)
            if isinstance(error, NotSaved | LogDamaged):
                self._saved.fail(error.code)

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
            self._listeners.tell(f"entry {entry.sequence}", entry, self._state)
        finally:
            self._is_telling = False

    def _keep_shown(self, make: Show) -> None:
        with self._lock:
            self._shelf.take(make)

    def _keep_checkpoint_where_due(self) -> None:
        if not self._saved.is_away:  # none before a seat that comes back is level
            self._checkpoints.keep_where_due(self.log, self._state)

    def start(self) -> None:
        """Begin to take submitted commands on the engine's own thread."""
        self._line.start()

    def stop(self) -> None:
        """Finish what was submitted, end the thread and keep a checkpoint. The log stays open."""
        self._line.stop()
        self._checkpoints.keep_at_stop(self.log, self._state)

    def submit(self, command: Command) -> Future[Entry | None]:
        """Ask for a command without waiting; the future answers as `do` does. Done at once before `start`."""
        return self._line.give(command, is_urgent=self._saved.is_away)

    def _do_unless_away(self, command: Command) -> Entry | None:
        if self._saved.is_away:
            raise NotSaved("away", f"{self.log.name} does not answer; nothing was sent")
        return self.do(command)
