"""Search over what user layers write on the map: an index of their labels beside the city's places.

The index (`labels.sqlite`) is made anew when a layer came, went, or is labelled by another field; its words are cut
and found as those of `gis.places` are.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gis.places import PlacesError, distance_m
from gis.places_query import WordFinder
from gis.places_text import index_words, query_words

if TYPE_CHECKING:
    from gis.city import City
    from gis.columns import LayerColumns

LABELS_FILE = "labels.sqlite"
FORMAT = "1"
MOST_LABELS = 3_000_000
MOST_OF_ONE = 60  # features of a layer that are called the same: a field of kinds is no field of names
LONGEST = 200
BATCH = 20_000
EXACT_BONUS = 12.0
LEAST_FIT = 40.0
Report = Callable[[float, str], None]

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE about (signature TEXT NOT NULL);
CREATE TABLE source (id INTEGER PRIMARY KEY, layer TEXT NOT NULL);
CREATE TABLE place (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, label TEXT NOT NULL, aliases TEXT NOT NULL,
    municipality TEXT NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, weight REAL NOT NULL, feature INTEGER NOT NULL
);
CREATE TABLE vocabulary (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
    text, content = '', detail = none, columnsize = 0, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0'
);
"""


@dataclass(frozen=True, slots=True)
class LabelSource:
    """A layer (its folder's name) and the field that names its features."""

    layer: str
    field: str


@dataclass(frozen=True, slots=True)
class NamedFeature:
    """A feature that was found. feature: its index in the layer; score as of `gis.places.Place`."""

    layer: str
    feature: int
    label: str
    lon: float
    lat: float
    score: float
    distance_m: float | None = None


def is_current(city: City, sources: Sequence[LabelSource]) -> bool:
    """Tell whether the index holds these layers' labels as they are now; without sources there must be none."""
    file = city.folder / LABELS_FILE
    if not file.exists():
        return not _usable(city, sources)
    try:
        with closing(_open(file)) as database:
            held = database.execute("SELECT signature FROM about").fetchone()
    except sqlite3.Error:
        return False
    return held is not None and held[0] == _signature(city, sources)


def write_labels(city: City, sources: Sequence[LabelSource], *, report: Report | None = None) -> int:
    """Write the index of these layers' labels in one step and answer how many it holds; without any, remove it.

    `report` takes a share and a layer's name, and may raise to give up. Raises OSError and sqlite3.Error; then the
    former index stands.
    """
    file = city.folder / LABELS_FILE
    sources = _usable(city, sources)
    if not sources:
        file.unlink(missing_ok=True)
        return 0
    part = file.with_name(f".{LABELS_FILE}.{secrets.token_hex(4)}")
    signature = _signature(city, sources)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as database:
            count = _fill(database, city, sources, signature, report)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return count


def _fill(
    database: sqlite3.Connection, city: City, sources: Sequence[LabelSource], signature: str, report: Report | None
) -> int:
    database.executescript(_SCHEMA)
    database.execute("BEGIN")
    database.execute("INSERT INTO about VALUES (?)", (signature,))
    words: set[str] = set()
    count = 0
    for number, source in enumerate(sources):
        database.execute("INSERT INTO source VALUES (?, ?)", (number, source.layer))
        rows = _labels(city, source)
        for begin in range(0, len(rows), BATCH):
            if report is not None:
                report((number + begin / len(rows)) / len(sources), source.layer)
            batch = rows[begin : begin + BATCH][: MOST_LABELS - count]
            database.executemany(
                "INSERT INTO place VALUES (?, ?, ?, '', '', ?, ?, 0, ?)",
                ((count + i, number, *row) for i, row in enumerate(batch, 1)),
            )
            database.executemany(
                "INSERT INTO words (rowid, text) VALUES (?, ?)",
                ((count + i, text) for i, text in enumerate(_indexed(batch, words), 1)),
            )
            count += len(batch)
    database.executemany("INSERT INTO vocabulary VALUES (?)", ((word,) for word in words))
    database.execute("INSERT INTO words (words) VALUES ('optimize')")
    database.execute("COMMIT")
    return count


def _labels(city: City, source: LabelSource) -> list[tuple[str, float, float, int]]:
    """List label, lon, lat and index of a layer's features that have one, the shortest labels first."""
    layer = city.layer(source.layer)
    labels = _texts(layer, source.field)
    middles = (layer.boxes[:, :2] + layer.boxes[:, 2:]) / 2
    lon, lat = city.to_lonlat(middles[:, 0], middles[:, 1])
    # Shorter labels are plainer ones. Numbers are sorted without holding up other threads, a list of texts is not.
    lengths = np.fromiter(map(len, labels), np.int32, len(labels))
    seen: Counter[str] = Counter()
    rows = []
    for index in np.argsort(lengths, kind="stable").tolist():
        label, x, y = labels[index], float(lon[index]), float(lat[index])
        if label and math.isfinite(x + y) and seen[label] < MOST_OF_ONE:
            seen[label] += 1
            rows.append((label, x, y, index))
    return rows


def _texts(layer: LayerColumns, field: str) -> list[str]:
    """Read a column as plain texts, one a feature; a batch at a time, so that other threads go on meanwhile."""
    from gis.field_values import coded, is_text

    if not is_text(layer, field):
        codes, texts = coded(layer, field)
        plain = [*map(_plain, texts), ""]  # the code -1 reads the last
        return [plain[code] for code in codes.tolist()]
    import pyarrow.parquet as parquet

    labels: list[str] = []
    with parquet.ParquetFile(layer.folder / "attributes.parquet") as file:
        for batch in file.iter_batches(batch_size=BATCH, columns=[field]):
            labels += [_plain(text) if text else "" for text in batch.column(0).to_pylist()]
    return labels


def _indexed(rows: Sequence[tuple[str, float, float, int]], words: set[str]) -> Iterator[str]:
    for label, *_ in rows:
        found = index_words(label)
        words.update(word for word in found if len(word) > 2 and not word.isdigit())
        yield " ".join(dict.fromkeys(found))


def _plain(text: str) -> str:
    bare = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])
    return bare.encode("utf-8", "replace").decode("utf-8").strip()


def _usable(city: City, sources: Sequence[LabelSource]) -> list[LabelSource]:
    """Keep the sources whose layer is there and has the field."""
    names = set(city.layer_names())
    return [
        source
        for source in sources
        if source.field and source.layer in names and source.field in city.layer(source.layer).columns()
    ]


def _signature(city: City, sources: Sequence[LabelSource]) -> str:
    told = [FORMAT]
    for source in _usable(city, sources):
        changed = (city.folder / "layers" / source.layer / "layer.json").stat().st_mtime_ns
        told += [source.layer, source.field, str(changed)]
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()


def _open(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    database.execute("PRAGMA trusted_schema=OFF")
    return database


class LabelNames:
    """An index of labels, opened read-only. Not for several threads at once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._finder = WordFinder(database)
        self._layers: dict[int, str] = dict(database.execute("SELECT id, layer FROM source").fetchall())

    @classmethod
    def open(cls, file: Path) -> LabelNames:
        """Open an index. Raises PlacesError where it is missing or is none."""
        try:
            database = _open(file)
        except sqlite3.Error as error:
            raise PlacesError(f"{file}: cannot be opened ({error})") from error
        try:
            return cls(database)
        except sqlite3.Error as error:
            database.close()
            raise PlacesError(f"{file}: not an index of labels ({error})") from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self._database.close()

    def search(
        self, text: str, *, limit: int = 10, near: tuple[float, float] | None = None, may_guess: bool = True
    ) -> tuple[NamedFeature, ...]:
        """Find features by what was typed of their labels so far, the best first. near: (lon, lat).

        Words that may be misspelt are looked for only where `may_guess`: that costs most.
        """
        from gis.places_rank import fit, is_exact

        words = query_words(text)
        if not words or limit < 1:
            return ()
        found = []
        for row_id, source, label, _, _, lon, lat, _ in self._finder.rows(words, may_guess=may_guess):
            fits = fit(text, (label,), "")
            if fits < LEAST_FIT:
                continue
            away = distance_m(*near, lon, lat) if near is not None else None
            bonus = EXACT_BONUS if fits >= 99.0 and is_exact(text, (label,)) else 0.0
            score = fits + bonus - 8 * min((away or 0.0) / 10_000, 1.0)
            found.append((-score, row_id, source, label, lon, lat, away))
        found.sort()
        return tuple(
            NamedFeature(self._layers[source], self._feature(row_id), label, lon, lat, round(-score, 3), away)
            for score, row_id, source, label, lon, lat, away in found[:limit]
        )

    def _feature(self, row_id: int) -> int:
        return int(self._database.execute("SELECT feature FROM place WHERE id = ?", (row_id,)).fetchone()[0])
