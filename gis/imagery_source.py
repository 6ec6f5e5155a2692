"""Open a stranger's picture of the ground, refuse what would reach elsewhere or explode, and plan how it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.crs import transformer
from gis.imagery_problem import ImageryError
from gis.io_problem import Problem

DRIVERS = ("GTiff", "PNG", "JPEG", "JP2OpenJPEG", "WEBP", "HFA", "AAIGrid", "GPKG")
WHOLE_DRIVERS = ("PNG", "WEBP", "JPEG")  # may be decoded as a whole
MOST_PIXELS = 16_000_000_000
MOST_WHOLE_PIXELS = 200_000_000
MOST_RATIO = 2_000  # of pixels to the bytes that hold them
MOST_BLOCK_BYTES = 256 << 20
SAMPLE_PX = 1024
LOW_PERCENT, HIGH_PERCENT = 2.0, 98.0
_ADDRESS = re.compile(r"^/?vsi|^[A-Za-z][A-Za-z0-9+.-]+:/|^[A-Z0-9_]{2,}:", re.IGNORECASE)
_SIGNS = {
    b"II*\0": "GTiff", b"MM\0*": "GTiff", b"II+\0": "GTiff", b"MM\0+": "GTiff", b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG", b"\0\0\0\x0cjP": "JP2OpenJPEG", b"\xff\x4f\xff\x51": "JP2OpenJPEG",
    b"EHFA_HEADER_TAG": "HFA",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bands:
    """Which bands of a picture are shown and how. numbers: from 1; stretch: (low, high) of each, None for 8 bit.

    style: "colour" (three), "grey" (one), "palette" (one, looked up in `palette`, uint8 (n, 4)) or "inks" (CMYK).
    """

    style: str
    numbers: tuple[int, ...]
    alpha: int | None = None
    stretch: tuple[tuple[float, float], ...] | None = None
    palette: NDArray[np.uint8] | None = None

    def rgba(self, values: NDArray[Any], valid: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Make RGBA (h, w, 4) of the bands' values (n, h, w) and an opacity (h, w)."""
        answer = np.empty((*valid.shape, 4), np.uint8)
        if self.palette is not None:
            answer[:] = self.palette[np.minimum(values[0], len(self.palette) - 1).astype(np.int64)]
            answer[..., 3] = np.minimum(answer[..., 3], valid)
            return answer
        if self.stretch is not None:
            values = np.stack([_stretched(band, *ends) for band, ends in zip(values, self.stretch, strict=True)])
        if self.style == "inks":
            light = (255 - values[:3].astype(np.uint16)) * (255 - values[3].astype(np.uint16))
            values = (light // 255).astype(np.uint8)
        answer[..., :3] = np.moveaxis(values[:3], 0, -1) if len(values) >= 3 else values[0][..., None]
        answer[..., 3] = valid
        return answer


def image_driver(file: Path) -> str:
    """Name the driver that a file's content asks for; "" where it is no picture that is read here."""
    try:
        with file.open("rb") as stream:
            head = stream.read(1 << 16)
    except OSError:
        return ""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if re.match(rb"\s*ncols\s+\d+\s", head[:200], re.IGNORECASE):
        return "AAIGrid"
    if head.startswith(b"SQLite format 3\0") and head[68:72] in (b"GPKG", b"GP10", b"GP11"):
        return "GPKG" if _tile_tables(file) else ""
    return next((driver for sign, driver in _SIGNS.items() if head.startswith(sign)), "")


def open_source(file: Path) -> Any:
    """Open a picture with rasterio. Raises ImageryError for one that is refused, saying why."""
    import rasterio
    from rasterio.errors import RasterioError

    if _ADDRESS.search(str(file).replace("\\", "/").lstrip("/")):
        raise ImageryError(f"{file}: only files on this machine are read, no addresses and no virtual file names")
    if not file.is_file():
        raise ImageryError(f"{file}: no such file")
    driver = image_driver(file)
    if not driver:
        raise ImageryError(f"{file}: not a kind of picture that is read ({', '.join(DRIVERS)})")
    try:
        picture = rasterio.open(file, driver=driver)
    except RasterioError as error:
        raise ImageryError(f"{file}: cannot be read ({error})") from error
    try:
        _check_size(file, picture)
    except BaseException:
        picture.close()
        raise
    return picture


def plan_bands(file: Path, picture: Any, problems: list[Problem]) -> Bands:
    """Choose the bands that show a picture; adds what an operator should know to `problems`."""
    roles = [role.name for role in picture.colorinterp]
    alpha = roles.index("alpha") + 1 if "alpha" in roles else None
    if roles[0] == "palette" and picture.dtypes[0] in ("uint8", "uint16"):
        return Bands("palette", (1,), None, None, _palette(picture))
    if roles[:4] == ["cyan", "magenta", "yellow", "black"]:
        return Bands("inks", (1, 2, 3, 4), alpha)
    others = [number for number in picture.indexes if number != alpha]
    if not others:
        raise ImageryError(f"{file}: has only an opacity, no colours")
    if {"red", "green", "blue"} <= set(roles):
        numbers = tuple(roles.index(role) + 1 for role in ("red", "green", "blue"))
    elif len(others) >= 3:
        numbers = tuple(others[:3])
        if len(others) > 3:
            _tell(problems, file, "bands", f"{len(others)} bands without colours: {numbers} shown as red, green, blue")
    else:
        numbers = (others[0],)
        if len(others) > 1:
            _tell(problems, file, "bands", "only the first of 2 bands is shown, as grey")
    kinds = {picture.dtypes[number - 1] for number in numbers}
    if any(kind.startswith("complex") for kind in kinds):
        raise ImageryError(f"{file}: complex numbers are not shown")
    depth = picture.tags(numbers[0], ns="IMAGE_STRUCTURE").get("NBITS", "")
    stretch: tuple[tuple[float, float], ...] | None = None
    if depth.isdigit() and int(depth) < 8:
        stretch = ((0.0, float((1 << int(depth)) - 1)),) * len(numbers)
    elif kinds != {"uint8"}:
        stretch = _ends(picture, numbers)
        words = ", ".join(f"{low:g} to {high:g}" for low, high in stretch)
        what = f"{'/'.join(sorted(kinds))} values shown from their 2nd to their 98th percentile: {words}"
        _tell(problems, file, "bands", what)
    return Bands("colour" if len(numbers) == 3 else "grey", numbers, alpha, stretch)


def has_soft_edges(picture: Any, bands: Bands) -> bool:
    """Tell whether a picture's opacity has more than a clear edge: shades that a mask cannot keep."""
    if bands.palette is not None:
        return True
    if bands.alpha is None or picture.dtypes[bands.alpha - 1] != "uint8":
        return False
    sample = picture.read(bands.alpha, out_shape=_sample_shape(picture))
    return bool(((sample > 8) & (sample < 247)).mean() > 0.002)


def side_file_crs(file: Path) -> str | None:
    """Read the CRS of a .prj file that lies beside a picture."""
    beside = file.with_suffix(".prj")
    try:
        with beside.open("rb") as stream:
            text = stream.read(65536).decode("utf-8", "replace").strip()
        transformer(text, "EPSG:4326")
    except (OSError, ValueError):
        return None
    return text


def _check_size(file: Path, picture: Any) -> None:
    size = f"{picture.width:,} x {picture.height:,} pixels"
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS or picture.count > 64:
        raise ImageryError(f"{file}: {size} in {picture.count} bands are more than is read ({MOST_PIXELS:,} in 64)")
    if picture.driver in WHOLE_DRIVERS and pixels > MOST_WHOLE_PIXELS:
        raise ImageryError(f"{file}: {size} are more than is read of {picture.driver} ({MOST_WHOLE_PIXELS:,})")
    height, width = picture.block_shapes[0]
    together = picture.count if picture.interleaving is not None and picture.interleaving.name == "pixel" else 1
    block = height * width * together * np.dtype(_plain(picture.dtypes[0])).itemsize
    if block > MOST_BLOCK_BYTES:
        raise ImageryError(f"{file}: is stored in pieces of {block:,} bytes; tile it first")
    held = pixels * picture.count * np.dtype(_plain(picture.dtypes[0])).itemsize
    if pixels > MOST_WHOLE_PIXELS and held > MOST_RATIO * file.stat().st_size:
        raise ImageryError(f"{file}: says it has {size}, which do not go into its {file.stat().st_size:,} bytes")


def _plain(kind: str) -> str:
    return {"complex_int16": "int32"}.get(kind, kind)


def _tile_tables(file: Path) -> bool:
    """Tell whether a GeoPackage holds pictures in plain tables, not in a stranger's views."""
    import sqlite3
    from contextlib import closing

    query = (
        "SELECT count(*) FROM gpkg_contents JOIN sqlite_master ON name = table_name"
        " WHERE data_type = 'tiles' AND type = 'table'"
    )
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema=OFF")
            views = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'view'").fetchone()[0]
            return bool(database.execute(query).fetchone()[0]) and not views
    except sqlite3.Error:
        return False


def _palette(picture: Any) -> NDArray[np.uint8]:
    entries = picture.colormap(1)
    table = np.zeros((max(entries) + 1, 4), np.uint8)
    for index, colour in entries.items():
        table[index] = colour
    return table


def _sample_shape(picture: Any) -> tuple[int, int]:
    share = min(1.0, SAMPLE_PX / max(picture.width, picture.height))
    return max(1, round(picture.height * share)), max(1, round(picture.width * share))


def _ends(picture: Any, numbers: Sequence[int]) -> tuple[tuple[float, float], ...]:
    found = []
    for number in numbers:
        sample = picture.read(number, out_shape=_sample_shape(picture), masked=True)
        values = np.asarray(sample.compressed(), dtype=np.float64)
        values = values[np.isfinite(values)]
        low, high = np.percentile(values, (LOW_PERCENT, HIGH_PERCENT)).tolist() if len(values) else (0.0, 1.0)
        found.append((low, high if high > low else low + 1.0))
    return tuple(found)


def _stretched(band: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(invalid="ignore", over="ignore"):
        share = (band.astype(np.float32) - np.float32(low)) * np.float32(255 / (high - low))
    answer: NDArray[np.uint8] = np.nan_to_num(np.clip(share, 0, 255)).astype(np.uint8)
    return answer


def _tell(problems: list[Problem], file: Path, field: str, what: str) -> None:
    problems.append(Problem(file.name, 0, field, what, True))
