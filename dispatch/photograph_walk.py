"""What the walks through JPEG and PNG share: their bounds, and what they find."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.refused import Refused

MOST_BYTES = 40_000_000  # a photograph of 108 megapixels takes some 30 MB
MOST_PIXELS = 110_000_000
MOST_SIDE_PX = 30_000
MOST_BESIDE_BYTES = 16_000_000  # what is not picture: profiles, EXIF, a depth map
MOST_PARTS = 1_000  # segments or chunks that are not picture


@dataclass(frozen=True, slots=True)
class Walked:
    """Hold what a walk found: the size in pixels as stored, and the EXIF block (it begins with a TIFF header)."""

    width_px: int
    height_px: int
    exif: bytes = b""


def check_pixels(width_px: int, height_px: int) -> None:
    """Refuse a picture of more pixels than anything here decodes."""
    if not width_px or not height_px:
        raise Refused("evidence_damaged", photograph_part="size")
    if max(width_px, height_px) > MOST_SIDE_PX or width_px * height_px > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise Refused("evidence_too_many_pixels", width_px=width_px, height_px=height_px, most=most)


def check_beside(parts: int, size_bytes: int) -> None:
    """Refuse a file whose data beside the picture are out of all proportion."""
    if parts > MOST_PARTS or size_bytes > MOST_BESIDE_BYTES:
        raise Refused("evidence_too_much_beside", parts=parts, megabytes=round(size_bytes / 1e6, 1))
