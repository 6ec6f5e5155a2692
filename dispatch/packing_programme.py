"""A packing as a whole-number programme, solved wish after wish by HiGHS over the choices that can still matter.

Variables: a unit is sent for a need; a unit that is sent fills a shared need beside; a station serves a group; an
officer is missing. Only some of the choices are in the programme (column generation): the prices of its linear
relaxation say what each of the others could save at most, and one that could save anything is taken in. By the same
prices a choice is dropped for good when no best answer can use it (reduced cost fixing, Dantzig, Fulkerson and Johnson
1954). What proves an optimum is summed up here, in numbers that are exact, and does not rest on a solver's tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from dispatch.matching import IMPOSSIBLE, LONGEST_MS
from dispatch.packing_terms import Ints, Packing, Terms

Floats = NDArray[np.float64]
NEAREST = 12  # choices of a need that a large programme begins with
SMALL = 150  # a programme of no more choices is solved at once
# What is whole may look as far from it as this.
WHOLE = 1e-6


class OutOfTime(TimeoutError):
    """No proof within the time that was given."""


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """Weigh an answer; the least is the best. By need, each (needs,).

    `place` counts for every place that is filled, `officer` for every officer who is missing, `time` for a
    millisecond of who is sent, and `order` for the number of the column of all who fill it.
    """

    place: Floats
    officer: Floats
    time: Floats
    order: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Hold a programme: `rules` (m, n) times the variables is at most `most` (m,).

    Variables stand in this order: sent (`need`, `column`), riding (`rider_need`, `rider`), serving, missing (`short`).
    Rules stand in this order: needs, what is used up, officers (of `short`), one rule a rider, groups, limits.
    """

    need: Ints
    column: Ints
    rider_need: Ints
    rider: Ints
    serving: int
    short: Ints
    rules: csr_array
    most: Floats
    ride_from: int
    limits_from: int


class Programme:
    """Narrow the answers to one board, wish after wish, to those that are best."""

    def __init__(self, costs_ms: Ints, terms: Terms, left_s: Callable[[], float]) -> None:
        self._possible = costs_ms != IMPOSSIBLE
        self._costs = np.where(self._possible, np.minimum(costs_ms, LONGEST_MS), 0).astype(np.float64)
        self._terms, self._left_s = terms, left_s
        self._allowed = np.zeros_like(self._possible)
        self._inside = np.zeros_like(self._possible)
        self._asked = np.zeros(len(costs_ms), dtype=bool)
        self._limits: list[tuple[Wish, float]] = []
        column, number, many = terms.resources
        ones = np.ones(len(column))
        self._uses = csr_array((ones, (column, number)), shape=(costs_ms.shape[1], many))
        self._officers = terms.has_officers.astype(np.float64)
        self._answer = Packing({})

    @property
    def answer(self) -> Packing:
        """The best answer so far."""
        return self._answer

    def take_in(self, needs: Ints) -> None:
        """Let needs be filled, at first by the nearest of the units that are not sent yet."""
        self._asked[needs] = True
        self._allowed[needs] = self._possible[needs]
        if int(self._allowed.sum()) <= SMALL:
            self._inside = self._allowed.copy()
            return
        sent = np.zeros(self._costs.shape[1], dtype=bool)
        sent[list(self._answer.hosts)] = True
        for need in needs.tolist():
            able = np.flatnonzero(self._possible[need] & ~sent)
            near = NEAREST + int(self._terms.counts[need])
            if len(able) > near:
                able = able[np.argpartition(self._costs[need, able], near)[:near]]
            self._inside[need, able] = True

    def narrow(self, wish: Wish) -> int:
        """Find the least of a wish of whole numbers, and an answer that has it. Raises OutOfTime."""
        is_small = bool((self._inside == self._allowed).all()) and int(self._inside.sum()) <= SMALL
        return self._small(wish) if is_small else self._large(wish)

    def keep(self, wish: Wish) -> None:
        """Keep from now on only answers that are as good by a wish as the present one."""
        self._limits.append((wish, self.value(wish, self._answer) + 0.5))

    def value(self, wish: Wish, answer: Packing) -> int:
        """Weigh an answer."""
        total = 0.0
        fills = answer.fills(len(self._terms.counts))
        for need, columns in enumerate(fills):
            missing = max(0, int(self._terms.officers[need] - self._terms.has_officers[columns].sum()))
            total += float(wish.place[need]) * len(columns) + float(wish.officer[need]) * missing
            total += wish.order * sum(columns)
        total += float(sum(wish.time[need] * self._costs[need, column] for column, need in answer.hosts.items()))
        return round(total)

    def _small(self, wish: Wish) -> int:
        table = self._table()
        self._answer = self._read(table, self._whole(table, wish))
        return self.value(wish, self._answer)

    def _large(self, wish: Wish) -> int:
        while True:
            table, found, prices, bound = self._relaxed(wish)
            whole = np.rint(found)
            if np.abs(found - whole).max(initial=0.0) > WHOLE:
                whole = self._whole(table, wish)
            answer = self._read(table, whole)
            best = self.value(wish, answer)
            slack = self._slack(wish, table, prices)
            could = self._allowed & ~self._inside & (slack <= best - 1 - bound + 1e-3)
            if best - bound < 1.0 - 1e-3 or not could.any():
                break
            self._inside |= could
        self._answer = answer
        self._allowed &= slack <= best - bound + 1e-3
        self._inside &= self._allowed
        few = self._allowed.sum(axis=1) <= NEAREST
        self._inside[few] = self._allowed[few]
        for column, need in answer.hosts.items():
            self._inside[need, column] = True
        return best

    def _relaxed(self, wish: Wish) -> tuple[_Table, Floats, Floats, float]:
        """Solve without whole numbers, taking in choices until none could save anything; return the bound too."""
        from scipy.optimize import linprog

        while True:
            table = self._table()
            weights = self._weights(table, wish)
            if not len(weights):
                return table, weights, np.zeros(len(table.most)), 0.0
            rules: Any = table.rules  # scipy's types do not know that it takes sparse ones
            found = linprog(
                weights,
                A_ub=rules,
                b_ub=table.most,
                bounds=(0, None),
                method="highs",
                options={"time_limit": self._rest_s()},
            )
            if found.status != 0:
                raise OutOfTime(found.message)
            prices = np.minimum(found.ineqlin.marginals, 0.0)
            slack = self._slack(wish, table, prices)
            saving = np.where(self._allowed & ~self._inside, slack, 0.0)
            if saving.min(initial=0.0) >= -1e-3:
                over = weights - table.rules.T @ prices
                bound = float(table.most @ prices + np.minimum(over, 0.0).sum())
                return table, np.asarray(found.x), prices, bound
            worst = np.partition(saving, NEAREST, axis=1)[:, NEAREST] if saving.shape[1] > NEAREST else -1e-3
            self._inside |= saving <= np.minimum(worst, -1e-3)[..., None]

    def _whole(self, table: _Table, wish: Wish) -> Floats:
        from scipy.optimize import Bounds, LinearConstraint, milp

        weights = self._weights(table, wish)
        if not len(weights):
            return weights
        found = milp(
            weights,
            constraints=LinearConstraint(table.rules, ub=table.most),
            integrality=np.ones(len(weights), dtype=np.int64),
            bounds=Bounds(0, np.inf),
            options={"mip_rel_gap": 0.0, "time_limit": self._rest_s()},
        )
        if found.status != 0:
            raise OutOfTime(found.message)
        whole: Floats = np.rint(found.x)
        if (table.rules @ whole > table.most + 1e-9).any():
            raise OutOfTime("the solver's answer breaks a rule in whole numbers")
        return whole

    def _rest_s(self) -> float:
        rest_s = self._left_s()
        if rest_s <= 0:
            raise OutOfTime("no time is left")
        return min(rest_s, 1e6)

    def _weights(self, table: _Table, wish: Wish) -> Floats:
        sent = wish.place[table.need] + wish.time[table.need] * self._costs[table.need, table.column]
        return np.concatenate(
            [
                sent + wish.order * table.column,
                wish.place[table.rider_need] + wish.order * table.rider,
                np.zeros(table.serving),
                wish.officer[table.short],
            ]
        )

    def _slack(self, wish: Wish, table: _Table, prices: Floats) -> Floats:
        """Give by how much a best answer without whole numbers would be worse with each choice (needs, columns)."""
        needs, many = len(self._terms.counts), self._uses.shape[1]
        of_use = self._uses @ prices[needs : needs + many]
        of_officer = np.zeros(needs)
        of_officer[table.short] = prices[needs + many : needs + many + len(table.short)]
        limits = prices[table.limits_from :]
        place, time, order = wish.place - prices[:needs], wish.time.copy(), wish.order
        for price, (limit, _) in zip(limits.tolist(), self._limits, strict=True):
            place, time, order = place - price * limit.place, time - price * limit.time, order - price * limit.order
        columns = np.arange(len(of_use))
        filling = place[:, None] + of_officer[:, None] * self._officers + order * columns
        slack: Floats = filling + time[:, None] * self._costs - of_use
        riders = prices[table.ride_from : table.ride_from + len(table.rider)]
        for need, hosts in self._terms.ridden.items():
            gain = np.where(self._possible[need] & self._asked[need], np.minimum(filling[need], 0.0), 0.0)
            mine = table.rider_need == need
            gain[table.rider[mine]] = riders[mine]
            slack[hosts] += gain
        return slack

    def _table(self) -> _Table:
        terms = self._terms
        need, column = np.nonzero(self._inside)
        needs, many = len(terms.counts), self._uses.shape[1]
        rider_need, rider, ride_rows = self._riders(need, column)
        short = np.flatnonzero(terms.officers > 0)
        sent, riding = len(need), len(rider)
        serving_at = sent + riding
        group_rows, group_most, serving = self._group_rows(need, column, rider_need, rider, serving_at)
        width = serving_at + serving + len(short)
        officer_from = needs + many
        ride_from = officer_from + len(short)
        group_from = ride_from + riding
        limits_from = group_from + len(group_most)
        edges = np.arange(sent)
        used = self._uses[column]
        user, use = used.nonzero()
        place_of = np.full(needs, -1, dtype=np.int64)
        place_of[short] = np.arange(len(short))
        both_need, both = np.concatenate([need, rider_need]), np.concatenate([column, rider])
        led = np.flatnonzero((place_of[both_need] >= 0) & (self._officers[both] > 0))
        parts = [
            (both_need, np.arange(sent + riding), np.ones(sent + riding)),
            (needs + use, edges[user], np.ones(len(user))),
            (officer_from + place_of[both_need[led]], led, -self._officers[both[led]]),
            (officer_from + np.arange(len(short)), serving_at + serving + np.arange(len(short)), -np.ones(len(short))),
            (ride_from + ride_rows[0], ride_rows[1], ride_rows[2]),
            (group_from + group_rows[0], group_rows[1], group_rows[2]),
        ]
        rows, places, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        rules = coo_array((values, (rows, places)), shape=(limits_from, width)).tocsr()
        most = np.concatenate(
            [
                terms.counts.astype(np.float64),
                np.ones(many),
                -terms.officers[short].astype(np.float64),
                np.zeros(riding),
                group_most,
            ]
        )
        table = _Table(need, column, rider_need, rider, serving, short, rules, most, ride_from, limits_from)
        if not self._limits:
            return table
        from scipy.sparse import vstack

        limits = np.array([self._weights(table, limit) for limit, _ in self._limits])
        most = np.concatenate([most, [value for _, value in self._limits]])
        rules = csr_array(vstack([rules, csr_array(limits)]))
        return _Table(need, column, rider_need, rider, serving, short, rules, most, ride_from, limits_from)

    def _riders(self, need: Ints, column: Ints) -> tuple[Ints, Ints, tuple[Ints, Ints, Floats]]:
        """Find who may fill a shared need beside, and the rules that they are sent: rows, variables, values."""
        found_needs, found, rows, places, values = [], [], [], [], []
        begin = 0
        for shared, hosts in self._terms.ridden.items():
            if not self._asked[shared]:
                continue
            mine = np.flatnonzero(np.isin(need, hosts) & self._possible[shared, column])
            riders, row = np.unique(column[mine], return_inverse=True)
            found_needs.append(np.full(len(riders), shared, dtype=np.int64))
            found.append(riders)
            rows += [begin + row, begin + np.arange(len(riders))]
            places += [mine, len(need) + begin + np.arange(len(riders))]
            values += [-np.ones(len(mine)), np.ones(len(riders))]
            begin += len(riders)
        return _joined(found_needs), _joined(found), (_joined(rows), _joined(places), _joined_floats(values))

    def _group_rows(
        self, need: Ints, column: Ints, rider_need: Ints, rider: Ints, serving_at: int
    ) -> tuple[tuple[Ints, Ints, Floats], Floats, int]:
        """Let each group be served by one station only: the rules' rows, variables, values; their most; stations."""
        both_need, both = np.concatenate([need, rider_need]), np.concatenate([column, rider])
        rows, places, values, most = [], [], [], []
        row, serving = 0, 0
        for group in self._terms.groups:
            mine = np.flatnonzero(np.isin(both_need, group))
            stations, number = np.unique(self._terms.station[both[mine]], return_inverse=True)
            count = len(mine)
            rows += [row + np.arange(count), row + np.arange(count), np.full(len(stations), row + count)]
            at = serving_at + serving
            places += [mine, at + number, at + np.arange(len(stations))]
            values += [np.ones(count), -np.ones(count), np.ones(len(stations))]
            most += [np.zeros(count), np.ones(1)]
            row += count + 1
            serving += len(stations)
        return (_joined(rows), _joined(places), _joined_floats(values)), _joined_floats(most), serving

    def _read(self, table: _Table, whole: Floats) -> Packing:
        sent, riding = len(table.need), len(table.rider)
        chosen = np.flatnonzero(whole[:sent] > 0.5)
        hosts = dict(sorted(zip(table.column[chosen].tolist(), table.need[chosen].tolist(), strict=True)))
        rides: dict[int, list[int]] = {}
        for each in np.flatnonzero(whole[sent : sent + riding] > 0.5).tolist():
            rides.setdefault(int(table.rider[each]), []).append(int(table.rider_need[each]))
        return Packing(hosts, {column: tuple(sorted(needs)) for column, needs in sorted(rides.items())})


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _joined_floats(parts: Sequence[Floats]) -> Floats:
    return np.concatenate([np.zeros(0, dtype=np.float64), *parts])
