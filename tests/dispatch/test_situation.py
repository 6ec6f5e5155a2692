"""The situation report and the shared log, told from a burst main with everybody at work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.wording import sentence
from app.wording.english import SENTENCES
from dispatch import commands as c
from dispatch import duty_commands as d
from dispatch import major_commands as mj
from dispatch import message_commands as m
from dispatch.case import CaseStage
from dispatch.duty import DutyState
from dispatch.events import Entry
from dispatch.incident import Perimeter, PerimeterKind
from dispatch.major import Triage
from dispatch.situation import report_situation
from dispatch.situation_log import joint_story
from dispatch.state import apply
from resources.status import Status
from tests.dispatch.case_town import COORDINATOR, OFFICER, WATER_OFFICER
from tests.dispatch.duty_story import FENCE, URBAN, VALVE, WATER, DutyStory
from tests.dispatch.town import CLOCK, OPERATOR, START, SUPERVISOR, at, command, crossing


class LoggedStory(DutyStory):
    """A story that keeps its entries."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        super().__init__()

    def do(self, body, *, who=OPERATOR, at=START, based_on=None):  # type: ignore[no-untyped-def]
        asked = command(body, at=at, who=who, based_on=based_on)
        events = self.decide(body, who=who, at=at, based_on=based_on)
        if events:
            whose = (who.actor, who.role, who.department, who.seat)
            entry = Entry(self.state.sequence + 1, asked.id, at, at, *whose, events)
            self.entries.append(entry)
            self.state = apply(self.state, entry)
        return events


@pytest.fixture
def story() -> LoggedStory:
    """Let the water works and the police work on a burst main; beside it a fire, and a case that is late."""
    told = LoggedStory()
    told.do(c.AssignUnits(1, (c.Choice("W1"), c.Choice("P1"))), at=at(10))
    told.do(c.ReportStatus("W1", Status.ON_SCENE, source="crew"), at=at(300))
    told.do(c.DrawPerimeter(Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 80.0, 1, "hole")), at=at(310))
    told.give(VALVE, FENCE, at=at(320))
    told.do(d.NameLead(1, "police", "the junction is blocked"), who=COORDINATOR, at=at(330))
    told.do(
        m.SendMessage("no water in Church Road", (WATER, URBAN), 1, needs_receipt=True), who=COORDINATOR, at=at(340)
    )
    told.do(m.ReceiveMessage(1), who=WATER_OFFICER, at=at(350))
    told.do(c.ReportIncident("structure_fire", crossing(0, 0)), at=at(400))
    told.report()
    told.walk(CaseStage.HANDLE)
    return told


def test_the_whole_city_most_urgent_first(story: LoggedStory) -> None:
    report = report_situation(story.state, at(500))
    assert [block.incident_id for block in report.incidents] == [2, 1]
    fire, burst = report.incidents
    assert (burst.lead, fire.lead, burst.place) == ("police", "fire", "Church Road / Middle Street")
    assert [(line.department, line.by_status) for line in burst.units] == [
        ("police", ((Status.ALERTED, 1),)),
        ("water", ((Status.ON_SCENE, 1),)),
    ]
    assert [(line.state, line.waits_for) for line in burst.duties] == [
        (DutyState.GIVEN, ()),
        (DutyState.WAITING, (1,)),
    ]
    assert [perimeter.id for perimeter in burst.perimeters] == ["ring"] and report.perimeters == ()
    assert [(line.message_id, line.waits_for) for line in burst.messages] == [(1, (URBAN,))]
    assert burst.casualties is None and not burst.is_major
    head = report.headline
    assert (head.incidents, head.units_bound, head.duties, head.duties_waiting, head.messages_unconfirmed) == (
        *(2, 2, 2),
        *(1, 1),
    )
    assert head.units_free == len(story.state.units) - 2
    assert [(line.department, line.open, line.overdue) for line in report.cases] == [("urban", 1, 0)]


def test_what_is_late_is_counted_by_whoever_owes_it(story: LoggedStory) -> None:
    later = at(0) + timedelta(days=2)
    report = report_situation(story.state, later)
    assert report.headline.duties_overdue == 1, "what waits is not late"
    assert report.headline.cases_overdue == 1 and report.cases[0].overdue == 1
    assert [line.is_late for line in report.incidents[1].duties] == [True, False]


def test_one_incident_alone(story: LoggedStory) -> None:
    report = report_situation(story.state, at(500), incident_id=2)
    assert [block.incident_id for block in report.incidents] == [2]
    assert (report.headline.duties, report.headline.cases, report.headline.messages_unconfirmed) == (0, 0, 0)
    assert report_situation(story.state, at(500), incident_id=99).incidents == ()
    story.do(c.CloseIncident(1, "repaired", release_units=True, cancel_duties=True), at=at(600))
    assert report_situation(story.state, at(700), incident_id=1).incidents[0].stage == "closed"


def test_casualties_of_a_major_incident_are_added_up(story: LoggedStory) -> None:
    story.do(mj.DeclareMajorIncident(1, reason="houses undermined"), who=SUPERVISOR, at=at(500))
    assert report_situation(story.state, at(501)).incidents[1].casualties is None
    for place, counts in (("cellar", Triage(immediate=1, urgent=2)), ("street", Triage(delayed=4))):
        story.do(mj.CountCasualties(1, place, counts), who=SUPERVISOR, at=at(510))
    block = report_situation(story.state, at(520)).incidents[1]
    assert block.is_major and block.casualties == Triage(immediate=1, urgent=2, delayed=4)
    assert report_situation(story.state, at(520)).headline.majors == 1


def test_what_has_changed_since_the_report_before(story: LoggedStory) -> None:
    assert report_situation(story.state, at(500)).since is None
    quiet = report_situation(story.state, at(900), since_at=at(500)).since
    assert quiet is not None and not (quiet.incidents_reported or quiet.duties_given or quiet.units_sent)
    story.do(d.AcceptDuty(1), who=WATER_OFFICER, at=at(600))
    story.do(d.ReportDutyDone(1), who=WATER_OFFICER, at=at(650))
    story.do(d.HandBackDuty(2, "no fence left"), who=OFFICER, at=at(660))
    story.do(c.ReleaseUnit("P1"), at=at(670))
    story.do(c.ReportIncident("stray_dog", crossing(2, 2)), at=at(680))
    since = report_situation(story.state, at(900), since_at=at(500)).since
    assert since is not None
    assert (since.duties_done, since.duties_handed_back, since.duties_given) == ((1,), (2,), ())
    assert (since.units_released, since.units_sent, since.incidents_reported) == (("P1",), (), (3,))
    own = report_situation(story.state, at(900), incident_id=2, since_at=at(0)).since
    assert own is not None and (own.incidents_reported, own.duties_done, own.units_sent) == ((2,), (), ())


def test_the_shared_log_says_who_did_what_for_which_department(story: LoggedStory) -> None:
    story.do(d.AcceptDuty(1, "foreman by telephone"), who=OPERATOR, at=at(600))
    story.do(c.Tick(), who=CLOCK, at=at(340) + timedelta(minutes=10))
    rows = list(joint_story(story.entries, story.state, 1))
    told = [(row.code, row.department) for row in rows]
    assert told[0] == ("incident_reported", "") and told[1] == ("task_opened", "water")
    for expected in (
        ("unit_assigned", "water"),
        ("unit_assigned", "police"),
        ("status_reported", "water"),
        ("perimeter_drawn", ""),
        ("duty_given", "water"),
        ("duty_given", "urban"),
        ("lead_named", "police"),
        ("message_received", "water"),
        ("duty_moved", "water"),
        ("receipt_overdue", ""),
    ):
        assert expected in told, expected
    assert "status_reported" not in [row.code for row in rows if row.sequence == rows[1].sequence]
    other = list(joint_story(story.entries, story.state, 2))
    assert [row.code for row in other] == ["incident_reported"]


def test_every_line_of_it_is_worded_in_both_languages(story: LoggedStory) -> None:
    story.do(d.AcceptDuty(1, "foreman by telephone"), who=OPERATOR, at=at(600))
    story.do(d.LinkDuty(2, ()), who=COORDINATOR, at=at(610))
    story.do(d.SetDutyDeadline(2, "rain", None, at(9000)), who=COORDINATOR, at=at(620))
    story.do(c.CloseIncident(1, "repaired", "dry", release_units=True, cancel_duties=True), at=at(900))
    story.do(c.ReopenIncident(1, "wet again"), at=at(910))
    for row in joint_story(story.entries, story.state, 1):
        assert f"log.{row.code}" in SENTENCES, row.code
        for language in ("en", "zh"):
            words = sentence(f"log.{row.code}", row.parameters, language, zone="Europe/Helsinki")
            assert words and "{" not in words and "–" not in words, words
    accepted = next(row for row in joint_story(story.entries, story.state, 1) if row.code == "duty_moved")
    words = sentence("log.duty_moved", accepted.parameters)
    assert words == "Duty 1 (water): Accepted (on their behalf: foreman by telephone)"


def test_a_duty_of_a_case_stands_beside_the_incidents(story: LoggedStory) -> None:
    story.do(d.GiveDuties((replace(VALVE, department="urban"),), case_id=1), who=COORDINATOR, at=at(500))
    report = report_situation(story.state, at(510))
    assert [(line.duty_id, line.department) for line in report.case_duties] == [(3, "urban")]
