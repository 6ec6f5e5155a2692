"""What units on their way fill: shared needs, officers, task forces as one place, and who fills nothing any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch import commands as c
from dispatch.commands import AssignUnits, Choice
from dispatch.filled import fill, open_needs, stations_of
from dispatch.recommend import recommend
from dispatch.runcard import Need, RunCard, RunCards
from resources.status import Status
from resources.unit import TaskForce
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, ROSTER, RUN_CARDS, START, UNITS
from tests.dispatch.town_roads import TownRoads

FORCE = TaskForce("TF1", ("E1", "L1"), ("strike_team",))


def story_of(*needs: Need, officers: tuple[str, ...] = ()) -> Story:
    """Open a log whose structure fires need exactly this, with one task force, and report one."""
    story = Story()
    units = tuple(replace(unit, officers=int(unit.id in officers)) for unit in UNITS)
    story.do(c.LoadRoster(replace(ROSTER, units=units, task_forces=(FORCE,))), who=ADMINISTRATOR)
    card: RunCard = replace(RUN_CARDS.of("structure_fire"), needs=needs)
    story.do(c.LoadRunCards(RunCards((card,))), who=ADMINISTRATOR)
    story.fire()
    return story


def still_open(story: Story) -> dict[str, int]:
    incident = story.incident()
    needs = story.state.cards["structure_fire"].needs_at(incident.alarm_level)
    return {need.id: need.count for need in open_needs(story.state, needs, 1)[0]}


def send(story: Story, *choices: Choice) -> None:
    story.do(AssignUnits(1, choices))


def test_a_need_filled_beside_another_is_filled() -> None:
    story = story_of(Need("engine", ("engine",)), Need("cones", ("patrol", "pump"), shared=True))
    send(story, Choice("E1", "engine", also=("cones",)))
    assert still_open(story) == {}


def test_a_shared_need_is_filled_by_anybody_there_who_fits() -> None:
    story = story_of(Need("patrol", ("patrol",)), Need("traffic", ("traffic_control",), shared=True))
    send(story, Choice("P2", "patrol"))
    assert still_open(story) == {"traffic": 1}
    send(story, Choice("P1"))
    assert still_open(story) == {}


def test_officers_who_are_on_their_way_are_asked_for_no_more() -> None:
    needs = (Need("engine", ("engine",), 2, officers=1),)
    for leader, missing in (("E1", 0), ("E2", 1)):
        story = story_of(*needs, officers=(leader,))
        send(story, Choice("E1", "engine"))
        [need] = open_needs(story.state, needs, 1)[0]
        assert (need.count, need.officers) == (1, missing)


def test_a_task_force_fills_one_place_and_so_does_what_is_left_of_it() -> None:
    story = story_of(Need("team", ("strike_team",), 2))
    send(story, Choice("E1", "team"), Choice("L1", "team"))
    assert still_open(story) == {"team": 1}
    story.do(c.ReleaseUnit("L1"))
    assert still_open(story) == {"team": 1}
    story.do(c.ReleaseUnit("E1"))
    assert still_open(story) == {"team": 2}


def test_a_unit_that_could_fill_the_need_alone_counts_alone_once_its_force_is_broken() -> None:
    story = story_of(Need("team", ("strike_team", "engine"), 2))
    send(story, Choice("E1", "team"), Choice("L1", "team"))
    assert still_open(story) == {"team": 1}
    send(story, Choice("E2", "team"))
    assert still_open(story) == {}


def test_two_seats_do_not_fill_the_place_of_a_task_force_twice() -> None:
    story = story_of(Need("team", ("strike_team", "engine")))
    seen = story.state.sequence
    send(story, Choice("E1", "team"), Choice("L1", "team"))
    other = replace(c.Who("bela"), seat="seat-2")
    refused = story.refuses(AssignUnits(1, (Choice("E2", "team"),)), who=other, based_on=seen)
    assert (refused.code, refused.parameters["units"]) == ("need_filled_since", ("E1", "L1"))


def test_the_force_that_is_recommended_is_sent_and_then_nothing_is_missing() -> None:
    story = story_of(Need("team", ("strike_team",)))
    answer = recommend(story.state, {}, TownRoads(), 1, at=START)
    assert [(row.unit_id, row.task_force) for row in answer.chosen] == [("E1", "TF1"), ("L1", "TF1")]
    send(story, *(Choice(row.unit_id, row.need_id, row.eta.total_s, also=row.also) for row in answer.chosen))
    after = recommend(story.state, {}, TownRoads(), 1, at=START)
    assert (after.chosen, after.unmet) == ((), ())


def test_a_station_that_sends_already_is_where_the_rest_comes_from() -> None:
    needs = (Need("engine", ("engine",), same_station="one"), Need("ladder", ("ladder",), same_station="one"))
    story = story_of(*needs)
    send(story, Choice("E2", "engine"))
    assert stations_of(story.state, needs, 1) == {"one": frozenset({"fire-22"})}
    answer = recommend(story.state, {}, TownRoads(), 1, at=START)
    [gap] = answer.unmet
    assert (answer.chosen, gap.need_id, gap.reason.code) == ((), "ladder", "one_station_cannot")
    story.do(c.ReleaseUnit("E2"))
    sent = {row.unit_id for row in recommend(story.state, {}, TownRoads(), 1, at=START).chosen}
    assert sent == {"E1", "L1"}


@pytest.mark.parametrize(("status", "is_done"), [(Status.STAGED, False), (Status.ON_SCENE, True)])
def test_a_staged_unit_is_on_its_way_but_has_done_nothing_when_it_leaves(status: Status, is_done: bool) -> None:
    story = story_of(Need("engine", ("engine",)))
    send(story, Choice("E1", "engine"))
    story.do(c.ReportStatus("E1", status))
    assert still_open(story) == {}
    story.do(c.ReleaseUnit("E1"))
    assert still_open(story) == ({} if is_done else {"engine": 1})


def test_a_draft_needs_all_of_its_card() -> None:
    needs = RUN_CARDS.of("structure_fire").needs_at(1)
    assert fill(Story().state, needs, None).left == {"engine": 1, "als": 1, "patrol": 1}
