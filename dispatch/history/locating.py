"""Find where a row happened: by its coordinates, or its address in the city's search; and say how well it is known."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dispatch.incident import Location, Precision

if TYPE_CHECKING:
    from gis.city import City

# How well a place is known, from the file's own coordinates (as its mapping says) down to the middle of a street.
GIVEN, CROSSING, HOUSE, BLOCK, STREET, NAMED = "given", "crossing", "house", "block", "street", "named"
FARTHEST_DEG = 2.0  # from the city's edge: farther is no place of this city
NEAR_DEG = 0.3
LEAST_SCORE = 85.0
SURE_SCORE = 94.0  # below, the words themselves must be alike: "Nowhere Street" is not Noe St
LONGEST_PLACE = 200
_NUMBER = r"[+-]?\d{1,7}(?:\.\d+)?"
_PAIR = re.compile(rf"({_NUMBER})\s*[,;\s]\s*({_NUMBER})")
_BLOCK = re.compile(r"(\d{1,5})\s*(?:-\d{1,5}\s*)?(?:block\s+of|blk\s+of|block|blk)\b\.?\s*(.+)", re.IGNORECASE)
_XX = re.compile(r"(\d{1,3})XX\s+(?:block\s+(?:of\s+)?)?(.+)", re.IGNORECASE)
_HOUSE = re.compile(r"(\d{1,5})(?:-\d{1,5})?(?:-?[A-Z])?\s+(\D.+|\d+(?:st|nd|rd|th)\b.+)", re.IGNORECASE)
_HOUSE_LAST = re.compile(r"(\D.+?)\s+(\d{1,5})(?:-\d{1,5})?\s?[A-Z]?", re.IGNORECASE)
# As street directories shorten the last word of a street, where the city's search knows longer ones.
_SHORT = {"av": "ave", "bl": "blvd", "hy": "hwy", "tr": "ter", "wy": "way"}
_LAST_WORD = re.compile(r"\b(av|bl|hy|tr|wy)\.?(?=\s*(?:$|[/&,]))", re.IGNORECASE)
_ZEROS = re.compile(r"\b0+(?=\d+(?:st|nd|rd|th)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Hold a place with how well it is known, and notes (codes) on what was mended; None where it was not found."""

    location: Location | None
    how: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clues:
    """Gather what a row says about its place, as text."""

    lon: str = ""
    lat: str = ""
    point: str = ""
    x: str = ""
    y: str = ""
    address: str = ""
    cross_street: str = ""
    cross_street_2: str = ""
    municipality: str = ""


class Locator:
    """Find places for one city; without one only coordinates are read. `precision` is what a file's coordinates are."""

    def __init__(self, city: City | None, *, crs: str = "", precision: str = "exact") -> None:
        self._city = city
        self._search = city.places() if city is not None and city.places_file.is_file() else None
        self._bounds = city.bounds if city is not None else None
        self._crs, self._precision = crs, precision
        self.find = lru_cache(maxsize=50_000)(self._find)

    def close(self) -> None:
        """Close the city's search."""
        if self._search is not None:
            self._search.close()

    def _find(self, clues: Clues) -> Found:
        text = self._words(clues)
        notes: list[str] = []
        at = self._coordinates(clues, notes)
        if at is not None:
            precision = Precision.VERIFIED if self._precision == "exact" else Precision.APPROXIMATE
            how = GIVEN if self._precision == "exact" else self._precision
            place = Location(*at, text, clues.municipality, precision, _crossing(clues))
            return Found(place, how, tuple(notes))
        found = self._geocoded(clues)
        if found is None:
            return Found(None, "", tuple(notes))
        lon, lat, how = found
        precision = Precision.VERIFIED if how == HOUSE else Precision.APPROXIMATE
        place = Location(round(lon, 6), round(lat, 6), text, clues.municipality, precision, _crossing(clues))
        return Found(place, how, (*notes, "geocoded"))

    def _words(self, clues: Clues) -> str:
        words = clues.address or " / ".join(each for each in (clues.cross_street, clues.cross_street_2) if each)
        return (words or clues.municipality)[:LONGEST_PLACE]

    def _coordinates(self, clues: Clues, notes: list[str]) -> tuple[float, float] | None:
        at = _pair(clues.lon, clues.lat) or _point(clues.point) or self._projected(clues)
        if at is None:
            return None
        if abs(at[0]) < 1e-6 and abs(at[1]) < 1e-6:
            notes.append("null_island")
            return None
        at, turned = (at[0], at[1]), (at[1], at[0])
        if not self._is_near(at, NEAR_DEG) and self._bounds is not None and self._is_near(turned, NEAR_DEG):
            notes.append("axes_swapped")
            at = turned
        if not (abs(at[0]) <= 180 and abs(at[1]) <= 90) or not self._is_near(at, FARTHEST_DEG):
            notes.append("outside_city")
            return None
        return (round(at[0], 7), round(at[1], 7))

    def _is_near(self, at: tuple[float, float], margin_deg: float) -> bool:
        if self._bounds is None:
            return abs(at[0]) <= 180 and abs(at[1]) <= 90
        west, south, east, north = self._bounds
        return west - margin_deg <= at[0] <= east + margin_deg and south - margin_deg <= at[1] <= north + margin_deg

    def _projected(self, clues: Clues) -> tuple[float, float] | None:
        at = _pair(clues.x, clues.y)
        if at is None or not self._crs:
            return at if at is not None and abs(at[0]) <= 180 and abs(at[1]) <= 180 else None  # X and Y in degrees
        from gis.crs import LONLAT, transformer

        lon, lat = transformer(self._crs, LONLAT).transform(*at)
        return (float(lon), float(lat)) if math.isfinite(lon) and math.isfinite(lat) else None

    def _geocoded(self, clues: Clues) -> tuple[float, float, str] | None:
        if self._search is None:
            return None
        address = _spelt_out(clues.address)
        block = _BLOCK.fullmatch(address) or _XX.fullmatch(address)
        if block is not None:
            hundred = int(block[1]) * (100 if _BLOCK.fullmatch(address) is None else 1)
            return self._on_block(hundred, block[2]) or self._on_street(block[2])
        from gis.places_text import crossing_parts

        if crossing_parts(address) is not None:
            return self._best(address, ("crossing",), CROSSING)
        house = _HOUSE.fullmatch(address)
        if house is not None:
            exact = self._house(int(house[1]), house[2])
            return exact or self._on_block(int(house[1]) // 100 * 100, house[2]) or self._on_street(house[2])
        house = _HOUSE_LAST.fullmatch(address)
        if house is not None and (exact := self._house(int(house[2]), house[1])) is not None:
            return exact
        if clues.cross_street and (clues.cross_street_2 or address):
            both = f"{_spelt_out(clues.cross_street)} / {_spelt_out(clues.cross_street_2) or address}"
            return self._best(both, ("crossing",), CROSSING)
        if not address:
            return None
        found = self._on_street(address) or self._best(address, ("place",), NAMED)
        return found or (self._on_street(house[1]) if house is not None else None)

    def _house(self, number: int, street: str) -> tuple[float, float, str] | None:
        for lon, lat, found in self._numbers(number, street):
            if found == number:
                return lon, lat, HOUSE
        return None

    def _on_block(self, hundred: int, street: str) -> tuple[float, float, str] | None:
        """Return a block, such as that from 100 to 199, or the house nearest to its middle, 150."""
        assert self._search is not None
        for place in self._search.search(f"{hundred} block of {street}", limit=20):
            head, _, label = place.label.partition(" block of ")
            if place.kind == "block" and head == str(hundred) and _is_spelt_like(street, label):
                return place.lon, place.lat, BLOCK
        best: tuple[int, float, float] | None = None
        for wanted in (hundred + 50, hundred + 20, hundred + 80):
            for lon, lat, number in self._numbers(wanted, street):
                away = abs(number - hundred - 50)
                if hundred <= number <= hundred + 99 and (best is None or away < best[0]):
                    best = (away, lon, lat)
        return (best[1], best[2], BLOCK) if best is not None else None

    def _numbers(self, number: int, street: str) -> list[tuple[float, float, int]]:
        assert self._search is not None
        found = []
        for place in self._search.search(f"{number} {street}", limit=20):
            digits = re.search(r"\d+", place.label) if place.kind == "address" else None
            if digits is not None and _same_street(street, place.label.replace(digits[0], "", 1)):
                found.append((place.lon, place.lat, int(digits[0])))
        return found

    def _on_street(self, street: str) -> tuple[float, float, str] | None:
        return self._best(street, ("street",), STREET)

    def _best(self, text: str, kinds: tuple[str, ...], how: str) -> tuple[float, float, str] | None:
        assert self._search is not None
        for place in self._search.search(text, limit=5):
            if place.kind not in kinds or place.score < LEAST_SCORE:
                continue
            if place.score >= SURE_SCORE or _is_spelt_like(text, place.label):
                return place.lon, place.lat, how
        return None


def _spelt_out(street: str) -> str:
    """Write a street as the search knows it: 3rd for 03rd, Geary Blvd for Geary Bl."""
    return _LAST_WORD.sub(lambda found: _SHORT[found[1].casefold()], _ZEROS.sub("", street))


def _same_street(asked: str, label: str) -> bool:
    from gis.places_text import SHORT_FORMS, query_words

    here = set(query_words(label))
    return all(word in here or here & set(SHORT_FORMS.get(word, ())) for word in query_words(asked))


def _is_spelt_like(asked: str, label: str) -> bool:
    """Tell whether each word asked for is one of a label's but for a slip, or all are it but for their blanks."""
    from gis.places_text import SHORT_FORMS, query_words

    words, here = ([word.lstrip("0") for word in query_words(text)] for text in (asked, label))
    joined = "".join(words)
    if joined.isalpha() and _is_slip(joined, "".join(here)):
        return True
    forms = {form for word in here for form in (word, *SHORT_FORMS.get(word, ()))}
    return all(any(_is_slip(word, form) or _is_cut(word, form) for form in forms) for word in words)


def _is_cut(word: str, other: str) -> bool:
    return 2 <= len(word) <= 3 and other.startswith(word)  # AV and BL, as files write avenues and boulevards


def _is_slip(word: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    slips = 0 if len(word) < 4 or not word.isalpha() else 1 if len(word) < 9 else 2  # 13th is no slip of 15th
    return bool(OSA.distance(word, other, score_cutoff=slips) <= slips)


def _crossing(clues: Clues) -> str:
    return clues.cross_street[:LONGEST_PLACE] if clues.address else ""


def _pair(x: str, y: str) -> tuple[float, float] | None:
    try:
        at = (
            float(x.replace(",", "") if x.count(",") > 1 else x.replace(",", ".")),
            float(y.replace(",", "") if y.count(",") > 1 else y.replace(",", ".")),
        )
    except ValueError:
        return None
    return at if math.isfinite(at[0]) and math.isfinite(at[1]) else None


def is_point(text: str) -> bool:
    """Tell whether a cell holds a pair of coordinates."""
    return _point(text) is not None


def _point(text: str) -> tuple[float, float] | None:
    """Read a pair in one cell: POINT (lon lat), (lat, lon), GeoJSON, or an object with latitude and longitude."""
    if not text:
        return None
    if text.startswith("{"):
        try:
            told = json.loads(text)
            if isinstance(told.get("coordinates"), list):
                return float(told["coordinates"][0]), float(told["coordinates"][1])
            return float(told["longitude"]), float(told["latitude"])
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            return None
    found = _PAIR.search(text)
    if found is None:
        return None
    first, second = float(found[1]), float(found[2])
    return (first, second) if text.upper().startswith(("POINT", "SRID")) else (second, first)
