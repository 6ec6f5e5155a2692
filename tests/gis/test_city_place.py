"""A city built again keeps what people wrote and laid over it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.city import City, CityError, write_city_file
from gis.city_place import put_in_place
from gis.column_writer import write_layer


def make(folder: Path, crs: str, *layers: str) -> Path:
    folder.mkdir()
    write_city_file(
        folder, name="Test", time_zone="UTC", metric_crs=crs, bounds=(24.8, 60.1, 25.1, 60.3), center=(24.9, 60.2),
        built_at=datetime(2026, 1, 1, tzinfo=UTC), attribution="", sources=(),
    )  # fmt: skip
    for name in layers:
        write_layer(
            folder / "layers" / name, np.array([shapely.Point(1, 2)], object), name=name, geometry="point",
            kinds=("feature",), kind_codes=np.zeros(1, np.uint16), crs=crs,
        )  # fmt: skip
    return folder


def overlaid(folder: Path) -> Path:
    make(folder, "EPSG:32635", "roads", "mine", "stray")
    (folder / "layers.toml").write_text(
        '[[layer]]\nname = "mine"\nkind = "vector"\n[[layer]]\nname = "../x"\n', "utf-8"
    )
    (folder / "imagery").mkdir()
    (folder / "imagery" / "photo.tif").write_bytes(b"photo")
    return folder


def test_layers_that_people_added_stay(tmp_path: Path) -> None:
    out = overlaid(tmp_path / "out")
    put_in_place(make(tmp_path / "new", "EPSG:32635", "roads"), out)
    assert City.open(out).layer_names() == ("mine", "roads")
    assert (out / "imagery" / "photo.tif").read_bytes() == b"photo" and (out / "layers.toml").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_the_grid_and_the_codes_stay(tmp_path: Path) -> None:
    old = make(tmp_path / "old", "EPSG:32635", "roads", "grid")
    (old / "component_codes.csv").write_text("code,source\n", "utf-8")
    put_in_place(make(tmp_path / "new", "EPSG:32635", "roads"), old)
    assert City.open(old).layer_names() == ("grid", "roads")
    assert (old / "component_codes.csv").is_file()


def test_another_crs_is_refused_and_the_city_stays(tmp_path: Path) -> None:
    out = overlaid(tmp_path / "out")
    with pytest.raises(CityError, match="EPSG:32635"):
        put_in_place(make(tmp_path / "new", "EPSG:3067", "roads"), out)
    assert City.open(out).layer_names() == ("mine", "roads", "stray")
