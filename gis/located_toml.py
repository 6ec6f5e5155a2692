"""Read TOML files that people edit: every problem in one answer, each with its file, line and field."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gis.toml_lines import Path as FieldPath
from gis.toml_lines import line_of, toml_lines
from gis.toml_reading import TooMuch, parse_toml, read_toml_bytes

LONGEST_SHOWN = 60
LONGEST_TEXT = 2_000
# C0 and C1 with the line and paragraph separators, and what makes the words after it run the other way.
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
_AT_LINE = re.compile(r"^(.*?) ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong on which line of which file, in which field (empty: the whole record or file)."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.field}: {self.text}" if self.field else self.text)


class BadFile(ValueError):
    """A file cannot be used; `problems` holds everything that is wrong with it, in the order of its lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[BadFile], tuple[tuple[Problem, ...]]]:
        return (BadFile, (self.problems,))


def first_problem(problem: BaseException) -> str:
    """Return what is wrong first, by the file's bare name, and how many things more; else what a problem says."""
    if not isinstance(problem, BadFile) or not problem.problems:
        return str(problem)
    first, more = problem.problems[0], len(problem.problems) - 1
    return f"{replace(first, file=Path(first.file).name)}{f' (+{more})' if more else ''}"


def read_listed(file: Path, *, largest_bytes: int) -> str:
    """Read a list that somebody gives as UTF-8 text. Raises BadFile where it cannot be read or is too large."""
    try:
        if file.stat().st_size > largest_bytes:
            raise BadFile([Problem(str(file), 1, "", f"is larger than {largest_bytes // 1_000_000} MB")])
        return _decoded(file, file.read_bytes())
    except OSError as error:
        raise BadFile([Problem(str(file), 1, "", f"cannot be read: {error.strerror or error}")]) from error


def _decoded(file: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(str(file), line, "", "must be UTF-8 text")]) from error


@dataclass(slots=True)
class LocatedToml:
    """A parsed TOML file that knows its lines and gathers problems; `raise_if_bad` ends the reading."""

    file: str
    data: dict[str, Any]
    lines: dict[FieldPath, int]
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path) -> LocatedToml:
        """Parse a file. Raises BadFile where it cannot be read, is too large, no UTF-8 or no TOML."""
        try:
            raw = read_toml_bytes(file)
        except TooMuch as error:
            raise BadFile([Problem(str(file), error.line, "", str(error))]) from None
        except OSError as error:
            raise BadFile([Problem(str(file), 1, "", f"cannot be read: {error.strerror or error}")]) from error
        return cls.parse(_decoded(file, raw), str(file))

    @classmethod
    def parse(cls, text: str, file: str) -> LocatedToml:
        """Parse a text that came from `file`. Raises BadFile where it is no TOML."""
        try:
            data = parse_toml(text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.match(str(error))
            words = found.group(1) if found else str(error)
            last = text.count("\n") + (0 if text.endswith("\n") else 1)
            line = int(found.group(2)) if found and found.group(2) else max(last, 1)
            raise BadFile([Problem(file, line, "", f"not valid TOML: {words}")]) from error
        except TooMuch as error:
            raise BadFile([Problem(file, error.line, "", f"not valid TOML: {error}")]) from None
        except ValueError:  # Python refuses to read thousands of digits as one number
            raise BadFile([Problem(file, 1, "", "not valid TOML: a number of thousands of digits")]) from None
        return cls(file, data, toml_lines(text))

    def problem(self, path: FieldPath, text: str, *, label: str = "") -> None:
        """Note a problem at `path`; `label` names the record and field for a person."""
        where = label if len(label) <= 3 * LONGEST_SHOWN else f"{label[: 3 * LONGEST_SHOWN]}…"
        told = (_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", words) for words in (where, text))
        self.problems.append(Problem(self.file, line_of(self.lines, path), *told))

    def tables(self, key: str, *, required: bool = False) -> list[tuple[FieldPath, dict[str, Any]]]:
        """Return the tables of the array `[[key]]` with their paths; anything else there is a problem."""
        value = self.data.get(key)
        if value is None:
            if required:
                self.problem((), f"has no [[{key}]]")
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.problem((key,), f"must be written as [[{key}]] tables")
            return []
        return [((key, index), item) for index, item in enumerate(value)]

    def check_keys(self, known: Iterable[str]) -> None:
        """Note every top-level key that is not known."""
        for key in self.data:
            if key not in (names := tuple(known)):
                self.problem((key,), f"unknown table{nearest(key, names)}", label=f"[{key}]")

    def raise_if_bad(self) -> None:
        """Raise BadFile where anything was noted."""
        if self.problems:
            raise BadFile(self.problems)


class Fields:
    """Take typed values out of one table, noting a problem and answering the default where one is wrong."""

    def __init__(self, toml: LocatedToml, path: FieldPath, table: dict[str, Any], label: str) -> None:
        self.toml = toml
        self.path = path
        self.table = table
        self.label = label
        self._asked: set[str] = set()

    def bad(self, key: str, text: str) -> None:
        """Note a problem of one field."""
        self.toml.problem((*self.path, key), text, label=f"{self.label}: field '{key}'")

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text; `default` None makes it required and never empty."""
        value = self._take(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            self.bad(key, f"must be text in quotes, not {_shown(value)}")
            return default or ""
        if default is None and not value.strip():
            self.bad(key, "must not be empty")
        if _CONTROLS.search(value):
            self.bad(key, "must not hold control characters or line breaks")
            return default or ""
        if len(value) > LONGEST_TEXT:
            self.bad(key, f"must not be longer than {LONGEST_TEXT:,} letters")
            return default or ""
        return value.strip()

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Take a number from `low` to `high`; `default` None makes it required."""
        value = self._take(key, required=default is None)
        fallback = low if default is None else default
        if value is None:
            return fallback
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= value <= high or not math.isfinite(value):
            self.bad(key, f"must be a number from {low:g} to {high:g}, not {_shown(value)}")
            return fallback
        return float(value)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Take a whole number from `low` to `high`; `default` None makes it required."""
        value = self._take(key, required=default is None)
        fallback = low if default is None else default
        if value is None:
            return fallback
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.bad(key, f"must be a whole number from {low} to {high}, not {_shown(value)}")
            return fallback
        return value

    def truth(self, key: str, default: bool = False) -> bool:
        """Take true or false."""
        value = self._take(key, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.bad(key, f"must be true or false, not {_shown(value)}")
            return default
        return value

    def texts(self, key: str, *, required: bool = False, pattern: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """Take a list of texts, each once; `required` wants at least one."""
        value = self._take(key, required=required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.bad(key, 'must be a list of texts such as ["one", "two"]')
            return ()
        if required and not value:
            self.bad(key, "must name at least one")
        if any(_CONTROLS.search(item) or len(item) > LONGEST_TEXT for item in value):
            self.bad(key, f"must not hold control characters, line breaks or more than {LONGEST_TEXT:,} letters")
            return ()
        for index, item in enumerate(value):
            if pattern is not None and not pattern.fullmatch(item):
                self.toml.problem(
                    (*self.path, key, index),
                    f"{_shown(item)} must be small letters, digits and _, beginning with a letter",
                    label=f"{self.label}: field '{key}'",
                )
            if item in value[:index]:
                self.toml.problem(
                    (*self.path, key, index), f"{_shown(item)} stands twice", label=f"{self.label}: field '{key}'"
                )
        return tuple(dict.fromkeys(item.strip() for item in value))

    def tables(self, key: str) -> list[tuple[FieldPath, dict[str, Any]]]:
        """Take a list of tables with their paths."""
        value = self._take(key, required=False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.bad(key, 'must be a list of tables such as [ { id = "engine" } ]')
            return []
        return [((*self.path, key, index), item) for index, item in enumerate(value)]

    def one_of(self, key: str, known: Iterable[str], what: str, default: str | None = None) -> str:
        """Take a text that must be one of `known`; `default` None makes it required."""
        value = self.text(key, default)
        names = tuple(known)
        if value and value not in names and value != default:
            self.bad(key, f"{_shown(value)} is no {what}{nearest(value[:LONGEST_SHOWN], names)}")
        return value

    def raw(self, key: str) -> Any:
        """Take a value as it stands, None where it is missing; whoever takes it checks it."""
        return self._take(key, required=True)

    def any(self, key: str) -> Any:
        """Take a required value of whatever shape; None where it is missing."""
        return self._take(key, required=True)

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.table:
            if key not in self._asked:
                self.bad(key, f"unknown field{nearest(key, sorted(self._asked))}")

    def _take(self, key: str, *, required: bool) -> Any:
        self._asked.add(key)
        value = self.table.get(key)
        if value is None and required:
            self.bad(key, "is missing")
        return value


def _shown(value: object) -> str:
    """Return a value as a person may read it in a message, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # a whole number with thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= LONGEST_SHOWN + 2 else f"{text[:LONGEST_SHOWN]}…"


def nearest(word: str, known: Sequence[str]) -> str:
    """Return ', did you mean ...?' for the known word that is most like `word`, or the words where they are few."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    if 0 < len(known) <= 12:
        return f"; known: {', '.join(each[:LONGEST_SHOWN] for each in known)}"
    return ""
