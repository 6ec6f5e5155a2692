"""What is wrong with a vector file as a whole, and with single features of it."""

from __future__ import annotations

from dataclasses import dataclass


class VectorError(ValueError):
    """A vector file cannot be read, or is refused; the message names the file and says why."""


class CrsMissing(VectorError):
    """A file's coordinates are no longitudes and latitudes and it does not say what they are; `crs=` must.

    extent: xmin, ymin, xmax, ymax as they stand in the file.
    """

    def __init__(self, file: str, extent: tuple[float, float, float, float]) -> None:
        self.file, self.extent = file, extent
        west, south, east, north = extent
        super().__init__(
            f"{file}: no coordinate system stated, and the coordinates ({west:.1f}, {south:.1f} to {east:.1f}, "
            f"{north:.1f}) are no longitudes and latitudes; state it"
        )

    def __reduce__(self) -> tuple[type[CrsMissing], tuple[str, tuple[float, float, float, float]]]:
        return (CrsMissing, (self.file, self.extent))


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
