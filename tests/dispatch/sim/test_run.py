"""A run is what the real engine would have written for the same commands, and the same for the same seed."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from typing import cast

import pytest

from dispatch.codec import encode
from dispatch.commands import Body, Command, LoadRoster, LoadRunCards, OpenLog, Who
from dispatch.engine import Engine
from dispatch.events import IncidentClosed, LogKind, OrderOverdue, StatusReported, UnitAssigned
from dispatch.incident import Stage
from dispatch.log import open_log
from dispatch.log_interface import LiveLog, NotLive
from dispatch.log_memory import MemoryLog
from dispatch.refused import Refused
from dispatch.sim import packed_log
from dispatch.sim.binding import NOT_NEEDED
from dispatch.sim.desk import Desk
from dispatch.sim.open_state import KEPT_CLOSED, CountedIds
from dispatch.sim.packed_log import NotASimulation, SimulationLog
from dispatch.sim.posts import Dmexclp
from dispatch.sim.run import SETUP, Run
from dispatch.state import State, fold
from resources.status import FREE, Status
from tests.dispatch.sim.sim_town import PLACES, START, WORLD, finished, make_run, text_of
from tests.dispatch.town import ROSTER

HOURS = 20.0


@pytest.fixture(scope="module")
def day() -> tuple[Run, list[Command]]:
    """Run the town for a busy day, and keep every command that was asked, refused or not."""
    asked: list[Command] = []
    run = make_run(HOURS, factor=3.0, waiting=Dmexclp(_even(), within_s=70.0, busy=0.4))
    plain = run.desk.ask

    def ask(who: Who, body: Body, at: object) -> object:
        asked.append(Command(f"simulation-{run.desk.state.sequence + 1:08d}", run.clock.at, who, body))
        return plain(who, body, run.clock.at)

    run.desk.ask = ask  # type: ignore[assignment, method-assign]
    run.finish(HOURS * 3600.0)
    return run, asked


def _even() -> object:
    import numpy as np

    return np.full(len(PLACES), 1.0 / len(PLACES))


def test_the_real_engine_writes_the_same_bytes_for_the_same_commands(
    day: tuple[Run, list[Command]], tmp_path: Path
) -> None:
    """What the quick way leaves out (other seats, listeners, older states) changes no byte on disk."""
    run, asked = day
    setup = (
        OpenLog(LogKind.SIMULATION, WORLD.name, WORLD.time_zone, "simulate"),
        LoadRoster(WORLD.roster, "scenario"),
        LoadRunCards(WORLD.cards, "scenario"),
    )
    opening = [Command(f"simulation-{n:08d}", START, SETUP, body) for n, body in enumerate(setup, start=1)]
    now = START
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    engine = Engine(log, clock=lambda: now)
    for command in (*opening, *asked):
        now = command.at
        with contextlib.suppress(Refused):
            engine.do(command)
    assert log.head > 600
    assert [row.body for row in log.rows()] == text_of(run).split(b"\n")
    assert log.verify().is_intact
    engine.stop()
    log.close()


def test_what_stands_at_the_end_is_what_the_log_says(day: tuple[Run, list[Command]]) -> None:
    run, _ = day
    told, kept = fold(State(), run.desk.log.read()), run.desk.state
    assert dict(told.units.items()) == kept.units
    assert set(told.open_incidents) == set(kept.open_incidents)
    for number in told.open_incidents:
        assert told.incidents[number] == kept.incidents[number]
    assert set(told.open_assignments) == set(kept.open_assignments)
    assert (told.next_incident, told.sequence) == (kept.next_incident, kept.sequence)
    facts = {key: change for key, change in told.changed.items() if key.startswith("unit/")}
    assert facts and facts == {key: change for key, change in kept.changed.items() if key.startswith("unit/")}
    sent_back = [each for each in told.assignments.values() if each.release_reason == NOT_NEEDED]
    assert sent_back and all(each.on_scene_at is None for each in sent_back)
    as_state = kept.as_state()
    assert as_state.units == told.units and set(as_state.open_incidents) == set(told.open_incidents)


def test_units_and_incidents_go_the_whole_way(day: tuple[Run, list[Command]]) -> None:
    run, _ = day
    events = [event for entry in run.desk.log.read() for event in entry.events]
    counts = Counter(type(event).__name__ for event in events)
    statuses = Counter(event.status for event in events if isinstance(event, StatusReported))
    marks = {mark for event in events if isinstance(event, StatusReported) for mark in event.marks}
    assert not marks, "a crew reported something out of its order"
    assert counts["IncidentReported"] == len(run.arrivals) - sum(int(ms) < 0 for ms in run.tally.incidents["reported"])
    assert counts["IncidentClosed"] > 0.8 * counts["IncidentReported"]
    assert counts["UnitMovedUp"]
    assert {Status.EN_ROUTE, Status.ON_SCENE, Status.TRANSPORTING, Status.AT_DESTINATION} <= set(statuses)
    assert statuses[Status.AVAILABLE] and counts["OrderOverdue"]
    assert not run.desk.refused


def test_one_seed_gives_one_log_and_another_seed_another() -> None:
    first, again, other = (text_of(finished(8.0, seed=seed)) for seed in (5, 5, 6))
    assert first == again
    assert first != other
    in_steps = make_run(8.0, seed=5)
    for hour in range(8):
        in_steps.until(hour * 3600.0 + 17.0)
    in_steps.finish(8 * 3600.0)
    assert text_of(in_steps) == first


def test_an_order_that_nobody_heard_is_overdue_when_thirty_seconds_have_passed() -> None:
    run = finished(20.0, factor=2.0)
    assigned = {}
    for entry in run.desk.log.read():
        for event in entry.events:
            if isinstance(event, UnitAssigned):
                assigned[event.assignment_id] = entry.occurred_at
            elif isinstance(event, OrderOverdue):
                assert (entry.occurred_at - assigned[event.assignment_id]).total_seconds() == 30


def test_closed_incidents_cost_nothing_and_are_in_the_log_all_the_same() -> None:
    run = finished(110.0, factor=2.0)
    state = run.desk.state
    closed = sum(isinstance(event, IncidentClosed) for entry in run.desk.log.read() for event in entry.events)
    assert closed > KEPT_CLOSED
    kept = [incident for incident in state.incidents.values() if incident.stage is Stage.CLOSED]
    assert len(kept) == KEPT_CLOSED
    assert len(state.changed) < 20 * (KEPT_CLOSED + len(ROSTER.units))
    assert len(state.assignments) < 5 * (KEPT_CLOSED + 50)
    assert all(unit.status in FREE or unit.assignment_id for unit in state.units.values())


def test_only_a_simulation_goes_into_its_log_and_it_reaches_no_live_one() -> None:
    for kind in LogKind:
        desk = Desk(SimulationLog())
        opening = OpenLog(kind, "Smalltown", "UTC")
        if kind is LogKind.SIMULATION:
            desk.ask(Who("a", "administrator"), opening, START)
            assert desk.log.kind is kind
            with pytest.raises(NotLive):
                LiveLog(desk.log)
        else:
            with pytest.raises(NotASimulation):
                desk.ask(Who("a", "administrator"), opening, START)
            assert desk.log.head == 0 and desk.state.kind is None
    run = make_run(1.0)
    with pytest.raises(ValueError, match="holds entries already"):
        Desk(run.desk.log)


def test_the_packed_log_gives_back_what_a_plain_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_log, "BLOCK", 500)
    run = finished(40.0, factor=2.0)
    log = cast("SimulationLog", run.desk.log)
    entries = list(log.read())
    assert log.head == len(entries) > 1_000
    plain = MemoryLog()
    for entry in entries:
        plain.append(entry)
    assert list(plain.read()) == entries
    assert [(row.sequence, row.body) for row in log.rows()] == list(enumerate(log.bodies(), start=1))
    for after in (0, 1, 499, 500, 501, 1_000, log.head - 1, log.head):
        assert [entry.sequence for entry in log.read(after=after)] == list(range(after + 1, log.head + 1))
    assert log.entry_of("simulation-00000007") == entries[6]
    assert log.entry_of("simulation-7") is None
    assert log.packed_bytes < 0.35 * sum(len(encode(entry)) for entry in entries)


def test_ids_that_count_entries_need_no_table() -> None:
    ids = CountedIds("run")
    for sequence in (1, 2, 3):
        ids[ids.id_of(sequence)] = sequence
    assert ids["run-00000002"] == 2 and len(ids) == 3 and list(ids) == [ids.id_of(n) for n in (1, 2, 3)]
    for wrong in ("run-2", "run-00000004", "run-00000000", "other-00000002", "run-0000000²"):
        assert wrong not in ids
    with pytest.raises(ValueError, match="is not the id"):
        ids["run-00000009"] = 9
