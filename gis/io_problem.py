"""What is wrong with a vector file as a whole, and with single features of it."""

from __future__ import annotations

from dataclasses import dataclass


class VectorError(ValueError):
    """A vector file cannot be read, or is refused; the message names the file and says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong in a file. feature: its number from 1, 0 for the file itself; kept: it was mended or tolerated."""

    file: str
    feature: int
    field: str
    what: str
    kept: bool

    def __str__(self) -> str:
        where = f"{self.file}, feature {self.feature}" if self.feature else self.file
        named = f", {self.field}" if self.field else ""
        return f"{where}{named}: {self.what} ({'kept' if self.kept else 'left out'})"
