"""A desk that goes on alone and comes back: what it is told, what it takes meanwhile, and what it does to a merge."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from app.island import merge_work
from app.island.bar import IslandBar
from app.island.stage import Stage
from app.window.room_cell import RoomCell
from dispatch.commands import AddNote, AssignUnits, Choice, ReleaseUnit, ReportIncident, ReportStatus, Who
from dispatch.island.conflicts import LEAVE
from dispatch.island.pending import pending
from dispatch.log import LogDamaged, NotSaved
from dispatch.log_lock import WriterLock
from resources.status import Status
from tests.app.island.alone_seat import AloneSeat
from tests.app.island.alone_seat import seat as seat
from tests.dispatch.town import START, crew, crossing


def test_a_server_that_was_only_restarted_is_not_spoken_of(seat: AloneSeat) -> None:
    assert seat.alone.stage is Stage.ROOM
    seat.link.lose(2.0)
    assert seat.alone.stage is Stage.ROOM
    seat.parted.now += timedelta(seconds=3.5)
    assert seat.alone.stage is Stage.LOST and seat.alone.server.lost_at == START - timedelta(seconds=2)
    seat.find()
    assert seat.alone.stage is Stage.ROOM


def test_alone_the_desk_goes_on_from_what_it_saw_and_says_where_it_saves(seat: AloneSeat) -> None:
    before = seat.desk.state.sequence
    seat.go("a digger")
    assert seat.told[0] is None and seat.desk.state.sequence == before + 1
    assert seat.desk.people is seat.engine.log and seat.engine.log.is_island
    assert seat.desk.figures.is_saved and seat.desk.figures.extra["island"] == seat.engine.log.name
    number = seat.fire("E1")
    assert seat.alone.entries_alone == 3 and len(seat.desk.history(number)) == 2  # type: ignore[misc]
    seat.other.catch_up()
    assert seat.other.state.sequence == before, "nothing of it is in the room"
    cell = RoomCell(seat.desk)
    seat.bot.addWidget(cell)
    assert "old" in cell.value.text() and cell.value.property("level") == "warning"
    seat.find()
    assert seat.alone.stage is Stage.THERE and seat.alone.is_island
    assert cell.value.text() == "Answers again" and "In step" not in cell.value.text()
    seat.link.caught_up.emit(3)  # as the follower says that finds the server
    assert not any("Saved again" in words for _, words in seat.said)


def test_back_in_the_room_everything_is_told_once_and_in_its_numbers(seat: AloneSeat) -> None:
    seat.go()
    number = seat.fire("E1")
    seat.desk.select(incident_id=number, unit_ids=("E1", "A1"))
    there = seat.parted.fire_in_room("A1")
    assert there == number, "both gave the same number"
    seat.told.clear()
    seat.come_back()
    assert seat.told == [None]
    mapped = seat.desk.selection.incident_id
    assert mapped is not None and mapped != number
    assert seat.desk.selection.unit_ids == {"E1", "A1"}
    assert seat.desk.state.incidents[mapped].location == crossing(0, 0)
    assert seat.desk.people is seat.engine.log and not seat.engine.log.is_island
    assert seat.alone.over is not None and seat.alone.over.file.is_file()
    assert seat.alone.stage is Stage.ROOM and "island" not in seat.desk.figures.extra
    seat.bot.waitUntil(lambda: len(seat.desk.history(mapped)) == 2)  # type: ignore[misc]
    seat.other.catch_up()
    assert seat.other.state == seat.desk.state


def test_during_the_merge_people_are_told_to_wait_and_crews_are_kept(
    seat: AloneSeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.go()
    seat.fire("E1")
    seat.parted.fire_in_room()
    go_on, run = threading.Event(), merge_work.run

    def slow(merge, stop, report):  # type: ignore[no-untyped-def]
        assert go_on.wait(30)
        return run(merge, stop, report)

    monkeypatch.setattr(merge_work, "run", slow)
    seat.find()
    shown = seat.desk.state
    seat.alone.come_back()
    seat.bot.waitUntil(lambda: not seat.engine.log.is_island)
    assert seat.alone.stage is Stage.COMING and seat.alone.is_busy
    seat.told.clear()
    seat.desk.send(AddNote(1, "into the middle"))
    crews = seat.bridge.submit(
        seat.command(ReportStatus("E1", Status.EN_ROUTE, source="crew"), replace(crew("E1"), seat="E1"))
    )
    seat.bot.waitUntil(lambda: bool(seat.failed))
    assert "nothing was sent" in seat.failed[0] and not crews.done()
    assert seat.desk.state is shown and not seat.told, "the picture stands still"
    seat.alone.come_back()  # a second time at once: nothing
    go_on.set()
    seat.settle()
    seat.bot.waitUntil(crews.done)
    seat.bot.waitUntil(lambda: seat.desk.state.units["E1"].status is Status.EN_ROUTE)
    assert seat.told[0] is None
    notes = [note.text for one in seat.desk.state.incidents.values() for note in one.notes]
    assert "into the middle" not in notes


def test_what_was_made_from_what_the_island_said_never_passes_for_seen(seat: AloneSeat) -> None:
    seat.go()
    number = seat.fire()
    seat.notes(number, 3)
    seen_alone = seat.desk.state.sequence
    there = seat.parted.fire_in_room("E1")
    seat.come_back()
    body = AssignUnits(there, (Choice("E1"),))
    command = replace(seat.command(body, seat.desk.who), based_on=seen_alone)
    assert seat.bridge._as_seen(command).based_on == seat.parted.base
    now = replace(command, based_on=seat.desk.state.sequence)
    assert seat.bridge._as_seen(now) is now
    before = replace(command, based_on=seat.parted.base)
    assert seat.bridge._as_seen(before) is before


def test_a_conflict_waits_and_is_decided_by_who_may(seat: AloneSeat) -> None:
    seat.conflict()
    alone = seat.alone
    assert alone.stage is Stage.DECIDING and alone.look is not None and seat.whys == ["unit_elsewhere"]
    sequence = alone.look.conflicts[0].sequence
    dispatcher = seat.desk.who
    told: list[str] = []
    alone.refused.connect(told.append)
    seat.desk.set_who(Who("anna", "operator", seat="seat-1"))
    alone.decide(LEAVE, sequence, "not mine to say")
    seat.settle()
    assert told and alone.stage is Stage.DECIDING, "at the door, not only by a hidden button"
    seat.desk.set_who(dispatcher)
    alone.decide("rest", sequence, "A1 is on its way already")
    seat.settle()
    seat.bot.waitUntil(lambda: bool(seat.desk.state.units["A1"].assignment_id))
    assert alone.over is not None and alone.over.report.conflicts == 0
    assert seat.desk.state.islands[alone.over.report.island_id].decided == (sequence,)


def test_what_stands_against_it_is_asked_again_when_the_room_moves_on(seat: AloneSeat) -> None:
    seat.conflict()
    alone = seat.alone
    assert alone.look is not None and alone.look.conflicts[0].why
    alone.look_again()
    seat.parted.room(ReleaseUnit("E1", "not needed"), who=seat.desk.who)
    seat.engine.catch_up()
    seat.bot.waitUntil(lambda: alone.look is not None and alone.look.conflicts[0].why != "unit_elsewhere")


def test_a_merge_is_broken_off_and_gone_on_with(seat: AloneSeat, monkeypatch: pytest.MonkeyPatch) -> None:
    seat.go()
    number = seat.fire()
    seat.notes(number, 60)
    run = merge_work.run

    def stopped(merge, stop, report):  # type: ignore[no-untyped-def]
        seat.alone.stop()
        return run(merge, stop, report)

    monkeypatch.setattr(merge_work, "run", stopped)
    seat.come_back()
    alone = seat.alone
    assert alone.stage is Stage.STOPPED and alone.look is not None
    some = len(alone.look.settled)
    assert 0 < some < 62
    mapped = next(iter(seat.desk.state.incidents))
    seat.do(AddNote(mapped, "work goes on"))
    monkeypatch.setattr(merge_work, "run", run)
    alone.go_on()
    seat.settle()
    assert alone.over is not None and alone.over.report.taken + alone.over.report.already == 62
    assert len(seat.desk.state.incidents[mapped].notes) == 61


def test_a_room_that_is_lost_in_the_middle_is_said_and_the_rest_waits(
    seat: AloneSeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.go()
    seat.fire()
    run = merge_work.run

    def lost(merge, stop, report):  # type: ignore[no-untyped-def]
        raise NotSaved("connection_lost", "gone")

    monkeypatch.setattr(merge_work, "run", lost)
    seat.come_back()
    alone = seat.alone
    assert alone.stage is Stage.STOPPED and "nothing is lost" in alone.trouble
    assert seat.desk.state.sequence == seat.parted.base, "the room's, without what was done alone"
    monkeypatch.setattr(merge_work, "run", run)
    alone.go_on()
    seat.settle()
    assert alone.over is not None and not alone.trouble


def test_a_room_that_is_another_is_not_joined(seat: AloneSeat, monkeypatch: pytest.MonkeyPatch) -> None:
    seat.go()
    number = seat.fire()

    def altered() -> None:
        raise LogDamaged("altered", "it was brought back from an older copy")

    monkeypatch.setattr(seat.parted.islands, "come_back", altered)
    seat.come_back()
    assert seat.alone.is_island and "older copy" in seat.alone.trouble and seat.said[-1][0] == "alarm"
    seat.do(AddNote(number, "alone still"))


def test_an_island_that_lies_here_from_before_is_offered_and_merged(seat: AloneSeat) -> None:
    seat.go()
    number = seat.fire("E1")
    folder = seat.parted.folder / "islands"
    assert number and len(pending(folder)) == 1
    island = seat.engine.log
    seat.alone.find_left_here()  # gone on with by this program
    seat.bot.wait(50)
    assert not seat.alone.readable
    room = seat.parted.log  # the program was killed, and started again with the server
    seat.engine.rebase(lambda state: (room, seat.parted.other.state))
    island.close()
    seat.find()
    (found,) = pending(folder)
    other_program = WriterLock(found.path.with_name(f"{found.path.name}.lock"))
    assert merge_work.left_here(seat.parted.islands, None) == ()
    other_program.release()
    assert merge_work.left_here(seat.parted.islands, found.path) == ()
    seat.alone.find_left_here()
    seat.bot.waitUntil(lambda: seat.alone.stage is Stage.LEFT_HERE)
    bar = IslandBar(seat.desk, seat.alone)
    seat.bot.addWidget(bar)
    assert "seat-1" in bar.words.text() and bar.deed_button.text() == "Merge it"
    seat.alone.go_on()
    seat.settle()
    assert seat.alone.over is not None and seat.alone.over.report.taken >= 3
    assert seat.desk.state.units["E1"].assignment_id and not seat.alone.left_here


def test_going_alone_that_fails_changes_nothing(seat: AloneSeat) -> None:
    seat.lose()
    (seat.parted.folder / "islands").write_text("a file where the folder should be")
    seat.alone.go()
    seat.settle()
    assert not seat.alone.is_island and seat.alone.trouble and seat.alone.stage is Stage.LOST
    seat.find()
    seat.do(ReportIncident("structure_fire", crossing(1, 1)))
