"""What became of a file's rows: taken, mended, refused, each with why; counted, and listed as far as is bounded."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dispatch.log_export import csv_cell

TAKEN, MENDED, REFUSED = "taken", "mended", "refused"
MOST_NOTES = 200_000
# Blanks that only say how a file is are no mending: the row stands as it was written.
HARMLESS = frozenset({"geocoded"})


@dataclass(frozen=True, slots=True)
class RowNote:
    """Say what was wrong in one row (its number from 1, without the header): a code, the field, the cell."""

    row: int
    code: str
    field: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """Say what became of one row, with the notes on it that are listed."""

    row: int
    verdict: str
    notes: tuple[RowNote, ...] = ()


@dataclass(slots=True)
class Report:
    """Gather what became of rows; `counts` knows every note, also those beyond the bound that are not listed."""

    file: str = ""
    mapping: str = ""
    rows: int = 0
    incidents: int = 0
    responses: int = 0
    units: int = 0
    entries: int = 0
    first_at: str = ""
    last_at: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    instants: Counter[str] = field(default_factory=Counter)
    precision: Counter[str] = field(default_factory=Counter)
    notes: list[RowNote] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    _verdicts: dict[int, str] = field(default_factory=dict)
    _by_row: tuple[int, dict[int, list[RowNote]]] | None = None

    def note(self, row: int, code: str, field_name: str = "", cell: str = "") -> None:
        """Note what was mended in a row."""
        self._keep(row, code, field_name, cell, MENDED)

    def refuse(self, row: int, code: str, field_name: str = "", cell: str = "") -> None:
        """Note why a row was refused."""
        self._keep(row, code, field_name, cell, REFUSED)

    def _keep(self, row: int, code: str, field_name: str, cell: str, verdict: str) -> None:
        self.counts[f"{code} {field_name}".strip()] += 1
        if code not in HARMLESS and self._verdicts.get(row) != REFUSED:
            self._verdicts[row] = verdict
        if len(self.notes) < MOST_NOTES:
            self.notes.append(RowNote(row, code, field_name, cell[:80]))

    def verdict(self, row: int) -> str:
        """Return what became of a row."""
        return self._verdicts.get(row, TAKEN)

    @property
    def refused(self) -> int:
        """Count the rows that were refused."""
        return sum(each == REFUSED for each in self._verdicts.values())

    @property
    def mended(self) -> int:
        """Count the rows that were taken with something mended or left blank."""
        return len(self._verdicts) - self.refused

    @property
    def taken(self) -> int:
        """Count the rows that were taken as they are."""
        return self.rows - len(self._verdicts)

    def summary(self) -> dict[str, Any]:
        """Return the counts as one object for JSON."""
        return {
            "file": self.file,
            "mapping": self.mapping,
            "rows": self.rows,
            "taken": self.taken,
            "mended": self.mended,
            "refused": self.refused,
            "incidents": self.incidents,
            "responses": self.responses,
            "units": self.units,
            "entries": self.entries,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "instants": dict(self.instants),
            "precision": dict(self.precision),
            "what": dict(sorted(self.counts.items(), key=lambda each: (-each[1], each[0]))),
            "unlisted": sum(self.counts.values()) - len(self.notes),
            "told": list(self.told),
        }

    def listed(self, verdict: str = "", *, after: int = 0, most: int = 500) -> tuple[RowVerdict, ...]:
        """Return what became of the rows behind row `after`, in order, of one verdict or (empty) of all."""
        by_row = self._notes_by_row()
        found: list[RowVerdict] = []
        numbers = range(after + 1, self.rows + 1) if verdict in ("", TAKEN) else sorted(self._verdicts)
        for row in numbers:
            if row > after and (not verdict or self.verdict(row) == verdict):
                found.append(RowVerdict(row, self.verdict(row), tuple(by_row.get(row, ()))))
                if len(found) == most:
                    break
        return tuple(found)

    def _notes_by_row(self) -> dict[int, list[RowNote]]:
        if self._by_row is None or self._by_row[0] != len(self.notes):
            by_row: dict[int, list[RowNote]] = {}
            for each in self.notes:
                by_row.setdefault(each.row, []).append(each)
            self._by_row = (len(self.notes), by_row)
        return self._by_row[1]

    def as_json(self) -> str:
        """Return the summary with every listed note, row by row."""
        rows = [
            {"row": each.row, "verdict": self.verdict(each.row), "what": each.code, "field": each.field,
             "cell": each.cell}
            for each in sorted(self.notes, key=lambda each: each.row)
        ]  # fmt: skip
        return json.dumps(self.summary() | {"rows_listed": rows}, ensure_ascii=False, indent=1)

    def as_csv(self) -> Iterator[str]:
        """Yield one line a row of the file, those taken as they are too; cells are neutralised for spreadsheets."""
        by_row = self._notes_by_row()
        yield _line(("row", "verdict", "what", "cells"))
        for row in range(1, self.rows + 1):
            notes = by_row.get(row, [])
            what = "; ".join(f"{each.code} {each.field}".strip() for each in notes)
            yield _line((row, self.verdict(row), what, "; ".join(each.cell for each in notes if each.cell)))


def _line(cells: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow([csv_cell(str(cell)) for cell in cells])
    return out.getvalue()
