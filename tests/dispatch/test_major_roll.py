"""Roll calls (PAR), the clocks of a major incident, and people who are missing."""

from __future__ import annotations

import pytest

from dispatch import commands as c
from dispatch import major_commands as m
from dispatch import major_events as e
from dispatch.major import Party
from dispatch.major_now import unheard
from resources.status import Status
from tests.dispatch.major_story import MajorStory
from tests.dispatch.town import OPERATOR, at, crew

MIN = 60.0


@pytest.fixture
def story() -> MajorStory:
    return MajorStory()


class TestClocks:
    def test_elapsed_time_is_due_once_for_each_call(self, story: MajorStory) -> None:
        assert story.tick(at(60 + 10 * MIN - 1)) == ()
        assert story.tick(at(60 + 10 * MIN)) == (e.ElapsedTimeDue(1, 660.0, at(660)),)
        assert story.tick(at(60 + 11 * MIN)) == ()
        (called,) = story.do(m.CallElapsedTime(1), at=at(60 + 12 * MIN))
        assert called == e.ElapsedTimeCalled(1, 780.0), "since the incident was received"
        assert story.major.elapsed_due_at is None
        due = [each for each in story.tick(at(60 + 22 * MIN)) if isinstance(each, e.ElapsedTimeDue)]
        assert [each.due_at for each in due] == [at(60 + 22 * MIN)]

    def test_a_roll_call_is_overdue_once_and_only_where_somebody_is_there(self, story: MajorStory) -> None:
        story.do(m.SetClocks(1, None, 20.0))
        assert story.tick(at(60 + 20 * MIN)) == (e.RollCallOverdue(1, at(60 + 20 * MIN)),)
        assert story.tick(at(60 + 30 * MIN)) == ()
        story.do(m.StartRollCall(1), at=at(60 + 31 * MIN))
        assert story.major.roll_call_late_at is None
        for unit_id in ("E1", "A1"):
            story.do(m.AnswerRollCall(1, unit_id), at=at(60 + 32 * MIN))
            story.do(c.ReportStatus(unit_id, Status.AVAILABLE, source="crew"), at=at(60 + 33 * MIN))
        assert story.tick(at(60 + 90 * MIN)) == ()

    def test_clocks_are_set_or_off(self, story: MajorStory) -> None:
        story.do(m.SetClocks(1, None, None))
        assert story.tick(at(100_000)) == ()
        assert story.do(m.SetClocks(1, None, None)) == ()
        assert story.refuses(m.SetClocks(1, 0.5, 20.0)).code == "minutes_out_of_range"
        assert story.refuses(m.DeclareMajorIncident(1, roll_call_min=1e6)).code == "minutes_out_of_range"
        story.do(m.SetClocks(1, 5.0, None))
        assert [each.due_at for each in story.tick(at(100_000)) if isinstance(each, e.ElapsedTimeDue)] == [at(360)]

    def test_they_rest_after_standing_down_and_start_anew_when_declared_again(self, story: MajorStory) -> None:
        story.do(m.StandDownMajorIncident(1, "over"), at=at(300))
        assert story.tick(at(9_000)) == ()
        story.do(m.DeclareMajorIncident(1, reason="again"), at=at(9_000))
        assert story.tick(at(9_000 + 10 * MIN - 1)) == () and len(story.tick(at(9_000 + 10 * MIN))) == 1


class TestRollCall:
    def test_sectors_answer_for_their_units_and_the_rest_for_themselves(self, story: MajorStory) -> None:
        story.do(m.SetSector(1, "A", "North", "E1"))
        story.do(m.SetSector(1, "B", "nobody there"))
        story.do(m.MoveToSector(1, ("E1", "P1"), "A"))
        (started,) = story.do(m.StartRollCall(1), at=at(100))
        assert started == e.RollCallStarted(1, 1, (Party("sector", "A", ("E1",)), Party("unit", "A1"))), (
            "P1 is on its way"
        )
        assert story.do(m.AnswerRollCall(1, "A1", accounted=2), at=at(110)) == (
            e.RollAnswered(1, 1, "unit", "A1", 2, 0),
        )
        assert story.do(m.AnswerRollCall(1, "A", "sector"), at=at(120)) == (
            e.RollAnswered(1, 1, "sector", "A"),
            e.RollCallEnded(1, 1),
        )
        call = story.major.roll_call
        assert call is not None and (call.ended_at, call.unheard, len(call.answers)) == (at(120), (), 2)

    def test_a_sector_has_answered_when_all_its_units_have(self, story: MajorStory) -> None:
        story.do(m.SetSector(1, "A", "North"))
        story.do(m.MoveToSector(1, ("E1", "A1"), "A"))
        story.do(m.StartRollCall(1))
        story.do(m.AnswerRollCall(1, "E1"))
        assert story.major.roll_call is not None and unheard(story.major.roll_call) == ("A",)
        assert e.RollCallEnded(1, 1) in story.do(m.AnswerRollCall(1, "A1"))

    def test_silence_is_told_after_five_minutes_once(self, story: MajorStory) -> None:
        story.do(m.SetClocks(1, None, None))
        story.do(m.StartRollCall(1), at=at(100))
        story.do(m.AnswerRollCall(1, "E1"), at=at(110))
        assert story.tick(at(399)) == ()
        assert story.tick(at(400)) == (e.RollCallUnanswered(1, 1, ("A1",)),)
        assert story.tick(at(900)) == ()

    def test_one_runs_at_a_time_and_ends_by_hand_with_a_reason(self, story: MajorStory) -> None:
        story.do(m.StartRollCall(1))
        assert story.refuses(m.StartRollCall(1)).code == "roll_call_running"
        assert story.refuses(m.StandDownMajorIncident(1, "over")).code == "roll_call_running"
        story.do(m.AnswerRollCall(1, "E1"))
        assert story.refuses(m.EndRollCall(1, " ")).code == "text_missing"
        assert story.do(m.EndRollCall(1, "A1 has left with a patient")) == (
            e.RollCallEnded(1, 1, "A1 has left with a patient", ("A1",)),
        )
        assert story.refuses(m.EndRollCall(1, "x")).code == "roll_call_not_running"
        (again,) = story.do(m.StartRollCall(1))
        assert again.number == 2
        assert story.major.roll_calls[0].end_reason == "A1 has left with a patient"

    def test_nobody_is_called_where_nobody_is(self, story: MajorStory) -> None:
        for unit_id in ("E1", "A1"):
            story.do(c.ReleaseUnit(unit_id))
        assert story.refuses(m.StartRollCall(1)).code == "nobody_on_scene"

    def test_whoever_came_meanwhile_may_answer_too(self, story: MajorStory) -> None:
        story.do(m.StartRollCall(1))
        assert story.do(m.AnswerRollCall(1, "P1")) == (e.RollAnswered(1, 1, "unit", "P1"),)
        assert story.refuses(m.AnswerRollCall(1, "X9")).code == "unit_unknown"
        assert story.refuses(m.AnswerRollCall(1, "A", "sector")).code == "sector_unknown"
        assert story.refuses(m.AnswerRollCall(1, "E1", "ship")).code == "choice_unknown"
        assert story.refuses(m.AnswerRollCall(1, "E1", missing=-1)).code == "count_out_of_range"
        assert story.refuses(m.AnswerRollCall(1, "E1", accounted=-1)).code == "count_out_of_range"

    def test_a_crew_says_that_all_is_well_only_with_itself_and_its_sector(self, story: MajorStory) -> None:
        story.do(m.SetSector(1, "A", "North", "E1"))
        story.do(m.SetSector(1, "B", "South"))
        story.do(m.StartRollCall(1))
        refused = story.refuses(m.AnswerRollCall(1, "A1"), who=crew("E1"))
        assert (refused.code, refused.parameters["party"]) == ("answers_for_itself", "A1")
        assert story.refuses(m.AnswerRollCall(1, "B", "sector"), who=crew("E1")).code == "answers_for_itself"
        assert story.do(m.AnswerRollCall(1, "A", "sector"), who=crew("E1"))
        assert story.do(m.AnswerRollCall(1, "A1", missing=1), who=crew("E1")), "an alarm is heard from anybody"
        assert story.do(m.AnswerRollCall(1, "E1"), who=crew("E1"))


class TestMissing:
    def test_a_missing_person_is_told_at_once_and_until_found(self, story: MajorStory) -> None:
        story.do(m.StartRollCall(1), at=at(100))
        events = story.do(m.AnswerRollCall(1, "E1", accounted=3, missing=1, text="cellar"), at=at(110))
        assert events[1] == e.PeopleMissing(1, "unit", "E1", 1, "cellar")
        assert events[0].missing == 1 and len(events) == 2
        story.do(m.AnswerRollCall(1, "E1", accounted=2, missing=2), at=at(130))
        (missing,) = story.major.missing
        assert (missing.count, missing.since_at, missing.text) == (2, at(110), "cellar")
        assert e.MissingResolved(1, "unit", "E1", "found", "all out") in story.do(
            m.AnswerRollCall(1, "E1", text="all out"), at=at(140)
        )
        assert story.major.missing == ()

    def test_it_is_heard_without_a_roll_call_and_after_standing_down(self, story: MajorStory) -> None:
        assert story.refuses(m.AnswerRollCall(1, "E1")).code == "roll_call_not_running"
        story.do(m.StandDownMajorIncident(1, "over"))
        assert story.do(m.AnswerRollCall(1, "E1", missing=1), who=crew("E1")) == (e.PeopleMissing(1, "unit", "E1", 1),)
        assert story.do(m.AnswerRollCall(1, "E1", missing=1)) == ()
        close = c.CloseIncident(1, "extinguished", release_units=True)
        refused = story.refuses(close)
        assert refused.code == "people_missing"
        assert refused.parameters == {"incident_id": 1, "count": 1, "parties": ("E1",)}
        assert story.do(m.AnswerRollCall(1, "E1")) == (e.MissingResolved(1, "unit", "E1", "found"),)
        assert story.do(close)

    def test_nobody_stands_down_over_the_missing_whatever_the_reason(self, story: MajorStory) -> None:
        story.do(m.AnswerRollCall(1, "E1", missing=1))
        assert story.refuses(m.StandDownMajorIncident(1, "a very good reason")).code == "people_missing"
        assert story.refuses(m.ResolveMissing(1, "A1", "found", "x")).code == "not_missing"
        assert story.refuses(m.ResolveMissing(1, "E1", "gone", "x")).code == "choice_unknown"
        assert story.refuses(m.ResolveMissing(1, "E1", "found", " ")).code == "text_missing"
        assert story.refuses(m.ResolveMissing(1, "E1", "found", "x"), who=crew("E1")).code == "not_allowed"
        story.do(m.ResolveMissing(1, "E1", "handed_over", "search by the police, Falk"), who=OPERATOR)
        assert story.do(m.StandDownMajorIncident(1, "over"))
