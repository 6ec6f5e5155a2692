"""Answers beside the log, one suite for every database: kept, found, and whatever is done to them shows."""

from __future__ import annotations

from functools import partial

import pytest

from dispatch.engine import Engine
from dispatch.log import Log
from dispatch.log_memory import MemoryLog
from dispatch.plan import order_of
from dispatch.shown import row_of, shown_of
from dispatch.shown_answers import showing
from tests.dispatch.logs import Place
from tests.dispatch.shown_story import burning, moved, sealed
from tests.dispatch.town import at, command


def kept_in(log: Log) -> list[str]:
    """Keep three answers for the fire and send by the last; return their hashes, the oldest first."""
    engine: Engine = burning(log)
    answers = [sealed(engine), moved(sealed(engine, when=at(10))), sealed(engine, when=at(20))]
    for each in answers:
        engine.show(partial(showing, each))
    engine.do(command(order_of(answers[-1])))
    return [each.hash for each in answers]


def test_answers_are_found_by_hash_and_by_incident(place: Place) -> None:
    log = place.open()
    names = kept_in(log)
    place.close()
    for again in (place.open(read_only=True), place.open()):
        assert [each.hash for each in again.shown_for(1)] == names
        assert again.shown_for(2) == ()
        found = again.shown(names[1])
        assert found is not None and found.at == at(10) and found.sequence == 5
        assert again.shown("0" * 64) is None
        assert again.verify().is_intact and again.verify().unchecked == ()
    again.keep_shown(found)
    assert len(again.shown_for(1)) == 3, "what is kept stays"


def test_a_log_in_memory_finds_them_too() -> None:
    log = MemoryLog()
    names = kept_in(log)
    assert [each.hash for each in log.shown_for(1)] == names
    assert log.shown(names[0]) is not None and log.shown("0" * 64) is None


def test_a_log_that_was_made_before_gets_the_table(place: Place) -> None:
    burning(place.open())
    place.tamper("DROP TABLE shown")
    log = place.open(read_only=True)
    assert log.shown("0" * 64) is None and log.shown_for(1) == () and log.verify().is_intact
    place.close()
    log = place.open()
    said = sealed(Engine(log))
    log.keep_shown(showing(said).whole)
    assert log.shown(said.hash) is not None


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("UPDATE shown SET body = ? WHERE hash = ?", (b"nothing",)),
        ("UPDATE shown SET incident_id = ? WHERE hash = ?", (7,)),
        ("UPDATE shown SET at = ? WHERE hash = ?", ("2026-03-02T09:00:00+00:00",)),
        ("UPDATE shown SET at = ? WHERE hash = ?", ("yesterday",)),
    ],
)
def test_whatever_is_changed_shows_and_names_the_entry(place: Place, sql: str, values: tuple[object, ...]) -> None:
    names = kept_in(place.open())
    place.tamper(sql, (*values, names[-1]))
    found = place.open().verify()
    assert [(each.code, each.sequence) for each in found.problems] == [("shown_altered", 6)]
    place.tamper(sql, (*values, names[0]))
    assert [each.sequence for each in place.open().verify().problems if each.sequence is None] == [None]


def test_what_is_taken_away_shows(place: Place) -> None:
    names = kept_in(place.open())
    place.tamper("DELETE FROM shown WHERE hash = ?", (names[-1],))
    found = place.open().verify()
    assert found.is_intact
    assert found.unchecked == ("an answer that units were sent by, first at entry 6: not kept here",)


def test_a_table_that_is_none_of_ours_is_said_and_stops_nothing(place: Place) -> None:
    burning(place.open())
    place.tamper("DROP TABLE shown")
    place.tamper("CREATE TABLE shown (hash TEXT)")
    engine = Engine(place.open())
    said = sealed(engine)
    engine.show(partial(showing, said))
    assert not engine.is_kept
    assert engine.do(command(order_of(said))) is not None
    assert [each.code for each in engine.log.verify().problems] == ["not_a_log"]


def test_a_row_that_no_one_wrote_is_read_as_nothing() -> None:
    kept = showing(sealed(burning())).whole
    assert shown_of(row_of(kept)) == kept
    odd = shown_of(("x", "recommendation", "one", None, 5, "text"))
    assert (odd.incident_id, odd.sequence, odd.body) == (-1, -1, b"")
