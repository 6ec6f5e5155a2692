"""The planning page as a coordinator uses it: clicks on two maps, and what both plans come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from immutables import Map
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.beside.child import Failed, NoAnswer
from app.desk import Desk
from app.siting.ask_bar import CHOSEN, UNITS
from app.siting.child import answer_of
from app.siting.drafting import NOTHING
from app.siting.drafts import A, B
from app.siting.hands import ADD, AREA, BREAK, CHOOSE, CLOSE, MOVE
from app.siting.page import SitingPage
from app.siting.questions import Seek, Weigh
from app.siting.work import Work
from dispatch.commands import Who
from dispatch.incident import Location
from dispatch.siting.place import FEWEST
from dispatch.siting.plan import BadPlan
from dispatch.state import State
from gis.city import CityError
from gis.within import BadArea
from tests.app.siting.conftest import HOSTILE, Here, painted
from tests.dispatch.called import state_of

Known = Callable[[], None]


def spot(page: SitingPage, which: str, post_id: str) -> QPoint:
    """Return where a post lies on a map."""
    post = page.drafts.posts(which)[post_id]
    canvas = page.maps[which].canvas
    return canvas.on_screen(*canvas.ground_of((post.lon, post.lat))).toPoint()


def click(page: SitingPage, which: str, at: QPoint) -> None:
    QTest.mouseClick(page.maps[which].canvas, Qt.MouseButton.LeftButton, pos=at)


def ids(page: SitingPage, which: str) -> list[str]:
    return [post.id for post in page.drafts.plan(which).posts]


def figures(page: SitingPage) -> dict[str, list[str]]:
    return {row[0].words: [cell.words for cell in row[1:]] for row in page.results.figures.cells.rows}


def asked(bench: Here) -> list[Weigh]:
    return [each for each in bench.asked if isinstance(each, Weigh)]


def test_both_plans_begin_as_units_stand(page: SitingPage, known: Known) -> None:
    known()
    found = page.weighed
    assert found is not None and page.results.summary.text() == "Both plans come to the same."
    assert figures(page)["Units that count"] == ["4", "4", "0"]
    assert found.comparison.before.reached > 0.9 and found.areas[0][0].area_km2 > 0.5
    assert "fire engine within 4:00 of driving" in page.known.text()
    for which in (A, B):
        held = page.maps[which].canvas.overlay.held()
        assert len(held["plan_posts"]) == 3 and len(held["reach"]) == 2
    canvas = page.maps[A].canvas
    reach, inside = QColor(canvas.theme.reach), painted(page)
    seen = {inside.pixelColor(canvas.mapTo(page, QPoint(x, y))).name() for x in range(0, canvas.width(), 2)
            for y in range(0, canvas.height(), 2)}  # fmt: skip
    assert reach.name() in seen, "the edge of what is reached"
    assert "as it stands" in page.maps[A].words.text() and "in time" in page.maps[B].words.text()


def test_both_maps_look_at_the_same_ground(page: SitingPage) -> None:
    one, other = page.maps[A].canvas, page.maps[B].canvas
    QTest.keyClick(one, Qt.Key.Key_Left)
    assert (one.view.x, one.view.y) == (other.view.x, other.view.y)
    other.animates = False
    other.zoom_by(1)
    assert one.view.metres_per_pixel == other.view.metres_per_pixel


def test_a_click_closes_a_post_of_the_plan_whose_map_it_hits(page: SitingPage, known: Known, qtbot: QtBot) -> None:
    post_id = ids(page, B)[1]
    QTest.mouseClick(page.side.tools[CLOSE], Qt.MouseButton.LeftButton)
    assert "Click the post that closes" in page.maps[A].words.text()
    click(page, B, spot(page, B, post_id))
    assert post_id not in ids(page, B) and post_id in ids(page, A)
    assert page.hands.mode == CHOOSE and page.side.tools[CHOOSE].isChecked()
    known()
    assert figures(page)["Stations and posts"] == ["3", "2", "−1"]
    found = page.weighed
    assert found is not None and found.comparison.after.mean_s > found.comparison.before.mean_s
    fates = page.maps[B].canvas.overlay.held()["plan_cells"][0]
    assert (fates.fate == fates.fates.index("slower")).any()
    states = {mark.post_id: mark.state for mark in page.maps[B].canvas.overlay.held()["plan_posts"]}
    assert states[post_id] == "closed" and not painted(page).isNull()
    QTest.mouseClick(page.side.undo_button, Qt.MouseButton.LeftButton)
    assert post_id in ids(page, B)


def test_a_post_is_added_moved_and_taken_back(page: SitingPage, known: Known) -> None:
    middle = page.maps[B].canvas.rect().center()
    QTest.mouseClick(page.side.tools[ADD], Qt.MouseButton.LeftButton)
    click(page, B, middle)
    assert ids(page, B)[-1] == "new-1" and page.side.list.rows[0].title == "New 1 opens"
    known()
    page.hands.set_mode(MOVE)
    click(page, B, spot(page, B, "new-1"))
    assert "New 1: click where it is to stand" in page.maps[B].words.text()
    click(page, B, middle + QPoint(40, 40))
    moved = page.drafts.posts(B)["new-1"]
    assert page.maps[B].canvas.on_screen(*page.maps[B].canvas.ground_of((moved.lon, moved.lat))).toPoint() != middle
    other = ids(page, B)[0]
    known()
    page.hands.begin_move(B, "new-1")
    click(page, B, spot(page, B, other))
    assert "new-1" not in ids(page, B)
    assert page.drafts.posts(B)[other].units == page.drafts.posts(A)[other].units + 1
    page.drafts.put(B, page.drafts.changes(A))
    known()


def test_posts_have_as_many_units_as_are_asked_for(page: SitingPage, known: Known, bench: Here) -> None:
    page.side.units.setValue(3)
    page.hands.set_mode(ADD)
    click(page, B, page.maps[B].canvas.rect().center())
    assert page.drafts.posts(B)["new-1"].units == 3 and page.side.list.rows[0].title == "New 1 opens with 3 units"
    page.hands.staff(B, "new-1", -1)
    own = ids(page, B)[0]
    page.hands.staff(B, own, 1)
    stood = page.drafts.posts(A)[own].units
    assert page.drafts.posts(B)["new-1"].units == 2 and page.drafts.posts(B)[own].units == stood + 1
    page.side.candidates.setCurrentIndex(page.side.candidates.findData("stations"))
    page.asking.seek()
    known()
    (sought,) = (each for each in bench.asked if isinstance(each, Seek))
    units = {post.id: post.units for post in sought.candidates}
    assert sought.units == 3 and units[own] == stood + 1 and 3 in units.values()


def test_no_plan_is_taken_for_another_department_s(page: SitingPage, known: Known) -> None:
    departments = page.bar.department
    assert departments.count() > 1
    page.hands.close(B, ids(page, B)[0])
    mine = page.drafts.changes(B)
    for place in (1, 0):
        departments.setCurrentIndex(place)
        departments.activated.emit(place)
        assert page.drafts.changes(B) == (mine if place == 0 else NOTHING)
    known()


def test_plans_are_there_the_next_time(page: SitingPage, desk: Desk, bench: Here, tmp_path: Path, qtbot: QtBot) -> None:
    changed = []
    for _ in range(2):
        made = SitingPage(desk, bench, workers=0, keep_in=tmp_path)
        qtbot.addWidget(made)
        made.begin()
        qtbot.waitUntil(lambda made=made: bool(made.bar.department_id))
        changed.append(made.drafts.changes(B))
        made.hands.close(B, made.drafts.plan(B).posts[0].id)
        said = made.said.text()
        made.asking.cancel()
        made.keeping.end()
    assert changed[0] == NOTHING and len(changed[1].closed) == 1 and said == "The plans of the last time are shown."
    (tmp_path / "plans-helsinki.json").write_text("{", "utf-8")
    made = SitingPage(desk, bench, workers=0, keep_in=tmp_path)
    qtbot.addWidget(made)
    made.begin()
    qtbot.waitUntil(lambda: bool(made.bar.department_id))
    made.asking.cancel()
    assert "cannot be read and are left as they are" in made.said.text()


@pytest.mark.parametrize(("problem", "english", "chinese"), [
    (BadPlan("no_such_area", "", area="North"), "The demand has no area North", "需求中已没有区域 North"),
    (BadPlan("bad_growth", "", factor="-1"), "cannot be -1 times", "需求不能为现在的 -1 倍"),
    (BadPlan("no_demand", ""), "No demand would be left", "将没有任何需求"),
    (BadArea("no_area", ""), "needs an area", "警戒范围必须是面"),
    (BadArea("off_map", ""), "not on this map", "不在本地图上"),
    (BadArea("bad_radius", ""), "less than 100 km", "小于 100 公里"),
    (CityError("x/city.toml: missing"), "files cannot be used: x/city.toml: missing", "城市文件无法使用：x/city.toml"),
    (FileNotFoundError(2, "No such file", "x"), "The file system says: x: No such file", "文件系统报告：x"),
    (ValueError("so\nit is"), "No answer: so it is", "程序报告：so it is"),
])  # fmt: skip
def test_what_goes_wrong_below_is_said_in_both_languages(
    page: SitingPage, desk: Desk, monkeypatch: pytest.MonkeyPatch, problem: Exception, english: str, chinese: str
) -> None:
    class Failing(Work):
        def answer(self, question: object, tell: object) -> None:
            raise problem

    found = answer_of(Failing(Path()), None, None)
    assert isinstance(found, Failed)
    for language, words in (("en", english), ("zh", chinese)):
        monkeypatch.setattr(desk, "language", language)
        page.failed(NoAnswer(found.code, **found.parameters))
        assert words in page.said.text()


def test_a_post_outside_of_the_map_is_refused(page: SitingPage) -> None:
    page.hands.add(B, 0.0, 0.0)
    assert "new-1" not in ids(page, B) and "outside of this map" in page.said.text()


def test_a_road_closes_and_one_that_is_none_is_taken_back(page: SitingPage, known: Known, bench: Here) -> None:
    post = page.drafts.plan(B).posts[0]
    page.hands.set_mode(BREAK)
    click(page, B, spot(page, B, post.id))
    known()
    assert len(asked(bench)[-1].after.closures) == 1 and len(page.drafts.changes(B).broken) == 1
    west, south, *_ = page.maps[B].canvas.city_box()
    lon, lat = page.maps[B].canvas.lonlat_of(west - 3000, south - 3000)
    page.hands.break_road(B, "Point", ((lon, lat),))
    known()
    assert len(page.drafts.changes(B).broken) == 1 and "taken back" in page.said.text()


def test_esc_gives_a_tool_up_before_it_closes_the_page(page: SitingPage) -> None:
    for mode in (CLOSE, MOVE, ADD, AREA):
        page.hands.set_mode(mode)
        QTest.keyClick(page.maps[B].canvas, Qt.Key.Key_Escape)
        QTest.qWait(1)
        assert page.hands.mode == CHOOSE and page.isVisible()


def test_more_demand_keeps_units_busier(page: SitingPage, known: Known, bench: Here) -> None:
    page.side.percent.setValue(30)
    page.side.grow()
    known()
    assert figures(page)["A unit is busy"] == ["10.0 %", "13.0 %", "+3.0 pp"]
    assert page.side.list.rows[0].title == "Demand +30 %"
    page.side.percent.setValue(0)
    page.side.grow()
    assert page.drafts.changes(B).is_none


def test_the_solver_s_posts_become_changes_of_the_plan_in_hand(page: SitingPage, known: Known) -> None:
    page.side.count.setValue(2)
    QTest.mouseClick(page.side.find_button, Qt.MouseButton.LeftButton)
    assert not page.side.find_button.isEnabled()
    known()
    assert len(ids(page, B)) == 5 and len(ids(page, A)) == 3
    assert page.said.text().startswith("2 found among ") and page.side.find_button.isEnabled()
    found = page.weighed
    assert found is not None and found.comparison.after.expected > found.comparison.before.expected


def test_in_their_place_the_present_posts_close(page: SitingPage, known: Known) -> None:
    page.drafts.take(A)
    page.side.keep.setChecked(False)
    page.side.aim.setCurrentIndex(page.side.aim.findData(FEWEST))
    page.asking.seek()
    known()
    assert len(page.drafts.changes(A).closed) == 3 and page.drafts.changes(B).is_none
    found = page.weighed
    assert found is not None and found.comparison.before.reached >= found.comparison.before.target.at_least


def test_a_search_goes_on_while_plans_are_only_looked_at(page: SitingPage, known: Known) -> None:
    page.bar.shown_changed.emit()
    page.asking.soon()
    page.asking.seek()
    page.drafts.take(A)
    page.drafts.choose(ids(page, B)[0])
    known()
    assert len(page.drafts.changes(B).opened) == 1 and page.said.text().startswith("1 found among ")
    page.drafts.choose(ids(page, B)[0])


def test_what_cannot_be_found_is_said_with_what_could(page: SitingPage, known: Known) -> None:
    page.side.candidates.setCurrentIndex(page.side.candidates.findData("stations"))
    page.side.count.setValue(40)
    page.asking.seek()
    known()
    assert page.said.text().startswith("No answer: 40 posts cannot be chosen among ")
    assert page.drafts.changes(B).is_none and page.weighed is not None


def test_the_reach_of_chosen_posts_and_of_units(page: SitingPage, known: Known, bench: Here, qtbot: QtBot) -> None:
    post_id = ids(page, B)[0]
    click(page, B, spot(page, B, post_id))
    assert page.drafts.chosen == {post_id}
    page.bar.places.setCurrentIndex(page.bar.places.findData(CHOSEN))
    page.bar.places.activated.emit(0)
    known()
    assert [len(asked(bench)[-1].from_before), len(asked(bench)[-1].from_after)] == [1, 1]
    page.bar.places.setCurrentIndex(page.bar.places.findData(UNITS))
    page.bar.places.activated.emit(0)
    known()
    assert len(asked(bench)[-1].from_before) == 4


def test_another_limit_asks_again_and_the_same_does_not(page: SitingPage, known: Known, bench: Here) -> None:
    page.bar.within.setValue(3.0)
    known()
    count = len(asked(bench))
    page.asking.weigh()
    assert len(asked(bench)) == count and not page.asking.is_busy
    page.bar.within.setValue(2.0)
    known()
    found = page.weighed
    assert found is not None and found.comparison.after.target.within_s == 120 and found.comparison.after.reached < 0.9
    assert [each.limit_s for each in found.areas[1]] == [120, 240]


def test_a_perimeter_is_counted(page: SitingPage, known: Known) -> None:
    page.hands.set_mode(AREA)
    canvas = page.maps[A].canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle + QPoint(20, 0))
    QTest.mouseMove(canvas, middle + QPoint(60, 0))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 0))
    known()
    lines = page.side.area_words.text().split("\n")
    assert lines[0].startswith("Perimeter of ") and lines[1].endswith(" buildings")
    assert lines[3] == "People: no layer of this city says how many live where."
    assert canvas.overlay.held()["perimeters"] and page.maps[B].canvas.overlay.held()["perimeters"]
    page.side.wipe_button.click()
    known()
    assert not page.side.area_words.isVisible() and not canvas.overlay.held()["perimeters"]


def test_a_cancel_leaves_what_is_shown(page: SitingPage, bench: Here, qtbot: QtBot) -> None:
    import threading

    held, shown = threading.Event(), page.weighed
    bench.slow = lambda: held.wait(20)
    page.asking.seek()
    assert page.cancel_button.isVisible()
    page.cancel_button.click()
    held.set()
    assert not page.asking.is_busy and not page.cancel_button.isVisible() and page.side.find_button.isEnabled()
    bench.slow = lambda: None
    assert page.weighed is shown and "Cancelled" in page.said.text()
    page.hands.close(B, ids(page, B)[0])
    qtbot.waitUntil(lambda: page.weighed is not shown)
    assert not any(isinstance(each, Seek) for each in bench.asked[-1:]) and len(ids(page, B)) == 2


def test_calls_of_the_log_move_the_demand(page: SitingPage, known: Known, desk: Desk, bench: Here) -> None:
    corner = page.weighed.demand.lonlat[0].tolist() if page.weighed is not None else [0.0, 0.0]
    owner = page.bar.department_id
    told = state_of(*((hour / 4, "fire", 0, ("f",)) for hour in range(400)))
    desk.state = replace(
        desk.state,
        incidents=Map({n: replace(one, location=Location(*corner)) for n, one in told.incidents.items()}),
        tasks=Map({each.id: replace(each, department=owner) for each in told.tasks.values()}), tasks_of=told.tasks_of,
    )  # fmt: skip
    page.asking.forget_log()
    page.bar.demand.setCurrentIndex(1)
    page.bar.demand.activated.emit(1)
    known()
    found = page.weighed
    assert found is not None and found.demand.source.endswith("+history") and found.demand.weight[0] > 0.5
    assert figures(page)["Calls a day"] == ["96.0", "96.0", "0.0"] and "incidents" in page.known.text()
    assert asked(bench)[-1].setting.demand_key == "fire 0"


def test_a_log_that_knows_enough_by_then_counts_when_the_page_is_opened_again(
    page: SitingPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = state_of(*((hour / 4, "fire", 0, ("f",)) for hour in range(200)))
    desk.state = replace(desk.state, incidents=told.incidents)
    monkeypatch.setattr(page.bar, "_is_demand_chosen", False)
    assert not page.bar.wants_log
    page.bar.suit_log()
    assert page.bar.wants_log
    page.bar.demand.setCurrentIndex(0)
    page.bar.demand.activated.emit(0)
    page.bar.suit_log()
    assert not page.bar.wants_log, "what somebody chose stays"


def test_roads_as_at_an_hour_are_asked_for(page: SitingPage, known: Known, bench: Here) -> None:
    page.bar.drive.setCurrentIndex(page.bar.drive.findData(17))
    page.bar.drive.activated.emit(0)
    known()
    at = asked(bench)[-1].setting.at
    assert at is not None and (at.hour, at.utcoffset()) == (17, timedelta(hours=2))


def test_what_the_maps_show_is_drawn_without_asking(page: SitingPage, known: Known, bench: Here) -> None:
    page.bar.shows.setCurrentIndex(page.bar.shows.findData("demand"))
    page.bar.shows.activated.emit(0)
    known()
    for which in (A, B):
        held = page.maps[which].canvas.overlay.held()
        assert not held["reach"] and set(np.unique(held["plan_cells"][0].fate)) <= {-1, 0, 1}
    assert not bench.asked


def test_text_from_outside_is_plain_text(page: SitingPage) -> None:
    post_id = next(each.id for each in page.drafts.plan(B).posts if "<img" in each.name)
    card = page.hands._describe(B, "plan_post", post_id)
    assert "\u202e" not in card and HOSTILE not in card and "<img" in card
    assert page.maps[B].words.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("which", [A, B])
def test_the_plan_in_hand_is_marked(page: SitingPage, which: str) -> None:
    page.maps[which].letter.click()
    assert page.drafts.hand == which
    assert [page.maps[each].letter.isChecked() for each in (A, B)] == [which == A, which == B]
    assert page.side.letters[which].isChecked()


def test_without_a_city_the_page_says_so(qtbot: QtBot, bench: Here, state: State) -> None:
    desk = Desk(Who("sup", "supervisor"))
    desk.state = state
    bare = SitingPage(desk, bench, workers=0)
    qtbot.addWidget(bare)
    bare.show()
    assert "no ground to plan on" in bare.said.text() and not bare.side.isEnabled()
