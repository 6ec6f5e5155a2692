"""`opsroom exercise`: a script plays without a window, a branch is taken, and the score is the same each time."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from app.__main__ import main

SCENARIO = """
name = "Two at once"
lasts_s = 150
scene_s = 40
[[incident]]
id = "A"
after_s = 2
kind = "structure_fire"
lon = 24.9414
lat = 60.1719
place = "Station Square"
[[inject]]
kind = "weather"
weather = "snow"
after_s = 30
[[trainee]]
id = "anna"
"""
SCRIPT = """
[[do]]
after_s = 10
do = "send"
incident = "A"
[[do]]
after_s = 20
do = "alarm"
incident = "A"
level = 2
"""


def run(*words: str | Path) -> int:
    return main(["exercise", *map(str, words)])


@pytest.fixture(scope="module")
def played(helsinki: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exercise")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "script.toml").write_text(SCRIPT, encoding="utf-8")
    given = ("--city", helsinki, "--keys", folder / "keys", "--quiet")
    assert (
        run("run", folder / "scenario.toml", "--script", folder / "script.toml", "--log", folder / "one.db", *given)
        == 0
    )
    return folder


def test_a_script_is_played_and_scored_the_same_each_time(
    played: Path, helsinki: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--city", helsinki, "--keys", played / "keys", "--quiet", "--no-coverage")
    assert run("score", played / "one.db", *given, "--json", "--out", played / "score.json") == 0
    first = capsys.readouterr().out
    assert run("score", played / "one.db", *given, "--json") == 0
    assert capsys.readouterr().out == first == (played / "score.json").read_text("utf-8") + "\n"
    told = json.loads(first)
    assert [each["kind"] for each in told["score"]["decisions"]][:2] == ["sent", "alarm"]
    assert told["columns"] == ["did", "best"] and told["tracks"] and told["timeline"]
    assert run("score", played / "one.db", *given, "--no-best") == 0
    assert "anna" in capsys.readouterr().out


def test_nothing_goes_over_the_log_or_what_stands_beside_it(
    played: Path, helsinki: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--city", helsinki, "--keys", played / "keys", "--quiet", "--out")
    (played / "other.html").symlink_to(played / "one.db")
    held = (played / "one.db").read_bytes()
    assert run("report", played / "one.db", *given, played / "other.html") == 1
    for name in ("one.db", "one.db.exercise.json", "other.html"):
        assert run("score", played / "one.db", *given, played / name) == 1
        assert "write to another file" in capsys.readouterr().err
    assert (played / "one.db").read_bytes() == held


def test_another_citys_folder_is_refused(
    played: Path, helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(helsinki, tmp_path / "other", copy_function=os.symlink)
    named = (helsinki / "city.toml").read_text("utf-8").replace('"Helsinki"', '"Elsewhere"')
    (tmp_path / "other" / "city.toml").unlink()
    (tmp_path / "other" / "city.toml").write_text(named, "utf-8")
    given = ("--city", tmp_path / "other", "--keys", played / "keys")
    assert run("score", played / "one.db", *given) == 1
    assert run("report", played / "one.db", *given, "--out", tmp_path / "out.html") == 1
    assert run("branch", played / "one.db", *given, "--before", 6, "--log", played / "branch-of-other.db") == 1
    assert capsys.readouterr().err.count("the exercise is of Helsinki, not of Elsewhere") == 3


def test_an_address_with_its_password_is_not_said_again(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("run", "--history", "postgresql://u:secret@127.0.0.1/x", "--log", "x.db", "--city", "x")
    said = capsys.readouterr().err
    assert "not in a room" in said and "secret" not in said


def test_another_branch_is_taken_from_a_decision(
    played: Path, helsinki: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--keys", played / "keys")
    assert run("show", played / "one.db", *given, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    number = shown["decisions"][0]["number"]
    first = shown["decisions"][0]
    assert first["trainee"] == "anna" and first["incident"] == 1 and first["kind"] and first["units"]
    assert run("show", played / "one.db", *given) == 0
    about = f"1 {first['kind'].replace('_', ' ')}, {first['place']}: sends {', '.join(first['units'])}"
    assert capsys.readouterr().out.splitlines()[0].endswith(about)
    more = ("--city", helsinki, *given, "--quiet", "--json", "--label", "nobody sends")
    assert run("branch", played / "one.db", "--before", str(number), "--policy", "none",
               "--log", played / "two.db", *more) == 0  # fmt: skip
    assert json.loads(capsys.readouterr().out)["incidents"] == 1
    assert run("show", played / "two.db", *given) == 0
    out = capsys.readouterr().out
    assert out.startswith("branch two.db: from one.db") and "nobody sends" in out


def test_what_cannot_be_done_is_said_in_a_line(
    played: Path, helsinki: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--city", helsinki, "--keys", played / "keys", "--quiet")
    assert run("run", "--log", played / "x.db", *given) == 2
    assert run("run", "--history", played / "one.db", "--log", played / "x.db", *given) == 2
    assert run("run", played / "scenario.toml", "--log", played / "one.db", *given) == 1
    assert run("run", played / "script.toml", "--log", played / "x.db", *given) == 1
    assert run("run", played / "scenario.toml", "--policy", "record", "--log", played / "x.db", *given) == 1
    assert run("branch", played / "one.db", "--before", "2", "--log", played / "x.db", *given) == 1
    assert run("branch", played / "one.db", "--before", "99999", "--log", played / "x.db", *given) == 1
    assert run("score", played / "nothing.db", *given) == 1
    told = capsys.readouterr().err.splitlines()
    assert all(line.startswith("opsroom exercise: ") for line in told) and len(told) >= 8
    assert any(line.endswith("one.db has no entry 99999") for line in told)
    assert not list(played.glob("x.db*"))


def test_hostile_names_are_refused_or_shown_harmless(
    tmp_path: Path, helsinki: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = SCENARIO.replace("Two at once", "\\u001b[31mred\\n2 incidents\\u202e")
    (tmp_path / "scenario.toml").write_text(hostile, encoding="utf-8")
    given = ("--city", helsinki, "--keys", tmp_path / "keys", "--quiet")
    assert run("run", tmp_path / "scenario.toml", "--policy", "none", "--log", tmp_path / "one.db", *given) == 1
    assert run("score", tmp_path / "no\x1b[31m\x07such.db", *given) == 1
    told = capsys.readouterr()
    assert not told.out and len(told.err.splitlines()) == 2
    assert not {"\x1b", "\u202e", "\x07"} & set(told.err)
