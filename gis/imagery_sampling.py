"""Take a picture's pixels at places that fall between them: fast bilinear sampling of whole arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID_PX = 16  # places are transformed exactly every so many pixels and interpolated between
_EVEN = np.uint32(0x00FF00FF)
_ROUND = np.uint32(0x00800080)

Box = tuple[float, float, float, float]
Rgba = NDArray[np.uint8]


def grid_of(box: Box, width: int, height: int, to_source: Callable[[Any, Any], tuple[Any, Any]]) -> NDArray[np.float64]:
    """Answer where every pixel's middle lies in the source: float64 (2, height, width), x then y.

    to_source turns x and y (arrays) of the box's CRS into the source's; it is asked every `GRID_PX` pixels only.
    """
    west, south, east, north = box
    across, columns = _stations(width)
    down, rows = _stations(height)
    xs = west + across * ((east - west) / width)
    ys = north - down * ((north - south) / height)
    mesh_x, mesh_y = np.meshgrid(xs, ys)
    found = np.stack([np.asarray(each, dtype=np.float64) for each in to_source(mesh_x, mesh_y)])
    left, share_x = columns
    top, share_y = rows
    lines = found[:, :, left] * (1 - share_x) + found[:, :, left + 1] * share_x
    return np.asarray(lines[:, top] * (1 - share_y)[:, None] + lines[:, top + 1] * share_y[:, None])


def _stations(size: int) -> tuple[NDArray[np.float64], tuple[NDArray[Any], NDArray[Any]]]:
    """Place the exact points along one side; and for every pixel's middle the one before it and its share."""
    pieces = max(1, -(-size // GRID_PX))
    points = np.linspace(0.0, size, pieces + 1)
    middles = (np.arange(size) + 0.5) * (pieces / size)
    before = np.minimum(middles.astype(np.int64), pieces - 1)
    return points, (before, middles - before)


def sampled(picture: Rgba, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> Rgba:
    """Take a premultiplied RGBA picture (h, w, 4) at places in pixels (0.5 is the middle of the first), bilinearly.

    Answers premultiplied RGBA of the places' shape; clear where the place is outside the picture or not finite.
    """
    height, width = picture.shape[:2]
    with np.errstate(invalid="ignore"):
        inside = (columns >= 0) & (columns <= width) & (rows >= 0) & (rows <= height)
        if not inside.any():
            return np.zeros((*columns.shape, 4), np.uint8)
        # 8 bits of fraction are as much as 8 bits of colour can show.
        across = np.where(inside, np.clip((columns - 0.5) * 256, 0, (width - 1) * 256), 0).astype(np.int32)
        down = np.where(inside, np.clip((rows - 0.5) * 256, 0, (height - 1) * 256), 0).astype(np.int32)
    left, share_x = across >> 8, (across & 255).astype(np.uint32)
    top, share_y = down >> 8, (down & 255).astype(np.uint32)
    packed = np.ascontiguousarray(picture).view(np.uint32).reshape(-1)
    first = top * width + left
    right = (left < width - 1).astype(np.int32)
    below = np.where(top < height - 1, width, 0).astype(np.int32)
    upper = _mixed(packed[first], packed[first + right], share_x)
    first += below
    lower = _mixed(packed[first], packed[first + right], share_x)
    mixed = _mixed(upper, lower, share_y)
    mixed[~inside] = 0
    return mixed.view(np.uint8).reshape(*columns.shape, 4)


def _mixed(one: NDArray[np.uint32], other: NDArray[np.uint32], share: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Mix packed pixels, `share` of 256 of the other; two channels a step, as they cannot run into each other."""
    rest = np.uint32(256) - share
    even = ((one & _EVEN) * rest + (other & _EVEN) * share + _ROUND) >> np.uint32(8)
    odd = ((one >> np.uint32(8)) & _EVEN) * rest + ((other >> np.uint32(8)) & _EVEN) * share + _ROUND
    answer: NDArray[np.uint32] = (even & _EVEN) | (odd & ~_EVEN)
    return answer


def premultiplied(picture: Rgba) -> Rgba:
    """Multiply colours by their opacity, so that mixing does not draw the colour of what is clear."""
    alpha = picture[..., 3:]
    if alpha.min(initial=255) == 255:
        return picture
    wide = picture[..., :3].astype(np.uint16) * alpha + 127
    return np.concatenate([(wide // 255).astype(np.uint8), alpha], axis=-1)


def straight(picture: Rgba) -> Rgba:
    """Undo `premultiplied`."""
    alpha = picture[..., 3]
    part = (alpha > 0) & (alpha < 255)
    if not part.any():
        return picture
    answer = picture.copy()
    strength = alpha[part].astype(np.uint16)[:, None]
    answer[part, :3] = np.minimum((picture[part, :3].astype(np.uint16) * 255 + strength // 2) // strength, 255)
    return answer
