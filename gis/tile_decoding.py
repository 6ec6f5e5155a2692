"""Turn one tile's bytes into pixels, and refuse what is no small picture."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.imagery_problem import ImageryError
from gis.imagery_sampling import premultiplied

MOST_TILE_BYTES = 4 << 20
MOST_TILE_PX = 2048
_DRIVERS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
_ENDS = {"png": b"IEND", "jpg": b"\xff\xd9"}


def picture_format(data: bytes) -> str:
    """Name what the bytes are by their beginning: "png", "jpg", "webp", or "" for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return ""


def decoded(data: bytes) -> NDArray[np.uint8]:
    """Decode a PNG, JPEG or WebP tile: premultiplied RGBA (height, width, 4). Raises ImageryError saying why not."""
    from rasterio.errors import RasterioError

    try:
        with _opened(data) as picture:
            bands = picture.read()
            colours = _palette(picture) if picture.count == 1 else None
    except RasterioError as error:
        raise ImageryError(f"a tile is damaged ({error})") from error
    if bands.dtype == np.uint16:
        bands = (bands >> 8).astype(np.uint8)
    if colours is not None:
        return premultiplied(colours[bands[0]])
    return premultiplied(rgba_of(bands))


def rgba_of(bands: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make RGBA (h, w, 4) of one to four bands (n, h, w): grey, grey and alpha, RGB, or RGBA."""
    answer = np.empty((*bands.shape[1:], 4), np.uint8)
    if len(bands) >= 3:
        answer[..., :3] = np.moveaxis(bands[:3], 0, -1)
    else:
        answer[..., :3] = bands[0][..., None]
    answer[..., 3] = bands[-1] if len(bands) in (2, 4) else 255
    return answer


def unpacked(data: bytes, most: int = MOST_TILE_BYTES) -> bytes:
    """Unpack gzip bytes (others are answered as they are). Raises ImageryError for more than `most` bytes."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    worker = zlib.decompressobj(wbits=31)
    try:
        answer = worker.decompress(data, most)
    except zlib.error as error:
        raise ImageryError(f"packed bytes are damaged ({error})") from error
    if worker.unconsumed_tail:
        raise ImageryError(f"packed bytes would grow over {most:,}")
    return answer


def _opened(data: bytes) -> Any:
    """Open a picture in memory; only the three drivers of tiles ever see the bytes."""
    import warnings

    from rasterio.errors import NotGeoreferencedWarning, RasterioError
    from rasterio.io import MemoryFile

    name = picture_format(data)
    if not name:
        raise ImageryError("a tile is no PNG, JPEG or WebP picture")
    if _ENDS.get(name, b"") not in data[-1024:]:  # the decoders fill up what is missing, without a word
        raise ImageryError("a tile is cut off")
    if len(data) > MOST_TILE_BYTES:
        raise ImageryError(f"a tile of {len(data):,} bytes is refused")
    memory = MemoryFile(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a tile's place is its name
            picture = memory.open(driver=_DRIVERS[name])
    except RasterioError as error:
        memory.close()
        raise ImageryError(f"a tile is damaged ({error})") from error
    if picture.width > MOST_TILE_PX or picture.height > MOST_TILE_PX:
        size = f"{picture.width} x {picture.height}"
        picture.close()
        memory.close()
        raise ImageryError(f"a tile of {size} pixels is refused")
    return _Closing(memory, picture)


class _Closing:
    """Close a picture and the memory that it lies in."""

    def __init__(self, memory: Any, picture: Any) -> None:
        self._memory, self._picture = memory, picture

    def __enter__(self) -> Any:
        return self._picture

    def __exit__(self, *_: object) -> None:
        self._picture.close()
        self._memory.close()


def _palette(picture: Any) -> NDArray[np.uint8] | None:
    try:
        entries = picture.colormap(1)
    except ValueError:
        return None
    table = np.zeros((256, 4), np.uint8)
    for index, colour in entries.items():
        if index < 256:
            table[index] = colour
    return table
