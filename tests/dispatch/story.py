"""Given, when, then without an engine: a story folds what is decided and tells what happened."""

from __future__ import annotations

from datetime import datetime

import pytest

from dispatch.commands import AssignUnits, Body, Choice, ReportIncident, Who
from dispatch.decide import decide
from dispatch.events import Entry, Event
from dispatch.incident import Assignment, Incident
from dispatch.refused import Refused
from dispatch.state import State, UnitState, apply
from tests.dispatch.town import OPERATOR, START, command, crossing, opening


class Story:
    """A log of the town told by hand; `seconds` count from eight o'clock."""

    def __init__(self) -> None:
        self.state = State()
        for opened in opening():
            self.do(opened.body, who=opened.who)

    def decide(
        self, body: Body, *, who: Who = OPERATOR, at: datetime = START, based_on: int | None = None
    ) -> tuple[Event, ...]:
        """Ask without letting it happen."""
        return decide(self.state, command(body, at=at, who=who, based_on=based_on))

    def do(
        self, body: Body, *, who: Who = OPERATOR, at: datetime = START, based_on: int | None = None
    ) -> tuple[Event, ...]:
        """Ask, let it happen, and return the events."""
        asked = command(body, at=at, who=who, based_on=based_on)
        events = decide(self.state, asked)
        if events:
            self.state = apply(
                self.state,
                Entry(
                    self.state.sequence + 1,
                    asked.id,
                    at,
                    at,
                    who.actor,
                    who.role,
                    who.department,
                    who.seat,
                    events,
                ),
            )
        return events

    def refuses(self, body: Body, *, who: Who = OPERATOR, at: datetime = START, based_on: int | None = None) -> Refused:
        """Ask for what must be refused, and return how it was."""
        with pytest.raises(Refused) as caught:
            self.decide(body, who=who, at=at, based_on=based_on)
        return caught.value

    def fire(self, *unit_ids: str, at: datetime = START) -> int:
        """Report a structure fire in the middle of the town and send units; return its number."""
        number = self.state.next_incident
        self.do(ReportIncident("structure_fire", crossing(1, 1)), at=at)
        if unit_ids:
            self.do(AssignUnits(number, tuple(Choice(unit_id) for unit_id in unit_ids)), at=at)
        return number

    def unit(self, unit_id: str) -> UnitState:
        return self.state.units[unit_id]

    def incident(self, incident_id: int = 1) -> Incident:
        return self.state.incidents[incident_id]

    def assignment(self, assignment_id: str = "1/1") -> Assignment:
        return self.state.assignments[assignment_id]
