"""What a forced life-saving command leaves: its own events, who broke the glass, and a supervisor who is told."""

from __future__ import annotations

import pytest

from dispatch import account_commands as a
from dispatch import account_events as e
from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.case import CaseStage
from dispatch.decide import decide
from dispatch.events import Event, IncidentReported
from dispatch.state import apply
from resources.status import Signal
from tests.dispatch.account_refusals import FIRE
from tests.dispatch.account_town import PEOPLE, SECOND_SUPERVISOR, WATER, AccountStory
from tests.dispatch.town import START, command

COLLECTOR, OBSERVER, OPERATOR, SUPERVISOR = (
    PEOPLE[role] for role in ("collector", "observer", "operator", "supervisor")
)
REASON = "smoke in the yard and nobody answers"


@pytest.fixture
def story() -> AccountStory:
    story = AccountStory()
    story.report("lamp_out")
    story.walk(CaseStage.HANDLE)
    story.open_accounts()
    return story


def force(story: AccountStory, body: c.Body, who: c.Who, reason: str = REASON) -> tuple[Event, ...]:
    from dispatch.events import Entry

    asked = c.Command(command(body).id, START, who, body, forced=reason)
    events = decide(story.state, asked)
    if events:
        entry = Entry(
            story.state.sequence + 1, asked.id, START, START, who.actor, who.role, who.department, who.seat, events
        )
        story.state = apply(story.state, entry)
    return events


def test_a_collector_reports_a_fire_and_the_supervisor_is_told(story: AccountStory) -> None:
    events = force(story, FIRE, COLLECTOR)
    assert isinstance(events[0], IncidentReported)
    assert events[-1] == e.GlassBroken("ReportIncident", "collector", REASON)
    [broken] = story.state.broken_glass.values()
    assert (broken.account_id, broken.role, broken.reason, broken.sequence) == (
        COLLECTOR.actor,
        "collector",
        REASON,
        story.state.sequence,
    )


def test_it_stays_until_a_supervisor_has_seen_it(story: AccountStory) -> None:
    force(story, FIRE, OBSERVER)
    seen = a.AcknowledgeGlass(story.state.sequence, "right so")
    assert story.refuses(seen, who=OPERATOR).code == "not_allowed"
    assert story.do(seen, who=SUPERVISOR) == (e.GlassAcknowledged(seen.sequence, "right so"),)
    assert not story.state.broken_glass
    assert story.do(seen, who=SUPERVISOR) == ()


def test_whoever_forced_it_does_not_take_note_of_it(story: AccountStory) -> None:
    force(story, k.EscalateCase(1, "it burns", "structure_fire"), WATER)
    number = story.state.sequence
    story.do(a.ChangeAccount(WATER.actor, "W", (WATER.role, "supervisor"), "water"), who=PEOPLE["administrator"])
    other = c.Who(WATER.actor, "supervisor", "water", "seat-elsewhere")
    story.sign_in(other)
    assert story.refuses(a.AcknowledgeGlass(number), who=other).code == "glass_by_the_same"
    assert story.do(a.AcknowledgeGlass(number), who=SECOND_SUPERVISOR)


def test_another_departments_case_is_escalated_by_force_alone(story: AccountStory) -> None:
    escalate = k.EscalateCase(1, "it burns", "structure_fire")
    assert story.refuses(escalate, who=WATER).code == "not_own_department"
    assert force(story, escalate, WATER)[-1] == e.GlassBroken("EscalateCase", WATER.role, REASON)


def test_who_may_anyway_breaks_nothing(story: AccountStory) -> None:
    assert not any(isinstance(event, e.GlassBroken) for event in force(story, FIRE, OPERATOR))
    officer = PEOPLE["department_officer"]
    events = force(story, k.EscalateCase(1, "it burns", "structure_fire"), officer)
    assert events and not story.state.broken_glass
    assert story.state.cases[1].stage is CaseStage.EMERGENCY


def test_distress_breaks_nothing(story: AccountStory) -> None:
    force(story, c.RaiseSignal("E1", Signal.DISTRESS), OBSERVER)
    assert story.state.units["E1"].distress_at == START and not story.state.broken_glass


def test_a_rule_is_not_forced(story: AccountStory) -> None:
    with pytest.raises(Exception, match="kind_unknown"):
        force(story, c.ReportIncident("dragon", FIRE.location), COLLECTOR)
    assert not story.state.broken_glass


def test_before_there_are_accounts_it_is_kept_too() -> None:
    story = AccountStory()
    assert force(story, FIRE, c.Who("x", "collector"))[-1] == e.GlassBroken("ReportIncident", "collector", REASON)
    assert story.refuses(FIRE, who=c.Who("x", "collector")).code == "not_allowed"
