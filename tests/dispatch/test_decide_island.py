"""What the log says of a seat that was alone: who may begin that, who decides what counts of it, when it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.commands import Body, Who
from dispatch.events import Entry, Event
from dispatch.island_events import IslandBegan, IslandEntryLeft, IslandEntryTaken, IslandMerged
from dispatch.island_record import REDIRECT, REFUSED_THERE, Island
from dispatch.state import apply
from tests.dispatch.island_story import (
    BEGUN,
    DISPATCHER,
    ISLAND,
    ISLAND_CODES,
    LEFT,
    MERGED,
    PROGRAM,
    TAKEN,
    IslandStory,
)
from tests.dispatch.story import Story
from tests.dispatch.town import OBSERVER, OPERATOR, START, at


def test_a_seat_says_that_it_goes_on_alone_and_from_where() -> None:
    story = Story()
    assert story.do(BEGUN, at=at(5)) == (IslandBegan(ISLAND, 2, "seat-1", "anna", "the server is gone"),)
    assert story.state.islands[ISLAND] == Island(ISLAND, "seat-1", "anna", 2, at(5), "the server is gone")
    assert story.do(BEGUN) == ()


def test_a_person_speaks_for_themselves_the_program_for_whoever_began() -> None:
    named = replace(BEGUN, seat="seat-9", actor="zoe")
    assert Story().do(named) == (IslandBegan(ISLAND, 2, "seat-1", "anna", "the server is gone"),)
    assert Story().do(named, who=PROGRAM) == (IslandBegan(ISLAND, 2, "seat-9", "zoe", "the server is gone"),)


def test_what_is_left_and_what_is_decided_for_is_kept_with_what_it_was() -> None:
    story = IslandStory()
    [left] = story.do(LEFT, who=DISPATCHER)
    assert left == IslandEntryLeft(
        ISLAND, 5, "AssignUnits", "unit_elsewhere", "the room's stands", (("unit_id", "E1"),), 1
    )
    [taken] = story.do(TAKEN, who=DISPATCHER)
    assert taken == IslandEntryTaken(ISLAND, 6, "ChangePriority", "changed_since", "again", "", 1)
    assert story.state.islands[ISLAND].decided == (5, 6)
    assert story.do(replace(LEFT, reason="again"), who=DISPATCHER) == story.do(TAKEN, who=DISPATCHER) == ()


def test_an_incident_that_is_not_there_is_not_named() -> None:
    [left] = IslandStory().do(replace(LEFT, incident_id=77, case_id=78), who=DISPATCHER)
    assert isinstance(left, IslandEntryLeft) and (left.incident_id, left.case_id) == (None, None)


def test_the_program_keeps_what_was_refused_on_the_island_and_decides_nothing_else() -> None:
    story = IslandStory()
    assert story.refuses(LEFT, who=PROGRAM).code == "person_decides"
    assert story.do(replace(LEFT, why=REFUSED_THERE, reason=""), who=PROGRAM)


def test_how_far_a_merge_has_come_is_said_until_it_is_over() -> None:
    story = IslandStory()
    assert isinstance(story.do(MERGED, who=PROGRAM)[0], IslandMerged)
    island = story.state.islands[ISLAND]
    assert (island.entries, island.taken, island.already, island.waiting) == (6, 4, 1, 1)
    assert [island.holds(each) for each in (3, 4, 7, 8)] == [False, True, True, False] and island.merged_at is None
    assert story.do(MERGED, who=PROGRAM) == ()
    over = replace(MERGED, waiting=0, left=1, is_over=True)
    story.do(over, who=PROGRAM, at=at(99))
    assert story.state.islands[ISLAND].merged_at == at(99)
    assert story.refuses(over, who=PROGRAM).code == "island_merged"


Row = tuple[Body, Who, str]
ROWS: dict[str, Row] = {
    "behind the end": (replace(BEGUN, island_id="b2", base_sequence=99), OPERATOR, "island_base_wrong"),
    "before the beginning": (replace(BEGUN, island_id="b2", base_sequence=0), OPERATOR, "island_base_wrong"),
    "without a name": (replace(BEGUN, island_id=" "), OPERATOR, "text_missing"),
    "unknown": (replace(LEFT, island_id="b2"), DISPATCHER, "island_unknown"),
    "of an unknown": (replace(MERGED, island_id="b2"), PROGRAM, "island_unknown"),
    "an entry that is the room's": (replace(LEFT, sequence=2), DISPATCHER, "island_entry_unknown"),
    "without a reason": (replace(LEFT, reason=""), DISPATCHER, "text_missing"),
    "over it without a reason": (replace(TAKEN, how=REDIRECT), DISPATCHER, "text_missing"),
    "in no way that there is": (replace(TAKEN, how="somehow"), DISPATCHER, "choice_unknown"),
    "counts": (replace(MERGED, taken=9), PROGRAM, "island_counts_wrong"),
    "over while something waits": (replace(MERGED, is_over=True), PROGRAM, "island_counts_wrong"),
    "a looker-on goes": (replace(BEGUN, island_id="b2"), OBSERVER, "not_allowed"),
    "an operator decides": (LEFT, OPERATOR, "not_allowed"),
    "a person reports": (MERGED, DISPATCHER, "not_allowed"),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_rules_say_no(name: str) -> None:
    body, who, code = ROWS[name]
    assert IslandStory().refuses(body, who=who).code == code


def test_every_code_is_told_here() -> None:
    told = {code for _, _, code in ROWS.values()} | {"person_decides", "island_merged"}
    assert told >= ISLAND_CODES


def test_an_event_of_an_island_that_nobody_knows_changes_nothing() -> None:
    story = Story()
    events: tuple[Event, ...] = (
        IslandEntryLeft("x", 9, "Tick", ""),
        IslandEntryTaken("x", 9, "Tick", "", "again"),
        IslandMerged("x", 1, 1),
    )
    after = apply(story.state, Entry(story.state.sequence + 1, "x", START, START, "a", "b", "", "c", events))
    assert after.islands == story.state.islands
