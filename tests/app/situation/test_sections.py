"""The words of a situation report: what stands in it, how loud, in both languages, and what is held against it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.situation.sections import MOST_IN_MESSAGE, Paper, Section, Wording
from dispatch import message_commands as m
from dispatch.commands import AssignUnits, Choice, ReportIncident
from dispatch.situation import Headline, report_situation
from dispatch.situation_since import Since
from tests.dispatch.case_town import COORDINATOR, WATER_OFFICER
from tests.dispatch.duty_story import FENCE, VALVE, DutyStory
from tests.dispatch.town import OPERATOR, START, at, crossing


def told() -> DutyStory:
    story = DutyStory()
    story.give(VALVE, FENCE, at=START)
    story.do(AssignUnits(1, (Choice("W1"),)), who=OPERATOR, at=at(10))
    story.do(m.SendMessage("<b>closed</b>", needs_receipt=True), who=COORDINATOR, at=at(20))
    story.do(m.ReceiveMessage(1), who=WATER_OFFICER, at=at(30))
    return story


def paper(story: DutyStory, after: float, language: str = "en", **more: object) -> Paper:
    report = report_situation(story.state, at(after), **more)  # type: ignore[arg-type]
    return Wording(story.state, report, language, by="kim").paper()


def section(made: Paper, title: str) -> Section:
    return next(one for one in made.sections if one.title == title)


def test_an_incident_stands_with_its_lead_units_duties_and_messages() -> None:
    made = paper(told(), 60)
    head = made.sections[0]
    assert head.title == "1  Burst water main · P3 · Church Road / Middle Street"
    assert "leads: Water Works" in head.lines[0] and "Water Works, 1: Alerted 1" in head.lines
    duties = section(made, "Duties")
    assert [row[:4] for row in duties.rows] == [
        ("1", "Water Works", "shut the valve", "Given"),
        ("2", "Urban Management", "fence the hole", "waits for 1"),
    ]
    messages = section(made, "Messages without a receipt")
    assert messages.rows[0][1] == "<b>closed</b>" and "Water Works" not in messages.rows[0][3]


def test_what_is_late_is_loud() -> None:
    made = paper(told(), 3 * 3600)
    duties = section(made, "Duties")
    assert duties.loud == {0} and duties.rows[0][3] == "overdue, Given"
    assert ("Duties overdue", "1", True) in made.figures and ("Cases overdue", "0", False) in made.figures


def test_a_drill_says_so_first_and_who_made_it() -> None:
    made = paper(told(), 60)
    assert made.title.startswith("DRILL · Situation report") and made.subtitle.endswith("made by kim")


def test_against_an_earlier_one_only_what_happened_since() -> None:
    story = told()
    later = paper(story, 60, since_at=at(15))
    assert later.sections[0].title.startswith("Since") and later.sections[0].lines == ("Messages sent: 1",)
    nothing = paper(story, 60, since_at=at(40))
    assert nothing.sections[0].lines == ("Nothing happened since.",)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_and_every_change_has_its_words(language: str) -> None:
    made = paper(told(), 60, language)
    assert len({name for name, _, _ in made.figures}) == len(Headline.__dataclass_fields__)
    assert not any("_" in name for name, _, _ in made.figures)
    report = report_situation(told().state, at(60), since_at=at(-10))
    changed = tuple(("x",) if name not in ("from_at", "to_at") else None for name in Since.__dataclass_fields__)
    every = Since(START, START + timedelta(hours=1), *(one for one in changed if one))  # type: ignore[arg-type]
    lines = Wording(told().state, report, language)._since(every).lines
    assert len(set(lines)) == len(lines) == len(changed) - 2
    if language == "zh":
        assert all(not line.isascii() for line in lines)


def test_in_short_it_fits_a_message_however_much_happens() -> None:
    story = DutyStory()
    for _ in range(60):
        story.do(ReportIncident("burst_water_main", crossing(1, 1)))
    report = report_situation(story.state, at(60))
    brief = Wording(story.state, report, "en").brief()
    assert len(brief) < MOST_IN_MESSAGE + 200 and "Open incidents 61" in brief
    shown = brief.count("Burst water main")
    assert brief.endswith(f"and {61 - shown} more")
    assert story.decide(m.SendMessage(brief), who=COORDINATOR)


def test_nothing_open_is_said() -> None:
    story = DutyStory()
    report = report_situation(story.state, at(60), incident_id=7)
    assert not Wording(story.state, report, "en").paper().sections
