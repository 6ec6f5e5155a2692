"""Any vector file in: good features kept, bad ones told, files that reach elsewhere refused."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis.io import VectorError, read_vector
from gis.layer_import import list_layers

SHARED = "badinput/vector/"


def geojson(file: Path, features: list[tuple[Any, dict[str, Any]]]) -> Path:
    content = [{"type": "Feature", "properties": properties, "geometry": geometry} for geometry, properties in features]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": content}), "utf-8")
    return file


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


def polygon(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


def test_good_features_are_kept_and_bad_ones_told_one_by_one(tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "mixed.geojson",
        [
            (point(24.9, 60.1), {"name": "good"}),
            (None, {"name": "nothing"}),
            (point(60.1, 124.9), {"name": "swapped"}),
            (polygon((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)), {"name": "bow tie"}),
            (polygon((0, 0), (1, 1), (0, 0), (1, 1), (0, 0)), {"name": "a line"}),
        ],
    )
    read = read_vector(file)
    assert read.columns["name"] == ["good", "bow tie"]
    assert read.numbers.tolist() == [1, 4]
    assert shapely.is_valid(read.geometries).all()
    told = {problem.feature: (problem.what, problem.kept) for problem in read.problems}
    assert told[2] == ("no geometry, or one that is damaged", False)
    assert "may be swapped" in told[3][0] and not told[3][1]
    assert told[4][0].startswith("mended") and told[4][1]
    assert not told[5][1]
    assert all("mixed.geojson" in str(problem) for problem in read.problems)


def test_mixed_geometries_are_picked_by_kind(shared_data: Callable[[str], Path]) -> None:
    read = read_vector(shared_data(SHARED + "hkzones-mixed-geometries.geojson"))
    index, shapes, told = read.of_kind("polygon")
    assert 0 < len(index) < 3
    assert {shape.geom_type for shape in shapes} <= {"Polygon", "MultiPolygon"}
    assert len(told) == 3 - len(index)


def test_null_points_are_left_out_and_told(shared_data: Callable[[str], Path]) -> None:
    read = read_vector(shared_data(SHARED + "nl-null-points.shp"))
    assert len(read.geometries) == 17
    assert [p.feature for p in read.problems if not p.kept] == [8, 9, 10]
    lon, lat = shapely.get_coordinates(read.geometries).mean(axis=0)
    assert 3 < lon < 8 and 50 < lat < 54  # EPSG:28992 was turned into lon/lat


def test_us_feet_without_table_and_with_one_nan_shape(shared_data: Callable[[str], Path]) -> None:
    read = read_vector(shared_data(SHARED + "stclines_streets.shp"))
    assert len(read.geometries) == 15_602
    west, south, east, north = shapely.total_bounds(read.geometries)
    assert -122.6 < west < east < -122.3 and 37.6 < south < north < 37.9
    told = " | ".join(str(problem) for problem in read.problems)
    assert "stclines_streets.dbf is missing" in told
    assert "feature 15603" in told and "not a number" in told


def test_duplicate_field_names_are_both_kept(shared_data: Callable[[str], Path]) -> None:
    read = read_vector(shared_data(SHARED + "duplicate-fields.shp"))
    assert list(read.columns) == ["id", "DDDDDDDDDD", "DDDDDDDDDD_2"]
    assert read.problems[0].field == "DDDDDDDDDD"


def test_a_legacy_code_page_is_read_as_text(shared_data: Callable[[str], Path]) -> None:
    read = read_vector(shared_data(SHARED + "gre.shp"))
    assert read.columns["name_ru"][0] and all("\ufffd" not in str(v[0]) for v in read.columns.values())


@pytest.mark.parametrize(
    ("encoding", "name"), [("latin-1", "Straße Ärger"), ("gb18030", "中山路"), ("utf-8", "Ålandsgatan")]
)
def test_a_code_page_that_is_not_stated_is_guessed_and_told(tmp_path: Path, encoding: str, name: str) -> None:
    file = tmp_path / "places.csv"
    file.write_bytes(f"name,lon,lat\n{name},120.1,30.2\n".encode(encoding))
    read = read_vector(file)
    assert read.columns["name"] == [name]
    assert any("code page" in problem.what for problem in read.problems) == (encoding != "utf-8")


@pytest.mark.parametrize(
    "name", ["hkzones-extra-attribute", "hkzones-mixed-numeric", "hkzones-no-collection", "hkzones-type-mismatch"]
)
def test_odd_but_right_files_are_read(shared_data: Callable[[str], Path], name: str) -> None:
    read = read_vector(shared_data(f"{SHARED}{name}.geojson"))
    assert read.kind() == "polygon" and read.columns["Name"][0]


def test_the_antimeridian_stays_in_the_file_and_an_empty_file_is_said(shared_data: Callable[[str], Path]) -> None:
    assert len(read_vector(shared_data(SHARED + "new-zealand-antimeridian.geojson")).geometries) == 2
    with pytest.raises(VectorError, match="the file is empty"):
        read_vector(shared_data(SHARED + "empty.geojson"))


def test_csv_with_coordinates(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("name,lon,lat\nA,24.9,60.1\nB,,\nC,25.0,60.2\n=cmd(),25.1,60.3\n", "utf-8")
    read = read_vector(file)
    assert read.columns["name"] == ["A", "C", "=cmd()"]
    (tmp_path / "none.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(VectorError, match="no coordinates"):
        read_vector(tmp_path / "none.csv")


def test_a_crs_that_is_not_stated(tmp_path: Path) -> None:
    file = tmp_path / "metres.csv"
    file.write_text("name,x,y\nA,385000,6672000\n", "utf-8")
    with pytest.raises(VectorError, match="no coordinate system stated"):
        read_vector(file)
    (lon, lat) = shapely.get_coordinates(read_vector(file, crs="EPSG:32635").geometries)[0]
    assert (lon, lat) == pytest.approx((24.93, 60.17), abs=0.02)


def test_heights_are_dropped_and_told(tmp_path: Path) -> None:
    read = read_vector(geojson(tmp_path / "high.geojson", [({"type": "Point", "coordinates": [24.9, 60.1, 55.0]}, {})]))
    assert not shapely.has_z(read.geometries).any()
    assert "heights" in str(read.problems[0])


def test_a_million_vertices_take_no_longer_than_they_must(tmp_path: Path) -> None:
    import geopandas

    angle = np.linspace(0, 2 * np.pi, 300_000)
    ring = shapely.Polygon(np.column_stack((25 + np.cos(angle), 60 + np.sin(angle))))
    file = tmp_path / "big.gpkg"
    geopandas.GeoDataFrame({"name": ["ring"]}, geometry=[ring], crs=4326).to_file(file)
    assert shapely.get_num_coordinates(read_vector(file).geometries[0]) == 300_000


def test_geoparquet_flatgeobuf_and_kml(tmp_path: Path) -> None:
    import geopandas

    frame = geopandas.GeoDataFrame({"name": ["here"], "n": [7]}, geometry=[shapely.Point(24.9, 60.1)], crs=4326)
    frame.to_crs(3067).to_parquet(tmp_path / "a.parquet")
    frame.to_file(tmp_path / "a.fgb")
    (tmp_path / "a.kml").write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>here</name>'
        "<Point><coordinates>24.9,60.1</coordinates></Point></Placemark></Document></kml>",
        "utf-8",
    )
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(tmp_path / "a.kml", "doc.kml")
    for name in ("a.parquet", "a.fgb", "a.kml", "a.kmz"):
        read = read_vector(tmp_path / name)
        assert shapely.get_coordinates(read.geometries)[0].tolist() == pytest.approx([24.9, 60.1])
        assert (read.columns.get("name") or read.columns.get("Name")) == ["here"]


def test_a_shapefile_without_its_index(tmp_path: Path, shared_data: Callable[[str], Path]) -> None:
    for suffix in (".shp", ".dbf", ".prj"):
        shutil.copyfile(shared_data(f"{SHARED}gre{suffix}"), tmp_path / f"gre{suffix}")
    before = sorted(path.name for path in tmp_path.iterdir())
    read = read_vector(tmp_path / "gre.shp")
    assert len(read.geometries) == 1
    assert any("gre.shx is missing" in problem.what for problem in read.problems)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "address",
    [
        "/vsicurl/http://localhost/a.geojson",
        "\\vsicurl\\http://localhost/a.geojson",
        "/vsizip//tmp/a.zip",
        "vsimem/a.gpkg",
        "http://localhost/a.geojson",
        "https://localhost/a.shp",
        "ftp://localhost/a.csv",
        "file:///etc/passwd.csv",
        "WFS:http://localhost",
        "PG:dbname=a",
        "MYSQL:a",
        "s3://a/b.parquet",
    ],
)
def test_addresses_are_refused(address: str) -> None:
    with pytest.raises(VectorError, match="only files on this machine"):
        read_vector(address)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.kml", '<!DOCTYPE x [<!ENTITY a "b">]><kml/>', "document type"),
        ("a.gpx", '<?xml version="1.0"?><!DOCTYPE gpx SYSTEM "http://localhost/x.dtd"><gpx/>', "document type"),
        ("c.kml", f"<!--{' ' * 70_000}--><!DOCTYPE kml []><kml/>", "no element at its beginning"),
        ("d.json", '<?xml version="1.0"?><!-- <kml> --><!DOCTYPE kml []><kml/>', "document type"),
        ("e.csv", ",".join(map(str, range(3000))) + "\n", "more than 2,000 columns"),
        ("b.kml", "<kml><NetworkLink><href>http://localhost</href></NetworkLink></kml>", "points to data elsewhere"),
        ("a.json", '{"type": "gdal_streamed_alg"}', "elsewhere"),
        ("a.csv", "<OGRVRTDataSource><SrcDataSource>/vsicurl/http://x</SrcDataSource></OGRVRTDataSource>", "elsewhere"),
        ("a.vrt", "<OGRVRTDataSource/>", "not a kind"),
        ("a.geojson", "not json at all", "not a vector file"),
        ("a.exe", "MZ", "not a kind"),
    ],
)
def test_files_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(VectorError, match=said):
        read_vector(tmp_path / name)


def test_an_entity_in_utf_16_is_seen_too(tmp_path: Path) -> None:
    (tmp_path / "wide.kml").write_bytes('<!DOCTYPE x [<!ENTITY a "b">]><kml/>'.encode("utf-16"))
    with pytest.raises(VectorError, match="document type"):
        read_vector(tmp_path / "wide.kml")


@pytest.mark.parametrize("kind", ["bomb", "nested", "outside", "many", "broken"])
def test_bad_archives_are_refused(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"{kind}.kmz"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind == "bomb":
            archive.writestr("doc.kml", b"\0" * 50_000_000)
        elif kind == "nested":
            archive.writestr("inner.zip", b"PK")
        elif kind == "outside":
            archive.writestr("../../doc.kml", b"<kml/>")
        else:
            for i in range(10_001 if kind == "many" else 1):
                archive.writestr(f"{i}.kml", b"")
    if kind == "broken":
        file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(VectorError, match=r"refused|unpack|outside|cannot be read|can be read"):
        read_vector(file)


def test_a_geopackage_with_a_view_and_triggers(tmp_path: Path) -> None:
    import geopandas

    file = tmp_path / "strange.gpkg"
    geopandas.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(1, 2)], crs=4326).to_file(file, layer="things")
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TRIGGER nasty AFTER INSERT ON things BEGIN DELETE FROM things; END")
        database.commit()
    before = file.read_bytes()
    assert read_vector(file).columns["name"] == ["a"]
    assert file.read_bytes() == before
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE VIEW evil AS SELECT * FROM things")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES ('evil', 'features', 'evil', 4326)"
        )
        database.commit()
    with pytest.raises(VectorError, match="'evil' is a view"):
        read_vector(file)


def strange_database(file: Path, *statements: str) -> Path:
    import geopandas

    geopandas.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(1, 2)], crs=4326).to_file(
        file.with_suffix(".gpkg"), layer="things"
    )
    with closing(sqlite3.connect(file.with_suffix(".gpkg"))) as database:
        database.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            database.execute(statement)
        database.commit()
    return file.with_suffix(".gpkg").rename(file)


ENDLESS = "CREATE VIEW endless AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t"
PROGRAM = (
    "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES "
    "('table', 'vt', 'vt', 0, 'CREATE VIRTUAL TABLE vt USING VirtualOGR(''/vsicurl/http://127.0.0.1:9/a'')')"
)


@pytest.mark.parametrize(
    ("name", "statement", "said"),
    [
        ("a.gpkg", ENDLESS, "'endless' does not come to an end"),
        ("a.gpkg", PROGRAM, "made by a program"),
        ("a.geojson", "SELECT 1", "a database under another name"),
        ("a.csv", ENDLESS, "a database under another name"),
    ],
)
def test_databases_that_would_run_something_are_refused(tmp_path: Path, name: str, statement: str, said: str) -> None:
    with pytest.raises(VectorError, match=said):
        list_layers(strange_database(tmp_path / name, statement))


def test_a_harmless_view_beside_the_layers_does_not_matter(tmp_path: Path) -> None:
    file = strange_database(tmp_path / "a.gpkg", "CREATE VIEW beside AS SELECT name FROM things")
    assert len(read_vector(file).geometries) == 1


def test_no_such_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match="no such file"):
        read_vector(tmp_path / "none.gpkg")
    (tmp_path / "folder.gpkg").mkdir()
    with pytest.raises(VectorError, match="is a folder"):
        read_vector(tmp_path / "folder.gpkg")


def test_what_the_reader_warns_of_is_told_with_the_file(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    damaged = {"type": "Polygon", "coordinates": "x"}
    found = read_vector(geojson(tmp_path / "half.geojson", [(point(24.9, 60.1), {}), (damaged, {})]))
    assert len(found.geometries) == 1
    assert any(
        "half.geojson: the reader says: " in str(problem) and "Expected array" in str(problem)
        for problem in found.problems
    )
    assert not list(recwarn)
