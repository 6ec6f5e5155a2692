"""Units held in reserve: offered to nobody, sent only with a reason, and given back."""

from __future__ import annotations

from datetime import timedelta

from dispatch import commands as c
from dispatch import events as e
from dispatch.commands import Choice
from dispatch.recommend import recommend, why_not
from tests.dispatch.story import Story
from tests.dispatch.town import OTHER_OPERATOR, START, at, crew
from tests.dispatch.town_roads import TownRoads


def test_a_held_unit_is_offered_to_nobody_until_it_is_given_back() -> None:
    story = Story()
    number = story.fire()
    assert story.do(c.HoldUnit("E1", "cover for the harbour")) == (e.UnitHeld("E1", "cover for the harbour"),)
    answer = recommend(story.state, {}, TownRoads(), number, at=START)
    assert {row.unit_id for row in answer.chosen} == {"E2", "A1", "P1"}
    assert why_not(answer, "E1").code == "held_in_reserve"
    assert dict(why_not(answer, "E1").parameters) == {"reason": "cover for the harbour"}
    assert story.do(c.UnholdUnit("E1")) == (e.UnitUnheld("E1"),)
    assert story.unit("E1").held == ""
    assert "E1" in {row.unit_id for row in recommend(story.state, {}, TownRoads(), number, at=START).chosen}


def test_a_need_that_only_held_units_could_fill_says_so() -> None:
    story = Story()
    number = story.fire()
    for unit_id in ("E1", "E2"):
        story.do(c.HoldUnit(unit_id, "storm"))
    [gap] = recommend(story.state, {}, TownRoads(), number, at=START).unmet
    assert (gap.need_id, gap.reason.code) == ("engine", "held_in_reserve")


def test_a_held_unit_goes_with_a_reason_and_is_still_held_when_it_is_back() -> None:
    story = Story()
    number = story.fire()
    story.do(c.HoldUnit("E1", "storm"))
    assert story.refuses(c.AssignUnits(number, (Choice("E1", override_reason=" "),))).code == "held_in_reserve"
    story.do(c.AssignUnits(number, (Choice("E1", "engine", override_reason="life in danger"),)))
    assert (story.assignment().override_reason, story.unit("E1").held) == ("life in danger", "storm")
    story.do(c.ReleaseUnit("E1"))
    assert story.unit("E1").held == "storm"


def test_the_same_word_twice_says_nothing_new() -> None:
    story = Story()
    story.do(c.HoldUnit("E1", "storm"))
    assert story.do(c.HoldUnit("E1", "storm")) == ()
    assert story.do(c.HoldUnit("E1", "strike")) == (e.UnitHeld("E1", "strike"),)
    story.do(c.UnholdUnit("E1"))
    assert story.do(c.UnholdUnit("E1")) == ()


def test_what_another_seat_has_done_unseen_is_said() -> None:
    story = Story()
    seen = story.state.sequence
    story.do(c.HoldUnit("E1", "storm"), who=OTHER_OPERATOR, at=at(5))
    refused = story.refuses(c.HoldUnit("E1", "strike"), based_on=seen)
    assert refused.code == "held_since"
    assert {"unit_id": "E1", "held": "storm", "actor": "bela", "changed_at": START + timedelta(seconds=5)}.items() <= (
        refused.parameters.items()
    )
    assert story.refuses(c.UnholdUnit("E1"), based_on=seen).code == "held_since"
    assert story.do(c.UnholdUnit("E1"), based_on=story.state.sequence)


def test_who_may_hold_and_what_is_needed() -> None:
    story = Story()
    assert story.refuses(c.HoldUnit("E1", " ")).code == "text_missing"
    assert story.refuses(c.HoldUnit("E9", "storm")).code == "unit_unknown"
    assert story.refuses(c.UnholdUnit("E9")).code == "unit_unknown"
    assert story.refuses(c.HoldUnit("E1", "storm"), who=crew("E1")).code == "not_allowed"
