"""Of what is shown every ten seconds only what looks new is kept, and always what units were sent by."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from dispatch import commands as c
from dispatch.engine import Engine
from dispatch.log import NotSaved, open_log
from dispatch.log_memory import MemoryLog
from dispatch.plan import Plan, order_of
from dispatch.recommendation import Recommendation
from dispatch.shown import Shown
from dispatch.shown_answers import showing
from tests.dispatch.shown_story import burning, moved, planned, sealed
from tests.dispatch.town import at, command


class FullLog(MemoryLog):
    """Take no answer while `is_full`."""

    is_full = False

    def keep_shown(self, shown: Shown) -> None:
        if self.is_full:
            raise NotSaved("disk_full", "no space left")
        super().keep_shown(shown)


def show(engine: Engine, answer: Recommendation | Plan) -> str:
    engine.show(partial(showing, answer))
    return answer.hash


def test_the_same_sight_is_kept_once_and_a_new_one_again() -> None:
    engine = burning()
    first = show(engine, sealed(engine))
    again = show(engine, sealed(engine, when=at(10)))
    other = show(engine, moved(sealed(engine, when=at(20))))
    back = show(engine, sealed(engine, when=at(30)))
    kept = engine.log.shown_for(1)
    assert [each.hash for each in kept] == [first, other, back] and again not in {first, other}
    assert kept[0].at == at(0)


def test_the_one_that_was_sent_is_always_kept() -> None:
    engine = burning()
    show(engine, sealed(engine))
    sent = sealed(engine, when=at(10))
    show(engine, sent)
    assert engine.log.shown(sent.hash) is None
    engine.do(command(order_of(sent)))
    assert engine.log.shown(sent.hash) is not None


def test_an_answer_of_a_plan_is_kept_when_units_are_sent_by_it() -> None:
    engine = burning()
    said = planned(engine)
    show(engine, said)
    assert engine.log.shown(said.hash) is not None
    first, second = said.answers
    assert engine.log.shown(first.hash) is None
    engine.do(command(order_of(first)))
    assert engine.log.shown(first.hash) is not None and engine.log.shown(second.hash) is None


def test_a_store_that_fails_costs_no_sending_and_catches_up() -> None:
    log = FullLog()
    engine, told = burning(log), []
    engine.subscribe_kept(told.append)
    log.is_full = True
    said = sealed(engine)
    show(engine, said)
    assert told == [False] and not engine.is_kept and engine.is_saved
    assert engine.do(command(order_of(said))) is not None
    engine.do(command(c.AddNote(1, "smoke")))
    assert told == [False] and log.shown(said.hash) is None
    log.is_full = False
    engine.do(command(c.AddNote(1, "fire")))
    assert told == [False, True] and log.shown(said.hash) is not None


def test_it_is_written_on_the_engines_thread_in_turn(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    engine = burning(log)
    engine.start()
    said = sealed(engine)
    show(engine, said)
    engine.submit(command(order_of(said))).result(10)
    engine.stop()
    found = log.shown(said.hash)
    assert found is not None and found.hash == said.hash and log.verify().unchecked == ()
    log.close()


def test_an_answer_that_cannot_be_kept_is_said() -> None:
    engine = burning()
    engine.show(lambda: (_ for _ in ()).throw(ValueError("no name")))  # type: ignore[arg-type]
    assert not engine.is_kept


def test_a_reader_keeps_nothing(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    burning(log)
    log.close()
    reader = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys", read_only=True)
    engine = Engine(reader)
    said = sealed(engine)
    show(engine, said)
    assert engine.is_kept and reader.shown(said.hash) is None
    with pytest.raises(NotSaved):
        reader.keep_shown(showing(said).whole)
    reader.close()


def test_what_may_be_sent_by_is_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = burning()
    answers = [sealed(engine, when=at(second)) for second in range(6)]
    size = len(showing(answers[0]).whole.body)
    monkeypatch.setattr("dispatch.shelf.RECENT_BYTES", 3 * size + size // 2)
    for each in answers:
        show(engine, each)
    engine.do(command(order_of(answers[2])))
    assert engine.log.shown(answers[2].hash) is None, "long ago: three of six are remembered"
    engine.do(command(c.ReleaseUnit(answers[2].chosen[0].unit_id)))
    again = replace(order_of(answers[3]), choices=(c.Choice(answers[3].chosen[0].unit_id),))
    engine.do(command(again))
    assert engine.log.shown(answers[3].hash) is not None
