"""A drill's ordinary day is told once, its simulated people sign in, and its photographs are kept as real ones are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.drill import Drill
from app.drill_cases import DrillCases
from app.evidence.album import Album
from dispatch.account_commands import AddFirstAdministrator
from dispatch.case import CaseStage
from dispatch.case_staff import PREFIX
from dispatch.commands import Command, Who
from dispatch.evidence_store import EvidenceStore
from dispatch.scenario import Scenario
from dispatch.scenario_cases import CaseHappening
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch import case_town as t
from tests.dispatch.town_roads import TownRoads

DAY = 86_400.0
RUBBISH = CaseHappening(-DAY, "rubbish", 25.009, 60.0045, "Church Road 1")
SCENARIO = Scenario(
    "Day",
    (),
    cases=(
        replace(RUBBISH, stage="handle", after_s=-4 * DAY),
        replace(RUBBISH, stage="check", source="patrol", after_s=-2 * DAY),
        replace(RUBBISH, after_s=30.0, source="patrol"),
    ),
)


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    made = CaseSeat()
    yield made
    made.bridge.close()


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    made = Album(EvidenceStore(tmp_path / "evidence"), tmp_path / "small")
    yield made
    made.close()


def drill(seat: CaseSeat, album: Album | None = None) -> Drill:
    def submit(command: Command) -> object:
        return seat.bridge.submit(command)

    cases = DrillCases(SCENARIO, cell_of=lambda lon, lat: t.CELL, album=album)
    return Drill(
        SCENARIO,
        state=lambda: seat.engine.state,
        submit=submit,
        make_ground=TownRoads,
        clock=lambda: seat.now,
        cases=cases,
    )


def run(one: Drill, seat: CaseSeat, seconds: int) -> None:
    for _ in range(seconds):
        seat.now += timedelta(seconds=1)
        one.step(seat.now)


def test_the_day_stands_at_once_and_goes_on(seat: CaseSeat, album: Album) -> None:
    one = drill(seat, album)
    run(one, seat, 1)
    assert [case.stage for case in seat.state.cases.values()] == [CaseStage.HANDLE, CaseStage.CHECK]
    assert seat.state.cases[1].visit.is_late(seat.now)
    run(one, seat, 40)
    assert seat.state.cases[3].stage is CaseStage.COLLECT
    run(one, seat, 900)
    assert [case.stage for case in seat.state.cases.values()] == [
        CaseStage.FEED_BACK,
        CaseStage.CLOSE,
        CaseStage.COLLECT,
    ]
    kept = [each.evidence.id for case in seat.state.cases.values() for each in case.evidence]
    assert len(kept) == len(set(kept)) >= 5
    assert all(album.store.read(each) for each in kept)
    assert album.thumbnail(kept[0])


def test_a_drill_that_goes_on_is_not_told_twice(seat: CaseSeat) -> None:
    run(drill(seat), seat, 2)
    before = len(seat.state.cases)
    run(drill(seat), seat, 60)
    assert len(seat.state.cases) == before


def test_its_people_sign_in_where_the_drill_has_accounts(seat: CaseSeat) -> None:
    seat.other(AddFirstAdministrator("root", "Root", secret_id="a" * 64), who=Who("console", "system"))
    run(drill(seat), seat, 900)
    assert [case.stage for case in seat.state.cases.values()][:2] == [CaseStage.FEED_BACK, CaseStage.CLOSE]
    sessions = {session.account_id for session in seat.state.sessions.values()}
    assert sessions and all(each.startswith(PREFIX) for each in sessions)
    assert seat.state.accounts["sim-officer-urban"].name == "Simulated department officer (专业部门), Urban Management"
