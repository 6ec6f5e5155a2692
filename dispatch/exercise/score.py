"""Score the log of an exercise: every decision beside what really happened and what was best with what was known then.

All is worked out anew from the log, the exercise and the roads; nothing is kept from when it was played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from dispatch.coverage import Coverage
from dispatch.events import Entry
from dispatch.exercise.exercise import Exercise, Outcome, call_id_of
from dispatch.exercise.fleet import Fleet, key_of
from dispatch.exercise.judge import Judge
from dispatch.exercise.marks import marks_of, totals_of
from dispatch.exercise.retrace import Seen, retrace
from dispatch.exercise.run import Refusal
from dispatch.exercise.score_records import IncidentRow, Score
from dispatch.exercise.score_times import served_elsewhere, served_in_log, served_in_record
from dispatch.exercise.walk import LONG_S, Walk
from dispatch.state import State
from dispatch.travels import Roads

SAID_EVERY = 20  # steps


def score(
    exercise: Exercise,
    entries: Sequence[Entry],
    ground: Roads,
    *,
    outcome: Outcome | None = None,
    refusals: Iterable[Refusal] = (),
    coverage: Coverage | None = None,
    best: State | None = None,
    name: str = "",
    long_s: float = LONG_S,
    say: Callable[[float, str], None] | None = None,
) -> Score:
    """Score a log's entries. `best` is how the same exercise ended where the plan decided, for the third column.

    Equal arguments give an equal score. Without `coverage` nothing is said of cover; it is asked here, and its thread
    is that of the ground. `say` hears how far it is.
    """
    walk = Walk(exercise, entries, Judge(exercise, ground, coverage), outcome, long_s)
    for each in retrace(Fleet(exercise, ground), entries):
        if isinstance(each, Seen):
            walk.see(each)
        else:
            walk.pass_time(each)
            if say is not None and each.tick % SAID_EVERY == 0:
                say(min(1.0, each.tick / (exercise.last_tick + 1)), "scoring")
    walk.refuse(refusals)
    decisions = walk.finished()
    rows = tuple(_rows(exercise, walk.state, outcome, best))
    return Score(
        exercise=exercise.name,
        log=name,
        entries=len(entries),
        decisions=decisions,
        incidents=rows,
        totals=totals_of(rows),
        marks=marks_of(decisions),
        deadlines=tuple(walk.deadlines),
    )


def _rows(exercise: Exercise, state: State, outcome: Outcome | None, best: State | None) -> Iterator[IncidentRow]:
    keys = {call_id_of(each.key): each.key for each in exercise.incoming}
    items = {each.key: each for each in exercise.incoming}
    for number in sorted(state.incidents):
        incident = state.incidents[number]
        key = key_of(state, number, keys)
        recorded = outcome.of(key) if outcome is not None and key else None
        card = state.cards.get(incident.kind)
        needs = card.needs_at(1) if card is not None else ()
        yield IncidentRow(
            key=key,
            number=number,
            kind=incident.kind,
            priority=incident.priority,
            place=incident.location.text,
            lon=incident.location.lon,
            lat=incident.location.lat,
            at_s=round((incident.reported_at - exercise.start_at).total_seconds(), 3),
            needs=sum(need.count for need in needs if not need.optional),
            did=served_in_log(exercise, state, incident),
            really=served_in_record(exercise, state, items[key], recorded) if recorded is not None else None,
            best=served_elsewhere(exercise, best, key) if best is not None and key else None,
        )
