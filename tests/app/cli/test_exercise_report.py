"""`opsroom exercise report`: the same page each time, both forms into a folder, and a plain word where it cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.__main__ import main
from app.debriefing.kept import decode_material
from tests.app.cli.test_exercise import SCENARIO, SCRIPT


def run(*words: str | Path) -> int:
    return main(["exercise", *map(str, words)])


@pytest.fixture(scope="module")
def log(helsinki: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of a short exercise."""
    folder = tmp_path_factory.mktemp("reported")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "script.toml").write_text(SCRIPT, encoding="utf-8")
    given = ("--script", folder / "script.toml", "--log", folder / "one.db", "--city", helsinki, "--quiet")
    assert run("run", folder / "scenario.toml", *given, "--keys", folder / "keys") == 0
    return folder / "one.db"


def test_a_report_is_written_twice_the_same(log: Path, helsinki: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--city", helsinki, "--keys", log.parent / "keys", "--quiet", "--no-coverage")
    capsys.readouterr()
    assert run("report", log, "--out", log.parent / "one.html", *given, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["decisions"] >= 2 and told["head"].partition(":")[0].isdigit()
    assert run("report", log, "--out", log.parent / "both", *given, "--language", "en") == 0
    first = (log.parent / "one.html").read_bytes()
    assert first == (log.parent / "both" / "report.html").read_bytes()
    assert (log.parent / "both" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert b"Station Square" in first and told["head"].encode() in first


def test_a_window_hears_how_far_it_is_and_has_it_written_later(
    log: Path, helsinki: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--city", helsinki, "--keys", log.parent / "keys", "--quiet")
    kept = log.parent / "kept.material"
    capsys.readouterr()
    assert run("report", log, "--out", kept, *given, "--steps", "--no-best", "--no-coverage") == 0
    steps = [line.split() for line in capsys.readouterr().out.splitlines() if line[:2] in ("0.", "1.")]
    shares = [float(share) for share, _ in steps]
    assert shares == sorted(shares) and shares[-1] == 1.0 and {"reading", "scoring", "ways"} <= {s for _, s in steps}
    assert decode_material(kept.read_bytes()).debriefing.score.decisions
    assert run("report", log, "--material", kept, "--out", log.parent / "later.html", *given) == 0
    assert "After-action report" in (log.parent / "later.html").read_text("utf-8")


def test_what_cannot_be_written_is_said_before_anything_is_worked_out(
    log: Path, helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--city", helsinki, "--keys", log.parent / "keys", "--quiet")
    capsys.readouterr()
    assert run("report", log, "--out", tmp_path / "a.docx", *given) == 2
    assert run("report", tmp_path / "no\x1b[31msuch.db", "--out", tmp_path / "a.html", *given) == 1
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 2 and "\x1b" not in told
    assert not list(tmp_path.iterdir())
