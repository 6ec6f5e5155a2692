"""Who is in charge of an incident, told by hand: one of each command, and what the rules refuse."""

from __future__ import annotations

from dispatch import desk_commands as d
from dispatch.commands import Body, ReportIncident, Who
from tests.dispatch.story import Story
from tests.dispatch.town import crossing

TAKER = Who("tess", "operator", "", "seat-t")
ANNA = Who("anna", "dispatcher", "", "seat-1")
BELA = Who("bela", "dispatcher", "", "seat-2")
CHIEF = Who("cleo", "supervisor", "", "seat-3")


class DeskStory(Story):
    """A log with a fire (1) and a burst main (2) that a call-taker has reported."""

    def __init__(self) -> None:
        super().__init__()
        self.do(ReportIncident("structure_fire", crossing(1, 1)), who=TAKER)
        self.do(ReportIncident("burst_water_main", crossing(2, 0)), who=TAKER)


ONE_OF_EACH_DESK: dict[type, Body] = {
    type(body): body
    for body in (
        d.TakeIncident(1, "nobody answers there"),
        d.TakeOffered(),
        d.GiveUpIncident(1, "too far"),
        d.HandOverIncident(1, "seat-2"),
        d.HandOverAll("seat-2"),
        d.DeclineHandOver(1, "busy"),
        d.WithdrawHandOver(1),
        d.SetQueue("seat-9", ("fire",)),
    )
}

# What the rules refuse, each told in `test_decide_desk`.
DESK_CODES = {
    "incident_in_charge",
    "not_in_charge",
    "hand_over_to_nobody",
    "hand_over_to_self",
    "cannot_take_charge",
    "no_hand_over",
    "hand_over_not_yours",
    "nothing_offered",
    "nothing_in_charge",
    "queue_not_yours",
    "queue_too_long",
}
