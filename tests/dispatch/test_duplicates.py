"""What may be the same thing is suggested by place, time, class and words, and only what it may be merged into."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch import case_commands as k
from dispatch.case import CasePlace, CaseStage
from dispatch.duplicates import suggest, suggest_for, words_alike
from dispatch.incident import Location
from dispatch.state import State
from tests.dispatch.case_town import ACCEPTOR, CELL, LAMP, PLACE, CaseStory
from tests.dispatch.town import START
from tests.work import lines_run

LON, LAT = PLACE.location.lon, PLACE.location.lat


def _told(story: CaseStory, standard_id: str = "rubbish", *, north_m: float = 0.0, text: str = "", days: float = 0.0):
    place = replace(PLACE, location=Location(LON, LAT + north_m / 111_195))
    body = k.ReportCase("hotline", standard_id, place, text=text)
    story.do(body, who=ACCEPTOR, at=START - timedelta(days=days))
    return story.state.next_case - 1


def _asked(story: CaseStory, text: str = "", **more: object):
    return suggest(story.state, place=(LON, LAT), standard_id="rubbish", text=text, at=START, **more)  # type: ignore[arg-type]


def test_the_nearest_of_the_same_class_comes_first() -> None:
    story = CaseStory()
    far, near = _told(story, north_m=150), _told(story, north_m=20)
    _told(story, north_m=400)
    found = _asked(story)
    assert [each.case_id for each in found] == [near, far]
    assert found[0].distance_m == pytest.approx(20, abs=0.5)
    assert found[0].reasons == ("place", "class", "time")
    assert "place" not in found[1].reasons
    assert 0.5 <= found[1].score < found[0].score < 1


def test_words_tell_apart_what_place_and_class_do_not() -> None:
    story = CaseStory()
    other = _told(story, text="a dead cat lies on the road", north_m=10)
    same = _told(story, text="Builders' rubbish heaped before the school gate", north_m=10)
    found = _asked(story, "rubbish from builders at the gate of the school")
    assert [each.case_id for each in found] == [same, other]
    assert "words" in found[0].reasons and "words" not in found[1].reasons


def test_chinese_is_compared_without_spaces() -> None:
    assert (words_alike("学校门口有建筑垃圾", "建筑垃圾堆在学校门口") or 0) > 0.5
    assert (words_alike("学校门口有建筑垃圾", "路灯不亮") or 0) < 0.1
    assert words_alike("", "路灯") is None


def test_an_old_one_is_less_likely_and_a_very_old_one_is_another() -> None:
    story = CaseStory()
    fresh, older = _told(story, north_m=10), _told(story, north_m=10, days=10)
    _told(story, north_m=10, days=40)
    found = _asked(story)
    assert [each.case_id for each in found] == [fresh, older]
    assert found[1].age_s == 10 * 86_400 and "time" not in found[1].reasons


def test_another_class_is_suggested_only_for_its_words() -> None:
    story = CaseStory()
    number = _told(story, "lamp_out", text="lamp broken, rubbish all over the pavement", north_m=5)
    assert _asked(story) == ()
    assert [each.case_id for each in _asked(story, "rubbish all over the pavement")] == [number]


def test_a_class_of_the_same_large_class_is_another_thing_unless_the_words_agree() -> None:
    story = CaseStory()
    number = _told(story, "flooding", text="the gully is blocked with leaves", north_m=2)
    assert _asked(story) == ()
    assert _asked(story, "a mattress on the pavement") == ()
    (found,) = _asked(story, "a gully blocked with leaves")
    assert found.case_id == number and "class" not in found.reasons and "words" in found.reasons
    same = _told(story, "rubbish", text="the gully is blocked with leaves", north_m=2)
    assert [each.case_id for each in _asked(story, "a gully blocked with leaves")] == [same, number]


def test_the_same_component_is_certain_wherever_it_is_said_to_be() -> None:
    story = CaseStory()
    place = CasePlace(Location(LON + 0.1, LAT), CELL, component=LAMP)
    story.do(k.ReportCase("hotline", "lamp_out", place), who=ACCEPTOR)
    (found,) = _asked(story, component=LAMP)
    assert found.score == 1 and found.reasons == ("component",) and found.distance_m > 5_000


def test_only_what_it_may_be_merged_into_is_suggested() -> None:
    story = CaseStory()
    closed, merged, main, own = _told(story), _told(story), _told(story), _told(story)
    story.walk(CaseStage.EVALUATE, closed)
    story.do(k.MergeCase(merged, main), who=ACCEPTOR)
    assert [each.case_id for each in suggest_for(story.state, own)] == [main]
    story.do(k.MergeCase(own, main), who=ACCEPTOR)  # what was suggested may be done
    assert suggest_for(story.state, own) == ()
    assert suggest_for(story.state, 99) == ()


def test_a_case_that_is_being_checked_is_merged_no_more() -> None:
    story = CaseStory()
    number, _ = _told(story), _told(story)
    story.walk(CaseStage.CHECK, number)
    assert suggest_for(story.state, number) == ()


def test_two_thousand_open_cases_are_searched_with_little_work() -> None:
    story = CaseStory()
    _told(story, text="rubbish heaped at the gate")
    first = story.case(1)
    spread = [
        (n, replace(first, id=n, place=replace(PLACE, location=Location(LON + n % 60 * 3e-4, LAT + n // 60 * 3e-4))))
        for n in range(1, 2_001)
    ]
    closed = [(n, replace(first, id=n, stage=CaseStage.EVALUATE)) for n in range(2_001, 12_001)]
    state: State = replace(
        story.state,
        cases=story.state.cases.update(dict(spread + closed)),
        open_cases=story.state.open_cases.update(dict.fromkeys(range(1, 2_001))),
    )
    for number in (1, 500, 1_000, 1_500):
        assert len(suggest_for(state, number)) == 5
        assert lines_run(lambda number=number: suggest_for(state, number)) < 60_000  # type: ignore[misc]
