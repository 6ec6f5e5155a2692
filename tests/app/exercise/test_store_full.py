"""An exercise whose log cannot be written any more: it stands still and says why, and goes on when there is room."""

from __future__ import annotations

import pytest

from dispatch.log_interface import NotSaved
from tests.app.exercise.test_play import Stage, stage  # noqa: F401


def test_a_disk_that_is_full_is_said_and_nothing_is_lost(
    stage: Stage,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play = stage.play
    store, append = type(play.run.engine.log), type(play.run.engine.log).append

    def full(*given: object, **named: object) -> None:
        raise NotSaved("disk_full", "no room on the disk")

    monkeypatch.setattr(store, "append", full)
    with stage.qtbot.waitSignal(play.broke) as told:
        for _ in range(120):  # until something has to be written
            play.step_once()
    assert told.args and told.args[0]
    kept = play.run.state.sequence
    assert [entry.sequence for entry in play.run.engine.log.read()] == list(range(1, kept + 1))
    monkeypatch.setattr(store, "append", append)
    for _ in range(200):
        if play.run.state.sequence > kept + 2:
            break
        stage.step()
    found = [entry.sequence for entry in play.run.engine.log.read()]
    assert len(found) > kept + 2 and found == list(range(1, len(found) + 1))
    ids = [entry.command_id for entry in play.run.engine.log.read()]
    assert len(set(ids)) == len(ids), "nothing came twice"
