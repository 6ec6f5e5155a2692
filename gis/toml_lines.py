"""Find the line on which every value of a TOML text stands, for messages that a person can act on."""

from __future__ import annotations

import contextlib
import re

Path = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\s#]+(?:[ ][0-9][^,\]}\s#]*)?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def toml_lines(text: str) -> dict[Path, int]:
    """Map the path of every table, array element and value to its line, from 1.

    A path is keys and indices: ("unit", 2, "lon"). The text must be valid TOML: what this does not follow
    (it never should) ends the map there, and `line_of` then answers the nearest line above.
    """
    scanner = _Scanner(text)
    with contextlib.suppress(IndexError, ValueError):
        scanner.document()
    return scanner.lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """Return the line of `path`, or of the nearest table above it that has one; 1 where nothing has."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.lines: dict[Path, int] = {}
        self.at = 0
        self.line = 1
        self._counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._skip(newlines=True):
            if self.text.startswith("[[", self.at):
                self.at += 2
                table = self._array_table(self._key())
                self._expect("]]")
            elif self.text[self.at] == "[":
                self.at += 1
                table = self._resolve(self._key())
                self.lines.setdefault(table, self.line)
                self._expect("]")
            else:
                self._pair(table)

    def _array_table(self, key: tuple[str, ...]) -> Path:
        path = (*self._resolve(key[:-1]), key[-1])
        index = self._counts.get(path, -1) + 1
        self._counts[path] = index
        self.lines.setdefault(path, self.line)
        self.lines[(*path, index)] = self.line
        return (*path, index)

    def _resolve(self, key: tuple[str, ...]) -> Path:
        """Turn dotted keys into a path: a key that names an array of tables means its last element."""
        path: Path = ()
        for part in key:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _pair(self, table: Path) -> None:
        line = self.line
        path = (*table, *self._key())
        self._expect("=")
        self.lines[path] = line
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        self.lines.setdefault(path, self.line)
        first = self.text[self.at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline(path)
        else:
            self.at = self._match(_SCALAR).end()

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._skip(newlines=True) and self.text[self.at] != "]":
            self._value((*path, index))
            index += 1
            self._skip(newlines=True)
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._skip(newlines=True) and self.text[self.at] != "}":
            self._pair(path)
            self._skip(newlines=True)
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1

    def _key(self) -> tuple[str, ...]:
        parts = []
        while True:
            self._skip()
            if self.text[self.at] in "\"'":
                parts.append(self._string())
            else:
                found = self._match(_BARE_KEY)
                parts.append(found.group())
                self.at = found.end()
            self._skip()
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def _string(self) -> str:
        quote = self.text[self.at]
        fence = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        start = self.at + len(fence)
        end = start
        while not self.text.startswith(fence, end):
            end += 2 if self.text[end] == "\\" and quote == '"' else 1
        while len(fence) == 3 and self.text.startswith(quote, end + 3):  # a quote just before the closing three
            end += 1
        raw = self.text[start:end]
        self.line += raw.count("\n")
        self.at = end + len(fence)
        return _ESCAPE.sub(_unescape, raw) if quote == '"' else raw

    def _skip(self, *, newlines: bool = False) -> bool:
        """Pass over blanks and comments; tell whether text is left."""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "#":
                end = self.text.find("\n", self.at)
                self.at = end if end >= 0 else len(self.text)
            elif char == "\n" and newlines:
                self.line += 1
                self.at += 1
            elif char in " \t":
                self.at += 1
            else:
                break
        return self.at < len(self.text)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"line {self.line}: cannot follow this TOML")
        return found

    def _expect(self, token: str) -> None:
        self._skip()
        if not self.text.startswith(token, self.at):
            raise ValueError(f"line {self.line}: {token} expected")
        self.at += len(token)


def _unescape(found: re.Match[str]) -> str:
    short, long, single = found.groups()
    if short or long:
        return chr(int(short or long, 16))
    return _ESCAPES.get(single, single)
