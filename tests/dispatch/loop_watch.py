"""What a log must never say of the loop, told from its entries alone and in other words than the rules'."""

from __future__ import annotations

from collections import defaultdict

from dispatch import account_events as ae
from dispatch import case_events as ce
from dispatch import duty_events as de
from dispatch import events as e
from dispatch.events import Entry
from dispatch.state import State
from resources.status import Signal

ORDER = ("collect", "verify", "file", "dispatch", "handle", "feed_back", "check", "close", "evaluate")
SUPERVISED = frozenset(
    [
        "accepted",
        "verified",
        "filed",
        "declined",
        "checked",
        "check_failed",
        "closed",
        "returned",
        "reopened",
        "merged",
        "unmerged",
    ]
)
COORDINATED = frozenset(["dispatched", "ruled", "passed_on"])
HANDLED = frozenset(["handled", "disowned", "fixed_on_the_spot"])
FORWARD = frozenset(
    [
        "accepted",
        "verified",
        "filed",
        "declined",
        "dispatched",
        "ruled",
        "handled",
        "passed_on",
        "checked",
        "closed",
        "fixed_on_the_spot",
        "merged",
    ]
)
JUDGING = (ce.ExtensionGranted, ce.ExtensionRefused, ce.AppealRead)
HANDLING = (ce.ExtensionAsked, ce.AppealMade, ce.MadeSafe)
MACHINES = ("system", "crew")
# Refusals that hang on who asks: each is an entry of the log.
FOR_WHO_ASKS = frozenset(
    {"not_allowed", "not_own_department", "not_own_account", "not_own_duty", "not_signed_in", "not_the_holder"}
    | {"seat_locked", "role_not_held", "role_not_live", "department_not_held", "account_disabled", "account_locked"}
    | {"may_not_suspend", "handlers_do_not_judge", "judges_do_not_handle", "department_judges_itself"}
    | {"extension_by_own_role", "read_by_the_same", "glass_by_the_same", "department_confirms_itself"}
    | {"worker_confirms_itself", "answers_for_itself", "not_addressed"}
    | {"not_in_charge", "hand_over_not_yours", "queue_not_yours"}
)


class LoopWatch:
    """Read a log entry by entry, and say what is wrong at the first that is."""

    def __init__(self) -> None:
        self.sequence = 0
        self.sitting: dict[str, tuple[str, str, str]] = {}
        self.locked: set[str] = set()
        self.judges: defaultdict[int, set[str]] = defaultdict(set)
        self.handlers: defaultdict[int, set[str]] = defaultdict(set)
        self.worked: defaultdict[int, set[str]] = defaultdict(set)
        self.owed: dict[int, str] = {}
        self.checked: set[int] = set()
        self.filed: set[int] = set()
        self.shown: defaultdict[int, set[str]] = defaultdict(set)
        self.late: defaultdict[tuple[str, int], int] = defaultdict(int)
        self.leads: dict[int, str] = {}
        self.waits_for: dict[int, tuple[int, ...]] = {}
        self.duties_about: dict[int, tuple[int | None, int | None]] = {}
        self.once_over: set[int] = set()
        self.over_now: set[int] = set()
        self.did: defaultdict[int, set[str]] = defaultdict(set)
        self.bound: dict[str, str] = {}
        self.broken: set[int] = set()
        self.refused: set[str] = set()
        self.readers: defaultdict[int, list[str]] = defaultdict(list)
        self.granted: defaultdict[int, int] = defaultdict(int)
        self.suspended: defaultdict[int, int] = defaultdict(int)

    def read(self, entry: Entry) -> None:
        assert entry.sequence == self.sequence + 1, "no entry is missing or twice"
        self.sequence = entry.sequence
        assert entry.events
        kinds = {type(event) for event in entry.events}
        if entry.seat in self.locked and entry.role not in MACHINES:
            assert kinds <= {
                ae.SeatUnlocked,
                ae.SignedIn,
                ae.SessionEnded,
                ae.PermissionRefused,
            } or self._is_distress(entry), f"a locked seat did {kinds}"
        for event in entry.events:
            self._account(event, entry)
            self._incident(event)
            self._case(event, entry)
            self._duty(event, entry)
        for event in entry.events:
            self._ended(event)

    def _ended(self, event: object) -> None:
        """See that nothing ends while a department still has a duty for it."""
        if isinstance(event, e.IncidentClosed):
            about: tuple[int | None, int | None] = (event.incident_id, None)
        elif isinstance(event, ce.CaseMoved) and event.to in ("evaluate", "merged"):
            about = (None, event.case_id)
        else:
            return
        still = [duty for duty, its in self.duties_about.items() if its == about]
        assert not still, f"{event} over duties {still}"

    def _is_distress(self, entry: Entry) -> bool:
        return all(isinstance(event, e.SignalRaised) and event.signal is Signal.DISTRESS for event in entry.events)

    def _account(self, event: object, entry: Entry) -> None:
        match event:
            case ae.SignedIn():
                assert entry.seat not in self.sitting and event.account_id == entry.actor
                self.sitting[entry.seat] = (event.account_id, event.role, event.department)
            case ae.SessionEnded():
                self.sitting.pop(event.seat)
                self.locked.discard(event.seat)
            case ae.SeatLocked():
                assert entry.seat in self.sitting
                self.locked.add(entry.seat)
            case ae.SeatUnlocked():
                assert self.sitting[entry.seat][0] == entry.actor, "who locked it unlocks it"
                self.locked.discard(entry.seat)
            case ae.PermissionRefused():
                assert len(entry.events) == 1 and entry.command_id not in self.refused
                self.refused.add(entry.command_id)
            case ae.GlassBroken():
                assert event.reason.strip()
                self.broken.add(entry.sequence)
            case ae.GlassAcknowledged():
                self.broken.remove(event.sequence)

    def _incident(self, event: object) -> None:
        match event:
            case e.IncidentReported():
                self.leads[event.incident_id] = event.lead
            case e.KindChanged() | de.LeadNamed():
                lead = event.lead if isinstance(event, e.KindChanged) else event.department
                self.leads[event.incident_id] = lead
            case e.UnitAssigned():
                assert event.unit_id not in self.bound, "one unit has one open assignment"
                self.bound[event.unit_id] = event.assignment_id
            case e.UnitReleased():
                assert self.bound.pop(event.unit_id) == event.assignment_id

    def _case(self, event: object, entry: Entry) -> None:
        number = getattr(event, "case_id", None)
        if not isinstance(number, int):
            return
        is_person = entry.role not in MACHINES
        if isinstance(event, JUDGING):
            self.judges[number].add(entry.actor)
        elif isinstance(event, HANDLING) and is_person:
            self.handlers[number].add(entry.actor)
        match event:
            case ce.CaseMoved():
                self._move(event, entry)
            case ce.CaseReported() | ce.EvidenceAdded():
                self.shown[number] |= {each.kind for each in event.evidence}
            case ce.StageOverdue() | ce.CaseOverdue() | ce.MakeSafeOverdue():
                self.late[type(event).__name__, number] += 1
            case ce.AppealRead():
                assert entry.actor not in self.readers[number], "two readers are two people"
                self.readers[number].append(entry.actor)
                assert len(self.readers[number]) <= 2
            case ce.ExtensionGranted():
                self.granted[number] += 1
                assert self.granted[number] <= 2
            case ce.CasePaused() if event.why == "suspended":
                self.suspended[number] += 1
                assert self.suspended[number] <= 1
        both = self.judges[number] & self.handlers[number]
        assert not both, f"{both} handled case {number} and judged it"

    def _move(self, event: ce.CaseMoved, entry: Entry) -> None:
        number, move = event.case_id, event.move
        self.shown[number] |= {each.kind for each in event.evidence}
        closes_incident = not isinstance(entry.events[0], ce.CaseMoved) and move == "deescalated"
        if move in HANDLED:
            self.handlers[number].add(entry.actor)
        elif move in SUPERVISED | COORDINATED or (move == "deescalated" and not closes_incident):
            self.judges[number].add(entry.actor)
        if move in SUPERVISED and entry.department:
            assert entry.department not in self.worked[number], "no department judges itself"
        if move == "handled":
            self.worked[number].add(event.department)
        owed = self.owed.get(number)
        if move in FORWARD and owed is not None:
            assert ORDER.index(event.start) <= ORDER.index(owed), f"{move} from {event.start} past {owed}"
            if event.start == owed:
                del self.owed[number]
        elif move in ("returned", "check_failed", "reopened"):
            assert event.reason.strip()
            new = str(event.fixer or event.to)
            assert owed is None or ORDER.index(new) <= ORDER.index(owed)
            self.owed[number] = new
        if move not in ("returned", "escalated", "merged") and number in self.owed:
            assert ORDER.index(event.to) <= ORDER.index(self.owed[number]), f"{move} to {event.to} past who owes it"
        if move == "filed" or (move == "deescalated" and event.to == "dispatch"):
            self.filed.add(number)
        if move == "dispatched":
            assert number in self.filed or event.start != "dispatch", "nothing is sent that was not filed"
        if move in ("returned", "check_failed", "reopened", "disowned", "handled"):
            self.checked.discard(number)
        if move == "checked":
            self.checked.add(number)
        if move == "closed":
            assert number in self.checked and {"before", "after"} <= self.shown[number] and event.standard_id

    def _duty(self, event: object, entry: Entry) -> None:
        if isinstance(event, de.DutyGiven):
            self.duties_about[event.duty_id] = (event.incident_id, event.case_id)
        elif isinstance(event, de.DutyMoved) and event.move in ("confirmed", "cancelled"):
            self.duties_about.pop(event.duty_id)
        match event:
            case de.DutyGiven() | de.DutyLinked():
                self.waits_for[event.duty_id] = event.depends_on
                before = set(event.depends_on) - self.over_now
                assert (event.state == "waiting") == bool(before), "where another comes first it waits"
            case de.DutyOverdue():
                self.late["DutyOverdue", event.duty_id] += 1
            case de.DutyMoved():
                if event.move in ("accepted", "started", "done"):
                    waits = set(self.waits_for[event.duty_id]) - self.once_over
                    assert not waits, f"duty {event.duty_id} {event.move} before {waits}"
                    if not event.on_behalf:
                        self.did[event.duty_id].add(entry.actor)
                if event.move in ("reassigned", "ruled"):
                    self.did[event.duty_id].clear()  # whoever it is given to now has not worked on it
                if event.move in ("done", "cancelled"):
                    self.once_over.add(event.duty_id)
                    self.over_now.add(event.duty_id)
                if event.move == "rejected":
                    self.over_now.discard(event.duty_id)
                if event.move == "confirmed":
                    assert entry.actor not in self.did[event.duty_id], "who did it does not confirm it"
                    assert not entry.department or entry.department != event.department

    def compare(self, state: State) -> None:
        """See that the state says what the log does."""
        assert {seat: (s.account_id, s.role, s.department) for seat, s in state.sessions.items()} == self.sitting
        assert {seat for seat, session in state.sessions.items() if session.is_locked} == self.locked
        assert set(state.broken_glass) == self.broken
        assert {number: incident.lead for number, incident in state.incidents.items()} == self.leads
        assert {a.unit_id: a.id for a in map(state.assignments.__getitem__, state.open_assignments)} == self.bound
        for number, case in state.cases.items():
            assert sum(visit.overdue_at is not None for visit in case.visits) == self.late["StageOverdue", number]
            assert len(case.overdue) == self.late["CaseOverdue", number]
            unsafe = case.make_safe is not None and case.make_safe.overdue_at is not None
            assert unsafe == bool(self.late["MakeSafeOverdue", number])
            assert self.owed.get(number) == (str(case.fixer) if case.fixer is not None else None)
        for number, duty in state.duties.items():
            assert len(duty.overdue) == self.late["DutyOverdue", number]
