"""A month of the invented town, told once, and a desk that looks at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.figures.count import Asked, Counted, Counter
from app.figures.own import GROUPS
from app.figures.page import FiguresPage
from dispatch.commands import Who
from dispatch.figures.period import Period, month_of
from dispatch.month import START
from dispatch.state import State
from tests.dispatch.month_town import told_month

SUPERVISOR = Who("sup", "supervisor")


@pytest.fixture(scope="session")
def month() -> State:
    """The state at the end of a month of 300 cases."""
    engine, _ = told_month(300)
    return engine.state


@pytest.fixture(scope="session")
def period(month: State) -> Period:
    """The month."""
    return month_of(START, month.time_zone)


@pytest.fixture(scope="session")
def counted(month: State, period: Period) -> Counted:
    """Everything counted of the month for who may see all."""
    assert month.at is not None
    return Counter().count(month, Asked(period, groups=GROUPS), month.at + timedelta(days=9))


@pytest.fixture
def desk(qtbot: QtBot, month: State) -> Desk:
    """A supervisor's desk just before the month ends."""
    at = month.at
    assert at is not None
    made = Desk(SUPERVISOR, clock=lambda: at)
    made.state = month
    return made


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> FiguresPage:
    """The page of that desk with the month counted."""
    made = FiguresPage(desk)
    qtbot.addWidget(made)
    made.resize(1400, 860)
    with qtbot.waitSignal(made.shown_anew, timeout=20_000):
        made.show()
    return made


@pytest.fixture
def count_again(qtbot: QtBot) -> Callable[[FiguresPage, Callable[[], object]], None]:
    """Do something that makes a page count anew, and wait for it."""

    def do(page: FiguresPage, deed: Callable[[], object]) -> None:
        with qtbot.waitSignal(page.shown_anew, timeout=20_000):
            deed()

    return do
