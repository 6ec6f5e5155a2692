"""What part of the ground is on the screen: centre, scale and size, without a widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Box = tuple[float, float, float, float]

FINEST_METRES_PER_PIXEL = 0.05
COARSEST_METRES_PER_PIXEL = 20_000.0


@dataclass(frozen=True, slots=True)
class View:
    """Look at the ground around `x`, `y` (metric CRS, y to the north) at one scale.

    `width`, `height` and `metres_per_pixel` count logical pixels; screen coordinates run from the top left corner,
    y downwards. `device_pixel_ratio` is how many device pixels make a logical one (2.0 on a 200 % screen).
    """

    x: float
    y: float
    metres_per_pixel: float
    width: float
    height: float
    device_pixel_ratio: float = 1.0

    def __post_init__(self) -> None:
        if not (self.metres_per_pixel > 0 and np.isfinite([self.x, self.y, self.metres_per_pixel]).all()):
            raise ValueError(
                f"a view needs a finite centre and a positive scale, not {self.x}, {self.y}, {self.metres_per_pixel}"
            )

    @property
    def box(self) -> Box:
        """Return the ground that is seen: xmin, ymin, xmax, ymax."""
        half_x = self.width * self.metres_per_pixel / 2
        half_y = self.height * self.metres_per_pixel / 2
        return (self.x - half_x, self.y - half_y, self.x + half_x, self.y + half_y)

    def grown_box(self, pixels: float) -> Box:
        """Return `box` with a margin of so many logical pixels on every side."""
        west, south, east, north = self.box
        margin = pixels * self.metres_per_pixel
        return (west - margin, south - margin, east + margin, north + margin)

    def to_screen(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Turn ground coordinates into logical pixels."""
        across = (np.asarray(x, dtype=np.float64) - self.x) / self.metres_per_pixel + self.width / 2
        down = (self.y - np.asarray(y, dtype=np.float64)) / self.metres_per_pixel + self.height / 2
        return across, down

    def to_ground(self, across: ArrayLike, down: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Turn logical pixels into ground coordinates."""
        x = (np.asarray(across, dtype=np.float64) - self.width / 2) * self.metres_per_pixel + self.x
        y = self.y - (np.asarray(down, dtype=np.float64) - self.height / 2) * self.metres_per_pixel
        return x, y

    def zoomed(self, factor: float, about: tuple[float, float] | None = None) -> View:
        """Return the view `factor` times nearer, with the screen point `about` (default: the middle) kept in place."""
        across, down = about if about is not None else (self.width / 2, self.height / 2)
        scale = min(max(self.metres_per_pixel / factor, FINEST_METRES_PER_PIXEL), COARSEST_METRES_PER_PIXEL)
        change = self.metres_per_pixel - scale
        return replace(
            self,
            x=self.x + (across - self.width / 2) * change,
            y=self.y - (down - self.height / 2) * change,
            metres_per_pixel=scale,
        )

    def panned(self, dx: float, dy: float) -> View:
        """Return the view after the ground was dragged by so many pixels to the right and down."""
        return replace(self, x=self.x - dx * self.metres_per_pixel, y=self.y + dy * self.metres_per_pixel)

    def centred(self, x: float, y: float) -> View:
        """Return the view with another centre at the same scale."""
        return replace(self, x=x, y=y)

    def resized(self, width: float, height: float, device_pixel_ratio: float | None = None) -> View:
        """Return the view on a screen of another size: same centre, same scale."""
        ratio = self.device_pixel_ratio if device_pixel_ratio is None else device_pixel_ratio
        return replace(self, width=max(1, width), height=max(1, height), device_pixel_ratio=ratio)

    def fit(self, box: Box, margin: float = 0.05) -> View:
        """Return the view that just shows a box of ground, with a margin as a share of the screen."""
        west, south, east, north = box
        share = 1 - 2 * margin
        scale = max((east - west) / (self.width * share), (north - south) / (self.height * share))
        scale = min(max(scale, FINEST_METRES_PER_PIXEL), COARSEST_METRES_PER_PIXEL)
        return replace(self, x=(west + east) / 2, y=(south + north) / 2, metres_per_pixel=scale)

    def fill(self, box: Box, must_see: ArrayLike = (), *, most: float = 2.0, margin: float = 0.12) -> View:
        """Return a view that a box of ground fills well: at most `most` times as near as all of it would allow.

        Every point of `must_see` (n, 2) is on the screen, with a margin as a share of it; where they are none, the
        middle of the box is.
        """
        west, south, east, north = box
        whole = self.fit(box)
        scale = max(min((east - west) / self.width, (north - south) / self.height), whole.metres_per_pixel / most)
        points = np.asarray(must_see, dtype=np.float64).reshape(-1, 2)
        x, y = whole.x, whole.y
        if len(points):
            low, high = points.min(axis=0), points.max(axis=0)
            x, y = (float(value) for value in (low + high) / 2)
            share = 1 - 2 * margin
            needed = max((high[0] - low[0]) / (self.width * share), (high[1] - low[1]) / (self.height * share))
            scale = max(scale, float(needed))
        scale = min(scale, whole.metres_per_pixel)
        # No more of what lies beside the box than must be.
        half_x, half_y = self.width * scale / 2, self.height * scale / 2
        x = min(max(x, west + half_x), east - half_x) if east - west > 2 * half_x else whole.x
        y = min(max(y, south + half_y), north - half_y) if north - south > 2 * half_y else whole.y
        return replace(whole, x=x, y=y, metres_per_pixel=scale)
