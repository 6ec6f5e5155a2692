"""`opsroom map` as a user runs it: every form, and answers to what cannot be done."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.__main__ import main
from gis.city import City
from maps.case_symbols import CaseLook
from maps.layers import IncidentMark, Marks, UnitMark
from maps.live_cases import CaseTable
from maps.marks_file import read_moment, write_moment
from tests.maps.village import build_village


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Build the village once."""
    return City.open(build_village(tmp_path_factory.mktemp("village")))


def run(city: City, out: Path, *more: str) -> int:
    return main(["map", "--city", str(city.folder), "--out", str(out), "--scale", "1:2500", *more])


def test_it_writes_a_picture_of_the_size_that_was_asked_for(qapp: object, city: City, tmp_path: Path) -> None:
    out = tmp_path / "made" / "map.png"
    assert run(city, out, "--size", "400x300", "--night") == 0
    image = QImage(str(out))
    assert (image.width(), image.height()) == (400, 300)
    assert [file.name for file in out.parent.iterdir()] == ["map.png"]


def test_it_writes_sheets_as_pdf_svg_and_picture(qapp: object, city: City, tmp_path: Path) -> None:
    assert run(city, tmp_path / "a.pdf", "--size", "A5") == 0
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/MediaBox [0 0 595" in content.replace(b"595.2", b"595") or b"/MediaBox" in content
    assert run(city, tmp_path / "a.svg", "--size", "A5-portrait") == 0
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert root.tag.endswith("svg")
    assert run(city, tmp_path / "a.png", "--size", "150x100mm") == 0
    assert QImage(str(tmp_path / "a.png")).width() == round(150 / 25.4 * 200)


def test_it_writes_a_page_and_says_so_as_json(
    qapp: object, city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(city, tmp_path / "a.html", "--size", "300x200", "--title", "<b>Fire</b>", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["form"] == "html"
    assert told["bytes"] == (tmp_path / "a.html").stat().st_size
    assert told["scale"] == 2500
    assert "<b>Fire" not in (tmp_path / "a.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--center", "10,10"), 1, "lies outside Village"),
        (("--size", "10x10"), 2, "64 to 16000 pixels"),
        (("--size", "large"), 2, "neither WxH"),
        (("--layers", "nowhere"), 1, "no layer 'nowhere'; there are"),
        (("--log", "missing.sqlite"), 1, "there is no file missing.sqlite"),
        (("--size", "60x60mm"), 1, "no room for the map"),
    ],
)
def test_what_cannot_be_done_is_said(
    qapp: object,
    city: City,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    assert run(city, tmp_path / "a.png", *arguments) == code
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_another_form_and_another_scale_are_refused(
    qapp: object, city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(city, tmp_path / "a.gif") == 2
    assert "must end in .png" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["map", "--city", str(city.folder), "--out", str(tmp_path / "a.png"), "--scale", "1:3"])


def test_it_shows_the_moment_that_a_window_wrote_down(qapp: object, city: City, tmp_path: Path) -> None:
    marks = Marks(
        units=(UnitMark("F11", "F11", "fire", "en_route", 500_000.0, 6_650_000.0),),
        incidents=(IncidentMark(7, "structure_fire", 1, 500_010.0, 6_650_010.0, label="Fire"),),
    )
    moment = tmp_path / "moment.json"
    write_moment(moment, marks, ("As of noon",), "DRILL")
    read, lines, banner = read_moment(moment)
    assert (read, lines, banner) == (marks, ("As of noon",), "DRILL")
    assert run(city, tmp_path / "a.html", "--size", "300x200", "--marks", str(moment)) == 0
    page = (tmp_path / "a.html").read_text()
    assert "F11" in page
    assert "As of noon" in page
    assert (
        run(city, tmp_path / "b.html", "--size", "300x200", "--marks", str(moment), "--layers", "-units,-cameras") == 0
    )
    assert "F11" not in (tmp_path / "b.html").read_text()
    moment.write_text("[1]")
    assert run(city, tmp_path / "c.html", "--marks", str(moment)) == 1


def test_cases_are_on_every_form(qapp: object, city: City, tmp_path: Path) -> None:
    look = CaseLook("event", "in_hand", True)
    at = np.array([[500_000.0, 6_650_000.0]])
    cases = CaseTable(np.array([12]), at, (look,), np.array([0]), ("Rubbish",), np.array([0]))
    moment = tmp_path / "moment.json"
    write_moment(moment, Marks(cases=(cases,)), (), "")
    sizes = {"html": "300x200", "png": "300x200", "svg": "A5", "pdf": "A5"}
    for form, size in sizes.items():
        for name, more in (("with", ()), ("without", ("--layers", "-cases"))):
            assert run(city, tmp_path / f"{name}.{form}", "--size", size, "--marks", str(moment), *more) == 0
        shown, plain = ((tmp_path / f"{name}.{form}").read_bytes() for name in ("with", "without"))
        assert shown != plain
        assert (b"12 Rubbish" in shown, b"12 Rubbish" in plain) == (form == "html", False)
    words = ElementTree.parse(tmp_path / "with.svg").getroot().itertext()
    assert any("Case that is late" in each for each in words)  # the legend explains it
