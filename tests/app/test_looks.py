"""A window that is told of thousands of missed entries looks once in a while, and ends as if it had at each."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import looks as module
from app.bridge import Bridge
from app.desk import Desk
from app.looks import EVERY_S, MANY
from app.panels.case import CasePanel
from app.panels.cases import CasesPanel
from app.panels.closures import ClosuresPanel
from app.panels.incident import IncidentPanel
from app.window.window import MainWindow
from dispatch.case import CaseStage
from dispatch.commands import (
    AcknowledgeSignal,
    AddNote,
    AssignUnits,
    Body,
    Choice,
    CloseIncident,
    RaiseSignal,
    ReportIncident,
    ReportStatus,
)
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log_memory import MemoryLog
from dispatch.state import State
from resources.status import Signal, Status
from tests.app.cases.case_seat import CaseSeat
from tests.app.rooms import Room, room, window
from tests.dispatch import town

HELD = 1  # the incident that both windows have in hand


@dataclass
class Shown:
    """A window on the town and what it let be heard."""

    room: Room
    window: MainWindow
    parts: tuple[QWidget, ...]
    sounds: list[str] = field(default_factory=list)
    looks: list[tuple[int, int]] = field(default_factory=list)  # entry, how many events

    def tell(self, told: list[tuple[Entry, State]]) -> None:
        for entry, state in told:
            self.room.desk.state = state
            self.room.desk.state_changed.emit(entry, state)

    def words(self) -> list[object]:
        """Return every word on the screen: labels, and what lists hold."""
        self.room.wait(0.0)
        found: list[object] = []
        for part in (self.window, *self.parts):
            found += [(one.objectName(), one.text(), one.isHidden()) for one in part.findChildren(QLabel)]
            found += [_rows(one.model()) for one in part.findChildren(QAbstractItemView) if one.model() is not None]
        return found


def _rows(model: QAbstractItemModel) -> list[list[object]]:
    rows = range(model.rowCount(QModelIndex()))
    return [[model.index(row, at, QModelIndex()).data() for at in range(9) if model.hasIndex(row, at)] for row in rows]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return stand(qtbot)


def stand(qtbot: QtBot) -> Shown:
    """Open a window on the town with an incident in hand."""
    here = room()
    here.report()
    main = window(here)
    parts = (IncidentPanel(here.desk), ClosuresPanel(here.desk))
    for each in (main, *parts):
        qtbot.addWidget(each)
    made = Shown(here, main, parts)
    main.sounds.played.connect(made.sounds.append)
    here.desk.select(incident_id=HELD)
    here.bridge.close()  # tests tell what comes next
    here.desk.looked.connect(lambda entry, state: made.looks.append((entry.sequence, len(entry.events))))
    return made


def missed(one: Shown, *bodies: Body, who: object = town.OTHER_OPERATOR) -> list[tuple[Entry, State]]:
    """Write as another seat does, told to nobody yet; return the entries, each with what is so after it."""
    engine, told = one.room.engine, list[tuple[Entry, State]]()
    leave = engine.subscribe(lambda entry, state: told.append((entry, state)))
    for body in bodies:
        engine.do(town.command(body, who=who))  # type: ignore[arg-type]
    leave()
    return told


def a_bad_hour() -> tuple[Body, ...]:
    """Return what happens while the window is cut off: all that its panels show changes, and some of it back."""
    return (
        AddNote(HELD, "smoke"),
        AssignUnits(HELD, (Choice("E1"), Choice("A1"))),
        ReportIncident("cardiac_arrest", town.crossing(2, 2)),
        ReportStatus("E1", Status.EN_ROUTE, source="crew"),
        ReportStatus("E1", Status.ON_SCENE, source="crew"),
        RaiseSignal("P1", Signal.DISTRESS),
        AcknowledgeSignal("P1", Signal.DISTRESS),
        AssignUnits(2, (Choice("A2"),)),
        ReportIncident("structure_fire", town.crossing(1, 2)),
        AddNote(HELD, "it is out"),
        AssignUnits(3, (Choice("E2"), Choice("L1"))),
        RaiseSignal("P2", Signal.REQUEST_TO_SPEAK),
        CloseIncident(2, "transported", release_units=True),
        AddNote(3, "a last word"),
    )


def test_all_is_shown_alike_whether_it_was_told_one_by_one_or_at_once(shown: Shown, qtbot: QtBot) -> None:
    other = stand(qtbot)
    shown.tell(missed(shown, *a_bad_hour()))
    other.room.desk.looks.wait_for(MANY + 1)
    before = other.words()
    other.tell(missed(other, *a_bad_hour()))
    assert not other.looks
    other.room.desk.looks.wait_for(0)
    assert len(other.looks) == 1 < len(shown.looks)
    assert other.words() == shown.words() != before
    assert sorted(other.sounds) == sorted(shown.sounds) and "distress" in other.sounds
    assert other.sounds.count("incident") == 2, "each new one is heard"


@pytest.mark.parametrize("to", [CaseStage.DISPATCH, CaseStage.CHECK])
def test_a_case_in_hand_and_its_board_tell_the_same_story(qtbot: QtBot, to: CaseStage) -> None:
    found: list[list[object]] = []
    for wait in (0, MANY + 1):
        seat = CaseSeat()
        panel, board = CasePanel(seat.desk), CasesPanel(seat.desk)
        qtbot.addWidget(panel), qtbot.addWidget(board)
        first = seat.report_case()
        seat.desk.select(case_id=first)
        before = len(panel.story.rows)
        seat.desk.looks.wait_for(wait)
        seat.walk(first, to)
        seat.report_case(place="Church Road 1")
        seat.desk.looks.wait_for(0)
        shown = [(row.key, row.title, row.right, row.detail) for row in panel.story.rows]
        assert len(shown) > before
        found.append([shown, panel.head.title.text(), _rows(board.list.model()), board.rows.docket.keys])
        seat.bridge.close()
    assert found[0] == found[1]


def test_what_is_done_at_this_seat_is_an_entry_by_itself_and_in_its_turn(shown: Shown) -> None:
    desk = shown.room.desk
    answers: list[str] = []
    desk.looked.connect(lambda entry, state: answers.append(entry.command_id))
    told = missed(shown, AddNote(HELD, "one"), AddNote(HELD, "two"))
    own = missed(shown, AddNote(HELD, "mine"), who=desk.who)
    told += [*own, *missed(shown, AddNote(HELD, "three"), AddNote(HELD, "four"))]
    desk.looks.wait_for(MANY + 1)
    shown.tell(told)
    first = told[0][0].sequence
    assert shown.looks == [(first + 1, 2), (first + 2, 1)]
    desk.looks.wait_for(0)
    assert shown.looks[2:] == [(first + 4, 2)]
    assert answers == ["", own[0][0].command_id, ""]


def test_panels_look_a_few_times_a_second_until_all_is_told(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    here, hand, seen = room(), [0.0], list[int]()
    looks, entry = here.desk.looks, town_note(here)
    monkeypatch.setattr(looks, "_hand", lambda: hand[0])
    here.desk.looked.connect(lambda entry, state: seen.append(len(entry.events)))

    def turn(wait: int) -> list[int]:
        seen.clear()
        looks.wait_for(wait)
        for _ in range(3):
            here.desk.state_changed.emit(entry, here.desk.state)
        looks.wait_for(wait - 3)
        return list(seen)

    assert turn(MANY) == [1, 1, 1], "few are told one by one"
    assert turn(MANY + 1) == []
    hand[0] += EVERY_S
    assert turn(MANY - 2) == [3], "once behind, it is so until the last; what came before this turn is looked at"
    assert turn(3) == [6]
    assert turn(2) == [1, 1, 1]
    here.bridge.close()


def town_note(here: Room) -> Entry:
    here.report()
    made = here.engine.do(town.command(AddNote(HELD, "word"), who=town.OTHER_OPERATOR))
    assert made is not None
    return made


def test_another_log_takes_away_what_was_not_looked_at_yet(shown: Shown) -> None:
    desk, seen = shown.room.desk, list[object]()
    desk.looks.wait_for(MANY + 1)
    shown.tell(missed(shown, AddNote(HELD, "one")))
    desk.looked.disconnect()
    desk.looked.connect(lambda entry, state: seen.append(entry))
    desk.state_changed.emit(None, desk.state)
    desk.looks.wait_for(0)
    assert seen == [None]


def test_the_wire_tells_how_much_waits_before_it_begins_and_when_it_is_done(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MANY", 5)
    engine = Engine(MemoryLog())
    for each in town.opening():
        engine.do(each)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    bridge, desk = Bridge(engine), Desk(town.SUPERVISOR)
    monkeypatch.setattr(desk.looks, "_hand", lambda: 0.0)
    desk.looks.wait_for(0)
    told, looked = list[int](), list[int]()
    bridge.waits.connect(desk.looks.wait_for)
    bridge.committed.connect(desk.state_changed)
    bridge.committed.connect(lambda entry, state: told.append(entry.sequence))
    desk.looked.connect(lambda entry, state: looked.append(entry.sequence))
    for number in range(40):
        engine.do(town.command(AddNote(1, f"word {number}")))
    qtbot.waitUntil(lambda: len(told) == 40 and told[-1] in looked)
    assert told == sorted(told) and looked == [told[-1]]
    bridge.close()
