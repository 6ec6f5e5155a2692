"""Add a picture of the ground to a city: warped to its metric CRS, 8 bit, tiled, with overviews, in one file."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.city import City
from gis.columns import is_layer_name
from gis.gdal_offline import SETTINGS, no_exceptions
from gis.imagery_placing import Placing, city_box, place, to_pixels
from gis.imagery_problem import ImageryError
from gis.imagery_sampling import grid_of, premultiplied, sampled, straight
from gis.imagery_source import Bands, has_soft_edges, image_driver, open_source, plan_bands
from gis.imagery_tiles import TilePicture
from gis.io_problem import Problem
from gis.tile_archive import ARCHIVE_SUFFIXES, ArchiveFacts, open_archive

IMAGERY_FOLDER = "imagery"
BLOCK_PX = 1024
TILE_PX = 512
CACHE_BYTES = 64 << 20
SMALLEST_OVERVIEW_PX = 256
JPEG_QUALITY = 88
MOST_COPIED_BYTES = 64 << 30

Report = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class ImageryAdded:
    """What came of a picture. kind: "imagery" or "archive"; file: in the city; box: metres, xmin ymin xmax ymax."""

    problems: tuple[Problem, ...]
    attribution: str
    kind: str = "imagery"
    file: Path = Path()
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def imagery_kind(file: Path) -> str:
    """Tell by its content what a file is here: "imagery", "archive" (tiles of pictures), or "" (something else)."""
    if file.suffix.casefold() in ARCHIVE_SUFFIXES:
        try:
            archive = open_archive(file)
        except ImageryError:
            return ""
        archive.close()
        return "" if archive.facts.is_vector else "archive"
    return "imagery" if image_driver(file) else ""


def add_imagery(
    source: Path, city: City, name: str, *, crs: str | None = None, report: Report | None = None
) -> ImageryAdded:
    """Bring a picture, or an archive of tiles, into a city's `imagery` folder; nothing is left of a failed attempt.

    crs: what the picture's place is given in, where the file does not say or is wrong; "GCJ-02" and "BD-09" too.
    report: told the share done and a word; what it raises stops the work. Raises ImageryError (CrsMissing, where the
    CRS must be asked) and OSError.
    """
    import rasterio
    from rasterio._err import CPLE_BaseError  # what GDAL says and rasterio did not word
    from rasterio.errors import RasterioError

    if not is_layer_name(name):
        raise ImageryError(f"{name!r} must be small letters, digits and _, beginning with a letter")
    told = report or (lambda share, words: None)
    folder = city.folder / IMAGERY_FOLDER
    folder.mkdir(exist_ok=True)
    if source.suffix.casefold() in ARCHIVE_SUFFIXES:
        return _add_archive(source, city, name, told)
    beside = folder / f".{name}.{secrets.token_hex(4)}.tif"
    problems: list[Problem] = []
    settings = {**SETTINGS, "GDAL_CACHEMAX": CACHE_BYTES, "GDAL_TIFF_INTERNAL_MASK": True}
    try:
        with no_exceptions(), rasterio.Env(**settings), open_source(source) as picture:
            placing = place(source, picture, city, crs, problems)
            bands = plan_bands(source, picture, problems)
            profile = _profile(placing, city.metric_crs, has_soft_edges(picture, bands))
            is_masked = profile["count"] == 3
            shown = 0
            with rasterio.open(beside, "w", **profile) as target:
                for window, rgba, share in _blocks(picture, placing, bands, city.metric_crs):
                    shown += _write(target, window, rgba, is_masked=is_masked)
                    told(share * 0.8, source.name)
            if not shown:
                raise ImageryError(f"{source}: shows nothing inside the city")
            told(0.8, source.name)
            _build_overviews(beside, placing)
            attribution = _attribution(picture)
        told(1.0, source.name)
        file = folder / f"{name}.tif"
        beside.replace(file)
    except (RasterioError, CPLE_BaseError) as error:
        raise ImageryError(f"{source}: cannot be read whole ({error})") from error
    finally:
        beside.unlink(missing_ok=True)
    return ImageryAdded(tuple(problems), attribution, "imagery", file, placing.box)


def _profile(placing: Placing, metric_crs: str, is_soft: bool) -> dict[str, Any]:
    from rasterio.transform import from_origin

    across, down = placing.pixel_m
    profile: dict[str, Any] = {
        "driver": "GTiff", "dtype": "uint8", "width": placing.width, "height": placing.height, "crs": metric_crs,
        "transform": from_origin(placing.box[0], placing.box[3], across, down), "tiled": True,
        "blockxsize": TILE_PX, "blockysize": TILE_PX, "interleave": "pixel", "SPARSE_OK": True, "BIGTIFF": "IF_SAFER",
    }  # fmt: skip
    if is_soft:  # few colours or shades of opacity: kept exactly
        return {**profile, "count": 4, "photometric": "RGB", "ALPHA": "UNASSOCIATED", "compress": "DEFLATE"}
    return {**profile, "count": 3, "photometric": "YCBCR", "compress": "JPEG", "JPEG_QUALITY": JPEG_QUALITY}


def _blocks(
    picture: Any, placing: Placing, bands: Bands, metric_crs: str
) -> Iterator[tuple[Any, NDArray[np.uint8], float]]:
    """Warp a picture piece by piece: the window of the target, its RGBA (straight), and the share done."""
    from rasterio.windows import Window

    windows = [
        Window(column, row, min(BLOCK_PX, placing.width - column), min(BLOCK_PX, placing.height - row))
        for row in range(0, placing.height, BLOCK_PX)
        for column in range(0, placing.width, BLOCK_PX)
    ]
    by_points = picture.gcps[0] and picture.transform.is_identity
    warp = _sampled_blocks if by_points or placing.shifted else _warped_blocks
    for number, (window, rgba) in enumerate(warp(picture, placing, bands, metric_crs, windows), start=1):
        yield window, rgba, number / len(windows)


def _warped_blocks(
    picture: Any, placing: Placing, bands: Bands, metric_crs: str, windows: list[Any]
) -> Iterator[tuple[Any, NDArray[np.uint8]]]:
    from rasterio.enums import Resampling
    from rasterio.transform import from_origin
    from rasterio.vrt import WarpedVRT

    with WarpedVRT(
        picture,
        src_crs=placing.crs,
        crs=metric_crs,
        transform=from_origin(placing.box[0], placing.box[3], *placing.pixel_m),
        width=placing.width,
        height=placing.height,
        resampling=Resampling.nearest if bands.palette is not None else Resampling.bilinear,
        add_alpha=bands.alpha is None,
        warp_mem_limit=64,
    ) as warped:
        opacity = bands.alpha or warped.count
        for window in windows:
            values = warped.read(bands.numbers, window=window)
            yield window, bands.rgba(values, _opacity(warped.read(opacity, window=window)))


def _sampled_blocks(
    picture: Any, placing: Placing, bands: Bands, metric_crs: str, windows: list[Any]
) -> Iterator[tuple[Any, NDArray[np.uint8]]]:
    """Warp what GDAL's warper does not know: pictures placed by control points, or shifted as Chinese maps are."""
    from rasterio.windows import Window

    there = to_pixels(picture, placing, metric_crs)
    across, down = placing.pixel_m
    for window in windows:
        west, north = placing.box[0] + window.col_off * across, placing.box[3] - window.row_off * down
        box = (west, north - window.height * down, west + window.width * across, north)
        columns, rows = grid_of(box, window.width, window.height, there)
        left, right = _range(columns, picture.width)
        top, bottom = _range(rows, picture.height)
        if left >= right or top >= bottom or (right - left) * (bottom - top) > 64 * BLOCK_PX * BLOCK_PX:
            yield window, np.zeros((window.height, window.width, 4), np.uint8)
            continue
        part = Window(left, top, right - left, bottom - top)
        values = picture.read(bands.numbers, window=part)
        valid = picture.read(bands.alpha, window=part) if bands.alpha else picture.dataset_mask(window=part)
        rgba = premultiplied(bands.rgba(values, _opacity(valid)))
        yield window, straight(sampled(rgba, columns - left, rows - top))


def _range(places: NDArray[np.float64], size: int) -> tuple[int, int]:
    good = places[np.isfinite(places)]
    if not len(good):
        return 0, 0
    return max(0, int(good.min()) - 2), min(size, int(good.max()) + 3)


def _opacity(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Bring an opacity of any type to 0 to 255; of other types than 8 bit only whether there is something."""
    if values.dtype == np.uint8:
        return values
    return np.where(values > 0, np.uint8(255), np.uint8(0))


def _write(target: Any, window: Any, rgba: NDArray[np.uint8], *, is_masked: bool) -> int:
    """Write a piece, if anything is to be seen in it; answers how many pixels are."""
    seen = rgba[..., 3] >= 128 if is_masked else rgba[..., 3] > 0
    count = int(seen.sum())
    if not count:
        return 0
    if is_masked:
        if count < seen.size:  # JPEG carries the colour of what is clear over the edge: let it be like the rest
            rgba[~seen, :3] = rgba[seen, :3].mean(axis=0).astype(np.uint8)
        target.write(np.moveaxis(rgba[..., :3], -1, 0), window=window)
        target.write_mask(seen, window=window)
    else:
        target.write(np.moveaxis(rgba, -1, 0), window=window)
    return count


def _build_overviews(file: Path, placing: Placing) -> None:
    import rasterio
    from rasterio.enums import Resampling

    levels: list[int] = []
    while max(placing.width, placing.height) >> len(levels) > SMALLEST_OVERVIEW_PX:
        levels.append(2 << len(levels))
    if levels:
        with rasterio.Env(JPEG_QUALITY_OVERVIEW=JPEG_QUALITY), rasterio.open(file, "r+") as target:
            target.build_overviews(levels, Resampling.average)


def _attribution(picture: Any) -> str:
    tags = {key.upper(): value for key, value in picture.tags().items()}
    text = next((tags[key] for key in ("TIFFTAG_COPYRIGHT", "COPYRIGHT", "ATTRIBUTION") if tags.get(key)), "")
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())[:500]


def _add_archive(source: Path, city: City, name: str, told: Report) -> ImageryAdded:
    """Copy an archive of tiles; it is read where it lies, as it is."""
    archive = open_archive(source)
    facts: ArchiveFacts = archive.facts
    archive.close()
    if facts.is_vector:
        raise ImageryError(f"{source}: holds features, not pictures")
    picture = TilePicture(source, city.metric_crs)
    picture.close()
    around, box = city_box(city), picture.box
    if not (box[0] < around[2] and around[0] < box[2] and box[1] < around[3] and around[1] < box[3]):
        raise ImageryError(f"{source}: lies outside the city")
    size = source.stat().st_size
    if size > MOST_COPIED_BYTES or size > shutil.disk_usage(city.folder).free - (1 << 30):
        raise ImageryError(f"{source}: {size:,} bytes are more than can be copied into the city")
    suffix = source.suffix.casefold()
    beside = city.folder / IMAGERY_FOLDER / f".{name}.{secrets.token_hex(4)}{suffix}"
    file = city.folder / IMAGERY_FOLDER / f"{name}{suffix}"
    try:
        with source.open("rb") as reading, beside.open("wb") as writing:
            done = 0
            while piece := reading.read(8 << 20):
                writing.write(piece)
                done += len(piece)
                told(min(1.0, done / max(size, 1)), source.name)
        if suffix == ".mbtiles":
            _without_journal(beside)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return ImageryAdded((), facts.attribution, "archive", file, box)


def _without_journal(file: Path) -> None:
    """Mark a copied database as one without a write-ahead log, which a reader would have to make beside it."""
    with file.open("r+b") as stream:
        stream.seek(18)
        stream.write(b"\1\1")
