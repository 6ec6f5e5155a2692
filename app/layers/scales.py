"""Scales in the words of maps: 1:N on a screen of 96 dots an inch."""

from __future__ import annotations

import math

from app.wording import text
from maps.user_layers import Look

PER_METRE = 96 / 0.0254


def number_of(metres_per_pixel: float) -> int:
    """Return N of 1:N, rounded to two digits."""
    number = metres_per_pixel * PER_METRE
    if number <= 0 or not math.isfinite(number):
        return 0
    step = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return int(round(number / step) * step)


def metres_per_pixel(number: float) -> float:
    """Return the metres per logical pixel of 1:N."""
    return number / PER_METRE


def scale_words(look: Look, language: str) -> str:
    """Word at which scales a look is drawn; "" where at all."""
    fine = f"1:{number_of(look.finest_mpp):,}" if look.finest_mpp > 0 else ""
    coarse = f"1:{number_of(look.coarsest_mpp):,}" if math.isfinite(look.coarsest_mpp) else ""
    if fine and coarse:
        return text("layers.scale_between", language, coarse=coarse, fine=fine)
    if coarse:
        return text("layers.scale_from", language, coarse=coarse)
    return text("layers.scale_to", language, fine=fine) if fine else ""
