"""Say of a joint plan why each unit goes where it goes, and why a need stays open.

Beside the codes of `explain`: needed_elsewhere (a quicker unit goes to another incident), quicker_costs_more (a
quicker unit stays, for its price), planned_elsewhere (all who could go are planned for other incidents).
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from dispatch.explain import COUNTED_AS, name_obstacle
from dispatch.joint_board import Board
from dispatch.matching import IMPOSSIBLE
from dispatch.recommendation import Reason, Unmet


class Explainer:
    """Explain the choice of `row_of`: the need (row) of every candidate (column) that is chosen."""

    def __init__(self, board: Board, row_of: dict[int, int]) -> None:
        self._board, self._row_of = board, row_of
        self._found: dict[tuple[int, str], Counter[str]] = {}

    def chosen(self, row: int, column: int) -> Reason:
        """Say what made a unit the one for a need, by its rank in time and by the next that stays free."""
        etas = self._board.etas_ms[row]
        able = np.flatnonzero(etas != IMPOSSIBLE)
        of, own = len(able), int(etas[column])
        before = able[(etas[able] < own) | ((etas[able] == own) & (able < column))]
        rank = len(before) + 1
        quicker = before[etas[before] < own]
        for other in quicker[np.argsort(etas[quicker], kind="stable")].tolist():
            reason = self._passed_over(row, column, other, rank)
            if reason is not None:
                return reason
        left = [other for other in self._after(row, column, able) if other not in self._row_of]
        if not left:
            return Reason("only_suitable" if of == 1 else "quickest_left", (("rank", rank), ("of", of)))
        name = self._name(left[0])
        late_ms = int(etas[left[0]]) - own
        if not late_ms:
            return Reason("first_of_equals", (("rank", rank), ("of", of), ("unit", name)))
        runner_up_s = round(int(etas[left[0]]) / 1000, 1)
        return Reason(
            "nearest_suitable",
            (
                ("rank", rank),
                ("of", of),
                ("runner_up", name),
                ("runner_up_eta_s", runner_up_s),
                ("ahead_s", round(late_ms / 1000, 1)),
            ),
        )

    def unmet(self, row: int, missing: int) -> Unmet:
        """Say what is in the way of a need that is not filled."""
        board, wanted = self._board, self._board.wanted[row]
        need, kind = wanted.need, wanted.kind
        asked = kind, need.department
        if asked not in self._found:
            self._found[asked] = Counter()
            for code, count in board.obstacles(row).items():
                self._found[asked][COUNTED_AS.get(code, code)] += count
        found = Counter(self._found[asked])
        found["unreachable"] += board.cut_off(row)
        able = np.flatnonzero(board.costs_ms[row] != IMPOSSIBLE).tolist()
        there = Counter(self._incident_of(column) for column in able)
        here = there[wanted.incident.id]
        planned = there.total() - here - there[None]
        if planned:
            counts = tuple((name, found[name]) for name in sorted(found) if found[name] and name != "not_on_roster")
            words = ", ".join(need.any_of)
            reason = Reason("planned_elsewhere", (("wanted", words), ("planned", planned), *counts))
        else:
            found["sent"] += here
            reason = name_obstacle(+found, need)
        return Unmet(need.id, need.any_of, need.department, missing, reason)

    def _after(self, row: int, column: int, able: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[int]:
        etas = self._board.etas_ms[row]
        later = able[(etas[able] > etas[column]) | ((etas[able] == etas[column]) & (able > column))]
        order: list[int] = later[np.argsort(etas[later], kind="stable")].tolist()
        return order

    def _passed_over(self, row: int, column: int, other: int, rank: int) -> Reason | None:
        """Tell why a quicker unit did not get the place; None where the two could change places at no cost."""
        board, there = self._board, self._row_of.get(other)
        gain_s = round(int(board.etas_ms[row, column] - board.etas_ms[row, other]) / 1000, 1)
        name = self._name(other)
        if there is None:
            price_ms = int(board.costs_ms[row, other] - board.etas_ms[row, other])
            price_s = round(price_ms / 1000, 1)
            return Reason(
                "quicker_costs_more", (("rank", rank), ("unit", name), ("gain_s", gain_s), ("price_s", price_s))
            )
        wanted = board.wanted[there]
        if wanted.incident.id != board.wanted[row].incident.id:
            where = (("incident", wanted.incident.id), ("need", wanted.need.id))
            return Reason("needed_elsewhere", (("rank", rank), ("unit", name), *where, ("gain_s", gain_s)))
        if there == row or board.costs_ms[there, column] != IMPOSSIBLE:
            return None
        return Reason(
            "released_better_elsewhere",
            (("rank", rank), ("unit", name), ("need", wanted.need.id), ("gain_s", gain_s)),
        )

    def _incident_of(self, column: int) -> int | None:
        row = self._row_of.get(column)
        return None if row is None else self._board.wanted[row].incident.id

    def _name(self, column: int) -> str:
        return self._board.candidates[column].unit.unit.id
