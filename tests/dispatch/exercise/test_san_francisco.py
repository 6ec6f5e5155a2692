"""An hour of a real city: played as it was recorded, and as planned, against what really happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.engine import Engine
from dispatch.exercise.exercise import encode_exercise
from dispatch.exercise.from_history import from_history
from dispatch.exercise.players import player_of
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.score_records import BEST, DID, REALLY
from dispatch.exercise.training_log import TrainingLog
from dispatch.exercise.whole import debrief_log
from dispatch.history.fold_rows import fold_rows
from dispatch.history.recognise import recognise
from dispatch.history.table import read_table
from dispatch.history.tell import HistoryClock, tell
from dispatch.log_memory import MemoryLog
from tests.dispatch.town_roads import TownRoads

FROM, UNTIL = datetime(2017, 1, 2, 2, tzinfo=UTC), datetime(2017, 1, 2, 3, tzinfo=UTC)
AROUND = tuple(f"01/01/2017 {hour:02}:" for hour in range(3, 8))  # on the city's clocks, in the afternoon


@pytest.mark.slow
def test_an_hour_is_played_from_its_record(shared_data: Callable[[str], Path]) -> None:
    week = read_table(shared_data("sanfrancisco/fire_calls_2017_week.csv"))
    received = next(place for place, name in enumerate(week.columns) if "received" in name.casefold())
    some = replace(
        week, rows=[row for row in week.rows if row[received].startswith(AROUND) and row[received].endswith("PM")]
    )
    past, report = fold_rows([(some, recognise(week))], city=None)
    clock, history = HistoryClock(), MemoryLog()
    tell(past, Engine(history, clock=clock), clock=clock, report=report)
    exercise, outcome = from_history(history.read(), FROM, UNTIL, seed=5)
    new = [each for each in exercise.incoming if each.after_s >= 0]
    assert len(new) > 15 and len(exercise.carried) > 10
    assert b"code_2_transport" not in encode_exercise(replace(exercise, run_cards=type(exercise.run_cards)()))
    roads = TownRoads()
    run = ExerciseRun(
        replace(exercise, step_s=5.0), TrainingLog(MemoryLog()), roads,
        player=player_of("record", exercise, roads, outcome=outcome),
    )  # fmt: skip
    run.run_until()
    again = replace(exercise, step_s=5.0)
    found = debrief_log(again, list(run.log.read()), roads, outcome=outcome, refusals=run.refusals)
    totals = {each.column: each for each in found.score.totals}
    assert set(totals) == {DID, REALLY, BEST} and totals[REALLY].incidents == len(new)
    assert totals[DID].attended >= 0.8 * totals[REALLY].attended
    assert found.score.marks[0].decisions > len(new) / 2
    sent = {each.unit_id for row in found.score.incidents if row.at_s >= 0 for each in row.did.units}
    really = {
        each.unit_id
        for row in found.score.incidents
        if row.at_s >= 0 and row.really is not None
        for each in row.really.units
        if each.sent_s is not None and row.at_s + each.sent_s < exercise.lasts_s
    }
    assert sent <= really and len(sent) > 0.8 * len(really)
