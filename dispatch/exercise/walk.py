"""Go through the log of an exercise once and judge each decision where it was taken; notice where none was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch import events as e
from dispatch.commands import Choice
from dispatch.events import Entry
from dispatch.exercise import score_records as r
from dispatch.exercise.exercise import Exercise, Outcome, call_id_of, is_decision_by
from dispatch.exercise.fleet import key_of
from dispatch.exercise.judge import Judge, compare, lacks, really
from dispatch.exercise.retrace import Seen, Stepped
from dispatch.exercise.run import Refusal
from dispatch.exercise.score_records import Breach, Decision, Option
from dispatch.state import State

LONG_S = 90.0  # without a decision on an incident that lacks something
ASK_EVERY_S = 30.0
LATE_ORDER, LATE_INCIDENT, OVERRIDE = "order_overdue", "deadline_passed", "override"
TOGETHER_S = 15.0  # units that are sent to one incident one by one within this are one decision
REDIRECTED_REASON = "redirected"


class Walk:
    """Go through a log once, and judge each decision where it was taken."""

    def __init__(
        self, exercise: Exercise, entries: Sequence[Entry], judge: Judge, outcome: Outcome | None, long_s: float
    ) -> None:
        self.exercise, self._judge, self._outcome, self._long_s = exercise, judge, outcome, long_s
        self._keys = {call_id_of(each.key): each.key for each in exercise.incoming}
        self._began = {each.key: each.after_s - each.called_before_s for each in exercise.incoming}
        self._own = {each.key for each in exercise.incoming if each.after_s < 0 or each.sent}
        self._decisions: list[Decision] = []
        self._asked: dict[int, datetime] = {}  # since when an incident asks for a decision
        self._touched: dict[int, datetime] = {}  # when somebody last decided on it
        self._idle: dict[int, int] = {}  # the place of the decision that says nothing is being done
        self._next_look: dict[int, datetime] = {}
        self._together, self._parts = together(entries)
        self.deadlines: list[Breach] = []
        self.state = State()

    def see(self, seen: Seen) -> None:
        """Take an entry."""
        self.state = seen.after
        entry = seen.entry
        if is_decision_by(entry.seat) and entry.recorded_at >= self.exercise.start_at:
            self._decisions += [
                replace(each, number=entry.sequence, trainee=entry.actor, department=entry.department)
                for each in self._judged(seen)
            ]
        for event in entry.events:
            self._note(event, entry)

    def pass_time(self, step: Stepped) -> None:
        """See whether nothing was done for long where somebody could have been sent."""
        self.state = step.state
        for number in sorted(step.state.open_incidents):
            since = self._touched.get(number)
            if since is None or number in self._idle or step.at < self._next_look[number]:
                continue
            if key_of(step.state, number, self._keys) in self._own or not lacks(step.state, number):
                continue
            self._next_look[number] = _later(step.at, ASK_EVERY_S)
            best = self._judge.best(step.state, step.fixes, number, step.at)
            if not best.units:
                continue  # nobody could be sent: that is nobody's fault
            self._idle[number] = len(self._decisions)
            trainee = self.exercise.turn_at(step.at)
            self._decisions.append(
                replace(
                    self._about(step.state, number, step.at),
                    kind=r.NOTHING,
                    trainee=trainee.id,
                    department=trainee.department,
                    waited_s=self._s(step.at) - self._s(self._asked[number]),
                    best=best,
                    really=self._really(step.state, number),
                    verdict=r.LATE,
                )
            )

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Take what was asked and refused."""
        for each in refusals:
            breach = Breach(each.code, (("command", each.command), *each.parameters))
            self._decisions.append(
                Decision(0, self._s(each.at), r.REFUSED, each.actor, each.department, breaches=(breach,))
            )

    def finished(self) -> tuple[Decision, ...]:
        """Return all decisions in the order of time."""
        end_s = self.exercise.lasts_s
        for place in self._idle.values():
            idle = self._decisions[place]
            self._decisions[place] = replace(idle, lasted_s=round(end_s - idle.at_s + (idle.waited_s or 0.0), 3))
        return tuple(sorted(self._decisions, key=lambda each: (each.at_s, each.number, each.kind, each.incident)))

    def _judged(self, seen: Seen) -> Iterator[Decision]:
        entry, before = seen.entry, seen.before
        at = entry.recorded_at
        assigned = [each for each in entry.events if isinstance(each, e.UnitAssigned)]
        if assigned:
            yield self._sending(seen, assigned)
            return
        for event in entry.events:
            match event:
                case e.AlarmRaised():
                    about = self._about(before, event.incident_id, at)
                    did = Option(alarm_level=event.alarm_level, text=event.reason)
                    found = self._really(before, event.incident_id)
                    yield replace(
                        about, kind=r.ALARM, did=did, really=found, waited_s=self._waited(event.incident_id, at)
                    )
                case e.UnitReleased():
                    number = before.assignments[event.assignment_id].incident_id
                    did = Option((self._unit(before, event.unit_id),), text=event.reason)
                    yield replace(self._about(before, number, at), kind=r.RELEASED, did=did)
                case e.UnitMovedUp() | e.MoveUpEnded():
                    yield self._move_up(seen, event)
                case e.UnitHeld() | e.UnitUnheld():
                    did = Option((self._unit(before, event.unit_id),), text=getattr(event, "reason", ""))
                    yield replace(self._about(before, 0, at), kind=r.HELD, did=did)
                case e.IncidentClosed():
                    about = self._about(before, event.incident_id, at)
                    found = self._really(before, event.incident_id)
                    yield replace(about, kind=r.CLOSED, did=Option(text=event.disposition), really=found)
                case e.IncidentReported():
                    about = self._about(seen.after, event.incident_id, at)
                    yield replace(about, kind=r.REPORTED, did=Option(text=event.kind))
                case e.KindChanged() | e.PriorityChanged() | e.LocationCorrected():
                    about = self._about(before, event.incident_id, at)
                    yield replace(about, kind=r.CHANGED, did=Option(text=type(event).__name__))
                case e.RoadClosed() | e.RoadOpened():
                    name = event.closure.id if isinstance(event, e.RoadClosed) else event.closure_id
                    yield replace(self._about(before, 0, at), kind=r.ROAD, did=Option(text=name))

    def _sending(self, seen: Seen, assigned: Sequence[e.UnitAssigned]) -> Decision:
        before, at, number = seen.before, seen.entry.recorded_at, assigned[0].incident_id
        judge = self._judge
        if seen.entry.sequence in self._parts:
            units = tuple(self._unit(before, each.unit_id) for each in assigned)
            return replace(self._about(before, number, at), kind=r.SENT, did=Option(units))
        assigned = self._together[seen.entry.sequence]
        choices = [Choice(each.unit_id, each.need_id, each.eta_s) for each in assigned]
        did = judge.chosen(before, seen.fixes, number, choices, at)
        best = judge.best(before, seen.fixes, number, at)
        verdict, loss_s = compare(before, number, did, best)
        breaches = tuple(
            Breach(OVERRIDE, (("unit", each.unit_id), ("reason", each.override_reason)))
            for each in assigned
            if each.override_reason
        )
        is_redirected = any(
            isinstance(each, e.UnitReleased) and each.reason == REDIRECTED_REASON for each in seen.entry.events
        )
        cover = judge.covered(
            before, seen.fixes, at, [each.unit_id for each in did.units], [each.unit_id for each in best.units]
        )
        return replace(
            self._about(before, number, at),
            kind=r.REDIRECTED if is_redirected else r.SENT,
            waited_s=self._waited(number, at),
            did=did,
            really=self._really(before, number),
            best=best,
            coverage=cover,
            breaches=breaches,
            verdict=verdict,
            loss_s=loss_s,
        )

    def _move_up(self, seen: Seen, event: e.UnitMovedUp | e.MoveUpEnded) -> Decision:
        before, at = seen.before, seen.entry.recorded_at
        moves = self._judge.move_ups(before, seen.fixes, at)
        is_end = isinstance(event, e.MoveUpEnded)
        station = "" if isinstance(event, e.MoveUpEnded) else event.station_id
        is_best = any(
            each.station == station and each.units[0].unit_id == event.unit_id for each in moves if not is_end
        )
        return replace(
            self._about(before, 0, at),
            kind=r.MOVE_UP_ENDED if is_end else r.MOVED_UP,
            did=Option((self._unit(before, event.unit_id),), station=station, text=event.reason),
            best=moves[0] if moves else None,
            coverage=self._judge.moved(before, seen.after, seen.fixes, at, event.unit_id),
            verdict=r.AS_BEST if is_best else r.UNJUDGED,
        )

    def _about(self, state: State, number: int, at: datetime) -> Decision:
        incident = state.incidents.get(number)
        if incident is None:
            return Decision(0, self._s(at), "", "", "")
        place = incident.location
        return Decision(
            number=0,
            at_s=self._s(at),
            kind="",
            trainee="",
            department="",
            incident=number,
            key=key_of(state, number, self._keys),
            incident_kind=incident.kind,
            place=place.text,
            lon=place.lon,
            lat=place.lat,
        )

    def _unit(self, state: State, unit_id: str) -> r.Going:
        return r.Going(unit_id, "", state.units[unit_id].unit.department)

    def _really(self, state: State, number: int) -> Option | None:
        key = key_of(state, number, self._keys)
        recorded = self._outcome.of(key) if self._outcome is not None else None
        return really(recorded, state, began_s=self._began.get(key, 0.0))

    def _waited(self, number: int, at: datetime) -> float | None:
        since = self._asked.get(number)
        return None if since is None else round((at - since).total_seconds(), 3)

    def _note(self, event: e.Event, entry: Entry) -> None:
        """Keep since when incidents ask for a decision, and when one was taken; and what came too late."""
        at = entry.recorded_at
        match event:
            case e.IncidentReported():
                self._asks(event.incident_id, at)
            case e.AlarmRaised() if event.incident_id in self._asked:
                self._asks(event.incident_id, at)
            case e.UnitAssigned():
                self._touch(event.incident_id, at)
            case e.UnitReleased():
                number = self.state.assignments[event.assignment_id].incident_id
                if number in self.state.open_incidents and lacks(self.state, number):
                    self._asks(number, at)
            case e.IncidentClosed():
                self._touch(event.incident_id, at)
            case e.OrderOverdue():
                assignment = self.state.assignments[event.assignment_id]
                told = (("at_s", self._s(at)), ("unit", assignment.unit_id), ("incident", assignment.incident_id))
                self.deadlines.append(Breach(LATE_ORDER, told))
            case e.DeadlinePassed():
                told_of = (("at_s", self._s(at)), ("incident", event.incident_id))
                self.deadlines.append(Breach(LATE_INCIDENT, told_of))

    def _asks(self, number: int, at: datetime) -> None:
        self._asked[number] = at
        self._touch(number, at)

    def _touch(self, number: int, at: datetime) -> None:
        """Let the time of doing nothing begin anew; where it was long, that ends here."""
        place = self._idle.pop(number, None)
        if place is not None:
            idle = self._decisions[place]
            self._decisions[place] = replace(idle, lasted_s=round(self._s(at) - idle.at_s + (idle.waited_s or 0), 3))
        self._touched[number] = at
        self._next_look[number] = max(_later(at, self._long_s), self.exercise.start_at)

    def _s(self, at: datetime) -> float:
        return round((at - self.exercise.start_at).total_seconds(), 3)


def _later(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)


def together(entries: Iterable[Entry]) -> tuple[dict[int, list[e.UnitAssigned]], set[int]]:
    """Return by a sending's entry all who were sent with it, and the entries that are a part of an earlier one."""
    found: dict[int, list[e.UnitAssigned]] = {}
    parts: set[int] = set()
    first: dict[tuple[int, str], Entry] = {}
    for entry in entries:
        assigned = [each for each in entry.events if isinstance(each, e.UnitAssigned)]
        if not assigned or not is_decision_by(entry.seat):
            continue
        before = first.get((assigned[0].incident_id, entry.actor))
        if before is not None and (entry.recorded_at - before.recorded_at).total_seconds() <= TOGETHER_S:
            found[before.sequence] += assigned
            parts.add(entry.sequence)
        else:
            first[assigned[0].incident_id, entry.actor] = entry
            found[entry.sequence] = assigned
    return found, parts
