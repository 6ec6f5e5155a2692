"""A stretch of history becomes an exercise: what was known then is told, what became of it is kept apart."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest

from dispatch.commands import (
    AssignUnits,
    Body,
    ChangeAlarmLevel,
    ChangeKind,
    Choice,
    CloseIncident,
    Command,
    RecordCall,
    ReportIncident,
    ReportStatus,
    Who,
)
from dispatch.engine import Engine
from dispatch.events import Entry, LogKind
from dispatch.exercise.exercise import BadExercise, Exercise, Outcome, encode_exercise
from dispatch.exercise.from_history import from_history
from dispatch.exercise.players import player_of
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.history.tell import HistoryClock
from dispatch.log_memory import MemoryLog
from resources.status import Status
from tests.dispatch.town import at, crossing, opening
from tests.dispatch.town_roads import TownRoads

HISTORY = Who("history", "system", "", "history")


def past() -> list[Entry]:
    """Tell of a fire that was going on, a collision that was a fire after all, and something later."""
    clock, log = HistoryClock(), MemoryLog()
    engine = Engine(log, clock=clock)

    def say(after_s: float, body: Body) -> None:
        clock.at = at(after_s)
        assert engine.do(Command(f"{after_s}-{engine.state.sequence}", at(after_s), HISTORY, body)) is not None

    clock.at = at(-2000)
    for command in opening(LogKind.HISTORY, at=at(-2000)):
        engine.do(command)
    engine.log.save_person("history-caller-1", "Jo Doe", "555 0100 200")
    say(-600, ReportIncident("structure_fire", crossing(1, 1), received_at=at(-620)))
    say(-580, AssignUnits(1, (Choice("E1", "engine"), Choice("A1", "als"))))
    for unit_id, steps in (("E1", ((-540, Status.EN_ROUTE), (-400, Status.ON_SCENE), (90, Status.AVAILABLE))),
                           ("A1", ((-20, Status.EN_ROUTE),))):  # fmt: skip
        for after_s, status in steps:
            if after_s < 0:
                say(after_s, ReportStatus(unit_id, status, source="crew"))
    say(40, RecordCall("c2", "phone", answered_at=at(40), person_id="history-caller-1"))
    say(50, ReportIncident("traffic_collision", crossing(2, 1), call_id="c2", received_at=at(40),
                           text="Jo Doe says call 555 0100 200 back"))  # fmt: skip
    say(60, AssignUnits(2, (Choice("P1", "patrol"),)))
    say(80, ReportStatus("P1", Status.EN_ROUTE, source="crew"))
    say(80, ReportStatus("A1", Status.ON_SCENE, source="crew"))
    say(90, ReportStatus("E1", Status.AVAILABLE, source="crew"))
    say(100, ReportStatus("P1", Status.ON_SCENE, source="crew"))
    say(110, ChangeKind(2, "structure_fire"))
    say(120, ChangeAlarmLevel(2, 2))
    say(125, AssignUnits(2, (Choice("E2", "engine"),)))
    say(160, ReportStatus("E2", Status.ON_SCENE, source="crew"))
    say(300, ReportStatus("P1", Status.AVAILABLE, source="crew"))
    say(310, ReportStatus("E2", Status.AVAILABLE, source="crew"))
    say(320, CloseIncident(2, "extinguished"))
    say(900, ReportIncident("stray_dog", crossing(0, 0)))
    return list(log.read())


@pytest.fixture(scope="module")
def made() -> tuple[Exercise, Outcome]:
    return from_history(past(), at(0), at(400), seed=3)


def test_what_was_known_then_is_told_and_nothing_of_what_became_of_it(made: tuple[Exercise, Outcome]) -> None:
    exercise, _ = made
    old, new = exercise.incoming
    assert (old.key, old.after_s, old.called_before_s) == ("h1", -600, 20)
    assert (new.key, new.after_s, new.called_before_s, new.kind) == ("h2", 50, 10, "traffic_collision")
    written = encode_exercise(exercise).decode()
    assert "extinguished" not in written.replace(encode_exercise(exercise).decode().split('"incoming"')[0], "")
    assert "history-caller" not in written and "555" not in written
    assert exercise.known_at(at(49)) == (old,)
    [raised] = exercise.injects
    assert (raised.incident, raised.level, raised.when[0].after_s) == ("h2", 2, 280)


def test_it_is_named_by_the_clock_on_the_city_s_wall(made: tuple[Exercise, Outcome]) -> None:
    exercise, _ = made
    begins = at(0).astimezone(ZoneInfo(exercise.time_zone))
    assert begins.hour != at(0).hour
    assert exercise.name == f"{exercise.city} {begins:%Y-%m-%d %H:%M}"
    assert exercise.source_name.startswith(f"{exercise.city} {begins:%Y-%m-%d %H:%M} – ")


def test_those_who_were_busy_are_so_where_they_were(made: tuple[Exercise, Outcome]) -> None:
    exercise, _ = made
    engine, ambulance = exercise.carried
    assert (engine.unit_id, engine.freed_s, [each.after_s for each in engine.told]) == ("E1", 90, [-540, -400, 90])
    assert [(each.after_s, each.status) for each in ambulance.told][:2] == [(-20, "en_route"), (80, "on_scene")]
    places = {each.unit_id: each for each in exercise.places}
    assert (places["E1"].lon, places["E1"].lat) == (round(crossing(1, 1).lon, 6), round(crossing(1, 1).lat, 6))
    whole = crossing(1, 1).lon - 25.0
    assert (places["A1"].lon - 25.0) / whole == pytest.approx(0.2, abs=0.01)  # 20 of 100 seconds on its way


def test_the_outcome_stands_apart_and_is_named(made: tuple[Exercise, Outcome]) -> None:
    exercise, outcome = made
    [patrol, engine] = outcome.of("h2").responses  # type: ignore[union-attr]
    assert (patrol.unit_id, patrol.assigned_s, patrol.en_route_s, patrol.on_scene_s) == ("P1", 60, 80, 100)
    assert (engine.unit_id, engine.en_route_s, engine.on_scene_s, engine.released_s) == ("E2", None, 160, 310)
    assert outcome.of("h2").alarm_level == 2 and outcome.of("h9") is None  # type: ignore[union-attr]
    assert len(exercise.outcome_digest) == 32


def test_a_stretch_is_played_and_the_record_can_play_it_again(made: tuple[Exercise, Outcome]) -> None:
    exercise, outcome = made
    roads = TownRoads()
    run = ExerciseRun(
        exercise, TrainingLog(MemoryLog()), roads, player=player_of("record", exercise, roads, outcome=outcome)
    )
    run.run_until()
    sent = {(each.incident_id, each.unit_id): each for each in run.state.assignments.values()}
    assert set(sent) == {(1, "E1"), (1, "A1"), (2, "P1"), (2, "E2")}
    assert (sent[2, "P1"].assigned_at, sent[2, "E2"].assigned_at) == (at(60), at(125))
    assert (sent[1, "E1"].released_at, sent[1, "A1"].on_scene_at) == (at(90), at(80))
    assert run.state.incidents[2].alarm_level == 2 and run.state.kind is LogKind.EXERCISE
    assert not run.state.units["E1"].assignment_id


def test_habits_are_those_of_the_record(made: tuple[Exercise, Outcome]) -> None:
    habits, scenes = made[0].habits, {(each.key, each.is_ambulance): each.scene_s for each in made[0].scenes}
    assert habits.turnout_s == 30.0  # the median of 20, 40 and 560 seconds, less what taking the order takes
    assert scenes[("h1", False)] == 490 and scenes[("h2", False)] == 175


def test_a_stretch_without_anything_and_one_that_runs_backwards_are_refused() -> None:
    entries = past()
    for begins, ends in ((400, 500), (400, 300), (0, 100_000)):
        with pytest.raises(BadExercise):
            from_history(entries, at(begins), at(ends))
    assert msgspec.json.decode(encode_exercise(from_history(entries, at(0), at(60))[0]))["source"] == "history"
