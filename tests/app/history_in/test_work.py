"""The reader's answers: what a file is taken for, what becomes of its rows, a log of its own, and nothing halfway."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.history_in.work import Refusal, Work
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.history.mapping_file import parse_mapping
from dispatch.log import open_log
from dispatch.refused import Refused
from tests.app.history_in.conftest import FIELDS


class Stopped(Exception):
    """Nobody waits any more."""


def quiet(share: float, code: str) -> None:
    assert 0 <= share <= 1 and code


def asked(work: Work, do: str, say: Any = quiet, **wish: Any) -> dict[str, Any]:
    return work.answer({"do": do, **wish}, say)


def files_of(*files: tuple[Path, str]) -> list[dict[str, str]]:
    return [{"file": str(file), "layer": "", "mapping": mapping} for file, mapping in files]


def import_of(file: Path, looked: dict[str, Any], city: Path, folder: Path) -> dict[str, Any]:
    return {
        "files": files_of((file, looked["mapping"])), "city": str(city), "log": str(folder / "h.db"),
        "report": str(folder / "h.rows.csv"), "keys": str(folder / "keys"),
    }  # fmt: skip


def test_it_says_what_the_columns_are_taken_for_and_how_sure(calls: Path) -> None:
    answer = asked(Work(), "look", file=str(calls), layer="")
    assert answer["rows"] == 4 and len(answer["columns"]) == 9 and answer["samples"][1] == ["E1", "L1"]
    found = {each["field"]: each for each in answer["judged"]}
    assert set(found) == set(FIELDS)
    assert found["received"]["sureness"] == "sure" and found["on_scene"]["sureness"] == "doubtful"
    assert found["on_scene"]["filled"] == 0.75 and round(found["on_scene"]["readable"], 2) == 0.67
    assert parse_mapping(answer["mapping"]).of("unit", answer["columns"]) == ("unit",)


def test_it_tells_what_would_become_of_the_rows_and_writes_nothing(calls: Path, helsinki: Path) -> None:
    work = Work()
    looked = asked(work, "look", file=str(calls), layer="")
    summary = asked(work, "try", files=files_of((calls, looked["mapping"])), city=str(helsinki))["summary"]
    assert [summary[each] for each in ("rows", "taken", "mended", "refused")] == [4, 2, 1, 1]
    assert sorted(each.name for each in calls.parent.iterdir()) == ["calls.csv"]
    listed = asked(work, "rows", verdict="refused", after=0)["listed"]
    assert [(row, verdict) for row, verdict, _ in listed] == [(3, "refused")]
    assert [row for row, *_ in asked(work, "rows", verdict="", after=2)["listed"]] == [3, 4]
    (row,) = asked(work, "rows", verdict="mended", after=0)["listed"]
    assert ["unreadable", "on_scene", "soon"] in row[2]


def test_a_log_of_its_own_is_written_with_the_report_of_every_row(calls: Path, helsinki: Path, tmp_path: Path) -> None:
    work = Work()
    looked = asked(work, "look", file=str(calls), layer="")
    shares: list[float] = []
    wish = import_of(calls, looked, helsinki, tmp_path)
    answer = asked(work, "import", lambda share, code: shares.append(share), **wish)
    log = open_log(Path(answer["log"]), key_folder=tmp_path / "keys", read_only=True)
    state = Engine(log).state
    log.close()
    assert state.kind is LogKind.HISTORY and len(state.incidents) == 2
    assert shares == sorted(shares) and answer["summary"]["entries"] == state.sequence
    assert len(Path(answer["report"]).read_text("utf-8").splitlines()) == 5
    asked(work, "save", file=str(tmp_path / "again.json"))
    assert '"refused": 1' in (tmp_path / "again.json").read_text("utf-8")
    with pytest.raises(Refusal) as refused:
        asked(work, "import", **wish)
    assert (refused.value.code, refused.value.words) == ("history.log_there", "h.db")


def test_a_log_that_says_no_is_heard_in_its_own_words(
    calls: Path, helsinki: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says_no(*arguments: object, **more: object) -> None:
        raise Refused("unknown_station", station="station_9")

    monkeypatch.setattr("dispatch.history.keep.keep", says_no)
    work = Work()
    wish = import_of(calls, asked(work, "look", file=str(calls), layer=""), helsinki, tmp_path)
    with pytest.raises(Refusal) as refused:
        asked(work, "import", **wish)
    assert (refused.value.code, refused.value.words) == ("history.failed", "unknown_station (station=station_9)")


def test_nothing_is_left_of_an_import_that_nobody_waits_for(calls: Path, helsinki: Path, tmp_path: Path) -> None:
    work = Work()
    looked = asked(work, "look", file=str(calls), layer="")
    before = sorted(tmp_path.rglob("*"))

    def stop(share: float, code: str) -> None:
        if code == "history.importing":
            assert list(tmp_path.glob("h.db*")), "something is being written"
            raise Stopped

    with pytest.raises(Stopped):
        asked(work, "import", stop, **import_of(calls, looked, helsinki, tmp_path))
    left = [each for each in tmp_path.rglob("*") if each not in before and each.is_file()]
    assert not left


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"Incident Number,received\n", "head.csv"),
        (b"PK\x03\x04zzz", "bad.xlsx"),
        (b"PAR1aaaa", "cut.parquet"),
        (b"SQLite format 3\0" + bytes(500), "bad.gpkg"),
        (b"", "no/such.csv"),
        (",".join(f"c{n}" for n in range(1_500)).encode() + b"\n" + b"1," * 1_499 + b"1\n", "wide.csv"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    if file.parent.is_dir():
        file.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        asked(Work(), "look", file=str(file), layer="")
    assert refused.value.code == "history.bad_file" and refused.value.words


def test_what_cannot_be_done_says_why(calls: Path, helsinki: Path, tmp_path: Path) -> None:
    work = Work()
    looked = asked(work, "look", file=str(calls), layer="")
    for mapping, city, code in (
        (looked["mapping"], tmp_path, "history.bad_city"),
        ('name = "x"\n[columns]\nunit = "unit"\n', helsinki, "history.no_instant"),
        ("name = ", helsinki, "history.mapping_bad"),
    ):
        with pytest.raises(Refusal) as refused:
            asked(work, "try", files=files_of((calls, mapping)), city=str(city))
        assert refused.value.code == code
    (tmp_path / "bad.toml").write_text('name = "x"\n[columns]\nunti = "unit"\n', "utf-8")
    with pytest.raises(Refusal) as refused:
        asked(work, "mapping", file=str(tmp_path / "bad.toml"))
    assert refused.value.code == "history.mapping_bad" and "unti" in refused.value.words
    with pytest.raises(Refusal):
        asked(Work(), "save", file=str(tmp_path / "x.csv"))


def test_one_sheet_of_several_is_read_when_it_is_asked_for(calls: Path, tmp_path: Path) -> None:
    import geopandas
    from shapely import Point

    file = tmp_path / "calls.gpkg"
    for layer, unit in (("first", "E1"), ("second", "L1")):
        told = {"Incident Number": ["1"], "unit": [unit], "received": ["2024-03-05 10:00:00"]}
        geopandas.GeoDataFrame(told, geometry=[Point(24.94, 60.17)], crs="EPSG:4326").to_file(file, layer=layer)
    first = asked(Work(), "look", file=str(file), layer="")
    assert first["layers"] == ["first", "second"] and first["samples"][first["columns"].index("unit")] == ["E1"]
    second = asked(Work(), "look", file=str(file), layer="second")
    assert second["samples"][second["columns"].index("unit")] == ["L1"]
    assert {"lon", "lat"} <= {each["field"] for each in second["judged"]}


def test_what_was_looked_at_is_imported_whatever_became_of_the_file(
    calls: Path, helsinki: Path, tmp_path: Path
) -> None:
    logs = []
    for name, change in (("as it was", None), ("changed", "a,b\n1,2\n"), ("gone", "")):
        work, folder = Work(), tmp_path / name
        folder.mkdir()
        copy = folder / calls.name
        copy.write_bytes(calls.read_bytes())
        wish = import_of(copy, asked(work, "look", file=str(copy), layer=""), helsinki, folder)
        if change:
            copy.write_text(change, "utf-8")
        elif change == "":
            copy.unlink()
        logs.append(asked(work, "import", **wish)["summary"])
    assert logs[0] == logs[1] == logs[2] and logs[0]["rows"] == 4


def test_no_report_goes_over_the_history_or_a_log(calls: Path, helsinki: Path, tmp_path: Path) -> None:
    work, other = Work(), tmp_path / "live.csv"
    other.write_bytes(b"SQLite format 3\0 and all that was recorded")
    before = calls.read_bytes(), other.read_bytes()
    wish = import_of(calls, asked(work, "look", file=str(calls), layer=""), helsinki, tmp_path)
    for report in (calls, other):
        with pytest.raises(Refusal) as refused:
            asked(work, "import", **{**wish, "report": str(report)})
        assert refused.value.code == "history.failed" and report.name in refused.value.words
        assert not Path(wish["log"]).exists()
    asked(work, "try", files=wish["files"], city=wish["city"])
    for report in (calls, other):
        with pytest.raises(Refusal, match=report.name):
            asked(work, "save", file=str(report))
    assert (calls.read_bytes(), other.read_bytes()) == before


def test_incidents_and_who_was_sent_are_read_together(
    incidents: Path, responses: Path, helsinki: Path, tmp_path: Path
) -> None:
    work = Work()
    files = [(file, asked(work, "look", file=str(file), layer="")["mapping"]) for file in (incidents, responses)]
    tried = asked(work, "try", files=files_of(*files), city=str(helsinki))
    assert [each["decided_by"] for each in tried["files"]] and len(tried["files"]) == 2
    assert [tried["summary"][each] for each in ("rows", "incidents", "responses", "refused")] == [5, 2, 2, 1]
    listed = asked(work, "rows", verdict="refused", after=0)["listed"]
    assert [row for row, *_ in listed] == [5]  # rows go on through both: the third of the second file

    fresh = Work()  # as after a reader that ended: it reads both again by itself
    wish = import_of(incidents, {"mapping": files[0][1]}, helsinki, tmp_path) | {"files": files_of(*files)}
    assert asked(fresh, "import", **wish)["summary"]["responses"] == 2
    with pytest.raises(Refusal, match="responses"):
        asked(fresh, "save", file=str(responses))
