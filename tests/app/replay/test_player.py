"""The player turns the desk's clock: any speed, steps, jumps; the desk shows what the tape says, and does nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.replay.player import FASTEST, STEPS, Player
from dispatch.commands import AddNote, AssignUnits, Choice, RaiseSignal
from dispatch.replay.marks import Mark
from dispatch.replay.tape import Tape
from resources.status import Signal
from tests.app.replay.conftest import Played
from tests.dispatch import town
from tests.dispatch.replay.told import states


def test_it_stands_at_the_first_moment_and_the_clock_is_the_tapes(played: Played) -> None:
    assert played.desk.clock() == played.player.begins_at == town.START
    assert played.desk.state == states(played.day.log)[played.player.sequence]
    assert not played.player.is_playing


@pytest.mark.parametrize("speed", [1.0, 7.0, 60.0, 1_000.0])
def test_it_plays_at_any_speed_and_shows_every_entry(played: Played, speed: float) -> None:
    player, expected = played.player, states(played.day.log)
    first = player.sequence
    player.set_speed(speed)
    player.play()
    played.pass_s(6)
    assert played.desk.clock() - player.begins_at == pytest.approx(timedelta(seconds=6 * speed), abs=timedelta(0, 1e-3))
    assert played.desk.state == expected[player.sequence]
    assert player.sequence == player.tape.find(played.desk.clock())
    singly = [number for number in played.told if number is not None]
    assert singly == sorted(singly)
    if None not in played.told:
        assert singly == list(range(first + 1, player.sequence + 1))
    player.pause()
    at = played.desk.clock()
    played.pass_s(3)
    assert played.desk.clock() == at


def test_speeds_have_bounds_and_usual_steps(played: Played) -> None:
    player = played.player
    for step in STEPS[1:]:
        player.faster()
        assert player.speed == step
    player.faster()
    assert player.speed == FASTEST
    player.set_speed(7)
    player.slower()
    assert player.speed == 5
    player.set_speed(0.001)
    assert player.speed == 1
    player.slower()
    assert player.speed == 1


def test_it_ends_at_the_end_and_begins_again(played: Played) -> None:
    player = played.player
    player.jump(player.ends_at - timedelta(seconds=30))
    player.set_speed(1_000)
    player.play()
    played.pass_s(1)
    assert player.is_at_end and not player.is_playing
    assert played.desk.state == played.day.engine.state
    player.play()
    assert player.clock() == player.begins_at


def test_a_window_that_was_held_up_does_not_leap(played: Played) -> None:
    played.player.play()
    played.hands[0] += 300
    played.player.beat()
    assert played.desk.clock() - played.player.begins_at <= timedelta(seconds=1)


def test_it_steps_through_what_happened_at_one_instant(played: Played) -> None:
    player, expected = played.player, states(played.day.log)
    player.jump_to(40)
    played.told.clear()
    seen = []
    while player.sequence < 80:
        assert player.next_event()
        seen.append(player.sequence)
        assert played.desk.state == expected[player.sequence]
        assert played.desk.clock() == player.tape.moment(player.sequence)
    assert seen == played.told == list(range(41, 81))  # each told as it was when it was committed
    while player.sequence > 40:
        assert player.previous_event()
        assert played.desk.state == expected[player.sequence]
    player.to_end()
    assert not player.next_event()
    player.jump_to(1)
    assert not player.previous_event()


def test_it_goes_to_incidents_and_alarms(played: Played) -> None:
    player = played.player
    assert player.next_mark(Mark.INCIDENT)
    assert len(played.desk.state.incidents) == 1
    assert player.next_mark(Mark.INCIDENT)
    assert len(played.desk.state.incidents) == 2
    assert player.previous_mark(Mark.INCIDENT)
    assert len(played.desk.state.incidents) == 1
    assert not player.previous_mark(Mark.INCIDENT)
    assert player.next_mark(Mark.ALARM)
    while player.next_mark(Mark.ALARM):
        assert played.desk.clock() == player.tape.moment(player.sequence)


def test_a_jump_takes_out_of_hand_what_is_not_there_yet(played: Played) -> None:
    player = played.player
    player.to_end()
    last = max(played.desk.state.incidents)
    played.desk.select(incident_id=last, unit_id="E1")
    player.jump_to(5)
    assert played.desk.selection.incident_id is None
    assert played.desk.selection.unit_id == "E1"


def test_the_story_of_an_incident_ends_at_the_moment(played: Played) -> None:
    player = played.player
    player.to_end()
    number, every = max(
        ((one, played.desk.history(one)) for one in played.desk.state.incidents), key=lambda p: len(p[1])
    )
    assert len(every) > 3
    player.jump_to(every[2].sequence)
    assert played.desk.history(number) == every[:3]
    player.next_event()
    assert played.desk.history(number) == [entry for entry in every if entry.sequence <= player.sequence]


def test_of_many_moments_that_are_asked_for_in_a_row_the_last_is_shown(played: Played, qtbot: QtBot) -> None:
    player = played.player
    span = player.ends_at - player.begins_at
    for share in (0.2, 0.5, 0.9, 0.4):
        player.seek(player.begins_at + span * share)
    assert played.told == []
    qtbot.waitUntil(lambda: bool(played.told))
    assert played.told == [None]
    assert played.desk.clock() == player.begins_at + span * 0.4


def test_units_stand_where_the_log_says(played: Played) -> None:
    player, seen = played.player, 0
    for sequence in range(1, player.tape.end, 5):
        player.jump_to(sequence)
        for unit_id, fix in played.desk.fixes.items():
            unit = played.desk.state.units[unit_id]
            places = {(one.location.lon, one.location.lat) for one in played.desk.state.incidents.values()}
            assert (fix.lon, fix.lat) in places and not fix.is_reported
            assert unit.status.value != "available"
            seen += 1
    assert seen > 20


def test_nothing_can_be_done_from_it(played: Played) -> None:
    desk, before = played.desk, list(played.day.log.read())
    refused = []
    desk.refused.connect(lambda command, why: refused.append(why.code))
    for body in (AddNote(1, "x"), AssignUnits(1, (Choice("E1"),)), RaiseSignal("E1", Signal.DISTRESS)):
        assert not desk.may(type(body))
        desk.send(body)
        future = desk.submit(desk.send(body))
        assert future.exception() is not None
    assert set(refused) == {"is_record"}
    assert list(played.day.log.read()) == before


def test_a_tape_that_grows_can_be_played_on(played: Played) -> None:
    player, day = played.player, played.day
    player.to_end()
    ends_at = player.ends_at
    day.at += timedelta(hours=1)
    day.go_on(20)
    player.tape.wind()
    player.on_wound()
    assert player.ends_at > ends_at and not player.is_at_end
    assert player.next_event()


def test_an_empty_tape_does_nothing(played: Played) -> None:
    player = Player(Tape(played.record))
    for do in (player.play, player.to_start, player.to_end, player.toggle, player.beat):
        do()
    player.jump(town.START)
    player.jump_to(3)
    assert not player.next_event() and not player.previous_event() and not player.next_mark(Mark.ALARM)
    assert not player.is_playing
