"""How sure it is what a column is taken for, a mapping written whole, and what became of rows part by part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.history.judging import judge
from dispatch.history.mapping import Mapping
from dispatch.history.mapping_file import parse_mapping, shipped_mappings, written
from dispatch.history.recognise import guess
from dispatch.history.report import Report
from dispatch.history.table import Table, TableError, layers_of, read_table


def table_of(**columns: tuple[str, ...]) -> Table:
    return Table("t", tuple(columns), tuple(zip(*columns.values(), strict=True)))


def found(table: Table, mapping: Mapping) -> dict[str, tuple[str, str]]:
    return {each.field: (each.by, each.sureness) for each in judge(table, mapping, time_zone="UTC")}


def test_a_column_is_sure_where_its_name_is_known_and_its_cells_read() -> None:
    good = tuple(f"2024-03-05 10:{minute:02}:00" for minute in range(10))
    table = table_of(
        received=good, dispatched=(*good[:9], "soon"), seen=good, on_scene=(*good[:5], *["?"] * 5), lon=("24.9",) * 10,
        closed=("",) * 10,
    )  # fmt: skip
    mapping = Mapping("m", {
        "received": (("received",),), "dispatched": (("dispatched",),), "entered": (("seen",),),
        "on_scene": (("on_scene",),), "lon": (("lon",),), "closed": (("closed",),),
    })  # fmt: skip
    assert found(table, mapping) == {
        "received": ("name", "sure"), "dispatched": ("name", "likely"), "entered": ("content", "likely"),
        "on_scene": ("name", "doubtful"), "lon": ("name", "sure"), "closed": ("name", "empty"),
    }  # fmt: skip


def test_seconds_and_columns_that_are_joined_are_judged_too() -> None:
    table = table_of(date=("2024-03-05",) * 4, time=("10:00", "10:01", "10:02", "x"), wait=("60", "-", "30", "90"))
    mapping = Mapping("m", {"received": (("date", "time"),)}, seconds={"on_scene": ("Wait", "received")})
    judged = {each.field: each for each in judge(table, mapping, time_zone="UTC")}
    assert judged["received"].columns == ("date", "time") and judged["received"].readable == 0.75
    assert judged["on_scene"].columns == ("wait",) and judged["on_scene"].readable == 0.75


@pytest.mark.parametrize("mapping", shipped_mappings(), ids=lambda each: each.name)
def test_a_mapping_that_is_written_is_the_same_when_it_is_read(mapping: Mapping) -> None:
    assert replace(parse_mapping(written(mapping)), file=mapping.file) == mapping


def test_names_that_look_like_something_else_stay_names() -> None:
    odd = ("a | b", 'say "x"', "back\\slash", "[columns]", "日期")
    mapping = Mapping("odd\nname", {"received": ((odd[0],),), "unit": ((odd[1],),), "kind": ((odd[2], odd[3]),),
                                    "text": ((odd[4],),)})  # fmt: skip
    read = parse_mapping(written(mapping))
    assert read.columns == mapping.columns and read.name == "oddname"


def test_rows_are_listed_part_by_part() -> None:
    report = Report(rows=7)
    report.note(2, "unreadable", "on_scene", "soon")
    report.note(2, "geocoded", "place")
    report.refuse(5, "no_place", "", "Nowhere")
    report.note(6, "missing", "kind")
    assert [(each.row, each.verdict) for each in report.listed(most=3)] == [(1, "taken"), (2, "mended"), (3, "taken")]
    assert [each.row for each in report.listed(after=3)] == [4, 5, 6, 7]
    assert [each.row for each in report.listed("mended")] == [2, 6]
    assert [each.row for each in report.listed("taken", after=1, most=2)] == [3, 4]
    (refused,) = report.listed("refused")
    assert [note.cell for note in refused.notes] == ["Nowhere"] and len(report.listed("mended")[0].notes) == 2


def test_layers_are_named_and_what_has_none_has_none(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,received\n1,2024-03-05 10:00\n", "utf-8")
    assert layers_of(file) == ()
    with pytest.raises(TableError):
        layers_of(tmp_path / "no.xlsx")


def test_a_shape_without_a_place_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    import geopandas
    from shapely import LineString, Point

    shapes = [LineString(), None, Point(24.9, 60.1)]
    told = {"id": ["1", "2", "3"], "received": ["2024-03-05 10:00"] * 3}
    geopandas.GeoDataFrame(told, geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    table = read_table(tmp_path / "a.gpkg")
    assert len(table.rows) == 3 and "2 rows have no geometry" in " ".join(table.told)
    assert guess(table).of("lon", table.columns)
