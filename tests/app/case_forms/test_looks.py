"""Every form at the width of a narrow dock, with small and with large letters, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.case_forms.actions import CaseActions
from app.case_forms.all_forms import FORMS
from app.wording import english
from app.wording.case_form_texts import CHINESE, ENGLISH, LABELS, LABELS_ZH
from dispatch import case_commands as k
from tests.app.case_forms.conftest import CaseSeat, Shown
from tests.app.case_forms.test_forms import ROWS, _ready

SPOKEN = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit, QAbstractSpinBox)


@pytest.fixture(params=[("en", 1), ("zh", 1), ("en", 2)], ids=["en", "zh", "en200"])
def factor(request: pytest.FixtureRequest, seat: CaseSeat, qapp: QApplication) -> Iterator[int]:
    language, factor = request.param
    seat.desk.language = language
    before = qapp.font()
    larger = QFont(before)
    larger.setPixelSize(13 * factor)
    qapp.setFont(larger)
    yield factor
    qapp.setFont(before)


def _open(command: type, seat: CaseSeat, shown: Shown, width: int) -> CaseActions:
    _ready(seat, ROWS[command])
    actions = shown(seat)
    actions.resize(width, 620)
    actions.open_form(command)
    QApplication.processEvents()
    return actions


def _fits(widget: QWidget) -> None:
    for label in widget.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
        if not label.isVisible() or not label.text():
            continue
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()) - 1, label.text()
        else:
            assert label.width() >= QFontMetrics(label.font()).horizontalAdvance(label.text()), label.text()
    for made in widget.findChildren(QAbstractButton):
        if made.isVisible() and made.text():
            assert made.width() >= QFontMetrics(made.font()).horizontalAdvance(made.text()), made.text()


@pytest.mark.parametrize("command", list(FORMS), ids=lambda command: command.__name__)
def test_a_form_fits_a_narrow_dock(command: type, seat: CaseSeat, shown: Shown, factor: int) -> None:
    actions = _open(command, seat, shown, 400 * factor)
    assert actions.width() == 400 * factor
    assert actions.minimumSizeHint().height() <= 300 * factor
    _fits(actions)


@pytest.mark.parametrize("command", [k.AcceptCase, k.ReportMadeSafe, k.PauseCase], ids=lambda command: command.__name__)
def test_the_buttons_fit_a_narrow_dock(command: type, seat: CaseSeat, shown: Shown, factor: int) -> None:
    actions = _open(command, seat, shown, 400 * factor)
    actions.close_form()
    actions.more_button.click()
    QApplication.processEvents()
    assert actions.width() == 400 * factor
    _fits(actions)
    for made in actions.buttons.values():
        assert made.isVisible()
        assert made.mapTo(actions, made.rect().bottomRight()).x() <= actions.width()


@pytest.mark.parametrize("command", list(FORMS), ids=lambda command: command.__name__)
def test_everything_that_takes_the_focus_has_a_name(command: type, seat: CaseSeat, shown: Shown) -> None:
    actions = _open(command, seat, shown, 400)
    nameless = [
        child
        for child in actions.findChildren(QWidget)
        if isinstance(child, SPOKEN)
        and child.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(child.parentWidget(), (QComboBox, QAbstractSpinBox))
        and not child.accessibleName()
        and not (isinstance(child, QAbstractButton) and child.text())
        and "qt_" not in child.objectName()
        and child.window() is actions
    ]
    assert not nameless


def test_many_photographs_scroll_and_leave_the_buttons_in_sight(
    seat: CaseSeat, shown: Shown, qtbot: QtBot, picture: Callable[..., Path]
) -> None:
    actions = _open(k.AddEvidence, seat, shown, 400)
    form = actions.form
    assert form is not None
    form.photos.take([picture() for _ in range(12)])  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not form.photos.is_busy)  # type: ignore[attr-defined]
    QApplication.processEvents()
    bottom = form.do_button.mapTo(actions, form.do_button.rect().bottomLeft()).y()
    assert bottom <= actions.height() == 620


def test_both_languages_say_everything() -> None:
    assert set(ENGLISH) == set(CHINESE)
    assert {group: set(labels) for group, labels in LABELS.items()} == {
        group: set(labels) for group, labels in LABELS_ZH.items()
    }
    assert set(LABELS["case_deed"]) == {command.__name__ for command in FORMS}
    assert set(LABELS) <= set(english.LABELS)
