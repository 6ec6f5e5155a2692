"""The situation report: how everything stands at an instant, and what has changed since another, as plain data."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from dispatch.case import Case
from dispatch.duty import Duty, DutyState
from dispatch.incident import Closure, Incident, Perimeter, Stage
from dispatch.major import Triage
from dispatch.major_now import counts_now, total
from dispatch.message import Addressee, Message
from dispatch.situation_since import Since, changes_since
from dispatch.state import State
from resources.status import Status

_FREE = frozenset({Status.AVAILABLE, Status.AVAILABLE_BY_RADIO})


@dataclass(frozen=True, slots=True)
class Headline:
    """Count what a reader asks first. Duties overdue are those late now; to confirm, those done and not confirmed."""

    incidents: int
    majors: int
    units_bound: int
    units_free: int
    units_out: int
    duties: int
    duties_waiting: int
    duties_overdue: int
    duties_to_confirm: int
    duties_handed_back: int
    messages_unconfirmed: int
    cases: int
    cases_overdue: int
    closures: int
    perimeters: int


@dataclass(frozen=True, slots=True)
class UnitsLine:
    """Say how many units of a department are bound, by status in the order of `Status`."""

    department: str
    by_status: tuple[tuple[Status, int], ...]

    @property
    def count(self) -> int:
        """Return how many there are in all."""
        return sum(count for _, count in self.by_status)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty: whose, what, how far, until when; `waits_for` are duties that must be done first."""

    duty_id: int
    department: str
    text: str
    state: DutyState
    due_at: datetime | None
    is_late: bool
    waits_for: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message that somebody has not confirmed; `overdue` are those who had not in time."""

    message_id: int
    text: str
    sent_at: datetime
    waits_for: tuple[Addressee, ...]
    overdue: tuple[Addressee, ...]


@dataclass(frozen=True, slots=True)
class IncidentBlock:
    """One incident. `casualties` is None where nobody was counted, or it is no major incident."""

    incident_id: int
    kind: str
    place: str
    priority: int
    alarm_level: int
    stage: Stage
    lead: str
    received_at: datetime
    deadline_at: datetime | None
    is_overdue: bool
    is_major: bool
    units: tuple[UnitsLine, ...]
    duties: tuple[DutyLine, ...]
    perimeters: tuple[Perimeter, ...]
    casualties: Triage | None
    messages: tuple[MessageLine, ...]
    case_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CasesLine:
    """Say how many cases a department has open and overdue; an empty department: those that nobody has yet."""

    department: str
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Report:
    """One situation report; `incident_id` None is the whole city's. Incidents stand most urgent first."""

    at: datetime
    sequence: int
    incident_id: int | None
    headline: Headline
    incidents: tuple[IncidentBlock, ...]
    case_duties: tuple[DutyLine, ...]
    closures: tuple[Closure, ...]
    perimeters: tuple[Perimeter, ...]
    messages: tuple[MessageLine, ...]
    cases: tuple[CasesLine, ...]
    since: Since | None = None


def report_situation(
    state: State, at: datetime, *, incident_id: int | None = None, since_at: datetime | None = None
) -> Report:
    """Report how one incident, or the whole city, stands at an instant; `since_at` is when the report before was made.

    An incident that is not known gives a report without a block. `perimeters` and `messages` of the report itself are
    those that belong to no incident that it shows.
    """
    chosen = [incident_id] if incident_id is not None else sorted(state.open_incidents)
    incidents = sorted(
        (state.incidents[each] for each in chosen if each in state.incidents), key=lambda each: (each.priority, each.id)
    )
    duties = [state.duties[each] for each in sorted(state.open_duties)]
    messages = [state.messages[each] for each in sorted(state.open_messages)]
    cases = [state.cases[each] for each in sorted(state.open_cases)]
    perimeters = sorted(state.perimeters.values(), key=lambda each: each.id)
    if incident_id is not None:
        own = set(state.cases_of_incident.get(incident_id, ()))
        cases = [case for case in cases if case.id in own]
        duties = [duty for duty in duties if duty.incident_id == incident_id or duty.case_id in own]
        messages = [each for each in messages if each.incident_id == incident_id]
        perimeters = [each for each in perimeters if each.incident_id == incident_id]
    shown = {incident.id for incident in incidents}
    closures = tuple(sorted(state.closures.values(), key=lambda each: each.id))
    return Report(
        at=at,
        sequence=state.sequence,
        incident_id=incident_id,
        headline=_headline(state, at, incidents, duties, messages, cases, len(closures), len(perimeters)),
        incidents=tuple(_block(state, at, incident, perimeters, messages) for incident in incidents),
        case_duties=tuple(_duty_line(state, at, duty) for duty in duties if duty.case_id is not None),
        closures=closures,
        perimeters=tuple(each for each in perimeters if each.incident_id not in shown),
        messages=tuple(_message_line(each) for each in messages if each.incident_id not in shown),
        cases=_case_lines(at, cases),
        since=changes_since(state, since_at, at, incident_id=incident_id) if since_at is not None else None,
    )


def is_overdue(case: Case, at: datetime) -> bool:
    """Tell whether an open case is late at an instant: at the stage where it is, or as a whole."""
    return case.visit.is_late(at) or (case.close_due_at is not None and case.close_due_at < at)


def _headline(
    state: State,
    at: datetime,
    incidents: list[Incident],
    duties: list[Duty],
    messages: list[Message],
    cases: list[Case],
    closures: int,
    perimeters: int,
) -> Headline:
    states = Counter(duty.state for duty in duties)
    of_all = {incident.id for incident in incidents}
    bound = {
        state.assignments[each].unit_id
        for each in state.open_assignments
        if state.assignments[each].incident_id in of_all
    }
    units = [unit for unit in state.units.values() if unit.on_roster]
    return Headline(
        incidents=len(incidents),
        majors=sum(_is_major(state, each) for each in of_all),
        units_bound=len(bound),
        units_free=sum(unit.status in _FREE and not unit.assignment_id for unit in units),
        units_out=sum(unit.status is Status.OUT_OF_SERVICE for unit in units),
        duties=len(duties),
        duties_waiting=states[DutyState.WAITING],
        duties_overdue=sum(_is_late_now(duty, at) for duty in duties),
        duties_to_confirm=states[DutyState.DONE],
        duties_handed_back=states[DutyState.HANDED_BACK],
        messages_unconfirmed=len(messages),
        cases=len(cases),
        cases_overdue=sum(is_overdue(case, at) for case in cases),
        closures=closures,
        perimeters=perimeters,
    )


def _block(
    state: State, at: datetime, incident: Incident, perimeters: list[Perimeter], messages: list[Message]
) -> IncidentBlock:
    major = state.majors.get(incident.id)
    counts = counts_now(major) if major is not None else ()
    return IncidentBlock(
        incident_id=incident.id,
        kind=incident.kind,
        place=incident.location.text,
        priority=incident.priority,
        alarm_level=incident.alarm_level,
        stage=incident.stage,
        lead=incident.lead,
        received_at=incident.received_at,
        deadline_at=incident.deadline_at,
        is_overdue=incident.is_overdue,
        is_major=_is_major(state, incident.id),
        units=_units_lines(state, incident.id),
        duties=tuple(_duty_line(state, at, state.duties[n]) for n in state.duties_of_incident.get(incident.id, ())),
        perimeters=tuple(each for each in perimeters if each.incident_id == incident.id),
        casualties=total(counts) if counts else None,
        messages=tuple(_message_line(each) for each in messages if each.incident_id == incident.id),
        case_ids=state.cases_of_incident.get(incident.id, ()),
    )


def _units_lines(state: State, incident_id: int) -> tuple[UnitsLine, ...]:
    counts: defaultdict[str, Counter[Status]] = defaultdict(Counter)
    for each in state.assignments_of.get(incident_id, ()):
        assignment = state.assignments[each]
        unit = state.units.get(assignment.unit_id)
        if assignment.is_open and unit is not None:
            counts[unit.unit.department][unit.status] += 1
    return tuple(
        UnitsLine(
            department, tuple((status, counts[department][status]) for status in Status if status in counts[department])
        )
        for department in sorted(counts)
    )


def _duty_line(state: State, at: datetime, duty: Duty) -> DutyLine:
    waits = duty.state is DutyState.WAITING
    before = tuple(each for each in duty.depends_on if state.duties[each].is_open) if waits else ()
    still = tuple(each for each in before if state.duties[each].state is not DutyState.DONE)
    return DutyLine(
        duty.id, duty.department, duty.text, duty.state, duty.due_at, _is_late_now(duty, at), waits_for=still
    )


def _is_late_now(duty: Duty, at: datetime) -> bool:
    """Tell whether the deadline that a duty has now is past and it is not done."""
    return duty.is_owed and duty.due_at is not None and duty.due_at < at


def _message_line(message: Message) -> MessageLine:
    return MessageLine(message.id, message.text, message.sent_at, message.waits_for, message.overdue)


def _case_lines(at: datetime, cases: list[Case]) -> tuple[CasesLine, ...]:
    open_by: Counter[str] = Counter()
    late_by: Counter[str] = Counter()
    for case in cases:
        department = case.department or case.answerable
        open_by[department] += 1
        late_by[department] += is_overdue(case, at)
    return tuple(CasesLine(department, open_by[department], late_by[department]) for department in sorted(open_by))


def _is_major(state: State, incident_id: int) -> bool:
    major = state.majors.get(incident_id)
    return major is not None and major.is_declared
