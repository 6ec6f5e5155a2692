"""Archives of tiles are read, also those of a stranger, and lie in their place."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tracemalloc
import zlib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pmtiles.tile import Compression, TileType, serialize_directory, zxy_to_tileid
from pmtiles.writer import Writer

from gis.city import City
from gis.crs import transformer
from gis.imagery import ImageryError, add_imagery, imagery_kind, open_imagery
from gis.imagery_tiles import tiles_for, to_tiles
from gis.tile_archive import open_archive
from gis.tile_cache import TileCache
from gis.tile_decoding import decoded
from gis.web_tiles import WebTile, mercator_box, nearest_zoom, tile_side_m, tiles_in
from tests.app.remote.service import png
from tests.maps.village import EAST, NORTH, build_village

ZOOM = 17
BOX = (EAST - 200.0, NORTH - 150.0, EAST + 200.0, NORTH + 150.0)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City.open(build_village(tmp_path_factory.mktemp("archives") / "village"))


def around(city: City, zoom: int = ZOOM) -> list[WebTile]:
    """List the tiles of a zoom that cover the village."""
    found = tiles_for(BOX, 400, 300, to_tiles(city.metric_crs), zoom, zoom)
    assert found is not None
    return [WebTile(zoom, column, row) for column in found[1] for row in found[2]]


def coded(tile: WebTile) -> bytes:
    """Make a tile whose colour says which it is."""
    return png((tile.column % 256, tile.row % 256, tile.zoom * 10, 255), 256)


def write_mbtiles(file: Path, tiles: list[WebTile], *, as_view: bool = False, **metadata: str) -> Path:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        rows = {"name": "Sky", "format": "png", "attribution": "© the sky", **metadata}
        database.executemany("INSERT INTO metadata VALUES (?, ?)", rows.items())
        name = "pieces" if as_view else "tiles"
        database.execute(f"CREATE TABLE {name} (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        data = [(tile.zoom, tile.column, tile.tms_row, coded(tile)) for tile in tiles]
        database.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?)", data)
        if as_view:
            database.execute("CREATE VIEW tiles AS SELECT * FROM pieces")
    return file


def write_pmtiles(file: Path, tiles: list[WebTile]) -> Path:
    with file.open("wb") as stream:
        writer = Writer(stream)
        for tile in sorted(tiles, key=lambda tile: zxy_to_tileid(tile.zoom, tile.column, tile.row)):
            writer.write_tile(zxy_to_tileid(tile.zoom, tile.column, tile.row), coded(tile))
        header = {
            "tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_zoom": ZOOM, "max_zoom": ZOOM,
            "min_lon_e7": 260000000, "min_lat_e7": 590000000, "max_lon_e7": 280000000, "max_lat_e7": 620000000,
            "center_zoom": ZOOM, "center_lon_e7": 0, "center_lat_e7": 0,
        }  # fmt: skip
        writer.finalize(header, {"name": "Sky", "attribution": "© the sky"})
    return file


def assert_in_place(city: City, file: Path) -> None:
    """Check every pixel's colour against the tile that its own middle lies in."""
    picture = open_imagery(file, city.metric_crs)
    try:
        seen = picture.read(BOX, 400, 300)
    finally:
        picture.close()
    xs, ys = np.meshgrid(np.arange(400) + 0.5 + BOX[0], BOX[3] - np.arange(300) - 0.5)
    web_x, web_y = transformer(city.metric_crs, "EPSG:3857").transform(xs, ys)
    side = tile_side_m(ZOOM)
    half = 20037508.342789244
    across, down = (web_x + half) / side, (half - web_y) / side
    # A pixel of the tiles is half a metre here: leave out what is nearer than that to another tile.
    inner = (np.abs(across - np.round(across)) > 0.004) & (np.abs(down - np.round(down)) > 0.004)
    assert inner.mean() > 0.9
    wanted = np.stack([np.floor(across) % 256, np.floor(down) % 256, np.full_like(across, ZOOM * 10 % 256)], axis=-1)
    assert np.abs(seen[inner][:, :3] - wanted[inner]).max() <= 1
    assert (seen[..., 3] == 255).all()


@pytest.mark.parametrize("kind", ["table", "view", "pmtiles"])
def test_an_archives_tiles_lie_where_they_belong(city: City, tmp_path: Path, kind: str) -> None:
    if kind == "pmtiles":
        file = write_pmtiles(tmp_path / "a.pmtiles", around(city))
    else:
        file = write_mbtiles(tmp_path / "a.mbtiles", around(city), as_view=kind == "view")
    assert imagery_kind(file) == "archive"
    added = add_imagery(file, city, f"of_{kind}")
    assert (added.kind, added.attribution) == ("archive", "© the sky")
    assert_in_place(city, added.file)


def test_where_a_tile_is_missing_a_coarser_one_is_seen(city: City, tmp_path: Path) -> None:
    coarse = {WebTile(ZOOM - 2, tile.column >> 2, tile.row >> 2) for tile in around(city)}
    file = write_mbtiles(tmp_path / "a.mbtiles", list(coarse), minzoom=str(ZOOM - 2), maxzoom=str(ZOOM))
    picture = open_imagery(file, city.metric_crs)
    seen = picture.read(BOX, 400, 300)
    picture.close()
    assert (seen[..., 3] == 255).all()
    assert (seen[..., 2] == (ZOOM - 2) * 10).all()


def test_features_are_no_pictures(city: City, tmp_path: Path) -> None:
    file = write_mbtiles(tmp_path / "a.mbtiles", around(city)[:1], format="pbf")
    assert imagery_kind(file) == ""
    assert open_archive(file).facts.is_vector
    with pytest.raises(ImageryError, match="holds features"):
        add_imagery(file, city, "features")


def test_a_strangers_view_gets_no_functions_and_little_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.tile_archive.QUERY_S", 0.1)

    def with_view(name: str, select: str) -> Path:
        with closing(sqlite3.connect(tmp_path / name)) as database, database:
            database.execute(f"CREATE VIEW tiles AS {select}")
        return tmp_path / name

    plain = "1 zoom_level, 1 tile_column, 1 tile_row"
    with pytest.raises(ImageryError, match="not an archive"):
        open_archive(with_view("a.mbtiles", f"SELECT {plain}, randomblob(100000000) tile_data"))
    with pytest.raises(ImageryError, match="not an archive"):
        open_archive(with_view("b.mbtiles", f"SELECT {plain}, load_extension('x') tile_data"))
    endless = f"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT {plain}, i tile_data FROM n"
    with pytest.raises(ImageryError, match="not an archive"):
        open_archive(with_view("c.mbtiles", endless))  # it would never end by itself


def test_what_an_archive_says_of_itself_is_cut_before_it_is_held(tmp_path: Path) -> None:
    file = tmp_path / "loud.mbtiles"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        database.execute("INSERT INTO tiles VALUES (1, 1, 1, x'89504e470d0a1a0a')")
        database.execute("CREATE TABLE loud (value)")
        database.execute("INSERT INTO loud VALUES (?)", ("x" * 4_000_000,))
        database.execute("CREATE TABLE n (i)")
        database.executemany("INSERT INTO n VALUES (?)", [(i,) for i in range(200)])
        database.execute("CREATE VIEW metadata AS SELECT 'name' || i AS name, value FROM n, loud")
    tracemalloc.start()
    try:
        open_archive(file).close()
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def broken_files(tmp_path: Path) -> dict[str, bytes]:
    good = write_pmtiles(tmp_path / "good.pmtiles", [WebTile(3, 1, 1)]).read_bytes()
    bomb = gzip.compress(bytes(200 << 20), 9)
    liar = gzip.compress(b"\xff\xff\xff\x7f" + bytes(100))
    return {
        "text": b"hello",
        "cut": good[:100],
        "far": good[:8] + (1 << 60).to_bytes(8, "little") + good[16:],
        "bomb": good[:8] + len(good).to_bytes(8, "little") + len(bomb).to_bytes(8, "little") + good[24:] + bomb,
        "liar": good[:8] + len(good).to_bytes(8, "little") + len(liar).to_bytes(8, "little") + good[24:] + liar,
        "zooms": good[:100] + b"\x09\x02" + good[102:],
        "brotli": good[:97] + b"\x03" + good[98:],
        "sqlite": b"SQLite format 3\0" + bytes(2000),
    }


def test_broken_archives_are_refused(tmp_path: Path) -> None:
    for name, data in broken_files(tmp_path).items():
        file = tmp_path / name
        file.write_bytes(data)
        with pytest.raises(ImageryError):
            open_archive(file)


def test_directories_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    from pmtiles.tile import Entry

    good = write_pmtiles(tmp_path / "good.pmtiles", [WebTile(3, 1, 1)]).read_bytes()
    circle = serialize_directory([Entry(0, 0, 0, 0)])
    circle = serialize_directory([Entry(0, 0, len(circle), 0)])
    place = len(good).to_bytes(8, "little")
    size = len(circle).to_bytes(8, "little")
    file = tmp_path / "circle"
    file.write_bytes(good[:8] + place + size + good[24:40] + place + size + good[56:] + circle)
    archive = open_archive(file)
    with pytest.raises(ImageryError, match="lead nowhere"):
        archive.tile(WebTile(3, 1, 1))
    archive.close()


def test_a_tile_that_is_no_small_picture_is_refused() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big")
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + size + b"\x08\x02\0\0\0")
    bomb += chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    for data in (b"<html>", b"", bomb, png()[:60], b"\xff\xd8\xff" + bytes(50)):
        with pytest.raises(ImageryError):
            decoded(data)


def test_grey_clear_and_coloured_tiles_decode() -> None:
    assert decoded(png((7,), 16))[0, 0].tolist() == [7, 7, 7, 255]
    assert decoded(png((200, 100), 16))[0, 0].tolist() == [78, 78, 78, 100]
    assert decoded(png((1, 2, 3), 16))[0, 0].tolist() == [1, 2, 3, 255]


def test_the_grid_of_tiles() -> None:
    assert nearest_zoom(156543.03) == 0
    assert nearest_zoom(0.597) == 18
    assert tiles_in(mercator_box(-180, -85.06, 180, 85.06), 3) == (range(8), range(8))
    helsinki = mercator_box(24.9414, 60.1699, 24.9415, 60.17)
    assert tiles_in(helsinki, 14) == (range(9327, 9328), range(4742, 4743))
    west, south, east, north = WebTile(14, 9327, 4742).lonlat_box()
    assert west < 24.9414 < east
    assert south < 60.1699 < north


def test_a_cache_keeps_its_limit_by_letting_the_oldest_go(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "a.mbtiles", {"minzoom": "0", "maxzoom": "9"}, most_bytes=400_000)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    noise = np.random.default_rng(1)
    for column in range(300):
        cache.put({WebTile(9, column, 1): noise.bytes(5_000)}, began + timedelta(minutes=column))
    assert cache.size_bytes() < 450_000
    assert cache.get(WebTile(9, 0, 1)) is None
    assert cache.get(WebTile(9, 299, 1)) is not None
    assert cache.ages([WebTile(9, 299, 1)]) == {WebTile(9, 299, 1): began + timedelta(minutes=299)}
    cache.close()
    archive = open_archive(tmp_path / "a.mbtiles")
    assert archive.facts.is_cache
    assert (archive.facts.least_zoom, archive.facts.most_zoom) == (0, 9)
    archive.close()


def test_a_readers_picture_changes_when_the_cache_grows(city: City, tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "a.mbtiles", {"minzoom": "0", "maxzoom": str(ZOOM)})
    picture = open_imagery(tmp_path / "a.mbtiles", city.metric_crs)
    assert not picture.read(BOX, 400, 300).any()
    cache.put({tile: png((9, 9, 9)) for tile in around(city, 16)}, datetime.now(UTC))
    assert (picture.read(BOX, 400, 300)[..., 0] == 9).all()
    cache.put({tile: png((80, 9, 9)) for tile in around(city, 16)}, datetime.now(UTC))
    assert (picture.read(BOX, 400, 300)[..., 0] == 80).all()
    picture.close()
    cache.close()


def test_an_archive_of_another_place_is_told(city: City, tmp_path: Path) -> None:
    file = write_mbtiles(tmp_path / "a.mbtiles", [WebTile(3, 1, 1)], bounds="-120,30,-110,40")
    with pytest.raises(ImageryError, match="outside the city"):
        add_imagery(file, city, "elsewhere")
    assert json.dumps(sorted(each.name for each in (city.folder / "imagery").iterdir())).count("elsewhere") == 0
