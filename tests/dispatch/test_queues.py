"""What stands in which seat's queue: split by department and by part of the city, with nothing between."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import commands as c
from dispatch import desk_commands as d
from dispatch.case import Case
from dispatch.case_commands import DispatchCase
from dispatch.duty_commands import DutyDraft, GiveDuties
from dispatch.queues import (
    AWAY,
    IN_CHARGE,
    NOBODYS,
    OFFERED,
    OWN,
    Queued,
    Whose,
    departments_of,
    in_queue,
    parts_of_work,
    queue_of,
    whose,
)
from dispatch.seat_queue import Queue
from dispatch.state import State
from tests.dispatch.case_town import AREAS, CELL, COMMUNITY, COORDINATOR, DISPATCHER, CaseStory
from tests.dispatch.desk_story import ANNA, BELA, CHIEF
from tests.dispatch.town import crossing

FIRE, MAIN, DOG = 1, 2, 3
WEST = crossing(0, 0).lon


def parts_of(lon: float, lat: float) -> tuple[str, ...]:
    """The west of the town is a cell of the centre, the east is the Docks; what lies beyond is nowhere."""
    if lon > 25.1:
        return ()
    return (CELL, "Centre Ward") if lon < WEST + 0.005 else ("110101009009009", "Docks")


@pytest.fixture
def story() -> CaseStory:
    """A fire in the west, a burst main in the east, a dog beyond, and a case of urban management in the west."""
    story = CaseStory()
    story.do(c.ReportIncident("structure_fire", crossing(0, 0)))
    story.do(c.ReportIncident("burst_water_main", crossing(2, 2)))
    story.do(c.ReportIncident("stray_dog", replace(crossing(2, 2), lon=25.5)))
    story.report("lamp_out")
    return story


def numbers(found: tuple[Queued, ...], why: str = "") -> list[int]:
    return [each.work.id for each in found if why in ("", each.why)]


def fits(story: CaseStory, number: int, *departments: str, areas: tuple[str, ...] = ()) -> bool:
    return in_queue(story.state, Queue("x", departments, areas), story.incident(number), parts_of)


class TestDepartments:
    def test_an_incident_is_its_leads_and_of_who_could_fill_its_needs(self, story: CaseStory) -> None:
        assert departments_of(story.state, story.incident(FIRE)) == {"fire", "ambulance", "police"}
        assert departments_of(story.state, story.incident(MAIN)) == {"water"}
        assert departments_of(story.state, story.incident(DOG)) == set()

    def test_of_who_has_a_task_or_a_duty_there_too(self, story: CaseStory) -> None:
        story.do(c.AssignUnits(MAIN, (c.Choice("P1"),)))
        story.do(GiveDuties((DutyDraft("fence it", "urban"),), MAIN), who=COORDINATOR)
        assert departments_of(story.state, story.incident(MAIN)) == {"water", "police", "urban"}

    def test_needs_of_a_higher_alarm_come_with_it(self, story: CaseStory) -> None:
        story.do(c.ReportIncident("traffic_collision", crossing(0, 0)))
        assert "fire" not in departments_of(story.state, story.incident(4))
        story.do(c.ChangeAlarmLevel(4, 2))
        assert "fire" in departments_of(story.state, story.incident(4)), "which alone has a rescue engine"

    def test_a_roster_that_changes_is_noticed(self, story: CaseStory) -> None:
        assert "ambulance" in departments_of(story.state, story.incident(FIRE))
        without = tuple(unit for unit in story.state.roster.units if unit.department != "ambulance")
        state = replace(story.state, roster=replace(story.state.roster, units=without))
        assert "ambulance" not in departments_of(state, story.incident(FIRE))

    def test_a_case_is_whose_the_ground_says_until_it_is_sent(self, story: CaseStory) -> None:
        assert departments_of(story.state, story.case()) == {"urban"}
        story.walk(story.case().stage.DISPATCH)
        story.do(DispatchCase(1, "water"), who=DISPATCHER)
        assert departments_of(story.state, story.case()) == {"water"}


class TestParts:
    def test_a_place_has_its_cell_what_it_begins_with_its_areas_and_its_district(self, story: CaseStory) -> None:
        assert parts_of_work(story.state, story.incident(FIRE), parts_of) == {
            CELL, CELL[:6], CELL[:9], COMMUNITY, "centre", "Centre Ward",
        }  # fmt: skip
        assert parts_of_work(story.state, story.incident(DOG), parts_of) == set()

    def test_a_case_knows_its_cell_without_asking_the_ground(self, story: CaseStory) -> None:
        assert {CELL, COMMUNITY, "centre"} <= parts_of_work(story.state, story.case())

    @pytest.mark.parametrize("area", ["centre", COMMUNITY, CELL, CELL[:6], "Centre Ward", "CENTRE WARD"])
    def test_a_queue_may_name_it_by_any_of_these(self, story: CaseStory, area: str) -> None:
        assert fits(story, FIRE, areas=(area,)) and not fits(story, DOG, areas=(area,))
        assert AREAS.of("centre").cells == (COMMUNITY,)


class TestFits:
    def test_a_seat_without_a_queue_looks_after_everything(self, story: CaseStory) -> None:
        assert in_queue(story.state, None, story.incident(DOG))

    def test_both_must_fit_where_both_are_given(self, story: CaseStory) -> None:
        assert fits(story, FIRE, "fire", areas=("centre",)) and fits(story, MAIN, "water", areas=("Docks",))
        assert not fits(story, FIRE, "fire", areas=("Docks",)) and not fits(story, MAIN, "fire", areas=("Docks",))
        assert fits(story, MAIN, "fire", "water", areas=("centre", "docks"))


class TestRoom:
    @pytest.fixture
    def room(self, story: CaseStory) -> CaseStory:
        story.do(d.SetQueue("seat-1", ("fire",)), who=CHIEF)
        story.do(d.SetQueue("seat-2", (), ("docks",)), who=CHIEF)
        return story

    def queue(self, story: CaseStory, seat: str, **how: object) -> tuple[Queued, ...]:
        return queue_of(story.state, seat, parts_of=parts_of, **how)  # type: ignore[arg-type]

    def test_each_sees_its_own_and_what_is_nobodys(self, room: CaseStory) -> None:
        assert numbers(self.queue(room, "seat-1"), OWN) == [FIRE]
        assert numbers(self.queue(room, "seat-2"), OWN) == [MAIN]
        for seat in ("seat-1", "seat-2"):
            assert numbers(self.queue(room, seat), NOBODYS) == [DOG]
        assert numbers(self.queue(room, "seat-9"), OWN) == [FIRE, MAIN, DOG], "a seat without a queue"
        assert whose(room.state, room.incident(FIRE), parts_of=parts_of) == Whose(("seat-1",))
        assert whose(room.state, room.incident(DOG), parts_of=parts_of) == Whose((), NOBODYS)

    def test_what_is_of_a_seat_that_is_away_is_everybodys(self, room: CaseStory) -> None:
        is_there = {"seat-1"}.__contains__
        assert numbers(self.queue(room, "seat-1", is_there=is_there), AWAY) == [MAIN]
        assert whose(room.state, room.incident(MAIN), parts_of=parts_of, is_there=is_there) == Whose(("seat-2",), AWAY)
        room.do(d.SetQueue("seat-3", ("water",)), who=CHIEF)
        assert numbers(self.queue(room, "seat-1", is_there={"seat-1", "seat-3"}.__contains__)) == [FIRE, DOG]

    def test_what_a_seat_has_in_hand_or_is_offered_is_in_its_queue(self, room: CaseStory) -> None:
        room.do(d.TakeIncident(MAIN), who=ANNA)
        assert numbers(self.queue(room, "seat-1"), IN_CHARGE) == [MAIN]
        assert numbers(self.queue(room, "seat-2"), OWN) == [MAIN], "whose it is by its place sees it still"
        room.do(d.HandOverIncident(FIRE, "seat-2"), who=ANNA)
        assert numbers(self.queue(room, "seat-2"), OFFERED) == [FIRE]
        room.do(d.HandOverIncident(FIRE, to_actor="bela"), who=ANNA)
        assert numbers(self.queue(room, "seat-2"), OFFERED) == []
        assert numbers(self.queue(room, "seat-2", actor=BELA.actor), OFFERED) == [FIRE]

    def test_cases_stand_in_queues_as_incidents_do(self, room: CaseStory) -> None:
        room.do(d.SetQueue("seat-4", ("urban",), ("centre",)), who=CHIEF)
        found = queue_of(room.state, "seat-4", [room.case(), room.incident(FIRE)], parts_of=parts_of)
        assert [(type(each.work), each.why) for each in found] == [(Case, OWN)]
        assert queue_of(room.state, "seat-1", [room.case()], parts_of=parts_of) == ()

    def test_the_ground_is_asked_once_a_thing_whatever_the_number_of_seats(self, room: CaseStory) -> None:
        asked: list[float] = []

        def counted(lon: float, lat: float) -> tuple[str, ...]:
            asked.append(lon)
            return parts_of(lon, lat)

        for number in range(20):
            room.do(d.SetQueue(f"more-{number}", (), ("nowhere",)), who=CHIEF)
        queue_of(room.state, "seat-1", parts_of=counted)
        assert len(asked) == 2, "the fire is the seat's own by its department alone"


SEATS = ("a", "b", "c")
queues = st.dictionaries(
    st.sampled_from(SEATS),
    st.tuples(
        st.lists(st.sampled_from(["fire", "water", "police"]), max_size=2),
        st.lists(st.sampled_from(["centre", "docks", "nowhere"]), max_size=2),
    ),
)


@pytest.fixture(scope="module")
def town() -> State:
    story = CaseStory()
    for kind, (east, north) in itertools.product(("structure_fire", "burst_water_main"), ((0, 0), (2, 2))):
        story.do(c.ReportIncident(kind, crossing(east, north)))
    story.do(c.ReportIncident("stray_dog", crossing(1, 1)))
    story.report("lamp_out")
    return story.state


@settings(max_examples=60, deadline=None)
@given(split=queues, there=st.sets(st.sampled_from((*SEATS, "whole city")), min_size=1))
def test_however_a_room_is_split_somebody_who_is_there_sees_everything(
    town: State, split: dict[str, tuple[list[str], list[str]]], there: set[str]
) -> None:
    state = town
    for seat, (departments, areas) in split.items():
        if departments or areas:
            state = replace(state, queues=state.queues.set(seat, Queue(seat, tuple(departments), tuple(areas))))
    work = [*state.incidents.values(), *state.cases.values()]
    shown = [queue_of(state, seat, work, parts_of=parts_of, is_there=there.__contains__) for seat in sorted(there)]
    seen = {id(each.work) for queue in shown for each in queue}
    assert seen == {id(each) for each in work}
    for queue, seat in zip(shown, sorted(there), strict=True):
        for each in queue:
            is_own = in_queue(state, state.queues.get(seat), each.work, parts_of)
            assert (each.why == OWN) == is_own
