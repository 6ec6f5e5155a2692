"""`opsroom report`: a file from a log alone, or a sentence that says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.__main__ import main
from dispatch.engine import Engine
from dispatch.log import open_log
from dispatch.month import MonthClock, tell_month
from tests.dispatch.month_town import month_ground

pytestmark = pytest.mark.usefixtures("qapp")  # letters need an application, and there can be only one


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log file with a month of 300 cases; its keys lie in the folder beside it."""
    folder = tmp_path_factory.mktemp("report")
    clock = MonthClock()
    stored = open_log(str(folder / "log.db"), key_folder=folder / "keys")
    tell_month(Engine(stored, clock=clock), month_ground(), clock=clock, cases=300, seed=1)
    stored.close()
    return folder / "log.db"


def _run(log: Path, *more: str) -> int:
    return main(["report", str(log), "--keys", str(log.parent / "keys"), *more])


def test_a_page_and_a_table_are_written(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--out", str(tmp_path / "r.html"), "--language", "zh") == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "城市管理评价月报" in page
    assert "data:image/png" in page
    assert _run(log, "--month", "2025-10", "--out", str(tmp_path / "r.csv")) == 0
    assert "r.csv: " in capsys.readouterr().out


def test_a_paper_is_written(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--week", "2025-10-16", "--profile", "jinhua", "--out", str(tmp_path / "r.pdf")) == 0
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert "pages" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--out", "r.doc"), ".pdf, .html, .csv"),
        (("--out", "r.pdf", "--profile", "x"), "'x' is none"),
        (("--out", "r.pdf", "--to", "2025-10-03"), "--to needs --from"),
    ],
)
def test_what_does_not_fit_is_said(
    log: Path, more: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(log, *more) == 2
    assert words in capsys.readouterr().err


def test_a_log_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path / "none.db"), "--out", str(tmp_path / "r.csv")]) == 2
    assert "there is no such file" in capsys.readouterr().err
