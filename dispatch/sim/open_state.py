"""A state that is changed in place: what `decide` reads and the fold writes, while nobody keeps an older one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, cast

from immutables import Map

from dispatch import fact
from dispatch.events import Entry
from dispatch.fold import take
from dispatch.state import State
from dispatch.work import Work

KEPT_CLOSED = 256
"""So many closed incidents stay at hand: rules that look back (redirected lately) look back minutes, not months."""


class CountedIds(Mapping[str, int]):
    """Tell which entry answered a command where ids count entries: `prefix-00000042` is entry 42, without a table."""

    def __init__(self, prefix: str) -> None:
        self._prefix = f"{prefix}-"
        self._length = 0

    def id_of(self, sequence: int) -> str:
        """Name the command that entry `sequence` answers."""
        return f"{self._prefix}{sequence:08d}"

    def __getitem__(self, command_id: str) -> int:
        number = command_id.removeprefix(self._prefix)
        if number.isdecimal() and number.isascii():
            sequence = int(number)
            if 0 < sequence <= self._length and self.id_of(sequence) == command_id:
                return sequence
        raise KeyError(command_id)

    def __setitem__(self, command_id: str, sequence: int) -> None:
        if self.id_of(sequence) != command_id or sequence != self._length + 1:
            raise ValueError(f"{command_id} is not the id that entry {sequence} answers")
        self._length = sequence

    def __iter__(self) -> Iterator[str]:
        return map(self.id_of, range(1, self._length + 1))

    def __len__(self) -> int:
        return self._length


class OpenState(Work):
    """Answer `decide` as a `State` does, from plain dictionaries that `take` changes.

    An incident that was closed a while ago is forgotten: the log holds it, and no decision of a simulation asks for
    it. So a year costs what a day costs.
    """

    def __init__(self, ids: CountedIds) -> None:
        super().__init__(State())
        self.answered = cast("Any", ids)
        self._closed: deque[int] = deque()
        self.sequence = 0
        for field in fields(State):
            getattr(self, field.name)

    def __getattr__(self, name: str) -> Any:
        part = getattr(self._state, name)
        taken = dict(part.items()) if isinstance(part, Map) else part
        setattr(self, name, taken)
        return taken

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        take(self, entry)

    def file_closed(self, incident_id: int) -> None:
        """Forget what no decision asks for any more: this incident soon, those closed long before it now."""
        self._closed.append(incident_id)
        while len(self._closed) > KEPT_CLOSED:
            self._forget(self._closed.popleft())

    def _forget(self, incident_id: int) -> None:
        if incident_id in self.open_incidents:
            return  # it was opened again
        self.incidents.pop(incident_id, None)
        for assignment_id in self.assignments_of.pop(incident_id, ()):
            self.assignments.pop(assignment_id, None)
        for task_id in self.tasks_of.pop(incident_id, ()):
            self.tasks.pop(task_id, None)
        self.changed.pop(fact.of_incident(incident_id, "stage"), None)

    def as_state(self) -> State:
        """Return what stands now as a state that stays as it is: for policies that ask `plan` or `recommend`."""
        found: dict[str, Any] = {}
        for field in fields(State):
            value = getattr(self, field.name)
            found[field.name] = Map(value) if isinstance(value, dict) else value
        assignments = self.assignments
        found["answered"] = Map()
        found["assignments_by_unit"] = Map(
            {
                unit_id: tuple(each for each in held if each in assignments)
                for unit_id, held in cast("dict[str, tuple[str, ...]]", self.assignments_by_unit).items()
            }
        )
        return State(**found)
