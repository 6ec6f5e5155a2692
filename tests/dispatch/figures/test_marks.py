"""Departments are ranked by marks that anybody can reckon by hand."""

from __future__ import annotations

from dispatch import case_commands as k
from dispatch.case import CaseStage
from dispatch.figures.compute import compute
from dispatch.figures.indicators_file import usual_profiles
from dispatch.figures.marks import rank
from tests.dispatch.case_town import DISPATCHER, OFFICER
from tests.dispatch.figures.test_compute import MONTH, filed
from tests.dispatch.figures.told import ToldStory


def test_departments_are_ranked_by_what_could_be_judged():
    story = ToldStory()
    good, late, water = filed(story), filed(story), filed(story)
    story.do(k.DisownCase(water, "not ours"), who=OFFICER)
    story.do(k.DispatchCase(water, "water"), who=DISPATCHER)
    for number in (good, water):
        story.walk(CaseStage.EVALUATE, number)
    story.wait(30)
    story.walk(CaseStage.EVALUATE, late)
    sheet = rank(compute(story.state, MONTH, usual_profiles().of("jinhua")))
    assert [(each.key, each.place) for each in sheet] == [("water", 1), ("urban", 2)]
    water_sheet, urban = sheet
    assert water_sheet.mark == 100.0
    assert [part.points for part in urban.parts] == [25 * (1 / 2) / 0.7, 25.0, None, None]
    assert urban.mark == round(100 * (25 * 0.5 / 0.7 + 25) / 50, 2)


def test_less_rework_is_better():
    story = ToldStory()
    number = filed(story)
    story.walk(CaseStage.EVALUATE, number)
    sheet = rank(compute(story.state, MONTH))
    points = {part.figure.indicator: part.points for part in sheet[0].parts}
    assert points["rework_rate"] == 10.0
    assert points["satisfaction"] is None
    assert sheet[0].mark == 100.0


def test_equal_marks_share_a_place():
    story = ToldStory()
    one, other = filed(story), filed(story)
    story.do(k.DisownCase(other, "not ours"), who=OFFICER)
    story.do(k.DispatchCase(other, "water"), who=DISPATCHER)
    for number in (one, other):
        story.walk(CaseStage.EVALUATE, number)
    assert [(each.key, each.place) for each in rank(compute(story.state, MONTH))] == [("urban", 1), ("water", 1)]
