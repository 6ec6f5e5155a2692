"""Pictures of the ground come to lie where they belong, whatever their CRS, bands and georeference."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.transform import Affine, from_origin
from rasterio.warp import Resampling, calculate_default_transform, reproject

from gis.city import City
from gis.imagery import CrsMissing, ImageryError, add_imagery, imagery_kind, open_imagery
from tests.maps.village import CRS as CITY_CRS
from tests.maps.village import EAST, NORTH, build_village

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")  # some lie nowhere

SIDE = 400
SPOTS = ((-120.0, 80.0), (40.0, -60.0), (150.0, 130.0))  # metres from the middle; each a white square of 9 m
GRID = from_origin(EAST - 200, NORTH + 200, 1.0, 1.0)
WHOLE = (EAST - 200.0, NORTH - 200.0, EAST + 200.0, NORTH + 200.0)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("imagery") / "village"))


@pytest.fixture(autouse=True)
def left_nothing_beside(city: City) -> Iterator[None]:
    yield
    folder = city.folder / "imagery"
    assert not [file.name for file in folder.glob(".*")] if folder.exists() else True


def photo() -> NDArray[np.uint8]:
    """Paint grey ground with white squares, RGB (3, 400, 400), a metre a pixel."""
    picture = np.full((3, SIDE, SIDE), 90, np.uint8)
    picture[2] = 60
    for x, y in SPOTS:
        column, row = round(200 + x), round(200 - y)
        picture[:, row - 4 : row + 5, column - 4 : column + 5] = 255
    return picture


def write(file: Path, bands: NDArray[Any], **changes: Any) -> Path:
    profile = {
        "driver": "GTiff", "width": bands.shape[2], "height": bands.shape[1], "count": len(bands),
        "dtype": bands.dtype, "crs": CITY_CRS, "transform": GRID, **changes,
    }  # fmt: skip
    colours = profile.pop("colours", None)
    roles = profile.pop("roles", None)
    with rasterio.open(file, "w", **profile) as picture:
        picture.write(bands)
        if colours:
            picture.write_colormap(1, colours)
        if roles:
            picture.colorinterp = roles
    return file


def middles(rgba: NDArray[np.uint8], box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    """Measure where the white squares of a picture lie, in metres from the village's middle."""
    width = rgba.shape[1]
    pixel_m = (box[2] - box[0]) / width
    found = []
    for x, y in SPOTS:
        column, row = (EAST + x - box[0]) / pixel_m, (box[3] - NORTH - y) / pixel_m
        reach = math.ceil(12 / pixel_m)
        left, top = round(column) - reach, round(row) - reach
        part = np.clip(rgba[top : round(row) + reach, left : round(column) + reach, 2].astype(float) - 120, 0, None)
        rows, columns = np.indices(part.shape)
        assert part.sum() > 0
        found.append(
            (
                box[0] + (left + 0.5 + (part * columns).sum() / part.sum()) * pixel_m - EAST,
                box[3] - (top + 0.5 + (part * rows).sum() / part.sum()) * pixel_m - NORTH,
            )
        )
    return found


def assert_in_place(city: City, file: Path, within_m: float = 0.35) -> None:
    picture = open_imagery(file, city.metric_crs)
    try:
        for side in (400, 800, 283):
            for found, (x, y) in zip(middles(picture.read(WHOLE, side, side), WHOLE), SPOTS, strict=True):
                # A square's middle is half a pixel east and south of the corner that it was painted from.
                assert math.dist(found, (x + 0.5, y - 0.5)) < within_m, (side, found, (x, y))
    finally:
        picture.close()


def reprojected(crs: str) -> tuple[NDArray[np.uint8], Any]:
    transform, width, height = calculate_default_transform(CITY_CRS, crs, SIDE, SIDE, *WHOLE, resolution=None)
    bands = np.zeros((3, height, width), np.uint8)
    there = {"dst_transform": transform, "dst_crs": crs, "resampling": Resampling.cubic}
    reproject(photo(), bands, src_transform=GRID, src_crs=CITY_CRS, **there)
    return bands, transform


@pytest.mark.parametrize("crs", ["EPSG:32635", "EPSG:3857", "EPSG:4326", "EPSG:3067", "EPSG:2393"])
def test_a_picture_in_any_crs_lies_in_its_place_to_less_than_a_pixel(city: City, tmp_path: Path, crs: str) -> None:
    bands, transform = reprojected(crs)
    added = add_imagery(write(tmp_path / "a.tif", bands, crs=crs, transform=transform, nodata=0), city, "photo")
    assert added.kind == "imagery"
    assert added.file == city.folder / "imagery" / "photo.tif"
    assert_in_place(city, added.file)


def test_rotated_and_upside_down_pictures_are_set_right(city: City, tmp_path: Path) -> None:
    turned = Affine(0.0, 1.0, EAST - 200, 1.0, 0.0, NORTH - 200)  # columns run north
    added = add_imagery(
        write(tmp_path / "a.tif", photo()[:, ::-1].transpose(0, 2, 1), transform=turned), city, "turned"
    )
    assert_in_place(city, added.file)
    south_up = Affine(1.0, 0, EAST - 200, 0, 1.0, NORTH - 200)
    added = add_imagery(write(tmp_path / "b.tif", photo()[:, ::-1], transform=south_up), city, "south_up")
    assert_in_place(city, added.file)


def test_a_picture_placed_by_control_points_is_warped_by_them(city: City, tmp_path: Path) -> None:
    bands = np.rot90(photo(), 1, (1, 2))

    def point(column: float, row: float) -> GroundControlPoint:
        return GroundControlPoint(row=row, col=column, x=EAST + 200 - row, y=NORTH + 200 - column)

    points = [point(column, row) for column in (0, 200, 400) for row in (0, 200, 400)]
    file = write(tmp_path / "a.tif", bands, transform=Affine.identity(), gcps=points)
    assert_in_place(city, add_imagery(file, city, "points").file)


def test_a_world_file_places_a_png_whose_crs_is_asked_for(city: City, tmp_path: Path) -> None:
    file = write(tmp_path / "a.png", photo(), driver="PNG", crs=None, transform=Affine.identity())
    (tmp_path / "a.png.aux.xml").unlink(missing_ok=True)
    with pytest.raises(ImageryError, match="nowhere where it lies"):
        add_imagery(file, city, "png")
    lines = (GRID.a, 0.0, 0.0, GRID.e, GRID.c + 0.5, GRID.f - 0.5)
    (tmp_path / "a.pgw").write_text("\n".join(str(each) for each in lines))
    with pytest.raises(CrsMissing) as asked:
        add_imagery(file, city, "png")
    assert asked.value.guesses == (CITY_CRS,)
    assert_in_place(city, add_imagery(file, city, "png", crs=CITY_CRS).file)
    (tmp_path / "a.prj").write_text(CRS.from_user_input(CITY_CRS).to_wkt(version="WKT1_ESRI"))
    assert_in_place(city, add_imagery(file, city, "png").file)
    assert imagery_kind(file) == "imagery"


def seen(city: City, file: Path, x: float, y: float) -> tuple[int, ...]:
    picture = open_imagery(file, city.metric_crs)
    try:
        box = (EAST + x - 1, NORTH + y - 1, EAST + x + 1, NORTH + y + 1)
        return tuple(picture.read(box, 2, 2)[0, 0].tolist())
    finally:
        picture.close()


def near(colour: tuple[int, ...], wanted: tuple[int, ...], within: int = 8) -> bool:
    return all(abs(one - other) <= within for one, other in zip(colour, wanted, strict=True))


def halves(left: float, right: float, kind: Any, count: int = 1) -> NDArray[Any]:
    bands = np.empty((count, SIDE, SIDE), kind)
    bands[:, :, :200], bands[:, :, 200:] = left, right
    return bands


def test_sixteen_bits_and_floats_are_stretched_and_that_is_told(city: City, tmp_path: Path) -> None:
    for kind, low, high in (("uint16", 300, 4000), ("float32", -2.5, 17.25), ("int16", -40, 900)):
        added = add_imagery(write(tmp_path / f"{kind}.tif", halves(low, high, kind)), city, "deep")
        assert near(seen(city, added.file, -100, 0), (0, 0, 0, 255))
        assert near(seen(city, added.file, 100, 0), (255, 255, 255, 255))
        assert any(f"{low:g} to {high:g}" in problem.what and problem.kept for problem in added.problems)


def test_a_palette_keeps_its_colours_exactly(city: City, tmp_path: Path) -> None:
    file = write(tmp_path / "a.tif", halves(1, 7, np.uint8), colours={1: (10, 200, 30, 255), 7: (250, 0, 99, 255)})
    added = add_imagery(file, city, "palette")
    assert seen(city, added.file, -100, 0) == (10, 200, 30, 255)
    assert seen(city, added.file, 100, 0) == (250, 0, 99, 255)


def test_inks_become_light(city: City, tmp_path: Path) -> None:
    bands = halves(0, 0, np.uint8, 4)
    bands[1, :, 200:] = bands[2, :, 200:] = 255
    file = write(tmp_path / "a.tif", bands, photometric="CMYK")
    added = add_imagery(file, city, "inks")
    assert near(seen(city, added.file, -100, 0), (255, 255, 255, 255))
    assert near(seen(city, added.file, 100, 0), (255, 0, 0, 255))


def test_more_bands_are_shown_by_their_roles_or_in_order(city: City, tmp_path: Path) -> None:
    from rasterio.enums import ColorInterp as Role

    bands = np.stack([np.full((SIDE, SIDE), value, np.uint8) for value in (250, 10, 90, 200)])
    roles = (Role.undefined, Role.blue, Role.green, Role.red)
    added = add_imagery(write(tmp_path / "a.tif", bands, roles=roles), city, "roles")
    assert near(seen(city, added.file, 0, 0), (200, 90, 10, 255))
    added = add_imagery(write(tmp_path / "b.tif", bands, photometric="MINISBLACK"), city, "order")
    assert near(seen(city, added.file, 0, 0), (250, 10, 90, 255))
    assert "4 bands without colours" in added.problems[0].what


def test_what_has_no_data_or_is_clear_stays_clear(city: City, tmp_path: Path) -> None:
    bands = halves(0, 180, np.uint8, 3)
    added = add_imagery(write(tmp_path / "a.tif", bands, nodata=0), city, "nodata")
    assert seen(city, added.file, -100, 0)[3] == 0
    assert near(seen(city, added.file, 100, 0), (180, 180, 180, 255))
    soft = np.concatenate([bands, halves(60, 255, np.uint8)])
    added = add_imagery(write(tmp_path / "b.tif", soft, photometric="RGB", ALPHA="YES"), city, "soft")
    assert seen(city, added.file, -100, 0)[3] == 60
    assert seen(city, added.file, 100, 0) == (180, 180, 180, 255)
    picture = open_imagery(added.file, city.metric_crs)
    outside = picture.read((EAST - 5000, NORTH, EAST - 4000, NORTH + 1000), 20, 20)
    picture.close()
    assert not outside.any()


def test_a_picture_of_the_whole_country_is_cut_to_the_citys_surroundings(city: City, tmp_path: Path) -> None:
    grid = from_origin(20.0, 70.0, 0.04, 0.04)
    added = add_imagery(
        write(tmp_path / "a.tif", halves(9, 9, np.uint8, 3), crs="EPSG:4326", transform=grid),
        city, "country",
    )  # fmt: skip
    assert added.box[2] - added.box[0] < 3000
    assert near(seen(city, added.file, 0, 0), (9, 9, 9, 255))


def test_the_wrong_place_is_told(city: City, tmp_path: Path) -> None:
    with pytest.raises(ImageryError, match="outside the city"):
        add_imagery(write(tmp_path / "a.tif", photo(), transform=from_origin(0, 0, 1, 1)), city, "far")
    assert not (city.folder / "imagery" / "far.tif").exists()


def vrt(tmp_path: Path) -> Path:
    file = tmp_path / "a.tif"
    file.write_text("<VRTDataset rasterXSize='1' rasterYSize='1'><VRTRasterBand/></VRTDataset>")
    return file


def one_huge_piece(tmp_path: Path) -> Path:
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", width=30_000, height=30_000, count=1, dtype="uint8", crs=CITY_CRS,
        transform=GRID, SPARSE_OK=True, tiled=True, blockxsize=32768, blockysize=32768,
    ):  # fmt: skip
        pass
    return tmp_path / "a.tif"


def too_many_pixels(tmp_path: Path) -> Path:
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", width=400_000, height=400_000, count=1, dtype="uint8", crs=CITY_CRS,
        transform=GRID, SPARSE_OK=True, tiled=True, blockxsize=16384, blockysize=16384, BIGTIFF="YES",
    ):  # fmt: skip
        pass
    return tmp_path / "a.tif"


def hollow(tmp_path: Path) -> Path:
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", width=100_000, height=100_000, count=1, dtype="uint8", crs=CITY_CRS,
        transform=GRID, SPARSE_OK=True, tiled=True, blockxsize=512, blockysize=512, BIGTIFF="YES",
    ):  # fmt: skip
        pass
    return tmp_path / "a.tif"


def no_crs(tmp_path: Path) -> Path:
    file = write(tmp_path / "a.tif", photo(), crs=None)
    Path(f"{file}.aux.xml").write_text("<PAMDataset><SRS>http://127.0.0.1:9/srs</SRS></PAMDataset>")
    return file


def cut_off(tmp_path: Path) -> Path:
    file = write(tmp_path / "a.tif", np.random.default_rng(1).integers(0, 255, (3, SIDE, SIDE), dtype=np.uint8))
    file.write_bytes(file.read_bytes()[:200_000])
    return file


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (vrt, "not a kind of picture"),
        (one_huge_piece, "tile it first"),
        (too_many_pixels, "more than is read"),
        (hollow, "do not go into its"),
        (no_crs, "cannot be read|does not say"),
        (cut_off, "cannot be read whole"),
        (lambda _: Path("/vsicurl/http://127.0.0.1:9/a.tif"), "only files on this machine"),
        (lambda _: Path("http://127.0.0.1:9/a.tif"), "only files on this machine"),
        (lambda _: Path("/vsizip/a.zip/a.tif"), "only files on this machine"),
        (lambda folder: folder / "missing.tif", "no such file"),
    ],
)
def test_what_reaches_elsewhere_or_explodes_is_refused(
    city: City, tmp_path: Path, make: Callable[[Path], Any], words: str
) -> None:
    with pytest.raises(ImageryError, match=words):
        add_imagery(make(tmp_path), city, "bad")
    assert not (city.folder / "imagery" / "bad.tif").exists()


def test_cancelling_leaves_nothing(city: City, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def report(share: float, words: str) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        add_imagery(write(tmp_path / "a.tif", photo()), city, "stopped", report=report)
    assert not (city.folder / "imagery" / "stopped.tif").exists()


def test_a_shifted_chinese_picture_is_shifted_back(tmp_path: Path) -> None:
    from gis.chinese_coordinates import wgs84_to_gcj02
    from gis.imagery_placing import Placing, to_pixels

    lon, lat = 121.6, 38.9
    file = write(
        tmp_path / "a.tif", photo(), crs="EPSG:4326", transform=from_origin(lon - 0.02, lat + 0.02, 1e-4, 1e-4)
    )
    with rasterio.open(file) as picture:
        there = to_pixels(picture, Placing("EPSG:4326", (0, 0, 1, 1), 1, 1, "GCJ-02"), "EPSG:32651")
        from gis.crs import transformer

        columns, rows = there(*transformer("EPSG:4326", "EPSG:32651").transform(np.array([lon]), np.array([lat])))
    moved_lon, moved_lat = wgs84_to_gcj02(np.array([lon]), np.array([lat]))
    assert columns[0] == pytest.approx(float((moved_lon[0] - lon + 0.02) / 1e-4), abs=0.01)
    assert rows[0] == pytest.approx(float((lat + 0.02 - moved_lat[0]) / 1e-4), abs=0.01)
    assert abs(columns[0] - 200) > 20


def test_a_file_of_another_city_is_told(city: City, tmp_path: Path) -> None:
    file = write(tmp_path / "a.tif", photo(), crs="EPSG:3857")
    with pytest.raises(ImageryError, match="not warped to"):
        open_imagery(file, city.metric_crs)
