"""Search over a city's addresses, streets, crossings, named places and cameras, and the address nearest to a point.

One SQLite file with a full-text index. Rows stand in order of importance, so that the first rows that match are
the ones that matter and no ranking over all matches is needed; the few hundred that come are ranked by spelling.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gis.places_query import WordFinder
from gis.places_text import crossing_parts, parse_coordinates, query_words

__all__ = ["KINDS", "Place", "Places", "PlacesError", "cell_of", "parse_coordinates"]

KINDS = ("place", "street", "camera", "crossing", "address", "block")
CELL = 1000  # cells a degree: about 100 m
# What is named exactly as typed comes before a street that only begins so, however near and important that is. A place
# is then worth as much as a street (2 + 14 and 4 + 12), so that their importance decides between them.
_EXACT_BONUS = {"place": 14.0, "street": 12.0, "camera": 12.0, "crossing": 12.0, "address": 12.0, "block": 12.0}
_KIND_BONUS = {"place": 2.0, "street": 4.0, "camera": 0.0, "crossing": 0.0, "address": 1.0, "block": 0.0}


class PlacesError(ValueError):
    """A search index cannot be opened; the message names the file."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that was found. kind: "address", "block", "street", "crossing", "place", "camera" or "coordinates".

    score: 0 to about 125, the higher the better; distance_m: to the point that was asked near, None where none was.
    """

    place_id: int
    kind: str
    label: str
    municipality: str
    lon: float
    lat: float
    score: float
    distance_m: float | None = None


def cell_of(lon: float, lat: float) -> int:
    """Number the cell of a point, by which addresses are found again."""
    return math.floor((lat + 90) * CELL) * 1_000_000 + math.floor((lon + 180) * CELL)


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Measure the distance between two close points on a sphere of the earth's mean radius."""
    across = math.radians(other_lon - lon) * math.cos(math.radians((lat + other_lat) / 2))
    return 6_371_008.8 * math.hypot(across, math.radians(other_lat - lat))


class Places:
    """A city's search, opened read-only. Not for several threads at once; closed with `close` or when dropped."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._finder = WordFinder(database)
        self._spans: dict[str, tuple[int, int]] | None = None

    @classmethod
    def open(cls, file: Path) -> Places:
        """Open a search index read-only. Raises PlacesError when the file is missing or is none."""
        try:
            address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
            database = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise PlacesError(f"{file}: cannot be opened ({error})") from error
        try:
            database.execute("PRAGMA trusted_schema=OFF")
            database.execute("SELECT id, kind, label, aliases, municipality, lon, lat, weight, cell FROM place LIMIT 1")
        except sqlite3.Error as error:
            database.close()
            raise PlacesError(f"{file}: not a search index ({error})") from error
        return cls(database)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self._database.close()

    def counts(self) -> dict[str, int]:
        """Count the entries by kind."""
        rows = self._database.execute("SELECT kind, count(*) FROM place GROUP BY kind").fetchall()
        return {KINDS[kind]: count for kind, count in sorted(rows)}

    def count_outside(self, bounds: tuple[float, float, float, float], margin_deg: float) -> int:
        """Count the entries that lie outside bounds (west, south, east, north in lon/lat) and a margin."""
        west, south, east, north = bounds
        sql = "SELECT count(*) FROM place WHERE NOT (lon BETWEEN ? AND ? AND lat BETWEEN ? AND ?)"
        box = (west - margin_deg, east + margin_deg, south - margin_deg, north + margin_deg)
        return int(self._database.execute(sql, box).fetchone()[0])

    def fault(self) -> str:
        """Answer what SQLite finds damaged in the file, "" when nothing is."""
        found = str(self._database.execute("PRAGMA quick_check(1)").fetchone()[0])
        return "" if found == "ok" else found

    def search(self, text: str, *, limit: int = 10, near: tuple[float, float] | None = None) -> tuple[Place, ...]:
        """Find places by what was typed so far, the best first.

        Forgives accents, case, the order of words, spelling and words not yet finished. near: (lon, lat), prefers
        what lies close. Coordinates answer one place of kind "coordinates".
        """
        point = parse_coordinates(text)
        if point is not None:
            away = distance_m(*near, *point) if near else None
            return (Place(0, "coordinates", f"{point[1]:.6f}, {point[0]:.6f}", "", *point, 100.0, away),)
        from gis.places_rank import fit, fit_crossing, is_exact  # rapidfuzz only when something is searched

        words = query_words(text)
        if not words or limit < 1:
            return ()
        both = crossing_parts(text)
        if both:
            sides = query_words(both[0]) + query_words(both[1])
            rows = self._finder.rows(sides, self._span("crossing")) if sides else []
            found = _best([(row, fit_crossing(both, row[2])) for row in rows], limit, near, least=60.0)
            if found:
                return found
        rows = self._finder.rows(words)
        scored = []
        for row in rows:
            names = _names(row)
            fits = fit(text, names, row[4])
            if fits >= 99.0 and is_exact(text, names):  # all others fit less well
                fits += _EXACT_BONUS[KINDS[row[1]]]
            scored.append((row, fits))
        return _best(scored, limit, near, least=40.0)

    def cameras(self) -> tuple[Place, ...]:
        """Answer every camera that can be searched for, in the index's order."""
        first, last = self._span("camera")
        sql = "SELECT id, label, municipality, lon, lat FROM place WHERE id BETWEEN ? AND ?"
        rows = self._database.execute(sql, (first, last)).fetchall()
        return tuple(Place(row[0], "camera", row[1], row[2], row[3], row[4], 100.0) for row in rows)

    def _span(self, kind: str) -> tuple[int, int]:
        if self._spans is None:
            spans = self._database.execute("SELECT kind, first, last FROM span").fetchall()
            self._spans = {KINDS[code]: (first, last) for code, first, last in spans}
        return self._spans.get(kind, (0, -1))

    def reverse(self, lon: float, lat: float, *, within_m: float = 2000.0) -> Place | None:
        """Find the address or block nearest to a point, None when there is none within the distance."""
        best: tuple[float, tuple[Any, ...]] | None = None
        cell_m = 111_195.0 / CELL * max(math.cos(math.radians(lat)), 0.01)
        row, column = divmod(cell_of(lon, lat), 1_000_000)
        reach, done = 1, -1
        while True:
            for r in range(row - reach, row + reach + 1):
                spans = [(column - reach, column + reach)]
                if abs(r - row) <= done:
                    spans = [(column - reach, column - done - 1), (column + done + 1, column + reach)]
                for first, last in spans:
                    for found in self._database.execute(
                        "SELECT id, kind, label, municipality, lon, lat FROM place WHERE cell BETWEEN ? AND ?",
                        (r * 1_000_000 + first, r * 1_000_000 + last),
                    ):
                        away = distance_m(lon, lat, found[4], found[5])
                        if away <= within_m and (best is None or (away, found) < best):
                            best = (away, found)
            if reach * cell_m >= within_m or (best is not None and best[0] <= reach * cell_m):
                break
            done, reach = reach, reach * 2
        if best is None:
            return None
        away, found = best
        return Place(found[0], KINDS[found[1]], found[2], found[3], found[4], found[5], 100.0, away)


def _names(row: tuple[Any, ...]) -> list[str]:
    return [row[2], *row[3].split("\n")] if row[3] else [row[2]]


def _best(
    scored: Sequence[tuple[tuple[Any, ...], float]], limit: int, near: tuple[float, float] | None, *, least: float
) -> tuple[Place, ...]:
    """Order rows by their score, importance and nearness, and answer the best of those that fit at all."""
    found = []
    for (place_id, code, label, _, municipality, lon, lat, weight), fits in scored:
        if fits < least:
            continue
        kind = KINDS[code]
        score = fits + _KIND_BONUS[kind] + 4 * weight
        away = None
        if near is not None:
            away = distance_m(*near, lon, lat)
            score -= 8 * min(away / 10_000, 1.0)
        found.append(Place(place_id, kind, label, municipality, lon, lat, round(score, 3), away))
    found.sort(key=lambda place: (-place.score, place.place_id))
    return tuple(found[:limit])
