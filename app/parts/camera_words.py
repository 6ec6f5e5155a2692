"""What is said of a camera: its name, where it stands and looks, whether it sees a place."""

from __future__ import annotations

from collections.abc import Mapping

from app.wording import label, one_line, text
from resources.camera import Camera
from resources.camera_sight import Seen

Names = Mapping[tuple[float, float], str]


def spot(lon: float, lat: float) -> tuple[float, float]:
    """Return the key of a place in `Names`."""
    return round(lon, 6), round(lat, 6)


def camera_name(camera: Camera, language: str, names: Names | None = None) -> str:
    """Name a camera: its own name, what the city's search calls it (`names`), or its number."""
    name = camera.name or (names or {}).get(spot(camera.lon, camera.lat), "")
    number = one_line(camera.id.rpartition("/")[2], 40)
    return one_line(name, 80) or text("cameras.unnamed", language, number=number)


def compass(degrees: float, language: str) -> str:
    """Name the nearest of the eight directions."""
    return text("cameras.directions", language).split("|")[round(degrees / 45) % 8]


def where(camera: Camera, bearing_deg: float, language: str) -> list[str]:
    """Say on which side of a place a camera stands and where it looks."""
    said = [text("cameras.bearing", language, direction=compass(bearing_deg, language))]
    if camera.direction_deg is not None:
        said.append(text("cameras.looks", language, direction=compass(camera.direction_deg, language)))
    return said


def why(seen: Seen, language: str) -> str:
    """Say whether a camera sees the place, or why not."""
    return label("sight", seen.code, language)
