"""Answer about coverage where more is asked than how it stands: by imagined roads, and by the compliance tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.planner.questions import CoverageQuestion, MoveUpQuestion
from dispatch.compliance import ComplianceTable, TableMoves, made_tables, table_moves
from dispatch.compliance_file import read_compliance
from dispatch.coverage import Coverage
from dispatch.coverage_report import CoverageReport
from dispatch.state import State
from dispatch.what_if import imagine
from resources.position import Fix

IMAGINED_BUDGET_S = 0.6


def cover_imagined(
    coverage: Coverage, state: State, fixes: Mapping[str, Fix], question: CoverageQuestion
) -> CoverageReport:
    """Say how the city would be covered; times by roads that are only imagined are worked out now, for a while.

    Raises Refused or KeyError for what cannot be imagined. The real roads are to be prepared again afterwards.
    """
    assert question.what_if is not None
    imagined = imagine(state, question.what_if)
    coverage.prepare(imagined, fixes, at=question.at)
    coverage.work(budget_s=IMAGINED_BUDGET_S)
    return coverage.answers(imagined, fixes, at=question.at, leaving=question.leaving)


class KeptTables:
    """Hold the compliance tables of a city's file, or, where it has none, those made once for a roster."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._of: object = None
        self._tables: tuple[ComplianceTable, ...] = ()

    def moves(self, coverage: Coverage, state: State, fixes: Mapping[str, Fix], question: MoveUpQuestion) -> TableMoves:
        """Say which stations the tables hold, and who should move there. Raises BadFile for a file with problems."""
        at = question.at
        if self._of is not state.roster:
            if self._file is not None and self._file.is_file():
                self._tables = read_compliance(self._file, roster=state.roster, targets=coverage.targets)
            else:
                self._tables = made_tables(coverage, state, fixes, at=at)
            self._of = state.roster
        return TableMoves(
            self._tables, table_moves(self._tables, coverage, state, fixes, at=at, leaving=question.leaving)
        )
