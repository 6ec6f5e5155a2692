"""A seat that went on alone, told by hand: one of each command, and what the rules refuse."""

from __future__ import annotations

from dispatch import island_commands as i
from dispatch.commands import Body, Who
from dispatch.island_record import AGAIN
from tests.dispatch.story import Story

ISLAND = "a1" * 16
PROGRAM = Who("opsroom", "system", "", "seat-1")
DISPATCHER = Who("dina", "dispatcher", "", "seat-2")
BEGUN = i.BeginIsland(ISLAND, 2, "the server is gone")
LEFT = i.LeaveIslandEntry(ISLAND, 5, "AssignUnits", "unit_elsewhere", "the room's stands", (("unit_id", "E1"),), 1)
TAKEN = i.TakeIslandEntry(ISLAND, 6, "ChangePriority", "changed_since", AGAIN, incident_id=1)
MERGED = i.ReportIslandMerge(ISLAND, 6, 4, already=1, waiting=1, runs=((4, 7),))


class IslandStory(Story):
    """A log with a fire (1), in which seat-1 has said that it was alone since entry 2."""

    def __init__(self) -> None:
        super().__init__()
        self.fire()
        self.do(BEGUN)


ONE_OF_EACH_ISLAND: dict[type, Body] = {type(body): body for body in (BEGUN, LEFT, TAKEN, MERGED)}

# What the rules refuse, each told in `test_decide_island`.
ISLAND_CODES = {
    "island_base_wrong",
    "island_unknown",
    "island_merged",
    "island_entry_unknown",
    "island_counts_wrong",
    "person_decides",
}
