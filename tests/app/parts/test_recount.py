"""What a page shows is counted when it is seen and while the log grows, and never for nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.jobs import Job
from app.parts.recount import Recount


class Told(QObject):
    """A desk of which a page hears entries alone."""

    state_changed = Signal(object, object)

    def grow(self) -> None:
        self.state_changed.emit(None, None)


class Page:
    """A page that counts how often it was asked to count."""

    def __init__(self, qtbot: QtBot) -> None:
        self.widget, self.desk = QWidget(), Told()
        qtbot.addWidget(self.widget)
        self.asked, self.begun = "all", 0
        self.shown: list[str] = []
        self.failed: list[BaseException] = []
        self.breaks = False
        self.recount = Recount(
            self.widget, cast(Desk, self.desk), asked=lambda: self.asked, begin=self._begin, done=self.shown.append,
            failed=self.failed.append,
        )  # fmt: skip
        self.recount.again.setInterval(1)

    def _begin(self) -> Callable[[Job], str]:
        self.begun += 1
        asked, breaks = self.asked, self.breaks

        def work(job: Job) -> str:
            if breaks:
                raise ValueError("broken")
            return asked

        return work


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


def test_it_is_counted_when_it_is_seen_and_again_where_the_log_grew(page: Page, qtbot: QtBot) -> None:
    page.desk.grow()
    assert page.begun == 0
    page.widget.show()
    qtbot.waitUntil(lambda: page.shown == ["all"])
    assert page.recount.is_current and not page.recount.is_busy
    page.widget.hide()
    page.widget.show()
    assert page.begun == 1
    page.desk.grow()
    qtbot.waitUntil(lambda: page.shown == ["all"] * 2)
    page.widget.hide()
    page.desk.grow()
    assert not page.recount.again.isActive() and page.begun == 2
    page.widget.show()
    qtbot.waitUntil(lambda: page.begun == 3)


def test_what_was_asked_before_is_not_shown(page: Page, qtbot: QtBot) -> None:
    page.recount.count()
    page.asked = "one"
    assert not page.recount.is_current
    page.recount.count()
    qtbot.waitUntil(lambda: page.shown == ["one"])
    page.recount.count()
    page.recount.stop()
    qtbot.wait(30)
    assert page.shown == ["one"] and not page.recount.is_busy


def test_what_was_forgotten_is_counted_where_it_is_seen_alone(page: Page, qtbot: QtBot) -> None:
    page.recount.count()
    qtbot.waitUntil(lambda: page.shown == ["all"])
    page.recount.forget()
    assert page.begun == 1 and not page.recount.is_current
    page.widget.show()
    qtbot.waitUntil(lambda: page.begun == 2)
    page.recount.forget()
    assert page.begun == 3


def test_what_failed_is_said_and_tried_again(page: Page, qtbot: QtBot) -> None:
    page.breaks = True
    page.widget.show()
    qtbot.waitUntil(lambda: bool(page.failed))
    assert not page.recount.is_current
    page.breaks = False
    qtbot.waitUntil(lambda: page.shown == ["all"])
