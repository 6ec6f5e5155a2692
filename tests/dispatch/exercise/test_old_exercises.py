"""Exercises that were written before: they are read, keep the name by which their logs know them, and go on."""

from __future__ import annotations

import json
from dataclasses import replace

from dispatch.action_cards import ActionCard, ActionCards, ActionLine
from dispatch.exercise.exercise import decode_exercise, encode_exercise
from dispatch.exercise.retrace import program_of
from tests.dispatch.exercise.played import EXERCISE, play

CARDS = ActionCards((ActionCard("officer", "Incident officer", (ActionLine("look", "Look first"),)),))


def test_an_exercise_without_action_cards_keeps_its_bytes_and_its_logs() -> None:
    before = encode_exercise(EXERCISE)
    assert "action_cards" not in json.loads(before)
    log = play(EXERCISE).log
    read = decode_exercise(before)
    assert program_of(read) == program_of(EXERCISE) and encode_exercise(read) == before
    play(read, log).run_until()


def test_an_exercise_without_a_chinese_name_keeps_its_bytes_and_goes_by_its_own() -> None:
    told = json.loads(encode_exercise(EXERCISE))
    assert "name_zh" not in told and not any("questions_zh" in card for card in told["run_cards"]["cards"])
    named = decode_exercise(encode_exercise(replace(EXERCISE, name_zh="冻雨之夜")))
    assert (named.called("zh"), named.called("en")) == ("冻雨之夜", EXERCISE.name)
    assert EXERCISE.called("zh") == EXERCISE.name


def test_the_citys_action_cards_are_in_the_log_of_an_exercise() -> None:
    with_cards = replace(EXERCISE, action_cards=CARDS)
    read = decode_exercise(encode_exercise(with_cards))
    assert read.action_cards == CARDS and program_of(read) == program_of(with_cards) != program_of(EXERCISE)
    assert play(read).state.action_cards == CARDS
    assert play(EXERCISE).state.action_cards == ActionCards()
