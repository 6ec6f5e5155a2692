"""Duties, messages and the situation report in the window: by keys, heard softly, and nothing takes the focus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from app.panels.duties import DutiesPanel
from app.panels.messages import MessagesPanel
from app.window.sound import Sounds
from app.window.stand_in import stand_in
from app.window.window import MainWindow, Panels
from dispatch import duty_commands as d
from dispatch import message_commands as m
from dispatch.account_events import Exported
from dispatch.message import Addressee
from dispatch.message_events import MessageSent
from tests.app.duties.duty_seat import DutySeat
from tests.dispatch import case_town as t
from tests.dispatch.duty_story import VALVE

HERE = Addressee("seat", t.COORDINATOR.seat)


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[DutySeat]:
    made = DutySeat()
    yield made
    made.bridge.close()


@pytest.fixture
def shown(seat: DutySeat, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    docks = {key: stand_in(key) for key in ("intake", "recommendation", "incident", "cameras", "closures")}
    more = {"duties": DutiesPanel(seat.desk), "messages": MessagesPanel(seat.desk)}
    made = MainWindow(
        seat.desk, Panels({**docks, **more}, stand_in("map")), sounds=Sounds(is_silent=True), keep_in=tmp_path
    )
    qtbot.addWidget(made)
    made.resize(1600, 1000)
    made.show()
    return made


def is_seen(dock: QDockWidget) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def ask(seat: DutySeat, words: str = "we need a digger") -> None:
    seat.act(m.SendMessage(words, (HERE,), incident_id=1, needs_receipt=True), t.WATER_OFFICER)


def test_they_stand_aside_until_they_are_asked_for(shown: MainWindow, qtbot: QtBot) -> None:
    for key, action in (("duties", "show_duties"), ("messages", "show_messages")):
        dock = shown.docks[key]
        assert dock.isHidden()
        shown.menus.actions[action].trigger()
        qtbot.waitUntil(lambda dock=dock: is_seen(dock))
        assert dock in shown.tabifiedDockWidgets(shown.docks["incident"])


def test_a_message_is_counted_and_heard_and_takes_nothing(seat: DutySeat, shown: MainWindow, qtbot: QtBot) -> None:
    cell, played = shown.duty_docks.cell, []
    shown.sounds.played.connect(played.append)
    assert cell.isHidden()
    shown.activateWindow()
    shown.commands.line.setFocus()
    seat.act(m.SendMessage("for others", (Addressee("seat", "seat-2"),)), t.WATER_OFFICER)
    assert cell.isHidden() and not played
    ask(seat)
    assert cell.value.text() == "1 new" and not cell.isHidden() and played == ["message"]
    assert "we need a digger" in shown.status_line.message.text()
    assert shown.focusWidget() is shown.commands.line and shown.docks["messages"].isHidden()
    shown.sounds.is_muted = True
    ask(seat, "and lights")
    assert played == ["message"] and cell.value.text() == "2 new"


def test_one_key_shows_the_oldest_unread_and_only_then_confirms_it(
    seat: DutySeat, shown: MainWindow, qtbot: QtBot
) -> None:
    ask(seat)
    ask(seat, "and lights")
    key, dock = shown.menus.actions["next_message"], shown.docks["messages"]
    key.trigger()
    qtbot.waitUntil(lambda: is_seen(dock))
    assert not seat.state.messages[1].receipts, "nobody confirms what they have not seen"
    dock.hide()
    key.trigger()
    assert is_seen(dock) and not seat.state.messages[1].receipts, "nor what was put away meanwhile"
    key.trigger()
    assert seat.state.messages[1].receipts and not seat.state.messages[2].receipts
    key.trigger()
    assert seat.state.messages[2].receipts and shown.duty_docks.cell.isHidden()


def test_what_is_late_or_came_back_is_said_once(seat: DutySeat, shown: MainWindow) -> None:
    seat.give(VALVE)
    seat.act(m.SendMessage("closed", needs_receipt=True, receipt_within_min=5), t.COORDINATOR)
    seat.act(d.HandBackDuty(1, "not our pipe"), t.WATER_OFFICER)
    assert any("came back from Water Works: not our pipe" in words for words in shown.notices.words())
    seat.act(d.ReassignDuty(1, "police", "theirs"), t.COORDINATOR)
    seat.now += timedelta(hours=2)
    seat.tick()
    said = shown.notices.words()
    assert any(words.endswith("Duty 1 is overdue: Police, shut the valve") for words in said)
    assert any("No receipt of message 1 from" in words for words in said)
    assert shown.duty_docks.cell.value.text() == "1 late"
    seat.tick()
    assert shown.notices.words() == said


def test_a_report_is_kept_sent_and_the_next_one_is_held_against_it(
    seat: DutySeat, shown: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    seat.give(VALVE)
    page = shown.duty_docks.report
    shown.menus.actions["situation_report"].trigger()
    qtbot.waitUntil(lambda: page.paper is not None)
    strip = shown.strip
    assert page.geometry().top() >= strip.mapTo(shown, strip.rect().bottomLeft()).y(), "the strip stays in sight"
    assert "shut the valve" in page.body.toPlainText() and page.since.currentData() is None
    seat.act(d.CancelDuty(1, "not needed"), t.COORDINATOR)
    for kind in ("pdf", "html", "txt"):
        page.save(kind)
        qtbot.waitUntil(lambda kind=kind: any(tmp_path.glob(f"reports/*.{kind}")) and kind in page.said.text())
    text = next(tmp_path.glob("reports/*.txt")).read_text("utf-8")
    assert "Cancelled" not in text and "shut the valve" in text, "what is kept is what was shown"
    qtbot.waitUntil(lambda: len(seat.bodies(Exported)) == 3)
    assert {event.what for event in seat.bodies(Exported)} == {"situation"}
    qtbot.waitUntil((tmp_path / "reports" / "last.json").is_file)
    page.send_button.click()
    sent = seat.bodies(MessageSent)[-1]
    assert sent.is_to_all and sent.needs_receipt and "1 Burst water main" in sent.text
    page.hide()
    seat.now += timedelta(minutes=5)
    shown.menus.actions["situation_report"].trigger()
    assert page.since.currentData() == "last"
    qtbot.waitUntil(lambda: page.paper is not None and page.paper.sections[0].title.startswith("Since"))
    qtbot.keyClick(page.body, "\x1b")
    assert page.isHidden()


def test_keys_are_on_the_page_of_keys_once(shown: MainWindow) -> None:
    keys = [key for key, _ in shown.menus.keys]
    assert {"F11", "Ctrl+E", "Ctrl+R", "Ctrl+J"} <= set(keys) and len(keys) == len(set(keys))
