"""Any vector file becomes layers of a city: every format lies in its place, what is bad is told, nothing half stays."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio.raw
import pytest
import shapely

from gis.chinese_coordinates import wgs84_to_bd09, wgs84_to_gcj02
from gis.city import City, write_city_file
from gis.columns import LayerColumns
from gis.crs import project
from gis.io import CrsMissing, VectorError
from gis.layer_import import extent_of, free_name, guess_crs, import_layer, list_layers

LON, LAT = 24.94, 60.17


@pytest.fixture
def city(tmp_path: Path) -> City:
    folder = tmp_path / "city"
    folder.mkdir()
    write_city_file(
        folder, name="Test", time_zone="Europe/Helsinki", metric_crs="EPSG:32635", bounds=(24.8, 60.1, 25.1, 60.3),
        center=(LON, LAT), built_at=datetime(2026, 1, 1, tzinfo=UTC), attribution="", sources=(),
    )  # fmt: skip
    return City.open(folder)


def written(file: Path, driver: str, shapes: list[Any], crs: str | None = "EPSG:4326", **options: Any) -> Path:
    types = {shape.geom_type for shape in shapes}
    fields = [np.arange(len(shapes), dtype=np.int32), np.array(["ä"] * len(shapes), object)]
    pyogrio.raw.write(
        str(file), shapely.to_wkb(np.array(shapes, dtype=object)), fields, ["rank", "name"], driver=driver, crs=crs,
        geometry_type=types.pop() if len(types) == 1 else "Unknown", **options,
    )  # fmt: skip
    return file


def points(count: int = 5) -> list[Any]:
    return [shapely.Point(LON + 0.001 * i, LAT) for i in range(count)]


def lonlat_of(city: City, name: str) -> Any:
    return np.stack(city.to_lonlat(*city.layer(name).coords.T), axis=1)


@pytest.mark.parametrize(
    ("file", "driver"),
    [
        ("a.gpkg", "GPKG"), ("a.geojson", "GeoJSON"), ("a.geojsonl", "GeoJSONSeq"), ("a.fgb", "FlatGeobuf"),
        ("a.kml", "LIBKML"), ("a.gml", "GML"), ("a.gdb", "OpenFileGDB"), ("a.tab", "MapInfo File"),
        ("a.mif", "MapInfo File"), ("a.shp", "ESRI Shapefile"),
    ],
)  # fmt: skip
def test_every_format_lies_in_its_place(tmp_path: Path, city: City, file: str, driver: str) -> None:
    source = written(tmp_path / file, driver, points())
    imported = import_layer(source, city, "here")
    assert [(store.name, store.geometry, store.count) for store in imported.stores] == [("here", "point", 5)]
    assert np.abs(np.sort(lonlat_of(city, "here"), axis=0) - [[p.x, p.y] for p in points()]).max() < 1e-6
    assert imported.kept == 5 and list_layers(source)[0].count in (5, -1)
    assert set(city.layer("here").attribute("feature").tolist()) == {1, 2, 3, 4, 5}  # type: ignore[union-attr]


def test_gpx_topojson_zipped_files_and_parquet(tmp_path: Path, city: City) -> None:
    gpx = tmp_path / "w.gpx"
    gpx.write_text(f'<gpx version="1.1" creator="x"><wpt lat="{LAT}" lon="{LON}"><name>A</name></wpt></gpx>', "utf-8")
    topo = tmp_path / "t.topojson"
    shapes = [{"type": "Point", "coordinates": [LON, LAT]}]
    objects = {"o": {"type": "GeometryCollection", "geometries": shapes}}
    topo.write_text(json.dumps({"type": "Topology", "arcs": [], "objects": objects}), "utf-8")
    kmz = tmp_path / "k.kmz"
    with zipfile.ZipFile(kmz, "w") as archive:
        archive.write(written(tmp_path / "k.kml", "LIBKML", points(1)), "doc.kml")
    parquet = tmp_path / "p.parquet"
    geopandas.GeoDataFrame({"a": [1]}, geometry=points(1), crs="EPSG:4326").to_crs("EPSG:3067").to_parquet(parquet)
    written(tmp_path / "s.shp", "ESRI Shapefile", points(1))
    zipped = tmp_path / "s.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for part in tmp_path.glob("s.[!z]*"):
            archive.write(part, f"in/{part.name}")
    for number, file in enumerate((gpx, topo, zipped, kmz, parquet)):
        import_layer(file, city, f"n{number}")
        assert lonlat_of(city, f"n{number}").tolist() == [pytest.approx([LON, LAT], abs=1e-7)]


@pytest.mark.parametrize(
    "text",
    [
        f"name,lon,lat\nA,{LON},{LAT}\nB,{LON},{LAT}\n",
        f"name;经度;纬度\nA;{LON};{LAT}\nB;{LON};{LAT}\n".replace(".", ","),
        f"name\tX\tY\nA\t{LON}\t{LAT}\nB\t{LON}\t{LAT}\n",
        f'name,wkt\nA,"POINT ({LON} {LAT})"\nB,"POINT ({LON} {LAT})"\n',
        f"Latitude,Longitude\n{LAT},{LON}\n{LAT},{LON}\n{LAT},nowhere\n,\n",
    ],
)
def test_tables_with_coordinates(tmp_path: Path, city: City, text: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text, "utf-8")
    imported = import_layer(file, city, "here")
    assert lonlat_of(city, "here").tolist() == [pytest.approx([LON, LAT], abs=1e-6)] * 2
    if "nowhere" in text:
        told = [(problem.feature, problem.kept) for problem in imported.problems if problem.feature]
        assert told == [(3, True), (3, False), (4, True), (4, False)]


def test_projected_columns_need_a_crs_and_one_is_guessed(tmp_path: Path, city: City) -> None:
    x, y = city.to_metric(LON, LAT)
    file = tmp_path / "a.csv"
    file.write_text(f"easting,northing\n{x},{y}\n", "utf-8")
    with pytest.raises(CrsMissing) as caught:
        import_layer(file, city, "here")
    assert guess_crs(caught.value, city)[0] == "EPSG:32635"
    assert not (city.folder / "layers" / "here").exists()
    import_layer(file, city, "here", crs="EPSG:32635")
    assert lonlat_of(city, "here").tolist() == [pytest.approx([LON, LAT], abs=1e-7)]


def test_swapped_axes_are_put_right_and_told(tmp_path: Path, city: City) -> None:
    file = written(tmp_path / "a.geojson", "GeoJSON", [shapely.Point(p.y, p.x) for p in points()])
    imported = import_layer(file, city, "here")
    assert "swapped" in imported.problems[0].what
    assert lonlat_of(city, "here")[:, 1] == pytest.approx([LAT] * 5)


@pytest.mark.parametrize(("crs", "shift"), [("gcj-02", wgs84_to_gcj02), ("BD09", wgs84_to_bd09)])
def test_chinese_coordinates_are_unshifted(tmp_path: Path, crs: str, shift: Callable[..., Any]) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    write_city_file(
        folder, name="深圳", time_zone="Asia/Shanghai", metric_crs="EPSG:32650", bounds=(113.7, 22.4, 114.7, 22.9),
        center=(114.05, 22.55), built_at=datetime(2026, 1, 1, tzinfo=UTC), attribution="", sources=(),
    )  # fmt: skip
    city = City.open(folder)
    lon, lat = shift(114.05, 22.55)
    file = written(tmp_path / "a.geojson", "GeoJSON", [shapely.Point(float(lon), float(lat))])
    assert import_layer(file, city, "here", crs=crs).crs in ("GCJ-02", "BD-09")
    assert lonlat_of(city, "here").tolist() == [pytest.approx([114.05, 22.55], abs=1e-8)]
    projected = written(
        tmp_path / "p.gpkg", "GPKG", [project(shapely.Point(114, 22.5), "EPSG:4326", "EPSG:32650")], "EPSG:32650"
    )
    with pytest.raises(VectorError, match="degrees"):
        import_layer(projected, city, "there", crs=crs)


def test_mixed_geometries_become_one_store_a_kind_or_none(tmp_path: Path, city: City) -> None:
    line = shapely.LineString([(LON, LAT), (LON + 0.01, LAT)])
    mixed = [*points(2), line, line.buffer(0.001), shapely.GeometryCollection([line, shapely.Point(LON, LAT)])]
    file = written(tmp_path / "a.geojson", "GeoJSON", mixed)
    imported = import_layer(file, city, "m")
    assert [(store.name, store.count) for store in imported.stores] == [
        ("m_points", 3), ("m_lines", 2), ("m_polygons", 1),
    ]  # fmt: skip
    assert city.layer("m_points").attribute("rank").tolist().count(4) == 1  # type: ignore[union-attr]
    (city.folder / "layers" / "n_polygons").mkdir()
    with pytest.raises(VectorError, match="already"):
        import_layer(file, city, "n")
    left = sorted(path.name for path in (city.folder / "layers").iterdir())
    assert left == ["m_lines", "m_points", "m_polygons", "n_polygons"]


def test_what_stands_in_the_city_s_own_metres_stays_as_it_is(tmp_path: Path, city: City) -> None:
    x, y = (float(value) for value in city.to_metric(*city.center))
    house = shapely.Polygon([(x + 0.1, y + 0.2), (x + 9.3, y + 0.1), (x + 9.7, y + 7.7)])
    odd = shapely.Point(x + 0.3, y + 1 / 3)
    file = written(tmp_path / "own.geojson", "GeoJSON", [house, odd], city.metric_crs)
    found = import_layer(file, city, "own", crs=city.metric_crs)
    assert {store.geometry for store in found.stores} == {"point", "polygon"}
    near = LayerColumns.open(city.folder / "layers" / "own_points").coords
    file = written(tmp_path / "own.gpkg", "GPKG", [odd, shapely.Point(x, y)], city.metric_crs)
    import_layer(file, city, "exact")
    exact = LayerColumns.open(city.folder / "layers" / "exact").coords.tolist()
    assert sorted(exact) == sorted([[x + 0.3, y + 1 / 3], [x, y]])
    assert np.abs(near - [x + 0.3, y + 1 / 3]).max() < 0.01


def test_a_cancel_leaves_nothing(tmp_path: Path, city: City) -> None:
    file = written(tmp_path / "a.geojson", "GeoJSON", [*points(2), shapely.LineString([(LON, LAT), (LON + 1, LAT)])])
    shares: list[float] = []

    def stop(share: float, words: str) -> None:
        shares.append(share)
        if share > 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_layer(file, city, "m", report=stop)
    assert shares == sorted(shares) and not list((city.folder / "layers").iterdir())


def test_hostile_and_doubled_field_names_become_plain_ones(tmp_path: Path, city: City) -> None:
    file = tmp_path / "a.geojson"
    properties = {"a\nb": 1, "A B": 2, "\x1b[31mred": "x", "<img src=x>": "y"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [LON, LAT]}}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    imported = import_layer(file, city, "h")
    assert set(city.layer("h").columns()) == {"a b", "A B 2", "[31mred", "<img src=x>", "feature"}
    assert all(problem.kept for problem in imported.problems)


def test_many_bad_features_are_told_quickly(tmp_path: Path, city: City) -> None:
    """Each bad feature was once searched for among all vertices: a million took hours."""
    bad = [shapely.Point(200.0 + i * 1e-5, 95.0) for i in range(30_000)]
    file = written(tmp_path / "a.fgb", "FlatGeobuf", [*bad, *points(1)])
    imported = import_layer(file, city, "h")
    assert imported.kept == 1 and sum(not problem.kept for problem in imported.problems) == 30_000


BAD_INPUT = {
    "cities.csv": ("point", 4, 0), "duplicate-fields.shp": ("polygon", 1, 0), "gre.shp": ("polygon", 1, 0),
    "hkzones-extra-attribute.geojson": ("polygon", 3, 0), "hkzones-mixed-numeric.geojson": ("polygon", 3, 0),
    "hkzones-no-collection.geojson": ("polygon", 1, 0), "hkzones-type-mismatch.geojson": ("polygon", 3, 0),
    "nl-null-points.shp": ("point", 17, 3),
}  # fmt: skip


@pytest.mark.parametrize("file", BAD_INPUT)
def test_bad_files_of_others(shared_data: Callable[[str], Path], tmp_path: Path, city: City, file: str) -> None:
    geometry, kept, left_out = BAD_INPUT[file]
    imported = import_layer(shared_data(f"badinput/vector/{file}"), city, "bad")
    assert [(store.geometry, store.count) for store in imported.stores] == [(geometry, kept)]
    assert sum(not problem.kept for problem in imported.problems) == left_out
    assert any("outside of the city" in problem.what for problem in imported.problems)


def test_names_that_are_free(tmp_path: Path, city: City) -> None:
    assert free_name(city, "Straßen & Wege 2024.gpkg") == "straen_wege_2024_gpkg"
    assert free_name(city, "区域") == "layer" and free_name(city, "12 zones") == "layer_12_zones"
    assert free_name(city, "CON") == "con_2"
    import_layer(written(tmp_path / "a.geojson", "GeoJSON", points()), city, "zones")
    assert free_name(city, "Zones") == "zones_2" and free_name(city, "Zones", ["zones_2"]) == "zones_3"
    west, _, east, _ = extent_of(city.layer("zones")) or (0, 0, 0, 0)
    assert 200 < east - west < 240


def test_vector_tiles_and_spreadsheets(tmp_path: Path, city: City) -> None:
    tiles = written(tmp_path / "v.pmtiles", "PMTiles", points(1), layer="x", dataset_options={"MAXZOOM": "15"})
    sheet = tmp_path / "t.xlsx"
    columns = [np.array([LON, LON]), np.array([LAT, np.nan])]
    pyogrio.raw.write(str(sheet), None, columns, ["lon", "lat"], driver="XLSX", geometry_type=None)
    for number, file in enumerate((tiles, sheet)):
        import_layer(file, city, f"n{number}")
        assert lonlat_of(city, f"n{number}").tolist() == [pytest.approx([LON, LAT], abs=1e-4)]
