"""The entries that name a case are at hand, from before the desk opened and as they come."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.pulse import Pulse
from dispatch.case import CaseStage
from dispatch.case_commands import MergeCase
from tests.app.cases.case_seat import CaseSeat
from tests.dispatch import case_town as t


def test_a_cases_entries_are_kept_in_their_order(qtbot: QtBot) -> None:
    seat = CaseSeat()
    first = seat.report_case()
    seat.walk(first, CaseStage.DISPATCH)
    pulse = Pulse(seat.desk, seat.engine, None, in_thread=False)
    pulse.remember_history()
    seat.bridge.committed.connect(pulse.on_committed)
    second = seat.report_case()
    seat.act(MergeCase(second, first), t.ACCEPTOR)
    assert seat.desk.case_history is not None
    for number in (first, second):
        told = [entry.sequence for entry in seat.desk.case_history(number)]
        assert told == [entry.sequence for entry in seat.case_history(number)] == sorted(told)
    assert seat.desk.case_history(99) == []
    seat.bridge.close()
