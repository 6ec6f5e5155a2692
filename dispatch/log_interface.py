"""The append-only log: what it promises, and what can go wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.account_secrets import Secret
from dispatch.chain import Head
from dispatch.events import Entry, LogKind, LogOpened
from dispatch.people import Person
from dispatch.shown import Shown

if TYPE_CHECKING:
    from dispatch.commands import Command
    from dispatch.log_lock import Holder
    from dispatch.state import State


class SequenceTaken(LookupError):
    """Another seat has written this number: fold what was missed and decide again."""

    def __init__(self, sequence: int) -> None:
        super().__init__(f"entry {sequence} is already written")
        self.sequence = sequence


class CommandAnswered(LookupError):
    """The command is already in the log, as entry `sequence`: take that as the answer."""

    def __init__(self, sequence: int) -> None:
        super().__init__(f"the command was answered by entry {sequence}")
        self.sequence = sequence


class NotSaved(OSError):
    """The store failed; unless `code` is `connection_lost`, nothing was written.

    `code` is one of `disk_full`, `io_error`, `stopped` (after an I/O error: open the log again), `locked`,
    `away` (the store is known not to answer: nothing was sent), `read_only`, `cannot_open`, `connection_lost`
    (perhaps written: ask again with the same command id), `conflict`, `timeout`, `no_key`, `closed`, `failed`.
    Trying again with the same command id is always safe.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class LogDamaged(ValueError):
    """What the store holds is not a log as it was written; `sequence` names the entry where one can be named.

    `code` is one of `not_a_log`, `corrupt`, `gap`, `damaged`, `unknown_event`, `newer_schema`, `newer_format`,
    `altered`, `shorter_than_head`; `archived` where nothing is damaged, but older entries are needed and not at hand.
    """

    CODES = frozenset(
        {
            *("not_a_log", "corrupt", "gap", "damaged", "unknown_event", "newer_schema", "newer_format"),
            *("altered", "shorter_than_head"),
        }
    )

    def __init__(self, code: str, text: str, sequence: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.sequence = sequence


class NotLive(ValueError):
    """A log that is not live was offered to something that touches the world outside."""


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row as the store holds it, unchecked: columns (as `codec.columns_of` orders them), bytes, MAC."""

    columns: tuple[int | str, ...]
    body: bytes
    mac: bytes

    @property
    def sequence(self) -> int:
        """Return the number under which the row is kept."""
        return int(self.columns[0])


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of `verify`; `sequence` is None where it concerns the log as a whole."""

    sequence: int | None
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found. `unchecked` says in words what could not be checked here (no key, no head)."""

    entries: int
    head: Head | None
    problems: tuple[Problem, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def is_intact(self) -> bool:
        """Tell whether nothing bad was found among what could be checked."""
        return not self.problems

    @property
    def first_bad(self) -> int | None:
        """Return the sequence of the first bad entry, None where none is named."""
        return min((problem.sequence for problem in self.problems if problem.sequence is not None), default=None)


class Log(ABC):
    """Entries 1, 2, 3, ... that are never changed. May be used from any thread; calls wait for each other."""

    name: str
    held_by: Holder | None = None
    is_island = False  # whether it is one seat's alone, to be merged into a room's

    @property
    @abstractmethod
    def head(self) -> int:
        """Return the last sequence that the store holds now, 0 for an empty log. Raises NotSaved."""

    @abstractmethod
    def chain_head(self) -> Head | None:
        """Return the last sequence with its MAC, for printing (`str`); None for an empty log. Raises NotSaved."""

    def head_at(self, sequence: int) -> Head | None:
        """Return an entry's number and MAC as they were seen lately, without asking the store; None: not known."""
        return None

    @property
    @abstractmethod
    def kind(self) -> LogKind | None:
        """Return what entry 1 says that the log is for, None while it is empty."""

    @property
    @abstractmethod
    def is_read_only(self) -> bool:
        """Tell whether `append` will refuse; `held_by` says who writes where another program does."""

    @abstractmethod
    def append(self, entry: Entry) -> Entry:
        """Write `entry` durably as number `entry.sequence` = head + 1, and return it as it stands in the log.

        Fold what is returned, so that the state now is the state after the next start: text that no store can keep
        (lone surrogates, NUL) was replaced in it, and a whole number where a fraction may stand has become one.
        Raises SequenceTaken, CommandAnswered, NotSaved; ValueError for an entry that must not be written (entry 1
        without LogOpened, a gap, NaN); LogDamaged where the log was changed underneath.
        """

    def append_for(self, entry: Entry, command: Command) -> Entry:
        """Write the entry that answers a command, as `append` does; an island keeps what was asked beside it."""
        return self.append(entry)

    @abstractmethod
    def read(self, after: int = 0) -> Iterator[Entry]:
        """Yield the entries behind `after` in order. Raises LogDamaged at the first that is bad, NotSaved.

        Checks order and shape; that the bytes are those which were written is the business of `verify`.
        """

    @abstractmethod
    def entry_of(self, command_id: str) -> Entry | None:
        """Return the entry that answered a command, None where there is none."""

    @abstractmethod
    def save_person(self, person_id: str, name: str, number: str) -> None:
        """Keep a caller's personal data, apart from the chain. Raises NotSaved."""

    @abstractmethod
    def person(self, person_id: str) -> Person | None:
        """Return a caller's personal data, None where there is none or it was erased."""

    @abstractmethod
    def erase_person(self, person_id: str) -> bool:
        """Erase a caller's personal data for good; tell whether there was any. Raises NotSaved."""

    @abstractmethod
    def save_secret(self, secret: Secret) -> None:
        """Keep the hash of a password, apart from the chain; it counts once an entry names it. Raises NotSaved."""

    @abstractmethod
    def secret(self, secret_id: str) -> Secret | None:
        """Return the hash that is kept under a name, unchecked; None where there is none. Raises NotSaved."""

    @abstractmethod
    def erase_secret(self, secret_id: str) -> bool:
        """Erase the hash of a password for good; tell whether there was any. Raises NotSaved."""

    @abstractmethod
    def keep_shown(self, shown: Shown) -> None:
        """Keep an answer that was shown, durably, for as long as the log; one that is kept stays. Raises NotSaved."""

    @abstractmethod
    def shown(self, name: str) -> Shown | None:
        """Return the answer that was shown under a hash, unchecked; None where none is kept. Raises NotSaved."""

    @abstractmethod
    def shown_for(self, incident_id: int) -> tuple[Shown, ...]:
        """Return the answers that were shown for an incident, unchecked, the oldest first. Raises NotSaved."""

    @abstractmethod
    def save_checkpoint(self, state: State, fold_version: str) -> None:
        """Keep `state`, so that a later opening need not fold everything. May run beside the engine."""

    @abstractmethod
    def load_checkpoint(self, fold_version: str) -> State | None:
        """Return the state of the last checkpoint, None where none fits this log, this fold and this program."""

    @abstractmethod
    def rows(self) -> Iterator[StoredRow]:
        """Yield every row as it is stored, unchecked: for verification and export."""

    @abstractmethod
    def verify(self) -> Verification:
        """Check every entry against the chain, its columns and its neighbours, and the end against the kept head."""

    @abstractmethod
    def close(self) -> None:
        """Let the store go. Closing twice is harmless."""

    def reopen(self) -> None:  # noqa: B027
        """Let the store go and take it again, as the only way on after an I/O error; the writer's lock is kept.

        Raises NotSaved or LogDamaged where it cannot be opened: then nothing is written, and it may be tried again.
        A store that finds its way back by itself does nothing.
        """

    def give_up(self) -> None:  # noqa: B027
        """Let nobody wait any more for a store that does not answer: calls raise NotSaved(`away`) until `found`."""

    def found(self) -> None:  # noqa: B027
        """Take calls again after `give_up`."""

    def finding(self) -> AbstractContextManager[None]:
        """Let this thread ask the store during the block, although it is given up."""
        return nullcontext()

    @property
    def begins_behind(self) -> int:
        """Return behind which entry `read` may begin here: 0, unless older ones are archived and not at hand."""
        return 0

    def wait(self, timeout_s: float) -> bool:
        """Wait until another seat may have written; tell whether one may. False at once where nobody else can write."""
        return False


@dataclass(frozen=True, slots=True)
class LiveLog:
    """Prove that a log is live: feeds, and whatever leaves the building, ask for this type and no other.

    Raises NotLive for a drill, an exercise, history or a simulation, and for a log that is still empty.
    """

    log: Log

    def __post_init__(self) -> None:
        if self.log.kind is not LogKind.LIVE:
            raise NotLive(f"{self.log.name} is not a live log but {self.log.kind or 'empty'}")


def check_opening(entry: Entry) -> None:
    """Raise ValueError unless LogOpened is the first event of entry 1 and stands nowhere else."""
    opens = [isinstance(event, LogOpened) for event in entry.events]
    if entry.sequence == 1 and not (opens and opens[0]):
        raise ValueError("entry 1 must begin with LogOpened")
    if any(opens[1:] if entry.sequence == 1 else opens):
        raise ValueError(f"entry {entry.sequence}: a log is opened once, by its first event")
    if entry.sequence < 1 or not entry.events:
        raise ValueError(f"entry {entry.sequence} has no number or no events")
