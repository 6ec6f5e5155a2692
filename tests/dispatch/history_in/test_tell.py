"""The past told into a log: every instant as the file has it, and a log that is a history by its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from dispatch import commands as c
from dispatch.commands import Command, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.history.fold_rows import fold_rows
from dispatch.history.keep import keep
from dispatch.history.past import CLOSING_ASSUMED, NO_DISPATCH, NOT_IN_FILE, SENT_ELSEWHERE
from dispatch.history.recognise import recognise
from dispatch.history.table import read_table
from dispatch.history.tell import HistoryClock, tell
from dispatch.incident import Stage
from dispatch.log import NotSaved, open_log
from dispatch.log_memory import MemoryLog
from dispatch.state import State
from tests.dispatch.history_in.files import SF, at, folded, sf, sf_row, table, told


def medians(state: State) -> tuple[int, float, int, float]:
    """Count and take the middle of received to on scene, of responses and of first arrivals."""
    each = [
        (one.on_scene_at - state.incidents[one.incident_id].received_at).total_seconds()
        for one in state.assignments.values()
        if one.on_scene_at is not None
    ]
    first = [
        (one.first_on_scene_at - one.received_at).total_seconds()
        for one in state.incidents.values()
        if one.first_on_scene_at is not None
    ]
    return len(each), median(each), len(first), median(first)


def test_many_rows_become_one_incident_with_every_instant_as_it_stood() -> None:
    past, report = folded(
        sf(
            sf_row("7", "E39", "1:00:01", "1:01:02", "1:01:30", "1:02:03", "1:05:06", "", "", "1:30:00"),
            sf_row("7", "M5", "1:00:01", "1:01:02", "1:01:30", "", "1:07:00", "1:20:00", "1:31:00", "1:45:00"),
        )
    )
    state = told(past, report)
    [incident], first, second = state.incidents.values(), state.assignments["1/1"], state.assignments["1/2"]
    assert state.kind is LogKind.HISTORY and state.time_zone == "America/Los_Angeles"
    assert (incident.received_at, incident.reported_at) == (at("2017-01-03T01:00:01"), at("2017-01-03T01:01:02"))
    assert (incident.kind, incident.priority, incident.disposition) == ("medical_incident", 2, "fire")
    assert incident.stage is Stage.CLOSED and incident.closed_at == at("2017-01-03T01:45:00")
    assert (first.assigned_at, first.en_route_at) == (at("2017-01-03T01:01:30"), at("2017-01-03T01:02:03"))
    assert (first.on_scene_at, first.released_at) == (at("2017-01-03T01:05:06"), at("2017-01-03T01:30:00"))
    assert second.en_route_at is None and second.transporting_at == at("2017-01-03T01:20:00")
    assert second.at_destination_at == at("2017-01-03T01:31:00") and second.marks == ()
    assert (report.rows, report.taken, report.mended) == (2, 2, 0)


def test_entries_are_recorded_when_they_happened_and_in_that_order() -> None:
    past, report = folded(
        sf(
            sf_row("8", "E1", "2:00:00", "2:00:30", "2:01:00", "", "2:09:00", "", "", "2:30:00"),
            sf_row("7", "E2", "1:00:00", "1:00:30", "1:01:00", "", "1:09:00", "", "", "3:30:00"),
        )
    )
    clock = HistoryClock()
    log = MemoryLog()
    tell(past, Engine(log, clock=clock), clock=clock, report=report)
    entries = list(log.read())
    assert [each.occurred_at for each in entries] == [each.recorded_at for each in entries]
    assert sorted(each.occurred_at for each in entries) == [each.occurred_at for each in entries]
    assert report.entries == len(entries)


def test_a_unit_that_is_sent_elsewhere_leaves_and_its_later_instants_stay_with_their_assignment() -> None:
    past, report = folded(
        sf(
            sf_row("7", "E1", "1:00:00", "1:00:10", "1:01:00", "1:02:00", "1:20:00", "", "", "1:40:00"),
            sf_row("8", "E1", "1:09:00", "1:09:10", "1:10:00", "1:11:00", "1:15:00", "", "", "1:30:00"),
        )
    )
    state = told(past, report)
    first, second = state.assignments["1/1"], state.assignments["2/1"]
    assert (first.released_at, first.release_reason) == (at("2017-01-03T01:10:00"), SENT_ELSEWHERE)
    assert first.on_scene_at == at("2017-01-03T01:20:00") and "time_order" in first.marks
    assert second.on_scene_at == at("2017-01-03T01:15:00") and second.released_at == at("2017-01-03T01:30:00")
    assert report.counts["sent_elsewhere available"] == 1 and report.verdict(1) == "mended"
    assert report.verdict(2) == "taken"


def test_what_the_file_does_not_say_is_marked_and_never_taken_for_an_instant_of_it() -> None:
    past, report = folded(
        sf(
            sf_row("7", "E1", "1:00:00", "", "", "", "1:08:00", "", "", "1:40:00"),
            sf_row("8", "E2", "1:00:00", "", "1:01:00"),
        )
    )
    state = told(past, report)
    undispatched, unreleased = state.assignments["1/1"], state.assignments["2/1"]
    assert undispatched.override_reason == NO_DISPATCH and undispatched.assigned_at == undispatched.on_scene_at
    assert unreleased.release_reason == NOT_IN_FILE and unreleased.on_scene_at is None
    assert state.incidents[2].closing_text == CLOSING_ASSUMED and len(state.open_incidents) == 0
    assert report.counts["missing dispatched"] == report.counts["missing available"] == 1


def test_run_cards_and_roster_are_learnt_and_stand_in_the_log() -> None:
    rows = [sf_row(str(n), f"E{n}", "1:00:00", "", "1:01:00", "", "", "", "", "1:40:00") for n in (1, 2, 3)]
    past, report = folded(sf(*rows, sf_row("9", "E9", "2:00:00", "", "2:01:00", kind="Alarms")))
    state = told(past, report)
    assert set(state.units) == {"E1", "E2", "E3", "E9"} and state.units["E1"].unit.capabilities[0] == "engine"
    card = state.cards["medical_incident"]
    assert [(need.id, need.count) for need in card.needs] == [("engine", 1)] and card.dispositions == (
        "fire",
        "recorded",
    )
    assert state.assignments["1/1"].need_id == "engine"


def test_history_is_told_in_an_empty_log_only_and_never_in_a_live_one() -> None:
    past, report = folded(sf(sf_row("7", "E1", "1:00:00", "", "1:01:00")))
    clock = HistoryClock()
    engine = Engine(MemoryLog(), clock=clock)
    opening = c.OpenLog(LogKind.LIVE, "Town", "UTC")
    engine.do(Command("open", at("2026-01-01"), Who("somebody", "administrator"), opening))
    with pytest.raises(ValueError, match="not empty"):
        tell(past, engine, clock=clock, report=report)
    assert engine.state.sequence == 1


def test_what_the_rules_refuse_stays_blank_and_is_counted() -> None:
    past, report = folded(sf(sf_row("7", "E1", "1:00:00", "", "1:01:00", "", "1:05:00", "", "", "1:40:00")))
    [incident] = past.incidents
    past = replace(past, incidents=(replace(incident, alarm_level=9),))
    state = told(past, report)
    assert len(state.incidents) == 0 and report.counts["refused_alarm_level_out_of_range incident"] == 1


def test_a_history_that_ends_early_leaves_no_log_and_no_key(tmp_path: Path) -> None:
    past, report = folded(sf(sf_row("7", "E1", "1:00:00", "", "1:01:00")))
    keys, out = tmp_path / "keys", tmp_path / "past.db"

    def stop(share: float, doing: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(past, out, key_folder=keys, report=report, say=stop)
    assert list(tmp_path.iterdir()) == [keys] and list(keys.iterdir()) == []
    keep(past, out, key_folder=keys, report=report)
    assert [each.name for each in tmp_path.iterdir() if each != keys] == ["past.db"]
    log = open_log(out, key_folder=keys, read_only=True)
    assert log.verify().is_intact and log.kind is LogKind.HISTORY and log.head == report.entries
    log.close()
    before = out.read_bytes()
    with pytest.raises(NotSaved, match="there already"):
        keep(past, out, key_folder=keys, report=report)
    assert out.read_bytes() == before


def test_the_same_file_gives_the_same_entries() -> None:
    rows = [sf_row(str(n), f"E{n % 3}", "1:00:00", "", f"1:0{n}:00", "", "", "", "", "1:40:00") for n in range(1, 9)]
    logs = []
    for listed in (rows, rows):
        past, report = folded(table("\n".join((SF, *listed))))
        clock, log = HistoryClock(), MemoryLog()
        tell(past, Engine(log, clock=clock), clock=clock, report=report)
        logs.append([row.body for row in log.rows()])
    assert logs[0] == logs[1]


@pytest.mark.slow
def test_the_week_of_san_francisco_comes_out_of_the_log_as_it_was_recorded(shared_data: Callable[[str], Path]) -> None:
    week = read_table(shared_data("sanfrancisco/fire_calls_2017_week.csv"))
    past, report = fold_rows([(week, recognise(week))], city=None)
    state = told(past, report)
    assert (len(state.incidents), len(state.assignments), len(state.units)) == (3_560, 7_704, 178)
    assert medians(state) == (6_150, 442.0, 3_429, 390.0)
    assert (report.rows, report.refused, len(state.open_incidents)) == (7_704, 0, 0)
    assert report.counts["contradicts transporting"] == 25 and report.counts["sent_elsewhere available"] == 9
    assert not [what for what in report.counts if what.startswith("refused")]
