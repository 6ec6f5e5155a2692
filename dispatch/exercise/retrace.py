"""Go through the log of an exercise again: what was known at each entry, and where units were, as it was then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from immutables import Map

from dispatch.events import Entry
from dispatch.exercise.exercise import CLOCK, CREW, PREFIX, BadExercise, Exercise, digest_of, encode_exercise
from dispatch.exercise.fleet import Fleet
from dispatch.state import State, apply
from resources.position import Fix

_AFTER_CREWS = frozenset({CREW.actor, CLOCK.actor})


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry with what was known before it: the state, and the positions of the last step."""

    entry: Entry
    before: State
    after: State
    fixes: Map[str, Fix]


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step of the crews: where units are now, and how everything stands."""

    tick: int
    at: datetime
    state: State
    fixes: Map[str, Fix]


def program_of(exercise: Exercise) -> str:
    """Return by which name a log says from which exercise it was played."""
    return f"{PREFIX} {digest_of(encode_exercise(exercise))}"


def check_played(exercise: Exercise, entries: Sequence[Entry], log_name: str) -> None:
    """Raise BadExercise where the entries of a log were not played from this exercise."""
    opened = entries[0].events[0] if entries else None
    if getattr(opened, "program", "") != program_of(exercise):
        raise BadExercise("exercise_of_another", f"{log_name} was not played from this exercise", log=log_name)


def check_city(exercise: Exercise, city_name: str) -> None:
    """Raise BadExercise where an exercise is of another city: its units would have no roads."""
    if exercise.city != city_name:
        words = f"the exercise is of {exercise.city}, not of {city_name}"
        raise BadExercise("exercise_other_city", words, city=exercise.city, other=city_name)


def next_tick(exercise: Exercise, at: datetime) -> int:
    """Return the first step at an instant or behind it."""
    whole, part = divmod(at - exercise.start_at, timedelta(seconds=exercise.step_s))
    return max(0, whole + bool(part))


def resume(fleet: Fleet, entries: Sequence[Entry], tick: int) -> State:
    """Let the units of a fleet be where they were before a step, from the entries of a log alone."""
    state = State()
    for each in retrace(fleet, entries, until_tick=tick):
        state = each.after if isinstance(each, Seen) else each.state
    return state


def retrace(fleet: Fleet, entries: Sequence[Entry], *, until_tick: int | None = None) -> Iterator[Seen | Stepped]:
    """Yield every entry and every step in the order in which they came; the fleet must be a new one.

    Crews are not asked what to do: they are shown what was recorded, and so come to be where they were. Without
    `until_tick` it ends with the step of the last entry; steps from there on are not made. What was written behind the
    end of the exercise comes last, however much later that was.
    """
    exercise, state, place = fleet.exercise, State(), 0
    fixes = Map(fleet.fixes)
    last_at = entries[-1].recorded_at if entries else exercise.start_at
    end = min(next_tick(exercise, last_at), exercise.last_tick) + 1 if until_tick is None else until_tick
    for tick in range(end):
        at = exercise.tick_at(tick)
        while place < len(entries) and _is_before_crews(entries[place], at):
            before, state = state, apply(state, entries[place])
            yield Seen(entries[place], before, state, fixes)
            place += 1
        step = fleet.step(state, at)
        for fix in step.fixes:
            fixes = fixes.set(fix.unit_id, fix)
        while place < len(entries) and entries[place].recorded_at <= at:
            before, state = state, apply(state, entries[place])
            yield Seen(entries[place], before, state, fixes)
            place += 1
        yield Stepped(tick, at, state, fixes)
    for entry in entries[place:]:
        before, state = state, apply(state, entry)
        yield Seen(entry, before, state, fixes)


def is_after_crews(entry: Entry, at: datetime) -> bool:
    """Tell whether an entry came of the crews' step of an instant, or of the time that passes with it."""
    made = entry.command_id.startswith((f"{PREFIX}-crew-", f"{PREFIX}-tick-"))
    return entry.recorded_at == at and entry.actor in _AFTER_CREWS and made


def _is_before_crews(entry: Entry, at: datetime) -> bool:
    return entry.recorded_at < at or (entry.recorded_at == at and not is_after_crews(entry, at))
