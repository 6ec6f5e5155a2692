"""What another seat did unseen stops only the decision that depends on it."""

from __future__ import annotations

import pytest

from dispatch import commands as c
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import OTHER_OPERATOR, at, crew, crossing


@pytest.mark.parametrize(
    ("edit", "again", "field", "now"),
    [
        (
            c.CorrectLocation(1, crossing(0, 0)),
            c.CorrectLocation(1, crossing(2, 2)),
            "location",
            crossing(0, 0).text,
        ),
        (c.ChangeKind(1, "stray_dog"), c.ChangeKind(1, "burst_water_main"), "kind", "stray_dog"),
        (c.ChangePriority(1, 2), c.ChangePriority(1, 3), "priority", 2),
        (c.ChangeKind(1, "stray_dog"), c.ChangePriority(1, 3), "priority", 5),
        (c.ChangePriority(1, 2), c.ChangeKind(1, "stray_dog"), "priority", 2),
        (c.ChangeAlarmLevel(1, 2), c.ChangeKind(1, "cardiac_arrest"), "alarm_level", 2),
        (c.ChangeAlarmLevel(1, 2), c.ChangeAlarmLevel(1, 1), "alarm_level", 2),
    ],
)
def test_the_same_field_is_never_overwritten_unseen(edit: c.Body, again: c.Body, field: str, now: object) -> None:
    story = Story()
    story.fire()
    seen = story.state.sequence
    story.do(edit, who=OTHER_OPERATOR, at=at(40))
    refused = story.refuses(again, based_on=seen)
    assert refused.code == "changed_since"
    assert refused.parameters == {
        "incident_id": 1,
        "field": field,
        "now": now,
        "actor": "bela",
        "seat": "seat-2",
        "changed_at": at(40),
    }
    assert story.decide(again, based_on=story.state.sequence), "seen, it may be changed"
    assert story.decide(again), "a feed that says nothing of what it saw is not stopped"
    assert story.decide(again, who=OTHER_OPERATOR, based_on=seen), "one's own edit is no surprise"
    assert story.decide(edit, based_on=seen) == (), "both wanted the same"


def test_a_busy_incident_does_not_bounce_send() -> None:
    story = Story()
    story.fire("A1")
    seen = story.state.sequence
    for body in (
        c.AddNote(1, "second caller"),
        c.CorrectLocation(1, crossing(0, 1)),
        c.ChangePriority(1, 2),
        c.ChangeAlarmLevel(1, 2),
        c.AssignUnits(1, (c.Choice("P1", "patrol"),)),
        c.ReportStatus("A1", Status.ON_SCENE),
    ):
        story.do(body, who=OTHER_OPERATOR)
    events = story.decide(c.AssignUnits(1, (c.Choice("E1", "engine"),)), based_on=seen)
    assert events[-1].order.place == crossing(0, 1).text, "the crew is told the place that is true now"


def test_a_need_is_not_filled_twice_unseen() -> None:
    story = Story()
    story.fire()
    seen = story.state.sequence
    story.do(c.AssignUnits(1, (c.Choice("E1", "engine"),)), who=OTHER_OPERATOR, at=at(3))
    asked = c.AssignUnits(1, (c.Choice("A1", "als"), c.Choice("E2", "engine")))
    refused = story.refuses(asked, based_on=seen)
    assert refused.code == "need_filled_since"
    assert refused.parameters.items() >= {"need_id": "engine", "units": ("E1",), "actor": "bela"}.items()
    assert story.decide(asked, based_on=story.state.sequence)
    with_reason = c.AssignUnits(1, (c.Choice("E2", "engine", override_reason="second engine wanted"),))
    assert story.decide(with_reason, based_on=seen)
    story.do(c.ReleaseUnit("E1"), who=OTHER_OPERATOR)
    assert story.decide(asked, based_on=seen), "the need is open again"


def test_a_choice_for_a_kind_that_is_no_more_says_who_changed_it() -> None:
    story = Story()
    story.fire()
    seen = story.state.sequence
    story.do(c.ChangeKind(1, "burst_water_main"), who=OTHER_OPERATOR)
    refused = story.refuses(c.AssignUnits(1, (c.Choice("E1", "engine"),)), based_on=seen)
    assert (refused.code, refused.parameters["field"], refused.parameters["actor"]) == (
        "changed_since",
        "kind",
        "bela",
    )


def test_a_unit_sent_elsewhere_unseen_is_not_called_back() -> None:
    story = Story()
    story.fire("E1")
    seen = story.state.sequence
    story.do(c.ReleaseUnit("E1"), who=OTHER_OPERATOR)
    story.fire()
    story.do(c.AssignUnits(2, (c.Choice("E1"),)), who=OTHER_OPERATOR, at=at(20))
    for asked in (c.ReleaseUnit("E1"), c.ReportStatus("E1", Status.AVAILABLE)):
        refused = story.refuses(asked, based_on=seen)
        assert refused.code == "unit_changed_since"
        assert refused.parameters == {
            "unit_id": "E1",
            "status": "alerted",
            "incident_id": 2,
            "actor": "bela",
            "seat": "seat-2",
            "changed_at": at(20),
        }


def test_the_desk_does_not_take_back_unseen_what_the_crew_reached() -> None:
    story = Story()
    story.fire("E1")
    seen = story.state.sequence
    story.do(c.ReportStatus("E1", Status.EN_ROUTE, source="crew"), who=crew("E1"))
    refused = story.refuses(c.ReportStatus("E1", Status.AVAILABLE), based_on=seen)
    assert refused.code == "status_changed_since"
    assert refused.parameters["asked"] == "available" and refused.parameters["status"] == "en_route"
    assert story.decide(c.ReportStatus("E1", Status.ON_SCENE), based_on=seen), "forward is no conflict"


def test_closing_does_not_release_a_unit_that_was_sent_unseen() -> None:
    story = Story()
    story.fire("E1")
    seen = story.state.sequence
    story.do(c.AssignUnits(1, (c.Choice("A1"),)), who=OTHER_OPERATOR)
    asked = c.CloseIncident(1, "extinguished", release_units=True)
    refused = story.refuses(asked, based_on=seen)
    assert (refused.code, refused.parameters["unit_id"]) == ("unit_sent_since", "A1")
    assert story.decide(asked, based_on=story.state.sequence)
