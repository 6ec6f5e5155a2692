"""One case walked through every stage of the loop in the window, by real clicks and keys, with real photographs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.case_forms.evidence_field import EvidenceField
from app.case_forms.form import CaseForm
from app.evidence.album import Album
from app.panels.case import RELATED, STORY, CasePanel
from app.panels.case_intake import CaseIntakePanel
from app.window.sound import Sounds
from app.window.stand_in import stand_in
from app.window.window import MainWindow, Panels
from dispatch import case_commands as k
from dispatch.case import AFTER, BEFORE, HANDLED, Case, CaseStage
from dispatch.commands import Who
from dispatch.engine import Engine
from dispatch.evidence_store import EvidenceStore
from tests import photographs as p
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch import case_town as t

S = CaseStage
NEAR = (25.00897, 60.00449)  # Church Road 1
SECOND_OFFICER = replace(t.OFFICER, actor="oda")
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Strays(QObject):
    """Notice windows that nobody asked for: one that flashes up takes the keys away."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_window = isinstance(watched, QWidget) and watched.isWindow() and watched is not self._window
        if event.type() == QEvent.Type.Show and is_window and watched.windowType() is not Qt.WindowType.ToolTip:
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


class Hands:
    """What an operator has: keys that go to whatever has the focus, and a mouse on what is in sight."""

    def __init__(self, seat: CaseSeat, window: MainWindow, qtbot: QtBot, folder: Path) -> None:
        self.seat, self.window, self.qtbot = seat, window, qtbot
        self._folder, self._pictures = folder, 0
        self.strays = Strays(window)
        self.panel: CasePanel = window.panels["case"]  # type: ignore[assignment]
        self.intake: CaseIntakePanel = window.panels["case_intake"]  # type: ignore[assignment]

    # Keys and mouse

    def key(self, keys: str) -> None:
        stroke = QKeySequence(keys)[0]
        QTest.keyClick(self.focus, stroke.key(), stroke.keyboardModifiers())

    def write(self, words: str) -> None:
        QTest.keyClicks(self.focus, words)

    def click(self, widget: QWidget) -> None:
        """Click what can be seen and reached; what another widget covers fails here."""
        self.qtbot.waitUntil(lambda: widget.isVisible() and not widget.visibleRegion().isEmpty())
        assert widget.isEnabled(), widget.accessibleDescription() or widget.toolTip()
        seen = widget.visibleRegion().boundingRect()
        assert seen.height() >= min(8, widget.height()), "too little of it is in sight to be clicked"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=seen.center())

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    # Who sits here, and how long it takes

    def sit(self, who: Who) -> None:
        self.seat.desk.set_who(who)
        self.window.activateWindow()

    def later(self, **span: float) -> None:
        self.seat.now += timedelta(**span)
        self.seat.tick()

    # Forms

    @property
    def case(self) -> Case:
        return self.seat.case(1)

    @property
    def form(self) -> CaseForm:
        form = self.panel.actions.form
        assert form is not None, self.panel.actions.why_not.text() or "no form is open"
        return form

    def next_step(self) -> None:
        """Open what is usually done next, by its key."""
        self.key("Alt+Return")
        assert self.form.isVisible()

    def other_step(self, command: type) -> None:
        """Open another form by its button, behind "more" where it waits there."""
        QApplication.processEvents()  # as an eye sees it
        made = self.panel.actions.buttons[command]
        if not made.isVisible():
            self.click(self.panel.actions.more_button)
        self.click(made)
        assert self.form.isVisible()

    def do(self) -> None:
        """Do what the form is for, by its key."""
        form = self.form
        assert not form.lacks(), form.missing.text()
        self.key("Ctrl+Return")
        assert self.panel.actions.form is None, self.panel.actions.said.text()
        assert self.panel.isAncestorOf(self.focus), "the keys went elsewhere when the form was done"

    def until_filled(self, field: EvidenceField, count: int) -> None:
        self.qtbot.waitUntil(lambda: not field.is_busy, timeout=20_000)
        assert not field.problems.text(), field.problems.text()
        assert len(field.tiles) == count

    def picture(self, *, near: bool = True) -> Path:
        self._pictures += 1
        file = self._folder / f"IMG_{self._pictures:04}.jpg"
        lon, lat = NEAR
        exif = p.exif_block(position=(lon, lat) if near else (lon + 0.02, lat))
        file.write_bytes(p.jpeg(80 + self._pictures, 60, exif=exif))
        return file

    def choose(self, field: EvidenceField, *files: Path) -> None:
        """Choose photographs by the button; what the system's own window would answer is answered for it."""
        answer = ([str(file) for file in files], "")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: answer)
            self.click(field.choose_button)
        self.until_filled(field, len(files))

    def drop(self, field: EvidenceField, *files: Path) -> None:
        """Drop photographs from the system's folder on the form."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        enters = QDragEnterEvent(
            QPoint(4, 4), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(field, enters)
        assert enters.isAccepted()
        drops = QDropEvent(
            QPointF(4, 4), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(field, drops)
        self.until_filled(field, len(files))


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """The real one: a child process decodes what is taken in."""
    made = Album(EvidenceStore(tmp_path / "evidence"), tmp_path / "small")
    yield made
    made.close()


@pytest.fixture
def seat(qtbot: QtBot, album: Album) -> Iterator[CaseSeat]:
    made = CaseSeat(t.ACCEPTOR)
    made.desk.album = album
    yield made
    made.bridge.close()


@pytest.fixture
def hands(seat: CaseSeat, qtbot: QtBot, tmp_path: Path) -> Iterator[Hands]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.put_on(app, "night")
    docks: dict[str, QWidget] = {
        key: stand_in(key) for key in ("intake", "recommendation", "incident", "cameras", "closures")
    }
    docks |= {"case": CasePanel(seat.desk), "case_intake": CaseIntakePanel(seat.desk)}
    window = MainWindow(seat.desk, Panels(docks, stand_in("map")), sounds=Sounds(is_silent=True))
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Hands(seat, window, qtbot, tmp_path)
    app.installEventFilter(made.strays)
    yield made
    app.removeEventFilter(made.strays)


def report(hands: Hands, words: str) -> int:
    """Take a report by keys alone: place, class, words, who called; return its number."""
    page = hands.intake.page
    number = hands.seat.state.next_case
    hands.key("Ctrl+F2")
    hands.qtbot.waitUntil(lambda: hands.focus is page.place.entry)
    hands.write("church road 1")
    hands.qtbot.waitUntil(lambda: bool(page.place.results.rows))
    hands.key("Return")
    hands.qtbot.waitUntil(lambda: page.place.location is not None and not hands.intake.ground.is_busy)
    hands.qtbot.waitUntil(lambda: hands.focus is page.standard.entry)
    hands.write("rubb")
    hands.key("Return")
    assert page.standard.standard_id == "rubbish"
    assert hands.focus is page.words
    hands.write(words)
    hands.key("Tab")
    hands.write("040 555 01")
    hands.key("Tab")
    hands.write("Aino Virtanen")
    return number


def handle(hands: Hands, officer: Who) -> None:
    """The department does the work and shows it."""
    hands.sit(officer)
    hands.later(minutes=20)
    hands.next_step()
    hands.drop(hands.form.photos, hands.picture())  # type: ignore[attr-defined]
    hands.do()
    assert hands.case.stage is S.FEED_BACK


def pass_on(hands: Hands) -> None:
    hands.sit(t.DISPATCHER)
    hands.later(minutes=1)
    hands.next_step()
    hands.do()
    assert hands.case.stage is S.CHECK


def check(hands: Hands) -> None:
    hands.sit(t.CHECKER)
    hands.later(minutes=5)
    hands.next_step()
    hands.do()
    assert hands.case.stage is S.CLOSE


def close(hands: Hands) -> None:
    hands.sit(t.SUPERVISOR)
    hands.later(minutes=1)
    hands.next_step()
    assert hands.focus is hands.form.do_button
    hands.do()
    assert hands.case.stage is S.EVALUATE
    assert hands.case.outcome == HANDLED


def test_a_case_goes_through_the_whole_loop_by_clicks_and_keys(hands: Hands, seat: CaseSeat) -> None:
    panel, page = hands.panel, hands.intake.page

    # Collect: a citizen calls, and then another about the same thing.
    assert report(hands, "Bags beside the bins") == 1
    hands.key("Ctrl+Return")
    assert hands.case.stage is S.COLLECT
    assert hands.case.text == "Bags beside the bins"
    assert seat.log.person(hands.case.person_id).name == "Aino Virtanen"
    assert seat.desk.selection.case_id == 1
    report(hands, "Rubbish bags beside bins")
    hands.qtbot.waitUntil(page.twins.isVisible)
    assert page.twins.case_id == 1
    hands.click(page.twins.same_button)
    assert seat.case(2).stage is S.MERGED
    assert hands.case.merged == (2,)

    # It is another thing after all, and then the same again: from the case's own panel.
    seat.desk.select(case_id=1)
    hands.click(panel._tabs[RELATED])
    hands.click(panel.part_button)
    hands.write("other bags, by the gate")
    hands.key("Return")
    assert seat.case(2).stage is S.COLLECT
    assert hands.case.merged == ()
    hands.key("Ctrl+B")
    hands.key("Ctrl+F3")
    assert seat.desk.selection.case_id == 2
    hands.other_step(k.MergeCase)
    hands.key("Down")
    assert "1" in hands.form.other.text()  # type: ignore[attr-defined]
    hands.do()
    assert seat.case(2).stage is S.MERGED
    hands.key("Ctrl+F3")
    assert seat.desk.selection.case_id == 1

    # Accept, verify on site with a photograph, file.
    hands.next_step()
    hands.do()
    assert hands.case.stage is S.VERIFY
    hands.sit(t.COLLECTOR)
    hands.later(minutes=8)
    hands.next_step()
    assert "photograph" in hands.form.missing.text()
    hands.choose(hands.form.photos, hands.picture(), hands.picture(near=False))  # type: ignore[attr-defined]
    hands.do()
    assert hands.case.stage is S.FILE
    assert [(each.evidence.kind, each.evidence.near) for each in hands.case.evidence] == [
        (BEFORE, True),
        (BEFORE, False),
    ]
    hands.sit(t.ACCEPTOR)
    hands.next_step()
    hands.do()
    assert hands.case.stage is S.DISPATCH

    # Send: whoever answers for the class is chosen already.
    hands.sit(t.DISPATCHER)
    hands.next_step()
    assert hands.focus is hands.form.do_button
    hands.do()
    assert hands.case.stage is S.HANDLE
    assert hands.case.department == "urban"

    # More time: asked by the department, granted by the supervisor, and due later because of it.
    hands.sit(t.OFFICER)
    hands.later(minutes=30)
    first_due_at = hands.case.visit.due_at
    hands.other_step(k.AskExtension)
    hands.write("1.5")
    hands.key("Tab")
    hands.write("the lorry is in the workshop")
    hands.do()
    assert hands.case.pending is not None
    hands.sit(t.SUPERVISOR)
    hands.next_step()
    hands.do()
    due_at = hands.case.visit.due_at
    assert first_due_at is not None and due_at is not None and due_at > first_due_at
    assert [each.answer for each in hands.case.extensions] == ["granted"]

    # Handled, passed on, checked: it is not gone, and goes back with the reason.
    handle(hands, t.OFFICER)
    pass_on(hands)
    hands.sit(t.CHECKER)
    hands.next_step()
    hands.click(hands.form.result.buttons["failed"])  # type: ignore[attr-defined]
    hands.key("Ctrl+Return")
    assert hands.case.stage is S.CHECK  # not without a reason
    hands.click(hands.form.entry)  # type: ignore[attr-defined]
    hands.write("half of the bags are still there")
    hands.do()
    assert hands.case.stage is S.HANDLE

    # Again, and given back by the supervisor, who wants to see it.
    handle(hands, SECOND_OFFICER)
    pass_on(hands)
    check(hands)
    hands.sit(t.SUPERVISOR)
    hands.other_step(k.ReturnCase)
    to, entry = hands.form.to, hands.form.entry  # type: ignore[attr-defined]
    assert isinstance(to, QComboBox) and isinstance(entry, QPlainTextEdit)
    assert hands.focus is to
    hands.key("End")
    assert to.currentData() == S.HANDLE.value
    hands.click(entry)
    hands.write("the photograph shows another corner")
    hands.do()
    assert hands.case.stage is S.HANDLE
    assert [each.to for each in hands.case.returns] == [S.HANDLE, S.HANDLE]
    handle(hands, t.OFFICER)
    pass_on(hands)
    check(hands)
    close(hands)

    # The reporter is told, and is not satisfied: closed was not fixed.
    hands.sit(t.ACCEPTOR)
    hands.later(hours=1)
    hands.next_step()
    hands.do()
    assert hands.case.told
    hands.next_step()
    hands.click(hands.form.answer.buttons["dissatisfied"])  # type: ignore[attr-defined]
    hands.click(hands.form.reopens)  # type: ignore[attr-defined]
    hands.click(hands.form.entry)  # type: ignore[attr-defined]
    hands.write("they are back")
    hands.do()
    assert hands.case.stage is S.HANDLE
    assert hands.case.reopened == 1
    handle(hands, SECOND_OFFICER)
    pass_on(hands)
    check(hands)
    close(hands)
    hands.sit(t.ACCEPTOR)
    hands.later(minutes=30)
    hands.other_step(k.TellReporter)
    hands.do()
    hands.other_step(k.RecordAnswer)
    hands.click(hands.form.answer.buttons["satisfied"])  # type: ignore[attr-defined]
    hands.do()
    assert [each.answer for each in hands.case.answers] == ["dissatisfied", "satisfied"]
    assert hands.case.stage is S.EVALUATE

    # The department appeals, once; two readers who are not the same person find for it.
    hands.sit(t.OFFICER)
    hands.other_step(k.AppealCase)
    hands.write("the bags that came back were new ones")
    hands.choose(hands.form.photos, hands.picture())  # type: ignore[attr-defined]
    hands.do()
    for reader in (t.SUPERVISOR, t.SECOND_SUPERVISOR):
        hands.sit(reader)
        hands.next_step()
        hands.click(hands.form.verdict.buttons["upheld"])  # type: ignore[attr-defined]
        hands.click(hands.form.entry)  # type: ignore[attr-defined]
        hands.write("they were")
        hands.do()
        if reader is t.SUPERVISOR:
            assert not hands.case.is_excused
            assert not panel.actions.buttons[k.ReadAppeal].isEnabled()
    assert hands.case.is_excused

    # Everything is in its story, on the disk, and in the log: whoever reads it finds the same.
    hands.click(panel._tabs[STORY])
    assert len(panel.story.rows) >= 30
    assert [each.evidence.kind for each in hands.case.evidence].count(AFTER) >= 4
    assert all(seat.desk.album.store.read(each.evidence.id) for each in hands.case.evidence)  # type: ignore[union-attr]
    assert Engine(seat.log, clock=lambda: seat.now).state.cases == seat.engine.state.cases
    assert [words for level, words in seat.said if level in ("warning", "alarm")] == []
    assert hands.strays.seen == []
