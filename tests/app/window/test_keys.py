"""No key of the desk means two things, every key stands on its page, and no room that a key opens takes them away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import build
from app.desktop import Shown
from app.window.window import MainWindow
from dispatch.commands import ReportIncident, Who
from dispatch.events import LogKind
from dispatch.incident import Location
from dispatch.major import Methane
from dispatch.major_commands import DeclareMajorIncident

_WIDE = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)


class Strays(QObject):
    """Notice what shows itself as a window of its own: it would take the keys from the desk."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_other = isinstance(watched, QWidget) and watched.isWindow() and watched is not self._window
        if is_other and event.type() == QEvent.Type.Show:
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")  # type: ignore[attr-defined]
        return False


@pytest.fixture(params=["en", "zh"])
def shown(request: pytest.FixtureRequest, helsinki: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Shown]:
    desktop = build(
        helsinki,
        log_place=tmp_path / "log.db",
        kind=LogKind.DRILL,
        who=Who("anna", seat="east"),
        planner=None,
        key_folder=tmp_path / "keys",
        clock=lambda: datetime(2026, 3, 2, 8, tzinfo=UTC),
        in_thread=False,
        language=request.param,
    )
    one = Shown(desktop, keep_in=tmp_path / "desk", workers=0, silent=True)
    qtbot.addWidget(one.window)
    one.sign_in()
    one.window.resize(1920, 1080)
    one.window.show()
    one.window.activateWindow()
    strays = Strays(one.window)
    QApplication.instance().installEventFilter(strays)  # type: ignore[union-attr]
    one.strays = strays  # type: ignore[attr-defined]
    for dock in one.window.docks.values():  # what is made when it is first seen has keys too
        dock.show()
        dock.raise_()
        QApplication.processEvents()
    yield one
    QApplication.instance().removeEventFilter(strays)  # type: ignore[union-attr]
    one.window.close()
    one.close()


def test_no_key_means_two_things(shown: Shown) -> None:
    clashes = [
        f"{keys}: {_name(one)} and {_name(other)}"
        for keys, owners in _keys(shown.window).items()
        for (one, wide), (other, other_wide) in combinations(owners, 2)
        if (wide and other_wide) or _is_within(one, other, wide) or _is_within(other, one, other_wide)
    ]
    assert clashes == [], "\n".join(clashes)


def test_every_key_of_the_window_stands_on_the_page_of_keys(shown: Shown) -> None:
    page = " ".join(line[0] for line in shown.window.menus.page() if len(line) > 1).replace("Enter", "Return")
    listed = set(page.replace(",", " ").split()) | {f"Alt+{number}" for number in range(1, 10)}
    missing = {
        keys for keys, owners in _keys(shown.window).items() if any(wide for _, wide in owners) and keys not in listed
    }
    letters = {f"Alt+{letter}" for letter in "DIVH"}  # menus show theirs
    assert missing - letters == set()
    lines = shown.window.menus.page()
    assert [lines[place + 1][0] for place, line in enumerate(lines) if len(line) == 1][:2] == ["F2", "F3"]
    assert len({keys for keys, _ in shown.window.menus.keys}) == len(shown.window.menus.keys)


def test_no_room_flashes_up_as_a_window_when_it_is_first_opened(shown: Shown) -> None:
    window, desk = shown.window, shown.desktop.desk
    desk.send(ReportIncident("structure_fire", Location(24.9463, 60.1661)))
    number = max(desk.state.incidents)
    desk.select(incident_id=number)
    desk.send(DeclareMajorIncident(number, Methane(incident_type="Fire"), "many people"))
    for code in ("situation_report", "show_messages", "show_duties", "show_major", "shortcuts", "what_was_sent"):
        action = window.findChild(QAction, code)
        assert action is not None, code
        action.trigger()
        QApplication.processEvents()
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        QApplication.processEvents()
    assert shown.strays.seen == []  # type: ignore[attr-defined]
    assert QApplication.activeWindow() is window


def _keys(window: MainWindow) -> dict[str, list[tuple[QObject, bool]]]:
    """Return who answers to each key, and whether it does so wherever the focus is."""
    found: dict[str, list[tuple[QObject, bool]]] = defaultdict(list)
    for shortcut in window.findChildren(QShortcut):
        for keys in QShortcut.keys(shortcut):
            found[keys.toString().replace("Enter", "Return")].append((shortcut.parent(), shortcut.context() in _WIDE))
    for action in window.findChildren(QAction):
        for keys in action.shortcuts():
            found[keys.toString()].append((action, action.shortcutContext() in _WIDE))
    for title in window.menuBar().actions():
        _add_letter(found, title.text(), title)
    for made in window.findChildren(QAbstractButton):
        _add_letter(found, made.text(), made)
    for label in window.findChildren(QLabel):
        if label.buddy() is not None:
            _add_letter(found, label.text(), label)
    # Return and Enter of one shortcut's owner are one key.
    return {keys: list({id(owner): (owner, wide) for owner, wide in owners}.values()) for keys, owners in found.items()}


def _add_letter(found: dict[str, list[tuple[QObject, bool]]], words: str, owner: QObject) -> None:
    keys = QKeySequence.mnemonic(words).toString()
    if keys:
        found[keys].append((owner, True))


def _is_within(owner: QObject, other: QObject, is_wide: bool) -> bool:
    """Tell whether both answer where `other` has the focus: `owner` stands round it, or anywhere."""
    if is_wide:
        return True
    return isinstance(owner, QWidget) and isinstance(other, QWidget) and owner.isAncestorOf(other)


def _name(owner: QObject) -> str:
    if isinstance(owner, QAction):
        return f"the action {owner.text()!r}"
    names = []
    place: QObject | None = owner
    while place is not None and len(names) < 4:
        names.append(type(place).__name__)
        place = place.parent()
    return " in ".join(names)
