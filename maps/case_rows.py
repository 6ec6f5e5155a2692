"""Make the table of open cases that the map shows; what did not change since the last one costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.case import Case, CaseStage
from dispatch.standards import EVENT, Standard
from dispatch.state import State
from maps.case_symbols import CHECKED, IN_HAND, PAUSED, REPORTED, CaseLook
from maps.live import Projected
from maps.live_cases import CaseTable

_PHASES = {
    CaseStage.COLLECT: REPORTED,
    CaseStage.VERIFY: REPORTED,
    CaseStage.FILE: REPORTED,
    CaseStage.DISPATCH: IN_HAND,
    CaseStage.HANDLE: IN_HAND,
    CaseStage.FEED_BACK: CHECKED,
    CaseStage.CHECK: CHECKED,
    CaseStage.CLOSE: CHECKED,
}


class CaseRows:
    """Keep what was made of each open case; `table` makes the rest. An emergency is shown by its incident's flag."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._held: dict[int, tuple[Case, tuple[float, float], tuple[str, str, bool], float]] = {}
        self._table = CaseTable()
        self._next_due_s = np.inf

    def table(
        self,
        state: State,
        city: Projected,
        *,
        selected: int | None = None,
        at: datetime,
        name: Callable[[Standard], str] = lambda standard: standard.name,
    ) -> CaseTable:
        """Return the table of a moment: the same object while nothing of it differs. `name` words a class."""
        before, now_s = self._state, at.timestamp()
        is_same = (
            before is not None
            and before.cases is state.cases
            and before.open_cases is state.open_cases
            and before.standards is state.standards
            and now_s < self._next_due_s
        )
        if not is_same:
            self._state = state
            self._table = self._made(state, city, now_s, name)
        if self._table.selected != (selected or 0):
            self._table = replace(self._table, selected=selected or 0)
        return self._table

    def _made(self, state: State, city: Projected, now_s: float, name: Callable[[Standard], str]) -> CaseTable:
        held, cases = self._held, state.cases
        shown = [number for number in state.open_cases if cases[number].stage is not CaseStage.EMERGENCY]
        anew = [number for number in shown if number not in held or held[number][0] is not cases[number]]
        for number in held.keys() - set(shown):
            del held[number]
        if anew:
            standards = {each.id: each for each in state.standards.small}
            places = np.array([(cases[each].place.location.lon, cases[each].place.location.lat) for each in anew])
            x, y = city.to_metric(places[:, 0], places[:, 1])
            for number, xy in zip(anew, zip(x.tolist(), y.tolist(), strict=True), strict=True):
                case = cases[number]
                due = case.visit.due_at
                held[number] = (
                    case,
                    xy,
                    _look(case, standards.get(case.standard_id)),
                    due.timestamp() if due is not None and not case.paused else np.inf,
                )
        return self._columns(state, shown, now_s, name)

    def _columns(self, state: State, shown: list[int], now_s: float, name: Callable[[Standard], str]) -> CaseTable:
        rows = [self._held[number] for number in shown]
        due_s = np.array([row[3] for row in rows], np.float64)
        was_late = np.array([row[0].visit.overdue_at is not None for row in rows], bool)
        late = was_late | (due_s <= now_s)
        self._next_due_s = float(due_s[~late].min(initial=np.inf))
        looks: dict[CaseLook, int] = {}
        codes: NDArray[np.int16] = np.array(
            [
                looks.setdefault(CaseLook(row[2][0], row[2][1], is_late, row[2][2]), len(looks))
                for row, is_late in zip(rows, late.tolist(), strict=True)
            ],
            np.int16,
        )
        names: dict[str, int] = {}
        name_codes = np.array([names.setdefault(row[0].standard_id, len(names)) for row in rows], np.int16)
        words = {each.id: name(each) for each in state.standards.small if each.id in names}
        danger = np.array([row[2][2] for row in rows], bool)
        ids = np.array(shown, np.int64)
        order = np.lexsort((ids, late, danger))
        xy = np.array([row[1] for row in rows], np.float64).reshape(-1, 2)
        return CaseTable(
            ids[order],
            xy[order],
            tuple(looks),
            codes[order],
            tuple(words.get(each, each) for each in names),
            name_codes[order],
        )


def _look(case: Case, standard: Standard | None) -> tuple[str, str, bool]:
    """Return group, phase and whether a danger is not yet made safe."""
    phase = PAUSED if case.paused else _PHASES.get(case.stage, REPORTED)
    safe = case.make_safe
    return standard.group if standard is not None else EVENT, phase, safe is not None and safe.done_at is None
