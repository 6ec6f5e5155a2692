"""A log wound up once, with a state every so many entries: any moment of it is a few folds away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Protocol

from immutables import Map

from dispatch.events import Entry
from dispatch.replay.marks import Index, Mark
from dispatch.replay.moments import Moments, instant, micros, recorded_us
from dispatch.replay.places import Places, follow, places_of
from dispatch.replay.reel import Reel
from dispatch.state import State, apply, fold
from dispatch.uncollected import uncollected

EVERY = 16  # entries between two states that are kept: a millisecond or two to fold
MOST_STILLS = 4_096  # beyond, every other one is let go
MOST_KEPT = 250_000  # entries that a tape holds where nobody says from when on
BATCH = 64
_SAY_EVERY = 512

Say = Callable[[float, int], None]
Names = Callable[[Entry, State], tuple[Iterable[int], Iterable[int]]]


class ReadsOnly(Protocol):
    """What a tape is wound from: `dispatch.replay.record.Record`."""

    @property
    def head(self) -> int:
        """Return the last entry's number now."""

    @property
    def begins_behind(self) -> int:
        """Return behind which entry `read` may begin."""

    def read(self, after: int = 0) -> Iterable[Entry]:
        """Yield the entries behind `after`."""

    def checkpoint(self) -> State | None:
        """Return the state of the last checkpoint, None where none fits."""


@dataclass(frozen=True, slots=True)
class Still:
    """How everything was after an entry: the state that the log implied, and where it said that units were."""

    state: State
    places: Places

    @property
    def sequence(self) -> int:
        """Return the last entry that is in it."""
        return self.state.sequence


def _names_nothing(entry: Entry, state: State) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return (), ()


class Tape:
    """Hold what a log recorded from one entry on. `wind` in one thread; all else from any, also meanwhile.

    Nothing is decided or worked out anew: states are what the fold makes of the entries. `names` says which incidents
    and cases an entry names, for their stories. Without `since` the last MOST_KEPT entries are held; an archived past
    that is not at hand cannot be. Raises NotSaved and LogDamaged, as the log does.
    """

    def __init__(self, record: ReadsOnly, *, names: Names = _names_nothing, since: datetime | None = None) -> None:
        self._record, self._names = record, names
        self._since_us = micros(since) if since is not None else None
        self._lock = Lock()
        self._every = EVERY
        self._first: Still | None = None  # before the first entry that is held
        self._stills: list[Still] = []
        self._index = Index()
        self._moments = Moments()
        self._reel = Reel()
        self._last: Still | None = None  # the one that was asked for last
        self._newest: Still | None = None
        self.head = 0  # how far the log went when it was last looked at

    @property
    def before(self) -> int:
        """Return the number of the entry before the first that is held; 0 where the whole log is."""
        return self._first.sequence if self._first is not None else 0

    @property
    def end(self) -> int:
        """Return the last entry that is wound up; `before` where none is."""
        return self.before + len(self._moments)

    @property
    def is_empty(self) -> bool:
        """Tell whether no entry is wound up yet."""
        return not len(self._moments)

    def wind(self, say: Say | None = None) -> int:
        """Take what the log holds behind the end; return how many entries that were. `say` hears share and end.

        What was taken stays where `say` raises, or the store fails: winding goes on from there.
        """
        self.head = max(self._record.head, self.before)
        with uncollected():
            if self._first is None:
                self._begin(say)
            assert self._first is not None
            taken, entries = 0, iter(self._record.read(after=self.end))
            while batch := list(islice(entries, BATCH)):
                self._take(batch)
                taken += len(batch)
                if say is not None and taken % _SAY_EVERY == 0:
                    say(self.end / max(self.head, self.end), self.end)
        return taken

    def find(self, at: datetime) -> int:
        """Return the last entry that was on the screens at an instant; of several at once the last."""
        with self._lock:
            return self.before + self._moments.find(micros(at))

    def at(self, at: datetime) -> tuple[int, State]:
        """Return the last entry that was on the screens at an instant, and the state then."""
        sequence = self.find(at)
        return sequence, self.still(sequence).state

    def moment(self, sequence: int) -> datetime:
        """Return when an entry came on the screens. Raises IndexError where none is held."""
        with self._lock:
            if not len(self._moments):
                raise IndexError("nothing is wound up yet")
            place = min(max(sequence - self.before - 1, 0), len(self._moments) - 1)
            return instant(self._moments[place])

    def still(self, sequence: int) -> Still:
        """Return how everything was after an entry (as close to it as the tape reaches)."""
        with self._lock:
            if self._first is None:
                return Still(State(), Map())
            sequence = min(max(sequence, self.before), self.end)
            place = bisect_right(self._stills, sequence, key=lambda still: still.sequence)
            near = self._stills[place - 1] if place else self._first
            last = self._last
        if last is not None and near.sequence < last.sequence <= sequence:
            near = last
        found = self._forward(near, self.entries(near.sequence, sequence))
        self._last = found
        return found

    def entry(self, sequence: int) -> Entry:
        """Return an entry. Raises IndexError where it is not held."""
        return self._reel.entry(sequence)

    def entries(self, after: int, upto: int) -> list[Entry]:
        """Return the entries behind `after` up to `upto`. Raises IndexError where they are not held."""
        return list(self._reel.entries(after, upto))

    def next_mark(self, mark: Mark, sequence: int) -> int | None:
        """Return the first entry with a mark behind another."""
        with self._lock:
            return self._index.next(mark, sequence)

    def previous_mark(self, mark: Mark, sequence: int) -> int | None:
        """Return the last entry with a mark before another."""
        with self._lock:
            return self._index.previous(mark, sequence)

    def next_event(self, sequence: int) -> int | None:
        """Return the entry behind another, None at the end."""
        return sequence + 1 if sequence < self.end else None

    def previous_event(self, sequence: int) -> int | None:
        """Return the entry before another, None at the first."""
        return sequence - 1 if sequence - 1 > self.before else None

    def moments_of(self, mark: Mark) -> list[datetime]:
        """Return when what is marked so came on the screens."""
        with self._lock:
            return [instant(self._moments[number - self.before - 1]) for number in self._index.marked(mark)]

    def history(self, incident_id: int, upto: int) -> list[Entry]:
        """Return the held entries up to `upto` that name an incident, oldest first."""
        with self._lock:
            numbers = self._index.of_incident(incident_id, upto)
        return [self._reel.entry(number) for number in numbers]

    def case_history(self, case_id: int, upto: int) -> list[Entry]:
        """Return the held entries up to `upto` that name a case, oldest first."""
        with self._lock:
            numbers = self._index.of_case(case_id, upto)
        return [self._reel.entry(number) for number in numbers]

    def _begin(self, say: Say | None) -> None:
        """Come to the first entry that is to be held: from a checkpoint where that lies before it."""
        behind = self._record.begins_behind
        first = max(behind, 0 if self._since_us is not None else self.head - MOST_KEPT)
        state = State()
        if first or self._since_us is not None:
            kept = self._record.checkpoint()
            if kept is not None and (behind or self._is_before(kept, first)):
                state = kept
        if state.sequence < first or (self._since_us is not None and not behind):
            state = self._skip(state, first, say)
        with self._lock:
            self._first = self._newest = Still(state, places_of(state))
            self._reel = Reel(state.sequence)

    def _is_before(self, kept: State, first: int) -> bool:
        if self._since_us is not None:
            return kept.at is not None and micros(kept.at) < self._since_us
        return kept.sequence <= first

    def _skip(self, state: State, first: int, say: Say | None) -> State:
        """Fold, and hold nothing of, the entries up to `first` or before `since`."""
        entries = iter(self._record.read(after=state.sequence))
        while batch := list(islice(entries, BATCH)):
            wanted = [entry for entry in batch if self._is_skipped(entry, first)]
            state = fold(state, wanted)
            if len(wanted) < len(batch):
                break
            if say is not None and state.sequence % _SAY_EVERY < BATCH:
                say(state.sequence / max(self.head, 1), state.sequence)
        return state

    def _is_skipped(self, entry: Entry, first: int) -> bool:
        if self._since_us is not None:
            return micros(entry.recorded_at) < self._since_us
        return entry.sequence <= first

    def _take(self, batch: list[Entry]) -> None:
        still = self._newest
        assert still is not None
        stills: list[Still] = []
        named = []
        for entry in batch:
            still = _after(still, entry)
            named.append(self._names(entry, still.state))
            if entry.sequence % self._every == 0:
                stills.append(still)
        self._reel.add(batch)
        with self._lock:
            for entry, (incidents, cases) in zip(batch, named, strict=True):
                self._index.add(entry, incidents, cases)
            self._stills += stills
            self._newest = still
            if len(self._stills) > MOST_STILLS:
                self._every *= 2
                self._stills = [one for one in self._stills if one.sequence % self._every == 0]
            self._moments.add(recorded_us(entry) for entry in batch)  # last: now they are there to be seen

    def _forward(self, still: Still, entries: Iterable[Entry]) -> Still:
        for entry in entries:
            still = _after(still, entry)
        return still


def _after(still: Still, entry: Entry) -> Still:
    state = apply(still.state, entry)
    return Still(state, follow(still.places, state, entry))
