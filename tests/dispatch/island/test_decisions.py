"""What stands against an entry is decided by one who may, stands in the log with who it was, and is done once."""

from __future__ import annotations

import pytest

from dispatch import commands as c
from dispatch.commands import AssignUnits, Choice
from dispatch.island.conflicts import LEAVE, conflicts
from dispatch.island.decisions import leave, see, take
from dispatch.island.merge import Merge
from dispatch.island.outcome import Outcome
from dispatch.island_events import IslandEntryLeft, IslandEntryTaken
from dispatch.island_record import AGAIN, REDIRECT, REST, WITH_REASON
from dispatch.refused import Refused
from resources.status import Status
from tests.dispatch.island.parted import Parted, bound_twice, outcomes
from tests.dispatch.island_story import DISPATCHER
from tests.dispatch.town import OPERATOR, crew

TAKEN, CONFLICT, LEFT = Outcome.TAKEN, Outcome.CONFLICT, Outcome.LEFT


def both_sent_e1(parted: Parted, *more: str) -> Merge:
    parted.go()
    parted.fire_in_room("E1")
    parted.fire_alone("E1", *more)
    parted.alone(c.ReportStatus("E1", Status.EN_ROUTE, source="crew"), who=crew("E1"))
    return parted.merged()[0]


def test_what_is_left_is_kept_in_words_with_who_decided_and_why(parted: Parted) -> None:
    merge = both_sent_e1(parted)
    [conflict] = conflicts(merge)
    assert conflict.choices == ("leave", AGAIN, WITH_REASON, REDIRECT)
    report = leave(
        merge,
        [conflict.sequence],
        who=DISPATCHER,
        at=parted.now,
        reason="E1 went to the room's fire",
        with_behind=True,
    )
    assert outcomes(merge) == [TAKEN, LEFT, LEFT] and report.is_over and merge.finish()
    left = [
        event for entry in parted.log.read(parted.base) for event in entry.events if isinstance(event, IslandEntryLeft)
    ]
    assert [(each.command, each.why, each.reason) for each in left] == [
        ("AssignUnits", "unit_elsewhere", "E1 went to the room's fire"),
        ("ReportStatus", "island_depends", "E1 went to the room's fire"),
    ]
    assert left[0].incident_id == 2 and dict(left[0].told)["choices.1.unit_id"] == "E1"
    assert parted.state.units["E1"].status is Status.ALERTED and parted.state.units["E1"].assignment_id == "1/1"


def test_what_waits_for_one_that_is_left_is_then_decided_on_its_own(parted: Parted) -> None:
    merge = both_sent_e1(parted)
    first = conflicts(merge)[0].sequence
    leave(merge, [first], who=DISPATCHER, at=parted.now, reason="no")
    [fact] = conflicts(merge)
    assert (fact.why, fact.choices) == ("island_depends", ("leave", AGAIN, WITH_REASON))
    take(merge, fact.sequence, AGAIN, who=DISPATCHER, at=parted.now)
    unit = parted.state.units["E1"]
    assert unit.status is Status.EN_ROUTE and unit.assignment_id == "1/1"
    entry = parted.log.entry_of(fact.command.id)
    assert entry is not None and (entry.actor, entry.occurred_at) == ("E1", fact.command.at)  # the crew's own fact


def test_a_unit_is_redirected_to_where_the_island_sent_it(parted: Parted) -> None:
    merge = both_sent_e1(parted)
    [conflict] = conflicts(merge)
    report = take(merge, conflict.sequence, REDIRECT, who=DISPATCHER, at=parted.now, reason="it is there")
    assert report.is_over
    state = parted.state
    assert state.units["E1"].assignment_id == "2/1" and state.units["E1"].status is Status.EN_ROUTE
    assert state.assignments["1/1"].release_reason == "redirected"
    entry = parted.log.entry_of(conflict.command.id)
    assert entry is not None and entry.actor == "dina"
    told = [event for each in parted.log.read(parted.base) for event in each.events]
    [taken] = [event for event in told if isinstance(event, IslandEntryTaken)]
    assert (taken.how, taken.reason, taken.incident_id) == (REDIRECT, "it is there", 2)
    assert bound_twice(parted.log.read()) == []


def test_those_that_can_go_are_sent_without_the_one_that_cannot(parted: Parted) -> None:
    merge = both_sent_e1(parted, "A1", "L1")
    [conflict] = conflicts(merge)
    take(merge, conflict.sequence, REST, who=DISPATCHER, at=parted.now, reason="E1 stays")
    state = parted.state
    assert {state.assignments[each].unit_id for each in state.assignments_of[2]} == {"A1", "L1"}
    assert state.units["E1"].assignment_id == "1/1"
    assert [each.why for each in conflicts(merge)] == ["island_depends"]


def test_a_need_that_both_have_filled_is_filled_again_with_a_reason(parted: Parted) -> None:
    parted.fire_in_room()
    parted.go()
    parted.room(AssignUnits(1, (Choice("E2", "engine"),)))
    parted.alone(AssignUnits(1, (Choice("E1", "engine"),)))
    merge = parted.merged()[0]
    [conflict] = conflicts(merge)
    assert conflict.why == "need_filled_since"
    take(merge, conflict.sequence, WITH_REASON, who=DISPATCHER, at=parted.now, reason="it burns on both sides")
    [first, second] = (parted.state.assignments[each] for each in ("1/1", "1/2"))
    assert (first.unit_id, second.unit_id, second.override_reason) == ("E2", "E1", "it burns on both sides")


def test_deciding_as_the_room_stands_now_still_asks_the_rules(parted: Parted) -> None:
    merge = both_sent_e1(parted)
    [conflict] = conflicts(merge)
    head = parted.log.head
    with pytest.raises(Refused) as refused:
        take(merge, conflict.sequence, AGAIN, who=DISPATCHER, at=parted.now)
    assert refused.value.code == "unit_elsewhere" and parted.log.head == head
    parted.room(c.ReleaseUnit("E1", "back"))
    parted.seat.catch_up()
    assert conflicts(merge)[0].why == ""  # by now it would be taken; a person decides all the same
    take(merge, conflict.sequence, AGAIN, who=DISPATCHER, at=parted.now)
    assert parted.state.units["E1"].assignment_id == "2/1"


def test_an_operator_decides_nothing(parted: Parted) -> None:
    merge = both_sent_e1(parted)
    sequence = conflicts(merge)[0].sequence
    head = parted.log.head
    for asked in (
        lambda: leave(merge, [sequence], who=OPERATOR, at=parted.now, reason="x"),
        lambda: take(merge, sequence, REDIRECT, who=OPERATOR, at=parted.now, reason="x"),
    ):
        with pytest.raises(Refused) as refused:
            asked()
        assert refused.value.code == "not_allowed"
    assert parted.log.head == head and len(conflicts(merge)) == 1
    again = reopened(parted, merge)
    assert len(conflicts(again)) == 1


def test_what_is_settled_is_not_decided_again(parted: Parted) -> None:
    merge = both_sent_e1(parted)
    sequence = conflicts(merge)[0].sequence
    leave(merge, [sequence], who=DISPATCHER, at=parted.now, reason="x", with_behind=True)
    for asked in (
        lambda: leave(merge, [sequence], who=DISPATCHER, at=parted.now, reason="x"),
        lambda: take(merge, sequence, AGAIN, who=DISPATCHER, at=parted.now),
        lambda: take(merge, 9_999, AGAIN, who=DISPATCHER, at=parted.now),
    ):
        with pytest.raises(Refused) as refused:
            asked()
        assert refused.value.code == "island_entry_settled"


@pytest.mark.parametrize("how", [LEAVE, REDIRECT])
@pytest.mark.parametrize("dies_after", range(4))
def test_a_decision_that_was_broken_off_is_carried_out_once(
    parted: Parted, monkeypatch: pytest.MonkeyPatch, how: str, dies_after: int
) -> None:
    """Killed before, between or after what the room is asked: the same log as without it."""
    merge = both_sent_e1(parted)
    sequence = conflicts(merge)[0].sequence
    done = parted.seat.do
    left = [dies_after]

    def dying(command: c.Command) -> object:
        if not left[0]:
            raise SystemExit
        left[0] -= 1
        return done(command)

    monkeypatch.setattr(parted.seat, "do", dying)
    decide_for(merge, sequence, how, parted)
    monkeypatch.undo()
    after = reopened(parted, merge)
    after.run()
    assert len(conflicts(after)) == (0 if how == REDIRECT else 1)  # what waited for it
    events = [event for entry in parted.log.read(parted.base) for event in entry.events]
    kinds = IslandEntryLeft if how == LEAVE else IslandEntryTaken
    assert len([event for event in events if isinstance(event, kinds)]) == 1
    assert parted.state.units["E1"].assignment_id == ("1/1" if how == LEAVE else "2/1")
    assert bound_twice(parted.log.read()) == []


def decide_for(merge: Merge, sequence: int, how: str, parted: Parted) -> None:
    try:
        if how == LEAVE:
            leave(merge, [sequence], who=DISPATCHER, at=parted.now, reason="x")
        else:
            take(merge, sequence, how, who=DISPATCHER, at=parted.now, reason="x")
    except SystemExit:
        pass


def reopened(parted: Parted, merge: Merge) -> Merge:
    """Return the merge as a program has it that was started anew."""
    merge.island.close()
    [found] = parted.islands.pending()
    return parted.islands.take_up(found)


def test_a_merge_is_over_once_its_notices_were_looked_at(parted: Parted) -> None:
    parted.go()
    parted.room(c.ReportIncident("structure_fire", c.Location(25.0, 60.0)))
    parted.alone(c.ReportIncident("structure_fire", c.Location(25.0, 60.0)))
    merge, report = parted.merged()
    assert report.unseen == 1 and not merge.finish()
    again = reopened(parted, merge)
    assert again.ledger.report().unseen == 1
    assert see(again).is_over and again.finish() and parted.islands.pending() == ()
