"""Which numbers the log gives, and what those of an island are called in the room.

Two logs that go on apart give the same numbers to different things. What an island made is found in the events by
which the room answers the same command; what was there before they parted keeps its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeAlias, TypeVar

from dispatch.case_events import CaseReported
from dispatch.duty_events import DutyGiven
from dispatch.events import Event, IncidentReported, UnitAssigned
from dispatch.message_events import MessageSent

T = TypeVar("T")
Id: TypeAlias = int | str
Named: TypeAlias = tuple[str, Id]  # a kind of thing, and its number or id

INCIDENT, CASE, DUTY, MESSAGE, ASSIGNMENT, TASK, ENTRY = (
    "incident",
    "case",
    "duty",
    "message",
    "assignment",
    "task",
    "entry",
)
# Fields that name what the log numbers, whatever record they stand in.
FIELDS: dict[str, str] = {
    "incident_id": INCIDENT,
    "taken_from": INCIDENT,
    "case_id": CASE,
    "case_ids": CASE,
    "into": CASE,
    "duty_id": DUTY,
    "depends_on": DUTY,
    "message_id": MESSAGE,
    "assignment_id": ASSIGNMENT,
    "task_id": TASK,
}
# Fields whose name means that in one record only.
FIELDS_OF: dict[tuple[str, str], str] = {
    ("Order", "number"): INCIDENT,
    ("AcknowledgeGlass", "sequence"): ENTRY,
    ("GlassAcknowledged", "sequence"): ENTRY,
}


class Unmapped(LookupError):
    """What an island made is not in the room, so that nothing can be asked about it there."""

    def __init__(self, named: Named) -> None:
        super().__init__(f"{named[0]} {named[1]} of the island is not in the room")
        self.named = named


class Ids:
    """Hold what things of one island are called in the room. `born` says which entry made a thing there."""

    def __init__(self) -> None:
        self.born: dict[Named, int] = {}
        self._there: dict[Named, Id] = {}
        self._of_island: set[Named] = set()
        self._first: dict[str, int] = {}

    def bear(self, sequence: int, events: Iterable[Event]) -> None:
        """Take note of what an entry of the island made."""
        self.born[ENTRY, sequence] = sequence
        for kind, _, made in made_by(events):
            self.born.setdefault((kind, made), sequence)
            if isinstance(made, int):
                self._first.setdefault(kind, made)

    def learn(self, pairs: Iterable[tuple[str, Id, Id]]) -> None:
        """Take note of what things of the island (kind, id there) are called in the room."""
        for kind, here, there in pairs:
            self._there[kind, here] = there
            self._of_island.add((kind, there))

    def is_of_room_alone(self, kind: str, there: int) -> bool:
        """Tell whether a thing of the room was made after they parted, and not by the island."""
        first = self._first.get(kind)
        return first is not None and there >= first and (kind, there) not in self._of_island

    def of(self, kind: str, here: Id) -> Id:
        """Return what a thing is called in the room. Raises Unmapped."""
        if kind == TASK:
            number, _, department = str(here).partition("/")
            return f"{self.of(INCIDENT, int(number))}/{department}" if number.isdigit() else here
        named = (kind, here)
        if named not in self.born:
            return here
        if named not in self._there:
            raise Unmapped(named)
        return self._there[named]

    def translate(self, record: T) -> T:
        """Return a record with the numbers of the room, at any depth. Raises Unmapped."""
        translated: T = self._translate(record)
        return translated

    def missing(self, record: object) -> tuple[Named, ...]:
        """Return what a record names that is not in the room, at any depth."""
        found = []
        for kind, here in named_in(record):
            try:
                self.of(kind, here)
            except Unmapped as error:
                found.append(error.named)
        return tuple(dict.fromkeys(found))

    def _translate(self, record: Any) -> Any:
        if isinstance(record, tuple):
            return tuple([self._translate(each) for each in record])
        if not is_dataclass(record) or isinstance(record, type):
            return record
        changes: dict[str, Any] = {}
        for field in fields(record):
            value = getattr(record, field.name)
            kind = kind_of(record, field.name)
            after = self._translate(value) if kind is None else self._called(kind, value)
            if after is not value and after != value:
                changes[field.name] = after
        return replace(record, **changes) if changes else record

    def _called(self, kind: str, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple([self.of(kind, each) for each in value])
        return value if value is None or value == "" else self.of(kind, value)


def kind_of(record: object, field: str) -> str | None:
    """Return the kind of thing that a field of a record names by its number, None where it names none."""
    return FIELDS_OF.get((type(record).__name__, field), FIELDS.get(field))


def named_in(record: object) -> Iterator[Named]:
    """Yield what a record names by number, at any depth."""
    if isinstance(record, tuple):
        for each in record:
            yield from named_in(each)
    elif is_dataclass(record) and not isinstance(record, type):
        for field in fields(record):
            value = getattr(record, field.name)
            kind = kind_of(record, field.name)
            if kind is None:
                yield from named_in(value)
            else:
                for each in value if isinstance(value, tuple) else (value,):
                    if each is not None and each != "":
                        yield kind, each


def made_by(events: Iterable[Event]) -> Iterator[tuple[str, str, Id]]:
    """Yield what events made: its kind, a word by which the same thing is known in another answer, and its number."""
    counts = dict.fromkeys((INCIDENT, CASE, DUTY, MESSAGE), 0)
    for event in events:
        if isinstance(event, UnitAssigned):
            yield ASSIGNMENT, event.unit_id, event.assignment_id
            continue
        kind, number = _numbered(event)
        if kind:
            counts[kind] += 1
            yield kind, str(counts[kind]), number


def _numbered(event: Event) -> tuple[str, int]:
    if isinstance(event, IncidentReported):
        return INCIDENT, event.incident_id
    if isinstance(event, CaseReported):
        return CASE, event.case_id
    if isinstance(event, DutyGiven):
        return DUTY, event.duty_id
    if isinstance(event, MessageSent):
        return MESSAGE, event.message_id
    return "", 0


def pairs_of(here: Iterable[Event], there: Iterable[Event]) -> tuple[tuple[str, Id, Id], ...]:
    """Return what the island's answer made beside what the room's answer to the same command made."""
    in_room = {(kind, word): number for kind, word, number in made_by(there)}
    return tuple((kind, number, in_room[kind, word]) for kind, word, number in made_by(here) if (kind, word) in in_room)
