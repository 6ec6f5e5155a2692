"""Turn restrictions of an extract, as forbidden turns of a draft network.

Source: the OpenStreetMap wiki page Relation:restriction. A restriction through a node forbids pairs of arcs. One
through a way needs memory: the arcs of the way are doubled, who comes from the restricted road drives the doubles, and
the turn at their end is forbidden.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis.network_draft import Draft
from gis.network_osm import OsmRestriction
from gis.roads import ArcFlag
from gis.turns import ABSENT

_FOR_CARS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction")
_EXEMPTS_CARS = frozenset({"motorcar", "motor_vehicle", "vehicle"})
_OLD_TIMES = ("hour_on", "day_on")
# Degrees to the right that a turn may measure.
_ANGLES = {"left": (-170, -15), "right": (15, 170), "straight": (-50, 50)}


class _Unusable(Exception):
    """Carry why a restriction is not used, as the report's word."""


@dataclass(slots=True)
class _Doubles:
    """Hold the doubled arcs: (from arc, way driven so far) -> double, and what is forbidden after each."""

    arc_of: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)
    forbidden: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


class _Roads:
    """Look up a draft's arcs by way, by where they arrive and by where they leave."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._by_way = _Index(draft.way_id)
        self._leaving = _Index(draft.tail)
        assert draft.node_id is not None
        self._place_of = {int(node): place for place, node in enumerate(draft.node_id)}

    def place(self, node: int) -> int:
        if node not in self._place_of:
            raise _Unusable("members_missing")
        return self._place_of[node]

    def with_traffic(self, way: int) -> list[int]:
        """List the arcs of a way that are not against its one-way."""
        arcs = [arc for arc in self._by_way[way] if not self.draft.flags[arc] & ArcFlag.CONTRAFLOW]
        if not arcs:
            raise _Unusable("members_missing")
        return arcs

    def touches(self, way: int, place: int) -> bool:
        """Tell whether a way meets a junction in any direction."""
        return any(place in (self.draft.tail[arc], self.draft.head[arc]) for arc in self._by_way[way])

    def leaving(self, place: int) -> list[int]:
        return self._leaving[place]

    def turn_deg(self, into: int, out: int) -> float:
        """Give the angle of a turn, degrees to the right of straight on."""
        if self.draft.edge[into] == self.draft.edge[out]:
            return 180.0
        difference = self._heading(out, 0) - self._heading(into, -2)
        return (difference + 180.0) % 360.0 - 180.0

    def _heading(self, arc: int, at: int) -> float:
        draft = self.draft
        edge = draft.edge[arc]
        points = draft.edge_lonlat[draft.edge_offset[edge] : draft.edge_offset[edge + 1]]
        if draft.backward[arc]:
            points = points[::-1]
        (lon, lat), (next_lon, next_lat) = points[at], points[at + 1]
        return float(np.degrees(np.arctan2((next_lon - lon) * np.cos(np.radians(lat)), next_lat - lat)))


class _Index:
    def __init__(self, keys: NDArray[np.int64]) -> None:
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def __getitem__(self, key: int) -> list[int]:
        first, last = np.searchsorted(self._keys, [key, key + 1])
        return [int(arc) for arc in self._order[first:last]]


def add_restrictions(draft: Draft, restrictions: list[OsmRestriction]) -> None:
    """Forbid the restricted turns of a draft and count in its report how every restriction was taken."""
    roads = _Roads(draft)
    counts: Counter[str] = Counter()
    doubles = _Doubles()
    unused: list[dict[str, object]] = []
    for restriction in restrictions:
        try:
            counts[_add(roads, restriction, doubles)] += 1
        except _Unusable as verdict:
            counts[str(verdict)] += 1
            if str(verdict) not in ("not_for_cars", "one_way_says_it"):
                unused.append({"relation": restriction.relation_id, "why": str(verdict)})
    _append(draft, roads, doubles)
    draft.report["restrictions"] = {"total": len(restrictions), **dict(sorted(counts.items()))}
    draft.report["restrictions_unused"] = unused[:200]
    draft.report["doubled_arcs"] = len(draft.shadows)


def _add(roads: _Roads, restriction: OsmRestriction, doubles: _Doubles) -> str:
    kind, flags = _meaning(restriction.tags)
    via = [(type_, ref) for type_, ref, role in restriction.members if role == "via"]
    ways = {
        side: [ref for type_, ref, role in restriction.members if role == side and type_ == "w"]
        for side in ("from", "to")
    }
    if not ways["from"] or not ways["to"] or not via:
        raise _Unusable("members_missing")
    from_arcs = [arc for way in ways["from"] for arc in roads.with_traffic(way)]
    to_arcs = [arc for way in ways["to"] for arc in roads.with_traffic(way)]
    if [type_ for type_, _ in via] == ["n"]:
        place = roads.place(via[0][1])
        pairs = [
            (into, out)
            for into in from_arcs
            if roads.draft.head[into] == place
            for out in to_arcs
            if roads.draft.tail[out] == place
        ]
        if not pairs and all(roads.touches(way, place) for way in (*ways["from"], *ways["to"])):
            raise _Unusable("one_way_says_it")
        for into, out in _forbidden_pairs(roads, kind, _meant(roads, kind, pairs), place):
            roads.draft.turns[into, out] = roads.draft.turns.get((into, out), 0) | flags
        return "conditional" if flags == ArcFlag.CONDITIONAL else "handled"
    if {type_ for type_, _ in via} == {"w"}:
        _add_through_ways(roads, kind, flags, from_arcs, to_arcs, [ref for _, ref in via], doubles)
        return "handled_via_way"
    raise _Unusable("not_understood")


def _meaning(tags: dict[str, str]) -> tuple[str, int]:
    """Give the kind of a restriction for cars and the flags of the turns that it forbids."""
    exempt = {word.strip() for word in tags.get("except", "").replace(",", ";").split(";")}
    if exempt & _EXEMPTS_CARS:
        raise _Unusable("not_for_cars")
    kind = next((tags[key] for key in _FOR_CARS if key in tags), "")
    flags = ArcFlag.FORBIDDEN_TURN
    if not kind:
        kind = next((tags[f"{key}:conditional"] for key in _FOR_CARS if f"{key}:conditional" in tags), "")
        kind = kind.split("@")[0].strip()
        flags = ArcFlag.CONDITIONAL
    elif any(key in tags for key in _OLD_TIMES):
        flags = ArcFlag.CONDITIONAL
    if not kind:
        raise _Unusable("not_for_cars")
    if not kind.startswith(("no_", "only_")):
        raise _Unusable("not_understood")
    if "emergency" in exempt:
        flags = ArcFlag.EMERGENCY_ONLY
    return kind, int(flags)


def _meant(roads: _Roads, kind: str, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Choose the turns meant where a way runs on through the junction and so could mean several."""
    if not pairs:
        raise _Unusable("not_joined")
    word = kind.split("_")[1]
    if len(pairs) == 1 or word in ("entry", "exit"):
        return pairs
    if word == "u":
        meant = [(into, out) for into, out in pairs if abs(roads.turn_deg(into, out)) > 135]
    elif word in _ANGLES:
        low, high = _ANGLES[word]
        meant = [(into, out) for into, out in pairs if low <= roads.turn_deg(into, out) <= high]
    else:
        meant = []
    if not meant or (word != "u" and len({into for into, _ in meant}) > 1):
        raise _Unusable("ambiguous")
    return meant


def _forbidden_pairs(roads: _Roads, kind: str, meant: list[tuple[int, int]], place: int) -> Iterator[tuple[int, int]]:
    if kind.startswith("no_"):
        yield from meant
        return
    for arrival in sorted({into for into, _ in meant}):
        allowed = {out for into, out in meant if into == arrival}
        for out in roads.leaving(place):
            if out not in allowed:
                yield arrival, out


def _add_through_ways(
    roads: _Roads,
    kind: str,
    flags: int,
    from_arcs: list[int],
    to_arcs: list[int],
    via: list[int],
    doubles: _Doubles,
) -> None:
    draft = roads.draft
    via_arcs = [arc for way in via for arc in roads.with_traffic(way)]
    chains = [
        (into, chain)
        for into in from_arcs
        if (chain := _chain(draft, into, via_arcs, {int(draft.tail[out]) for out in to_arcs})) is not None
        and {int(draft.way_id[arc]) for arc in chain} == set(via)
    ]
    if not chains:
        raise _Unusable("not_joined")
    shortest = min(len(chain) for _, chain in chains)
    best = [(into, chain) for into, chain in chains if len(chain) == shortest]
    if len(best) > 1:
        raise _Unusable("ambiguous")
    [(into, chain)] = best
    place = int(draft.head[chain[-1]])
    meant = [out for out in to_arcs if draft.tail[out] == place and draft.edge[out] != draft.edge[chain[-1]]]
    if len(meant) != 1:
        raise _Unusable("ambiguous")
    for length in range(1, len(chain) + 1):
        key = (into, chain[:length])
        doubles.arc_of.setdefault(key, len(draft.edge) + len(doubles.arc_of))
    last = doubles.arc_of[into, chain]
    for _, out in _forbidden_pairs(roads, kind, [(last, meant[0])], place):
        doubles.forbidden[last][out] = doubles.forbidden[last].get(out, 0) | flags


def _chain(draft: Draft, into: int, via_arcs: list[int], ends: set[int]) -> tuple[int, ...] | None:
    """Find the shortest run of via arcs from where an arc arrives to where the restricted road begins."""
    reached: list[tuple[int, tuple[int, ...]]] = [(int(draft.head[into]), ())]
    seen = {int(draft.head[into])}
    for place, chain in reached:
        if chain and place in ends:
            return chain
        for arc in via_arcs:
            onto = int(draft.head[arc])
            if draft.tail[arc] == place and onto not in seen and draft.edge[arc] != draft.edge[into]:
                seen.add(onto)
                reached.append((onto, (*chain, arc)))
    return None


def _append(draft: Draft, roads: _Roads, doubles: _Doubles) -> None:
    """Add the doubled arcs to a draft and the turns that lead into, along and out of them."""
    if not doubles.arc_of:
        return
    turns = draft.turns
    plain = np.array([chain[-1] for _, chain in doubles.arc_of])
    children: dict[int, dict[int, int]] = defaultdict(dict)  # arc -> plain continuation -> its double
    for (into, chain), double in doubles.arc_of.items():
        parent = into if len(chain) == 1 else doubles.arc_of[into, chain[:-1]]
        children[parent][chain[-1]] = double
    free = dict(turns)
    for parent in [into for into, chain in doubles.arc_of if len(chain) == 1]:
        for out, double in children[parent].items():
            turns[parent, double] = free.get((parent, out), 0)
            turns[parent, out] = ABSENT
    for (_, chain), double in doubles.arc_of.items():
        own = chain[-1]
        for out in roads.leaving(int(draft.head[own])):
            follow = children[own].get(out)  # the plain arc may itself be where another restriction begins
            if out in children[double]:
                follow = children[double][out]
            flags = free.get((own, out), 0) | doubles.forbidden[double].get(out, 0)
            turns[double, out if follow is None else follow] = flags
            if follow is not None:
                turns[double, out] = ABSENT
    draft.shadows = list(doubles.arc_of.values())
    for name in ("edge", "backward", "tail", "head", "road_class", "speed_kmh", "way_id", "name", "flags", "limits"):
        values = getattr(draft, name)
        setattr(draft, name, np.concatenate([values, values[plain]]))
