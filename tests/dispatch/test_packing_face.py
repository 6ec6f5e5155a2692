"""What a face keeps is what some best assignment uses, by trying everything; what goes in each of them must go."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.packing_face import Face, assign


@st.composite
def tables(draw: st.DrawFn) -> tuple[Face, np.ndarray, np.ndarray]:
    """Draw a face of up to four places and five columns, some of one crew, with costs full of ties."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(0, 5))
    cell = st.one_of(st.just(-1), st.integers(0, draw(st.sampled_from((1, 3)))))
    costs = np.array([[draw(cell) for _ in range(columns)] for _ in range(rows)], dtype=np.float64)
    costs = costs.reshape(rows, columns)
    crew = np.sort(np.array([draw(st.integers(0, columns)) for _ in range(columns)], dtype=np.int64))
    empty = np.array([draw(st.integers(0, 4)) for _ in range(rows)], dtype=np.float64)
    free = np.ones(rows, dtype=bool)
    face = Face(np.arange(rows), np.arange(columns), crew, costs >= 0, free, np.zeros(columns, dtype=bool))
    return face, np.maximum(costs, 0.0), empty


def answers(face: Face, costs: np.ndarray, empty: np.ndarray) -> dict[tuple[int, ...], float]:
    """Return every answer of a face with its sum."""
    found = {}
    for choice in product(range(-1, len(face.columns)), repeat=len(face.rows)):
        crews = [int(face.crew[each]) for each in choice if each >= 0]
        if len(set(crews)) < len(crews) or not set(face.crew[face.must].tolist()) <= set(crews):
            continue
        pairs = list(enumerate(choice))
        if all(face.allowed[row, each] if each >= 0 else face.may_stay_empty[row] for row, each in pairs):
            found[choice] = sum(costs[row, each] if each >= 0 else empty[row] for row, each in pairs)
    return found


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(0, 2))
def test_a_face_is_all_best_answers_and_its_prices_bound_the_others(
    table: tuple[Face, np.ndarray, np.ndarray], again: int
) -> None:
    face, costs, empty = table
    every = answers(face, costs, empty)
    optimum = assign(face, costs, empty)
    assert optimum is not None and optimum.value == min(every.values())
    for choice, total in every.items():
        for row, each in enumerate(choice):
            slack = optimum.slack[row, each] if each >= 0 else optimum.empty_slack[row]
            assert total >= optimum.value + slack
    best = [choice for choice, total in every.items() if total == optimum.value]
    kept = optimum.narrowed()
    used = {(row, each) for choice in best for row, each in enumerate(choice) if each >= 0}
    left = {(row, int(kept.columns[each])) for row, each in zip(*np.nonzero(kept.allowed), strict=True)}
    assert left == used
    assert kept.may_stay_empty.tolist() == [any(choice[row] < 0 for choice in best) for row in range(len(face.rows))]
    always = set.intersection(*({int(face.crew[each]) for each in choice if each >= 0} for choice in best))
    assert set(kept.crew[kept.must].tolist()) == always
    second = np.broadcast_to(kept.columns.astype(np.float64) * (again - 1) + 5.0, kept.allowed.shape)
    narrower, nothing = assign(kept, second, np.zeros(len(kept.rows))), np.zeros(len(kept.rows))
    assert narrower is not None and narrower.value == min(answers(kept, second, nothing).values())


def test_nothing_is_found_where_somebody_must_go_and_cannot() -> None:
    must = np.array([True, False])
    face = Face(np.arange(1), np.arange(2), np.arange(2), np.array([[False, True]]), np.array([True]), must)
    assert assign(face, np.zeros((1, 2)), np.zeros(1)) is None
