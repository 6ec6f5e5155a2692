"""The whole window: keys, command line, distress, layouts; and the whole way from a call to a closed case."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.desktop import Shown
from app.window.window import MainWindow
from dispatch.commands import AddNote, RaiseSignal, ReportIncident, Tick
from dispatch.events import LogKind
from dispatch.incident import Location, Stage
from resources.status import Signal, Status
from tests.app.rooms import Room, room, window


@pytest.fixture
def here(qtbot: QtBot) -> Iterator[Room]:
    theme.put_on(QApplication.instance(), "night")  # type: ignore[arg-type]
    made = room()
    yield made
    made.bridge.close()


@pytest.fixture
def shown(here: Room, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    one = window(here, tmp_path)
    qtbot.addWidget(one)
    one.resize(1920, 1080)
    one.show()
    qtbot.waitExposed(one)
    return one


def type_command(shown: MainWindow, words: str) -> None:
    shown.commands.line.setFocus()
    shown.commands.line.setText("")
    QTest.keyClicks(shown.commands.line, words)
    QTest.keyClick(shown.commands.line, Qt.Key.Key_Return)


def test_everything_of_one_screen_stands_in_its_place(shown: MainWindow, qtbot: QtBot) -> None:
    docks = shown.docks
    qtbot.waitUntil(lambda: abs(docks["intake"].width() - 400) <= 8 and abs(docks["incidents"].width() - 420) <= 8)
    qtbot.wait(50)
    assert docks["intake"].y() < docks["recommendation"].y()
    assert docks["incidents"].y() < docks["incident"].y()
    assert docks["units"].y() > docks["recommendation"].y()
    # The lists at the sides reach down to the command line; the board stands between them, below the map.
    board = docks["units"].geometry()
    assert docks["recommendation"].geometry().bottom() == board.bottom() == docks["incident"].geometry().bottom()
    assert docks["intake"].geometry().right() < board.left()
    assert board.right() < docks["incidents"].geometry().left()
    assert 190 <= board.height() <= 230
    shares = [docks[key].height() for key in ("intake", "recommendation", "incidents", "incident")]
    assert shares[0] / (shares[0] + shares[1]) == pytest.approx(0.53, abs=0.03)
    assert shares[2] / (shares[2] + shares[3]) == pytest.approx(0.40, abs=0.03)
    assert shown.strip.isVisible()
    assert shown.strip.y() < docks["intake"].y()
    assert shown.commands.isVisible()


def test_the_frame_and_the_title_say_drill_or_live(shown: MainWindow, qtbot: QtBot) -> None:
    assert "DRILL" in shown.windowTitle()
    picture = shown.grab().toImage()
    worn = theme.look()
    right, foot = picture.width() - 2, picture.height() - 2
    for edge in ((24, 1), (24, foot), (1, 24), (right, 24)):
        assert picture.pixelColor(*edge).name() == worn.drill.lower(), f"no frame at {edge}"
    live = room(LogKind.LIVE)
    other = window(live)
    qtbot.addWidget(other)
    other.resize(1200, 800)
    assert "LIVE" in other.windowTitle()
    assert other.grab().toImage().pixelColor(24, 1).name() == worn.live.lower()


def test_the_command_line_does_it_and_answers_beside_the_line(here: Room, shown: MainWindow) -> None:
    number = here.report()
    type_command(shown, f"send E1 A1 to {number}")
    assert here.desk.state.incidents[number].stage is Stage.ASSIGNED
    assert shown.commands.line.text() == ""
    assert shown.commands.answer.text().startswith("Done: send E1")
    type_command(shown, "E9 on scene")
    assert "no unit" in shown.commands.answer.text()
    assert shown.commands.line.text() == "E9 on scene"  # kept for mending
    type_command(shown, f"send E1 to {number}")
    assert shown.commands.answer.property("level") == "warning"  # refused, worded
    assert "E1" in shown.commands.answer.text()


def test_history_survives_a_restart(here: Room, shown: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    here.report()
    type_command(shown, "note 1 first")
    type_command(shown, "note 1 second")
    again = window(here, tmp_path)
    qtbot.addWidget(again)
    line = again.commands.line
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == "note 1 second"
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == "note 1 first"
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert line.text() == ""


def test_distress_takes_no_key_no_focus_and_no_mute(here: Room, shown: MainWindow, qtbot: QtBot) -> None:
    played: list[str] = []
    shown.sounds.played.connect(played.append)
    shown.mute_action.setChecked(True)
    line = shown.commands.line
    line.setFocus()
    QTest.keyClicks(line, "note 1 ab")
    here.desk.send(RaiseSignal("E1", Signal.DISTRESS))
    banner = shown.alarm.banners[0]
    assert banner.isVisible()
    assert banner.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert played == ["distress"]
    assert not shown.alarm.banners[1].isVisible()  # the second window is not there
    QTest.keyClicks(line, " cd")
    QTest.keyClick(line, Qt.Key.Key_Space)
    assert line.text() == "note 1 ab cd "
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert here.desk.state.units["E1"].distress_at is not None
    here.wait(1)
    here.desk.send(RaiseSignal("A1", Signal.DISTRESS))
    assert list(banner.buttons) == ["E1", "A1"]
    banner.buttons["A1"].click()
    assert here.desk.state.units["A1"].distress_at is None
    shown.findChild(object, "acknowledge_distress").trigger()  # type: ignore[attr-defined]
    assert here.desk.state.units["E1"].distress_at is None
    assert not banner.isVisible()


def test_a_new_incident_sounds_unless_muted_and_moves_nothing(here: Room, shown: MainWindow) -> None:
    played: list[str] = []
    went: list[tuple[float, float]] = []
    shown.sounds.played.connect(played.append)
    here.desk.go_to.connect(lambda lon, lat: went.append((lon, lat)))
    here.report()
    assert played == ["incident"]
    shown.incidents.sound.setChecked(False)
    assert shown.sounds.is_muted
    here.report("stray_dog")
    assert played == ["incident"]
    assert went == []
    assert here.desk.selection.incident_id is None


def test_an_order_that_nobody_acknowledges_is_seen_and_heard(here: Room, shown: MainWindow) -> None:
    played: list[str] = []
    shown.sounds.played.connect(played.append)
    here.assign(here.report(), "E1")
    here.wait(29)
    here.desk.send(Tick())
    assert "order" not in played
    here.wait(2)
    here.desk.send(Tick())
    assert played[-1] == "order"
    assert shown.notices.words() == ["E1 has not acknowledged its order for incident 1."]
    type_command(shown, "E1 acknowledged")
    assert shown.notices.words() == []


def test_f9_recalls_what_was_sent(here: Room, shown: MainWindow) -> None:
    here.assign(here.report(), "E1", "A1")
    shown.sent_page.toggle()
    words = " ".join(one.text() for one in shown.sent_page.findChildren(QLabel))
    assert "E1" in words
    assert "A1" in words
    assert "Structure fire" in words
    QTest.keyClick(shown.sent_page, Qt.Key.Key_Escape)
    assert not shown.sent_page.isVisible()


def test_every_key_stands_on_the_page_of_keys_and_none_twice(shown: MainWindow) -> None:
    keys = [key for key, _ in shown.menus.keys]
    assert {"F1", "F2", "F3", "F4", "F6", "F7", "F8", "F9", "F12", "Ctrl+K", "Ctrl+P"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_two_screens_and_back_lose_no_panel(here: Room, shown: MainWindow, qtbot: QtBot) -> None:
    shown.layouts.two_screens()
    assert shown.layouts.map_window.centralWidget().isAncestorOf(shown.map)
    assert shown.docks["cameras"].window() is shown.layouts.map_window
    here.desk.send(RaiseSignal("E1", Signal.DISTRESS))
    assert [banner.isVisible() for banner in shown.alarm.banners] == [True, True]
    shown.layouts.map_window.close()  # closing the second window brings the map home
    assert shown.isAncestorOf(shown.map)
    for key, dock in shown.docks.items():
        assert dock.window() is shown
        assert dock.isHidden() is (key in ("cases", "case"))  # seen on request: the emergency side keeps its room


def test_a_second_screen_is_seen_with_the_first_and_not_before(here: Room, qtbot: QtBot, tmp_path: Path) -> None:
    made = window(here, tmp_path)
    qtbot.addWidget(made)
    made.layouts.two_screens()  # as what was kept says while the window is being made
    assert not made.layouts.map_window.isVisible()
    made.show()
    assert made.layouts.map_window.isVisible()


def test_a_panel_on_a_screen_that_is_gone_comes_back(shown: MainWindow, qtbot: QtBot) -> None:
    dock = shown.docks["incident"]
    dock.setFloating(True)
    dock.move(9000, 4000)
    shown.layouts.bring_home()
    assert shown.screen().availableGeometry().contains(dock.frameGeometry().topLeft())


def test_the_layout_is_kept_over_a_restart(here: Room, shown: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    shown.docks["closures"].hide()
    shown.docks["units"].setFloating(True)
    shown.close()
    again = window(here, tmp_path)
    qtbot.addWidget(again)
    again.show()
    assert again.docks["closures"].isHidden()
    assert again.docks["units"].isFloating()
    (tmp_path / "layout.json").write_text("{broken", encoding="utf-8")
    third = window(here, tmp_path)
    qtbot.addWidget(third)
    third.show()
    assert not third.docks["units"].isFloating()


def test_day_and_night_change_while_running(shown: MainWindow) -> None:
    shown.switch_theme()
    assert theme.look().name == "day"
    assert QApplication.palette().window().color().name() == theme.LOOKS["day"].panel
    shown.switch_theme()
    assert theme.look().name == "night"


def test_colours_of_both_looks_can_be_read() -> None:
    from maps.style import contrast

    for worn in theme.LOOKS.values():
        for ground in (worn.panel, worn.field, worn.window):
            assert contrast(worn.text, ground) >= 7
            assert contrast(worn.muted, ground) >= 4.5, (worn.name, ground)
            assert contrast(worn.alarm, ground) >= 4.5, (worn.name, ground)
            assert contrast(worn.warning, ground) >= 4.5, (worn.name, ground)
        for fill in worn.statuses.values():
            assert contrast(theme.ink_on(fill), fill) >= 4.5
        assert set(worn.statuses) == {status.value for status in Status}


def test_every_control_has_a_name_that_can_be_read_out(shown: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit

    for kind in (QLineEdit, QAbstractItemView, QAbstractButton):
        for one in shown.findChildren(kind):
            if one.isVisible() and not one.objectName().startswith("qt_"):
                name = one.accessibleName() or getattr(one, "text", lambda: "")()
                assert name or _is_qts_own(one), (type(one).__name__, one.objectName())


def _is_qts_own(one: QWidget) -> bool:
    """Title bar buttons, header views and the popup's list belong to Qt, which names them itself."""
    parent = one.parentWidget()
    while parent is not None:
        if type(one).__name__ in ("QHeaderView", "QListView", "QAbstractButton", "QToolButton"):
            return True
        if isinstance(parent, QDockWidget) and one is not parent.widget():
            return type(one).__module__.startswith("PySide6") and not one.accessibleName()
        parent = parent.parentWidget()
    return False


def test_a_bug_is_told_once_and_the_window_lives(here: Room, helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    desktop = _desktop(helsinki, tmp_path)
    one = Shown(desktop, keep_in=tmp_path / "desk", workers=0, silent=True)
    qtbot.addWidget(one.window)
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        one._on_exception(*sys.exc_info())  # type: ignore[arg-type]
        one._on_exception(*sys.exc_info())  # type: ignore[arg-type]
    told = [words for words in one.window.notices.words() if "boom" in words]
    assert len(told) == 1
    one.window.commands.run("goto 60.1699, 24.9384")
    qtbot.waitUntil(lambda: one.window.commands.answer.text() != "", timeout=5_000)
    desktop.close()


def _desktop(helsinki: Path, folder: Path, clock: object = None):  # type: ignore[no-untyped-def]
    from app.bootstrap import build, now
    from dispatch.commands import Who

    return build(
        helsinki,
        log_place=folder / "drill.db",
        kind=LogKind.DRILL,
        who=Who("anna", seat="seat-1"),
        planner="inline",
        in_thread=False,
        key_folder=folder / "keys",
        clock=clock or now,  # type: ignore[arg-type]
    )


def test_the_whole_way_from_a_call_to_a_closed_case(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    desktop = _desktop(helsinki, tmp_path)
    desk = desktop.desk
    one = Shown(desktop, keep_in=tmp_path / "desk", workers=0, silent=True)
    shown = one.window
    qtbot.addWidget(shown)
    shown.resize(1920, 1080)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    shown.intake_docks.take_call()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "Mannerheimintie 5")
    QTest.keyClick(field, Qt.Key.Key_Return)  # picks the place, sends nothing
    qtbot.waitUntil(lambda: desk.draft is not None and desk.draft.location is not None, timeout=5_000)
    kind = shown.panels["intake"].kind
    kind.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not field)
    QTest.keyClicks(QApplication.focusWidget(), "cardiac")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.recommendation is not None and bool(desk.recommendation.chosen), timeout=5_000)
    assert len(desk.state.incidents) == 0
    answer = desk.recommendation
    assert answer is not None
    assert not answer.is_estimate
    QTest.keyClick(shown, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: bool(desk.state.open_assignments), timeout=5_000)
    incident = desk.state.incidents[1]
    assert incident.stage is Stage.ASSIGNED
    sent = {desk.state.assignments[key].unit_id for key in desk.state.open_assignments}
    assert sent == {choice.unit_id for choice in answer.chosen}
    # The symbol is painted where it happened.
    one.map_link.refresh()
    canvas = shown.map
    x, y = desktop.city.to_metric(incident.location.lon, incident.location.lat)
    canvas.go_to(incident.location.lon, incident.location.lat, 1.0)
    across, down = (float(value) for value in canvas.view.to_screen(x, y))
    assert ("incident", "1") in [
        found for dy in range(-40, 10, 6) for found in canvas.overlay.pick_all(canvas.view, across, down + dy)
    ]
    # The crews' buttons, by the command line.
    for unit_id in sorted(sent):
        assert shown.commands.run(f"{unit_id} on scene")
    assert desk.state.incidents[1].stage is Stage.WORKING
    for unit_id in sorted(sent):
        assert shown.commands.run(f"{unit_id} available")
    card = desk.state.cards[incident.kind]
    assert shown.commands.run(f"close 1 {card.dispositions[0].replace('_', ' ')}")
    assert desk.state.incidents[1].stage is Stage.CLOSED
    desk.send(AddNote(1, "handed over"))
    before = desk.state
    desktop.close()
    again = _desktop(helsinki, tmp_path)
    assert again.desk.state.incidents == before.incidents
    assert again.desk.state.assignments == before.assignments
    assert {key: unit.status for key, unit in again.desk.state.units.items()} == {
        key: unit.status for key, unit in before.units.items()
    }
    assert again.desk.history is not None
    assert len(again.desk.history(1)) > 5
    again.close()


def test_chinese_says_the_same_with_the_same_parameters() -> None:
    from app.wording import fields_of
    from app.wording.screen import CHINESE, ENGLISH, say

    assert set(CHINESE) == set(ENGLISH)
    for code, words in CHINESE.items():
        assert fields_of(words) == fields_of(ENGLISH[code]), code
    assert say("live", "zh") == "实战"
    assert say("no_such_code") == "no_such_code"


def test_every_word_of_the_screen_is_said_somewhere() -> None:
    from app.wording.screen import ENGLISH

    root = Path(__file__).resolve().parents[3] / "app"
    source = "\n".join(file.read_text("utf-8") for file in root.rglob("*.py") if file.name != "screen.py")
    made = ("help_", "status_kind_", "unclear_", "live", "drill", "exercise", "history", "simulation")
    unused = [code for code in ENGLISH if not code.startswith(made) and f'"{code}"' not in source]
    assert unused == []


def test_completion_is_taken_with_tab_or_with_the_arrows(here: Room, shown: MainWindow, qtbot: QtBot) -> None:
    here.assign(here.report(), "E1")
    line = shown.commands.line
    shown.activateWindow()
    line.setFocus()
    QTest.keyClicks(line, "e1 on")
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "E1 on scene "
    line.setText("")
    QTest.keyClicks(line, "e1 en")
    popup = line.completer().popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert here.desk.state.units["E1"].status is Status.EN_ROUTE
    qtbot.waitUntil(lambda: line.text() == "", timeout=2_000)


def test_the_present_state_is_printed_by_one_key(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    desktop = _desktop(helsinki, tmp_path)
    one = Shown(desktop, keep_in=tmp_path / "desk", workers=0, silent=True)
    qtbot.addWidget(one.window)
    said: list[str] = []
    desktop.desk.said.connect(lambda level, words: said.append(words))
    one.window.findChild(object, "print").trigger()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)  # several seconds on a busy machine
    assert "present-state.pdf" in said[0]
    assert (tmp_path / "desk" / "printed" / "present-state.pdf").stat().st_size > 1_000
    desktop.close()


def test_the_look_is_kept_over_a_restart(shown: MainWindow, tmp_path: Path) -> None:
    from app.window.kept_layout import kept_theme

    assert kept_theme(tmp_path / "layout.json") is None
    shown.switch_theme("day")
    shown.layouts.save()
    assert kept_theme(tmp_path / "layout.json") == "day"


def test_a_log_that_stopped_is_opened_again_from_the_menu(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    desktop = _desktop(helsinki, tmp_path)
    one = Shown(desktop, keep_in=None, workers=0, silent=True)
    qtbot.addWidget(one.window)
    desktop.log._stopped = "the disk failed"  # type: ignore[attr-defined]
    before = desktop.desk.state.sequence
    desktop.desk.send(ReportIncident("structure_fire", Location(24.94, 60.17, "Here")))
    assert desktop.desk.state.sequence == before
    assert not desktop.desk.figures.is_saved
    assert any("Open the log again" in words for words in one.window.notices.words())
    one.window.menus.actions["open_log_again"].trigger()
    qtbot.waitUntil(lambda: any("open again" in words for words in one.window.notices.words()), timeout=5_000)
    desktop.desk.send(ReportIncident("structure_fire", Location(24.94, 60.17, "Here")))
    assert desktop.desk.state.sequence == before + 1
    assert desktop.desk.figures.is_saved
    desktop.close()


def test_the_page_of_keys_holds_a_legend(shown: MainWindow, qtbot: QtBot) -> None:
    from app.window.legend import Legend
    from app.wording import label

    shown.keys_page.toggle()
    qtbot.waitUntil(lambda: shown.keys_page.findChild(Legend) is not None)
    legend = shown.keys_page.findChild(Legend)
    assert legend is not None and legend.isVisible()
    words = {one.text() for one in legend.findChildren(QLabel) if one.text()}
    assert {label("status", status.value) for status in Status} <= words
    assert {one.name for one in shown.desk.state.roster.departments} <= words


def test_rules_that_cannot_be_read_are_said_on_the_strip(here: Room, shown: MainWindow) -> None:
    figures = replace(here.desk.figures, planner_is_up=True, planner_age_s=0.4)
    here.desk.figures_changed.emit(figures)
    assert shown.strip.planner.toolTip() == ""
    here.desk.figures_changed.emit(replace(figures, extra={"stand_ins": "penalties.toml: line 3 <b>"}))
    assert shown.strip.planner.value.text() == "Shipped rules"
    assert shown.strip.planner.value.property("level") == "warning"
    assert "penalties.toml" in shown.strip.planner.toolTip() and "<b>" not in shown.strip.planner.toolTip()
