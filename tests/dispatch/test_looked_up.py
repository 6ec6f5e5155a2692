"""What is found without going through a log's whole past: what rings, was sent or closed lately, and is watched."""

from __future__ import annotations

from dispatch import case_commands as k
from dispatch.case import CaseStage
from dispatch.commands import (
    AssignUnits,
    AttachCall,
    Choice,
    DetachCall,
    RecordCall,
    ReportIncident,
    ReportStatus,
    Who,
)
from dispatch.fold_cases import CLOSED_LATELY
from dispatch.fold_units import SENT_LATELY
from resources.status import Status
from tests.dispatch import case_town as t
from tests.dispatch.case_town import CaseStory
from tests.dispatch.story import Story
from tests.dispatch.town import at, crossing


def test_calls_that_ring_or_belong_nowhere() -> None:
    story = Story()
    story.do(ReportIncident("structure_fire", crossing(1, 1)))
    story.do(RecordCall("rings", ringing_at=at()))
    story.do(RecordCall("loose", ringing_at=at(), answered_at=at(5)))
    assert set(story.state.loose_calls) == {"rings", "loose"}
    for call_id in ("rings", "loose"):
        story.do(AttachCall(call_id, 1))
    assert set(story.state.loose_calls) == {"rings"}, "somebody must still answer it"
    story.do(RecordCall("rings", ringing_at=at(), answered_at=at(9)))
    story.do(DetachCall("loose", 1))
    assert "loose" in story.state.loose_calls


def test_the_last_orders_in_their_order() -> None:
    story = Story()
    story.do(ReportIncident("structure_fire", crossing(1, 1)))
    for _ in range(SENT_LATELY + 3):
        story.do(AssignUnits(1, (Choice("E1"),)))
        story.do(ReportStatus("E1", Status.AVAILABLE, source="desk"))
    lately = story.state.sent_lately
    assert len(lately) == SENT_LATELY and lately == tuple(story.state.assignments_by_unit["E1"][-SENT_LATELY:])


def test_closed_cases_stay_watched_while_somebody_owes_a_word() -> None:
    story = CaseStory()
    for _ in range(2):
        story.walk(CaseStage.EVALUATE, story.report())
    assert story.state.closed_lately == (1, 2) and not story.state.watched_cases
    assert not story.state.open_cases and CLOSED_LATELY > 2
    story.do(k.RecordAnswer(1, "dissatisfied", "it lies there still"), who=t.ACCEPTOR)
    assert set(story.state.watched_cases) == {1}
    story.do(k.ReopenCase(1, "it lies there still"), who=t.ACCEPTOR)
    assert not story.state.watched_cases and set(story.state.open_cases) == {1}
    story.do(k.AppealCase(2, "not ours"), who=t.OFFICER)
    assert set(story.state.watched_cases) == {2}
    for reader in (t.SECOND_SUPERVISOR, Who("pia", "supervisor", "", "seat-12")):
        story.do(k.ReadAppeal(2, "upheld", "indeed"), who=reader)
    assert not story.state.watched_cases
