"""Pack units into the places of incidents, class after class, where more binds them than one unit a place.

Task forces and units that share a crew use up several things; a shared need is filled by a unit that goes anyway; a
need wants officers among its units; needs want one station. A search among assignments finds the best answer and
proves it, hundreds of incidents at once; the rare rest is a whole-number programme.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from dispatch.packing_branch import MOST_NODES
from dispatch.packing_classes import pack_by_search
from dispatch.packing_greedy import pack_in_turn
from dispatch.packing_rest import MOST_NEEDS, pack_by_programme
from dispatch.packing_terms import Ints, Packing, Terms, worth

# Of a large board no programme has a proof while anybody waits: its search may take all the time that is left.
MOST_NODES_OF_A_CITY = 5_000

__all__ = ["Packing", "Terms", "endless", "pack", "pack_in_turn"]


def endless() -> float:
    """Tell that there is time without end."""
    return math.inf


def pack(costs_ms: Ints, terms: Terms, *, left_s: Callable[[], float] = endless) -> Packing:
    """Fill the places of each class in turn: most of them, with fewest officers missing, in the least sum of time.

    costs_ms int64 (needs, columns), IMPOSSIBLE where a unit cannot serve. No class gives anything up for a later one.
    A unit that is sent is charged once, for the need that it is sent for; it fills shared needs of its incident, of
    that class and later ones, beside. Among equals the needs that stand first are filled, and earlier columns go. Exact
    unless `left_s`, the seconds that are left, runs out: then it is served in turn, and marked.
    """
    most = MOST_NODES if len(costs_ms) <= MOST_NEEDS else MOST_NODES_OF_A_CITY
    found = pack_by_search(costs_ms, terms, is_late=lambda: left_s() <= 0, most=most)
    if found.is_optimal:
        return found
    in_turn = pack_in_turn(costs_ms, terms, start=found, from_class=found.greedy_from or 0)
    if left_s() <= 0:
        return in_turn
    other = pack_by_programme(costs_ms, terms, left_s)
    return min((other, in_turn), key=lambda answer: worth(answer, costs_ms, terms))
