"""What was done alone, what stands against it and what is to be looked at, in words, from an island's entries."""

from __future__ import annotations

from collections.abc import Iterator

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts.names import department_name
from app.parts.seats import person_name
from app.room.told import failure_words as store_words
from app.wording import is_worded, label, listed, one_line, sentence, text
from app.wording.durations import clock
from dispatch.account import MACHINE_ROLES
from dispatch.commands import Command
from dispatch.events import Entry, StatusReported, TaskOpened, UnitAssigned
from dispatch.island.ids import CASE, INCIDENT, Ids, Unmapped
from dispatch.island.outcome import MergeReport, Notice, Settled, Words
from dispatch.log import LogDamaged, NotSaved
from dispatch.permission import REFUSED_ID
from dispatch.refused import Refused
from dispatch.situation_log import tell
from dispatch.state import State

MOST_PARTS = 4
_COUNTED = {
    "taken": "alone.count_taken",
    "already": "alone.count_already",
    "nothing": "alone.count_nothing",
    "refused": "alone.count_refused",
    "left": "alone.count_left",
    "conflicts": "alone.count_conflicts",
    "waiting": "alone.count_waiting",
}
_ABOUT = (
    ("incident_id", INCIDENT, "alone.incident", "alone.incident_alone"),
    ("case_id", CASE, "alone.case", "alone.case_alone"),
)
_OF_DEPARTMENTS = frozenset({"department", "addressees"})


def deed_words(desk: Desk, entry: Entry, command: Command | None, state: State, ids: Ids) -> str:
    """Say in one line what an entry did, in the room's numbers where it is there; `state` is the island's."""
    found = list(dict.fromkeys(_told(desk, entry, state, ids)))
    more = len(found) - MOST_PARTS
    words = " · ".join(found[:MOST_PARTS]) + (f" · +{more}" if more > 0 else "")
    if command is None:
        refused = entry.command_id.startswith(REFUSED_ID)
        return words or (label("island_outcome", "refused", desk.language) if refused else "–")
    subject = _subject(desk, command, ids)
    if words and not subject:
        return words
    name = label("command", type(command.body).__name__, desk.language)
    head = f"{name[:1].upper()}{name[1:]}" + (f": {subject}" if subject else "")
    return f"{head} · {words}" if words and words not in head else head


def done_by(desk: Desk, entry: Entry, state: State) -> str:
    """Say when an entry was made and by whom."""
    is_program = entry.role == "system"
    name = text("alone.program", desk.language) if is_program else person_name(state, entry.actor)
    if entry.role in MACHINE_ROLES and not is_program:
        name = label("role", entry.role, desk.language)
    when = clock(entry.occurred_at, desk.state.time_zone, seconds=True)
    return text("alone.done_by", desk.language, clock=when, name=name)


def why_words(desk: Desk, why: str, told: Words) -> str:
    """Word what stands against an entry; empty where nothing does any more."""
    return sentence(why, _named(desk, told), desk.language, zone=desk.state.time_zone) if why else ""


def notice_words(desk: Desk, notice: Notice) -> str:
    """Word what is to be looked at."""
    return sentence(notice.code, _named(desk, notice.parameters), desk.language, zone=desk.state.time_zone)


def all_notices(desk: Desk, settled: Settled) -> str:
    """Word all notices of an entry."""
    return " ".join(notice_words(desk, each) for each in settled.notices)


def failure_words(desk: Desk, problem: BaseException) -> str:
    """Word why going alone, coming back or a decision was not done."""
    language = desk.language
    if isinstance(problem, Refused):
        return sentence(problem.code, problem.parameters, language, zone=desk.state.time_zone)
    if isinstance(problem, LogDamaged):
        return text("alone.damaged", language, reason=one_line(problem, 300))
    if isinstance(problem, NotSaved) and problem.code in ("connection_lost", "timeout", "away"):
        return text("alone.no_answer", language)
    return text("alone.failed", language, reason=one_line(store_words(problem, language=language), 300))


def counts_words(report: MergeReport, language: str) -> str:
    """Count what became of the entries; what counts nothing is left out."""
    counts = ((key, getattr(report, name)) for name, key in _COUNTED.items())
    return " · ".join(text(key, language, count=f"{count:,}") for key, count in counts if count)


def _named(desk: Desk, told: Words) -> list[tuple[str, object]]:
    """Return a refusal's parameters with codes as a reader knows them."""
    language = desk.language
    return [(name, label("command", value, language) if name == "command" else value) for name, value in told]


def _told(desk: Desk, entry: Entry, state: State, ids: Ids) -> Iterator[str]:
    sent = {event.unit_id for event in entry.events if isinstance(event, UnitAssigned)}
    for event in entry.events:
        if isinstance(event, TaskOpened) or (isinstance(event, StatusReported) and event.unit_id in sent):
            continue  # that is one thing with the units that were sent, to a reader
        try:
            row = tell(ids.translate(event), entry, desk.state)
        except Unmapped:
            row = tell(event, entry, state)
        code = f"log.{row.code}"
        if not is_worded(code):
            continue
        parameters = {}
        for name, value in row.parameters:
            if name in _OF_DEPARTMENTS:
                each = value if isinstance(value, tuple) else (value,)
                value = listed((department_name(state, str(one), desk.language) for one in each), desk.language)
            elif name == "kind":
                value = kind_name(desk, str(value))
            parameters[name] = value
        yield one_line(sentence(code, parameters, desk.language, zone=desk.state.time_zone), 200)


def _subject(desk: Desk, command: Command, ids: Ids) -> str:
    """Name what a command was about: as the room calls it, or as something that is on the island alone."""
    body, language = command.body, desk.language
    found = []
    for field, kind, key, alone_key in _ABOUT:
        number = getattr(body, field, None)
        if isinstance(number, int) and not isinstance(number, bool):
            try:
                found.append(text(key, language, number=ids.of(kind, number)))
            except Unmapped:
                found.append(text(alone_key, language, number=number))
    return listed(found, language)
