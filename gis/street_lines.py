"""Find a street by its name, with the lines that it runs along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.columns import LayerColumns
from gis.field_values import coded

if TYPE_CHECKING:
    from gis.city import City

NAMES = ("name", "name_local", "name_zh", "name_en")
SHORTEST_M = 15.0  # what is shorter is a stub within a crossing


def find_street(city: City, words: str) -> tuple[str, tuple[NDArray[np.float64], ...]]:
    """Return a street's name and its lines, each float64 (n, 2) lon/lat, joined where they meet end to end.

    Spelt alike comes before beginning alike, that before containing. Raises LookupError where no street is called so,
    or several are that begin alike; CityError where the city has no layer of roads that can be read.
    """
    layer = city.layer("roads")
    names, features = _meant(layer, " ".join(words.split()).casefold())
    if len(names) != 1:
        raise LookupError(", ".join(sorted(names)[:6]))
    parts = [
        shapely.LineString(layer.coords[layer.parts[part] : layer.parts[part + 1]])
        for feature in features.tolist()
        for part in range(int(layer.features[feature]), int(layer.features[feature + 1]))
        if layer.parts[part + 1] - layer.parts[part] > 1
    ]
    joined: Any = shapely.line_merge(shapely.union_all(parts))
    lines = [line for line in shapely.get_parts(joined) if line.length >= SHORTEST_M] or list(shapely.get_parts(joined))
    found = []
    for line in lines:
        x, y = shapely.get_coordinates(line).T
        lon, lat = city.to_lonlat(x, y)
        found.append(np.stack((lon, lat), axis=1))
    return names.pop(), tuple(found)


def _meant(layer: LayerColumns, spoken: str) -> tuple[set[str], NDArray[np.int64]]:
    """Return the names that are meant and the features that bear them."""
    if not spoken:
        return set(), np.empty(0, np.int64)
    for is_like in (str.__eq__, str.startswith, str.__contains__):
        for column in NAMES:
            codes, values = coded(layer, column)
            fits = [place for place, name in enumerate(values) if is_like(name.casefold(), spoken)]
            features = np.flatnonzero(np.isin(codes, fits)) if fits else np.empty(0, np.int64)
            if len(features):
                return {values[place] for place in fits}, features
    return set(), np.empty(0, np.int64)
