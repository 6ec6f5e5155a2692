"""Video cameras of the city, and which of them stand near a place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Camera:
    """Describe one camera: where it stands (WGS 84), its kind and where it looks (None if untagged)."""

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    direction_deg: float | None = None
