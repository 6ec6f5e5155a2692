"""Roads on which drives to incidents take as long as a pace says, for crews and for whoever judges them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from dispatch.incident import Closure
from dispatch.pace import Pace
from dispatch.recommendation import Path
from dispatch.state import State
from dispatch.travels import Roads, Start, Travels, travels_to_each

LonLat = tuple[float, float]


def paced(ground: Roads, pace: Pace, state: State) -> Roads:
    """Return the roads as crews of this pace drive them to the open incidents of a state; the same where it is free."""
    return PacedRoads(ground, pace, state) if pace.driven else ground


class PacedRoads:
    """Answer as `ground` does, each time to the place of an open incident drawn out by the factor of its priority.

    Of several incidents at one place the most urgent counts. Ways to anywhere else are those of the ground.
    """

    def __init__(self, ground: Roads, pace: Pace, state: State) -> None:
        self._ground = ground
        urgent: dict[LonLat, int] = {}
        for number in state.open_incidents:
            incident = state.incidents[number]
            place = (incident.location.lon, incident.location.lat)
            urgent[place] = min(incident.priority, urgent.get(place, incident.priority))
        self._factors = {place: pace.factor_of(priority) for place, priority in urgent.items()}

    def set_closures(self, closures: Iterable[Closure]) -> None:
        """Close, flood or slow exactly these roads."""
        self._ground.set_closures(closures)

    def set_conditions(self, *, at: datetime, time_zone: str, weather: str) -> None:
        """Let roads be driven as they are at that hour in that weather."""
        self._ground.set_conditions(at=at, time_zone=time_zone, weather=weather)

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        """Give the time from every start to one place."""
        return self._drawn_out(self._ground.travels(mode, starts, lon, lat), (lon, lat))

    def travels_to_each(self, mode: str, starts: Sequence[Start], places: Sequence[LonLat]) -> list[Travels]:
        """Give what `travels` does for every place (lon, lat)."""
        found = travels_to_each(self._ground, mode, starts, places)
        return [self._drawn_out(each, place) for each, place in zip(found, places, strict=True)]

    def paths(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> list[Path | None]:
        """Give the way by road from every start to one place; None where there is none."""
        found, factor = self._ground.paths(mode, starts, lon, lat), self._factors.get((lon, lat), 1.0)
        return [each and replace(each, times_s=tuple(at_s * factor for at_s in each.times_s)) for each in found]

    def _drawn_out(self, travels: Travels, place: LonLat) -> Travels:
        factor = self._factors.get(place, 1.0)
        return replace(travels, travel_s=travels.travel_s * factor, access_s=travels.access_s * factor)
