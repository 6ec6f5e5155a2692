"""Pictures of the ground that lie on the map: a warped GeoTIFF or an archive of web tiles, read for any box."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from gis.imagery_build import ImageryAdded, add_imagery, imagery_kind
from gis.imagery_problem import CrsMissing, ImageryError
from gis.imagery_sampling import Rgba
from gis.imagery_tiles import TilePicture
from gis.web_tiles import Box

__all__ = [
    "CrsMissing", "Imagery", "ImageryAdded", "ImageryError", "add_imagery", "imagery_kind", "open_imagery",
]  # fmt: skip


class Imagery(Protocol):
    """An opened picture; used by one thread. box: where it lies, in metres of the city's CRS."""

    box: Box

    def read(self, box: Box, width: int, height: int) -> Rgba:
        """Read a box of ground as RGBA, uint8 (height, width, 4), straight alpha, clear where there is no picture."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def open_imagery(file: Path, metric_crs: str) -> Imagery:
    """Open a picture of a city's `imagery` folder. Raises ImageryError saying what is wrong with the file."""
    if file.suffix.casefold() == ".tif":
        return WarpedPicture(file, metric_crs)
    return TilePicture(file, metric_crs)


class WarpedPicture:
    """A GeoTIFF that `add_imagery` made: in the city's CRS, north up, 8 bit, with overviews."""

    def __init__(self, file: Path, metric_crs: str) -> None:
        import rasterio
        from rasterio.errors import RasterioError

        try:
            self._picture: Any = rasterio.open(file, driver="GTiff")
        except RasterioError as error:
            raise ImageryError(f"{file}: not a picture that can be read ({error})") from error
        grid = self._picture.transform
        told = self._picture.crs
        if told is None or told != rasterio.CRS.from_user_input(metric_crs) or grid.b or grid.d or grid.e >= 0:
            self._picture.close()
            raise ImageryError(f"{file}: not warped to {metric_crs}; add the picture again")
        self._file = file
        self._has_alpha = self._picture.count == 4
        bounds = self._picture.bounds
        self.box: Box = (bounds.left, bounds.bottom, bounds.right, bounds.top)

    def read(self, box: Box, width: int, height: int) -> Rgba:
        """Read a box of ground as RGBA, uint8 (height, width, 4), straight alpha, clear where there is no picture."""
        from rasterio.enums import Resampling
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        answer = np.zeros((height, width, 4), np.uint8)
        spot = _spot(self.box, box, width, height)
        if spot is None:
            return answer
        left, top, right, bottom = spot
        step_x, step_y = (box[2] - box[0]) / width, (box[3] - box[1]) / height
        size_x, size_y = self._picture.transform.a, -self._picture.transform.e
        window = Window(
            (box[0] + left * step_x - self.box[0]) / size_x, (self.box[3] - box[3] + top * step_y) / size_y,
            (right - left) * step_x / size_x, (bottom - top) * step_y / size_y,
        )  # fmt: skip
        shape = (bottom - top, right - left)
        how = Resampling.average if step_x > 1.2 * size_x else Resampling.bilinear
        try:
            bands = self._picture.read(window=window, out_shape=(self._picture.count, *shape), resampling=how)
            part = answer[top:bottom, left:right]
            part[..., :3] = np.moveaxis(bands[:3], 0, -1)
            part[..., 3] = bands[3] if self._has_alpha else self._picture.read_masks(1, window=window, out_shape=shape)
        except RasterioError as error:
            raise ImageryError(f"{self._file}: damaged ({error})") from error
        return answer

    def close(self) -> None:
        """Let go of the file."""
        self._picture.close()


def _spot(whole: Box, box: Box, width: int, height: int) -> tuple[int, int, int, int] | None:
    """Find the whole pixels of a picture of `box` that lie on `whole`: left, top, right, bottom; None for none."""
    step_x, step_y = (box[2] - box[0]) / width, (box[3] - box[1]) / height
    left = max(0, math.ceil((whole[0] - box[0]) / step_x - 1e-6))
    right = min(width, math.floor((whole[2] - box[0]) / step_x + 1e-6))
    top = max(0, math.ceil((box[3] - whole[3]) / step_y - 1e-6))
    bottom = min(height, math.floor((box[3] - whole[1]) / step_y + 1e-6))
    return (left, top, right, bottom) if left < right and top < bottom else None
