"""A button is there for exactly what the rules would take, at every state and for everybody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.duties.offers import MOVES, offered, speaks_for
from dispatch import duty_commands as d
from dispatch.access import MAY
from dispatch.commands import Who
from dispatch.duty import DutyState
from dispatch.refused import Refused
from tests.dispatch.case_town import COORDINATOR, OFFICER, WATER_OFFICER
from tests.dispatch.duty_story import ONE_OF_EACH_DUTY, DutyStory, story_at

COMMANDS = (*MOVES, d.LinkDuty, d.SetDutyDeadline)


def _asked(story: DutyStory, command: type, who: Who) -> object:
    body = ONE_OF_EACH_DUTY[command]
    if hasattr(body, "on_behalf") and not speaks_for(story.duty(), who):
        body = replace(body, on_behalf="by telephone")
    return body


@pytest.mark.parametrize("state", DutyState)
@pytest.mark.parametrize("role", [role for role in MAY if role != "crew"])
def test_what_is_offered_is_what_the_rules_take(state: DutyState, role: str) -> None:
    for department in ("", "water", "urban"):
        story = story_at(state)
        who = Who("zoe", role, department, "seat-20")
        offers = offered(story.duty(), who)
        for command in COMMANDS:
            try:
                story.decide(_asked(story, command, who), who=who)
            except Refused as refused:
                assert command not in offers, (command.__name__, department, refused.code)
            else:
                assert command in offers, (command.__name__, department)


def test_who_worked_on_it_does_not_confirm_it_whatever_desk_they_sit_at() -> None:
    story = story_at(DutyState.DONE)
    assert d.ConfirmDuty in offered(story.duty(), COORDINATOR)
    assert d.ConfirmDuty not in offered(story.duty(), replace(COORDINATOR, actor=WATER_OFFICER.actor))


def test_after_a_second_hand_back_there_is_a_ruling_and_then_no_way_back() -> None:
    story = DutyStory()
    story.hand_back_twice()
    offers = offered(story.duty(), COORDINATOR)
    assert d.RuleDuty in offers and d.ReassignDuty not in offers
    story.do(d.RuleDuty(1, "urban", "it is their street"), who=COORDINATOR)
    assert d.HandBackDuty not in offered(story.duty(), OFFICER) and d.AcceptDuty in offered(story.duty(), OFFICER)
