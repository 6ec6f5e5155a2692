"""Tables out of files of every kind, and files that are refused."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dispatch.history.table import LAT, LON, TableError, plain, read_table

HEAD = ("id", "received", "kind")
ROWS = (("1", "2020-01-01 10:00:00", "Fire"), ("2", "2020-01-01 11:30:05", "Flood"))


def test_csv_in_the_ways_that_people_write_it(tmp_path: Path) -> None:
    for name, text in (
        ("comma.csv", "id,received,kind\n1,2020-01-01 10:00:00,Fire\n2,2020-01-01 11:30:05,Flood\n"),
        ("semicolon.csv", "\ufeffid;received;kind\r\n1;2020-01-01 10:00:00;Fire\r\n\r\n2;2020-01-01 11:30:05;Flood"),
        ("tab.tsv", "id\treceived\tkind\n1\t2020-01-01 10:00:00\tFire\n2\t2020-01-01 11:30:05\tFlood\n"),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        found = read_table(tmp_path / name)
        assert (found.columns, found.rows) == (HEAD, ROWS), name
    (tmp_path / "wide.csv").write_text("id,received,kind\n1,2020-01-01 10:00:00,Fire\n", "utf-16")
    with pytest.raises(TableError, match="UTF-8"):
        read_table(tmp_path / "wide.csv")


def test_other_code_pages_and_ragged_rows_are_told(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes("id,straße,id\n1,Bäckerweg,\n2\n".encode("cp1252"))
    found = read_table(tmp_path / "old.csv")
    assert found.columns == ("id", "straße", "id (2)") and found.rows == (("1", "Bäckerweg", ""), ("2", "", ""))
    assert len(found.told) == 3


def test_a_spreadsheet_and_a_geopackage_and_parquet_give_the_same_cells(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet
    import shapely
    from pyogrio.raw import write

    instants = np.array([each[1].replace(" ", "T") for each in ROWS], "datetime64[ms]")
    fields = [np.array([1, 2]), instants, np.array(["Fire", "Flood"], object)]
    write(tmp_path / "book.xlsx", None, fields, HEAD, driver="XLSX")
    points = np.array(shapely.to_wkb(shapely.points([(24.9, 60.2), (24.8, 60.1)])), object)
    write(tmp_path / "past.gpkg", points, fields, HEAD, driver="GPKG", crs="EPSG:4326", geometry_type="Point")
    pyarrow.parquet.write_table(
        pyarrow.table({"id": [1, 2], "received": pyarrow.array(instants), "kind": ["Fire", "Flood"]}),
        tmp_path / "p.parquet",
    )
    for name in ("book.xlsx", "past.gpkg", "p.parquet"):
        found = read_table(tmp_path / name)
        assert found.columns[:3] == HEAD, name
        assert [row[0] for row in found.rows] == ["1", "2"] and [row[2] for row in found.rows] == ["Fire", "Flood"]
        assert [row[1].replace("/", "-").replace("T", " ")[:19] for row in found.rows] == [row[1] for row in ROWS], name
    placed = read_table(tmp_path / "past.gpkg")
    assert placed.columns[3:] == (LON, LAT) and placed.rows[0][3:] == ("24.9", "60.2")


def test_files_that_would_reach_elsewhere_or_explode_are_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with sqlite3.connect(tmp_path / "views.gpkg") as database:
        database.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
        database.execute("INSERT INTO gpkg_contents VALUES ('v')")
        database.execute("CREATE VIEW v AS SELECT 1")
    (tmp_path / "no.csv").write_text("nothing\nhere\n")
    (tmp_path / "empty.csv").write_text("a,b\n")
    (tmp_path / "p.parquet").write_bytes(b"PAR1 no")
    for file in (bomb, tmp_path / "views.gpkg", tmp_path / "no.csv", tmp_path / "empty.csv", tmp_path / "p.parquet",
                 tmp_path / "gone.csv", Path("/vsicurl/example.csv")):  # fmt: skip
        with pytest.raises(TableError):
            read_table(file)


def test_cells_are_one_line_of_plain_text() -> None:
    assert plain("a\x1b[2Jb\u202ec\r\nd") == "a [2Jb c d" and plain("a\nb") == "a b"
    assert plain(3.0) == "3" and plain(True) == "true" and plain(float("nan")) == "" and plain(None) == ""
    assert {plain(each) for each in ("NULL", "<Null>", "\\N", "#N/A", "NaT", " ")} == {""} and plain(
        "Null Rd"
    ) == "Null Rd"
    assert len(plain("x" * 10_000_000)) == 2_000 and plain("\ud800") == "�"
