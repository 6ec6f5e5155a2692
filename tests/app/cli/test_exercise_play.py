"""`opsroom exercise play` says at once what is asked wrongly, and that there is no display."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.__main__ import main


def test_what_is_asked_wrongly_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there, new = tmp_path / "there.db", tmp_path / "new.db"
    there.touch()
    for words, said in (
        (["--log", str(new)], "there is no exercise"),
        (["a.toml", "--log", str(there)], "there already"),
        (["a.toml", "--history", "b.db", "--log", str(new)], "either a scenario or"),
        (["--history", "b.db", "--log", str(new)], "--from and --until"),
    ):
        assert main(["exercise", "play", *words]) == 2
        assert said in capsys.readouterr().err
    assert not new.exists()


def test_without_a_display_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.system_check.missing_packages", lambda **_: [])
    monkeypatch.setattr("app.system_check.has_display", lambda: False)
    assert main(["exercise", "play", "a.toml", "--log", str(tmp_path / "new.db")]) == 3
    assert "no display" in capsys.readouterr().err
