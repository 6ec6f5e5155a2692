"""What a seat did alone comes into the room entry by entry, once, in its numbers; what stands against it waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch import commands as c
from dispatch.commands import AssignUnits, Choice
from dispatch.events import IncidentReported, StatusReported
from dispatch.incident import OrderState, Stage
from dispatch.island.conflicts import conflicts
from dispatch.island.merge import Merge
from dispatch.island.outcome import Outcome
from dispatch.island_events import IslandBegan, IslandMerged
from dispatch.log import LogDamaged
from dispatch.refused import Refused
from resources.status import Signal, Status
from tests.dispatch.island.parted import Parted, bound_twice, outcomes, whys
from tests.dispatch.town import ADMINISTRATOR, CLOCK, OBSERVER, OPERATOR, ROSTER, crew, crossing

TAKEN, CONFLICT, WAITING = Outcome.TAKEN, Outcome.CONFLICT, Outcome.WAITING


def test_nothing_stands_against_what_only_one_of_them_touched(parted: Parted) -> None:
    parted.go()
    number = parted.fire_alone("E1", "A1")
    parted.alone(c.ReportStatus("E1", Status.EN_ROUTE, source="crew"), who=crew("E1"))
    parted.alone(c.AddNote(number, "smoke from the roof"))
    merge, report = parted.merged()
    assert (report.taken, report.conflicts, report.waiting, report.unseen) == (5, 0, 0, 0)
    state = parted.state
    assert state.incidents[1].notes[0].text == "smoke from the roof"
    assert state.units["E1"].status is Status.EN_ROUTE and state.units["A1"].assignment_id == "1/2"
    began, *_, last = list(parted.log.read(parted.base))
    assert isinstance(began.events[0], IslandBegan) and began.events[0].seat == "seat-1"
    assert isinstance(last.events[0], IslandMerged) and last.events[0].is_over
    island = state.islands[report.island_id]
    assert island.merged_at is not None and island.holds(parted.base + 2) and not island.holds(parted.base)
    assert merge.finish()


def test_the_island_keeps_its_instants_and_its_people(parted: Parted) -> None:
    parted.go()
    here = parted.alone(c.ReportIncident("structure_fire", crossing(0, 0)))
    merge, _ = parted.merged()
    there = parted.log.entry_of(here.command_id)
    assert there is not None
    assert (there.occurred_at, there.actor, there.seat) == (here.occurred_at, "anna", "seat-1")
    assert there.recorded_at > here.recorded_at and merge.ledger.own >= {there.sequence}


def test_one_number_for_two_incidents_becomes_two_numbers(parted: Parted) -> None:
    parted.go()
    there = parted.fire_in_room("E2")
    here = parted.fire_alone("E1")
    assert here == there == 1
    parted.alone(c.AddNote(here, "the island's"))
    parted.alone(c.MoveOrder("1/1", OrderState.SENT))
    parted.alone(c.CorrectLocation(here, crossing(1, 0)))
    merge, report = parted.merged()
    assert (report.taken, report.conflicts) == (6, 0)
    state = parted.state
    assert [note.text for note in state.incidents[1].notes] == []
    assert [note.text for note in state.incidents[2].notes] == ["the island's"]
    assert state.incidents[2].location == crossing(1, 0)
    assert state.assignments["2/1"].unit_id == "E1" and state.assignments["1/1"].unit_id == "E2"
    assert state.assignments["2/1"].order.number == 2
    assert merge.ledger.ids.of("incident", 1) == 2


def test_an_order_that_was_moved_on_the_island_is_moved_in_the_room(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    parted.alone(c.MoveOrder("1/1", OrderState.SENT))
    parted.alone(c.CorrectLocation(1, crossing(1, 1)))  # the order is given anew
    parted.alone(c.MoveOrder("1/1", OrderState.DELIVERED))
    parted.merged()
    assert parted.state.assignments["1/1"].order_state is OrderState.DELIVERED


def test_a_unit_that_both_have_sent_waits_for_a_person_with_all_that_hangs_on_it(parted: Parted) -> None:
    parted.go()
    parted.fire_in_room("E1")
    here = parted.fire_alone("E1")
    parted.alone(c.ReportStatus("E1", Status.EN_ROUTE, source="crew"), who=crew("E1"))
    parted.alone(c.ReportStatus("E1", Status.ON_SCENE, source="crew"), who=crew("E1"))
    parted.alone(c.AddNote(here, "nobody inside"))
    merge, report = parted.merged()
    assert outcomes(merge) == [TAKEN, CONFLICT, WAITING, WAITING, TAKEN]
    [conflict] = conflicts(merge)
    assert conflict.why == "unit_elsewhere" and conflict.behind == tuple(each + conflict.sequence for each in (1, 2))
    told = dict(conflict.parameters)
    assert (told["unit_id"], told["incident_id"], told["actor"], told["seat"]) == ("E1", "1", "bela", "seat-2")
    assert conflict.command.body == AssignUnits(1, (Choice("E1"),))  # as it was asked there
    state = parted.state
    assert state.units["E1"].assignment_id == "1/1" and state.units["E1"].status is Status.ALERTED
    assert not report.is_over and not merge.finish()
    assert state.islands[report.island_id].waiting == 3
    assert bound_twice(parted.log.read()) == []


def test_a_field_that_both_have_edited_waits(parted: Parted) -> None:
    parted.fire_in_room()
    parted.go()
    parted.room(c.ChangePriority(1, 2))
    parted.alone(c.ChangePriority(1, 4))
    parted.alone(c.CorrectLocation(1, crossing(0, 1)))
    merge, _ = parted.merged()
    assert outcomes(merge) == [CONFLICT, TAKEN] and whys(merge) == ["changed_since"]
    assert dict(conflicts(merge)[0].parameters)["actor"] == "bela"
    assert (parted.state.incidents[1].priority, parted.state.incidents[1].location) == (2, crossing(0, 1))


def test_the_same_edit_on_both_sides_is_nothing_to_do(parted: Parted) -> None:
    parted.fire_in_room()
    parted.go()
    parted.room(c.ChangePriority(1, 2))
    parted.alone(c.ChangePriority(1, 2))
    merge, report = parted.merged()
    assert outcomes(merge) == [Outcome.NOTHING] and report.is_over


def test_an_incident_that_was_closed_in_the_room_waits(parted: Parted) -> None:
    parted.fire_in_room()
    parted.go()
    parted.room(c.CloseIncident(1, "false_alarm"))
    parted.alone(AssignUnits(1, (Choice("E1"),)))
    parted.alone(c.AddNote(1, "they say it burns again"))
    merge, _ = parted.merged()
    assert outcomes(merge) == [CONFLICT, TAKEN] and whys(merge) == ["incident_closed"]
    assert parted.state.incidents[1].stage is Stage.CLOSED
    assert parted.state.incidents[1].notes[0].text == "they say it burns again"


def test_what_the_island_did_before_does_not_stand_against_what_it_did_after(parted: Parted) -> None:
    """Also where another person, or a crew, did it there."""
    parted.go()
    parted.fire_alone("E1")
    parted.alone(c.ReportStatus("E1", Status.ON_SCENE, source="crew"), who=crew("E1"))
    parted.alone(c.ChangePriority(1, 3), who=replace(OPERATOR, actor="dora"))
    parted.alone(c.ChangePriority(1, 2))
    parted.alone(c.ReportStatus("E1", Status.AVAILABLE, "back"))
    parted.alone(c.CloseIncident(1, "extinguished"))
    merge, report = parted.merged()
    assert whys(merge) == [] and report.is_over
    assert parted.state.incidents[1].stage is Stage.CLOSED and parted.state.units["E1"].status is Status.AVAILABLE


def test_what_the_same_person_did_after_coming_back_is_not_overwritten(parted: Parted) -> None:
    """To the rules it is the same actor at the same seat, who knows what they did themselves."""
    parted.fire_in_room()
    parted.go()
    parted.alone(c.ChangePriority(1, 4))
    merge = parted.come_back()
    parted.seat.do(parted.command(c.ChangePriority(1, 2), OPERATOR))
    merge.run()
    assert parted.state.incidents[1].priority == 2
    [conflict] = conflicts(merge)
    assert conflict.why == "changed_since" and dict(conflict.parameters)["seat"] == "seat-1"


def test_a_command_that_reached_the_room_before_they_parted_is_there_once(parted: Parted) -> None:
    """The answer was lost on the way, and the operator gave the same command again, alone."""
    parted.go()
    asked = c.ReportIncident("structure_fire", crossing(0, 0))
    parted.room(asked, who=OPERATOR, id="lost-answer")
    parted.alone(asked, id="lost-answer")
    parted.alone(AssignUnits(1, (Choice("E1"),)))
    merge, report = parted.merged()
    assert outcomes(merge) == [Outcome.ALREADY, TAKEN] and report.is_over
    assert len(parted.state.incidents) == 1 and parted.state.units["E1"].assignment_id == "1/1"


def test_news_that_is_older_than_what_the_room_knows_is_taken_and_shown(parted: Parted) -> None:
    parted.fire_in_room("E1")
    parted.go()
    parted.alone(c.ReportStatus("E1", Status.EN_ROUTE, source="crew"), who=crew("E1"))
    parted.now += timedelta(minutes=5)
    parted.room(c.ReportStatus("E1", Status.ON_SCENE, source="crew"), who=crew("E1"))
    merge, report = parted.merged()
    unit, assignment = parted.state.units["E1"], parted.state.assignments["1/1"]
    assert unit.status is Status.ON_SCENE and assignment.en_route_at is not None
    assert report.taken == 2 and not report.conflicts
    notices = [notice.code for each in merge.ledger.settled.values() for notice in each.notices]
    assert notices == ["island_old_news"] and report.unseen == 1 and not report.is_over


def test_a_status_that_would_count_on_another_task_than_it_was_reported_for_waits(parted: Parted) -> None:
    parted.fire_in_room("E1")
    parted.go()
    parted.room(c.ReleaseUnit("E1", "not needed"))
    parted.fire_in_room("E1")
    parted.now += timedelta(minutes=2)
    parted.alone(c.ReportStatus("E1", Status.ON_SCENE, source="crew"), who=crew("E1"))
    merge, _ = parted.merged()
    assert whys(merge) == ["island_status_elsewhere"]
    assert dict(conflicts(merge)[0].parameters) == {
        "unit_id": "E1",
        "status": "on_scene",
        "incident_id": "2",
        "other_id": "1",
    }
    assert parted.state.units["E1"].status is Status.ALERTED


def test_two_reports_of_one_fire_are_both_there_and_shown(parted: Parted) -> None:
    parted.go()
    parted.room(c.ReportIncident("structure_fire", crossing(0, 0)))
    parted.alone(c.ReportIncident("structure_fire", crossing(0, 0)))
    parted.alone(c.ReportIncident("structure_fire", crossing(2, 2)))
    merge, report = parted.merged()
    assert len(parted.state.open_incidents) == 3 and report.unseen == 1
    [notice] = [notice for each in merge.ledger.settled.values() for notice in each.notices]
    assert (notice.code, dict(notice.parameters)) == (
        "island_same_incident",
        {"incident_id": "2", "other_id": "1"},
    )


def test_a_call_for_help_is_never_lost(parted: Parted) -> None:
    parted.go()
    parted.alone(c.RaiseSignal("E1", Signal.DISTRESS, float("nan"), 60.0), who=crew("E1"))
    parted.alone(c.RaiseSignal("radio \ud800 7", Signal.DISTRESS), who=OBSERVER, id="help \0")
    merge, report = parted.merged()
    assert report.is_over and whys(merge) == []
    assert parted.state.units["E1"].distress_at is not None and len(parted.state.strays) == 1


def test_time_that_passed_on_the_island_passes_in_the_room(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    parted.now += timedelta(hours=2)
    parted.alone(c.Tick(), who=CLOCK)
    merge, report = parted.merged()
    assert report.is_over and parted.state.incidents[1].is_overdue
    assert not [each for each in merge.ledger.settled.values() if each.notices]


def test_the_room_that_fell_back_behind_where_they_parted_is_refused(parted: Parted) -> None:
    parted.go()
    island = parted.islands.island
    assert island is not None
    with pytest.raises(LogDamaged):
        Merge(parted.seat, island)  # an island is not merged into itself
    parted.log._run("UPDATE entries SET mac = ? WHERE sequence = ?", (b"\0" * 32, parted.base))
    with pytest.raises(LogDamaged):
        parted.islands.come_back()
    assert parted.seat.log.is_island


def test_rules_of_an_island_are_not_put_over_the_rooms(parted: Parted) -> None:
    parted.go()
    smaller = replace(ROSTER, units=ROSTER.units[:-1])
    parted.alone(c.LoadRoster(smaller), who=ADMINISTRATOR)
    merge, _ = parted.merged()
    assert whys(merge) == ["island_rules"] and parted.state.roster == ROSTER


def test_whoever_may_not_go_alone_does_not(parted: Parted) -> None:
    with pytest.raises(Refused) as refused:
        parted.islands.go(OBSERVER)
    assert refused.value.code == "not_allowed" and not parted.islands.is_island
    assert list((parted.folder / "islands").glob("*")) == [] and parted.seat.log is parted.log
    parted.go()
    with pytest.raises(Refused) as again:
        parted.islands.go(OPERATOR)
    assert again.value.code == "island_already"


def test_listeners_hear_that_numbers_begin_again_before_they_do(parted: Parted) -> None:
    told: list[tuple[str, int]] = []
    parted.seat.subscribe(lambda entry, state: told.append(("entry", entry.sequence)))
    parted.seat.subscribe_rebased(lambda state: told.append(("rebased", state.sequence)))
    parted.go()
    base = parted.base
    parted.alone(c.ReportIncident("structure_fire", crossing(0, 0)))
    parted.fire_in_room("E2")
    merge = parted.come_back()
    assert told == [("rebased", base + 1), ("entry", base + 2), ("rebased", base + 2)]
    assert "E2" in [each.unit_id for each in parted.seat.state.assignments.values()]
    merge.run()
    assert [each for kind, each in told[3:]] == [base + 3, base + 4, base + 5]


def test_what_was_reported_stands_as_reported(parted: Parted) -> None:
    parted.go()
    parted.fire_alone()
    parted.merged()
    events = [event for entry in parted.log.read(parted.base) for event in entry.events]
    assert [type(event) for event in events] == [IslandBegan, IncidentReported, IslandMerged]
    assert not [event for event in events if isinstance(event, StatusReported)]
