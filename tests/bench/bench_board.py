"""The board of cases and the case in hand over 12,000 cases: what an operator waits for, in the window's own thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from statistics import median

from tests.bench.rows import Row, timed, within

CASES, OPEN = 12_000, 5_000
LIMIT_S = 0.1  # the window stands still for no longer
TIMES = 5


def rows() -> Iterator[Row]:
    """Yield one row a wait; each is the median of some, all but the first with the board as it then is."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app import theme
    from app.panels.case import RELATED, STORY, CasePanel
    from app.panels.cases import CasesPanel
    from tests.bench.many_cases import desk_of, many_cases

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.put_on(app, "night")
    desk = desk_of(many_cases(CASES, open_count=OPEN))
    kept: list[CasesPanel] = []

    def show() -> None:
        while kept:
            kept.pop().deleteLater()  # what follows is of one board
        board = CasesPanel(desk)
        board.resize(400, 800)
        board.show()
        app.processEvents()
        kept.append(board)

    def several(work: Callable[[], object]) -> float:
        return median(timed(lambda: (work(), app.processEvents()))[0] for _ in range(TIMES))

    yield within(f"board of {CASES:,} cases, {OPEN:,} open: opened", several(show), LIMIT_S)
    board = kept[-1]
    filters = board.filters
    filters.find.setText("mill lane 12")
    yield within("first find, nothing made ready", timed(lambda: (filters._tell(), app.processEvents()))[0], LIMIT_S)
    words = iter(("mill", "mill lane 1", "rubbish", "#77", ""))

    def find() -> None:
        filters.find.setText(next(words))
        filters._tell()

    yield within("a later find", several(find), LIMIT_S)
    yield within(
        "overdue alone, and back", several(lambda: (filters.overdue.click(), filters.overdue.click())), LIMIT_S
    )
    yield within("closed too", timed(lambda: (filters.closed.click(), app.processEvents()))[0], LIMIT_S)
    yield within("closed no more", timed(lambda: (filters.closed.click(), app.processEvents()))[0], LIMIT_S)
    yield within("a second that passes", several(lambda: desk.ticked.emit(desk.clock())), LIMIT_S)
    board.close()
    panel = CasePanel(desk)
    panel.resize(400, 800)
    panel.show()
    numbers = iter(range(1, OPEN))
    yield within("another case in hand", several(lambda: desk.select(case_id=next(numbers))), LIMIT_S)

    def related() -> None:
        panel.open_page(STORY)
        panel.open_page(RELATED)

    yield within("what is related to it", several(related), LIMIT_S)
    panel.close()
