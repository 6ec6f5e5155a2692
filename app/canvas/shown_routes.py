"""The ways on the map: those that are proposed now, and those that units were sent by while they are on them."""

from __future__ import annotations

from app.desk import Desk
from app.planning.planning import Planning
from app.sending.choosing import Choosing
from app.sending.ways import Ways
from dispatch.events import Entry, UnitAssigned
from dispatch.recommendation import Path, Recommendation
from dispatch.state import State
from gis.city import City
from maps import live
from maps.layers import RouteMark
from resources.status import Status

ON_THE_WAY = frozenset({Status.ALERTED, Status.ACKNOWLEDGED, Status.EN_ROUTE})


class ShownRoutes:
    """Remember by which way each unit was sent, and make the marks of all ways."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._choosing, self._planning, self._ways = Choosing.of(desk), Planning.of(desk), Ways.of(desk)
        self._sent: dict[str, Path] = {}  # as they were shown when the units were sent

    def forget(self) -> None:
        """Forget by which ways units were sent."""
        self._sent.clear()

    def follow(self, entry: Entry | None, state: State) -> None:
        """Keep the ways of units that an entry sent, and let go of those that nobody is on any more."""
        shown = {path.unit_id: path for answer in self._proposed() for path in answer.paths} | self._ways.paths()
        for event in entry.events if entry is not None else ():
            if isinstance(event, UnitAssigned) and event.unit_id in shown:
                self._sent[event.unit_id] = shown[event.unit_id]
        for unit_id in list(self._sent):
            unit = state.units.get(unit_id)
            if unit is None or not unit.assignment_id or unit.status not in ON_THE_WAY:
                del self._sent[unit_id]

    def marks(self, city: City, focus: tuple[float, float] | None) -> tuple[RouteMark, ...]:
        """Make the marks of all ways; `focus` is the lon/lat of what the operator looks at."""
        desk = self._desk
        is_plan, swapped = self._planning.is_on, self._choosing.swapped
        in_hand = self._planning.unit_in_hand if is_plan else self._choosing.unit_in_hand
        proposed: list[RouteMark] = []
        for answer in self._proposed():
            marks = live.route_marks(desk.state, answer, city, in_hand=in_hand)
            proposed += [mark for mark in marks if is_plan or mark.unit_id not in swapped]
        if not is_plan:
            by_hand, known = self._ways.unit_ids, self._ways.paths()
            going = {one.unit_id: one.eta_s for one in self._choosing.choices() if one.unit_id in by_hand}
            proposed += live.way_marks(desk.state, known.values(), going, city, in_hand=in_hand)
            unknown = {key: eta_s for key, eta_s in going.items() if key not in known}
            proposed += live.straight_marks(desk.state, unknown, focus, desk.fixes, city, in_hand=in_hand)
        held = {one.unit_id for one in proposed}
        sent = [path for key, path in self._sent.items() if key not in held]
        return (*live.sent_route_marks(desk.state, sent, desk.fixes, city, at=desk.clock()), *proposed)

    def _proposed(self) -> tuple[Recommendation, ...]:
        """Return the answers whose ways are shown: of the plan where that is looked at, else the one on the screen."""
        if self._planning.is_on:
            return self._planning.answers_on_map
        return (self._desk.recommendation,) if self._desk.recommendation is not None else ()
