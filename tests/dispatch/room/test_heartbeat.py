"""A server is asked each second on a connection of its own: silence is noticed, and a clock that is off measured."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.commands import AddNote, ReportIncident, Tick
from dispatch.engine import Engine
from dispatch.follower import Follower
from dispatch.log import NotSaved, open_log
from dispatch.log_memory import MemoryLog
from dispatch.log_postgres import PostgresLog
from dispatch.room.heartbeat import Heartbeat
from tests.dispatch import town
from tests.dispatch.lossy_proxy import LossyProxy
from tests.dispatch.test_follower import PATIENCE_S, opened, saved, until
from tests.servers import PostgresServer

AHEAD_S = 32.0


@pytest.fixture
def seat(postgres: PostgresServer, tmp_path: Path) -> tuple[Engine, LossyProxy]:
    wire = LossyProxy(postgres.port)
    address = postgres.address(f"log_{uuid.uuid4().hex}").replace(f":{postgres.port}/", f":{wire.port}/")
    return opened(Engine(open_log(address, key_folder=tmp_path))), wire


def test_silence_is_noticed_whatever_the_connections_say_and_nobody_waits_behind_it(
    seat: tuple[Engine, LossyProxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, wire = seat
    log = engine.log
    assert isinstance(log, PostgresLog)
    log.answer_timeout_s = 10 * PATIENCE_S  # nobody is helped by that
    drifts: list[float] = []
    follower = Follower(engine, poll_s=60)
    beat = Heartbeat(
        log,
        on_answer=follower.see,
        on_silence=lambda: follower.give_up("timeout"),
        on_drift=drifts.append,
        clock=lambda: datetime.now(UTC) + timedelta(seconds=AHEAD_S),
        every_s=0.05,
        silent_s=1.0,
    )
    engine.start(), follower.start(), beat.start()
    until(lambda: bool(drifts))
    assert drifts == [pytest.approx(AHEAD_S, abs=AHEAD_S / 2)]  # the next one comes a minute later
    until(lambda: follower.age_s < 1)

    wire.cut()
    on_its_way = engine.submit(town.command(AddNote(1, "on its way")))
    behind = engine.submit(town.command(AddNote(1, "behind it")))
    until(lambda: not follower.picture.is_connected)
    assert not engine.is_saved, "although nobody was answered yet"
    with pytest.raises(NotSaved) as lost:
        on_its_way.result(timeout=PATIENCE_S)
    assert lost.value.code in ("connection_lost", "away")
    for future in (behind, engine.submit(town.command(AddNote(1, "while it is known")))):
        with pytest.raises(NotSaved) as away:
            future.result(timeout=PATIENCE_S)
        assert away.value.code == "away"  # nothing was sent
    asking, run = list[int](), log._run
    monkeypatch.setattr(log, "_run", lambda *given: asking.append(threading.get_ident()) or run(*given))
    with pytest.raises(NotSaved):
        log.person("whoever asks beside the engine")
    assert threading.get_ident() not in asking, "it would wait for nobody"
    until(lambda: follower.age_s > 0.5)

    wire.mend()
    until(lambda: follower.picture.is_connected and engine.is_saved)
    assert saved(engine, town.command(AddNote(1, "saved again"))) is not None
    texts = [note.text for note in engine.state.incidents[1].notes]
    assert texts.count("saved again") == 1
    assert "behind it" not in texts and "while it is known" not in texts
    beat.stop(), follower.stop(), engine.stop(), log.close(), wire.close()


def test_a_notice_that_was_missed_is_found_by_the_next_beat(seat: tuple[Engine, LossyProxy]) -> None:
    engine, wire = seat
    follower = Follower(engine, poll_s=60)
    follower.start()
    until(lambda: isinstance(engine.log, PostgresLog) and engine.log._ear.is_listening)
    looks: list[int] = []
    catch_up = engine.catch_up
    engine.catch_up = lambda: looks.append(1) or catch_up()  # type: ignore[method-assign, func-returns-value]
    asked_s = time.monotonic()
    follower.see(engine.state.sequence, asked_s)
    assert follower.age_s <= time.monotonic() - asked_s
    follower.see(engine.state.sequence + 1, time.monotonic())
    until(lambda: bool(looks))
    follower.stop(), engine.log.close(), wire.close()


def test_a_tick_for_which_nothing_is_due_asks_no_store() -> None:
    engine = opened(Engine(MemoryLog()))
    asked: list[int] = []
    read = engine.log.read
    engine.log.read = lambda after=0: asked.append(after) or read(after)  # type: ignore[method-assign, func-returns-value]
    assert engine.do(town.command(Tick(), who=town.CLOCK)) is None
    assert asked == []
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(0, 0))))
    assert asked
