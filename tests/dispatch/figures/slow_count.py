"""The figures counted once more, slowly: from the entries of a log and the definitions' sentences alone.

It shares nothing with `dispatch.figures` and knows no case records: it reads the events one after the other, writes
down what each case owed and what happened to it, and then asks every case about every indicator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dispatch import case_events as ev
from dispatch.events import Entry

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
POSTS = {
    "collect": "acceptor", "file": "acceptor", "verify": "collector", "check": "collector", "dispatch": "dispatcher",
    "feed_back": "dispatcher", "handle": "officer", "close": "supervisor",
}  # fmt: skip
ENDS = {
    "collect": ["accepted", "declined", "fixed_on_the_spot"],
    "verify": ["verified", "fixed_on_the_spot"],
    "file": ["filed", "declined"],
    "dispatch": ["dispatched", "ruled"],
    "handle": ["handled"],
    "feed_back": ["passed_on", "returned"],
    "check": ["checked", "check_failed", "returned"],
    "close": ["closed", "returned"],
}


@dataclass
class Owed:
    """One thing that was owed: at a stage, as a whole (`closing`) or for a danger (`make_safe`)."""

    what: str
    came: datetime
    due: datetime | None
    department: str = ""
    first_due: datetime | None = None
    found_late: datetime | None = None
    missed: list[datetime] = field(default_factory=list)
    ended: datetime | None = None
    move: str = ""
    who: str = ""
    asked: str = ""


@dataclass
class Life:
    """What the log says of one case."""

    id: int
    reported: datetime
    reporter: str
    source: str
    where: dict[str, str]
    department: str = ""
    stays: list[Owed] = field(default_factory=list)
    rounds: list[Owed] = field(default_factory=list)
    dangers: list[Owed] = field(default_factory=list)
    happened: list[tuple[str, datetime, str, str]] = field(default_factory=list)  # what, when, department, who
    extended: list[tuple[datetime, str, str]] = field(default_factory=list)
    asking: tuple[datetime, str, str] | None = None
    pauses: list[list] = field(default_factory=list)  # from, until, the stay
    answers: list[tuple[datetime, str]] = field(default_factory=list)
    appeal: tuple[datetime, str, str] | None = None
    verdicts: list[str] = field(default_factory=list)
    ruling: tuple[datetime, str] | None = None
    round_open: bool = False
    is_merged: bool = False


def lives(entries: Iterable[Entry]) -> dict[int, Life]:
    """Read a log."""
    found: dict[int, Life] = {}
    for entry in entries:
        for event in entry.events:
            if isinstance(event, ev.CaseReported):
                found[event.case_id] = _begun(entry, event)
            elif getattr(event, "case_id", None) in found:
                _go_on(found[event.case_id], entry, event)
    return found


def _begun(entry: Entry, event: ev.CaseReported) -> Life:
    life = Life(event.case_id, entry.occurred_at, entry.actor, event.source, {})
    _put(life, event)
    life.stays.append(Owed("collect", entry.occurred_at, event.due_at, first_due=event.due_at))
    return life


def _put(life: Life, event) -> None:
    place = event.place
    life.where = {
        "area": place.area, "community": place.community, "cell": place.cell, "class": event.standard_id,
        "degree": event.degree, "source": life.source, "answerable": event.answerable,
    }  # fmt: skip


def _go_on(life: Life, entry: Entry, event) -> None:
    now, stay = entry.occurred_at, life.stays[-1]
    if isinstance(event, ev.CaseCorrected):
        _put(life, event)
    elif isinstance(event, ev.CaseMoved):
        _move(life, entry, event)
    elif isinstance(event, ev.CasePaused):
        stay.due = None
        if life.round_open:
            life.rounds[-1].due = None
        life.pauses.append([now, FOREVER, stay])
    elif isinstance(event, ev.CaseResumed):
        stay.due = event.due_at
        if life.round_open:
            life.rounds[-1].due = event.close_due_at
        life.pauses[-1][1] = event.resumed_at
    elif isinstance(event, ev.ExtensionAsked):
        life.asking = (now, life.department, entry.actor)
    elif isinstance(event, ev.ExtensionGranted):
        stay.due = event.due_at
        life.rounds[-1].due = event.close_due_at
        life.extended.append(life.asking)
    elif isinstance(event, ev.StageOverdue):
        stay.found_late = now
    elif isinstance(event, ev.CaseOverdue):
        life.rounds[-1].missed.append(event.due_at)
    elif isinstance(event, ev.AppealMade):
        life.appeal = (now, event.department, entry.actor)
    elif isinstance(event, ev.AppealRead):
        life.verdicts.append(event.verdict)
    elif isinstance(event, ev.MakeSafeOrdered):
        life.dangers = [Owed("make_safe", now, event.due_at, event.department)]
    elif isinstance(event, ev.MadeSafe):
        life.dangers[-1].ended, life.dangers[-1].move = now, "made_safe"
    elif isinstance(event, ev.MakeSafeOverdue):
        life.dangers[-1].found_late = now
    elif isinstance(event, ev.ReporterAnswered):
        life.answers.append((now, event.answer))


def _move(life: Life, entry: Entry, event: ev.CaseMoved) -> None:
    now, to = entry.occurred_at, event.to.value
    left = life.stays[-1]
    left.ended, left.move, left.who = now, event.move, entry.actor
    answerable = "" if event.move in ("filed", "fixed_on_the_spot", "declined") else life.department
    if event.move in ("dispatched", "ruled"):
        life.department = event.department
        answerable = event.department
    life.happened.append((event.move, now, answerable, entry.actor))
    if event.move == "ruled":
        life.ruling = (now, event.department)
    if event.standard_id:
        life.where["class"] = event.standard_id
    if event.degree:
        life.where["degree"] = event.degree
    life.stays.append(Owed(to, now, event.due_at, life.department, event.due_at, asked=event.collector))
    if not event.collector and len(life.stays) > 1:
        life.stays[-1].asked = life.stays[-2].asked
    if event.close_limits:
        life.rounds.append(Owed("closing", now, event.close_due_at, life.department))
        life.round_open = True
    elif life.round_open and to in ("evaluate", "emergency", "merged"):
        life.rounds[-1].ended, life.rounds[-1].move = now, event.move
        life.round_open = False
    if to == "handle" and life.round_open:
        life.rounds[-1].department = life.department
    if to == "handle" and event.move in ("returned", "check_failed", "reopened"):
        life.happened.append(("given_back", now, life.department, entry.actor))
    life.is_merged = to == "merged"


@dataclass
class Window:
    """A period, and the last instant that the log knows."""

    start: datetime
    stop: datetime
    last: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.stop and at <= self.last

    def is_known(self, at: datetime | None) -> bool:
        return at is not None and at < self.stop and at <= self.last

    def is_past(self, limit: datetime) -> bool:
        """A limit is missed where somebody still owes it after it ended, within the period and the log."""
        return limit < self.stop and limit < self.last


def _verdict(owed: Owed, window: Window, done_by: list[str], spared: datetime | None) -> str | None:
    """Say what it is in a period: `in_time`, `late`, `open` (overdue), `gone` (due, ended undone), None: nothing."""
    ends = [each for each in (owed.due, owed.found_late, *owed.missed) if each is not None]
    limit = min(ends) if ends else None
    was_late = owed.found_late is not None or bool(owed.missed)
    if spared is not None and owed.came <= spared:
        limit, was_late = None, False
    done = owed.ended if owed.move in done_by else None
    if done is not None and (limit is None or done <= limit):
        if not window.holds(done):
            return None
        return "late" if was_late else "in_time"
    if limit is None:
        return None
    if done is None and owed.ended is not None and owed.ended <= limit:
        return None  # it was nobody's any more before it fell due
    if not (window.start <= limit < window.stop and window.is_past(limit)):
        return None
    if window.is_known(done):
        return "late"
    return "gone" if window.is_known(owed.ended) and done is None else "open"


Cases = dict[str, set[int]]


def figures(
    entries: Iterable[Entry], start: datetime, stop: datetime, *, group: str, last: datetime, large: dict[str, str],
    count_held: bool = False,
) -> dict[str, tuple[Cases, Cases | None]]:  # fmt: skip
    """Return for each indicator the cases counted and those of which they are, by key; None for plain numbers."""
    window = Window(start, stop, last)
    sheet: dict[str, tuple[Cases, Cases | None]] = {}
    tell = _Teller(sheet)
    for life in lives(entries).values():
        where = {**life.where, "all": "all", "large": large.get(life.where["class"], "")}
        _ask(life, window, group, where, tell, count_held)
    return sheet


class _Teller:
    def __init__(self, sheet: dict[str, tuple[Cases, Cases | None]]) -> None:
        self.sheet = sheet

    def number(self, name: str, key: str, case: int, holds: bool = True) -> None:
        counted, _ = self.sheet.setdefault(name, (defaultdict(set), None))
        if holds and key:
            counted[key].add(case)

    def share(self, name: str, key: str, case: int, holds: bool) -> None:
        counted, among = self.sheet.setdefault(name, (defaultdict(set), defaultdict(set)))
        if key:
            among[key].add(case)
            if holds:
                counted[key].add(case)


def _ask(life: Life, window: Window, group: str, where: dict[str, str], tell: _Teller, count_held: bool) -> None:
    number, answerable = life.id, where["answerable"]

    def key(department: str = "", who: str = "", post: str = "", *, collects: bool = False) -> str:
        if group == "collector":
            return who if collects else ""
        return {"department": department, "person": who, "post": post}.get(group, where.get(group, ""))

    patrol = life.source == "patrol"
    own = key(answerable, life.reporter, collects=patrol)
    is_reported = window.holds(life.reported)
    if is_reported:
        tell.number("received", own, number)
        tell.share("duplicate_rate", own, number, life.is_merged)
    if life.is_merged:
        return
    proofs = [at for what, at, _, _ in life.happened if what in ("filed", "fixed_on_the_spot", "escalated")]
    is_found = is_reported and any(window.is_known(at) for at in proofs[:1])
    spots = [each for each in life.happened if each[0] == "fixed_on_the_spot" and window.holds(each[1])]
    tell.number("found", own, number, is_found)
    for _, _, _, who in spots:
        tell.number("fixed_on_the_spot", key(answerable, who, collects=True), number)
    if is_found:
        tell.share("on_the_spot_rate", key(answerable), number, bool(spots))
    if is_reported and patrol:
        tell.number("valid_reports", own, number, is_found)
        tell.share("valid_report_rate", own, number, is_found)
    _what_happened(life, window, key, answerable, tell)
    spared = life.appeal[0] if life.appeal and life.verdicts.count("upheld") == 2 else None
    _duties(life, window, key, spared, tell, count_held, where["degree"] == "urgent", group)
    said = [each for each in life.answers if each[1] != "no_answer" and window.is_known(each[0])]
    if said and window.holds(said[-1][0]):
        own = key(life.department or answerable)
        tell.number("answered", own, number)
        tell.share("satisfaction", own, number, said[-1][1] == "satisfied")
    if life.appeal and window.holds(life.appeal[0]):
        own = key(life.appeal[1], life.appeal[2])
        tell.number("appeals", own, number)
        tell.share("upheld_rate", own, number, life.verdicts.count("upheld") == 2)


def _what_happened(life: Life, window: Window, key, answerable: str, tell: _Teller) -> None:
    number, right, stood = life.id, {}, {}
    spared = life.appeal[0] if life.appeal and life.verdicts.count("upheld") == 2 else None
    for place, (what, at, department, who) in enumerate(life.happened):
        later = life.happened[place + 1 :]
        if not window.holds(at):
            continue
        if what == "filed":
            own = key(answerable, who)
            tell.number("filed", own, number)
            until = next((each[1] for each in later if each[0] == "filed"), FOREVER)
            back = [a for w, a, _, _ in later if w == "returned" and a <= until and _left(life, a) == "dispatch"]
            right.setdefault(("filing_accuracy", own), []).append(not any(window.is_known(a) for a in back))
        elif what in ("dispatched", "ruled"):
            own = key(department, who)
            tell.number("dispatched", own, number)
            wrong = _not_ours(life, place, window)
            right.setdefault(("dispatch_accuracy", own), []).append(not wrong)
        elif what == "declined":
            tell.number("declined", key(answerable, who), number)
        elif what == "disowned":
            tell.number("disowned", key(department, who), number)
        elif what == "closed":
            own = key(department or answerable, who)
            tell.number("closed", own, number)
            again = next((a for w, a, _, _ in later if w == "reopened"), None)
            stood.setdefault(own, []).append(window.is_known(again))
        elif what == "given_back" and (spared is None or at > spared):
            tell.number("rework", key(department or answerable, who), number)
    for (name, own), each in right.items():
        tell.share(name, own, number, all(each))
    for own, each in stood.items():
        tell.share("reopened_rate", own, number, any(each))


def _left(life: Life, at: datetime) -> str:
    return next((stay.what for stay in life.stays if stay.ended == at and stay.move == "returned"), "")


def _not_ours(life: Life, place: int, window: Window) -> bool:
    """Tell whether a sending was given back as 'not ours', and no ruling sent it there after all."""
    _, _, department, _ = life.happened[place]
    for what, at, _, _ in life.happened[place + 1 :]:
        if what in ("dispatched", "ruled"):
            return False
        if what == "disowned":
            ruled_back = life.ruling is not None and life.ruling[1] == department and window.is_known(life.ruling[0])
            return window.is_known(at) and not ruled_back
    return False


def _duties(
    life: Life, window: Window, key, spared, tell: _Teller, count_held: bool, urgent: bool, group: str
) -> None:  # fmt: skip
    number = life.id
    verdicts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for stay in life.stays:
        if stay.what not in POSTS:
            continue
        is_handling = stay.what == "handle"
        said = _verdict(stay, window, ENDS[stay.what], spared if is_handling else None)
        if said is None:
            continue
        who = stay.who
        if stay.ended is None and stay.what in ("verify", "check"):
            who = stay.asked
        own = key(stay.department if is_handling else "", who, POSTS[stay.what], collects=stay.what in ENDS and
                  stay.what in ("verify", "check"))  # fmt: skip
        verdicts[stay.what, own].append(said)
        if group in ("post", "person") or group in life.where or group in ("all", "large"):
            verdicts["any", own].append(said)
    for each in life.rounds:
        said = _verdict(each, window, ["closed"], spared)
        if said is not None:
            verdicts["closing", key(each.department)].append(said)
    for each in life.dangers:
        said = _verdict(each, window, ["made_safe"], None)
        if said is not None:
            verdicts["make_safe", key(each.department)].append(said)
    names = {
        "collect": "accept_in_time", "verify": "verify_in_time", "check": "check_in_time", "file": "file_in_time",
        "dispatch": "dispatch_in_time", "close": "sign_off_in_time", "any": "post_in_time",
        "make_safe": "make_safe_in_time",
    }  # fmt: skip
    for (what, own), said in verdicts.items():
        if what in names:
            tell.share(names[what], own, number, all(each == "in_time" for each in said))
    held_now = [pause for pause in life.pauses if pause[0] < pause[1] and window.is_known(pause[0])
                and not window.is_known(pause[1])]  # fmt: skip
    held_handling, held_closing = set(), set()
    for _, _, stay in held_now:
        limit = stay.first_due
        if limit is not None and window.start <= limit and window.is_past(limit) and stay.what in POSTS:
            if stay.what == "handle":
                held_handling.add(key(stay.department))
            if stay.department:
                held_closing.add(key(stay.department))
    for own in held_closing:
        tell.number("held", own, number)
    _handling(life, verdicts, held_handling, window, key, tell, count_held, urgent)
    _closing(life, verdicts, held_closing, bool(held_now), window, key, tell, count_held, urgent, spared)


def _handling(life, verdicts, held, window, key, tell, count_held, urgent) -> None:
    number = life.id
    extended = {key(department) for at, department, _ in life.extended if window.is_known(at)}
    due = {own for what, own in verdicts if what == "handle"}
    for own in due | (held if count_held else set()):
        said = verdicts.get(("handle", own), [])
        is_due = own in due
        tell.share("handle_rate", own, number, is_due and all(each in ("in_time", "late") for each in said))
        in_time = is_due and all(each == "in_time" for each in said)
        tell.share("handle_in_time_rate", own, number, in_time)
        tell.share("overdue_rate", own, number, "open" in said)
        tell.share("extension_rate", own, number, own in extended)
        if is_due:
            tell.number("due_to_handle", own, number)
            tell.number("late", own, number, not in_time)
            if urgent:
                tell.share("urgent_in_time_rate", own, number, in_time)


def _closing(life, verdicts, held, is_held, window, key, tell, count_held, urgent, spared) -> None:
    number = life.id
    reworked = {
        key(department)
        for what, at, department, _ in life.happened
        if what == "given_back" and window.is_known(at) and (spared is None or at > spared)
    }
    due = {own for what, own in verdicts if what == "closing"}
    for own in due | (held if count_held else set()):
        said = verdicts.get(("closing", own), [])
        is_due = own in due
        is_done = is_due and all(each in ("in_time", "late") for each in said)
        tell.share("closing_rate", own, number, is_done)
        tell.share("rework_rate", own, number, own in reworked)
        if count_held or not is_held:
            tell.share("closing_in_time_rate", own, number, is_due and all(each == "in_time" for each in said))
        if is_due:
            tell.number("due_to_close", own, number)
            if urgent:
                tell.share("urgent_closing_rate", own, number, is_done)
