"""Read a plain list of units: id,department,capabilities;separated,status,lon,lat, with or without column names."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gis.located_toml import BadFile, Problem, nearest, read_listed
from resources.roster import CALL_SIGN, CAPABILITY
from resources.status import Status
from resources.unit import Unit

COLUMNS = ("id", "department", "capabilities", "status", "lon", "lat")
OPTIONAL = ("crew", "turnout")
UNKNOWN_CREW = 99  # a list that says nothing of crews must not bar anybody
LARGEST_BYTES = 50_000_000
LONGEST_WORD = 60
OTHER_WORDS = {"dispatched": "alerted", "responding": "en_route", "at_hospital": "at_destination"}


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit with the status that the list gives it."""

    unit: Unit
    status: Status


def read_units(path: Path) -> tuple[ListedUnit, ...]:
    """Read a CSV file of units (lon, lat in WGS 84). Raises BadFile with every problem: file, line and field."""
    return parse_units(read_listed(path, largest_bytes=LARGEST_BYTES), str(path))


def parse_units(text: str, file: str) -> tuple[ListedUnit, ...]:
    """Read units from CSV text; `file` names it in the problems of BadFile."""
    problems: list[Problem] = []
    units: list[ListedUnit] = []
    lines: dict[str, int] = {}
    columns: Sequence[str] = COLUMNS
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if not units and not problems and cells[0].casefold() == "id":
                columns = [cell.casefold() for cell in cells]
                problems += _wrong_columns(columns, file, reader.line_num)
                continue
            line = _Line(file, reader.line_num, columns, cells, problems)
            unit = line.unit()
            earlier = lines.setdefault(unit.unit.id.casefold(), reader.line_num)
            if earlier != reader.line_num and unit.unit.id:
                line.bad("id", f"stands already on line {earlier}")
            units.append(unit)
    except csv.Error as error:
        problems.append(Problem(file, reader.line_num, "", f"is no CSV: {error}"))
    if problems:
        raise BadFile(problems)
    return tuple(units)


def _wrong_columns(columns: Sequence[str], file: str, line: int) -> list[Problem]:
    known = (*COLUMNS, *OPTIONAL)
    wrong = [f"unknown column {name!r}{nearest(name, known)}" for name in columns if name not in known]
    missing = [f"column {name!r} is missing" for name in COLUMNS if name not in columns]
    twice = [f"column {name!r} stands twice" for name in known if columns.count(name) > 1]
    return [Problem(file, line, "", text) for text in (*wrong, *missing, *twice)]


class _Line:
    def __init__(
        self, file: str, number: int, columns: Sequence[str], cells: Sequence[str], problems: list[Problem]
    ) -> None:
        self._file, self._line, self._problems = file, number, problems
        self._cells = dict(zip(columns, cells, strict=False))
        if len(cells) != len(columns):
            problems.append(Problem(file, number, "", f"has {len(cells)} fields, not {len(columns)}"))

    def bad(self, field: str, text: str) -> None:
        self._problems.append(Problem(self._file, self._line, field, text))

    def unit(self) -> ListedUnit:
        call_sign, department = self._cells.get("id", ""), self._cells.get("department", "")
        if not CALL_SIGN.fullmatch(call_sign) or not call_sign.isprintable():
            self.bad("id", f"{call_sign[:LONGEST_WORD]!r} must be a call sign of 1 to 24 characters")
        if not department.isprintable() or not 0 < len(department) <= LONGEST_WORD:
            self.bad("department", f"must name a department in 1 to {LONGEST_WORD} letters")
        capabilities = tuple(
            dict.fromkeys(part.strip() for part in self._cells.get("capabilities", "").split(";") if part.strip())
        )
        if not capabilities:
            self.bad("capabilities", "must name at least one, separated by ;")
        for each in capabilities:
            if not CAPABILITY.fullmatch(each):
                self.bad(
                    "capabilities",
                    f"{each[:LONGEST_WORD]!r} must be small letters, digits and _, beginning with a letter",
                )
        unit = Unit(
            id=call_sign,
            department=department,
            capabilities=capabilities or ("",),
            lon=self._number("lon", 180),
            lat=self._number("lat", 90),
            kind=capabilities[0] if capabilities else "",
            crew=self._crew(),
            turnout=self._cells.get("turnout", department),
        )
        return ListedUnit(unit, self._status())

    def _status(self) -> Status:
        word = self._cells.get("status", "").casefold().replace(" ", "_")
        word = OTHER_WORDS.get(word, word)
        try:
            return Status(word)
        except ValueError:
            shown = word[:LONGEST_WORD]
            self.bad("status", f"{shown!r} is no status{nearest(shown, [status.value for status in Status])}")
            return Status.OUT_OF_SERVICE

    def _number(self, field: str, limit: float) -> float:
        text = self._cells.get(field, "")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) <= limit:
            self.bad(field, f"must be a number from {-limit:g} to {limit:g}, not {text[:LONGEST_WORD]!r}")
            return 0.0
        return value

    def _crew(self) -> int:
        text = self._cells.get("crew", "") or str(UNKNOWN_CREW)
        if not (text.isascii() and text.isdigit() and len(text) <= 2):
            self.bad("crew", f"must be a whole number from 0 to 99, not {text[:LONGEST_WORD]!r}")
            return 0
        return int(text)
