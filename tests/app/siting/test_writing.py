"""What is written of two plans: whole, by who may, with every text as text; and by a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.beside.child import Answered, Failed
from app.desk import Desk
from app.siting import report, web
from app.siting.bench import Bench
from app.siting.child import answer_of
from app.siting.content import GEOJSON, HTML, MAP, PDF, Content
from app.siting.drafts import B
from app.siting.page import SitingPage
from app.siting.questions import Write
from app.siting.saving import Saving
from app.siting.work import Work
from app.siting.writing import geojson_of
from dispatch.access import MAY
from dispatch.account_commands import RecordExport
from dispatch.commands import Who
from tests.app.siting.conftest import HOSTILE


@pytest.fixture
def saving(page: SitingPage, desk: Desk) -> Saving:
    """What writes for a page, whatever its plans are."""
    return Saving(desk, page)


@pytest.fixture(scope="module")
def content(opened: SitingPage, desk: Desk, again: Callable[[], None], settled: Callable[[], None]) -> Content:
    """What would be written of a plan B that closes one post, opens another with two units and closes a road."""
    again()
    post, canvas = opened.drafts.plan(B).posts[0], opened.maps[B].canvas
    opened.hands.close(B, post.id)
    opened.hands.units_each = 2
    opened.hands.add(B, *canvas.lonlat(canvas.rect().center().toPointF()))
    opened.hands.units_each = 1
    opened.hands.break_road(B, "Point", ((post.lon, post.lat),))
    settled()
    found = Saving(desk, opened).content()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def work(helsinki: Path) -> Work:
    """What the child process would write with."""
    return Work(helsinki)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pictures be of fewer pixels."""
    monkeypatch.setattr(report, "SCALE", 0.7)
    monkeypatch.setattr(web, "SIZE", (400.0, 250.0))


def written(work: Work, content: Content, file: Path, form: str) -> str:
    assert answer_of(work, Write(content, str(file), form), lambda share, code: None) == Answered(file.name)
    return file.read_text("utf-8") if form != PDF else ""


def test_reach_and_posts_as_geojson(content: Content) -> None:
    features = geojson_of(content)["features"]
    areas = [each["properties"] for each in features if each["geometry"]["type"] == "MultiPolygon"]
    assert [(each["plan"], each["limit_s"]) for each in areas] == [("A", 480), ("A", 240), ("B", 480), ("B", 240)]
    posts = [each["properties"] for each in features if each["geometry"]["type"] == "Point"]
    assert [(each["plan"], each["state"], each["units"]) for each in posts if each["state"] != "stays"] == [
        ("B", "closed", 0), ("B", "new", 2),
    ]  # fmt: skip
    assert HOSTILE in {each["name"] for each in posts}, "a program reads names as they are"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_as_a_page(work: Work, content: Content, tmp_path: Path, language: str) -> None:
    words = written(work, replace(content, language=language), tmp_path / "plans.html", HTML)
    assert words.count("data:image/png") == 6 and "<img src=x" not in words and "\u202e" not in words
    assert "as usual" in words and "of the city: addresses, buildings, 50 cells of 200 m" in words
    assert ("New 1 opens with 2 units" in words) == (language == "en") and ("现状" in words) == (language == "zh")


def test_the_report_on_paper(work: Work, content: Content, tmp_path: Path) -> None:
    written(work, content, tmp_path / "plans.pdf", PDF)
    assert (tmp_path / "plans.pdf").read_bytes().startswith(b"%PDF-") and [*tmp_path.iterdir()] == [
        tmp_path / "plans.pdf"
    ]


def test_the_map_for_a_browser_stands_by_itself(work: Work, content: Content, tmp_path: Path) -> None:
    words = written(work, content, tmp_path / "map.html", MAP)
    before, _, rest = words.partition('id="opsroom-data">')
    told, _, after = rest.partition("</script>")
    assert "default-src 'none'" in before and "alert(1)" not in before + after and "<img" not in told
    data = json.loads(told)
    groups = {group["name"]: group["items"] for group in data["groups"]}
    names = [*groups]
    assert {f"Plan {plan}: {limit} min" for plan in "AB" for limit in (4, 8)} <= set(names)
    assert {"Plan A: Stations and posts", "Plan B: Stations and posts"} <= set(names)
    assert any(line.startswith("Plan B: 3 changes · ") for line in data["head"])
    said = [line for group in data["groups"] for item in group["items"] for line in item["words"]]
    assert not any("\u202e" in line for line in said)
    assert any(line.startswith("<img src=x") for line in said) and "closed in this plan" in said


def test_it_is_written_by_a_process_of_its_own_and_the_log_is_told(
    saving: Saving, page: SitingPage, desk: Desk, tmp_path: Path, helsinki: Path, qtbot: QtBot
) -> None:
    sent: list[object] = []
    desk.submit = lambda command: sent.append(command.body)
    apart, here = Bench(helsinki), page.bench
    page.bench = apart
    try:
        saving.write(tmp_path / "plans.html", HTML)
        assert not page.save_button.isEnabled() and apart is not here
        qtbot.waitUntil(lambda: bool(sent), timeout=90_000)
    finally:
        page.bench = here
        apart.close()
    assert sent == [RecordExport("figures", "two plans, Fire and Rescue, first_engine, plans.html")]
    assert page.save_button.isEnabled() and "data:image/png" in (tmp_path / "plans.html").read_text("utf-8")


def test_the_form_follows_the_ending(
    saving: Saving, page: SitingPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(saving, "write", lambda file, form: asked.append((file.name, form)))
    for name in ("plans", "plans.geojson", "plans.pdf"):
        saving.ask()
        assert saving.dialog is not None
        saving.dialog.fileSelected.emit(str(tmp_path / name))
        saving.dialog.close()
    assert asked == [("plans.pdf", PDF), ("plans.geojson", GEOJSON), ("plans.pdf", PDF)]


def test_what_cannot_be_written_is_said(work: Work, content: Content, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = answer_of(work, Write(content, str(tmp_path / "file" / "x.geojson"), GEOJSON), lambda *_: None)
    assert isinstance(found, Failed) and found.code == "bad_file" and "file" in found.parameters["words"]
    assert [*tmp_path.iterdir()] == [tmp_path / "file"]


def test_who_may_not_does_not(saving: Saving, page: SitingPage, desk: Desk, tmp_path: Path) -> None:
    desk.set_who(Who("kim", next(role for role, deeds in MAY.items() if RecordExport not in deeds)))
    assert not page.save_button.isEnabled()
    saving.write(tmp_path / "x.html", HTML)
    assert not page.asking.is_busy and not [*tmp_path.iterdir()]
