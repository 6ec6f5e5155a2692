"""The command `opsroom city`."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest

from app.cli.city import add_commands
from gis.city import City
from maps.cities.helsinki.build import extract_file
from tests.gis.extract_file import town


def opsroom(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args([str(argument) for argument in arguments])
    code: int = args.run(args)
    return code


def test_build_info_and_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract = town().write(tmp_path / "town.osm")
    assert (
        opsroom(
            "city", "build", extract, "--out", tmp_path / "city", "--name", "Gridtown", "--time-zone", "Europe/Oslo"
        )
        == 0
    )
    told = capsys.readouterr()
    assert "Gridtown: built in" in told.out and "6 roads" in told.out and "note: no cameras" in told.out
    assert "100%  done" in told.err
    assert City.open(tmp_path / "city").time_zone == "Europe/Oslo"
    assert opsroom("city", "info", tmp_path / "city", "--json") == 0
    assert json.loads(capsys.readouterr().out)["layers"]["roads"]["count"] == 6
    assert opsroom("city", "info", tmp_path / "city") == 0
    assert "layer roads: 6 lines" in capsys.readouterr().out
    assert opsroom("city", "check", tmp_path / "city") == 0
    assert "nothing is wrong" in capsys.readouterr().out
    (tmp_path / "city" / "places.sqlite").unlink()
    assert opsroom("city", "check", tmp_path / "city", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["wrong"] >= 1 and found["findings"][0]["is_wrong"]


def test_check_reads_the_files_that_people_edit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "city"
    opsroom("city", "build", town().write(tmp_path / "town.osm"), "--out", folder, "--quiet")
    (folder / "roster.toml").write_text('[[department]]\nid = "fire"\nname = "Fire"\nkind = "fyre"\n', "utf-8")
    (folder / "runcards.toml").write_text("[[card]]\n" * 2 + 'kind = "x"\nmode = "warp"\n', "utf-8")
    (folder / "speeds.toml").write_text("[weather.rain]\nprimary = 9\n", "utf-8")
    (folder / "learned_speeds.toml").write_text("[learned]\n", "utf-8")
    capsys.readouterr()
    assert opsroom("city", "check", folder) == 1
    told = capsys.readouterr().out
    assert "WRONG  roster.toml: line 4: [[department]] fire: field 'kind': 'fyre' is no kind" in told
    assert "WRONG  runcards.toml: line 4: [[card]] x: field 'mode': 'warp' is no mode" in told
    assert "WRONG  speeds.toml: line 2: [weather.rain]: field 'primary': must be a number from 0.05 to 3" in told
    assert "WRONG  learned_speeds.toml: line 1: must be written as [[learned]] tables" in told
    for name in ("roster.toml", "runcards.toml", "speeds.toml", "learned_speeds.toml"):
        (folder / name).write_text("x = " + "[" * 50_000, "utf-8")
        assert opsroom("city", "check", folder) == 1
        assert f"{name}: line 1: not valid TOML: nested too deeply" in capsys.readouterr().out
        (folder / name).unlink()


def test_check_tells_what_nobody_of_the_roster_can_give(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "city"
    opsroom("city", "build", town().write(tmp_path / "town.osm"), "--out", folder, "--quiet")
    (folder / "runcards.toml").write_text(
        '[[card]]\nkind = "moon_landing"\nname = "Landing"\ndispositions = ["landed"]\n'
        'group = "rescue"\npriority = 1\nmode = "emergency"\n'
        'needs = [{ id = "a", any_of = ["lunar_module"] },'
        ' { id = "b", any_of = ["engine"], officers = 99, equipment = ["air_lock"] }]\n',
        "utf-8",
    )
    capsys.readouterr()
    assert opsroom("city", "check", folder) == 0, "a city may ask for what its neighbours have"
    told = capsys.readouterr().out
    assert "note   runcards.toml: no unit of the roster is lunar_module (asked for by moon_landing)" in told
    assert "no engine of the roster carries air_lock (asked for by moon_landing)" in told
    assert "no engine of the roster brings the 99 officers asked for (asked for by moon_landing)" in told


def test_build_as_json_and_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract = town().write(tmp_path / "town.osm")
    assert opsroom("city", "build", extract, "--out", tmp_path / "city", "--json", "--quiet") == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert json.loads(told.out)["layers"]["roads"] == 6


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--out", "x"), 2, "give an extract"),
        (("--out", "x", "--roads", "a.shp"), 2, "needs --from-field"),
        (("none.osm.pbf", "--out", "x"), 1, "none.osm.pbf: no such file"),
        (("notes.txt", "--out", "x"), 1, "not an OpenStreetMap extract"),
        (
            ("--out", "x", "--roads", "/vsicurl/http://localhost/a.shp", "--from-field", "F", "--to-field", "T"),
            1,
            "only files on this machine",
        ),
        (("a.osm", "--out", "x", "--layer", "a=b.shp", "--layer", "a=c.shp"), 2, "same name"),
    ],
)
def test_what_is_wrong_is_one_line_and_a_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert opsroom("city", "build", "--quiet", *arguments) == code
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_layer_needs_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        opsroom("city", "build", "a.osm", "--out", "x", "--layer", "file.shp")
    assert "is not NAME=FILE" in capsys.readouterr().err


def test_info_and_check_of_what_is_no_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert opsroom("city", "info", tmp_path) == 1
    assert "not a city" in capsys.readouterr().err
    assert opsroom("city", "check", tmp_path) == 1
    assert "WRONG  city.toml" in capsys.readouterr().out


def test_download_without_internet_and_unknown_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_text(json.dumps({"gridtown": "http://127.0.0.1:9/gridtown.osm.pbf"}), "utf-8")
    assert opsroom("city", "download", "gridtown", "--out", tmp_path / "to", "--catalogue", catalogue) == 1
    assert "no internet" in capsys.readouterr().err
    assert opsroom("city", "download", "atlantis", "--catalogue", catalogue) == 1
    assert "has no extract 'atlantis'" in capsys.readouterr().err


def test_check_compares_the_source(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert opsroom("city", "check", helsinki, "--source", extract_file()) == 0
    shutil.copyfile(helsinki / "city.toml", tmp_path / extract_file().name)
    assert opsroom("city", "check", helsinki, "--source", tmp_path / extract_file().name) == 1
    assert "not the file that the city was built from" in capsys.readouterr().out
