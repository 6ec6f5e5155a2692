"""What hangs together: places and parts of a city that may use the same units, or that a rule ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.packing_terms import Ints

Name = tuple[str, int]


class Links:
    """Find what hangs together by columns, by what these use up, and by ties."""

    def __init__(self, crew: Ints, used: tuple[Ints, Ints], many: int) -> None:
        self._crew = crew
        self._numbers: dict[Name, int] = {}
        self._one: list[Ints] = [used[0]]
        self._other: list[Ints] = [used[1] + len(crew)]
        self._ties: list[tuple[int, int]] = []
        self._begin = len(crew) + many

    def _number(self, name: Name) -> int:
        return self._begin + self._numbers.setdefault(name, len(self._numbers))

    def use(self, name: Name, columns: Ints) -> None:
        """Say which columns something may use."""
        self._one.append(np.full(len(columns), self._number(name), dtype=np.int64))
        self._other.append(self._crew[columns])

    def tie(self, one: Name, other: Name) -> None:
        """Say that two things hang together."""
        self._ties.append((self._number(one), self._number(other)))

    def sorted(self, owners: Sequence[Name]) -> list[list[Name]]:
        """Give the things that are named, those that hang together side by side."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        ties = np.array(self._ties, dtype=np.int64).reshape(-1, 2)
        one, other = np.concatenate([*self._one, ties[:, 0]]), np.concatenate([*self._other, ties[:, 1]])
        numbers = [self._number(name) for name in owners]
        size = self._begin + len(self._numbers)
        graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
        _, part = connected_components(graph, directed=False)
        found: dict[int, list[Name]] = {}
        for name, number in zip(owners, part[numbers].tolist(), strict=True):
            found.setdefault(number, []).append(name)
        return list(found.values())
