"""Say of a joint plan why each unit goes where it goes, and why a need stays open.

Beside the codes of `explain`: needed_elsewhere (a quicker unit goes to another incident), quicker_costs_more (a
quicker unit stays, for its price), planned_elsewhere (all who could go are planned for other incidents),
gone_to_more_urgent (so, and the quickest of them for one that is more urgent).
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from dispatch.explain import COUNTED_AS, name_obstacle
from dispatch.incident import Incident
from dispatch.joint_board import Board
from dispatch.matching import IMPOSSIBLE
from dispatch.packing import Packing, Terms
from dispatch.recommendation import Reason, Unmet
from dispatch.too_large import sizes_of

Facts = tuple[tuple[str, str | float | int], ...]


class Explainer:
    """Explain the choice of a packing on a board."""

    def __init__(self, board: Board, terms: Terms, packing: Packing) -> None:
        self._board, self._terms, self._row_of = board, terms, packing.hosts
        user_of = {each: column for column in packing.hosts for each in board.candidates[column].resources}
        self._goer = np.full(len(board.candidates), -1, dtype=np.int64)  # whoever uses what a candidate would
        for column, candidate in enumerate(board.candidates):
            for each in candidate.resources:
                if each in user_of:
                    self._goer[column] = user_of[each]
                    break
        self._grouped = {row for group in terms.groups for row in group.tolist()}
        self._found: dict[tuple[int, str], Counter[str]] = {}
        self._able: dict[tuple[int, str], NDArray[np.int64]] = {}

    def chosen(self, row: int, column: int) -> Reason:
        """Say what made a unit the one for a need, by its rank in time and by the next that stays free."""
        able = self._able_for(row)
        etas = self._board.etas_ms[row, able]
        of, own = len(able), int(self._board.etas_ms[row, column])
        is_before = (etas < own) | ((etas == own) & (able < column))
        rank = int(np.count_nonzero(is_before)) + 1
        is_quicker = etas < own
        if is_quicker.any():
            quicker = able[is_quicker]
            for other in quicker[np.argsort(etas[is_quicker], kind="stable")].tolist():
                reason = self._passed_over(row, column, other, rank)
                if reason is not None:
                    return reason
        is_left = ~is_before & (self._goer[able] < 0)
        if not is_left.any():
            return Reason("only_suitable" if of == 1 else "quickest_left", (("rank", rank), ("of", of)))
        next_ms = int(etas[is_left].min())
        name = self._name(int(able[is_left & (etas == next_ms)][0]))
        late_ms = next_ms - own
        if not late_ms:
            return Reason("first_of_equals", (("rank", rank), ("of", of), ("unit", name)))
        return Reason(
            "nearest_suitable",
            (
                ("rank", rank),
                ("of", of),
                ("runner_up", name),
                ("runner_up_eta_s", round(next_ms / 1000, 1)),
                ("ahead_s", round(late_ms / 1000, 1)),
            ),
        )

    def _able_for(self, row: int) -> NDArray[np.int64]:
        """Name the candidates that can serve a need; those who have what it asks for are found once."""
        board, wanted = self._board, self._board.wanted[row]
        asked = wanted.kind, wanted.need.department
        if asked not in self._able:
            helpers = board.helpers[wanted.need.department]
            fitting = np.flatnonzero(board.fits[wanted.kind]).tolist()
            mine = [column for column in fitting if board.candidates[column].unit.unit.department in helpers]
            self._able[asked] = np.array(mine, dtype=np.int64)
        able = self._able[asked]
        is_there = board.etas_ms[row, able] != IMPOSSIBLE
        return able if is_there.all() else able[is_there]

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
        cut_off = board.cut_off(row)
        large = [column for column, is_too_large in cut_off.items() if is_too_large]
        found["unreachable"] += len(cut_off) - len(large)
        found["too_large"] += len(large)
        able = np.flatnonzero(board.costs_ms[row] != IMPOSSIBLE)
        able = able[np.argsort(board.etas_ms[row, able], kind="stable")]
        going = able[self._goer[able] >= 0]
        there = [
            (column, self._incident_of(goer))
            for column, goer in zip(going.tolist(), self._goer[going].tolist(), strict=True)
        ]
        here = sum(incident.id == wanted.incident.id for _, incident in there)
        planned = len(there) - here
        counts = tuple((name, found[name]) for name in sorted(found) if found[name] and name != "not_on_roster")
        words = ", ".join(need.any_of)
        urgent = next((pair for pair in there if pair[1].priority < wanted.incident.priority), None)
        if planned and urgent is not None:
            facts = (("unit", self._name(urgent[0])), ("incident", urgent[1].id), ("planned", planned))
            reason = Reason("gone_to_more_urgent", (("wanted", words), *facts, *counts))
        elif planned:
            reason = Reason("planned_elsewhere", (("wanted", words), ("planned", planned), *counts))
        elif row in self._grouped and len(there) < len(able):
            reason = Reason("one_station_cannot", (("wanted", words),))
        else:
            found["sent"] += here
            sizes = sizes_of(board.candidates[column] for column in large)
            reason = name_obstacle(+found, need, sizes=sizes)
        return Unmet(need.id, need.any_of, need.department, missing, reason)

    def _passed_over(self, row: int, column: int, other: int, rank: int) -> Reason | None:
        """Tell why a quicker unit did not get the place; None where the two could change places at no cost."""
        board, there = self._board, self._row_of.get(other)
        gain_s = round(int(board.etas_ms[row, column] - board.etas_ms[row, other]) / 1000, 1)
        facts = (("rank", rank), ("unit", self._name(other)))
        if there is None:
            return self._stays(row, column, other, (*facts, ("gain_s", gain_s)))
        wanted = board.wanted[there]
        if wanted.incident.id != board.wanted[row].incident.id:
            where = (("incident", wanted.incident.id), ("need", wanted.need.id))
            return Reason("needed_elsewhere", (*facts, *where, ("gain_s", gain_s)))
        if there == row or board.costs_ms[there, column] != IMPOSSIBLE:
            return None
        return Reason("released_better_elsewhere", (*facts, ("need", wanted.need.id), ("gain_s", gain_s)))

    def _stays(self, row: int, column: int, other: int, facts: Facts) -> Reason:
        """Tell why a quicker unit that is free stays."""
        board, terms = self._board, self._terms
        if self._goer[other] >= 0:
            return Reason("crew_goes", facts)
        price_ms = int(board.costs_ms[row, other] - board.etas_ms[row, other])
        if price_ms > 0 and board.costs_ms[row, other] >= board.costs_ms[row, column]:
            return Reason("quicker_costs_more", (*facts, ("price_s", round(price_ms / 1000, 1))))
        if row in self._grouped and terms.station[other] != terms.station[column]:
            return Reason("one_station", facts)
        if terms.officers[row] and terms.has_officers[other] < terms.has_officers[column]:
            return Reason("officer_needed", facts)
        return Reason("serves_together", facts)

    def _incident_of(self, column: int) -> Incident:
        return self._board.wanted[self._row_of[column]].incident

    def _name(self, column: int) -> str:
        return self._board.candidates[column].unit.unit.id
