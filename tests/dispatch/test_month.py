"""An invented month goes through the engine by the rules, comes out as aimed, and is the same for the same seed."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from datetime import date

import pytest

from dispatch import case_events as e
from dispatch.case import CaseStage
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log_export import write_jsonl
from dispatch.log_memory import MemoryLog
from dispatch.month import MonthClock, Told, tell_month
from dispatch.month_aims import Aims
from dispatch.month_figures import compare
from dispatch.month_ground import areas_made, with_collectors
from dispatch.state import State, fold
from tests.dispatch.month_town import month_ground, told_month


@pytest.fixture(scope="module")
def month() -> tuple[Engine, Told]:
    return told_month(600)


def test_it_comes_out_as_aimed_to_the_last_case_and_nothing_is_refused(month: tuple[Engine, Told]) -> None:
    engine, told = month
    assert told.refused == ()
    assert [each for each in compare(told.aims, engine.state, told.end_at) if each[1] != each[2]] == []


def test_the_real_month_is_aimed_at() -> None:
    full = Aims.of(12_356)
    assert full == Aims()
    assert (full.found, full.spot, full.dispatched, full.overdue, full.rework) == (12_356, 6_709, 5_647, 226, 52)
    assert round(100 * full.handled / full.dispatched, 2) == 95.57
    small = Aims.of(200)
    assert all(getattr(small, each.name) >= 1 for each in fields(Aims))
    with pytest.raises(ValueError, match="at least 200"):
        Aims.of(199)


def test_every_kind_of_event_of_the_loop_happens(month: tuple[Engine, Told]) -> None:
    engine, _ = month
    seen = {type(event) for entry in engine.log.read() for event in entry.events}
    never = {e.CaseCorrected, e.EvidenceAdded, e.CaseNoteAdded, e.MakeSafeOverdue, e.PersonErased, e.PhotographErased}
    wanted = set(e.CaseEvent.__args__) - never  # type: ignore[attr-defined]
    assert wanted - seen == set()


def test_everybody_has_a_part_and_nobody_two_on_one_case(month: tuple[Engine, Told]) -> None:
    engine, _ = month
    entries = list(engine.log.read())
    assert engine.state.kind is LogKind.SIMULATION
    assert all(entry.actor.startswith("sim-") for entry in entries)
    roles = {entry.role for entry in entries}
    assert roles >= {
        "acceptor",
        "operator",
        "dispatcher",
        "coordinator",
        "supervisor",
        "collector",
        "department_officer",
    }
    for case in engine.state.cases.values():
        assert not set(case.handlers) & set(case.judges)
    departments = {case.department for case in engine.state.cases.values() if case.department}
    areas = {case.place.area for case in engine.state.cases.values() if case.place.area}
    assert len(departments) >= 5 and len(areas) == 12


def test_what_is_merged_is_the_same_thing_at_the_same_place(month: tuple[Engine, Told]) -> None:
    engine, _ = month
    for case in engine.state.cases.values():
        if case.merged_into is not None:
            main = engine.state.cases[case.merged_into]
            assert (case.standard_id, case.place) == (main.standard_id, main.place)


def test_equal_seeds_give_equal_logs_and_others_do_not() -> None:
    texts = []
    for seed in (5, 5, 6):
        engine, _ = told_month(200, seed=seed)
        out = io.StringIO()
        write_jsonl(engine.log.rows(), out)
        texts.append(out.getvalue())
    assert texts[0] == texts[1] != texts[2]


def test_it_is_folded_again_to_the_same_state(month: tuple[Engine, Told]) -> None:
    engine, _ = month
    again = fold(State(), engine.log.read())
    assert again.cases == engine.state.cases and again.tasks_of_collector == engine.state.tasks_of_collector


def test_tasks_of_collectors_are_what_the_cases_say(month: tuple[Engine, Told]) -> None:
    engine, _ = month
    for cut in range(400, engine.state.sequence, 700):
        state = fold(State(), (entry for entry in engine.log.read() if entry.sequence <= cut))
        waiting = {
            case.id: case.collector
            for case in state.cases.values()
            if case.stage in (CaseStage.VERIFY, CaseStage.CHECK)
        }
        assert waiting == {number: name for name, ids in state.tasks_of_collector.items() for number in ids}
        shown = {each.evidence.id for case in state.cases.values() for each in case.evidence}
        assert shown == set(state.cases_of_evidence)


def test_another_month_and_language() -> None:
    engine, told = told_month(200, start=date(2026, 2, 14), ground=month_ground("zh"))
    assert told.refused == () and (told.end_at - told.start_at).days == 28
    texts = {case.text for case in engine.state.cases.values()}
    assert any("暴露垃圾" in text or "店" in text or "井" in text for text in texts)


def test_what_cannot_be_told() -> None:
    clock = MonthClock()
    engine, _ = told_month(200)
    with pytest.raises(ValueError, match="not empty"):
        tell_month(engine, month_ground(), clock=clock)
    with pytest.raises(ValueError, match="no cells"):
        tell_month(Engine(MemoryLog(), clock=clock), replace(month_ground(), cells=()), clock=clock)


def test_a_citys_own_collectors_are_kept_and_made_where_it_has_none() -> None:
    ground = month_ground()
    own = areas_made(ground.cells, ["urban_1"])
    assert with_collectors(own, ground.cells, []) is own
    made = with_collectors(type(own)(), ground.cells, ["urban_1", "urban_2"])
    assert len(made.areas) == 12 and {area.department for area in made.areas} == {"urban_1", "urban_2"}
    assert all(made.collectors_of(cell.code) for cell in ground.cells)
