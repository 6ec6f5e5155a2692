"""A replay is opened outside the window's thread, stands before all is wound up, and says what is wrong."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.__main__ import make_parser
from app.replay import opening
from app.replay.opening import city_of, open_tape, parsed
from app.start_error import StartError
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import NotSaved, open_log
from dispatch.replay import tape as module
from tests.dispatch import town
from tests.dispatch.replay.told import Day, states


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(opening, "state_folder", lambda: tmp_path)
    return tmp_path / "log.db"


def told(place: Path, things: int = 200) -> Day:
    day = Day(open_log(place, key_folder=place.parent / "keys"), kind=LogKind.LIVE)
    day.go_on(things)
    return day


def test_a_live_log_is_opened_beside_whoever_writes_it(place: Path, qtbot: QtBot) -> None:
    day = told(place)
    opened = open_tape(str(place))
    assert opened is not None
    record, tape = opened
    assert record.is_read_only and tape.still(tape.end).state == day.engine.state
    day.go_on(5)
    tape.wind()
    assert tape.end == day.log.head
    record.close()
    day.log.close()


def test_the_window_need_not_wait_for_the_end(place: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SAY_EVERY", module.BATCH)
    day = told(place, 250)
    opened = open_tape(str(place))
    assert opened is not None
    record, tape = opened
    assert tape.end == module.BATCH < day.log.head
    assert tape.still(30).state == states(day.log)[30]
    tape.wind()
    assert tape.end == day.log.head
    record.close()
    day.log.close()


def test_what_cannot_be_replayed_is_said(place: Path, qtbot: QtBot, helsinki: Path) -> None:
    with pytest.raises(NotSaved, match="no file"):
        open_tape(str(place))
    assert not place.exists()
    day = told(place, 5)
    with pytest.raises(ValueError, match="no instant"):
        open_tape(str(place), since="yesterday")
    opened = open_tape(str(place))
    assert opened is not None
    with pytest.raises(StartError, match="belongs to smalltown, not to Helsinki"):
        city_of(opened[1], helsinki)
    opened[0].close()
    day.log.close()


def test_an_instant_without_a_zone_is_the_citys(place: Path, qtbot: QtBot) -> None:
    day = told(place)
    zone_h = 2  # Smalltown keeps Helsinki's time, in winter
    since = day.at - (day.at - town.START) / 2
    local = (since + timedelta(hours=zone_h)).replace(tzinfo=None, microsecond=0)
    opened = open_tape(str(place), since=local.isoformat())
    assert opened is not None
    record, tape = opened
    assert tape.moment(tape.before + 1) >= since.replace(microsecond=0)
    assert 0 < tape.before < day.log.head
    assert opening._aware(local.isoformat(), tape) == since.replace(microsecond=0)
    assert opening._aware(f"{local.isoformat()}+00:00", tape) == since.replace(microsecond=0) + timedelta(hours=zone_h)
    record.close()
    day.log.close()


def test_the_command_takes_its_words() -> None:
    args = make_parser().parse_args(["--language", "zh", "replay", "a.db", "--at", "2017-01-03T18:30"])
    assert (args.log, args.at, args.since, args.language, args.city) == ("a.db", "2017-01-03T18:30", None, "zh", None)
    args = make_parser().parse_args(["--city", "x", "replay", "a.db", "--city", "y", "--from", "2017-01-01"])
    assert (args.city, args.since) == (Path("y"), "2017-01-01")
    assert make_parser().parse_args(["--city", "x", "replay", "a.db"]).city == Path("x")
    assert parsed("2017-01-03T18:30+00:00") == datetime(2017, 1, 3, 18, 30, tzinfo=UTC)


def test_without_a_display_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from app.cli import replay

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert replay.run(argparse.Namespace(log="a.db")) == 3
    assert "display" in capsys.readouterr().err


def test_an_empty_log_holds_nothing_to_replay(place: Path, qtbot: QtBot) -> None:
    log = open_log(place, key_folder=place.parent / "keys")
    assert Engine(log).state.sequence == 0
    with pytest.raises(StartError, match="nothing to replay"):
        open_tape(str(place))
    log.close()
