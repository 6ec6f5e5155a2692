"""Gather what search finds in a city, and write its index."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.crs import LONLAT, transformer
from gis.osm_rows import Named, aliases_of
from gis.places import KINDS, cell_of, distance_m
from gis.places_text import index_words, is_signs
from gis.street_blocks import blocks_of

if TYPE_CHECKING:
    from gis.io import VectorFile
    from gis.osm import Extract

SAME_CROSSING_M = 80.0
# Countries (ISO 3166-1) where the house number is written before the street.
NUMBER_FIRST = frozenset(
    ("AU", "CA", "FR", "GB", "HK", "IE", "IL", "IN", "LU", "MY", "NZ", "PH", "SG", "TH", "US", "ZA")
)
_SETTLEMENT_RANK = {"city": 1.0, "town": 0.8, "village": 0.6, "suburb": 0.6, "quarter": 0.5, "neighbourhood": 0.4}
_NOTABLE = {
    "hospital", "fire_station", "police", "university", "station", "townhall", "stadium", "museum", "theatre", "school",
    "park", "bus_station", "ferry_terminal", "library", "college", "aerodrome", "attraction", "cathedral",
}  # fmt: skip
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, label TEXT NOT NULL, aliases TEXT NOT NULL,
    municipality TEXT NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, weight REAL NOT NULL, cell INTEGER
);
CREATE TABLE span (kind INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE vocabulary (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
    text, content = '', detail = none, columnsize = 0, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0'
);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the index before it is written. weight: importance in [0, 1]; also: words it is found by, not shown."""

    kind: str
    label: str
    lon: float
    lat: float
    municipality: str = ""
    aliases: tuple[str, ...] = ()
    also: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """The settlement that gives a city its name."""

    name: str
    name_zh: str


def main_settlement(named: Iterable[Named], center: tuple[float, float]) -> Settlement | None:
    """Pick the most important settlement of an extract, the nearest to its centre among equals."""

    def importance(place: Named) -> tuple[float, int, float]:
        return (_SETTLEMENT_RANK[place.kind], place.population, -distance_m(*center, place.lon, place.lat))

    fit = [place for place in named if place.kind in ("city", "town")]
    best = max(fit, key=importance, default=None)
    if best is None:
        return None
    return Settlement(best.name, best.name_zh)


class Gazetteer:
    """The entries of a city's search as they are gathered."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._towns = _Municipalities([], [], [])

    def add_extract(self, extract: Extract, *, number_first: bool = False) -> None:
        """Take an extract's named places, streets, crossings and addresses, whose number may stand first."""
        self._towns = _Municipalities(extract.municipalities, extract.addresses, extract.named)
        self._add_named(extract.named)
        lines = np.array([street.line for street in extract.streets], dtype=object)
        names = [street.name for street in extract.streets]
        others = [aliases_of(street.tags) for street in extract.streets]
        by_street = self._add_streets(names, lines, others)
        nodes = np.concatenate([np.array(s.nodes, np.int64) for s in extract.streets] or [np.empty(0, np.int64)])
        self._add_crossings(names, lines, nodes)
        self._add_addresses(extract, by_street, number_first)

    def add_street_file(self, streets: VectorFile) -> None:
        """Take the streets, crossings and blocks of a city's own street file; streets meet where their ends do."""
        column = name_column(streets.columns, ("streetname", "street_name", "fullname", "full_name", "name", "street"))
        if column is None:
            return
        index, lines, _ = streets.of_kind("line")
        values = streets.columns[column]
        use = [i for i, at in enumerate(index.tolist()) if values[at]]
        names = [nice_name(str(values[index[i]])) for i in use]
        lines = lines[use]
        self._add_streets(names, lines, [()] * len(names))
        coords = np.round(shapely.get_coordinates(lines), 6)
        _, nodes = np.unique(coords, axis=0, return_inverse=True)
        self._add_crossings(names, lines, nodes.ravel())
        for block in blocks_of(names, lines, streets.columns, [int(index[i]) for i in use]):
            numbers = " ".join(map(str, block.numbers))
            self._add(Entry("block", f"{block.first} block of {block.street}", block.lon, block.lat, also=numbers))

    def add_layers(self, folder: Path, metric_crs: str, replaced: Collection[str]) -> None:
        """Take the cameras, and what is named in layers that came from vector files."""
        streets = [entry for entry in self.entries if entry.kind == "street"]
        tree = shapely.STRtree(shapely.points([(e.lon, e.lat) for e in streets])) if streets else None
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name != "cameras" and path.name not in replaced:
                continue
            layer = LayerColumns.open(path)
            if not layer.count:
                continue
            centers = (layer.boxes[:, :2] + layer.boxes[:, 2:]) / 2
            lon, lat = transformer(metric_crs, LONLAT).transform(centers[:, 0], centers[:, 1])
            columns = layer.columns()
            names = layer.attribute("name") if "name" in columns else [None] * layer.count
            if path.name == "cameras":
                refs = layer.attribute("ref") if "ref" in columns else [None] * layer.count
                near = tree.nearest(shapely.points(lon, lat)).tolist() if tree is not None else []
                towns = self._towns.at(list(zip(lon.tolist(), lat.tolist(), strict=True)))
                numbered: Counter[str] = Counter()
                for i in range(layer.count):
                    street = streets[near[i]].label if near else ""
                    label = str(names[i] or "")
                    if not label:
                        numbered[street] += 1
                        label = f"Camera {refs[i] or numbered[street]}" + (f", {street}" if street else "")
                    also = f"camera {layer.kind_of(i)} {refs[i] or ''} {street}"
                    self._add(Entry("camera", label, float(lon[i]), float(lat[i]), towns[i], also=also))
            else:
                for i in range(layer.count):
                    if names[i]:
                        also = f"{path.name} {layer.kind_of(i)}".replace("_", " ")
                        self._add(Entry("place", str(names[i]), float(lon[i]), float(lat[i]), also=also, weight=0.5))

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def _add_named(self, named: Sequence[Named]) -> None:
        towns = self._towns.at([(place.lon, place.lat) for place in named])
        seen: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for place, town in zip(named, towns, strict=True):
            others = seen[place.name, place.kind]
            if any(distance_m(place.lon, place.lat, *other) < SAME_CROSSING_M for other in others):
                continue
            others.append((place.lon, place.lat))
            weight = _SETTLEMENT_RANK.get(place.kind, 0.5 if place.kind in _NOTABLE else 0.1)
            where = "" if place.is_settlement and place.name == town else place.city or town
            also = place.kind.replace("_", " ")
            self._add(Entry("place", place.name, place.lon, place.lat, where, place.aliases, also, weight))

    def _add_streets(
        self, names: Sequence[str], lines: NDArray[Any], others: Sequence[tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """Add each street once a municipality, at the vertex nearest its middle; answers the streets' other names."""
        middles = shapely.point_on_surface(lines) if len(lines) else np.empty(0, object)
        xy = np.column_stack((shapely.get_x(middles), shapely.get_y(middles)))
        towns = self._towns.at([tuple(point) for point in xy.tolist()])
        pieces: dict[tuple[str, str], list[int]] = defaultdict(list)
        aliases: dict[str, dict[str, None]] = defaultdict(dict)
        for i, name in enumerate(names):
            pieces[name, towns[i]].append(i)
            aliases[name].update(dict.fromkeys(others[i]))
        lengths = shapely.length(lines)
        for (name, town), members in pieces.items():
            own = xy[members]
            middle = np.average(own, axis=0, weights=lengths[members] + 1e-9)
            lon, lat = own[np.argmin(((own - middle) ** 2).sum(axis=1))].tolist()
            weight = min(float(lengths[members].sum()) * 10, 1.0)
            self._add(Entry("street", name, lon, lat, town, tuple(aliases[name]), "", weight))
        return {name: tuple(found) for name, found in aliases.items()}

    def _add_crossings(self, names: Sequence[str], lines: NDArray[Any], nodes: NDArray[np.int64]) -> None:
        """Add every place where streets of different names share a node. nodes: one for each vertex of the lines."""
        coords, owner = shapely.get_coordinates(lines, return_index=True)
        if not len(coords) or len(coords) != len(nodes):
            return
        _, name_index = np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)
        spelt = {int(n): name for n, name in zip(name_index, names, strict=True)}
        pairs, first = np.unique(np.column_stack((nodes, name_index[owner])), axis=0, return_index=True)
        _, starts, counts = np.unique(pairs[:, 0], return_index=True, return_counts=True)
        seen: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for at in np.flatnonzero(counts > 1).tolist():
            begin = int(starts[at])
            here = sorted(spelt[int(n)] for n in pairs[begin : begin + int(counts[at]), 1])
            lon, lat = coords[first[begin]].tolist()
            for i, one in enumerate(here):
                for other in here[i + 1 :]:
                    places = seen[one, other]
                    if not any(distance_m(lon, lat, *place) < SAME_CROSSING_M for place in places):
                        places.append((lon, lat))
        found = [(one, other, lon, lat) for (one, other), places in seen.items() for lon, lat in places]
        towns = self._towns.at([(lon, lat) for _, _, lon, lat in found])
        for (one, other, lon, lat), town in zip(found, towns, strict=True):
            self._add(Entry("crossing", f"{one} / {other}", lon, lat, town))

    def _add_addresses(self, extract: Extract, by_street: dict[str, tuple[str, ...]], number_first: bool) -> None:
        towns = self._towns.at([(a.lon, a.lat) for a in extract.addresses])
        seen: dict[tuple[str, str], tuple[float, float]] = {}
        named_streets = {street.name for street in extract.streets}
        for address, town in zip(extract.addresses, towns, strict=True):
            if not address.street:
                continue
            label = address_label(address.street, address.number, number_first)
            where = address.city or town
            known = seen.get((label, where))
            if known and distance_m(address.lon, address.lat, *known) < 150:
                continue
            seen[label, where] = (address.lon, address.lat)
            others = [address_label(a, address.number, number_first) for a in by_street.get(address.street, ())]
            weight = 0.1 if address.street in named_streets else 0.0
            self._add(
                Entry("address", label, address.lon, address.lat, where, tuple(others[:4]), address.postcode, weight)
            )

    def write(self, file: Path) -> dict[str, int]:
        """Write the index; answers how many entries of each kind it holds."""
        ordered = sorted(self.entries, key=_importance)
        words: set[str] = set()
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.executescript(_SCHEMA)
            database.execute("BEGIN")
            database.executemany(
                "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        i, KINDS.index(e.kind), clean(e.label), clean("\n".join(e.aliases)), clean(e.municipality),
                        e.lon, e.lat, e.weight, cell_of(e.lon, e.lat) if e.kind in ("address", "block") else None,
                    )
                    for i, e in enumerate(ordered, 1)
                ),
            )  # fmt: skip
            database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", _indexed(ordered, words))
            database.executemany("INSERT INTO vocabulary VALUES (?)", ((word,) for word in sorted(words)))
            database.execute("INSERT INTO span SELECT kind, min(id), max(id) FROM place GROUP BY kind")
            database.execute("CREATE INDEX place_cell ON place (cell) WHERE cell IS NOT NULL")
            database.execute("INSERT INTO words (words) VALUES ('optimize')")
            database.execute("COMMIT")
        counts = Counter(entry.kind for entry in ordered)
        return {kind: counts[kind] for kind in KINDS}


def _indexed(entries: Sequence[Entry], words: set[str]) -> Iterable[tuple[int, str]]:
    for i, entry in enumerate(entries, 1):
        found = index_words(
            " ".join((clean(entry.label), *map(clean, entry.aliases), clean(entry.municipality), clean(entry.also)))
        )
        words.update(word for word in found if len(word) > 2 and not word.isdigit())
        yield i, " ".join(dict.fromkeys(found))


def _importance(entry: Entry) -> tuple[int, float, str, list[int], str]:
    numbers = [int(n) for n in re.findall(r"\d{1,9}", entry.label)]
    street = re.sub(r"\d+[a-z]?", "", entry.label).strip() if entry.kind == "address" else entry.label
    return KINDS.index(entry.kind), -entry.weight, street, numbers, entry.label


def clean(text: str) -> str:
    """Make text that SQLite and JSON can hold: no lone surrogates, no NUL, at most 500 signs."""
    if text.isascii():
        return text.replace("\0", " ")[:500]
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")[:500]


def address_label(street: str, number: str, number_first: bool = False) -> str:
    """Write an address as one line; in Chinese and Japanese nothing stands between street and number."""
    if street and is_signs(street[-1]):
        return f"{street}{number}"
    return f"{number} {street}" if number_first else f"{street} {number}"


def nice_name(name: str) -> str:
    """Write a name that is all capitals as a title; a register's "MARKET ST" becomes "Market St"."""
    name = re.sub(r"\s+", " ", name).strip()
    if name != name.upper() or not any(c.isalpha() for c in name):
        return name
    return re.sub(
        r"\d+(?:ST|ND|RD|TH)\b|[^\W\d_]+", lambda m: m[0].capitalize() if m[0][0].isalpha() else m[0].lower(), name
    )


def name_column(columns: Iterable[str], wanted: Sequence[str]) -> str | None:
    """Pick the column of a file that holds what is wanted, the first wanted name first."""
    by_name = {re.sub(r"[^a-z0-9_]", "_", column.casefold()): column for column in columns}
    return next((by_name[name] for name in wanted if name in by_name), None)


class _Municipalities:
    """Which municipality a point is in: by boundary, else as the nearest address says, else the nearest settlement."""

    def __init__(self, areas: Sequence[tuple[str, Any]], addresses: Sequence[Any], named: Sequence[Named]) -> None:
        self._names = [name for name, _ in areas]
        self._tree = shapely.STRtree([shape for _, shape in areas])
        told = [(a.lon, a.lat, a.city) for a in addresses if a.city]
        told = told or [(p.lon, p.lat, p.name) for p in named if p.kind in ("city", "town", "village")]
        self._near_names = [name for _, _, name in told]
        self._near = shapely.STRtree(shapely.points([(lon, lat) for lon, lat, _ in told])) if told else None

    def at(self, points: Sequence[tuple[float, ...]]) -> list[str]:
        """Name the municipality of each point, "" where none is known."""
        found = [""] * len(points)
        if not points:
            return found
        shapes = shapely.points(np.array(points, dtype=np.float64).reshape(-1, 2))
        if self._names:
            inside, area = self._tree.query(shapes, predicate="within")
            for i, at in zip(inside.tolist(), area.tolist(), strict=True):
                found[i] = self._names[at]
        if self._near is not None:
            nearest = np.asarray(self._near.nearest(shapes)).reshape(-1)
            for i, at in enumerate(nearest.tolist()):
                found[i] = found[i] or self._near_names[at]
        return found
