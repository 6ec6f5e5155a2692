"""Where each city's map looked when the desk was left, in a small file."""

from __future__ import annotations

import math
from pathlib import Path

from app.parts.kept_file import read_kept, write_kept
from gis.city import City

MOST_CITIES = 50


def read_view(file: Path | None, city: City) -> tuple[float, float, float] | None:
    """Return lon, lat and metres per pixel; None where nothing usable was kept for the city."""
    kept = read_kept(file).get(_key(city))
    if not isinstance(kept, list) or len(kept) != 3 or not all(isinstance(one, int | float) for one in kept):
        return None
    lon, lat, scale = (float(one) for one in kept)
    west, south, east, north = city.bounds
    is_there = west <= lon <= east and south <= lat <= north and math.isfinite(scale) and 0.05 <= scale <= 1_000
    return (lon, lat, scale) if is_there else None


def write_view(file: Path | None, city: City, lon: float, lat: float, metres_per_pixel: float) -> None:
    """Keep where the map looks; a folder that cannot be written is no reason to stop."""
    if file is None:
        return
    kept = read_kept(file)
    kept.pop(_key(city), None)
    kept[_key(city)] = [round(lon, 6), round(lat, 6), round(metres_per_pixel, 4)]
    write_kept(file, dict(list(kept.items())[-MOST_CITIES:]))


def _key(city: City) -> str:
    return f"{city.name} {city.folder.name}"
