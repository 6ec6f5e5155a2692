"""Simulated crews take what the desk sends from alert to home again, the same for the same seed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from dispatch.codec import encode
from dispatch.commands import (
    AssignUnits,
    Body,
    Choice,
    Command,
    CorrectLocation,
    LoadRoster,
    LoadRunCards,
    OpenLog,
    ReportIncident,
)
from dispatch.crews import Crews, Habits, LonLat
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.incident import Stage
from dispatch.log_memory import MemoryLog
from dispatch.recommendation import Path
from dispatch.simulate import Arrival, Moment, simulate
from dispatch.state import State
from dispatch.travels import Start
from resources.position import Fix
from resources.status import Status
from tests.dispatch.town import ADMINISTRATOR, ROSTER, RUN_CARDS, START, at, crossing

HABITS = Habits(scene_s=60, turnout_s=20, handover_s=30)
CLINIC: LonLat = (25.0, 60.0)


def straight(start: Start, there: LonLat, mode: str) -> Path | None:
    """Drive a straight line in one minute, blue lights or not."""
    here = (start.lon, start.lat)
    middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
    return Path("", (here, middle, there), (0.0, 30.0, 60.0), ("Straight Street",), 500.0)


def send_nearest_engine(state: State, fixes: dict[str, Fix], now: datetime) -> Sequence[Body]:
    """Send E1 and A1 to whatever waits."""
    return [
        AssignUnits(number, (Choice("E1", "engine"), Choice("A1", "als")))
        for number in state.open_incidents
        if state.incidents[number].stage is Stage.WAITING and (now - state.incidents[number].received_at).seconds > 2
    ]


def play(seed: int, *, until_s: float = 600, extra: Sequence[Arrival] = ()) -> tuple[Engine, MemoryLog, list[Moment]]:
    log = MemoryLog()
    engine = Engine(log, clock=lambda: START)
    setup: tuple[Body, ...] = (
        OpenLog(LogKind.SIMULATION, "Smalltown", "Europe/Helsinki"),
        LoadRoster(ROSTER),
        LoadRunCards(RUN_CARDS),
    )
    for number, body in enumerate(setup):
        engine.do(Command(f"setup-{number}", START, ADMINISTRATOR, body))
    arrivals = [Arrival(at(5), ReportIncident("structure_fire", crossing(1, 1))), *extra]
    crews = Crews(straight, habits=HABITS, hospitals=(CLINIC,), seed=seed)
    moments = list(simulate(engine, arrivals, crews, start_at=START, until_at=at(until_s), policy=send_nearest_engine))
    return engine, log, moments


def test_a_crew_reports_every_step_in_order_and_ends_at_home() -> None:
    engine, _, moments = play(seed=1)
    [engine_run] = [a for a in engine.state.assignments.values() if a.unit_id == "E1"]
    instants = (
        engine_run.sent_at,
        engine_run.delivered_at,
        engine_run.acknowledged_at,
        engine_run.en_route_at,
        engine_run.on_scene_at,
        engine_run.released_at,
    )
    known = [instant for instant in instants if instant is not None]
    assert len(known) == 6 and known == sorted(known)
    assert engine_run.on_scene_at and engine_run.en_route_at
    assert (engine_run.on_scene_at - engine_run.en_route_at).total_seconds() == 61
    assert engine_run.transporting_at is None and not engine_run.marks
    assert engine.state.units["E1"].status is Status.AVAILABLE
    home = moments[-1].fixes["E1"]
    assert (home.lon, home.lat) == (ROSTER.units[0].lon, ROSTER.units[0].lat)
    assert not any(moment.refused for moment in moments)


def test_an_ambulance_takes_its_patient_to_hospital() -> None:
    engine, _, moments = play(seed=1)
    [run] = [a for a in engine.state.assignments.values() if a.unit_id == "A1"]
    assert run.transporting_at and run.at_destination_at and run.released_at
    [arrival] = [moment for moment in moments if moment.at == run.at_destination_at]
    assert (arrival.fixes["A1"].lon, arrival.fixes["A1"].lat) == CLINIC


def test_positions_move_along_the_way_and_say_where_they_head() -> None:
    engine, _, moments = play(seed=1)
    [run] = [a for a in engine.state.assignments.values() if a.unit_id == "E1"]
    assert run.en_route_at and run.on_scene_at
    way = [moment.fixes["E1"] for moment in moments if run.en_route_at < moment.at <= run.on_scene_at]
    assert all(b.lat >= a.lat for a, b in itertools.pairwise(way)) and way[-1].lat > way[0].lat
    assert all(fix.heading_deg is not None and 0 < fix.heading_deg < 90 for fix in way)


def test_a_corrected_place_turns_the_crew_round() -> None:
    correction = Arrival(at(60), CorrectLocation(1, crossing(2, 0), "wrong side of town"))
    engine, _, moments = play(seed=1, extra=[correction])
    [run] = [a for a in engine.state.assignments.values() if a.unit_id == "E1"]
    [arrival] = [moment for moment in moments if moment.at == run.on_scene_at]
    there = crossing(2, 0)
    assert (arrival.fixes["E1"].lon, arrival.fixes["E1"].lat) == (there.lon, there.lat)


def test_one_seed_gives_one_log_and_another_seed_another() -> None:
    logs = [[encode(entry) for entry in play(seed)[1].read()] for seed in (7, 7, 8)]
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]
