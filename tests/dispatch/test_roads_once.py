"""Several plans of one question ask the roads once; what they are told is what the roads say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.roads_once import RoadsOnce
from dispatch.travels import Start, Travels
from tests.dispatch.town_roads import TownRoads

STARTS = [Start(f"U{number}", 24.9 + number / 100, 60.1) for number in range(4)]
PLACES = [(24.95, 60.15), (24.96, 60.16), (24.97, 60.17)]


class Counted(TownRoads):
    """Roads that count the pairs that they are asked for."""

    asked = 0

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        self.asked += len(starts)
        return super().travels(mode, starts, lon, lat)


def test_each_pair_is_asked_once_and_told_as_the_roads_say_whatever_came_before() -> None:
    roads = Counted(cut_off=["U2"])
    once = RoadsOnce(roads)
    for starts, places in ((STARTS[:2], PLACES[:2]), (STARTS[::-1], PLACES[:2]), (STARTS[1:3], PLACES[::-1])):
        found = once.travels_to_each("emergency", starts, places)
        for place, travels in zip(places, found, strict=True):
            plain = TownRoads(cut_off=["U2"]).travels("emergency", starts, *place)
            assert np.array_equal(travels.travel_s, plain.travel_s)
            assert np.array_equal(travels.access_s, plain.access_s)
            assert np.array_equal(travels.is_estimate, plain.is_estimate)
            assert len(travels.off_road_m) == len(starts)
    assert roads.asked == len(STARTS) * len(PLACES)


def test_another_mode_is_another_question_and_nobody_is_told_nothing() -> None:
    roads = Counted()
    once = RoadsOnce(roads)
    once.travels("emergency", STARTS, *PLACES[0])
    once.travels("ordinary", STARTS, *PLACES[0])
    assert roads.asked == 2 * len(STARTS)
    assert len(once.travels("ordinary", [], *PLACES[1]).travel_s) == 0
