"""The answer to where to put k sites, with what is proven about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

GAP = 1e-6  # below that, relative, two values are one
BUDGET_S = 20.0


@dataclass(frozen=True, slots=True)
class Sited:
    """Name the sites chosen, ascending (a site that is chosen twice stands twice), and what they come to.

    `bound`: no choice can come to more (of what is to be large) or less (of what is to be small) than this.
    """

    sites: tuple[int, ...]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Return how far the value may be from the best, as a share of the value; 0 for proven."""
        return abs(self.value - self.bound) / max(abs(self.value), 1e-12)

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing better exists."""
        return self.gap <= GAP


def check_count(count: int, held: Collection[int], sites: int) -> None:
    """Raise ValueError where so many sites cannot be held: `held` are those that stay whatever is chosen."""
    if any(not 0 <= site < sites for site in held):
        raise ValueError("a site that is held is not among the candidates")
    if not len(set(held)) <= count <= sites or count < 1:
        raise ValueError(f"{count} of {sites} candidates cannot be chosen while {len(set(held))} are held")
