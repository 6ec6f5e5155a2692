"""Find which instants of a response contradict each other: those kept never run backwards, those not kept are blank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

# What an instant is worth where not all can be true: arrival and dispatch are what times are measured by, and what
# stands alone in the file's middle is likelier to have been pressed late.
WORTH = {
    "dispatched": 6, "acknowledged": 1, "en_route": 4, "staged": 1, "on_scene": 7,
    "transporting": 2, "at_destination": 3, "available": 5,
}  # fmt: skip


def contradicted(instants: Sequence[tuple[str, datetime]]) -> frozenset[str]:
    """Return the names that must be blank so that the rest, in the order given, runs forwards; as little as can be.

    The sum of `WORTH` of what is kept is the largest possible; of equal choices the earlier names are kept.
    """
    if all(a[1] <= b[1] for a, b in pairwise(instants)):
        return frozenset()
    best: list[tuple[int, tuple[int, ...]]] = []
    for number, (name, at) in enumerate(instants):
        before = [best[i] for i in range(number) if instants[i][1] <= at]
        worth, chain = max(before, key=lambda each: (each[0], tuple(-i for i in each[1])), default=(0, ()))
        best.append((worth + WORTH[name], (*chain, number)))
    _, kept = max(best, key=lambda each: (each[0], tuple(-i for i in each[1])))
    return frozenset(name for number, (name, _) in enumerate(instants) if number not in kept)
