from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.column_writer import write_layer
from gis.columns import LayerColumns
from gis.component_codes import CodesError, component_codes, read_codes, sources_of, write_codes


def codes(
    sources: list[str], kept: dict[str, str], small_class: str = "0111"
) -> tuple[tuple[str, ...], dict[str, str]]:
    return component_codes(sources, kept, county="110101", small_class=small_class)


@given(st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), max_size=6))
def test_a_thing_keeps_its_code_and_no_code_is_given_twice(builds: list[list[int]]) -> None:
    kept: dict[str, str] = {}
    ever: dict[str, str] = {}
    for build in builds:
        sources = [f"hydrants:{number}" for number in build]
        given_now, kept = codes(sources, kept)
        for source, code in zip(sources, given_now, strict=True):
            assert ever.setdefault(source, code) == code
        assert len(set(ever.values())) == len(ever)
        assert kept == ever


def test_a_thing_of_another_class_has_another_code() -> None:
    first, kept = codes(["a", "b"], {})
    assert first == ("1101010111000001", "1101010111000002")
    second, kept = codes(["b"], kept, "0115")
    assert second == ("1101010115000001",)
    assert kept == {"a": first[0], "b": second[0]}


def test_ids_that_are_missing_or_stand_twice_are_said() -> None:
    with pytest.raises(ValueError, match="component 2 has no id"):
        codes(["a", ""], {})
    with pytest.raises(ValueError, match="component 3: 'a' is the id of component 1 already"):
        codes(["a", "b", "a"], {})


def test_codes_come_back_from_their_file_and_what_is_wrong_in_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "component_codes.csv"
    assert read_codes(file) == {}
    kept = {"hydrants:node1": "1101010111000001", 'odd,"name"': "1101010111000002"}
    write_codes(file, kept)
    assert read_codes(file) == kept
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    with file.open("a", encoding="utf-8") as stream:
        stream.write("12,x\n1101010111000001,y\n")
    with pytest.raises(CodesError) as caught:
        read_codes(file)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["4", "5"]
    file.write_text("a,b\n", "utf-8")
    with pytest.raises(CodesError, match="the first line must be"):
        read_codes(file)


def layer_with(folder: Path, **columns: object) -> LayerColumns:
    points = shapely.points(np.arange(3.0), np.zeros(3))
    write_layer(
        folder / "lamps", points, name="lamps", geometry="point", kinds=("lamp",), kind_codes=np.zeros(3, int),
        crs="EPSG:32635", attributes=columns,
    )  # fmt: skip
    return LayerColumns.open(folder / "lamps")


def test_the_source_of_a_feature_is_its_id(tmp_path: Path) -> None:
    osm = layer_with(tmp_path / "osm", osm_id=[7, 7, 9], osm_type=["node", "way", "node"])
    assert sorted(sources_of(osm)) == ["lamps:node7", "lamps:node9", "lamps:way7"]
    own = layer_with(tmp_path / "own", Asset_ID=[1.0, 2.0, 3.0])
    assert sorted(sources_of(own)) == ["lamps:1", "lamps:2", "lamps:3"]
    named = layer_with(tmp_path / "named", label=["x", "y", None])
    with pytest.raises(ValueError, match="no field of ids; there are label"):
        sources_of(named)
    with pytest.raises(ValueError, match="has no id"):
        sources_of(named, "label")
