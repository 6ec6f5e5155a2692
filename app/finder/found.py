"""What the finder found, and how it is gathered: everything that has a name and a place."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.finder.bookmarks import Bookmark
from gis.label_names import LABELS_FILE, LabelNames
from gis.places import Places, PlacesError, distance_m, parse_coordinates
from gis.places_text import fold, index_words, query_words

if TYPE_CHECKING:
    from dispatch.state import State
    from gis.city import City
    from resources.position import Fix

logger = logging.getLogger(__name__)
LonLat = tuple[float, float]

UNIT, INCIDENT, BOOKMARK, LABEL, COORDINATES = "unit", "incident", "bookmark", "label", "coordinates"
SAME, BEGINS = 130.0, 108.0  # a call sign, a number; beside places, whose street of exactly this name has about 118
OF_STATION, OF_KIND, OF_PLACE, OF_BOOKMARK = -6.0, 8.0, -3.0, 8.0  # added to how well a name fits
FITS_WELL = 75.0  # what is so well named needs no guessing among labels
MOST_UNITS, MOST_INCIDENTS, MOST_BOOKMARKS, MOST_PLACES, MOST_LABELS = 5, 5, 4, 8, 5


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that has a name and a place. kind: "unit", "incident", "bookmark", "label", or as of `gis.places`.

    key: the unit's id, the incident's number, a label's layer. kind_of: the department's kind of a unit, the kind of
    an incident. metres_per_pixel is None where the scale does not matter.
    """

    kind: str
    title: str
    lon: float
    lat: float
    score: float
    key: str = ""
    detail: str = ""
    kind_of: str = ""
    rank: int = 0
    metres_per_pixel: float | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the window knows at one moment; nothing in it changes, so that another thread may read it."""

    state: State
    fixes: Mapping[str, Fix] = field(default_factory=dict)
    bookmarks: tuple[Bookmark, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)  # an incident's kind -> its name
    layers: Mapping[str, str] = field(default_factory=dict)  # a labelled layer -> its title


class Everything:
    """Search it all; belongs to one thread. `known` is asked at each search."""

    def __init__(self, city: City, known: Callable[[], Known]) -> None:
        self._known = known
        self._places: Places | None = city.places() if city.places_file.is_file() else None
        self._labels_file = city.folder / LABELS_FILE
        self._labels: LabelNames | None = None
        self._labels_are: tuple[int, ...] | None = None

    def search(self, text: str, *, limit: int = MOST_PLACES, near: LonLat | None = None) -> tuple[Found, ...]:
        """Find by what was typed so far: groups in the order of their best, the best first in each."""
        typed = text.strip()
        if not typed:
            return ()
        known = self._known()
        point = parse_coordinates(typed)
        if point is not None:
            return (self._point(point, near),)
        groups = [
            _best(_units(typed, known), MOST_UNITS, near),
            _best(_incidents(typed, known), MOST_INCIDENTS, near),
            _best(_bookmarks(typed, known.bookmarks), MOST_BOOKMARKS, near),
            self._named_places(typed, limit, near),
        ]
        is_known = any(group and group[0].score >= FITS_WELL for group in groups)
        groups.append(self._labelled(typed, known, near, may_guess=not is_known))
        groups.sort(key=lambda group: -group[0].score if group else 0.0)
        return tuple(one for group in groups for one in group)

    def reverse(self, lon: float, lat: float) -> str:
        """Name the address nearest to a point; empty where there is none."""
        near = self._places.reverse(lon, lat) if self._places is not None else None
        return near.label if near is not None else ""

    def _point(self, point: LonLat, near: LonLat | None) -> Found:
        lon, lat = point
        away = distance_m(*near, lon, lat) if near is not None else None
        return Found(
            COORDINATES, f"{lat:.6f}, {lon:.6f}", lon, lat, 200.0, detail=self.reverse(lon, lat), distance_m=away
        )

    def _named_places(self, typed: str, limit: int, near: LonLat | None) -> tuple[Found, ...]:
        if self._places is None:
            return ()
        return tuple(
            Found(
                one.kind, one.label, one.lon, one.lat, one.score,
                key=str(one.place_id), detail=one.municipality, distance_m=one.distance_m,
            )
            for one in self._places.search(typed, limit=limit, near=near)
        )  # fmt: skip

    def _labelled(self, typed: str, known: Known, near: LonLat | None, *, may_guess: bool) -> tuple[Found, ...]:
        labels = self._open_labels() if known.layers else None
        if labels is None:
            return ()
        return tuple(
            Found(
                LABEL, one.label, one.lon, one.lat, one.score - 4.0,
                key=one.layer, detail=known.layers[one.layer], rank=one.feature, distance_m=one.distance_m,
            )
            for one in labels.search(typed, limit=MOST_LABELS, near=near, may_guess=may_guess)
            if one.layer in known.layers
        )  # fmt: skip

    def _open_labels(self) -> LabelNames | None:
        """Open the labels, again after they were written anew."""
        now = _stamp(self._labels_file)
        if now != self._labels_are:
            self._labels_are = now
            if self._labels is not None:
                self._labels.close()
            self._labels = None
            if now is not None:
                try:
                    self._labels = LabelNames.open(self._labels_file)
                except (PlacesError, sqlite3.Error) as problem:
                    logger.warning("the layers' labels cannot be searched: %s", problem)
        return self._labels


def _stamp(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _best(found: Iterable[Found], limit: int, near: LonLat | None) -> tuple[Found, ...]:
    """Keep the best, with how far each is; of equals the nearest."""
    measured = [
        replace(one, distance_m=distance_m(*near, one.lon, one.lat)) if near is not None else one for one in found
    ]
    return tuple(sorted(measured, key=lambda one: (-one.score, one.distance_m or 0.0, one.title))[:limit])


def _units(typed: str, known: Known) -> Iterable[Found]:
    wanted, words, state = _pressed(typed), query_words(typed), known.state
    if not wanted:
        return
    stations = {key: _fit(typed, words, one.name) if len(wanted) >= 3 else 0.0 for key, one in state.stations.items()}
    for unit_id, one in state.units.items():
        if not one.on_roster:
            continue
        name = _pressed(unit_id)
        score = SAME if name == wanted else BEGINS if name.startswith(wanted) else 0.0
        if not score and stations.get(one.unit.station):
            score = stations[one.unit.station] + OF_STATION
        if score:
            fix = known.fixes.get(unit_id)
            lon, lat = (fix.lon, fix.lat) if fix is not None else (one.unit.lon, one.unit.lat)
            department = state.departments.get(one.unit.department)
            kind = department.kind if department is not None else ""
            yield Found(UNIT, unit_id, lon, lat, score, key=unit_id, detail=one.status.value, kind_of=kind)


def _incidents(typed: str, known: Known) -> Iterable[Found]:
    wanted = typed.lstrip("#").strip()
    words = query_words(typed)
    incidents, is_number = known.state.incidents, wanted.isdigit() and len(wanted) < 10
    numbers = dict.fromkeys(known.state.open_incidents)
    if is_number and int(wanted) in incidents:
        numbers[int(wanted)] = None  # a closed one is found by its number alone
    for number in numbers:
        incident = incidents[number]
        name = known.kinds.get(incident.kind, incident.kind)
        score = 0.0
        if is_number:
            score = SAME if number == int(wanted) else BEGINS if str(number).startswith(wanted) else 0.0
        if not score and not is_number:
            of_kind, of_place = _fit(typed, words, name), _fit(typed, words, incident.location.text)
            score = max(of_kind + OF_KIND if of_kind else 0.0, of_place + OF_PLACE if of_place else 0.0)
        if score:
            place = incident.location
            yield Found(
                INCIDENT, place.text or place.crossing, place.lon, place.lat, score,
                key=str(number), detail=name, kind_of=incident.kind, rank=incident.priority,
            )  # fmt: skip


def _bookmarks(typed: str, bookmarks: Sequence[Bookmark]) -> Iterable[Found]:
    folded, words = fold(typed), query_words(typed)
    for one in bookmarks:
        name = fold(one.name)
        score = SAME if name == folded else BEGINS if name.startswith(folded) else 0.0
        held = 0.0 if score else _fit(typed, words, one.name)
        score = score or (held + OF_BOOKMARK if held else 0.0)
        if score:
            yield Found(BOOKMARK, one.name, one.lon, one.lat, score, metres_per_pixel=one.metres_per_pixel)


@lru_cache(maxsize=50_000)
def _pressed(words: str) -> str:
    """Fold a call sign so that "e 3", "E-3" and "E3" are the same."""
    return "".join(sign for sign in fold(words) if sign.isalnum())


def _fit(typed: str, words: Sequence[str], name: str) -> float:
    """Score a name whose words begin as those that were typed, as places are scored; 0 where they do not."""
    if not _matches(words, name):
        return 0.0
    from gis.places_rank import fit  # rapidfuzz only when something is searched

    return fit(typed, (name,), "")


def _matches(words: Sequence[str], text: str) -> bool:
    """Tell whether every word begins a word of the text."""
    held = _words_of(text)
    return bool(words) and all(any(own.startswith(word) for own in held) for word in words)


@lru_cache(maxsize=50_000)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(index_words(text))
