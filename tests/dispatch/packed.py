"""Boards on which everything binds units together, and their best answers by trying everything and by one programme."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from dispatch.matching import IMPOSSIBLE
from dispatch.packing import Packing, Terms
from dispatch.packing_terms import is_sound, worth

Costs = NDArray[np.int64]


@st.composite
def boards(draw: st.DrawFn, needs: int = 4, units: int = 6) -> tuple[Costs, Terms]:
    """Draw needs of up to four incidents and units, some of one crew, some that go as one, some with officers."""
    rows, columns = draw(st.integers(0, needs)), draw(st.integers(0, units))
    cell = st.one_of(st.just(IMPOSSIBLE), st.integers(0, draw(st.sampled_from((1, 4, 60)))))
    costs = [[draw(cell) for _ in range(columns)] for _ in range(rows)]

    def numbers(least: int, most: int, many: int) -> NDArray[np.int64]:
        return np.array([draw(st.integers(least, most)) for _ in range(many)], dtype=np.int64)

    uses: list[tuple[str, ...]] = []
    for column in range(columns):
        more = draw(st.sampled_from(((), (), (), ("crew a",), ("crew b",), (f"u{(column + 1) % columns}",))))
        uses.append(tuple(dict.fromkeys((f"u{column}", *more))))
    incidents = np.sort(numbers(0, 3, rows))
    mine = np.flatnonzero(incidents == incidents[0]) if rows else incidents
    groups = (mine,) if len(mine) > 1 and draw(st.booleans()) else ()
    terms = Terms(
        numbers(1, 2, rows),
        incidents,
        numbers(0, 1, rows),
        np.array([draw(st.integers(0, 2)) == 0 for _ in range(rows)], dtype=bool),
        np.array([draw(st.sampled_from((0, 0, 1, 2))) for _ in range(rows)], dtype=np.int64),
        np.array([draw(st.sampled_from((0, 0, 1, 2))) for _ in range(columns)], dtype=np.int64),
        numbers(0, 2, columns),
        uses,
        groups,
    )
    return np.array(costs, dtype=np.int64).reshape(rows, columns), terms


def by_trying(costs: Costs, terms: Terms) -> tuple[int, ...]:
    """Return the worth of the best of all answers that keep every rule."""
    needs, units = costs.shape
    choices = [[-1, *np.flatnonzero(costs[:, unit] != IMPOSSIBLE).tolist()] for unit in range(units)]
    best: tuple[int, ...] | None = None
    for choice in product(*choices):
        hosts = {unit: need for unit, need in enumerate(choice) if need >= 0}
        used = [each for unit in hosts for each in terms.uses[unit]]
        if len(set(used)) < len(used) or (np.bincount([*hosts.values(), needs])[:needs] > terms.counts).any():
            continue
        for rides in _rides(costs, terms, hosts):
            packing = Packing(hosts, rides)
            if not terms.groups or is_sound(packing, costs, terms):
                found = worth(packing, costs, terms)
                best = found if best is None or found < best else best
    assert best is not None
    return best


def _rides(costs: Costs, terms: Terms, hosts: dict[int, int]) -> Iterator[dict[int, tuple[int, ...]]]:
    """Yield every way in which those who go fill shared needs beside."""
    ways = []
    for need in np.flatnonzero(terms.shared).tolist():
        room = int(terms.counts[need]) - list(hosts.values()).count(need)
        able = [
            unit
            for unit, host in hosts.items()
            if host != need
            and terms.incidents[host] == terms.incidents[need]
            and terms.classes[host] <= terms.classes[need]
            and costs[need, unit] != IMPOSSIBLE
        ]
        ways.append([(need, who) for many in range(room + 1) for who in combinations(able, many)])
    for way in product(*ways):
        found: dict[int, tuple[int, ...]] = {}
        for need, who in way:
            for unit in who:
                found[unit] = (*found.get(unit, ()), need)
        yield found


def by_one_programme(costs: Costs, terms: Terms) -> tuple[int, ...]:
    """Return the worth of the best answer by plain programmes of all choices, one a wish; groups are left out."""
    needs, units = costs.shape
    cells = [(need, unit) for need in range(needs) for unit in range(units) if costs[need, unit] != IMPOSSIBLE]
    riding = [(need, unit) for need, unit in cells if terms.shared[need]]
    width = len(cells) + len(riding) + needs
    rules: list[NDArray[np.float64]] = []
    most: list[float] = []

    def rule(weights: dict[int, float], value: float) -> None:
        row = np.zeros(width)
        for variable, weight in weights.items():
            row[variable] = weight
        rules.append(row)
        most.append(value)

    filling = [*cells, *riding]
    for need in range(needs):
        mine = [number for number, cell in enumerate(filling) if cell[0] == need]
        rule(dict.fromkeys(mine, 1.0), float(terms.counts[need]))
        officers = {number: -float(terms.has_officers[filling[number][1]]) for number in mine}
        rule({**officers, len(filling) + need: -1.0}, -float(terms.officers[need]))
    for each in {each for used in terms.uses for each in used}:
        rule({number: 1.0 for number, (_, unit) in enumerate(cells) if each in terms.uses[unit]}, 1.0)
    for number, (need, unit) in enumerate(riding):
        hosts = {
            other: -1.0
            for other, (host, who) in enumerate(cells)
            if who == unit
            and host != need
            and terms.incidents[host] == terms.incidents[need]
            and terms.classes[host] <= terms.classes[need]
        }
        rule({**hosts, len(cells) + number: 1.0}, 0.0)
    found: list[int] = []
    for number in range(int(terms.classes.max()) + 1):
        wishes = np.zeros((3, width))
        for variable, (need, unit) in enumerate(filling):
            if terms.classes[need] == number:
                wishes[0, variable] = -1.0
                wishes[2, variable] = costs[need, unit] if variable < len(cells) else 0.0
        wishes[1, len(filling) :] = terms.classes == number
        places = int(terms.counts[terms.classes == number].sum())
        for wish, offset in zip(wishes, (places, 0, 0), strict=True):
            answer = milp(
                wish,
                constraints=LinearConstraint(np.array(rules), ub=np.array(most)),
                integrality=np.ones(width),
                bounds=Bounds(0, np.inf),
                options={"mip_rel_gap": 0},
            )
            assert answer.success, answer.message
            found.append(offset + round(float(answer.fun)))
            rules.append(wish)
            most.append(round(float(answer.fun)) + 0.5)
    return tuple(found)
