"""The bar below the strip: what it says at each stage, what it offers, and to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.island.bar import IslandBar
from app.island.stage import Stage
from app.wording import text
from dispatch.commands import Who
from tests.app.island.alone_seat import AloneSeat
from tests.app.island.alone_seat import seat as seat


@pytest.fixture(params=["en", "zh"])
def bar(request: pytest.FixtureRequest, seat: AloneSeat) -> IslandBar:
    seat.desk.language = request.param
    made = IslandBar(seat.desk, seat.alone)
    seat.bot.addWidget(made)
    made.resize(1280, 40)
    return made


def test_it_goes_all_the_way_round_by_the_keys(seat: AloneSeat, bar: IslandBar) -> None:
    assert bar.isHidden()
    seat.lose(2.0)
    assert bar.isHidden()
    seat.parted.now += timedelta(seconds=39)
    seat.lose(41.0)
    assert not bar.isHidden() and "41" in bar.words.text() and bar.property("level") == "alarm"
    assert bar.go_button.isHidden() and bar.meaning.isHidden()
    bar.do_next()
    assert not bar.go_button.isHidden() and not bar.meaning.isHidden() and bar.deed_button.isHidden()
    QTest.keyClick(bar.reason, Qt.Key.Key_Escape)
    assert bar.go_button.isHidden() and not seat.alone.is_working
    bar.do_next()
    QTest.keyClicks(bar.reason, "a digger")
    QTest.keyClick(bar.reason, Qt.Key.Key_Return)
    seat.bot.waitUntil(lambda: seat.alone.stage is Stage.ALONE)
    island = seat.engine.log
    assert bar.property("level") == "warning" and "1" in bar.words.text() and bar.deed_button.isHidden()
    assert next(iter(seat.desk.state.islands.values())).reason == "a digger"
    seat.fire("E1", "A1")
    assert "3" in bar.words.text()
    seat.parted.fire_in_room("E1")
    seat.find()
    assert "3" in bar.deed_button.text() and not bar.deed_button.isHidden()
    bar.do_next()
    assert not bar.progress.isHidden() and not bar.stop_button.isHidden()
    seat.settle()
    assert not seat.engine.log.is_island and island.is_island
    assert seat.alone.stage is Stage.DECIDING and bar.property("level") == "notice" and "1" in bar.words.text()
    asked: list[None] = []
    bar.page_wanted.connect(lambda: asked.append(None))
    bar.do_next()
    assert asked
    seat.alone.decide("leave", seat.alone.look.conflicts[0].sequence, "it is settled", with_behind=True)  # type: ignore[union-attr]
    seat.settle()
    assert bar.isHidden()


def test_who_may_not_go_alone_reads_why(seat: AloneSeat, bar: IslandBar) -> None:
    seat.desk.set_who(Who("vera", "viewer", seat="seat-1"))
    assert not bar.may_go
    seat.lose()
    assert not bar.deed_button.isEnabled() and bar.deed_button.toolTip()
    bar.do_next()
    assert bar.go_button.isHidden() and seat.said[-1][0] == "warning"
    seat.desk.set_who(Who("anna", "operator", seat="seat-1"))
    assert bar.deed_button.isEnabled()


def test_trouble_is_said_where_one_looks(seat: AloneSeat, bar: IslandBar) -> None:
    (seat.parted.folder / "islands").write_text("a file where the folder should be")
    seat.lose()
    seat.alone.go()
    seat.settle()
    assert not bar.trouble.isHidden() and "islands" in bar.trouble.text()
    assert text("alone.go", seat.desk.language) == bar.deed_button.text()


def test_it_is_no_higher_than_its_words(seat: AloneSeat, bar: IslandBar) -> None:
    seat.lose()
    line = bar.fontMetrics().height()
    bar.show()
    assert bar.height() <= 4 * line
    bar.do_next()
    assert bar.height() <= 9 * line
    bar.resize(640, bar.height())
    assert bar.reason.height() >= line and bar.go_button.isVisible()
