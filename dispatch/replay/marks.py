"""Which entries a viewer steps to: new incidents, alarms; and which tell of an incident or a case."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import StrEnum

from dispatch.events import AlarmRaised, Entry, IncidentReported, SignalRaised
from dispatch.major_events import MajorIncidentDeclared
from resources.status import Signal


class Mark(StrEnum):
    """Say what an entry is marked as on the tape."""

    INCIDENT = "incident"
    ALARM = "alarm"


def marks_of(entry: Entry) -> frozenset[Mark]:
    """Return how an entry is marked. An alarm is a distress call, a higher alarm level or a major incident."""
    found = set()
    for event in entry.events:
        if isinstance(event, IncidentReported):
            found.add(Mark.INCIDENT)
        elif isinstance(event, AlarmRaised | MajorIncidentDeclared) or (
            isinstance(event, SignalRaised) and event.signal is Signal.DISTRESS
        ):
            found.add(Mark.ALARM)
    return frozenset(found)


class Index:
    """Find entries by what they are marked as, and by the incident or case that they name. Numbers rise."""

    def __init__(self) -> None:
        self._marked = {mark: array("q") for mark in Mark}
        self._incidents: dict[int, array[int]] = {}
        self._cases: dict[int, array[int]] = {}

    def add(self, entry: Entry, incidents: Iterable[int], cases: Iterable[int]) -> None:
        """Take the next entry with the incidents and cases that it names."""
        for mark in marks_of(entry):
            self._marked[mark].append(entry.sequence)
        for held, numbers in ((self._incidents, incidents), (self._cases, cases)):
            for number in numbers:
                held.setdefault(number, array("q")).append(entry.sequence)

    def marked(self, mark: Mark) -> array[int]:
        """Return all entries with a mark. Nobody may change it."""
        return self._marked[mark]

    def next(self, mark: Mark, sequence: int) -> int | None:
        """Return the first entry with a mark behind `sequence`."""
        held = self._marked[mark]
        place = bisect_right(held, sequence)
        return held[place] if place < len(held) else None

    def previous(self, mark: Mark, sequence: int) -> int | None:
        """Return the last entry with a mark before `sequence`."""
        held = self._marked[mark]
        place = bisect_left(held, sequence) - 1
        return held[place] if place >= 0 else None

    def of_incident(self, incident_id: int, upto: int) -> list[int]:
        """Return the entries up to `upto` that name an incident."""
        return _upto(self._incidents.get(incident_id), upto)

    def of_case(self, case_id: int, upto: int) -> list[int]:
        """Return the entries up to `upto` that name a case."""
        return _upto(self._cases.get(case_id), upto)


def _upto(held: array[int] | None, upto: int) -> list[int]:
    return list(held[: bisect_right(held, upto)]) if held is not None else []
