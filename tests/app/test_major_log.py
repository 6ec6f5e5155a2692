"""What happens to a major incident reads as a line in the incident's timeline and in the joint story."""

from __future__ import annotations

from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from app.incident.timeline import Timeline
from app.wording import english, sentence
from app.wording.major_log_texts import SENTENCES, SENTENCES_ZH, code_of
from dispatch.action_cards import ActionCard, ActionCards, ActionLine
from dispatch.major import Methane, Triage
from dispatch.major_commands import (
    AnswerRollCall,
    AssignRole,
    CountCasualties,
    DeclareMajorIncident,
    LoadActionCards,
    MoveToSector,
    SetClocks,
    SetSector,
    TickAction,
)
from dispatch.major_events import ActionCardsLoaded, MajorEvent
from dispatch.situation_log import joint_story
from tests.app.panels.seat import Seat
from tests.dispatch.town import ADMINISTRATOR, crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Seat:
    made = Seat()
    made.desk.state = made.engine.state
    return made


@pytest.fixture
def number(seat: Seat) -> int:
    card = ActionCard("desk", "Desk", (ActionLine("one", "Tell the hospitals", "通知医院"),), "席位")
    seat.other(LoadActionCards(ActionCards((card,))), who=ADMINISTRATOR)
    number = seat.report("structure_fire", crossing(1, 1))
    seat.assign(number, "E1")
    seat.other(DeclareMajorIncident(number, Methane(hazards="gas <b>")))
    seat.other(SetClocks(number, 15, None))
    seat.other(SetSector(number, "s-1", "North", "Chief One"))
    seat.other(MoveToSector(number, ("E1",), "s-1"))
    seat.other(CountCasualties(number, "Hall", Triage(immediate=2, dead=1)))
    seat.other(AssignRole(number, "safety_officer", "Ann"))
    seat.other(TickAction(number, "desk", "one"))
    seat.other(AnswerRollCall(number, "s-1", "sector", accounted=4, missing=1))
    return number


def test_the_timeline_words_it(seat: Seat, number: int) -> None:
    timeline = Timeline(seat.desk)
    timeline.show(number)
    said = {row.title: row.tone for row in timeline.rows}
    assert said["Major incident declared"] == "warn"
    assert said["PEOPLE MISSING: North, Missing 1"] == "alarm"
    for line in (
        "METHANE: gas <b>",
        "Clocks set: elapsed time every 15 min",
        "Moved to sector: North, E1",
        "Casualties counted: Hall, P1 immediate 2, Dead 1",
        "Action done: Tell the hospitals",
    ):
        assert line in said, sorted(said)


def test_the_joint_story_words_it_in_both_languages(seat: Seat, number: int) -> None:
    rows = list(joint_story(seat.entries(), seat.state, number))
    english_lines = [sentence(f"log.{row.code}", row.parameters) for row in rows]
    chinese_lines = [sentence(f"log.{row.code}", row.parameters, "zh") for row in rows]
    assert "Role: Safety officer, Ann" in english_lines
    assert "行动完成：通知医院" in chinese_lines
    assert not any("(" in line and "incident_id" in line for line in english_lines)


def test_every_event_of_a_major_incident_has_its_line() -> None:
    names = {code_of(each.__name__) for each in get_args(MajorEvent) if each is not ActionCardsLoaded}
    assert names == set(SENTENCES) == set(SENTENCES_ZH)
    assert names <= set(english.SENTENCES)
